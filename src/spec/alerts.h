/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_ALERTS_H
#define SLI__SPEC_ALERTS_H

#include <stdbool.h>

#include <sli/spec.h>

#define SLI__SPEC_DEFAULT_ALERTS 4

/*
 * The default pairs of struct sli_alert, scaled to a period, in whole slots;
 * how many there are, since a long window has two slots at least.
 */
uint32_t sli__spec_default_alerts(uint64_t period_ns, uint64_t slot_ns,
    struct sli_spec_alert alerts[SLI__SPEC_DEFAULT_ALERTS]);
/* Whether an error ratio of 1 is not above factor * budget. */
bool sli__spec_can_never_fire(const struct sli_spec_alert *alert,
    uint64_t objective_ppb);
/* Neither switched off nor of the ones that can never fire. */
bool sli__spec_is_wanted(const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert);

#endif /* SLI__SPEC_ALERTS_H */
