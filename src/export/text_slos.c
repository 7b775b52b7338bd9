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
#include "export/text.h"

typedef void put_fn(struct sli__text *text, const struct sli_slo_view *view);

static void
for_each(struct sli__text *text, put_fn *put)
{
	uint32_t i, count = sli_snapshot_slo_count(text->snapshot);
	struct sli_slo_view view;

	for (i = 0; i < count; i++)
		if (sli_snapshot_slo(text->snapshot, i, &view) == SLI_OK)
			put(text, &view);
}

/* libsli-spec names an SLO "service-name"; sloth has the two apart. */
static const char *
name_of(const struct sli__text *text, const struct sli_slo_view *view)
{
	size_t length = strlen(text->cfg.service);

	return length > 0 &&
		strncmp(view->name, text->cfg.service, length) == 0 &&
		view->name[length] == '-' && view->name[length + 1] != '\0' ?
	    view->name + length + 1 :
	    view->name;
}

static void
put_labels(struct sli__text *text, const struct sli_slo_view *view)
{
	struct sli__sink *sink = &text->sink;

	sli__put_label(sink, true, "sloth_id", view->name);
	sli__put_label(sink, false, "sloth_service", text->cfg.service);
	sli__put_label(sink, false, "sloth_slo", name_of(text, view));
}

static void
put_value(struct sli__text *text, double value)
{
	sli__put(&text->sink, "} ");
	sli__put_double(&text->sink, value);
	sli__put_char(&text->sink, '\n');
}

static void
put_gauge(struct sli__text *text, const char *name,
    const struct sli_slo_view *view, double value)
{
	sli__put(&text->sink, name);
	put_labels(text, view);
	put_value(text, value);
}

/* Of our own families: name{slo="..." */
static void
put_own(struct sli__text *text, const char *name,
    const struct sli_slo_view *view)
{
	sli__put(&text->sink, name);
	sli__put_label(&text->sink, true, "slo", view->name);
}

/* An objective is so many billionths: 1 - 0.999 is 0.001. */
static double
budget_of(const struct sli_slo_view *view)
{
	double budget = 1.0 - view->budget.objective;

	return (double)(uint64_t)(budget * 1e9 + 0.5) / 1e9;
}

static void
put_objective(struct sli__text *text, const struct sli_slo_view *view)
{
	put_gauge(text, "slo:objective:ratio", view, view->budget.objective);
}

static void
put_error_budget(struct sli__text *text, const struct sli_slo_view *view)
{
	put_gauge(text, "slo:error_budget:ratio", view, budget_of(view));
}

static void
put_days(struct sli__text *text, const struct sli_slo_view *view)
{
	put_gauge(text, "slo:time_period:days", view,
	    (double)view->period_ns / (double)SLI_DAYS(1));
}

static void
put_current_burn(struct sli__text *text, const struct sli_slo_view *view)
{
	double burn;

	/* No events are no failures, but no zero either. */
	if (sli_slo_burn_rate(view->slo, sli_snapshot_now(text->snapshot),
		SLI_MINUTES(5), &burn) == SLI_OK)
		put_gauge(text, "slo:current_burn_rate:ratio", view, burn);
}

static void
put_period_burn(struct sli__text *text, const struct sli_slo_view *view)
{
	if (view->budget.has_data)
		put_gauge(text, "slo:period_burn_rate:ratio", view,
		    1.0 - view->budget.remaining);
}

static void
put_remaining(struct sli__text *text, const struct sli_slo_view *view)
{
	put_gauge(text, "slo:period_error_budget_remaining:ratio", view,
	    view->budget.remaining);
}

/* 30d; of a calendar: month, 2 weeks */
static void
put_period(struct sli__sink *sink, const struct sli_slo_view *view)
{
	static const char *const units[] = { "", "day", "week", "month",
		"quarter", "year" };
	char text[SLI__DURATION_BYTES];

	if (view->calendar == SLI_ROLLING) {
		sli__put(sink, sli__duration(text, view->period_ns));
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
put_info(struct sli__text *text, const struct sli_slo_view *view)
{
	struct sli__sink *sink = &text->sink;
	uint64_t ppb = (uint64_t)(view->budget.objective * 1e9 + 0.5);

	sli__put(sink, "sloth_slo_info");
	put_labels(text, view);
	sli__put_label(sink, false, "sloth_mode", "libsli");
	sli__put(sink, ",sloth_objective=\"");
	sli__put_double(sink, (double)ppb / 1e7);
	sli__put_char(sink, '"');
	sli__put_label(sink, false, "sloth_version", "libsli-" SLI_VERSION);
	sli__put_label(sink, false, "sli_method",
	    sli__method_name(view->method));
	sli__put(sink, ",sli_period=\"");
	put_period(sink, view);
	sli__put_char(sink, '"');
	if (view->calendar != SLI_ROLLING)
		sli__put_label(sink, false, "sli_time_zone",
		    *view->time_zone == '\0' ? "UTC" : view->time_zone);
	put_value(text, 1.0);
}

static void
put_alert(struct sli__text *text, const struct sli_slo_view *view)
{
	static const char *const severity[] = { "page", "ticket" };
	const enum sli_alert_state state[] = { view->budget.page,
		view->budget.ticket };
	uint32_t i;

	for (i = 0; i < 2; i++) {
		put_own(text, "sli_alert_firing", view);
		sli__put_label(&text->sink, false, "severity", severity[i]);
		sli__text_count(text, state[i] == SLI_ALERT_FIRING);
	}
}

/* Of one that never looks, no state is known. */
static void
put_outage(struct sli__text *text, const struct sli_slo_view *view)
{
	struct sli_outage outage;

	if (sli_slo_outage(view->slo, sli_snapshot_now(text->snapshot),
		&outage) != SLI_OK ||
	    outage.status == SLI_EACCES || outage.status == SLI_ERANGE)
		return;
	put_own(text, "sli_outage_firing", view);
	sli__text_count(text, outage.state == SLI_ALERT_FIRING);
}

static void
put_shed(struct sli__text *text, const struct sli_slo_view *view)
{
	uint32_t i;

	for (i = 0; i < SLI_CRITICALITIES; i++) {
		put_own(text, "sli_shed_probability", view);
		sli__put_label(&text->sink, false, "criticality",
		    sli__criticality[i]);
		put_value(text,
		    view->verdict.fresh ? view->verdict.shed_probability[i] :
					  0.0);
	}
}

/* The share of bad events over one of sloth's windows. */
struct ratio_window {
	const char *name;
	const char *window;
	uint64_t window_ns;
};

#define RATIO "slo:sli_error:ratio_rate"

static const struct ratio_window ratio_windows[] = {
	{ RATIO "5m", "5m", SLI_MINUTES(5) },
	{ RATIO "30m", "30m", SLI_MINUTES(30) },
	{ RATIO "1h", "1h", SLI_HOURS(1) },
	{ RATIO "2h", "2h", SLI_HOURS(2) },
	{ RATIO "6h", "6h", SLI_HOURS(6) },
	{ RATIO "1d", "1d", SLI_DAYS(1) },
	{ RATIO "3d", "3d", SLI_DAYS(3) },
};

static void
put_ratio(struct sli__text *text, const struct ratio_window *window,
    const struct sli_slo_view *view)
{
	double burn;

	if (sli_slo_burn_rate(view->slo, sli_snapshot_now(text->snapshot),
		window->window_ns, &burn) != SLI_OK)
		return;
	sli__put(&text->sink, window->name);
	put_labels(text, view);
	sli__put_label(&text->sink, false, "sloth_window", window->window);
	put_value(text, burn * budget_of(view));
}

static void
put_ratios(struct sli__text *text, const struct ratio_window *window)
{
	uint32_t i, count = sli_snapshot_slo_count(text->snapshot);
	struct sli_slo_view view;

	sli__text_family(text, window->name, "gauge", "",
	    "Share of bad events in the window.");
	for (i = 0; i < count; i++)
		if (sli_snapshot_slo(text->snapshot, i, &view) == SLI_OK)
			put_ratio(text, window, &view);
}

void
sli__text_slos(struct sli__text *text)
{
	static const struct {
		const char *name, *help;
		put_fn *put;
	} families[] = {
		{ "sloth_slo_info", "What SLOs there are.", put_info },
		{ "slo:objective:ratio", "Share of events to be good.",
		    put_objective },
		{ "slo:error_budget:ratio", "Share of events that may be bad.",
		    put_error_budget },
		{ "slo:time_period:days", "Length of the period.", put_days },
		{ "slo:current_burn_rate:ratio", "Burn rate of 5 minutes.",
		    put_current_burn },
		{ "slo:period_burn_rate:ratio",
		    "Share of the period's budget that is spent.",
		    put_period_burn },
		{ "slo:period_error_budget_remaining:ratio",
		    "Share of the period's budget that is left.",
		    put_remaining },
		{ "sli_alert_firing", "Does an alert of this severity fire?",
		    put_alert },
		{ "sli_outage_firing",
		    "Is there a micro-outage, a run of bad or silent seconds?",
		    put_outage },
		{ "sli_shed_probability",
		    "How likely a request of this criticality is shed.",
		    put_shed },
	};
	size_t i;

	if (sli_snapshot_slo_count(text->snapshot) == 0)
		return;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		sli__text_family(text, families[i].name, "gauge", "",
		    families[i].help);
		for_each(text, families[i].put);
	}
	for (i = 0; i < sizeof(ratio_windows) / sizeof(ratio_windows[0]); i++)
		put_ratios(text, &ratio_windows[i]);
}
