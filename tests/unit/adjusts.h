/* SPDX-License-Identifier: MIT */
#ifndef UNIT_ADJUSTS_H
#define UNIT_ADJUSTS_H

/* For tests of exclusions and corrections. */

#include "slos.h"

static inline struct sli_slo *
add_slo(void)
{
	struct sli_slo_config cfg = config(0.9);

	return add(&cfg);
}

static inline int
exclude(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns, uint64_t to_ns)
{
	return sli_slo_exclude(slo, now_ns, from_ns, to_ns, "a test", NULL);
}

static inline int
include(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns, uint64_t to_ns)
{
	return sli_slo_include(slo, now_ns, from_ns, to_ns, "a test", NULL);
}

static inline int
correct(struct sli_slo *slo, uint64_t now_ns, uint64_t at_ns, int64_t good,
    int64_t bad)
{
	return sli_slo_correct(slo, now_ns, at_ns, good, bad, "a test", NULL);
}

static inline uint32_t
adjustments(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_adjustment a;
	uint32_t n = 0;

	while (sli_slo_adjustment(slo, now_ns, n, &a) == SLI_OK)
		n++;
	return n;
}

/* The one exclusion that begins then. */
static inline struct sli_adjustment
exclusion_from(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns)
{
	struct sli_adjustment a;
	uint32_t i;

	for (i = 0; sli_slo_adjustment(slo, now_ns, i, &a) == SLI_OK; i++)
		if (a.kind == SLI_EXCLUSION && a.from_ns == from_ns)
			return a;
	fail_msg("no exclusion begins at %llu", (unsigned long long)from_ns);
	return a;
}

#define assert_budget(slo, now_ns, want_good, want_bad)                        \
	do {                                                                   \
		struct sli_budget budget_got = budget_of(slo, now_ns);         \
                                                                               \
		assert_int_equal(budget_got.good, want_good);                  \
		assert_int_equal(budget_got.bad, want_bad);                    \
	} while (0)

#endif /* UNIT_ADJUSTS_H */
