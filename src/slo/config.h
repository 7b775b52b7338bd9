/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_CONFIG_H
#define SLI_SLO_CONFIG_H

#include "slo/slo.h"

/*
 * Check a configuration, and make a spec of it with its defaults filled in; but
 * for where its slices are counted. Of a calendar, *zone is its zone.
 */
int sli__slo_check(const struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli__zone *zone, struct sli_error *err);

/* Of that, method and period. The objective is in the spec. */
int sli__slo_check_method(const struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli__zone *zone, struct sli_error *err);

/* Do slices and period go with the indicator? */
int sli__slo_check_period(const struct sli_indicator *ind,
    const struct sli__slo_spec *spec, struct sli_error *err);

/* Are method and period of a spec that was read from a block sound? */
int sli__slo_spec_check_method(struct sli_registry *reg,
    const struct sli__slo_spec *spec, struct sli_error *err);

#endif /* SLI_SLO_CONFIG_H */
