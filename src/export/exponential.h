/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_EXPONENTIAL_H
#define SLI_EXPORT_EXPONENTIAL_H

/*
 * Base-2 exponential buckets (Prometheus' native, OTLP's exponential ones):
 * bucket i has the values in (base^(i-1), base^i] seconds, where base is
 * 2^(2^-schema). OTLP calls that bucket i - 1.
 *
 * A bucket of libsli's goes where its middle lies, which does not depend on
 * what else there is; those above the range have its upper end as their middle.
 * The schema is the finest that is no finer than the source's buckets and has
 * no more than `limit` from the first to the last that is in use. As counts
 * only grow, so does that span: the schema only gets coarser, and no count
 * decreases between two exports but by a coarser schema, which readers expect.
 */

#include <sli/export_proto.h>
#include <sli/flush.h>
#include <sli/histogram.h>

#define SLI__EXPONENTIAL_SCHEMA_MIN (-4)
#define SLI__EXPONENTIAL_SCHEMA_MAX 8

/* At the coarsest schema the nanoseconds of 64 bits have five buckets. */
_Static_assert(SLI_BUCKET_LIMIT_MIN >= 5, "any latencies fit");

/* The default range of an indicator has 832 at its default precision. */
_Static_assert(SLI_BUCKET_LIMIT_MAX >= 832, "as fine as can be, if wanted");

struct sli__exponential {
	int32_t schema;
	int32_t first;	 /* which bucket count[0] is, if there are any */
	uint32_t length; /* buckets; neither end is 0 */
	uint32_t limit;
	uint64_t total; /* zero and all of count */
	uint64_t zero;	/* at most zero_s, the indicator's lowest_ns */
	double zero_s;
	double sum_s; /* each event as the middle of its bucket */
	uint64_t count[SLI_BUCKET_LIMIT_MAX];
};

/* Empty. limit: SLI_BUCKET_LIMIT_MIN to _MAX. */
void sli__exponential_open(struct sli__exponential *e, uint32_t precision_bits,
    uint64_t lowest_ns, uint32_t limit);

/* Not below the bucket that was added last. */
void sli__exponential_add(struct sli__exponential *e,
    const struct sli_bucket *bucket);

/* Of all latencies of one outcome. */
void sli__exponential_read(const struct sli_indicator_view *view,
    enum sli_outcome outcome, uint32_t limit, struct sli__exponential *out);

#endif /* SLI_EXPORT_EXPONENTIAL_H */
