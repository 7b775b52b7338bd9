/* SPDX-License-Identifier: MIT */
#include <math.h>

#include <sli/alert.h>

#include "export/otlp.h"

typedef void put_fn(struct sli__otlp *otlp, const struct sli_slo_view *view);

/* One that is not finite is none. extra: a further attribute, or NULL. */
static void
put_with(struct sli__otlp *otlp, const struct sli_slo_view *view,
    const char *extra, const char *extra_value, double value)
{
	if (!isfinite(value))
		return;
	sli__otlp_point(otlp);
	sli__otlp_attribute(otlp, "sli.slo.name", view->name);
	if (extra != NULL)
		sli__otlp_attribute(otlp, extra, extra_value);
	sli__otlp_times(otlp, 0);
	sli__json_key(&otlp->json, "asDouble");
	sli__json_double(&otlp->json, value);
	sli__otlp_point_end(otlp);
}

static void
put(struct sli__otlp *otlp, const struct sli_slo_view *view, double value)
{
	put_with(otlp, view, NULL, NULL, value);
}

static void
put_objective(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	put(otlp, view, view->budget.objective);
}

static void
put_period(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	put(otlp, view, (double)view->period_ns / 1e9);
}

static void
put_good_ratio(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	if (view->budget.has_data)
		put(otlp, view, view->budget.sli);
}

static void
put_remaining(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	put(otlp, view, view->budget.remaining);
}

/* No events are no failures, but no zero either. */
static void
put_burn_rates(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} windows[] = {
		{ "5m", SLI_MINUTES(5) },
		{ "30m", SLI_MINUTES(30) },
		{ "1h", SLI_HOURS(1) },
		{ "2h", SLI_HOURS(2) },
		{ "6h", SLI_HOURS(6) },
		{ "1d", SLI_DAYS(1) },
		{ "3d", SLI_DAYS(3) },
	};
	uint64_t now = sli_snapshot_now(otlp->snapshot);
	double burn;
	size_t i;

	for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
		if (sli_slo_burn_rate(view->slo, now, windows[i].ns, &burn) ==
		    SLI_OK)
			put_with(otlp, view, "sli.slo.window", windows[i].name,
			    burn);
}

static void
put_alerts(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	static const char *const severity[] = { "page", "ticket" };
	const enum sli_alert_state state[] = { view->budget.page,
		view->budget.ticket };
	uint32_t i;

	for (i = 0; i < 2; i++)
		put_with(otlp, view, "sli.alert.severity", severity[i],
		    state[i] == SLI_ALERT_FIRING);
}

/* Of one that never looks, no state is known. */
static void
put_outage(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	struct sli_outage outage;

	if (sli_slo_outage(view->slo, sli_snapshot_now(otlp->snapshot),
		&outage) == SLI_OK &&
	    outage.status != SLI_EACCES && outage.status != SLI_ERANGE)
		put(otlp, view, outage.state == SLI_ALERT_FIRING);
}

static void
put_shed(struct sli__otlp *otlp, const struct sli_slo_view *view)
{
	static const char *const class[SLI_CRITICALITIES] = { "critical_plus",
		"critical", "sheddable_plus", "sheddable" };
	uint32_t i;

	for (i = 0; i < SLI_CRITICALITIES; i++)
		put_with(otlp, view, "sli.criticality", class[i],
		    view -> verdict.fresh ? view->verdict.shed_probability[i] :
					    0.0);
}

static const struct {
	struct sli__otlp_metric metric;
	put_fn *put;
} metrics[] = {
	{ { "sli.slo.objective", "1", "Share of events to be good.",
	      SLI__OTLP_GAUGE },
	    put_objective },
	{ { "sli.slo.period", "s", "Length of the period.", SLI__OTLP_GAUGE },
	    put_period },
	{ { "sli.slo.good_ratio", "1",
	      "Share of the period's events that were good.", SLI__OTLP_GAUGE },
	    put_good_ratio },
	{ { "sli.slo.budget.remaining", "1",
	      "Share of the period's error budget that is left.",
	      SLI__OTLP_GAUGE },
	    put_remaining },
	{ { "sli.slo.burn_rate", "1",
	      "Budget spent in the window; at 1 it lasts the period.",
	      SLI__OTLP_GAUGE },
	    put_burn_rates },
	{ { "sli.alert.firing", "1", "Does an alert of this severity fire?",
	      SLI__OTLP_GAUGE },
	    put_alerts },
	{ { "sli.outage.firing", "1",
	      "Is there a micro-outage, a run of bad or silent seconds?",
	      SLI__OTLP_GAUGE },
	    put_outage },
	{ { "sli.shed.probability", "1",
	      "How likely a request of this criticality is shed.",
	      SLI__OTLP_GAUGE },
	    put_shed },
};

void
sli__otlp_slos(struct sli__otlp *otlp)
{
	uint32_t i, count = sli_snapshot_slo_count(otlp->snapshot);
	struct sli_slo_view view;
	size_t m;

	for (m = 0; m < sizeof(metrics) / sizeof(metrics[0]); m++) {
		sli__otlp_begin(otlp, &metrics[m].metric);
		for (i = 0; i < count; i++)
			if (sli_snapshot_slo(otlp->snapshot, i, &view) ==
			    SLI_OK)
				metrics[m].put(otlp, &view);
		sli__otlp_end(otlp);
	}
}
