/* SPDX-License-Identifier: MIT */
/*
 * A pair of windows fires while, in both,
 *
 *   burn rate * weight > factor
 *
 *   burn rate = (b / n) / B            b of the window's n events are bad
 *   weight    = (n / w) / (N / W)      its event rate by the period's
 *   factor    = share * P / L          share of the budget in a long window L
 *
 * P is the period, w the window, and W how much of the period has history.
 * The window's n cancels:  b * W / (w * N * B) > factor. On a whole period, and
 * with w = L, that is b > share * B * N, the budget really gone. In a young
 * process N / W stands for the traffic to come, and w is the whole window all
 * the same: a handful of failures after a start is not measured by the age of
 * the first (envoy#33739), and an outage from the start is seen as soon as any
 * other. (SRE Workbook ch. 5; the weight as in sloth's denominator correction
 * and pyrra's PR 1602.)
 *
 * Scaling the windows with the period keeps the factors what the Workbook made
 * them. The other way, other factors for the same windows, gives a ticket below
 * a burn rate of 1 for 28 days, and a page at 43 for 90.
 */
#include <string.h>

#include "base/arith.h"
#include "base/status.h"
#include "slo/alert.h"

#define MIN_BAD_DEFAULT 2

/* Factors in parts per million times a budget in parts per billion. */
#define WHOLE (PPM * PPB)

static const struct {
	enum sli_severity severity;
	uint32_t long_divisor; /* long = period / divisor */
	uint32_t share_ppm;    /* of the budget */
} defaults[SLI__ALERTS] = {
	{ SLI_PAGE, 720, 20000 },
	{ SLI_PAGE, 120, 50000 },
	{ SLI_TICKET, 30, 100000 },
	{ SLI_TICKET, 10, 100000 },
};

#define SHORT_DIVISOR 12

/* To the nearest multiple of slot_ns. */
static uint64_t
whole_slots(uint64_t ns, uint64_t slot_ns)
{
	return (ns + slot_ns / 2) / slot_ns * slot_ns;
}

static void
check_rule(struct sli__alert_rule *rule, uint64_t slot_ns, uint64_t budget_ppb)
{
	if (rule->long_ns < 2 * slot_ns) {
		sli__fail(&rule->dropped, SLI_ERANGE,
		    "dropped: the long window is below two slots of %u ns; a "
		    "longer period, or shorter slots, would allow it",
		    slot_ns);
		return;
	}
	if (rule->factor_ppm * budget_ppb < WHOLE)
		return;
	sli__fail(&rule->dropped, SLI_ERANGE,
	    "dropped: it can never fire, since %g times the budget of %g is an "
	    "error ratio of 1 or more; an objective above %g would allow it",
	    (double)rule->factor_ppm / (double)PPM,
	    (double)budget_ppb / (double)PPB,
	    1.0 - (double)PPM / (double)rule->factor_ppm);
}

static void
set_minimums(struct sli__alert_rule *rule, uint64_t budget_ppb,
    uint64_t min_events, uint64_t min_bad)
{
	rule->min_bad = min_bad > 0 ? min_bad : MIN_BAD_DEFAULT;
	/* So many that one of them is at most the error ratio. */
	rule->min_events = min_events > 0 ?
	    min_events :
	    (WHOLE - 1) / (rule->factor_ppm * budget_ppb) + 1;
}

void
sli__alert_rules(uint64_t period_ns, uint64_t slot_ns, uint64_t budget_ppb,
    uint64_t min_events, uint64_t min_bad,
    struct sli__alert_rule rules[SLI__ALERTS])
{
	struct sli__alert_rule made, *rule = &made;
	uint32_t i;

	for (i = 0; i < SLI__ALERTS; i++) {
		memset(rule, 0, sizeof(*rule));
		rule->severity = defaults[i].severity;
		rule->long_ns = max_u64(slot_ns,
		    whole_slots(period_ns / defaults[i].long_divisor, slot_ns));
		rule->short_ns = max_u64(slot_ns,
		    whole_slots(rule->long_ns / SHORT_DIVISOR, slot_ns));
		rule->factor_ppm = share_of(period_ns, defaults[i].share_ppm,
		    rule->long_ns);
		set_minimums(rule, budget_ppb, min_events, min_bad);
		check_rule(rule, slot_ns, budget_ppb);
		/* In one piece: another process may judge by what is there. */
		rules[i] = made;
	}
}

void
sli__alert_rule_of(const struct sli__alert_spec *spec, uint64_t budget_ppb,
    uint64_t min_events, uint64_t min_bad, struct sli__alert_rule *out)
{
	struct sli__alert_rule rule;

	memset(&rule, 0, sizeof(rule));
	rule.severity = (enum sli_severity)spec->severity;
	rule.long_ns = spec->long_ns;
	rule.short_ns = spec->short_ns;
	rule.factor_ppm = spec->factor_ppm;
	rule.after_ns = spec->after_ns;
	set_minimums(&rule, budget_ppb,
	    spec->min_events > 0 ? spec->min_events : min_events,
	    spec->min_bad > 0 ? spec->min_bad : min_bad);
	*out = rule;
}

static bool
exceeds(const struct sli__alert_rule *rule, uint64_t budget_ppb, bool by_ratio,
    const struct sli__tally *period, const struct sli__tally *window,
    uint64_t window_ns)
{
	uint128 bad = (uint128)window->bad * WHOLE;
	uint64_t limit = rule->factor_ppm * budget_ppb;

	if (by_ratio)
		return bad > (uint128)limit * (window->good + window->bad);
	return product_exceeds(bad, period->covered_ns,
	    (uint128)limit * (period->good + period->bad), window_ns);
}

bool
sli__alert_fires(const struct sli__alert_rule *rule, uint64_t budget_ppb,
    bool by_ratio, const struct sli__tally *period,
    const struct sli__tally *in_long, const struct sli__tally *in_short)
{
	return rule->dropped.status == SLI_OK &&
	    in_long->good + in_long->bad >= rule->min_events &&
	    in_long->bad >= rule->min_bad &&
	    exceeds(rule, budget_ppb, by_ratio, period, in_long,
		rule->long_ns) &&
	    exceeds(rule, budget_ppb, by_ratio, period, in_short,
		rule->short_ns);
}

double
sli__alert_burn(uint64_t budget_ppb, bool by_ratio,
    const struct sli__tally *period, const struct sli__tally *window,
    uint64_t window_ns)
{
	double budget = (double)budget_ppb / (double)PPB;
	double events = (double)(window->good + window->bad);

	/* weight = (n / w) * (W / N) turns n into N * w / W */
	if (!by_ratio && period->covered_ns > 0)
		events = (double)(period->good + period->bad) *
		    ((double)window_ns / (double)period->covered_ns);
	return events > 0 ? (double)window->bad / events / budget : 0.0;
}
