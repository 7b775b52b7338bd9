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

static inline void
expect_refused(const struct sli_slo_config *cfg, int status, const char *field,
    const char *value)
{
	struct sli_slo *const untouched = (void *)&reg, *slo = untouched;
	struct sli_error err;

	memset(&err, 0, sizeof(err));
	assert_int_equal(sli_slo_register(ind, cfg, &slo, &err), status);
	assert_error(&err, status, field, value);
	assert_int_equal(sli_slo_register(ind, cfg, &slo, NULL), status);
	assert_ptr_equal(slo, untouched);
}

static inline struct sli_budget
budget_of(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_budget b;

	assert_int_equal(sli_slo_budget(slo, now_ns, &b), SLI_OK);
	return b;
}

#endif /* UNIT_SLOS_H */
