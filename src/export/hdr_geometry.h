/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_HDR_GEOMETRY_H
#define SLI_EXPORT_HDR_GEOMETRY_H

/*
 * HdrHistogram's geometry: values below sub_bucket_count << unit have buckets
 * 2^unit wide, and every power of two above has sub_bucket_count / 2 of them.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sli/export_hdr.h>

#define SLI__HDR_COUNT_MAX ((uint64_t)INT64_MAX)

struct sli__hdr_geometry {
	struct sli_hdr_shape shape;
	uint32_t unit;	    /* log2 of lowest */
	uint32_t half_bits; /* log2 of half of the sub-buckets */
	uint32_t length;    /* counts */
};

struct sli_hdr {
	struct sli__hdr_geometry geometry;
	uint32_t used; /* counts; those behind are 0 */
	uint64_t total;
	uint64_t count[];
};

/* Errors as of sli_hdr_create(). */
int sli__hdr_geometry_make(uint64_t lowest, uint64_t highest, uint32_t digits,
    struct sli__hdr_geometry *out, struct sli_error *err);

/* An empty histogram. */
int sli__hdr_create_of(const struct sli__hdr_geometry *g, struct sli_hdr **out,
    struct sli_error *err);

/* Bytes of a histogram. */
static inline size_t
sli__hdr_bytes(const struct sli__hdr_geometry *g)
{
	return sizeof(struct sli_hdr) + g->length * sizeof(uint64_t);
}

/* index < h->geometry.length */
static inline void
sli__hdr_add(struct sli_hdr *h, uint32_t index, uint64_t count)
{
	uint64_t room = SLI__HDR_COUNT_MAX - h->count[index];

	if (count == 0)
		return;
	h->count[index] += count < room ? count : room;
	h->total = count > UINT64_MAX - h->total ? UINT64_MAX :
						   h->total + count;
	if (index >= h->used)
		h->used = index + 1;
}

/* The first value of the bucket with this index, and its width. */
static inline uint64_t
sli__hdr_lower(const struct sli_hdr *h, uint32_t index, uint64_t *width)
{
	const struct sli__hdr_geometry *g = &h->geometry;
	uint32_t half = UINT32_C(1) << g->half_bits;
	uint32_t bucket = index >> g->half_bits, sub = index & (half - 1);

	if (bucket > 0) {
		bucket--;
		sub += half;
	}
	*width = UINT64_C(1) << (g->unit + bucket);
	return (uint64_t)sub << (g->unit + bucket);
}

#endif /* SLI_EXPORT_HDR_GEOMETRY_H */
