/* SPDX-License-Identifier: MIT */
/*
 * HdrHistogram's histogram: counts over the geometry of hdr_geometry.h.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "export/config.h"
#include "export/hdr_geometry.h"

/* log2 of half of the least power of two that is 2 * 10^digits or more */
static uint32_t
half_bits_of(uint32_t digits)
{
	static const uint8_t bits[] = { 0, 4, 7, 10, 14, 17 };

	return bits[digits];
}

/* How many powers of two a range takes; the top one ends at 2^63. */
static uint32_t
bucket_count_of(uint32_t first_bits, uint64_t highest)
{
	uint32_t bits = first_bits, count = 1;

	for (; bits < 63 && highest >> bits > 0; bits++)
		count++;
	return count;
}

int
sli__hdr_geometry_make(uint64_t lowest, uint64_t highest, uint32_t digits,
    struct sli__hdr_geometry *out, struct sli_error *err)
{
	struct sli_hdr_shape *shape = &out->shape;

	if (digits < SLI_HDR_DIGITS_MIN || digits > SLI_HDR_DIGITS_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "digits %" PRId32 " is out of range; accepted: %d to %d",
		    (int32_t)digits, SLI_HDR_DIGITS_MIN, SLI_HDR_DIGITS_MAX);
	out->half_bits = half_bits_of(digits);
	if (lowest == 0 || lowest >= UINT64_C(1) << (62 - out->half_bits))
		return sli__addon_fail(err, SLI_ERANGE,
		    "lowest %" PRIu64 " is out of range; accepted: 1 to "
		    "%" PRIu64 " with %u digits",
		    lowest, (UINT64_C(1) << (62 - out->half_bits)) - 1, digits);
	if (highest < 2 * lowest || highest > INT64_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "highest %" PRIu64 " is out of range; accepted: %" PRIu64
		    " (2 * lowest) to %" PRId64,
		    highest, 2 * lowest, INT64_MAX);
	out->unit = 63u ^ (uint32_t)__builtin_clzll(lowest);
	shape->lowest = lowest;
	shape->highest = highest;
	shape->digits = digits;
	shape->sub_bucket_count = UINT32_C(2) << out->half_bits;
	shape->bucket_count = bucket_count_of(out->unit + out->half_bits + 1,
	    highest);
	out->length = (shape->bucket_count + 1) << out->half_bits;
	return SLI_OK;
}

int
sli__hdr_create_of(const struct sli__hdr_geometry *g, struct sli_hdr **out,
    struct sli_error *err)
{
	struct sli_hdr *h = calloc(1, sli__hdr_bytes(g));

	if (h == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for a histogram of %zu bytes",
		    sli__hdr_bytes(g));
	h->geometry = *g;
	*out = h;
	return SLI_OK;
}

int
sli_hdr_create(uint64_t lowest, uint64_t highest, uint32_t digits,
    struct sli_hdr **out, struct sli_error *err)
{
	struct sli__hdr_geometry g;
	int status;

	if (out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "out is NULL");
	status = sli__hdr_geometry_make(lowest, highest, digits, &g, err);
	if (status != SLI_OK)
		return status;
	return sli__hdr_create_of(&g, out, err);
}

void
sli_hdr_destroy(struct sli_hdr *h)
{
	free(h);
}

/* The index of a value, of one above the range the last. */
static uint32_t
index_of(const struct sli_hdr *h, uint64_t value)
{
	const struct sli__hdr_geometry *g = &h->geometry;
	uint64_t linear = (uint64_t)(g->shape.sub_bucket_count - 1) << g->unit;
	uint32_t top = 63u ^ (uint32_t)__builtin_clzll(value | linear);
	uint32_t shift = top - g->half_bits;
	/* The half that every power of two but the first lacks is in it. */
	uint64_t index = ((uint64_t)(shift - g->unit) << g->half_bits) +
	    (value >> shift);

	return index < g->length ? (uint32_t)index : g->length - 1;
}

void
sli_hdr_record(struct sli_hdr *h, uint64_t value, uint64_t count)
{
	if (h != NULL)
		sli__hdr_add(h, index_of(h, value), count);
}

int
sli_hdr_merge(struct sli_hdr *into, const struct sli_hdr *from)
{
	uint64_t width;
	uint32_t i;

	if (into == NULL || from == NULL || into == from)
		return SLI_EINVAL;
	for (i = 0; i < from->used; i++)
		if (from->count[i] > 0)
			sli_hdr_record(into, sli__hdr_lower(from, i, &width),
			    from->count[i]);
	return SLI_OK;
}

/* Where a bucket goes; the overflow's upper bound is none. */
static uint64_t
middle(const struct sli_bucket *b)
{
	return b->upper == UINT64_MAX ? b->lower :
					b->lower + (b->upper - b->lower) / 2;
}

int
sli_hdr_add_histogram(struct sli_hdr *into, const struct sli_histogram *from)
{
	struct sli_bucket b;
	uint32_t cursor = 0;

	if (into == NULL || from == NULL)
		return SLI_EINVAL;
	while (sli_histogram_next(from, &cursor, &b))
		sli_hdr_record(into, middle(&b), b.count);
	return SLI_OK;
}

int
sli_hdr_to_histogram(const struct sli_hdr *from, struct sli_histogram *into)
{
	struct sli_bucket b;
	uint32_t cursor = 0;

	if (from == NULL || into == NULL)
		return SLI_EINVAL;
	while (sli_hdr_next(from, &cursor, &b))
		sli_histogram_record(into, middle(&b), b.count);
	return SLI_OK;
}

int
sli_hdr_shape(const struct sli_hdr *h, struct sli_hdr_shape *out)
{
	if (h == NULL || out == NULL)
		return SLI_EINVAL;
	*out = h->geometry.shape;
	return SLI_OK;
}

uint64_t
sli_hdr_count(const struct sli_hdr *h)
{
	return h == NULL ? 0 : h->total;
}

static int
check_read(const struct sli_hdr *h, const void *out)
{
	if (h == NULL || out == NULL)
		return SLI_EINVAL;
	return h->total == 0 ? SLI_ENODATA : SLI_OK;
}

/* In integers, since 0.07 * 100 > 7 in doubles; from 1 to count. */
static uint64_t
rank_of(double q, uint64_t count)
{
	__extension__ typedef unsigned __int128 uint128;
	const uint64_t unit = UINT64_C(1000000000000);
	uint64_t parts = (uint64_t)(q * (double)unit + 0.5);
	uint64_t rank = (uint64_t)(((uint128)parts * count + unit - 1) / unit);

	return rank == 0 ? 1 : rank;
}

int
sli_hdr_quantile(const struct sli_hdr *h, double q, uint64_t *out)
{
	uint64_t rank, width, below = 0;
	uint32_t i;
	int status;

	if (!(q >= 0.0 && q <= 1.0))
		return SLI_EINVAL;
	if (q <= 0.0)
		return sli_hdr_min(h, out);
	status = check_read(h, out);
	if (status != SLI_OK)
		return status;
	rank = rank_of(q, h->total);
	for (i = 0; i + 1 < h->used; i++) {
		if (h->count[i] >= rank - below)
			break;
		below += h->count[i];
	}
	*out = sli__hdr_lower(h, i, &width);
	*out += width - 1;
	return SLI_OK;
}

int
sli_hdr_mean(const struct sli_hdr *h, double *out)
{
	struct sli_bucket b;
	double sum = 0.0;
	uint32_t cursor = 0;
	int status = check_read(h, out);

	if (status != SLI_OK)
		return status;
	while (sli_hdr_next(h, &cursor, &b))
		sum += (double)b.count * (double)middle(&b);
	*out = sum / (double)h->total;
	return SLI_OK;
}

int
sli_hdr_variance(const struct sli_hdr *h, double *out)
{
	struct sli_bucket b;
	double mean, off, sum = 0.0;
	uint32_t cursor = 0;
	int status = check_read(h, out);

	if (status == SLI_OK)
		status = sli_hdr_mean(h, &mean);
	if (status != SLI_OK)
		return status;
	while (sli_hdr_next(h, &cursor, &b)) {
		off = (double)middle(&b) - mean;
		sum += (double)b.count * off * off;
	}
	*out = sum / (double)h->total;
	return SLI_OK;
}

int
sli_hdr_min(const struct sli_hdr *h, uint64_t *out)
{
	struct sli_bucket b;
	uint32_t cursor = 0;
	int status = check_read(h, out);

	if (status == SLI_OK && sli_hdr_next(h, &cursor, &b))
		*out = b.lower;
	return status;
}

int
sli_hdr_max(const struct sli_hdr *h, uint64_t *out)
{
	uint64_t width;
	int status = check_read(h, out);

	if (status == SLI_OK) {
		*out = sli__hdr_lower(h, h->used - 1, &width);
		*out += width - 1;
	}
	return status;
}

int
sli_hdr_next(const struct sli_hdr *h, uint32_t *cursor, struct sli_bucket *out)
{
	uint64_t width;
	uint32_t i;

	if (h == NULL || cursor == NULL || out == NULL)
		return 0;
	for (i = *cursor; i < h->used; i++) {
		if (h->count[i] == 0)
			continue;
		out->lower = sli__hdr_lower(h, i, &width);
		out->upper = out->lower + width;
		out->count = h->count[i];
		*cursor = i + 1;
		return 1;
	}
	*cursor = i;
	return 0;
}
