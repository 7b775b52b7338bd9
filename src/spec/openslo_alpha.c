/* SPDX-License-Identifier: MIT */
/*
 * openslo/v1alpha: queries are part of objectives, and the period is a unit and
 * a count. It has no alerts, and no length of a time slice.
 */
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"

static void
read_metric(const struct sli__spec_at *at, bool is_counter,
    struct sli_spec_query *query)
{
	static const char *const fields[] = { "source", "queryType", "query",
		NULL };
	struct sli__spec_at source = sli__spec_field(at, "source");
	struct sli__spec_at type = sli__spec_field(at, "queryType");
	struct sli__spec_at text_at = sli__spec_field(at, "query");
	const char *source_text, *text;

	if (!sli__spec_mapping(at, fields, true))
		return;
	source_text = sli__spec_text(&source, true);
	sli__spec_text(&type, true);
	text = sli__spec_text(&text_at, true);
	if (source_text != NULL && text != NULL)
		sli__spec_set_query(query, &text_at, text, source_text,
		    is_counter);
}

static void
read_ratio(const struct sli__spec_at *at, struct sli_spec_indicator *indicator)
{
	/* The first drafts call a counter incremental. */
	static const char *const fields[] = { "counter", "incremental", "good",
		"bad", "total", NULL };
	struct sli__spec_at counter = sli__spec_field(at, "counter");
	struct sli__spec_at incremental = sli__spec_field(at, "incremental");
	struct sli__spec_at good = sli__spec_field(at, "good");
	struct sli__spec_at bad = sli__spec_field(at, "bad");
	struct sli__spec_at total = sli__spec_field(at, "total");
	bool is_counter;

	if (!sli__spec_mapping(at, fields, true))
		return;
	if ((good.node != NULL) == (bad.node != NULL)) {
		sli__spec_complain(at,
		    "has %s of good and bad; accepted: one of them, and total",
		    good.node != NULL ? "both" : "none");
		return;
	}
	is_counter = sli__spec_bool(&counter, false);
	is_counter = sli__spec_bool(&incremental, is_counter);
	if (good.node != NULL) {
		indicator->kind = SLI_SPEC_GOOD_TOTAL;
		read_metric(&good, is_counter, &indicator->good);
	} else {
		indicator->kind = SLI_SPEC_BAD_TOTAL;
		read_metric(&bad, is_counter, &indicator->bad);
	}
	read_metric(&total, is_counter, &indicator->total);
}

static void
read_window(const struct sli__spec_at *window, struct sli_spec_period *period)
{
	static const char *const fields[] = { "unit", "count", "isRolling",
		"calendar", NULL };
	static const char *const units[] = { "Second", "Minute", "Hour", "Day",
		"Week", "Month", "Quarter", "Year", NULL };
	static const uint64_t lengths[] = { UINT64_C(1000000000),
		SLI__SPEC_MINUTE_NS, SLI__SPEC_HOUR_NS, SLI__SPEC_DAY_NS,
		7 * SLI__SPEC_DAY_NS };
	enum { DAY = 3, MONTH = 5 };
	struct sli__spec_at unit_at = sli__spec_field(window, "unit");
	struct sli__spec_at count_at = sli__spec_field(window, "count");
	struct sli__spec_at rolling = sli__spec_field(window, "isRolling");
	struct sli__spec_at calendar = sli__spec_field(window, "calendar");
	uint64_t count = 0;
	int unit;
	bool is_rolling;

	if (!sli__spec_mapping(window, fields, true))
		return;
	unit = sli__spec_choice(&unit_at, units, true);
	if (sli__spec_decimal(&count_at, 0, true, &count) &&
	    (count == 0 || count > SLI__SPEC_UNITS_MAX)) {
		sli__spec_complain(&count_at,
		    "\"%.64s\" is out of range; accepted: 1 to %u",
		    count_at.node->text, SLI__SPEC_UNITS_MAX);
		return;
	}
	is_rolling = sli__spec_bool(&rolling, calendar.node == NULL);
	if (is_rolling && calendar.node != NULL) {
		sli__spec_complain(&calendar,
		    "is there, and isRolling is true; accepted: one of them");
		return;
	}
	if (!is_rolling)
		sli__spec_openslo_calendar(&calendar, period);
	if (unit < 0)
		return;
	if (is_rolling && unit >= MONTH)
		sli__spec_complain(&unit_at,
		    "\"%s\" is no fixed time; accepted: Second to Week, or a "
		    "calendar",
		    units[unit]);
	else if (is_rolling)
		period->rolling_ns = count * lengths[unit];
	else if (unit < DAY)
		sli__spec_complain(&unit_at,
		    "\"%s\" is no period of the calendar; accepted: Day to "
		    "Year",
		    units[unit]);
	else {
		period->unit = (enum sli_spec_unit)(SLI_SPEC_DAY + unit - DAY);
		period->count = (uint32_t)count;
	}
}

static void
read_objective(const struct sli__spec_at *at, const struct sli_spec_slo *common,
    uint32_t count)
{
	static const char *const fields[] = { "displayName", "op", "value",
		"target", "budgetTarget", "ratioMetrics", "timeSliceTarget",
		NULL };
	struct sli__spec_at target = sli__spec_field(at, "target");
	/* The name that it had in the first drafts. */
	struct sli__spec_at budget = sli__spec_field(at, "budgetTarget");
	struct sli__spec_at ratio = sli__spec_field(at, "ratioMetrics");
	struct sli__spec_at slice = sli__spec_field(at, "timeSliceTarget");
	struct sli_spec_slo slo = *common;
	bool has_metric = common->indicator.value.text != NULL;

	if (!sli__spec_mapping(at, fields, true))
		return;
	if (target.node != NULL && budget.node != NULL)
		sli__spec_complain(&budget,
		    "is there beside target; accepted: one of them");
	else
		sli__spec_objective(budget.node != NULL ? &budget : &target, 9,
		    &slo.objective_ppb);
	if (slice.node != NULL && slo.method == SLI_OCCURRENCES)
		sli__spec_complain(&slice,
		    "has no meaning; accepted: with other methods than "
		    "Occurrences");
	if (has_metric == (ratio.node != NULL))
		sli__spec_complain(at,
		    "has %s of ratioMetrics and the SLO's "
		    "indicator.thresholdMetric; accepted: one of them",
		    has_metric ? "both" : "none");
	else if (ratio.node != NULL)
		read_ratio(&ratio, &slo.indicator);
	sli__spec_openslo_threshold(at, &slo);
	sli__spec_openslo_add(at, common, count, &slo);
}

static void
read_slo(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "timeWindows", "budgetingMethod",
		"description", "indicator", "service", "objectives", NULL };
	static const char *const of_indicator[] = { "thresholdMetric", NULL };
	struct sli__spec_at spec = sli__spec_field(root, "spec"), field, item;
	const struct sli__spec_link *link;
	struct sli_spec_slo *slo = sli__spec_begin_slo(root,
	    SLI_SPEC_OPENSLO_V1ALPHA);

	if (slo == NULL)
		return;
	slo->name = sli__spec_openslo_metadata(root, false, slo);
	if (!sli__spec_mapping(&spec, fields, true))
		return;
	sli__spec_openslo_description(&spec, &slo->description);
	field = sli__spec_field(&spec, "service");
	slo->service = sli__spec_text_or_none(&field);
	if (slo->service[0] == '\0')
		sli__spec_complain(&field, "is missing; accepted: a text");
	field = sli__spec_field(&spec, "budgetingMethod");
	slo->method = sli__spec_openslo_method(&spec);
	if (slo->method != SLI_OCCURRENCES)
		sli__spec_complain(&field,
		    "\"%.64s\" needs a timeSliceWindow, which openslo/v1alpha "
		    "does not have; accepted: Occurrences, or openslo/v1",
		    field.node->text);
	field = sli__spec_field(&spec, "timeWindows");
	slo->period.rolling_ns = root->loader->cfg.period_ns;
	link = sli__spec_sequence(&field, false);
	if (link != NULL) {
		slo->period.rolling_ns = 0;
		if (link->next != NULL)
			sli__spec_complain(&field,
			    "has %u items; accepted: one", field.node->count);
		item = sli__spec_item(&field, link, 0);
		read_window(&item, &slo->period);
	}
	field = sli__spec_field(&spec, "indicator");
	if (sli__spec_mapping(&field, of_indicator, false)) {
		item = sli__spec_field(&field, "thresholdMetric");
		slo->indicator.kind = SLI_SPEC_LATENCY;
		read_metric(&item, false, &slo->indicator.value);
	}
	if ((root->loader->cfg.flags & SLI_SPEC_DEFAULT_ALERTS) == 0)
		slo->flags |= SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET;
	slo->alert_name = "ErrorBudgetBurn";
	sli__spec_openslo_objectives(&spec, slo, read_objective);
}

void
sli__spec_read_openslo_v1alpha(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "apiVersion", "kind", "metadata",
		"spec", NULL };
	static const char *const of_service[] = { "description", NULL };
	static const char *const kinds[] = { "SLO", "Service", NULL };
	struct sli__spec_at kind = sli__spec_field(root, "kind"), spec;
	int choice;

	if (!sli__spec_mapping(root, fields, true))
		return;
	choice = sli__spec_choice(&kind, kinds, true);
	if (choice == 0)
		read_slo(root);
	if (choice != 1)
		return;
	sli__spec_openslo_metadata(root, false, NULL);
	spec = sli__spec_field(root, "spec");
	if (sli__spec_mapping(&spec, of_service, false))
		sli__spec_openslo_description(&spec, NULL);
}
