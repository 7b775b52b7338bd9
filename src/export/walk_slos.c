/* SPDX-License-Identifier: MIT */
/*
 * SLOs, in the metrics that sloth's recording rules make of them, so that
 * dashboards made for those show these.
 */
#include <string.h>

#include <sli/version.h>

#include "export/date.h"
#include "export/gauge.h"
#include "export/parts.h"
#include "export/walk.h"

struct slo_family {
	const char *name, *help;
	enum sli__gauge gauge;
	uint32_t first, values; /* of the gauge's */
	const char *label;	/* that tells them apart */
	bool is_own;		/* sloth has none of the kind: {slo="..."} */
};

/* libsli-spec names an SLO "service-name"; sloth has the two apart. */
static const char *
name_of(const char *service, const char *name)
{
	size_t length = strlen(service);

	return length > 0 && strncmp(name, service, length) == 0 &&
		name[length] == '-' && name[length + 1] != '\0' ?
	    name + length + 1 :
	    name;
}

static void
put_series(const struct sli__walk *walk, const struct sli_slo_view *view,
    bool is_own)
{
	const char *service = walk->cfg->service;
	const struct sli_label own[] = { { "slo", view->name } };
	const struct sli_label sloth[] = { { "sloth_id", view->name },
		{ "sloth_service", service },
		{ "sloth_slo", name_of(service, view->name) } };

	if (is_own)
		walk->form->series(walk->to, own, 1);
	else
		walk->form->series(walk->to, sloth, 3);
}

static void
put_gauge(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *of)
{
	uint64_t now_ns = sli_snapshot_now(walk->snapshot);
	struct sli_label label = { of->label, NULL };
	struct sli__sample sample = { .labels = &label,
		.label_count = of->label != NULL };
	uint32_t i;

	put_series(walk, view, of->is_own);
	for (i = of->first; i < of->first + of->values; i++) {
		label.value = sli__gauge_value(of->gauge, i);
		if (sli__gauge_read(of->gauge, i, view, now_ns, &sample.number))
			walk->form->sample(walk->to, &sample);
	}
}

/* 30d; of a calendar: month, 2 weeks */
static void
put_period(struct sli__sink *sink, const struct sli_slo_view *view)
{
	char length[SLI__DURATION_BYTES];

	if (view->calendar == SLI_ROLLING) {
		sli__put(sink, sli__duration(length, view->period_ns));
		return;
	}
	if (view->calendar_count > 1) {
		sli__put_u64(sink, view->calendar_count);
		sli__put_char(sink, ' ');
	}
	sli__put(sink, sli__calendar_name(view->calendar));
	if (view->calendar_count > 1)
		sli__put_char(sink, 's');
}

/* sloth's labels, and in the manner of those what sloth does not know. */
static void
put_info(const struct sli__walk *walk, const struct sli_slo_view *view)
{
	uint64_t ppb = (uint64_t)(view->budget.objective * 1e9 + 0.5);
	struct sli__sink text; /* of what is no string yet */
	const char *objective = text.bytes, *period;

	put_series(walk, view, false);
	sli__sink_open(&text, NULL, NULL);
	sli__put_double(&text, (double)ppb / 1e7);
	sli__put_char(&text, '\0');
	period = text.bytes + text.used;
	put_period(&text, view);
	sli__put_char(&text, '\0');

	const struct sli_label labels[] = { { "sloth_mode", "libsli" },
		{ "sloth_objective", objective },
		{ "sloth_version", "libsli-" SLI_VERSION },
		{ "sli_method", sli__method_name(view->method) },
		{ "sli_period", period },
		{ "sli_time_zone",
		    *view->time_zone == '\0' ? "UTC" : view->time_zone } };
	struct sli__sample sample = { .labels = labels,
		.label_count = view->calendar == SLI_ROLLING ? 5 : 6,
		.number = 1.0 };

	walk->form->sample(walk->to, &sample);
}

/* of: NULL the info */
static void
put_family(const struct sli__walk *walk, const struct sli__family *family,
    const struct slo_family *of)
{
	uint32_t i, count = sli_snapshot_slo_count(walk->snapshot);
	struct sli_slo_view view;

	walk->form->begin(walk->to, family);
	for (i = 0; i < count; i++) {
		if (sli_snapshot_slo(walk->snapshot, i, &view) != SLI_OK)
			continue;
		if (of == NULL)
			put_info(walk, &view);
		else
			put_gauge(walk, &view, of);
	}
	walk->form->end(walk->to);
}

#define RATIO(window, name_of_window)                                          \
	{                                                                      \
		"slo:sli_error:ratio_rate" name_of_window,                     \
		    "Share of bad events in the window.", SLI__ERROR_RATIO,    \
		    window, 1, "sloth_window", false                           \
	}

static const struct slo_family families[] = {
	{ "slo:objective:ratio", "Share of events to be good.", SLI__OBJECTIVE,
	    0, 1, NULL, false },
	{ "slo:error_budget:ratio", "Share of events that may be bad.",
	    SLI__ERROR_BUDGET, 0, 1, NULL, false },
	{ "slo:time_period:days", "Length of the period.", SLI__PERIOD_DAYS, 0,
	    1, NULL, false },
	{ "slo:current_burn_rate:ratio", "Burn rate of 5 minutes.",
	    SLI__BURN_RATE, 0, 1, NULL, false },
	{ "slo:period_burn_rate:ratio",
	    "Share of the period's budget that is spent.", SLI__SPENT, 0, 1,
	    NULL, false },
	{ "slo:period_error_budget_remaining:ratio",
	    "Share of the period's budget that is left.", SLI__REMAINING, 0, 1,
	    NULL, false },
	{ "sli_alert_firing", "Does an alert of this severity fire?",
	    SLI__ALERT, 0, SLI__SEVERITIES, "severity", true },
	{ "sli_outage_firing",
	    "Is there a micro-outage, a run of bad or silent seconds?",
	    SLI__OUTAGE, 0, 1, NULL, true },
	{ "sli_shed_probability",
	    "How likely a request of this criticality is shed.", SLI__SHED, 0,
	    SLI_CRITICALITIES, "criticality", true },
	RATIO(0, "5m"),
	RATIO(1, "30m"),
	RATIO(2, "1h"),
	RATIO(3, "2h"),
	RATIO(4, "6h"),
	RATIO(5, "1d"),
	RATIO(6, "3d"),
};

void
sli__walk_slos(const struct sli__walk *walk)
{
	struct sli__family family = { "sloth_slo_info", SLI__GAUGE, "",
		"What SLOs there are." };
	size_t i;

	if (sli_snapshot_slo_count(walk->snapshot) == 0)
		return;
	put_family(walk, &family, NULL);
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		family.name = families[i].name;
		family.help = families[i].help;
		put_family(walk, &family, &families[i]);
	}
}
