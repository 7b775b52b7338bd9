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
uint32_t sli__spec_default_alerts(const struct sli_spec_slo *slo,
    struct sli_spec_alert alerts[SLI__SPEC_DEFAULT_ALERTS]);
/* Neither switched off nor of the ones that can never fire. */
bool sli__spec_is_wanted(const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert);

#define SLI__SPEC_DROPPED_BYTES 320
/*
 * Why an alert that is not switched off is left out all the same; false: it is
 * not.
 */
bool sli__spec_is_dropped(const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert, char why[SLI__SPEC_DROPPED_BYTES]);

#endif /* SLI__SPEC_ALERTS_H */
