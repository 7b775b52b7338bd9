/* SPDX-License-Identifier: MIT */
#ifndef UNIT_SLICES_H
#define UNIT_SLICES_H

/* For tests of SLOs of slices of a minute. */

#include "slos.h"

/* The share of good events that a slice needs is the objective, 0.9. */
static inline struct sli_slo_config
sliced(enum sli_method method)
{
	struct sli_slo_config cfg = config(0.9);

	cfg.method = method;
	return cfg;
}

/* Events in the middle of minute i from T0. */
static inline void
fill_minute(uint64_t i, uint64_t good, uint64_t bad)
{
	uint64_t at_ns = T0 + SLI_MINUTES(i) + SLI_MILLIS(30500);

	sli_count(ind, at_ns, SLI_GOOD, good);
	sli_count(ind, at_ns, SLI_BAD, bad);
}

#define expect_slices(slo, now_ns, good_slices, bad_slices)                    \
	do {                                                                   \
		struct sli_budget got = budget_of(slo, now_ns);                \
                                                                               \
		assert_int_equal(got.good, good_slices);                       \
		assert_int_equal(got.bad, bad_slices);                         \
	} while (0)

#endif /* UNIT_SLICES_H */
