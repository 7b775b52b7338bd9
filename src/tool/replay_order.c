/* SPDX-License-Identifier: MIT */
#include "replay_order.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void
replay_order_begin(struct replay_order *o, uint64_t reorder_ns)
{
	memset(o, 0, sizeof(*o));
	/* The newest second, and those before it that may still get events. */
	o->length = reorder_ns / SLI_SECONDS(1) + 1;
	o->ring = mem_array(o->length, sizeof(*o->ring));
	o->is_empty = 1;
}

void
replay_order_end(struct replay_order *o)
{
	uint64_t i;

	for (i = 0; i < o->length; i++)
		free(o->ring[i].item);
	free(o->ring);
	o->ring = NULL;
	o->length = 0;
}

int
replay_order_is_full(const struct replay_order *o, uint64_t at_ns)
{
	return !o->is_empty && at_ns / SLI_SECONDS(1) >= o->next + o->length;
}

static void
append(struct replay_order *o, uint64_t second, const struct replay_item *item)
{
	struct replay_second *s = &o->ring[second % o->length];

	if (s->count == s->capacity) {
		s->capacity = s->capacity == 0 ? 64 : 2 * s->capacity;
		s->item = mem_resize(s->item, s->capacity, sizeof(*item));
	}
	s->item[s->count++] = *item;
}

static void
put_begin(struct replay_order *o, const struct log_event *e,
    struct replay_item *item)
{
	uint64_t second = e->at_ns / SLI_SECONDS(1), begin = o->next;

	if (e->latency_ns < e->at_ns &&
	    (e->at_ns - e->latency_ns) / SLI_SECONDS(1) > begin)
		begin = (e->at_ns - e->latency_ns) / SLI_SECONDS(1);
	if (begin == second)
		return;
	item->begins = 1;
	append(o, begin, item);
	item->begins = 0;
	item->ends = 1;
}

int
replay_order_put(struct replay_order *o, const struct log_event *e)
{
	struct replay_item item = { .latency_ns = e->latency_ns,
		.group = (uint16_t)e->group,
		.outcome = (uint8_t)e->outcome,
		.has_latency = (uint8_t)e->has_latency };
	uint64_t second = e->at_ns / SLI_SECONDS(1);

	if (o->is_empty) {
		o->is_empty = 0;
		o->newest = second;
		/* What is older than the first line is no later than that. */
		o->next = second < o->length ? 0 : second - o->length + 1;
	}
	if (second < o->next)
		return 0;
	if (second > o->newest)
		o->newest = second;
	if (e->latency_ns >= e->at_ns % SLI_SECONDS(1) && e->has_latency)
		put_begin(o, e, &item);
	append(o, second, &item);
	return 1;
}

struct replay_second *
replay_order_take(struct replay_order *o)
{
	return &o->ring[o->next++ % o->length];
}

void
replay_order_skip(struct replay_order *o, uint64_t at_ns)
{
	o->next = at_ns / SLI_SECONDS(1) - o->length + 1;
}
