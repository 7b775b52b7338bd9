/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REPLAY_ORDER_H
#define TOOL_REPLAY_ORDER_H

#include "log.h"

/*
 * Events in the order of their seconds, though lines are a little out of
 * order: a log is written when a request ends, by many threads. A ring has a
 * place for each of the last seconds. Within a second order does not matter,
 * since that is a slot of the history: so nothing is compared or sorted.
 *
 * What begins in an earlier second than it ends in has a place in both: it was
 * in flight meanwhile, by which silence is told from a lack of traffic.
 */

struct replay_item {
	uint64_t latency_ns;
	uint16_t group;
	uint8_t outcome;
	uint8_t has_latency;
	uint8_t begins; /* nothing but that, in this second */
	uint8_t ends;	/* it had begun in an earlier one */
};

struct replay_second {
	struct replay_item *item;
	size_t count, capacity;
};

struct replay_order {
	struct replay_second *ring;
	uint64_t length;       /* seconds that it holds */
	uint64_t next, newest; /* next to be handed out; last that has come */
	int is_empty;	       /* nothing has come */
};

void replay_order_begin(struct replay_order *o, uint64_t reorder_ns);
void replay_order_end(struct replay_order *o);

/* Must it hand out seconds before it can take this event? */
int replay_order_is_full(const struct replay_order *o, uint64_t at_ns);

/* Take an event; 0: it is late, its second was handed out. */
int replay_order_put(struct replay_order *o, const struct log_event *event);

/* The next second, which the caller empties. */
struct replay_second *replay_order_take(struct replay_order *o);

/* After a long time of nothing: go on with this event. */
void replay_order_skip(struct replay_order *o, uint64_t at_ns);

#endif /* TOOL_REPLAY_ORDER_H */
