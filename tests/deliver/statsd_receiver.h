/* SPDX-License-Identifier: MIT */
#ifndef DELIVER_STATSD_RECEIVER_H
#define DELIVER_STATSD_RECEIVER_H

#include <sys/socket.h>

#include <sli/deliver_statsd.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/statsd_server.h"

/* A registry with one indicator "a", a sender, and a receiver's real socket. */
struct fixture {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_statsd_sender *sender;
	struct statsd_server server;
	int fd; /* of the receiver; -1: it is dead */
	struct sockaddr_storage address;
	socklen_t address_length;
	int status;
	struct sli_error err;
	uint64_t now_ns;
};

/* A receiver on a port that was free. */
void begin_udp(struct fixture *f);

/* No receiver yet; in the test's scratch folder. */
void begin_unix(struct fixture *f, const struct sli_statsd_config *cfg);

void end(struct fixture *f);

/* Of a Unix socket, its path. */
const char *socket_path(const struct fixture *f);

void receiver_start(struct fixture *f);
void receiver_stop(struct fixture *f);

/* Read all there is. */
void receiver_read(struct fixture *f);

/* One export through the sender; f has its error, too. */
int deliver(struct fixture *f);

/* So many good events, of any latency. */
void record_good(struct fixture *f, struct random *rnd, uint32_t n);

/* The good events that the server was told of. */
uint64_t received(const struct fixture *f);

/* Export until all is said; what was recorded is what was received. */
void settle(struct fixture *f);

struct sli_statsd_stats stats_of(struct fixture *f);

#endif /* DELIVER_STATSD_RECEIVER_H */
