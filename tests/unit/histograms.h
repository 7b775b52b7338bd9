/* SPDX-License-Identifier: MIT */
#ifndef UNIT_HISTOGRAMS_H
#define UNIT_HISTOGRAMS_H

/* For tests of histograms that no indicator has. */

#include "fixture.h"

static inline struct sli_histogram *
make_histogram(uint64_t lowest, uint64_t highest, uint32_t precision_bits)
{
	struct sli_histogram *h = NULL;

	assert_int_equal(
	    sli_histogram_create(lowest, highest, precision_bits, &h, NULL),
	    SLI_OK);
	return h;
}

static inline uint64_t
quantile(const struct sli_histogram *h, double q)
{
	uint64_t value = 0;

	assert_int_equal(sli_histogram_quantile(h, q, &value), SLI_OK);
	return value;
}

#endif /* UNIT_HISTOGRAMS_H */
