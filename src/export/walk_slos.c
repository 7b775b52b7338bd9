/* SPDX-License-Identifier: MIT */
/*
 * SLOs, in the metrics that sloth's recording rules make of them, so that
 * dashboards made for those show these.
 */
#include <string.h>

#include <sli/alert.h>
#include <sli/version.h>

#include "export/date.h"
#include "export/parts.h"
#include "export/walk.h"

struct slo_family;
typedef void put_fn(const struct sli__walk *walk,
    const struct sli_slo_view *view, const struct slo_family *family);

struct slo_family {
	const char *name, *help;
	put_fn *put;
	bool is_own; /* sloth has none of the kind: {slo="..."} */
	/* Of a ratio, one of sloth's windows. */
	const char *window;
	uint64_t window_ns;
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
put_value(const struct sli__walk *walk, double value)
{
	struct sli__sample sample = { .number = value };

	walk->form->sample(walk->to, &sample);
}

static void
put_labelled(const struct sli__walk *walk, const char *name, const char *label,
    double value)
{
	const struct sli_label labels[] = { { name, label } };
	struct sli__sample sample = { .labels = labels,
		.label_count = 1,
		.number = value };

	walk->form->sample(walk->to, &sample);
}

/* An objective is so many billionths: 1 - 0.999 is 0.001. */
static double
budget_of(const struct sli_slo_view *view)
{
	double budget = 1.0 - view->budget.objective;

	return (double)(uint64_t)(budget * 1e9 + 0.5) / 1e9;
}

static void
put_objective(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	(void)family;
	put_value(walk, view->budget.objective);
}

static void
put_error_budget(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	(void)family;
	put_value(walk, budget_of(view));
}

static void
put_days(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	(void)family;
	put_value(walk, (double)view->period_ns / (double)SLI_DAYS(1));
}

static void
put_period_burn(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	(void)family;
	if (view->budget.has_data)
		put_value(walk, 1.0 - view->budget.remaining);
}

static void
put_remaining(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	(void)family;
	put_value(walk, view->budget.remaining);
}

/* No events are no failures, but no zero either. */
static bool
burn_of(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family, double *burn)
{
	return sli_slo_burn_rate(view->slo, sli_snapshot_now(walk->snapshot),
		   family->window_ns, burn) == SLI_OK;
}

static void
put_burn(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	double burn;

	if (burn_of(walk, view, family, &burn))
		put_value(walk, burn);
}

/* The share of bad events. */
static void
put_ratio(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	double burn;

	if (burn_of(walk, view, family, &burn))
		put_labelled(walk, "sloth_window", family->window,
		    burn * budget_of(view));
}

/* 30d; of a calendar: month, 2 weeks */
static void
put_period(struct sli__sink *sink, const struct sli_slo_view *view)
{
	static const char *const units[] = { "", "day", "week", "month",
		"quarter", "year" };
	char length[SLI__DURATION_BYTES];

	if (view->calendar == SLI_ROLLING) {
		sli__put(sink, sli__duration(length, view->period_ns));
		return;
	}
	if (view->calendar_count > 1) {
		sli__put_u64(sink, view->calendar_count);
		sli__put_char(sink, ' ');
	}
	sli__put(sink, units[view->calendar]);
	if (view->calendar_count > 1)
		sli__put_char(sink, 's');
}

/* sloth's labels, and in the manner of those what sloth does not know. */
static void
put_info(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	uint64_t ppb = (uint64_t)(view->budget.objective * 1e9 + 0.5);
	struct sli__sink text; /* of what is no string yet */
	const char *objective = text.bytes, *period;

	(void)family;
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

static void
put_alert(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	(void)family;
	put_labelled(walk, "severity", "page",
	    view->budget.page == SLI_ALERT_FIRING);
	put_labelled(walk, "severity", "ticket",
	    view->budget.ticket == SLI_ALERT_FIRING);
}

/* Of one that never looks, no state is known. */
static void
put_outage(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	struct sli_outage outage;

	(void)family;
	if (sli_slo_outage(view->slo, sli_snapshot_now(walk->snapshot),
		&outage) == SLI_OK &&
	    outage.status != SLI_EACCES && outage.status != SLI_ERANGE)
		put_value(walk, outage.state == SLI_ALERT_FIRING);
}

static void
put_shed(const struct sli__walk *walk, const struct sli_slo_view *view,
    const struct slo_family *family)
{
	uint32_t i;

	(void)family;
	for (i = 0; i < SLI_CRITICALITIES; i++)
		put_labelled(walk, "criticality", sli__criticality[i],
		    view->verdict.fresh ? view->verdict.shed_probability[i] :
					  0.0);
}

static void
put_family(const struct sli__walk *walk, const struct slo_family *of)
{
	const struct sli__family family = { of->name, SLI__GAUGE, "",
		of->help };
	uint32_t i, count = sli_snapshot_slo_count(walk->snapshot);
	struct sli_slo_view view;

	walk->form->begin(walk->to, &family);
	for (i = 0; i < count; i++) {
		if (sli_snapshot_slo(walk->snapshot, i, &view) != SLI_OK)
			continue;
		put_series(walk, &view, of->is_own);
		of->put(walk, &view, of);
	}
	walk->form->end(walk->to);
}

#define RATIO(name_of_window, ns)                                              \
	{                                                                      \
		.name = "slo:sli_error:ratio_rate" name_of_window,             \
		.help = "Share of bad events in the window.",                  \
		.put = put_ratio, .window = name_of_window, .window_ns = ns    \
	}

static const struct slo_family families[] = {
	{ .name = "sloth_slo_info",
	    .help = "What SLOs there are.",
	    .put = put_info },
	{ .name = "slo:objective:ratio",
	    .help = "Share of events to be good.",
	    .put = put_objective },
	{ .name = "slo:error_budget:ratio",
	    .help = "Share of events that may be bad.",
	    .put = put_error_budget },
	{ .name = "slo:time_period:days",
	    .help = "Length of the period.",
	    .put = put_days },
	{ .name = "slo:current_burn_rate:ratio",
	    .help = "Burn rate of 5 minutes.",
	    .put = put_burn,
	    .window_ns = SLI_MINUTES(5) },
	{ .name = "slo:period_burn_rate:ratio",
	    .help = "Share of the period's budget that is spent.",
	    .put = put_period_burn },
	{ .name = "slo:period_error_budget_remaining:ratio",
	    .help = "Share of the period's budget that is left.",
	    .put = put_remaining },
	{ .name = "sli_alert_firing",
	    .help = "Does an alert of this severity fire?",
	    .put = put_alert,
	    .is_own = true },
	{ .name = "sli_outage_firing",
	    .help = "Is there a micro-outage, a run of bad or silent seconds?",
	    .put = put_outage,
	    .is_own = true },
	{ .name = "sli_shed_probability",
	    .help = "How likely a request of this criticality is shed.",
	    .put = put_shed,
	    .is_own = true },
	RATIO("5m", SLI_MINUTES(5)),
	RATIO("30m", SLI_MINUTES(30)),
	RATIO("1h", SLI_HOURS(1)),
	RATIO("2h", SLI_HOURS(2)),
	RATIO("6h", SLI_HOURS(6)),
	RATIO("1d", SLI_DAYS(1)),
	RATIO("3d", SLI_DAYS(3)),
};

void
sli__walk_slos(const struct sli__walk *walk)
{
	size_t i;

	if (sli_snapshot_slo_count(walk->snapshot) == 0)
		return;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		put_family(walk, &families[i]);
}
