/* SPDX-License-Identifier: MIT */
/*
 * A service that is scraped, for the tests of the formats: it answers on
 * loopback, one request at a time, with what is in a registry's file.
 *
 *   scraped FILE      prints its port, and another one that is free
 *
 *   /metrics          in the format that Accept asks for; if it is protobuf,
 *                     with classic buckets, too
 *   /text             in OpenMetrics or Prometheus' text, as Accept says
 *   /quantile/Q       of the good events of the first indicator, in 10 min, in
 *                     seconds
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <sli/export.h>
#include <sli/export_proto.h>
#include <sli/sli.h>

_Noreturn static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "scraped: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

struct response {
	const char *path, *accept;
	const char *type;
	FILE *body;
	struct sli_error err;
	int status;
};

static int
append(const void *bytes, size_t length, void *arg)
{
	return fwrite(bytes, 1, length, arg) == length ? 0 : -1;
}

static void
put_metrics(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_proto_config proto = SLI_PROTO_CONFIG_INIT;
	struct sli_text_config text = SLI_TEXT_CONFIG_INIT;
	struct response *r = arg;

	if (strcmp(r->path, "/metrics") == 0 &&
	    sli_proto_negotiate(r->accept)) {
		proto.flags = SLI_PROTO_CLASSIC;
		r->type = sli_proto_content_type();
		r->status = sli_proto_export(snapshot, &proto, append, r->body,
		    &r->err);
		return;
	}
	text.format = sli_text_negotiate(r->accept);
	r->type = sli_text_content_type(text.format);
	r->status = sli_text_export(snapshot, &text, append, r->body, &r->err);
}

static void
put_quantile(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view;
	struct response *r = arg;
	uint64_t ns = 0;

	r->type = "text/plain";
	r->status = sli_snapshot_indicator(snapshot, 0, &view);
	if (r->status == SLI_OK)
		r->status = sli_window_quantile(view.indicator,
		    sli_snapshot_now(snapshot), SLI_MINUTES(10), SLI_GOOD,
		    strtod(strrchr(r->path, '/') + 1, NULL), &ns);
	fprintf(r->body, "%.9f\n", (double)ns / 1e9);
}

/* The file may be another one each time. */
static void
respond(struct response *r, const char *file)
{
	struct sli_registry *reg;
	struct sli_error err;

	if (sli_registry_view(file, &reg, &err) != SLI_OK)
		fail(file, err.message);
	if (sli_flush(reg, sli_clock_ns(),
		strncmp(r->path, "/quantile/", 10) == 0 ? put_quantile :
							  put_metrics,
		r) != SLI_OK ||
	    r->status != SLI_OK)
		fail(r->path, r->err.message);
	sli_registry_close(reg);
}

static void
send_whole(int to, const char *bytes, size_t length)
{
	ssize_t n;

	for (; length > 0; bytes += n, length -= (size_t)n)
		if ((n = write(to, bytes, length)) <= 0)
			return;
}

/* request: a whole one, which is cut into pieces. */
static void
answer(int to, char *request, const char *file)
{
	struct response r = { .path = "/", .accept = "" };
	char *body = NULL, head[400], *accept, *path;
	size_t length = 0;
	int n;

	accept = strcasestr(request, "\r\nAccept:");
	if (accept != NULL) {
		r.accept = accept + strlen("\r\nAccept:");
		accept[2 + strcspn(accept + 2, "\r")] = '\0';
	}
	path = strchr(request, ' ');
	if (path != NULL) {
		r.path = path + 1;
		path[1 + strcspn(path + 1, " ?")] = '\0';
	}
	r.body = open_memstream(&body, &length);
	if (r.body == NULL)
		fail("open_memstream", "no memory");
	respond(&r, file);
	fclose(r.body);
	n = snprintf(head, sizeof(head),
	    "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n",
	    r.type, length);
	send_whole(to, head, (size_t)n);
	send_whole(to, body, length);
	free(body);
}

static void
serve(int from, const char *file)
{
	char request[8192];
	size_t used = 0;
	ssize_t n = 0;

	do {
		used += (size_t)n;
		request[used] = '\0';
		if (strstr(request, "\r\n\r\n") != NULL) {
			answer(from, request, file);
			break;
		}
		n = read(from, request + used, sizeof(request) - 1 - used);
	} while (n > 0);
	close(from);
}

/* A socket on a free port of loopback, which is given in host order. */
static int
bind_free(unsigned int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(at);
	int to = socket(AF_INET, SOCK_STREAM, 0);

	if (to < 0 || bind(to, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(to, (struct sockaddr *)&at, &length) != 0)
		fail("socket", "cannot have a port");
	*port = ntohs(at.sin_port);
	return to;
}

int
main(int argc, char **argv)
{
	unsigned int port, spare;
	int listener, connection;

	if (argc != 2)
		fail("arguments", "FILE is needed");
	signal(SIGPIPE, SIG_IGN);
	listener = bind_free(&port);
	if (listen(listener, 16) != 0)
		fail("listen", "refused");
	close(bind_free(&spare));
	printf("%u %u\n", port, spare);
	fflush(stdout);
	while ((connection = accept(listener, NULL, NULL)) >= 0)
		serve(connection, argv[1]);
	return EXIT_FAILURE;
}
