/* SPDX-License-Identifier: MIT */
#include "export/gauge.h"
#include "export/statsd_line.h"

/* A server is paid by the series: not all windows. */
#define WINDOWS (1u << 0 | 1u << 2 | 1u << 4 | 1u << 6)

static const struct {
	const char *metric, *tag;
	enum sli__gauge gauge;
	uint32_t values; /* which, as bits */
} gauges[] = {
	{ "slo.budget_remaining", NULL, SLI__REMAINING, 1 },
	{ "slo.burn_rate", "window", SLI__BURN_RATE, WINDOWS },
	{ "slo.alert_firing", "severity", SLI__ALERT,
	    (1u << SLI__SEVERITIES) - 1 },
	{ "slo.outage_firing", NULL, SLI__OUTAGE, 1 },
	{ "slo.shed_probability", "criticality", SLI__SHED,
	    (1u << SLI_CRITICALITIES) - 1 },
};

void
sli__statsd_put_slo(struct sli_statsd *statsd, const struct sli_slo_view *view)
{
	uint64_t now_ns = sli_snapshot_now(statsd->snapshot);
	double value;
	uint32_t i;
	size_t g;

	sli__line_slo(statsd, view->name);
	for (g = 0; g < sizeof(gauges) / sizeof(gauges[0]); g++)
		for (i = 0; gauges[g].values >> i > 0; i++)
			if ((gauges[g].values >> i & 1) != 0 &&
			    sli__gauge_read(gauges[g].gauge, i, view, now_ns,
				&value))
				sli__line_gauge(statsd, gauges[g].metric,
				    gauges[g].tag,
				    sli__gauge_value(gauges[g].gauge, i),
				    value);
}
