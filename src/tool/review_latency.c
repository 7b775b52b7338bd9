/* SPDX-License-Identifier: MIT */
/*
 * Latencies by time: what was recorded since one edge, less what was recorded
 * since the next.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review.h"

/* The buckets in use of a window that ends now. */
struct window {
	struct sli_bucket *bucket;
	uint32_t count;
};

static void
read_window(const struct review *r, struct review_slo *s,
    struct sli_histogram *h, uint64_t from_ns, struct window *out)
{
	uint32_t cursor = 0, room = 0;
	struct sli_bucket bucket;

	memset(out, 0, sizeof(*out));
	sli_histogram_reset(h);
	if (from_ns >= r->at_ns ||
	    sli_window_histogram(s->indicator, r->at_ns, r->at_ns - from_ns,
		SLI_GOOD, h) != SLI_OK)
		return;
	while (sli_histogram_next(h, &cursor, &bucket)) {
		if (out->count == room) {
			room = 2 * room + 64;
			out->bucket = mem_resize(out->bucket, room,
			    sizeof(*out->bucket));
		}
		out->bucket[out->count++] = bucket;
	}
}

/* What is in `older` and not in `younger`, into `older`. */
static uint64_t
subtract(struct window *older, const struct window *younger)
{
	uint64_t sum = 0, less;
	uint32_t i, k = 0;

	for (i = 0; i < older->count; i++) {
		while (k < younger->count &&
		    younger->bucket[k].lower < older->bucket[i].lower)
			k++;
		less = k < younger->count &&
			younger->bucket[k].lower == older->bucket[i].lower ?
		    younger->bucket[k].count :
		    0;
		older->bucket[i].count -= less < older->bucket[i].count ?
		    less :
		    older->bucket[i].count;
		sum += older->bucket[i].count;
	}
	return sum;
}

static uint64_t
value_of(const struct sli_bucket *b)
{
	return b->upper == UINT64_MAX ? b->lower : b->upper - 1;
}

/* By nearest rank. */
static uint64_t
quantile(const struct window *w, uint64_t sum, double q)
{
	uint64_t rank = (uint64_t)ceil(q * (double)sum), below = 0;
	uint32_t i;

	for (i = 0; i < w->count; i++) {
		below += w->bucket[i].count;
		if (below >= rank && below > 0)
			return value_of(&w->bucket[i]);
	}
	return 0;
}

static uint32_t
band_of(const struct review_latency *l, const struct sli_bucket *b)
{
	double middle = b->upper == UINT64_MAX ?
	    (double)b->lower :
	    ((double)b->lower + (double)b->upper) / 2;
	double band = REVIEW_BANDS *
	    log(fmax(middle, 1) / (double)l->lowest_ns) /
	    log((double)l->highest_ns / (double)l->lowest_ns);

	return (uint32_t)fmin(fmax(band, 0), REVIEW_BANDS - 1);
}

static void
fill_column(struct review_latency *l, uint32_t column, const struct window *w,
    uint64_t sum)
{
	uint64_t *count = l->count + (size_t)column * REVIEW_BANDS;
	uint32_t i;

	for (i = 0; i < w->count; i++)
		if (w->bucket[i].count > 0)
			count[band_of(l, &w->bucket[i])] += w->bucket[i].count;
	l->p50_ns[column] = quantile(w, sum, 0.5);
	l->p99_ns[column] = quantile(w, sum, 0.99);
}

/* From the youngest on: what comes meanwhile is in no column's way. */
static void
fill(const struct review *r, struct review_slo *s, struct sli_histogram *h)
{
	struct review_latency *l = &s->latency;
	struct window younger, w, differs;
	uint32_t i;

	read_window(r, s, h, l->edge[l->columns], &younger);
	for (i = l->columns; i-- > 0;) {
		read_window(r, s, h, l->edge[i], &w);
		differs = w;
		differs.bucket = mem_array(w.count, sizeof(*differs.bucket));
		if (w.count > 0)
			memcpy(differs.bucket, w.bucket,
			    w.count * sizeof(*w.bucket));
		fill_column(l, i, &differs, subtract(&differs, &younger));
		free(differs.bucket);
		free(younger.bucket);
		younger = w;
	}
	free(younger.bucket);
}

/* The bands go from the fastest to the slowest; 0: there is nothing. */
static int
find_bands(const struct review *r, struct review_slo *s,
    struct sli_histogram *h)
{
	struct review_latency *l = &s->latency;
	struct window all, after;
	uint64_t sum;
	uint32_t i;

	read_window(r, s, h, l->edge[0], &all);
	read_window(r, s, h, r->to_ns, &after);
	sum = subtract(&all, &after);
	for (i = 0; i < all.count; i++) {
		if (all.bucket[i].count == 0)
			continue;
		if (l->lowest_ns == 0)
			l->lowest_ns = all.bucket[i].lower > 0 ?
			    all.bucket[i].lower :
			    1;
		l->highest_ns = value_of(&all.bucket[i]);
	}
	if (l->highest_ns < 2 * l->lowest_ns)
		l->highest_ns = 2 * l->lowest_ns;
	free(all.bucket);
	free(after.bucket);
	return sum > 0;
}

/* The first boundary of the latency history that is not before the review. */
static uint64_t
begin(const struct review *r, uint64_t reach_ns)
{
	uint64_t oldest = r->at_ns > reach_ns ? r->at_ns - reach_ns : 0;

	return oldest > r->from_ns ? oldest : r->from_ns;
}

void
review_latency_collect(const struct review *r, struct review_slo *s)
{
	struct review_latency *l = &s->latency;
	struct sli_histogram *h;
	uint64_t from;

	l->status = SLI_ENODATA;
	l->reach_ns = review_reach(r->info.latency);
	from = begin(r, l->reach_ns);
	if (from >= r->to_ns ||
	    sli_histogram_create(s->lowest_ns, s->highest_ns, s->precision_bits,
		&h, NULL) != SLI_OK)
		return;
	l->columns = review_edges(r->info.latency, r, from, REVIEW_COLUMNS,
	    &l->edge);
	if (find_bands(r, s, h)) {
		l->count = mem_array((size_t)l->columns * REVIEW_BANDS,
		    sizeof(*l->count));
		l->p50_ns = mem_array(l->columns, sizeof(*l->p50_ns));
		l->p99_ns = mem_array(l->columns, sizeof(*l->p99_ns));
		fill(r, s, h);
		l->status = SLI_OK;
	}
	sli_histogram_destroy(h);
}

void
review_latency_free(struct review_latency *l)
{
	free(l->edge);
	free(l->count);
	free(l->p50_ns);
	free(l->p99_ns);
}
