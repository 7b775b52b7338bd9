/* SPDX-License-Identifier: MIT */
#include "slo.h"

#include "common.h"

void
open_slo(struct sli_registry **reg, struct sli_indicator **ind,
    struct sli_slo **slo, double objective, uint64_t threshold_ns)
{
	struct sli_registry_config registry = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config indicator = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;

	indicator.name = "requests";
	indicator.threshold_ns[0] = threshold_ns;
	indicator.threshold_count = 1;
	cfg.name = "fast";
	cfg.objective = objective;
	cfg.period_ns = SLI_HOURS(1);
	cfg.threshold_ns = threshold_ns;
	assert_int_equal(sli_registry_create(&registry, reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(*reg, &indicator, ind, NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_register(*ind, &cfg, slo, NULL), SLI_OK);
}
