/* SPDX-License-Identifier: MIT */
#include <math.h>

#include <sli/latency.h>

#include "export/bucket.h"
#include "export/exponential.h"

/* The bucket of the finest schema that so many nanoseconds, above 0, are in. */
static int32_t
finest_bucket(uint64_t ns)
{
	double buckets = 1 << SLI__EXPONENTIAL_SCHEMA_MAX;

	return (int32_t)ceil(log2((double)ns / 1e9) * buckets);
}

/* i / 2^shift, rounded up: the coarser bucket that a finer one lies in. */
static int32_t
coarsen(int32_t i, uint32_t shift)
{
	int32_t ones = (int32_t)((UINT32_C(1) << shift) - 1);
	int32_t whole = i / (ones + 1), part = i % (ones + 1);

	return whole + (part > 0);
}

/* To the next coarser schema. The even one of a pair is its last. */
static void
downscale(struct sli__exponential *e)
{
	int32_t first = coarsen(e->first, 1);
	uint32_t i, to;

	for (i = 0; i < e->length; i++) {
		to = (uint32_t)(coarsen(e->first + (int32_t)i, 1) - first);
		if (to == i)
			continue;
		e->count[to] += e->count[i];
		e->count[i] = 0;
	}
	e->length = (uint32_t)(coarsen(e->first + (int32_t)e->length - 1, 1) -
			first) +
	    1;
	e->first = first;
	e->schema--;
}

/*
 * No bucket is narrower than the source's: those are up to 2^-(precision_bits -
 * 1) of their lower bound wide, these at least ln 2 * 2^-schema.
 */
void
sli__exponential_open(struct sli__exponential *e, uint32_t precision_bits,
    uint64_t lowest_ns, uint32_t limit)
{
	*e = (struct sli__exponential){
		.schema = (int32_t)precision_bits - 2,
		.limit = limit,
		.zero_s = (double)lowest_ns / 1e9,
	};
}

static uint32_t
shift_of(const struct sli__exponential *e)
{
	return (uint32_t)(SLI__EXPONENTIAL_SCHEMA_MAX - e->schema);
}

void
sli__exponential_add(struct sli__exponential *e,
    const struct sli_bucket *bucket)
{
	uint64_t middle = sli__bucket_middle(bucket);
	int32_t finest, i;

	e->total += bucket->count;
	e->sum_s += (double)bucket->count * (double)middle / 1e9;
	if ((double)middle / 1e9 <= e->zero_s) {
		e->zero += bucket->count;
		return;
	}
	finest = finest_bucket(middle);
	i = coarsen(finest, shift_of(e));
	if (e->length == 0)
		e->first = i;
	while (i - e->first >= (int32_t)e->limit) {
		downscale(e);
		i = coarsen(finest, shift_of(e));
	}
	while (e->first + (int32_t)e->length <= i)
		e->count[e->length++] = 0;
	e->count[i - e->first] += bucket->count;
}

static void
add(const struct sli_bucket *bucket, void *arg)
{
	sli__exponential_add(arg, bucket);
}

void
sli__exponential_read(const struct sli_indicator_view *view,
    enum sli_outcome outcome, uint32_t limit, struct sli__exponential *out)
{
	sli__exponential_open(out, view->precision_bits, view->lowest_ns,
	    limit);
	(void)sli_total_buckets(view->indicator, outcome, add, out);
}
