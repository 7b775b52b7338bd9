/* SPDX-License-Identifier: MIT */
/*
 * Reading latencies: the cells now less the cells at a boundary, in pieces
 * that fit a signal handler's stack.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "history/histogram.h"
#include "indicator/indicator.h"

/* Raw indices up to that of 2^62, and 0's, and the two out of range. */
#define CELLS_MAX                                                              \
	(((64 - SLI_PRECISION_BITS_MAX) << (SLI_PRECISION_BITS_MAX - 1)) + 3)
#define CHUNKS_MAX (CELLS_MAX / SLI__CHUNK + 1)

/* One window of one outcome, and the boundary it starts at. */
struct view {
	const struct sli_indicator *ind;
	uint32_t first, count; /* this outcome's cells */
	bool whole;	       /* no boundary: since the beginning */
	struct sli__slot edge;
};

/*
 * False: no boundary can be read, which happens while the newest one is being
 * joined and the window starts there; or, in a view, if nothing was recorded
 * since.
 */
static bool
find_edge(struct view *v, struct sli__moment m, uint64_t window_ns)
{
	const struct sli__history *h = &v->ind->latency;
	uint64_t t = sub_floor(m.at_ns, window_ns), slot_ns;

	v->whole = t <= sli__timeline_birth(v->ind->timeline);
	if (v->whole)
		return true;
	if (!sli__history_level(h, m.at_ns, t, &v->edge.level))
		return false;
	slot_ns = h->level[v->edge.level].slot_ns;
	v->edge.k = t / slot_ns;
	if (v->edge.k * slot_ns >= m.open_ns + v->ind->slot_ns)
		return false;
	return sli__history_next(h, m.open_ns, v->edge.level, &v->edge.k);
}

/*
 * counts[0..n) = the window's counts in cells [first, first + n) of the
 * outcome; false: the boundary's slot has been reused meanwhile.
 */
static bool
read_chunk(const struct view *v, uint32_t first, uint32_t n, uint64_t *counts)
{
	const struct sli_indicator *ind = v->ind;
	uint64_t before;
	uint32_t i;

	first += v->first;
	sli__cells_sum(&ind->shards, &ind->latencies, &ind->events, first, n,
	    counts);
	if (v->whole)
		return true;
	for (i = 0; i < n; i++) {
		if (counts[i] == 0)
			continue; /* most are: their pages stay untouched */
		if (!sli__slot_read(&ind->latency, v->edge.level, v->edge.k,
			first + i, 1, &before))
			return false;
		counts[i] = sub_floor(counts[i], before);
	}
	return true;
}

/* What is common to both reads: the arguments, the advance, the edge. */
static int
open_view(struct view *v, struct sli_indicator *ind, uint64_t now_ns,
    uint64_t window_ns, enum sli_outcome outcome)
{
	if (ind == NULL || window_ns == 0 ||
	    (outcome != SLI_GOOD && outcome != SLI_BAD))
		return SLI_EINVAL;
	if (window_ns > sli__history_reach_ns(&ind->latency))
		return SLI_ERANGE;
	v->ind = ind;
	v->count = sli__buckets_cells(&ind->buckets);
	v->first = outcome == SLI_GOOD ? 0 : ind->bad_first;
	return find_edge(v, sli__advance_to(ind, now_ns), window_ns) ?
	    SLI_OK :
	    SLI_ENODATA;
}

/*
 * A slot is reused a whole ring after it was written, and raised by a second
 * claimer only once: who loses it three times in a row has slept three times.
 */
#define TRIES 3

/*
 * The cell of a quantile; SLI_EBUSY: the boundary was lost, or moved. Not
 * inlined: its 3 KiB of stack must not lie under the advance before it.
 */
static __attribute__((noinline)) int
find_quantile(const struct view *v, double q, uint32_t *cell)
{
	uint64_t counts[SLI__CHUNK], in_chunk[CHUNKS_MAX];
	uint64_t total = 0, rank;
	uint32_t first, n, i, c = 0;

	for (first = 0; first < v->count; first += n, c++) {
		n = sli__chunk(v->count - first);
		if (!read_chunk(v, first, n, counts))
			return SLI_EBUSY;
		in_chunk[c] = 0;
		for (i = 0; i < n; i++)
			in_chunk[c] += counts[i];
		total += in_chunk[c];
	}
	if (total == 0)
		return SLI_ENODATA;
	rank = sli__quantile_rank(q, total);
	for (c = 0; rank > in_chunk[c]; c++)
		rank -= in_chunk[c];
	first = c * SLI__CHUNK;
	n = sli__chunk(v->count - first);
	if (!read_chunk(v, first, n, counts))
		return SLI_EBUSY;
	/*
	 * Totals have only grown since, but the boundary's may have too, if a
	 * second claimer joined it: then the rank may lie past this chunk.
	 */
	for (i = 0; i < n && rank > counts[i]; i++)
		rank -= counts[i];
	*cell = first + i;
	return i < n ? SLI_OK : SLI_EBUSY;
}

int
sli_window_quantile(struct sli_indicator *ind, uint64_t now_ns,
    uint64_t window_ns, enum sli_outcome outcome, double q, uint64_t *out_ns)
{
	struct view v;
	uint64_t lower, upper;
	uint32_t cell = 0, tries;
	int status = SLI_EBUSY;

	if (out_ns == NULL || !sli__is_quantile(q))
		return SLI_EINVAL;
	for (tries = 0; status == SLI_EBUSY && tries < TRIES; tries++) {
		status = open_view(&v, ind, now_ns, window_ns, outcome);
		if (status == SLI_OK)
			status = find_quantile(&v, q, &cell);
	}
	if (status != SLI_OK)
		return status == SLI_EBUSY ? SLI_ENODATA : status;
	sli__buckets_bounds(&ind->buckets, cell, &lower, &upper);
	*out_ns = q <= 0.0 ? lower : sli__buckets_highest(&ind->buckets, cell);
	return SLI_OK;
}

int
sli_window_histogram(struct sli_indicator *ind, uint64_t now_ns,
    uint64_t window_ns, enum sli_outcome outcome, struct sli_histogram *into)
{
	uint64_t counts[SLI__CHUNK];
	uint32_t first, n, i, tries = 0;
	struct view v;
	int status;

	if (into == NULL)
		return SLI_EINVAL;
	status = open_view(&v, ind, now_ns, window_ns, outcome);
	if (status != SLI_OK)
		return status == SLI_ENODATA ? SLI_OK : status;
	for (first = 0; first < v.count; first += n) {
		n = sli__chunk(v.count - first);
		/* What was added stays: the rest comes from a later edge. */
		while (!read_chunk(&v, first, n, counts))
			if (++tries == TRIES ||
			    open_view(&v, ind, now_ns, window_ns, outcome) !=
				SLI_OK)
				return SLI_EBUSY;
		for (i = 0; i < n; i++)
			if (counts[i] > 0)
				sli__histogram_add(into, &ind->buckets,
				    first + i, counts[i]);
	}
	return SLI_OK;
}

int
sli_total_buckets(const struct sli_indicator *ind, enum sli_outcome outcome,
    sli_bucket_fn *fn, void *arg)
{
	uint64_t counts[SLI__CHUNK];
	uint32_t first, n, i, count;
	struct sli_bucket bucket;

	if (ind == NULL || fn == NULL ||
	    (outcome != SLI_GOOD && outcome != SLI_BAD))
		return SLI_EINVAL;
	count = sli__buckets_cells(&ind->buckets);
	for (first = 0; first < count; first += n) {
		n = sli__chunk(count - first);
		sli__cells_sum(&ind->shards, &ind->latencies, &ind->events,
		    first + (outcome == SLI_GOOD ? 0 : ind->bad_first), n,
		    counts);
		for (i = 0; i < n; i++) {
			if (counts[i] == 0)
				continue;
			sli__buckets_bounds(&ind->buckets, first + i,
			    &bucket.lower, &bucket.upper);
			bucket.count = counts[i];
			fn(&bucket, arg);
		}
	}
	return SLI_OK;
}

/* Of good events, all that were recorded. */
static uint64_t
count_latencies(const struct sli_indicator *ind)
{
	uint64_t counts[SLI__CHUNK], total = 0;
	uint32_t first, n, i;

	for (first = 0; first < ind->bad_first; first += n) {
		n = sli__chunk(ind->bad_first - first);
		sli__cells_sum(&ind->shards, &ind->latencies, &ind->events,
		    first, n, counts);
		for (i = 0; i < n; i++)
			total += counts[i];
	}
	return total;
}

/*
 * Latencies less slow events. A slow event comes before its latency, and is
 * summed after it, so that the difference may be too small, but not too large:
 * then the largest there was is the best that is known.
 */
int
sli_total_within(struct sli_indicator *ind, uint64_t *within)
{
	struct sli__events slow;
	uint64_t *told, total;
	uint32_t k;

	if (ind == NULL || within == NULL)
		return SLI_EINVAL;
	memset(within, 0, SLI_THRESHOLDS_MAX * sizeof(*within));
	if (ind->spec.threshold_count == 0)
		return SLI_OK;
	told = ind->entry->within;
	if (ind->open_slot_ns != 0) { /* no view */
		total = count_latencies(ind);
		sli__totals(ind, &slow);
		for (k = 0; k < ind->spec.threshold_count; k++)
			join_max(&told[k],
			    sub_floor(total, sli__events_slow(&slow, k)));
	}
	for (k = 0; k < ind->spec.threshold_count; k++)
		within[k] = load_relaxed(&told[k]);
	return SLI_OK;
}
