/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_POLICY_H
#define SLI_SLO_POLICY_H

/*
 * What an SLO alerts on: the default alerts or its own, and micro-outages.
 */

#include "slo/slo.h"

/*
 * Check that part of a configuration, and put it into a spec whose objective
 * and period are there.
 */
int sli__policy_check(const struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli_error *err);

/* Check that part of a spec that was read from a block. */
int sli__policy_spec_check(const struct sli_indicator *ind,
    const struct sli__slo_spec *spec, struct sli_error *err);

/*
 * The alerts of a handle, from its spec. A rule is set in one piece: another
 * process may judge by what is there.
 */
void sli__policy_map(struct sli_slo *slo);

#endif /* SLI_SLO_POLICY_H */
