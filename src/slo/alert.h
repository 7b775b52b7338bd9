/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ALERT_H
#define SLI_SLO_ALERT_H

/*
 * Multi-window multi-burn-rate alerts: which ones there are for a period, and
 * whether one fires. Pure integer arithmetic on counts.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sli/alert.h>
#include <sli/slo.h>
#include <sli/status.h>

#define SLI__ALERTS 4 /* default ones */

/* An alert of an SLO's own, as its spec keeps it. */
struct sli__alert_spec {
	uint32_t severity, reserved;
	uint64_t long_ns, short_ns;
	uint64_t factor_ppm;
	uint64_t min_events, min_bad; /* 0: the SLO's */
	uint64_t after_ns;
};

/* The events of a window, from an SLO's point of view. */
struct sli__tally {
	uint64_t good, bad;
	uint64_t covered_ns;
};

struct sli__alert_rule {
	enum sli_severity severity;
	uint64_t long_ns, short_ns;
	uint64_t factor_ppm; /* of the burn rate */
	uint64_t min_events, min_bad;
	uint64_t after_ns;
	struct sli_error dropped; /* status SLI_OK: it is in use */
};

/* The default alerts of an SLO. A minimum of 0 means the default. */
void sli__alert_rules(uint64_t period_ns, uint64_t slot_ns, uint64_t budget_ppb,
    uint64_t min_events, uint64_t min_bad,
    struct sli__alert_rule rule[SLI__ALERTS]);

/* What an alert of its own has to go with. */
struct sli__alert_bounds {
	uint64_t period_ns, slot_ns;
	uint64_t reach_ns; /* of the history */
	uint64_t budget_ppb;
};

/*
 * Check the i-th alert of a configuration, and make what a spec keeps of it.
 * Windows become whole slots, the nearest. Errors: SLI_EINVAL, SLI_ERANGE.
 */
int sli__alert_check(const struct sli__alert_bounds *bounds, uint64_t i,
    const struct sli_alert_config *cfg, struct sli__alert_spec *spec,
    struct sli_error *err);

/* The same of what a block says. */
int sli__alert_spec_check(const struct sli__alert_bounds *bounds, uint64_t i,
    const struct sli__alert_spec *spec, struct sli_error *err);

/* What a spec is made from again. */
struct sli_alert_config sli__alert_spec_config(
    const struct sli__alert_spec *spec);

/* Its rule; minimums of the SLO where it has none, and defaults. */
void sli__alert_rule_of(const struct sli__alert_spec *spec, uint64_t budget_ppb,
    uint64_t min_events, uint64_t min_bad, struct sli__alert_rule *rule);

/*
 * Does it fire? With by_ratio, on the windows' plain error ratios, else
 * weighted by traffic.
 */
bool sli__alert_fires(const struct sli__alert_rule *rule, uint64_t budget_ppb,
    bool by_ratio, const struct sli__tally *period,
    const struct sli__tally *in_long, const struct sli__tally *in_short);

/*
 * The burn rate of a window of this length as sli__alert_fires() compares it; 0
 * if empty.
 */
double sli__alert_burn(uint64_t budget_ppb, bool by_ratio,
    const struct sli__tally *period, const struct sli__tally *window,
    uint64_t window_ns);

#endif /* SLI_SLO_ALERT_H */
