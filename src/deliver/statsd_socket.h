/* SPDX-License-Identifier: MIT */
#ifndef SLI_DELIVER_STATSD_SOCKET_H
#define SLI_DELIVER_STATSD_SOCKET_H

/*
 * A datagram socket that waits no longer than it is told to. It belongs to one
 * thread at a time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <sli/status.h>

struct sli__statsd_socket {
	struct sockaddr_storage address;
	socklen_t address_length;
	int fd;		      /* -1: none */
	bool is_local;	      /* of UDP, on this machine */
	bool is_gone;	      /* not to be looked for again in this export */
	uint64_t wait_ns;     /* for room, in one export */
	uint64_t deadline_ns; /* of this export; monotonic */
};

struct addrinfo;

/*
 * Of a name that has both, IPv4, as the Datadog agent and its clients have it:
 * "localhost" is ::1 first on many a machine, where the agent does not listen.
 */
const struct addrinfo *sli__statsd_socket_choose(const struct addrinfo *list);

/* Find out where to; errors as of sli_statsd_open(). */
int sli__statsd_socket_resolve(struct sli__statsd_socket *socket,
    const char *address, struct sli_error *err);

bool sli__statsd_socket_is_unix(const struct sli__statsd_socket *socket);

/* Begin an export: what was gone may have come back. */
void sli__statsd_socket_begin(struct sli__statsd_socket *socket);

/*
 * Send a packet: 0, or an enum sli_statsd_reason.
 *
 * @param refused  whether the one before turned out to be lost.
 */
int sli__statsd_socket_send(struct sli__statsd_socket *socket,
    const void *packet, size_t length, bool *refused);

void sli__statsd_socket_close(struct sli__statsd_socket *socket);

#endif /* SLI_DELIVER_STATSD_SOCKET_H */
