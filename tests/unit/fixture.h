/* SPDX-License-Identifier: MIT */
#ifndef UNIT_FIXTURE_H
#define UNIT_FIXTURE_H

/* What the unit tests share: a small registry and a few assertions. */

#include <stdio.h>
#include <string.h>

#include "../support/common.h"

/* A midnight, UTC: a boundary of every default ring. */
#define T0 SLI_DAYS(20089)

/* The default histories, but two indicators and SLOs. */
static inline struct sli_registry *
small_registry(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;

	cfg.max_indicators = 2;
	cfg.max_slos = 2;
	cfg.writer_shards = 2;
	cfg.max_consumers = 2;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	return reg;
}

/* Thresholds of 100 ms and 1 s. */
static inline struct sli_indicator *
add_indicator(struct sli_registry *reg, const char *name)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;

	cfg.name = name;
	cfg.threshold_ns[0] = SLI_MILLIS(100);
	cfg.threshold_ns[1] = SLI_SECONDS(1);
	cfg.threshold_count = 2;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	return ind;
}

/* So many events on each second of [from_ns, from_ns + seconds). */
static inline void
count_each_second(struct sli_indicator *ind, uint64_t from_ns, uint64_t seconds,
    enum sli_outcome outcome, uint64_t n)
{
	uint64_t i;

	for (i = 0; i < seconds; i++)
		sli_count(ind, from_ns + SLI_SECONDS(i), outcome, n);
}

/* Relative to 1; for what is a double only because a person reads it. */
#define assert_near(got, expected)                                             \
	do {                                                                   \
		double near_got = (got), near_expected = (expected);           \
		double near_off = near_got - near_expected;                    \
                                                                               \
		if (!(near_off < 1e-9 && near_off > -1e-9))                    \
			fail_msg("%s is %.17g, not %.17g", #got, near_got,     \
			    near_expected);                                    \
	} while (0)

#endif /* UNIT_FIXTURE_H */
