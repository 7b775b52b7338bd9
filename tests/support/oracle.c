/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

#include "common.h"

/* A clock that runs for so many slots from an earlier time was set back. */
#define STEPPED_SLOTS 60
#define STEPPED_FORGIVEN 16

void
oracle_init(struct oracle *o, const struct sli_indicator_config *cfg)
{
	memset(o, 0, sizeof(*o));
	o->slot_ns = cfg->slot_ns;
	o->threshold_count = cfg->threshold_count;
	memcpy(o->threshold_ns, cfg->threshold_ns, sizeof(o->threshold_ns));
}

void
oracle_free(struct oracle *o)
{
	free(o->events);
	memset(o, 0, sizeof(*o));
}

static bool
is_time(uint64_t now_ns)
{
	return now_ns <= LAST_TIME;
}

static bool
is_late(const struct oracle *o, uint64_t now_ns)
{
	return !is_time(now_ns) || now_ns + o->shift_ns < o->present_ns;
}

uint64_t
oracle_at(const struct oracle *o, uint64_t now_ns)
{
	return is_late(o, now_ns) ? o->present_ns : now_ns + o->shift_ns;
}

uint64_t
oracle_read(struct oracle *o, uint64_t now_ns)
{
	uint64_t at_ns = oracle_at(o, now_ns);

	if (is_late(o, now_ns))
		return at_ns;
	if (!o->begun) {
		o->begun = true;
		o->begun_ns = at_ns;
	}
	o->present_ns = at_ns - at_ns % o->slot_ns;
	return at_ns;
}

static void
begin_lateness(struct oracle *o, uint64_t now_ns)
{
	o->lateness.valid = true;
	o->lateness.present_ns = o->present_ns;
	o->lateness.now_ns = now_ns;
	o->lateness.on_time = o->on_time;
	o->lateness.late = o->late;
}

/* now_ns is late: if that shows that the clock was set back, shift. */
static void
look_for_step(struct oracle *o, uint64_t now_ns)
{
	if (!is_time(now_ns))
		return;
	if (!o->lateness.valid || o->lateness.present_ns != o->present_ns ||
	    now_ns < o->lateness.now_ns) {
		begin_lateness(o, now_ns);
		return;
	}
	if (now_ns - o->lateness.now_ns < STEPPED_SLOTS * o->slot_ns)
		return;
	if (o->on_time - o->lateness.on_time >
	    (o->late - o->lateness.late) / STEPPED_FORGIVEN)
		begin_lateness(o, now_ns);
	else if (is_time(o->present_ns - now_ns))
		o->shift_ns = o->present_ns - now_ns;
}

void
oracle_advance(struct oracle *o, uint64_t now_ns)
{
	if (is_late(o, now_ns))
		look_for_step(o, now_ns);
	(void)oracle_read(o, now_ns);
}

/* The effective time of n events. */
static uint64_t
arrive(struct oracle *o, uint64_t now_ns, uint64_t n)
{
	oracle_advance(o, now_ns);
	if (is_late(o, now_ns))
		o->late += n;
	else
		o->on_time += n;
	return oracle_read(o, now_ns);
}

static void
append(struct oracle *o, const struct oracle_event *event)
{
	if (o->length == o->capacity) {
		o->capacity = o->capacity == 0 ? 1024 : o->capacity * 2;
		o->events = realloc(o->events,
		    o->capacity * sizeof(*o->events));
		if (o->events == NULL)
			abort();
	}
	o->events[o->length++] = *event;
}

void
oracle_record(struct oracle *o, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t latency_ns)
{
	struct oracle_event event = {
		.at_ns = arrive(o, now_ns, 1),
		.count = 1,
		.latency_ns = latency_ns,
		.outcome = outcome,
		.timed = true,
	};

	append(o, &event);
}

void
oracle_count(struct oracle *o, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t n)
{
	struct oracle_event event = {
		.at_ns = arrive(o, now_ns, n),
		.count = n,
		.outcome = outcome,
	};

	append(o, &event);
}

static void
add_good(const struct oracle *o, const struct oracle_event *event,
    struct sli_counts *out)
{
	out->good += event->count;
	for (uint32_t k = 0; k < o->threshold_count; k++)
		if (event->timed && event->latency_ns > o->threshold_ns[k])
			out->slow[k] += event->count;
}

void
oracle_counts(const struct oracle *o, uint64_t from_ns, struct sli_counts *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < o->length; i++) {
		const struct oracle_event *event = &o->events[i];

		if (event->at_ns < from_ns)
			continue;
		switch (event->outcome) {
		case SLI_GOOD:
			add_good(o, event, out);
			break;
		case SLI_BAD:
			out->bad += event->count;
			break;
		case SLI_SHED:
			out->shed += event->count;
			break;
		default:
			out->ignored += event->count;
			break;
		}
	}
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t *
oracle_latencies(const struct oracle *o, uint64_t from_ns,
    enum sli_outcome outcome, size_t *n)
{
	uint64_t *sorted = malloc((o->length + 1) * sizeof(*sorted));

	if (sorted == NULL)
		abort();
	*n = 0;
	for (size_t i = 0; i < o->length; i++) {
		const struct oracle_event *event = &o->events[i];

		if (event->timed && event->outcome == outcome &&
		    event->at_ns >= from_ns)
			sorted[(*n)++] = event->latency_ns;
	}
	qsort(sorted, *n, sizeof(*sorted), compare);
	return sorted;
}

uint64_t
oracle_quantile(const uint64_t *sorted, size_t n, uint64_t q_e12)
{
	__extension__ unsigned __int128 scaled = q_e12;
	uint64_t rank;

	scaled = (scaled * n + 999999999999u) / 1000000000000u;
	rank = (uint64_t)scaled;
	return sorted[rank != 0 ? rank - 1 : 0];
}

/* How far back a ring reaches from the present boundary. */
static uint64_t
reach_of(const struct sli_level *level)
{
	return (level->slots - 1) * level->slot_ns;
}

uint64_t
oracle_reach(const struct sli_level *levels)
{
	while (levels[1].slot_ns != 0)
		levels++;
	return reach_of(levels);
}

void
oracle_edge(const struct oracle *o, const struct sli_level *levels,
    uint64_t at_ns, uint64_t window_ns, struct oracle_edge *out)
{
	uint64_t edge_ns = at_ns > window_ns ? at_ns - window_ns : 0;
	uint64_t oldest_ns = 0, slot_ns, present_ns;

	if (!o->begun || edge_ns <= o->begun_ns) {
		out->older_ns = out->newer_ns = 0;
		out->covered_ns = o->begun && at_ns > o->begun_ns ?
		    at_ns - o->begun_ns :
		    0;
		return;
	}
	for (; levels->slot_ns != 0; levels++) {
		slot_ns = levels->slot_ns;
		present_ns = at_ns - at_ns % slot_ns;
		oldest_ns = present_ns > reach_of(levels) ?
		    present_ns - reach_of(levels) :
		    0;
		if (edge_ns < oldest_ns)
			continue;
		out->older_ns = edge_ns - edge_ns % slot_ns;
		out->newer_ns = edge_ns + (slot_ns - 1);
		out->newer_ns -= out->newer_ns % slot_ns;
		out->covered_ns = window_ns;
		return;
	}
	out->older_ns = out->newer_ns = oldest_ns;
	out->covered_ns = at_ns - oldest_ns;
}
