/* SPDX-License-Identifier: MIT */
#ifndef SLI_HISTORY_BUCKETS_H
#define SLI_HISTORY_BUCKETS_H

/*
 * Which bucket a value is in, and what a bucket spans: the geometry that the
 * standalone histogram and the indicators' latency cells share.
 *
 * With p = precision bits, a value of bit length k + 1 >= p keeps its p
 * highest bits: shift s = k - (p - 1), raw index = (s << (p - 1)) + (v >> s).
 * Values below 2^p have s = 0 and a bucket each. The raw index grows with v
 * without gaps, 2^(p-1) per power of two, and the width 2^s of a bucket is at
 * most 2^-(p-1) of its lower bound. (HdrHistogram's layout, Tene 2012, with
 * the sub-bucket arithmetic folded into one formula.)
 *
 * Only the raw indices of [lowest, highest] have cells: cell 0 is the
 * underflow bucket, cells 1..last - 1 are in range, cell last is the overflow.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sli/histogram.h>

#define SLI__VALUE_MAX (UINT64_C(1) << 62)

struct sli__buckets {
	uint64_t linear;    /* 2^p - 1: the values with a bucket each */
	uint32_t half_bits; /* p - 1 */
	int32_t below;	    /* raw index that cell 0 would have */
	int32_t last;
};

static inline uint32_t
sli__buckets_raw(const struct sli__buckets *b, uint64_t value)
{
	uint32_t top = 63u ^ (uint32_t)__builtin_clzll(value | b->linear);
	uint32_t shift = top - b->half_bits;

	return (shift << b->half_bits) + (uint32_t)(value >> shift);
}

/* All cells, underflow and overflow included. */
static inline uint32_t
sli__buckets_cells(const struct sli__buckets *b)
{
	return (uint32_t)b->last + 1;
}

static inline uint32_t
sli__buckets_cell(const struct sli__buckets *b, uint64_t value)
{
	int32_t cell = (int32_t)sli__buckets_raw(b, value) - b->below;

	if (cell < 0)
		cell = 0;
	if (cell > b->last)
		cell = b->last;
	return (uint32_t)cell;
}

/* precision_bits 3..10, lowest < highest <= SLI__VALUE_MAX */
static inline struct sli__buckets
sli__buckets_make(uint64_t lowest, uint64_t highest, uint32_t precision_bits)
{
	struct sli__buckets b;

	b.linear = (UINT64_C(1) << precision_bits) - 1;
	b.half_bits = precision_bits - 1;
	b.below = (int32_t)sli__buckets_raw(&b, lowest) - 1;
	b.last = (int32_t)sli__buckets_raw(&b, highest) - b.below + 1;
	return b;
}

/* The least value with this raw index. */
static inline uint64_t
sli__buckets_raw_lower(uint32_t half_bits, uint32_t raw)
{
	uint32_t shift = raw >> half_bits;

	if (shift == 0)
		return raw;
	shift--; /* raw = (shift << half_bits) + 1xxx: the 1 carries */
	return (uint64_t)(raw - (shift << half_bits)) << shift;
}

/* [lower, upper) of a cell; the overflow's upper is UINT64_MAX. */
static inline void
sli__buckets_bounds(const struct sli__buckets *b, uint32_t cell,
    uint64_t *lower, uint64_t *upper)
{
	uint32_t raw = (uint32_t)(b->below + (int32_t)cell);

	*lower = cell == 0 ? 0 : sli__buckets_raw_lower(b->half_bits, raw);
	*upper = cell == (uint32_t)b->last ?
	    UINT64_MAX :
	    sli__buckets_raw_lower(b->half_bits, raw + 1);
}

/* The highest value of a cell; of the overflow, the lowest. */
static inline uint64_t
sli__buckets_highest(const struct sli__buckets *b, uint32_t cell)
{
	uint64_t lower, upper;

	sli__buckets_bounds(b, cell, &lower, &upper);
	return cell == (uint32_t)b->last ? lower : upper - 1;
}

/*
 * The rank of a quantile among count > 0 values, by nearest rank: from 1 to
 * count. In integers, q taken to 12 decimals, since 0.07 * 100 > 7 in doubles.
 */
uint64_t sli__quantile_rank(double q, uint64_t count);

/* 0 <= q <= 1, and not a NaN */
static inline bool
sli__is_quantile(double q)
{
	return q >= 0.0 && q <= 1.0;
}

/*
 * Check what a user gave for a range and a precision, and make its buckets.
 * The messages call the fields lowest and highest with unit_suffix behind.
 */
int sli__buckets_check(uint64_t lowest, uint64_t highest,
    uint32_t precision_bits, const char *unit_suffix, struct sli__buckets *out,
    struct sli_error *err);

#endif /* SLI_HISTORY_BUCKETS_H */
