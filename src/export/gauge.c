/* SPDX-License-Identifier: MIT */
#include <math.h>

#include <sli/alert.h>
#include <sli/time.h>

#include "export/gauge.h"

const struct sli__window sli__burn_window[SLI__BURN_WINDOWS] = {
	{ "5m", SLI_MINUTES(5) },
	{ "30m", SLI_MINUTES(30) },
	{ "1h", SLI_HOURS(1) },
	{ "2h", SLI_HOURS(2) },
	{ "6h", SLI_HOURS(6) },
	{ "1d", SLI_DAYS(1) },
	{ "3d", SLI_DAYS(3) },
};

const char *
sli__gauge_value(enum sli__gauge gauge, uint32_t i)
{
	static const char *const severities[SLI__SEVERITIES] = { "page",
		"ticket" };
	static const char *const criticalities[SLI_CRITICALITIES] = {
		"critical_plus", "critical", "sheddable_plus", "sheddable"
	};

	switch (gauge) {
	case SLI__BURN_RATE:
	case SLI__ERROR_RATIO:
		return sli__burn_window[i].name;
	case SLI__ALERT:
		return severities[i];
	case SLI__SHED:
		return criticalities[i];
	default:
		return NULL;
	}
}

/* An objective is so many billionths: 1 - 0.999 is 0.001. */
static double
error_budget(const struct sli_slo_view *view)
{
	double budget = 1.0 - view->budget.objective;

	return (double)(uint64_t)(budget * 1e9 + 0.5) / 1e9;
}

/* No events are no failures, but no zero either. */
static double
burn_rate(const struct sli_slo_view *view, uint64_t now_ns, uint32_t i)
{
	double burn;

	return sli_slo_burn_rate(view->slo, now_ns,
		   sli__burn_window[i].window_ns, &burn) == SLI_OK ?
	    burn :
	    NAN;
}

/* Of a rule that never looks, no state is known. */
static double
outage_firing(const struct sli_slo_view *view, uint64_t now_ns)
{
	struct sli_outage outage;

	if (sli_slo_outage(view->slo, now_ns, &outage) != SLI_OK ||
	    outage.status == SLI_EACCES || outage.status == SLI_ERANGE)
		return NAN;
	return outage.state == SLI_ALERT_FIRING;
}

static double
alert_firing(const struct sli_budget *budget, uint32_t i)
{
	return (i == 0 ? budget->page : budget->ticket) == SLI_ALERT_FIRING;
}

/* What is not known is not a number. */
static double
value_of(enum sli__gauge gauge, uint32_t i, const struct sli_slo_view *view,
    uint64_t now_ns)
{
	const struct sli_budget *budget = &view->budget;

	switch (gauge) {
	case SLI__OBJECTIVE:
		return budget->objective;
	case SLI__ERROR_BUDGET:
		return error_budget(view);
	case SLI__PERIOD_S:
		return (double)view->period_ns / 1e9;
	case SLI__PERIOD_DAYS:
		return (double)view->period_ns / (double)SLI_DAYS(1);
	case SLI__GOOD_RATIO:
		return budget->has_data ? budget->sli : NAN;
	case SLI__SPENT:
		return budget->has_data ? 1.0 - budget->remaining : NAN;
	case SLI__REMAINING:
		return budget->remaining;
	case SLI__BURN_RATE:
		return burn_rate(view, now_ns, i);
	case SLI__ERROR_RATIO:
		return burn_rate(view, now_ns, i) * error_budget(view);
	case SLI__ALERT:
		return alert_firing(budget, i);
	case SLI__OUTAGE:
		return outage_firing(view, now_ns);
	case SLI__SHED:
		return view->verdict.fresh ? view->verdict.shed_probability[i] :
					     0.0;
	}
	return NAN;
}

bool
sli__gauge_read(enum sli__gauge gauge, uint32_t i,
    const struct sli_slo_view *view, uint64_t now_ns, double *out)
{
	*out = value_of(gauge, i, view, now_ns);
	return isfinite(*out);
}
