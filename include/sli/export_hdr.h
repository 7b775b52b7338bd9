/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_HDR_H
#define SLI_EXPORT_HDR_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/histogram.h>
#include <sli/status.h>

/*
 * HdrHistogram's histogram and its encodings, which its implementations in
 * Java, C, JavaScript, Go, Python, Rust and .NET exchange. Of libsli-export;
 * <sli/sli.h> does not include this header.
 *
 * It is a type of its own since its buckets are others than those of struct
 * sli_histogram: three significant digits, what most peers use, are 2048
 * sub-buckets where libsli has up to 1024.
 *
 * A struct sli_hdr is plain memory with one owner: calls on the same one may
 * run together only if none of them writes (record, merge, add, destroy).
 */

struct sli_hdr;

#define SLI_HDR_DIGITS_MIN 1
#define SLI_HDR_DIGITS_MAX 5

enum sli_hdr_encoding {
	SLI_HDR_BASE64,	    /* of the compressed; what a log holds: HISTFA... */
	SLI_HDR_COMPRESSED, /* V2 in zlib */
	SLI_HDR_PLAIN	    /* V2 */
};

struct sli_hdr_shape {
	uint64_t lowest;  /* lowest discernible value */
	uint64_t highest; /* highest trackable value, as was asked for */
	uint32_t digits;  /* significant decimal digits */
	uint32_t bucket_count;
	uint32_t sub_bucket_count;
};

SLI_BEGIN_DECLS

/**
 * Make an empty histogram of HdrHistogram's geometry.
 *
 * @param lowest   1 or more; times half of the sub-buckets less than 2^62.
 * @param highest  2 * lowest or more, at most INT64_MAX.
 * @param digits   1 to 5: a bucket is less than 10^-digits of its value wide.
 * Errors:   SLI_EINVAL (out), SLI_ERANGE, SLI_ENOMEM.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hdr_create(uint64_t lowest, uint64_t highest,
    uint32_t digits, struct sli_hdr **out, struct sli_error *err);

/** Free a histogram; NULL does nothing. */
SLI_API void sli_hdr_destroy(struct sli_hdr *h);

/**
 * Count `count` times the value; one above the range in the last bucket.
 *
 * Errors:   none; a bucket stays at INT64_MAX, the most that the encodings
 *           have, rather than wrap.
 * Thread:   one writer.  Signal: not safe.  Since: 0.1
 */
SLI_API void sli_hdr_record(struct sli_hdr *h, uint64_t value, uint64_t count);

/**
 * Add every count of `from` to `into`.
 *
 * Exact if both have the same buckets; otherwise a bucket goes where its lowest
 * value lies, as HdrHistogram's own add() has it, so results are the peers'.
 *
 * Errors:   SLI_EINVAL (NULL, or the same histogram twice).  Since: 0.1
 */
SLI_API int sli_hdr_merge(struct sli_hdr *into, const struct sli_hdr *from);

/**
 * Add a histogram of libsli's. A bucket goes where its middle lies; of the
 * overflow bucket, where its lower bound does.
 *
 * Accuracy: exact if both have the same buckets, which is so of lowest 1 with 1
 *           digit and 5 bits of precision, and with 2 digits and 8 bits.
 *           Otherwise a value is moved by at most half of its bucket and one
 *           bucket of `into`. If those are the finer, adding the result to an
 *           empty histogram like `from` gives back `from`.
 * Errors:   SLI_EINVAL (NULL).  Since: 0.1
 */
SLI_API int sli_hdr_add_histogram(struct sli_hdr *into,
    const struct sli_histogram *from);

/** The other way, by the middle too; accuracy and errors are the same. */
SLI_API int sli_hdr_to_histogram(const struct sli_hdr *from,
    struct sli_histogram *into);

/** Errors: SLI_EINVAL (NULL).  Since: 0.1 */
SLI_API int sli_hdr_shape(const struct sli_hdr *h, struct sli_hdr_shape *out);

/** The number of values; UINT64_MAX if there are more. NULL: 0. */
SLI_API uint64_t sli_hdr_count(const struct sli_hdr *h);

/**
 * The value at a quantile, by nearest rank: the highest of the bucket that
 * holds the ceil(q * count)-th value, and the lowest for q = 0.
 *
 * This is the rule of Java and JavaScript. HdrHistogram_c rounds q * count half
 * up instead and understates the tail of few values: of 10, its p90 to p94 are
 * the ninth, not the tenth.
 *
 * @param q  0 to 1, taken to 12 decimals.
 * Errors:   SLI_EINVAL (q or a NULL), SLI_ENODATA (empty).  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hdr_quantile(const struct sli_hdr *h, double q,
    uint64_t *out);

/*
 * Each value taken as the middle of its bucket; the standard deviation is the
 * root of the variance. Errors: SLI_EINVAL (NULL),
 * SLI_ENODATA (empty). Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hdr_mean(const struct sli_hdr *h, double *out);
SLI_API SLI_MUST_CHECK int sli_hdr_variance(const struct sli_hdr *h,
    double *out);

/** The lowest value of the lowest bucket in use; errors as for the mean. */
SLI_API SLI_MUST_CHECK int sli_hdr_min(const struct sli_hdr *h, uint64_t *out);

/** The highest value of the highest bucket in use; errors as for the mean. */
SLI_API SLI_MUST_CHECK int sli_hdr_max(const struct sli_hdr *h, uint64_t *out);

/**
 * Walk the buckets that are in use, upwards.
 *
 * @param cursor  0 before the first call.
 * @return 1 and the bucket, or 0 when there are no more (or on a NULL).
 */
SLI_API int sli_hdr_next(const struct sli_hdr *h, uint32_t *cursor,
    struct sli_bucket *out);

/** How much memory an encoding of h takes at most; base64 with its NUL. */
SLI_API size_t sli_hdr_size(const struct sli_hdr *h,
    enum sli_hdr_encoding encoding);

/**
 * Encode as V2. Every peer reads SLI_HDR_BASE64 and SLI_HDR_COMPRESSED.
 *
 * @param size    of out: sli_hdr_size() or more.
 * @param length  what was written, without the NUL that ends base64.
 * Errors:   SLI_EINVAL (NULL, encoding), SLI_ENOSPC, SLI_ENOMEM (zlib's).
 * Thread:   as the reads.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hdr_encode(const struct sli_hdr *h,
    enum sli_hdr_encoding encoding, void *out, size_t size, size_t *length,
    struct sli_error *err);

/**
 * Decode what anybody may have written: V0, V1 or V2, plain, compressed, or
 * base64 of any of these.
 *
 * Where the peers disagree: the normalizing index offset and the ratio of
 * values are ignored (counts are always in order); a highest above INT64_MAX
 * (of Rust) is INT64_MAX; a payload length of 0 is an empty histogram, one that
 * counts the header too (of old HdrHistogram_c) is taken as meant; bytes behind
 * the encoding are ignored, bytes behind the counts in it are an error.
 *
 * @param max_bytes  of memory that the histogram may take; 0: what the format
 *                   allows, 50 MB. Beside it, zlib's 48 KiB and of base64 3/4
 *                   of its length are taken for the time of the call.
 * Errors:   SLI_EINVAL (NULL), SLI_EPARSE (no base64), SLI_EVERSION (not a
 *           histogram of V0 to V2; a DoubleHistogram), SLI_ECORRUPT,
 *           SLI_ERANGE (max_bytes), SLI_ENOMEM.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hdr_decode(const void *bytes, size_t length,
    size_t max_bytes, struct sli_hdr **out, struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_EXPORT_HDR_H */
