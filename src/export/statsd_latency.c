/* SPDX-License-Identifier: MIT */
/*
 * Latencies as values that stand for several events each.
 *
 * Datadog's sketches weigh a value by the inverse of its rate. So a bucket's
 * count is written in binary: a line for each power of two, with the buckets
 * that have it. A power that few have is not worth a line of its own: it
 * becomes twice the next lower one, if that has a line.
 *
 * A plain server adds the inverses up for its count, but forgets them in means
 * and percentiles. So its values stand for equally many events, or nearly so,
 * in a row of ascending latencies, and each is the latency of the middle one.
 */
#include <stdlib.h>
#include <string.h>

#include <sli/latency.h>

#include "export/bucket.h"
#include "export/series.h"
#include "export/statsd_line.h"

#define VALUE_BYTES 6 /* of a value in a line, about */

struct walk {
	struct sli__statsd_buckets *buckets;
	uint32_t at;
	bool has_failed;
};

/* A cell before the one at this index. */
static bool
insert(struct sli__statsd_buckets *buckets, uint32_t at, uint64_t key)
{
	struct sli__statsd_cell *cells = buckets->cells;
	uint32_t room = buckets->room > 0 ? 2 * buckets->room : 16;

	if (buckets->count == buckets->room) {
		cells = realloc(cells, room * sizeof(*cells));
		if (cells == NULL)
			return false;
		buckets->cells = cells;
		buckets->room = room;
	}
	memmove(cells + at + 1, cells + at,
	    (buckets->count - at) * sizeof(*cells));
	cells[at] = (struct sli__statsd_cell){ .key = key };
	buckets->count++;
	return true;
}

static void
see_bucket(const struct sli_bucket *bucket, void *arg)
{
	uint64_t middle = sli__bucket_middle(bucket);
	struct walk *walk = arg;
	struct sli__statsd_buckets *b = walk->buckets;

	while (walk->at < b->count && b->cells[walk->at].key < middle)
		walk->at++;
	if ((walk->at == b->count || b->cells[walk->at].key > middle) &&
	    !insert(b, walk->at, middle))
		walk->has_failed = true;
	else
		b->cells[walk->at].total = bucket->count;
}

bool
sli__statsd_buckets_read(struct sli__statsd_buckets *buckets,
    const struct sli_indicator *ind, enum sli_outcome outcome)
{
	struct walk walk = { buckets, 0, false };

	(void)sli_total_buckets(ind, outcome, see_bucket, &walk);
	return !walk.has_failed;
}

/* Values that stand for 2^level events, as many as the buckets have. */
static bool
put_level(struct sli_statsd *statsd, struct sli__statsd_buckets *buckets,
    uint32_t level)
{
	struct sli__statsd_cell *cell = buckets->cells;
	struct sli__statsd_cell *end = cell + buckets->count;
	uint64_t values;

	for (; cell < end; cell++)
		for (values = sli__cell_left(cell) >> level; values > 0;
		     values--)
			if (!sli__line_put_ms(statsd, cell->key, cell,
				UINT64_C(1) << level))
				return false;
	return true;
}

/* How many values all buckets would have, if they stood for 2^level events. */
static uint64_t
values_of(const struct sli__statsd_buckets *buckets, uint32_t level)
{
	uint64_t values = 0;
	uint32_t i;

	for (i = 0; i < buckets->count; i++)
		values += sli__cell_left(&buckets->cells[i]) >> level;
	return values;
}

static void
put_powers(struct sli_statsd *statsd, struct sli__statsd_buckets *buckets,
    struct sli__line *line)
{
	const struct sli__statsd_frame *frame = &statsd->frame;
	uint32_t level = SLI__STATSD_POWER_MAX + 1;
	uint64_t values, any = 0;
	uint32_t i;

	for (i = 0; i < buckets->count; i++)
		any |= sli__cell_left(&buckets->cells[i]);
	while (level > 0 && any >> (level - 1) == 0)
		level--;
	while (level-- > 0) {
		values = values_of(buckets, level);
		if (values == 0)
			continue;
		line->events = UINT64_C(1) << level;
		sli__line_begin(statsd, line);
		if (level > 0 &&
		    values < (frame->head_length + frame->tail_length) /
			    VALUE_BYTES &&
		    values_of(buckets, level - 1) > 2 * values)
			continue;
		if (!put_level(statsd, buckets, level))
			return;
	}
}

/* How many of the events that are left the next of these lines stands for. */
static uint64_t
run_length(uint64_t left, uint64_t lines)
{
	uint64_t run = left / lines + (left % lines >= (lines + 1) / 2);

	if (run > SLI__STATSD_PLAIN_MAX)
		return SLI__STATSD_PLAIN_MAX;
	while (!sli__rate_inverts(run))
		run--;
	return run;
}

/* The latency of an event that is so many behind the first that is left. */
static uint64_t
key_behind(const struct sli__statsd_cell *cell, uint64_t events)
{
	for (; events >= sli__cell_left(cell); cell++)
		events -= sli__cell_left(cell);
	return cell->key;
}

static void
put_runs(struct sli_statsd *statsd, struct sli__statsd_buckets *buckets,
    struct sli__line *line)
{
	uint64_t lines = statsd->cfg.timer_lines, left = 0, run;
	struct sli__statsd_cell *cell = buckets->cells;
	uint32_t i;

	for (i = 0; i < buckets->count; i++)
		left += sli__cell_left(&buckets->cells[i]);
	if (lines > statsd->packet.lines_left)
		lines = statsd->packet.lines_left;
	for (; left > 0; left -= run) {
		while (sli__cell_left(cell) == 0)
			cell++;
		if (lines > left)
			lines = left;
		/* What the last could not stand for takes another. */
		run = run_length(left, lines > 1 ? lines-- : 1);
		line->events = run;
		sli__line_begin(statsd, line);
		if (!sli__line_put_ms(statsd, key_behind(cell, (run - 1) / 2),
			cell, run))
			return;
	}
}

void
sli__statsd_put_buckets(struct sli_statsd *statsd,
    struct sli__statsd_buckets *buckets, enum sli_outcome outcome)
{
	bool is_plain = sli__statsd_is_plain(statsd);
	struct sli__line line = { "latency_ms", is_plain ? "ms" : "d",
		"outcome", sli__outcome_name(outcome), 1 };

	if (is_plain)
		put_runs(statsd, buckets, &line);
	else
		put_powers(statsd, buckets, &line);
}
