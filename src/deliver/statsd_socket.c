/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* SOCK_NONBLOCK, SOCK_CLOEXEC */

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <sli/export_statsd.h>
#include <sli/time.h>

#include "addon/error.h"
#include "deliver/statsd_socket.h"

#define UDP "udp://"
#define UNIX "unix://"
#define HOST_BYTES 256
#define ACCEPTED "accepted: udp://host:port, unix:///path"

static bool
has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static int
resolve_unix(struct sli__statsd_socket *s, const char *path,
    struct sli_error *err)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&s->address;
	size_t length = strlen(path);

	if (*path != '/' || length >= sizeof(un->sun_path))
		return sli__addon_fail(err, SLI_EINVAL,
		    "address has a path of %zu bytes, \"%.80s\"; accepted: "
		    "absolute ones of up to %zu",
		    length, path, sizeof(un->sun_path) - 1);
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, length + 1);
	s->address_length = (socklen_t)sizeof(*un);
	return SLI_OK;
}

/* Take a host and a port apart, the former in brackets or not. */
static bool
split(const char *text, char host[HOST_BYTES], const char **port)
{
	const char *colon = strrchr(text, ':'), *end = colon;
	size_t i;

	if (colon == NULL || colon == text)
		return false;
	if (*text == '[') {
		text++;
		end--;
		if (end <= text || *end != ']')
			return false;
	} else if (memchr(text, ':', (size_t)(colon - text)) != NULL) {
		return false;
	}
	if ((size_t)(end - text) >= HOST_BYTES)
		return false;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';
	*port = colon + 1;
	i = strspn(*port, "0123456789");
	return i > 0 && i <= 5 && (*port)[i] == '\0';
}

static bool
is_loopback(const struct sockaddr *address)
{
	const struct sockaddr_in *in = (const void *)address;
	const struct sockaddr_in6 *in6 = (const void *)address;

	return address->sa_family == AF_INET ?
	    ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET :
	    address->sa_family == AF_INET6 &&
		IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

const struct addrinfo *
sli__statsd_socket_choose(const struct addrinfo *list)
{
	const struct addrinfo *a = list;

	while (a->ai_family != AF_INET && a->ai_next != NULL)
		a = a->ai_next;
	return a->ai_family == AF_INET ? a : list;
}

static int
resolve_udp(struct sli__statsd_socket *s, const char *text,
    struct sli_error *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_DGRAM,
		.ai_flags = AI_NUMERICSERV };
	const struct addrinfo *chosen;
	struct addrinfo *list;
	char host[HOST_BYTES];
	unsigned int number = 0;
	const char *port;
	int status;

	if (!split(text, host, &port) || sscanf(port, "%u", &number) != 1 ||
	    number < 1 || number > 65535)
		return sli__addon_fail(err, SLI_EINVAL,
		    "address \"" UDP "%.100s\" has no host and port from 1 "
		    "to 65535; " ACCEPTED,
		    text);
	status = getaddrinfo(host, port, &hints, &list);
	if (status != 0)
		return sli__addon_fail(err, SLI_ENOENT,
		    "address has the host \"%.80s\", which is not found: %s",
		    host, gai_strerror(status));
	chosen = sli__statsd_socket_choose(list);
	memcpy(&s->address, chosen->ai_addr, chosen->ai_addrlen);
	s->address_length = chosen->ai_addrlen;
	s->is_local = is_loopback(chosen->ai_addr);
	freeaddrinfo(list);
	return SLI_OK;
}

int
sli__statsd_socket_resolve(struct sli__statsd_socket *s, const char *address,
    struct sli_error *err)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	if (has_prefix(address, UNIX))
		return resolve_unix(s, address + strlen(UNIX), err);
	if (has_prefix(address, UDP))
		return resolve_udp(s, address + strlen(UDP), err);
	return sli__addon_fail(err, SLI_EINVAL,
	    "address \"%.100s\" is not valid; " ACCEPTED, address);
}

bool
sli__statsd_socket_is_unix(const struct sli__statsd_socket *s)
{
	return s->address.ss_family == AF_UNIX;
}

void
sli__statsd_socket_close(struct sli__statsd_socket *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* Of a datagram socket that does not wait. */
static bool
open_socket(struct sli__statsd_socket *s)
{
	sli__statsd_socket_close(s);
	s->fd = socket(s->address.ss_family,
	    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return false;
	if (connect(s->fd, (const struct sockaddr *)&s->address,
		s->address_length) == 0)
		return true;
	sli__statsd_socket_close(s);
	return false;
}

static uint64_t
monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return SLI_SECONDS((uint64_t)now.tv_sec) + (uint64_t)now.tv_nsec;
}

void
sli__statsd_socket_begin(struct sli__statsd_socket *s)
{
	s->is_gone = s->fd < 0 && !open_socket(s);
	s->deadline_ns = s->wait_ns == 0 ? 0 : monotonic_ns() + s->wait_ns;
}

/* Until there may be room; false: not in this export. */
static bool
wait_for_room(const struct sli__statsd_socket *s)
{
	struct pollfd room = { .fd = s->fd, .events = POLLOUT };
	uint64_t now = s->deadline_ns == 0 ? 0 : monotonic_ns();

	/* Rounded up: a wait of nothing would be a loop. */
	return now < s->deadline_ns &&
	    poll(&room, 1, 1 + (int)((s->deadline_ns - now) / SLI_MILLIS(1))) >
	    0;
}

/* 0, or an errno. */
static int
send_once(const struct sli__statsd_socket *s, const void *packet, size_t length)
{
	int error;

	do
		error = send(s->fd, packet, length,
			    MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ?
		    errno :
		    0;
	while (error == EINTR || (error == EAGAIN && wait_for_room(s)));
	return error;
}

/* What came back of the packet just sent. */
static int
pending_error(const struct sli__statsd_socket *s)
{
	socklen_t length = sizeof(int);
	int error = 0;

	(void)getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	return error;
}

static int
reason_of(int error)
{
	switch (error) {
	case 0:
		return 0;
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
		return SLI_STATSD_FULL;
	case EMSGSIZE:
		return SLI_STATSD_TOO_LONG;
	case ECONNREFUSED:
	case ECONNRESET:
	case ENOTCONN:
	case ENOENT:
	case EPIPE:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return SLI_STATSD_GONE;
	default:
		return SLI_STATSD_OTHER;
	}
}

/*
 * A refusal that send() tells of is of an earlier packet, and this one was not
 * sent: it is now. Of this machine, its own refusal is there once it is sent.
 */
static int
send_udp(const struct sli__statsd_socket *s, const void *packet, size_t length,
    bool *refused)
{
	int error = send_once(s, packet, length);

	if (reason_of(error) == SLI_STATSD_GONE) {
		*refused = true;
		error = send_once(s, packet, length);
	}
	if (error == 0 && s->is_local)
		error = pending_error(s);
	return reason_of(error);
}

/* The receiver may have closed its socket, and made another since. */
static int
send_unix(struct sli__statsd_socket *s, const void *packet, size_t length)
{
	int reason;

	if (s->is_gone)
		return SLI_STATSD_GONE;
	reason = reason_of(send_once(s, packet, length));
	if (reason != SLI_STATSD_GONE)
		return reason;
	s->is_gone = !open_socket(s);
	return s->is_gone ? reason : reason_of(send_once(s, packet, length));
}

int
sli__statsd_socket_send(struct sli__statsd_socket *s, const void *packet,
    size_t length, bool *refused)
{
	*refused = false;
	if (s->fd < 0)
		return SLI_STATSD_GONE;
	return sli__statsd_socket_is_unix(s) ?
	    send_unix(s, packet, length) :
	    send_udp(s, packet, length, refused);
}
