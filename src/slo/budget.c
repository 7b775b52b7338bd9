/* SPDX-License-Identifier: MIT */
/*
 * The error budget's arithmetic. Ratios are made of 128-bit integers; a double
 * appears only in what is handed to a person.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "slo/period.h"
#include "slo/windows.h"

/*
 * b / (B n) = spent / allowed, in parts per billion of events; where the budget
 * is a share of all the slices of a period, n is as many.
 */
static uint128
allowed(const struct sli__tally *t, uint64_t budget_ppb, uint128 whole)
{
	return budget_ppb * (whole > 0 ? whole : (uint128)t->good + t->bad);
}

static uint128
spent(const struct sli__tally *t)
{
	return (uint128)t->bad * PPB;
}

/* Exactly 1 with nothing spent, exactly 0 with all of it spent. */
static double
remaining(const struct sli__tally *t, uint64_t budget_ppb, uint128 whole)
{
	uint128 may = allowed(t, budget_ppb, whole), did = spent(t);

	if (may == 0)
		return 1.0;
	return did <= may ? (double)(may - did) / (double)may :
			    -((double)(did - may) / (double)may);
}

uint64_t
sli__budget_left_ppm(const struct sli__tally *t, uint64_t budget_ppb,
    uint128 whole)
{
	uint128 may = allowed(t, budget_ppb, whole), did = spent(t);

	if (may == 0)
		return PPM;
	return did >= may ? 0 : (uint64_t)((may - did) * PPM / may);
}

static double
burn_rate(const struct sli__tally *t, uint64_t budget_ppb)
{
	uint128 may = allowed(t, budget_ppb, 0);

	return may == 0 ? 0.0 : (double)spent(t) / (double)may;
}

static enum sli_alert_state
state_of(const struct sli_slo *slo, enum sli_severity severity)
{
	const struct sli__watch *w = &slo->state->watch;
	uint32_t i;

	for (i = 0; i < slo->alert_count; i++)
		if (slo->alert[i].severity == severity &&
		    sli__turn_is_on(load_acquire(&w->turn[i])))
			return SLI_ALERT_FIRING;
	return SLI_ALERT_OK;
}

/* Nobody judges for a view: it does so itself. */
static enum sli_alert_state
state_now(struct sli_slo *slo, uint64_t now_ns, enum sli_severity severity)
{
	struct sli_alert alert;
	uint32_t i;

	if (!slo->ind->registry->arena.is_view)
		return state_of(slo, severity);
	for (i = 0; i < slo->alert_count; i++)
		if (slo->alert[i].severity == severity &&
		    sli_slo_alert(slo, now_ns, i, &alert) == SLI_OK &&
		    alert.state == SLI_ALERT_FIRING)
			return SLI_ALERT_FIRING;
	return SLI_ALERT_OK;
}

/* 2^64 ns is 584 years. */
static uint64_t
whole_ns(double ns)
{
	return ns < 18446744073709549568.0 ? (uint64_t)ns : UINT64_MAX;
}

/*
 * When nothing is left, at a constant burn rate and traffic. A rolling period
 * has a whole budget for its length. So has a calendar one of slices, and its
 * length is known. In one of occurrences the budget grows with the events:
 * after elapsed_ns, r of it left, it is
 *
 *   r + (1 - burn) x / elapsed_ns = 0      in x
 */
static uint64_t
exhausted_in(const struct sli_slo *slo, const struct sli__period *p,
    uint64_t at_ns, uint64_t elapsed_ns, double left, double burn)
{
	uint64_t ns;

	if (left <= 0.0)
		return 0;
	if (burn <= 0.0)
		return UINT64_MAX;
	if (!sli__slo_is_calendar(&slo->spec))
		return whole_ns(left * (double)slo->spec.period_ns / burn);
	if (p->whole > 0)
		ns = whole_ns(left *
		    ((double)p->slices * (double)slo->spec.slice_ns) / burn);
	else if (burn > 1.0)
		ns = whole_ns(left * (double)elapsed_ns / (burn - 1.0));
	else
		return UINT64_MAX;
	/* 0 says that it is spent. */
	return ns < sub_floor(p->to_ns, at_ns) ? max_u64(ns, 1) : UINT64_MAX;
}

static void
tell_period(const struct sli_slo *slo, const struct sli__period *p,
    uint64_t reset, struct sli_budget *out)
{
	uint64_t skew = sli__timeline_skew(slo->ind->timeline);

	out->from_ns = sub_floor(p->from_ns, skew);
	out->to_ns = sub_floor(p->to_ns, skew);
	out->reset_ns = sub_floor(reset, skew);
	out->slices = p->slices;
}

int
sli_slo_budget(struct sli_slo *slo, uint64_t now_ns, struct sli_budget *out)
{
	enum { PERIOD, HOUR, SIX_HOURS, WINDOWS };
	struct sli__events e[WINDOWS], budget;
	struct sli__tally t[WINDOWS];
	struct sli__adjusted did;
	uint64_t window_ns[WINDOWS], reset;
	struct sli__period period;
	struct sli__moment m;
	uint32_t i;

	if (slo == NULL || out == NULL)
		return SLI_EINVAL;
	window_ns[PERIOD] = slo->spec.period_ns;
	window_ns[HOUR] = SLI_HOURS(1);
	window_ns[SIX_HOURS] = SLI_HOURS(6);
	m = sli__advance_to(slo->ind, now_ns);
	sli__slo_period(slo, m.at_ns, &period);
	reset = sli__slo_budget_windows(slo, m, &period, window_ns, WINDOWS, e,
	    &budget, &did);
	for (i = 0; i < WINDOWS; i++)
		t[i] = sli__slo_tally(slo, &e[i]);
	t[PERIOD] = sli__slo_tally(slo, &budget);
	memset(out, 0, sizeof(*out));
	tell_period(slo, &period, reset, out);
	out->good = t[PERIOD].good;
	out->bad = t[PERIOD].bad;
	out->total = out->good + out->bad;
	out->has_data = out->total > 0;
	out->sli = out->has_data ? (double)out->good / (double)out->total : 1.0;
	out->objective = (double)slo->spec.objective_ppb / (double)PPB;
	out->remaining = remaining(&t[PERIOD], slo->budget_ppb, period.whole);
	out->burn_rate_1h = burn_rate(&t[HOUR], slo->budget_ppb);
	out->burn_rate_6h = burn_rate(&t[SIX_HOURS], slo->budget_ppb);
	out->exhausted_in_ns = exhausted_in(slo, &period, m.at_ns,
	    t[PERIOD].covered_ns, out->remaining, out->burn_rate_1h);
	out->page = state_now(slo, now_ns, SLI_PAGE);
	out->ticket = state_now(slo, now_ns, SLI_TICKET);
	out->covered_ns = did.covered_ns;
	out->excluded_ns = did.excluded_ns;
	out->excluded = did.excluded;
	out->corrected_good = did.good;
	out->corrected_bad = did.bad;
	return SLI_OK;
}

int
sli_slo_burn_rate(struct sli_slo *slo, uint64_t now_ns, uint64_t window_ns,
    double *out)
{
	struct sli__events e;
	struct sli__tally t;

	if (slo == NULL || out == NULL || window_ns == 0)
		return SLI_EINVAL;
	sli__slo_windows(slo, sli__advance_to(slo->ind, now_ns), &window_ns, 1,
	    &e);
	t = sli__slo_tally(slo, &e);
	if (t.good + t.bad == 0)
		return SLI_ENODATA;
	*out = burn_rate(&t, slo->budget_ppb);
	return SLI_OK;
}
