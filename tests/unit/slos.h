/* SPDX-License-Identifier: MIT */
#ifndef UNIT_SLOS_H
#define UNIT_SLOS_H

/* For tests of SLOs of one indicator. */

#include "requests.h"

static inline struct sli_slo_config
config(double objective)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;

	cfg.name = "availability";
	cfg.objective = objective;
	return cfg;
}

static inline struct sli_slo *
add(const struct sli_slo_config *cfg)
{
	struct sli_slo *slo = NULL;

	assert_int_equal(sli_slo_register(ind, cfg, &slo, NULL), SLI_OK);
	return slo;
}

static inline struct sli_budget
budget_of(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_budget b;

	assert_int_equal(sli_slo_budget(slo, now_ns, &b), SLI_OK);
	return b;
}

#endif /* UNIT_SLOS_H */
