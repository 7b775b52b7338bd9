/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_SLO_H
#define SUPPORT_SLO_H

#include <stdint.h>

#include <sli/sli.h>

/*
 * A registry of its own, on the default rings, for one indicator and the SLO
 * that so large a share of an hour's events is below the threshold.
 */
void open_slo(struct sli_registry **reg, struct sli_indicator **ind,
    struct sli_slo **slo, double objective, uint64_t threshold_ns);

#endif /* SUPPORT_SLO_H */
