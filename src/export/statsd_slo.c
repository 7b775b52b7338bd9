/* SPDX-License-Identifier: MIT */
#include "export/statsd_line.h"

static void
put_burn_rates(struct sli_statsd *statsd, const struct sli_slo_view *view)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} windows[] = {
		{ "5m", SLI_MINUTES(5) },
		{ "1h", SLI_HOURS(1) },
		{ "6h", SLI_HOURS(6) },
		{ "3d", SLI_DAYS(3) },
	};
	double burn;
	uint32_t i;

	for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
		if (sli_slo_burn_rate(view->slo,
			sli_snapshot_now(statsd->snapshot), windows[i].ns,
			&burn) == SLI_OK)
			sli__line_gauge(statsd, "slo.burn_rate", "window",
			    windows[i].name, burn);
}

/* Of a rule that never looks, no state is known. */
static void
put_outage(struct sli_statsd *statsd, const struct sli_slo_view *view)
{
	struct sli_outage outage;

	if (sli_slo_outage(view->slo, sli_snapshot_now(statsd->snapshot),
		&outage) == SLI_OK &&
	    outage.status != SLI_EACCES && outage.status != SLI_ERANGE)
		sli__line_gauge(statsd, "slo.outage_firing", NULL, NULL,
		    outage.state == SLI_ALERT_FIRING);
}

void
sli__statsd_put_slo(struct sli_statsd *statsd, const struct sli_slo_view *view)
{
	static const char *const class[SLI_CRITICALITIES] = { "critical_plus",
		"critical", "sheddable_plus", "sheddable" };
	const struct sli_verdict *verdict = &view->verdict;
	uint32_t i;

	sli__line_slo(statsd, view->name);
	sli__line_gauge(statsd, "slo.budget_remaining", NULL, NULL,
	    view->budget.remaining);
	put_burn_rates(statsd, view);
	sli__line_gauge(statsd, "slo.alert_firing", "severity", "page",
	    view->budget.page == SLI_ALERT_FIRING);
	sli__line_gauge(statsd, "slo.alert_firing", "severity", "ticket",
	    view->budget.ticket == SLI_ALERT_FIRING);
	put_outage(statsd, view);
	for (i = 0; i < SLI_CRITICALITIES; i++)
		sli__line_gauge(statsd, "slo.shed_probability", "criticality",
		    class[i],
		    verdict -> fresh ? verdict -> shed_probability[i] : 0);
}
