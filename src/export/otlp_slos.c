/* SPDX-License-Identifier: MIT */
#include "export/gauge.h"
#include "export/otlp.h"

struct slo_metric {
	struct sli__otlp_metric metric;
	enum sli__gauge gauge;
	uint32_t values;
	const char *attribute; /* that tells them apart */
};

static void
put_value(struct sli__otlp *otlp, const struct slo_metric *of, uint32_t i,
    const struct sli_slo_view *view)
{
	double value;

	if (!sli__gauge_read(of->gauge, i, view,
		sli_snapshot_now(otlp->snapshot), &value))
		return;
	sli__otlp_point(otlp);
	sli__otlp_attribute(otlp, "sli.slo.name", view->name);
	if (of->attribute != NULL)
		sli__otlp_attribute(otlp, of->attribute,
		    sli__gauge_value(of->gauge, i));
	sli__otlp_times(otlp, 0);
	sli__json_key(&otlp->json, "asDouble");
	sli__json_double(&otlp->json, value);
	sli__otlp_point_end(otlp);
}

static const struct slo_metric metrics[] = {
	{ { "sli.slo.objective", "1", "Share of events to be good.",
	      SLI__OTLP_GAUGE },
	    SLI__OBJECTIVE, 1, NULL },
	{ { "sli.slo.period", "s", "Length of the period.", SLI__OTLP_GAUGE },
	    SLI__PERIOD_S, 1, NULL },
	{ { "sli.slo.good_ratio", "1",
	      "Share of the period's events that were good.", SLI__OTLP_GAUGE },
	    SLI__GOOD_RATIO, 1, NULL },
	{ { "sli.slo.budget.remaining", "1",
	      "Share of the period's error budget that is left.",
	      SLI__OTLP_GAUGE },
	    SLI__REMAINING, 1, NULL },
	{ { "sli.slo.burn_rate", "1",
	      "Budget spent in the window; at 1 it lasts the period.",
	      SLI__OTLP_GAUGE },
	    SLI__BURN_RATE, SLI__BURN_WINDOWS, "sli.slo.window" },
	{ { "sli.alert.firing", "1", "Does an alert of this severity fire?",
	      SLI__OTLP_GAUGE },
	    SLI__ALERT, SLI__SEVERITIES, "sli.alert.severity" },
	{ { "sli.outage.firing", "1",
	      "Is there a micro-outage, a run of bad or silent seconds?",
	      SLI__OTLP_GAUGE },
	    SLI__OUTAGE, 1, NULL },
	{ { "sli.shed.probability", "1",
	      "How likely a request of this criticality is shed.",
	      SLI__OTLP_GAUGE },
	    SLI__SHED, SLI_CRITICALITIES, "sli.criticality" },
};

static void
put_metric(struct sli__otlp *otlp, const struct slo_metric *of)
{
	uint32_t i, v, count = sli_snapshot_slo_count(otlp->snapshot);
	struct sli_slo_view view;

	sli__otlp_begin(otlp, &of->metric);
	for (i = 0; i < count; i++) {
		if (sli_snapshot_slo(otlp->snapshot, i, &view) != SLI_OK)
			continue;
		for (v = 0; v < of->values; v++)
			put_value(otlp, of, v, &view);
	}
	sli__otlp_end(otlp);
}

void
sli__otlp_slos(struct sli__otlp *otlp)
{
	size_t i;

	for (i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		put_metric(otlp, &metrics[i]);
}
