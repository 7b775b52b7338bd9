/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_BUCKET_H
#define SLI_EXPORT_BUCKET_H

#include <sli/histogram.h>

/* What stands for every value of a bucket: of the overflow bucket the least. */
static inline uint64_t
sli__bucket_middle(const struct sli_bucket *bucket)
{
	return bucket->upper == UINT64_MAX ?
	    bucket->lower :
	    bucket->lower + (bucket->upper - 1 - bucket->lower) / 2;
}

#endif /* SLI_EXPORT_BUCKET_H */
