/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>
#include <zlib.h>

#include "../support/common.h"
#include "receiver.h"

#define REQUEST_MAX (64u << 20)
#define CHUNK 65536

/* One connection, as the thread sees it. */
struct connection {
	struct receiver *r;
	struct conduct conduct;
	int fd;
	char *bytes;
	size_t used, size, head; /* of head and body; up to the blank line */
};

/* Until fd is ready; false: the receiver is told something else. */
static bool
ready(const struct connection *c, short events)
{
	struct pollfd fds[2] = { { c->r->wake[0], POLLIN, 0 },
		{ c->fd, events, 0 } };

	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	return fds[0].revents == 0;
}

/* Read what there is; false: the other side has closed, or see ready(). */
static bool
read_some(struct connection *c)
{
	ssize_t n;

	if (!ready(c, POLLIN))
		return false;
	if (c->size - c->used < CHUNK) {
		c->size = c->size * 2 + CHUNK;
		c->bytes = realloc(c->bytes, c->size + 1);
	}
	if (c->bytes == NULL || c->size > REQUEST_MAX)
		abort();
	n = recv(c->fd, c->bytes + c->used, c->size - c->used, 0);
	if (n <= 0)
		return false;
	c->used += (size_t)n;
	c->bytes[c->used] = '\0';
	return true;
}

/* Reads a head and as much of a body as it says. */
static bool
read_request(struct connection *c)
{
	const char *end, *length;
	size_t whole = 0;

	c->used = 0;
	do {
		if (!read_some(c))
			return false;
		end = strstr(c->bytes, "\r\n\r\n");
		if (end == NULL)
			continue;
		c->head = (size_t)(end - c->bytes) + 4;
		length = strcasestr(c->bytes, "\r\nContent-Length:");
		if (length == NULL)
			abort();
		whole = c->head + strtoul(length + 17, NULL, 10);
	} while (end == NULL || c->used < whole);
	return c->used == whole;
}

static char *
inflated(const char *bytes, size_t length)
{
	size_t size = length * 50 + CHUNK;
	char *text = calloc(1, size);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)bytes,
		.avail_in = (uInt)length,
		.next_out = (Bytef *)text,
		.avail_out = (uInt)size - 1 };

	if (text == NULL || inflateInit2(&z, 31) != Z_OK)
		abort();
	if (inflate(&z, Z_FINISH) != Z_STREAM_END || z.avail_in != 0)
		text[0] = '\0';
	inflateEnd(&z);
	return text;
}

static void
keep_request(struct connection *c)
{
	struct receiver *r = c->r;
	const char *body = c->bytes + c->head;

	pthread_mutex_lock(&r->lock);
	free(r->head);
	free(r->body);
	r->head = strndup(c->bytes, c->head);
	r->is_gzip = strcasestr(r->head, "\r\nContent-Encoding: gzip\r\n") !=
	    NULL;
	r->body = r->is_gzip ? inflated(body, c->used - c->head) : strdup(body);
	r->requests++;
	pthread_mutex_unlock(&r->lock);
}

static bool
send_all(const struct connection *c, const char *bytes, size_t length)
{
	ssize_t n;

	while (length > 0) {
		if (!ready(c, POLLOUT))
			return false;
		n = send(c->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

static bool
answer(const struct connection *c)
{
	static const char ok[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
	const char *reply = c->conduct.reply == NULL ? ok : c->conduct.reply;
	size_t bytes = c->conduct.reply_bytes;
	struct pollfd wake = { c->r->wake[0], POLLIN, 0 };
	size_t i;

	if (c->conduct.pause_ms > 0 &&
	    poll(&wake, 1, (int)c->conduct.pause_ms) > 0)
		return false;
	if (bytes == 0)
		bytes = strlen(reply);
	if (!send_all(c, reply, bytes))
		return false;
	for (i = 0; c->conduct.repeats; i++)
		if (!send_all(c, reply + bytes - 64, 64))
			return false;
	if (c->conduct.half_closes)
		shutdown(c->fd, SHUT_WR);
	return !c->conduct.closes;
}

static void
hold(struct connection *c)
{
	while (read_some(c))
		c->used = 0;
}

static void
serve(struct connection *c)
{
	const struct linger at_once = { 1, 0 };

	if (c->conduct.is_deaf) {
		(void)ready(c, 0);
		return;
	}
	while (read_request(c)) {
		keep_request(c);
		if (c->conduct.resets) {
			setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once,
			    sizeof(at_once));
			return;
		}
		if (c->conduct.hangs) {
			hold(c);
			return;
		}
		if (!answer(c))
			return;
	}
}

/* 'x': end; any other: what is open is to be closed. */
static bool
goes_on(struct receiver *r)
{
	struct pollfd fd = { r->wake[0], POLLIN, 0 };
	char told;

	while (poll(&fd, 1, 0) > 0)
		if (read(r->wake[0], &told, 1) == 1 && told == 'x')
			return false;
	return true;
}

static void *
receive(void *arg)
{
	struct receiver *r = arg;
	struct connection c;

	while (goes_on(r)) {
		c = (struct connection){ .r = r, .fd = r->listener };
		if (!ready(&c, POLLIN))
			continue;
		c.fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
		if (c.fd < 0)
			continue;
		pthread_mutex_lock(&r->lock);
		r->connections++;
		c.conduct = r->conduct;
		pthread_mutex_unlock(&r->lock);
		serve(&c);
		close(c.fd);
		free(c.bytes);
	}
	return NULL;
}

static void
start_listening(struct receiver *r)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(r->port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(address);
	const int on = 1;

	r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(r->listener >= 0);
	setsockopt(r->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(r->listener, (struct sockaddr *)&address, length),
	    0);
	assert_int_equal(
	    getsockname(r->listener, (struct sockaddr *)&address, &length), 0);
	r->port = ntohs(address.sin_port);
	assert_int_equal(listen(r->listener, 16), 0);
	assert_int_equal(pthread_create(&r->thread, NULL, receive, r), 0);
}

static void
tell(struct receiver *r, char what)
{
	assert_int_equal(write(r->wake[1], &what, 1), 1);
}

void
receiver_open(struct receiver *r)
{
	memset(r, 0, sizeof(*r));
	pthread_mutex_init(&r->lock, NULL);
	assert_int_equal(pipe2(r->wake, O_CLOEXEC), 0);
	start_listening(r);
	snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%u/v1/metrics",
	    r->port);
}

void
receiver_die(struct receiver *r)
{
	tell(r, 'x');
	assert_int_equal(pthread_join(r->thread, NULL), 0);
	close(r->listener);
	r->listener = -1;
}

void
receiver_revive(struct receiver *r)
{
	start_listening(r);
}

void
receiver_close(struct receiver *r)
{
	if (r->listener >= 0)
		receiver_die(r);
	close(r->wake[0]);
	close(r->wake[1]);
	pthread_mutex_destroy(&r->lock);
	free(r->head);
	free(r->body);
}

void
receiver_behave(struct receiver *r, const struct conduct *conduct)
{
	pthread_mutex_lock(&r->lock);
	r->conduct = *conduct;
	pthread_mutex_unlock(&r->lock);
	tell(r, '.');
}

static uint64_t
count_of(struct receiver *r, const uint64_t *count)
{
	uint64_t n;

	pthread_mutex_lock(&r->lock);
	n = *count;
	pthread_mutex_unlock(&r->lock);
	return n;
}

uint64_t
receiver_requests(struct receiver *r)
{
	return count_of(r, &r->requests);
}

uint64_t
receiver_connections(struct receiver *r)
{
	return count_of(r, &r->connections);
}

bool
receiver_await(struct receiver *r, uint64_t requests)
{
	int left;

	for (left = 20000; left > 0 && receiver_requests(r) < requests; left--)
		poll(NULL, 0, 1);
	return left > 0;
}

/* sli.events is the first metric, and its first point the good ones. */
uint64_t
receiver_good(struct receiver *r)
{
	const char *name = "", *good = "0";
	json_t *request;
	uint64_t count = 0;

	pthread_mutex_lock(&r->lock);
	request = json_loads(r->body == NULL ? "{}" : r->body, 0, NULL);
	pthread_mutex_unlock(&r->lock);
	if (json_unpack(request, "{s:[{s:[{s:[{s:s, s:{s:[{s:s}]}}]}]}]}",
		"resourceMetrics", "scopeMetrics", "metrics", "name", &name,
		"sum", "dataPoints", "asInt", &good) == 0 &&
	    strcmp(name, "sli.events") == 0)
		count = strtoull(good, NULL, 10);
	json_decref(request);
	return count;
}

bool
receiver_has(struct receiver *r, const char *line)
{
	char text[256];
	bool has;

	snprintf(text, sizeof(text), "\r\n%s\r\n", line);
	pthread_mutex_lock(&r->lock);
	has = r->head != NULL && strstr(r->head, text) != NULL;
	pthread_mutex_unlock(&r->lock);
	return has;
}
