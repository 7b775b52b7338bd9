/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_CONFIG_H
#define SLI_SLO_CONFIG_H

#include "slo/slo.h"

/* Check a configuration, and make a spec of it with its defaults filled in. */
int sli__slo_check(const struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli_error *err);

#endif /* SLI_SLO_CONFIG_H */
