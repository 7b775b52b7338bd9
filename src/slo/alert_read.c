/* SPDX-License-Identifier: MIT */
/*
 * An alert as users see it.
 */
#include <string.h>

#include "slo/windows.h"

/* Since when its condition holds, if it has to last; in history time. */
static uint64_t
pending_since(const struct sli_slo *slo, uint32_t index)
{
	uint64_t turn = load_acquire(&slo->state->watch.pending[index]);

	return sli__turn_is_on(turn) ? sli__turn_ns(turn) : 0;
}

/*
 * What it is like at m, its condition being so. One that came to hold in the
 * open slot has no turn yet.
 */
static void
set_state(const struct sli_slo *slo, uint32_t index, struct sli__moment m,
    bool holds, struct sli_alert *out)
{
	uint64_t since = pending_since(slo, index);
	uint64_t turn = load_acquire(&slo->state->watch.turn[index]);
	bool fires = holds;

	out->after_ns = slo->alert[index].after_ns;
	if (out->after_ns == 0 && sli__turn_is_on(turn))
		since = sli__turn_ns(turn);
	else if (out->after_ns > 0)
		fires = holds && since != 0 &&
		    sub_floor(m.at_ns, since) >= out->after_ns;
	out->state = fires ? SLI_ALERT_FIRING : SLI_ALERT_OK;
	if (holds)
		out->pending_ns = sub_floor(since != 0 ? since : m.open_ns,
		    sli__timeline_skew(slo->ind->timeline));
}

int
sli_slo_alert(struct sli_slo *slo, uint64_t now_ns, uint32_t index,
    struct sli_alert *out)
{
	enum { PERIOD, LONG, SHORT, WINDOWS };
	const struct sli__alert_rule *rule;
	struct sli__events e[WINDOWS];
	struct sli__tally t[WINDOWS];
	uint64_t window_ns[WINDOWS];
	struct sli__moment m;
	bool by_ratio, holds;
	uint32_t i;

	if (slo == NULL || out == NULL)
		return SLI_EINVAL;
	if (index >= slo->alert_count)
		return SLI_ENOENT;
	rule = &slo->alert[index];
	by_ratio = sli__slo_alerts_by_ratio(slo);
	window_ns[PERIOD] = slo->spec.period_ns;
	window_ns[LONG] = rule->long_ns;
	window_ns[SHORT] = rule->short_ns;
	m = sli__advance_to(slo->ind, now_ns);
	sli__slo_windows(slo, m, window_ns, WINDOWS, e);
	for (i = 0; i < WINDOWS; i++)
		t[i] = sli__slo_tally(slo, &e[i]);
	memset(out, 0, sizeof(*out));
	out->severity = rule->severity;
	holds = sli__alert_fires(rule, slo->budget_ppb, by_ratio, &t[PERIOD],
	    &t[LONG], &t[SHORT]);
	set_state(slo, index, m, holds, out);
	out->long_ns = rule->long_ns;
	out->short_ns = rule->short_ns;
	out->factor = (double)rule->factor_ppm / (double)PPM;
	out->long_burn = sli__alert_burn(slo->budget_ppb, by_ratio, &t[PERIOD],
	    &t[LONG], rule->long_ns);
	out->short_burn = sli__alert_burn(slo->budget_ppb, by_ratio, &t[PERIOD],
	    &t[SHORT], rule->short_ns);
	out->min_events = rule->min_events;
	out->min_bad = rule->min_bad;
	out->status = rule->dropped.status;
	out->reason = rule->dropped.message;
	return SLI_OK;
}

uint32_t
sli_slo_alert_count(const struct sli_slo *slo)
{
	return slo == NULL ? 0 : slo->alert_count;
}
