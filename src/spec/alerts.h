/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_ALERTS_H
#define SLI__SPEC_ALERTS_H

#include <stdbool.h>

#include <sli/spec.h>

#define SLI__SPEC_DEFAULT_ALERTS 4

/* The default pairs of struct sli_alert, scaled to a period. */
void sli__spec_default_alerts(uint64_t period_ns,
    struct sli_spec_alert alerts[SLI__SPEC_DEFAULT_ALERTS]);
/* Whether an error ratio of 1 is not above factor * budget. */
bool sli__spec_can_never_fire(const struct sli_spec_alert *alert,
    uint64_t objective_ppb);

#endif /* SLI__SPEC_ALERTS_H */
