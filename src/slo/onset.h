/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ONSET_H
#define SLI_SLO_ONSET_H

/*
 * When what an alert tells of began, and when it was over: an alert fires some
 * time after the one, and resets some time after the other. Found in the
 * history, in steps; a step burns if its burn rate is above 1.
 */

#include <stdint.h>

#include "slo/alert.h"

struct sli_slo;

/*
 * Back from at_ns through the long window in 60 steps, to the first of the
 * steps that burn; a single quiet one may lie between two. Accuracy: a step, or
 * a slot of the history at that age.
 */
uint64_t sli__onset(const struct sli_slo *slo, uint64_t at_ns,
    const struct sli__alert_rule *rule);

/* The end of the last of 12 steps of the short window that burned. */
uint64_t sli__recovery(const struct sli_slo *slo, uint64_t at_ns,
    const struct sli__alert_rule *rule);

#endif /* SLI_SLO_ONSET_H */
