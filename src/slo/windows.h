/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_WINDOWS_H
#define SLI_SLO_WINDOWS_H

/*
 * The events that an SLO's budget, burn rates and alerts are of: those of its
 * indicator, or its slices, without what is excluded (adjust.h).
 */

#include "slo/slo.h"

/* n <= SLI__WINDOWS_MAX windows that end at m, a moment of its indicator. */
void sli__slo_windows(const struct sli_slo *slo, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *out);

/*
 * The same of n < SLI__WINDOWS_MAX windows, the first period_ns long; and
 * *budget, the events of the period, no earlier than the budget began, and
 * corrected; *did is told what adjustments did to it, and *period has slices
 * that are excluded no more. Returns when the budget was reset, in history
 * time, or 0 if before the period.
 */
uint64_t sli__slo_budget_windows(const struct sli_slo *slo,
    struct sli__moment m, struct sli__period *period, const uint64_t *window_ns,
    uint32_t n, struct sli__events *out, struct sli__events *budget,
    struct sli__adjusted *did);

/* The SLO's good and bad events among an indicator's. */
struct sli__tally sli__slo_tally(const struct sli_slo *slo,
    const struct sli__events *e);

/* The same, of what was let in: without shed events, whatever the flags. */
struct sli__tally sli__slo_admitted(const struct sli_slo *slo,
    const struct sli__events *e);

#endif /* SLI_SLO_WINDOWS_H */
