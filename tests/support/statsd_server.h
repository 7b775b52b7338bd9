/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_STATSD_SERVER_H
#define SUPPORT_STATSD_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A StatsD server as the grammars have it, and stricter than any real one: it
 * takes no line that one of them might take for something else. It adds counts
 * up, and keeps gauges and how often each latency came.
 */

struct statsd_value {
	double value;
	uint64_t count;
};

struct statsd_series {
	char *name; /* "name|type|tag:value,tag:value", tags sorted */
	uint64_t sum;
	double gauge;
	uint64_t stamp_s;
	uint64_t lines;
	struct statsd_value *values; /* ascending */
	size_t value_count, value_room;
};

struct statsd_server {
	bool plain;
	struct statsd_series *series;
	size_t series_count, series_room;
	uint64_t packets, lines;
	size_t longest;	  /* packet */
	char error[1024]; /* of the first line that was refused; "" none */
};

void statsd_server_init(struct statsd_server *server, bool plain);
void statsd_server_free(struct statsd_server *server);

/* False: something in it was refused. What stands before it counts. */
bool statsd_server_receive(struct statsd_server *server, const char *packet,
    size_t length);

/* NULL: it has none of this name. */
const struct statsd_series *statsd_server_find(
    const struct statsd_server *server, const char *name);

/* The sum of a count, or how many latencies there were; 0: there is none. */
uint64_t statsd_server_sum(const struct statsd_server *server,
    const char *name);

#endif /* SUPPORT_STATSD_SERVER_H */
