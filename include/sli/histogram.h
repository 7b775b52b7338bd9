/* SPDX-License-Identifier: MIT */
#ifndef SLI_HISTOGRAM_H
#define SLI_HISTOGRAM_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/status.h>

/*
 * A log-linear histogram in the manner of HdrHistogram (Tene 2012): every
 * power of two is cut into 2^(precision_bits - 1) buckets of equal width, so a
 * bucket is at most 2^-(precision_bits - 1) of its lower bound wide. Values
 * below and above the range are counted in an underflow and an overflow
 * bucket.
 *
 * A struct sli_histogram is plain memory with one owner: calls on the same one
 * may run together only if none of them writes (record, merge, reset, destroy,
 * or sli_window_histogram() into it). None but create and destroy allocates or
 * locks; a signal handler may use one that it does not interrupt.
 */

struct sli_histogram;

/* The values [lower, upper) and how many there were. */
struct sli_bucket {
	uint64_t lower;
	uint64_t upper; /* UINT64_MAX in the overflow bucket: no bound */
	uint64_t count;
};

#define SLI_PRECISION_BITS_MIN 3
#define SLI_PRECISION_BITS_MAX 10
#define SLI_PRECISION_BITS_DEFAULT 7

SLI_BEGIN_DECLS

/**
 * Make an empty histogram.
 *
 * Its range is [lowest, highest] widened to whole buckets.
 *
 * @param lowest          0 or more, any unit.
 * @param highest         above lowest, at most 2^62.
 * @param precision_bits  3 to 10; 0 means 7 (relative error at most 1/64).
 * Errors:   SLI_EINVAL, SLI_ERANGE (precision_bits, highest), SLI_ENOMEM.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_histogram_create(uint64_t lowest,
    uint64_t highest, uint32_t precision_bits, struct sli_histogram **out,
    struct sli_error *err);

/** Free a histogram; NULL does nothing. */
SLI_API void sli_histogram_destroy(struct sli_histogram *h);

/** Forget every value. */
SLI_API void sli_histogram_reset(struct sli_histogram *h);

/**
 * Count `count` times the value.
 *
 * Errors:   none; a bucket stays at UINT64_MAX rather than wrap.
 * Thread:   one writer.  Signal: not safe.  Since: 0.1
 */
SLI_API void sli_histogram_record(struct sli_histogram *h, uint64_t value,
    uint64_t count);

/**
 * Add every count of `from` to `into`.
 *
 * Exact if both have the same buckets; otherwise a bucket of `from` goes where
 * its middle lies, which adds at most its own width of error.
 *
 * Errors:   SLI_EINVAL (NULL, or the same histogram twice).  Since: 0.1
 */
SLI_API int sli_histogram_merge(struct sli_histogram *into,
    const struct sli_histogram *from);

/**
 * The value at a quantile, by nearest rank: the smallest bucket that holds
 * the ceil(q * count)-th value. Of that bucket the highest value is given, as
 * HdrHistogram does, and the lowest for q = 0.
 *
 * @param q  0 to 1, taken to 12 decimals.
 * Accuracy: in the same bucket as the exact value. In the overflow bucket only
 *           its lower bound is known, and that is given.
 * Errors:   SLI_EINVAL (q or a NULL), SLI_ENODATA (empty).  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_histogram_quantile(const struct sli_histogram *h,
    double q, uint64_t *out);

/** The number of values, underflow and overflow included. */
SLI_API uint64_t sli_histogram_count(const struct sli_histogram *h);

/**
 * The mean, each value taken as the middle of its bucket (in the overflow
 * bucket: as its lower bound).
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENODATA (empty).  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_histogram_mean(const struct sli_histogram *h,
    double *out);

/** The lowest value of the lowest bucket in use; errors as for the mean. */
SLI_API SLI_MUST_CHECK int sli_histogram_min(const struct sli_histogram *h,
    uint64_t *out);

/** The highest value of the highest bucket in use; errors as for the mean. */
SLI_API SLI_MUST_CHECK int sli_histogram_max(const struct sli_histogram *h,
    uint64_t *out);

/**
 * The bucket [lower, upper) that a value is counted in.
 *
 * Errors:   SLI_EINVAL (NULL).  Since: 0.1
 */
SLI_API int sli_histogram_bounds(const struct sli_histogram *h, uint64_t value,
    uint64_t *lower, uint64_t *upper);

/**
 * Walk the buckets that are in use, upwards.
 *
 * @param cursor  0 before the first call.
 * @return 1 and the bucket, or 0 when there are no more (or on a NULL).
 */
SLI_API int sli_histogram_next(const struct sli_histogram *h, uint32_t *cursor,
    struct sli_bucket *out);

SLI_END_DECLS

#endif /* SLI_HISTOGRAM_H */
