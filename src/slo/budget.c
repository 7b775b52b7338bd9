/* SPDX-License-Identifier: MIT */
/*
 * The error budget's arithmetic. Ratios are made of 128-bit integers; a double
 * appears only in what is handed to a person.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "slo/slo.h"

struct sli__tally
sli__slo_admitted(const struct sli_slo *slo, const struct sli__events *e)
{
	struct sli__tally t;
	uint32_t i;

	t.good = 0;
	t.bad = e->cell[SLI__BAD];
	t.covered_ns = e->covered_ns;
	for (i = 0; i <= SLI_THRESHOLDS_MAX; i++)
		if (i < slo->slow_from)
			t.good += e->cell[(uint32_t)SLI__GOOD + i];
		else
			t.bad += e->cell[(uint32_t)SLI__GOOD + i];
	return t;
}

struct sli__tally
sli__slo_tally(const struct sli_slo *slo, const struct sli__events *e)
{
	struct sli__tally t = sli__slo_admitted(slo, e);

	if (slo->spec.flags & SLI_SLO_SHED_IS_BAD)
		t.bad += e->cell[SLI__SHED];
	return t;
}

/*
 * When the budget last began, and the totals then. Before the totals now, so
 * that no window is negative (I3).
 */
static uint64_t
read_mark(const struct sli_slo *slo, uint64_t *total)
{
	const struct sli__slo_mark *mark;
	uint64_t at;
	uint32_t i;

	/* Again if it was made ready for the next but one meanwhile. */
	do {
		mark = sli__slo_mark(slo->entry);
		at = load_acquire(&mark->at_ns);
		for (i = 0; i < SLI__EVENT_CELLS; i++)
			total[i] = load_acquire(&mark->total[i]);
	} while (mark != sli__slo_mark(slo->entry));
	return at;
}

uint64_t
sli__slo_windows(const struct sli_slo *slo, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *out,
    struct sli__events *budget)
{
	struct sli__events e[SLI__WINDOWS_MAX];
	uint64_t total[SLI__EVENT_CELLS], length_ns[SLI__WINDOWS_MAX];
	uint64_t at = read_mark(slo, total);
	uint32_t i;

	if (at <= sub_floor(m.at_ns, window_ns[0])) {
		sli__windows(slo->ind, m, window_ns, n, out);
		*budget = out[0];
		return 0;
	}
	memcpy(length_ns, window_ns, n * sizeof(*window_ns));
	length_ns[n] = UINT64_MAX;
	sli__windows(slo->ind, m, length_ns, n + 1, e);
	memcpy(out, e, n * sizeof(*out));
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		budget->cell[i] = sub_floor(e[n].cell[i], total[i]);
	budget->covered_ns = sub_floor(m.at_ns, at);
	return at;
}

/* b / (B n) = spent / allowed, in parts per billion of events */
static uint128
allowed(const struct sli__tally *t, uint64_t budget_ppb)
{
	return (uint128)budget_ppb * (t->good + t->bad);
}

static uint128
spent(const struct sli__tally *t)
{
	return (uint128)t->bad * PPB;
}

/* Exactly 1 with nothing spent, exactly 0 with all of it spent. */
static double
remaining(const struct sli__tally *t, uint64_t budget_ppb)
{
	uint128 may = allowed(t, budget_ppb), did = spent(t);

	if (may == 0)
		return 1.0;
	return did <= may ? (double)(may - did) / (double)may :
			    -((double)(did - may) / (double)may);
}

uint64_t
sli__budget_left_ppm(const struct sli__tally *t, uint64_t budget_ppb)
{
	uint128 may = allowed(t, budget_ppb), did = spent(t);

	if (may == 0)
		return PPM;
	return did >= may ? 0 : (uint64_t)((may - did) * PPM / may);
}

static double
burn_rate(const struct sli__tally *t, uint64_t budget_ppb)
{
	uint128 may = allowed(t, budget_ppb);

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

/* At a constant burn rate; 2^64 ns is 584 years. */
static uint64_t
exhausted_in(double left, double burn, uint64_t period_ns)
{
	double ns;

	if (left <= 0.0)
		return 0;
	if (burn <= 0.0)
		return UINT64_MAX;
	ns = left * (double)period_ns / burn;
	return ns < 18446744073709549568.0 ? (uint64_t)ns : UINT64_MAX;
}

int
sli_slo_budget(struct sli_slo *slo, uint64_t now_ns, struct sli_budget *out)
{
	enum { PERIOD, HOUR, SIX_HOURS, WINDOWS };
	struct sli__events e[WINDOWS], budget;
	struct sli__tally t[WINDOWS];
	uint64_t window_ns[WINDOWS], reset;
	uint32_t i;

	if (slo == NULL || out == NULL)
		return SLI_EINVAL;
	window_ns[PERIOD] = slo->spec.period_ns;
	window_ns[HOUR] = SLI_HOURS(1);
	window_ns[SIX_HOURS] = SLI_HOURS(6);
	reset = sli__slo_windows(slo, sli__advance_to(slo->ind, now_ns),
	    window_ns, WINDOWS, e, &budget);
	for (i = 0; i < WINDOWS; i++)
		t[i] = sli__slo_tally(slo, &e[i]);
	t[PERIOD] = sli__slo_tally(slo, &budget);
	memset(out, 0, sizeof(*out));
	out->reset_ns = sub_floor(reset,
	    load_acquire(&slo->ind->timeline->skew_ns));
	out->good = t[PERIOD].good;
	out->bad = t[PERIOD].bad;
	out->total = out->good + out->bad;
	out->has_data = out->total > 0;
	out->sli = out->has_data ? (double)out->good / (double)out->total : 1.0;
	out->objective = (double)slo->spec.objective_ppb / (double)PPB;
	out->remaining = remaining(&t[PERIOD], slo->budget_ppb);
	out->burn_rate_1h = burn_rate(&t[HOUR], slo->budget_ppb);
	out->burn_rate_6h = burn_rate(&t[SIX_HOURS], slo->budget_ppb);
	out->exhausted_in_ns = exhausted_in(out->remaining, out->burn_rate_1h,
	    slo->spec.period_ns);
	out->page = state_now(slo, now_ns, SLI_PAGE);
	out->ticket = state_now(slo, now_ns, SLI_TICKET);
	out->covered_ns = t[PERIOD].covered_ns;
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
	sli__windows(slo->ind, sli__advance_to(slo->ind, now_ns), &window_ns, 1,
	    &e);
	t = sli__slo_tally(slo, &e);
	if (t.good + t.bad == 0)
		return SLI_ENODATA;
	*out = burn_rate(&t, slo->budget_ppb);
	return SLI_OK;
}
