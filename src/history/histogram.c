/* SPDX-License-Identifier: MIT */
/*
 * The standalone histogram: one array of counts over the geometry of
 * buckets.h. It knows no time and no threads.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arith.h"
#include "base/status.h"
#include "history/histogram.h"

struct sli_histogram {
	struct sli__buckets buckets;
	uint64_t total; /* saturates, as the cells do */
	uint64_t cell[];
};

int
sli_histogram_create(uint64_t lowest, uint64_t highest, uint32_t precision_bits,
    struct sli_histogram **out, struct sli_error *err)
{
	struct sli__buckets buckets;
	struct sli_histogram *h;
	size_t bytes;
	int status;

	if (out == NULL)
		return sli__fail(err, SLI_EINVAL, "out is NULL");
	if (precision_bits == 0)
		precision_bits = SLI_PRECISION_BITS_DEFAULT;
	status = sli__buckets_check(lowest, highest, precision_bits, "",
	    &buckets, err);
	if (status != SLI_OK)
		return status;
	bytes = sizeof(*h) + sli__buckets_cells(&buckets) * sizeof(h->cell[0]);
	h = calloc(1, bytes);
	if (h == NULL)
		return sli__fail(err, SLI_ENOMEM,
		    "no memory for a histogram of %u bytes", (uint64_t)bytes);
	h->buckets = buckets;
	*out = h;
	return SLI_OK;
}

void
sli_histogram_destroy(struct sli_histogram *h)
{
	free(h);
}

void
sli_histogram_reset(struct sli_histogram *h)
{
	if (h == NULL)
		return;
	h->total = 0;
	memset(h->cell, 0,
	    sli__buckets_cells(&h->buckets) * sizeof(h->cell[0]));
}

static void
add_to_cell(struct sli_histogram *h, uint32_t cell, uint64_t count)
{
	h->cell[cell] = add_cap(h->cell[cell], count);
	h->total = add_cap(h->total, count);
}

void
sli_histogram_record(struct sli_histogram *h, uint64_t value, uint64_t count)
{
	if (h != NULL)
		add_to_cell(h, sli__buckets_cell(&h->buckets, value), count);
}

static bool
same_buckets(const struct sli__buckets *a, const struct sli__buckets *b)
{
	return a->half_bits == b->half_bits && a->below == b->below &&
	    a->last == b->last;
}

void
sli__histogram_add(struct sli_histogram *h, const struct sli__buckets *from,
    uint32_t cell, uint64_t count)
{
	uint64_t lower, upper;

	if (same_buckets(&h->buckets, from)) {
		add_to_cell(h, cell, count);
		return;
	}
	sli__buckets_bounds(from, cell, &lower, &upper);
	/* Of what is out of range only one bound is known: 0 or the top. */
	if (cell > 0 && cell < (uint32_t)from->last)
		lower += (upper - lower) / 2;
	add_to_cell(h, sli__buckets_cell(&h->buckets, lower), count);
}

int
sli_histogram_merge(struct sli_histogram *into,
    const struct sli_histogram *from)
{
	uint32_t cell;

	if (into == NULL || from == NULL || into == from)
		return SLI_EINVAL;
	for (cell = 0; cell < sli__buckets_cells(&from->buckets); cell++)
		if (from->cell[cell] > 0)
			sli__histogram_add(into, &from->buckets, cell,
			    from->cell[cell]);
	return SLI_OK;
}

/* The first cell up to which at least rank values lie; rank <= total. */
static uint32_t
cell_of_rank(const struct sli_histogram *h, uint64_t rank)
{
	uint64_t below = 0;
	uint32_t cell;

	for (cell = 0; cell < (uint32_t)h->buckets.last; cell++) {
		below = add_cap(below, h->cell[cell]);
		if (below >= rank)
			break;
	}
	return cell;
}

static int
check_read(const struct sli_histogram *h, const void *out)
{
	if (h == NULL || out == NULL)
		return SLI_EINVAL;
	return h->total == 0 ? SLI_ENODATA : SLI_OK;
}

int
sli_histogram_quantile(const struct sli_histogram *h, double q, uint64_t *out)
{
	int status;

	if (!sli__is_quantile(q))
		return SLI_EINVAL;
	if (q <= 0.0)
		return sli_histogram_min(h, out);
	status = check_read(h, out);
	if (status != SLI_OK)
		return status;
	*out = sli__buckets_highest(&h->buckets,
	    cell_of_rank(h, sli__quantile_rank(q, h->total)));
	return SLI_OK;
}

uint64_t
sli_histogram_count(const struct sli_histogram *h)
{
	return h == NULL ? 0 : h->total;
}

int
sli_histogram_mean(const struct sli_histogram *h, double *out)
{
	struct sli_bucket b;
	double sum = 0.0;
	uint32_t cursor = 0;
	int status = check_read(h, out);

	if (status != SLI_OK)
		return status;
	while (sli_histogram_next(h, &cursor, &b)) {
		if (b.upper == UINT64_MAX)
			b.upper = b.lower;
		sum += (double)b.count *
		    (double)(b.lower + (b.upper - b.lower) / 2);
	}
	*out = sum / (double)h->total;
	return SLI_OK;
}

int
sli_histogram_min(const struct sli_histogram *h, uint64_t *out)
{
	uint64_t upper;
	int status = check_read(h, out);

	if (status == SLI_OK)
		sli__buckets_bounds(&h->buckets, cell_of_rank(h, 1), out,
		    &upper);
	return status;
}

int
sli_histogram_max(const struct sli_histogram *h, uint64_t *out)
{
	uint32_t cell;
	int status = check_read(h, out);

	if (status != SLI_OK)
		return status;
	for (cell = (uint32_t)h->buckets.last; h->cell[cell] == 0; cell--)
		;
	*out = sli__buckets_highest(&h->buckets, cell);
	return SLI_OK;
}

int
sli_histogram_bounds(const struct sli_histogram *h, uint64_t value,
    uint64_t *lower, uint64_t *upper)
{
	if (h == NULL || lower == NULL || upper == NULL)
		return SLI_EINVAL;
	sli__buckets_bounds(&h->buckets, sli__buckets_cell(&h->buckets, value),
	    lower, upper);
	return SLI_OK;
}

int
sli_histogram_next(const struct sli_histogram *h, uint32_t *cursor,
    struct sli_bucket *out)
{
	uint32_t cell;

	if (h == NULL || cursor == NULL || out == NULL)
		return 0;
	for (cell = *cursor; cell < sli__buckets_cells(&h->buckets); cell++) {
		if (h->cell[cell] == 0)
			continue;
		sli__buckets_bounds(&h->buckets, cell, &out->lower,
		    &out->upper);
		out->count = h->cell[cell];
		*cursor = cell + 1;
		return 1;
	}
	*cursor = cell;
	return 0;
}
