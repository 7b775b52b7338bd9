/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int
client_connect(uint16_t port)
{
	const struct timeval patience = { 10, 0 };
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

int
client_say(int fd, const void *bytes, size_t length)
{
	const char *from = bytes;
	ssize_t n;

	for (; length > 0; length -= (size_t)n, from += n) {
		n = send(fd, from, length, MSG_NOSIGNAL);
		if (n <= 0)
			return -1;
	}
	return 0;
}

char *
client_hear(int fd, size_t *length)
{
	size_t room = 1 << 16, used = 0;
	char *bytes = malloc(room);
	ssize_t n;

	while ((n = recv(fd, bytes + used, room - used - 1, 0)) > 0) {
		used += (size_t)n;
		if (room - used < 2)
			bytes = realloc(bytes, room *= 2);
	}
	bytes[used] = '\0';
	*length = used;
	return bytes;
}

void
client_ask(uint16_t port, const void *request, size_t length, struct reply *out)
{
	int fd = client_connect(port);
	char *body;
	size_t heard;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return;
	/* It may have hung up before all was said. */
	client_say(fd, request, length);
	out->head = client_hear(fd, &heard);
	close(fd);
	body = strstr(out->head, "\r\n\r\n");
	if (body == NULL || sscanf(out->head, "HTTP/1.1 %d", &out->code) != 1)
		return;
	*body = '\0';
	out->body = body + 4;
	out->body_length = heard - (size_t)(out->body - out->head);
}

void
reply_free(struct reply *reply)
{
	free(reply->head);
	memset(reply, 0, sizeof(*reply));
}

void
client_get(uint16_t port, const char *path, const char *lines,
    struct reply *out)
{
	char request[1024];
	int length = snprintf(request, sizeof(request),
	    "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	    "%s\r\n",
	    path, lines);

	client_ask(port, request, (size_t)length, out);
}

const char client_half[] = "GET /metrics HTTP/1.1\r\nHost: local";
const char client_whole[] = "GET /metrics HTTP/1.1\r\n"
			    "Host: localhost\r\n\r\n";

int
client_scrape(uint16_t port)
{
	struct reply reply;
	int code;

	client_get(port, "/metrics", "", &reply);
	code = reply.code;
	reply_free(&reply);
	return code;
}

void *
client_scrape_often(void *arg)
{
	uint16_t port = *(uint16_t *)arg;
	intptr_t answered = 0;
	int i;

	for (i = 0; i < SCRAPES; i++)
		answered += client_scrape(port) == 200;
	return (void *)answered;
}

bool
reply_header(const struct reply *reply, const char *name, char value[256])
{
	const char *line = reply->head == NULL ? NULL :
						 strchr(reply->head, '\n');
	size_t length = strlen(name);

	for (; line != NULL; line = strchr(line, '\n')) {
		line++;
		if (strncasecmp(line, name, length) != 0 ||
		    strncmp(line + length, ": ", 2) != 0)
			continue;
		line += length + 2;
		snprintf(value, 256, "%.*s", (int)strcspn(line, "\r\n"), line);
		return true;
	}
	return false;
}

struct setting now;

static struct sli_registry *
make_registry(struct sli_indicator **out)
{
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config indicator = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo_config = SLI_SLO_CONFIG_INIT;
	struct sli_registry *reg;
	struct sli_slo *slo;

	config.max_indicators = 4;
	config.max_slos = 4;
	assert_int_equal(sli_registry_create(&config, &reg, NULL), SLI_OK);
	indicator.name = "checkout";
	slo_config.name = "checkout-fast";
	slo_config.objective = 0.99;
	assert_int_equal(sli_indicator_register(reg, &indicator, out, NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_register(*out, &slo_config, &slo, NULL),
	    SLI_OK);
	return reg;
}

struct sli_registry *
make_large_registry(uint32_t indicators)
{
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config each = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind;
	struct sli_registry *reg;
	char name[24];
	uint32_t i;

	config.max_indicators = indicators;
	assert_int_equal(sli_registry_create(&config, &reg, NULL), SLI_OK);
	for (i = 0; i < indicators; i++) {
		snprintf(name, sizeof(name), "route_%" PRIu32, i);
		each.name = name;
		assert_int_equal(sli_indicator_register(reg, &each, &ind, NULL),
		    SLI_OK);
	}
	return reg;
}

struct sli_http *
start_endpoint(struct sli_registry *reg, const struct sli_http_config *cfg)
{
	struct sli_http *http = NULL;
	struct sli_error err;

	if (sli_http_start(reg, cfg, &http, &err) != SLI_OK)
		fail_msg("%s", err.message);
	return http;
}

int
set_up(void **state)
{
	(void)state;
	now.reg = make_registry(&now.ind);
	sli_count(now.ind, sli_clock_ns(), SLI_GOOD, 41);
	sli_count(now.ind, sli_clock_ns(), SLI_BAD, 1);
	now.http = start_endpoint(now.reg, NULL);
	now.port = sli_http_port(now.http);
	return 0;
}

int
tear_down(void **state)
{
	(void)state;
	sli_http_stop(now.http);
	sli_registry_close(now.reg);
	return 0;
}

void
restart_with(const struct sli_http_config *cfg)
{
	sli_http_stop(now.http);
	now.http = start_endpoint(now.reg, cfg);
	now.port = sli_http_port(now.http);
}
