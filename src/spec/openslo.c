/* SPDX-License-Identifier: MIT */
/*
 * openslo/v1: SLOs, and the documents that they refer to. A reference is looked
 * for in all the files that are loaded together.
 */
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"

static const char *
text_of(const struct sli__spec_node *node, const char *key)
{
	const struct sli__spec_node *text = node != NULL ?
	    sli__spec_value(node, key) :
	    NULL;

	return text != NULL && text->kind == SLI__SPEC_SCALAR ? text->text : "";
}

void
sli__spec_name_document(struct sli__spec_document *document)
{
	const struct sli__spec_node *root = document->root;

	if (strcmp(text_of(root, "apiVersion"), "openslo/v1") != 0)
		return;
	document->kind = text_of(root, "kind");
	document->name = text_of(sli__spec_value(root, "metadata"), "name");
}

struct sli__spec_at
sli__spec_resolve(const struct sli__spec_at *from, const char *kind,
    const char *name, bool *is_found)
{
	const struct sli__spec_document *document;

	for (document = from->loader->documents; document != NULL;
	     document = document->next) {
		*is_found = strcmp(document->kind, kind) == 0 &&
		    strcmp(document->name, name) == 0;
		if (*is_found)
			return sli__spec_root(from->loader, document);
	}
	*is_found = false;
	sli__spec_complain(from,
	    "\"%.64s\" is no %s of these files; accepted: the metadata.name of "
	    "one of them",
	    name, kind);
	return *from;
}

/* ---- the period ---- */

static void
read_units(const struct sli__spec_at *duration, struct sli_spec_period *period)
{
	static const char letters[] = "dwMQY";
	const char *text = sli__spec_text(duration, true), *why, *letter;
	uint64_t count;
	char unit;

	if (text == NULL)
		return;
	why = sli__spec_read_openslo(text, &count, &unit);
	letter = why == NULL ? strchr(letters, unit) : NULL;
	if (why != NULL)
		sli__spec_complain(duration, "\"%.64s\" %s", text, why);
	else if (letter == NULL)
		sli__spec_complain(duration,
		    "\"%.64s\" is no period of the calendar%s; accepted: a "
		    "number of d, w, M (months), Q or Y",
		    text, unit == 'm' ? " (m is minutes, M months)" : "");
	else if (count > SLI__SPEC_UNITS_MAX)
		sli__spec_complain(duration,
		    "\"%.64s\" is too long; accepted: up to %u of a unit", text,
		    SLI__SPEC_UNITS_MAX);
	else {
		period->unit = (enum sli_spec_unit)(
		    SLI_SPEC_DAY + (letter - letters));
		period->count = (uint32_t)count;
	}
}

static void
read_window(const struct sli__spec_at *window, struct sli_spec_period *period)
{
	static const char *const fields[] = { "duration", "isRolling",
		"calendar", NULL };
	struct sli__spec_at duration = sli__spec_field(window, "duration");
	struct sli__spec_at rolling = sli__spec_field(window, "isRolling");
	struct sli__spec_at calendar = sli__spec_field(window, "calendar");
	bool is_rolling;

	if (!sli__spec_mapping(window, fields, true))
		return;
	is_rolling = sli__spec_bool(&rolling, calendar.node == NULL);
	if (is_rolling && calendar.node != NULL)
		sli__spec_complain(&calendar,
		    "is there, and isRolling is true; accepted: one of them");
	else if (!is_rolling) {
		sli__spec_openslo_calendar(&calendar, period);
		read_units(&duration, period);
	} else if (sli__spec_openslo_ns(&duration, true, &period->rolling_ns) &&
	    period->rolling_ns < SLI__SPEC_HOUR_NS)
		sli__spec_warn(&duration,
		    "\"%.64s\" is minutes (months would be M, with a calendar)",
		    duration.node->text);
}

static void
read_period(const struct sli__spec_at *spec, struct sli_spec_period *period)
{
	struct sli__spec_at at = sli__spec_field(spec, "timeWindow"), window;
	const struct sli__spec_link *link;

	if (at.node == NULL) {
		period->rolling_ns = spec->loader->cfg.period_ns;
		return;
	}
	link = sli__spec_sequence(&at, true);
	if (link == NULL)
		return;
	if (link->next != NULL)
		sli__spec_complain(&at, "has %u items; accepted: one",
		    at.node->count);
	window = sli__spec_item(&at, link, 0);
	read_window(&window, period);
}

/* ---- objectives ---- */

static void
read_slices(const struct sli__spec_at *objective, struct sli_spec_slo *slo)
{
	struct sli__spec_at target = sli__spec_field(objective,
	    "timeSliceTarget");
	struct sli__spec_at window = sli__spec_field(objective,
	    "timeSliceWindow");
	uint64_t minutes;

	if (slo->method != SLI_TIMESLICES && target.node != NULL)
		sli__spec_complain(&target,
		    "has no meaning; accepted: with budgetingMethod "
		    "Timeslices");
	if (slo->method == SLI_OCCURRENCES && window.node != NULL)
		sli__spec_complain(&window,
		    "has no meaning; accepted: with budgetingMethod Timeslices "
		    "or RatioTimeslices");
	if (slo->method == SLI_TIMESLICES &&
	    sli__spec_decimal(&target, 9, true, &slo->slice_objective_ppb) &&
	    (slo->slice_objective_ppb == 0 ||
		slo->slice_objective_ppb > SLI__SPEC_PPB))
		sli__spec_complain(&target,
		    "\"%.64s\" is out of range; accepted: above 0, up to 1",
		    target.node->text);
	if (slo->method == SLI_OCCURRENCES)
		return;
	/* A number without a unit is in minutes. */
	if (window.node != NULL && window.node->kind == SLI__SPEC_SCALAR &&
	    sli__spec_read_decimal(window.node->text, 0, &minutes) == NULL) {
		if (minutes == 0 || minutes > UINT32_MAX)
			sli__spec_complain(&window,
			    "\"%.64s\" is out of range; accepted: 1 and more "
			    "minutes",
			    window.node->text);
		else
			slo->slice_ns = minutes * SLI__SPEC_MINUTE_NS;
	} else
		sli__spec_openslo_ns(&window, true, &slo->slice_ns);
	if (slo->period.unit == SLI_SPEC_ROLLING &&
	    slo->slice_ns > slo->period.rolling_ns)
		sli__spec_complain(&window,
		    "\"%.64s\" is longer than the period; accepted: up to it",
		    window.node->text);
}

static void
read_objective(const struct sli__spec_at *at, const struct sli_spec_slo *common,
    uint32_t count)
{
	static const char *const fields[] = { "displayName", "op", "value",
		"target", "targetPercent", "timeSliceTarget", "timeSliceWindow",
		NULL };
	struct sli__spec_at target = sli__spec_field(at, "target");
	struct sli__spec_at percent = sli__spec_field(at, "targetPercent");
	struct sli_spec_slo slo = *common;

	if (!sli__spec_mapping(at, fields, true))
		return;
	if (target.node != NULL && percent.node != NULL)
		sli__spec_complain(&percent,
		    "is there beside target; accepted: one of them");
	else if (percent.node != NULL)
		sli__spec_objective(&percent, 7, &slo.objective_ppb);
	else if (target.node != NULL)
		sli__spec_objective(&target, 9, &slo.objective_ppb);
	else
		sli__spec_complain(at,
		    "has no target; accepted: target (a "
		    "ratio) or targetPercent");
	read_slices(at, &slo);
	sli__spec_openslo_threshold(at, &slo);
	if (slo.alert_count > 0)
		sli__spec_check_alerts(at, &slo, false);
	sli__spec_openslo_add(at, common, count, &slo);
}

static void
read_slo(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "description", "service",
		"indicator", "indicatorRef", "timeWindow", "budgetingMethod",
		"objectives", "alertPolicies", NULL };
	struct sli__spec_at spec = sli__spec_field(root, "spec"), field;
	struct sli_spec_slo *slo = sli__spec_begin_slo(root,
	    SLI_SPEC_OPENSLO_V1);

	if (slo == NULL)
		return;
	slo->name = sli__spec_openslo_metadata(root, true, slo);
	if (!sli__spec_mapping(&spec, fields, true))
		return;
	sli__spec_openslo_description(&spec, &slo->description);
	field = sli__spec_field(&spec, "service");
	slo->service = sli__spec_text(&field, true);
	if (slo->service == NULL)
		slo->service = "";
	slo->method = sli__spec_openslo_method(&spec);
	read_period(&spec, &slo->period);
	sli__spec_openslo_sli(&spec, slo);
	field = sli__spec_field(&spec, "alertPolicies");
	sli__spec_openslo_alerts(&field, slo);
	field = sli__spec_field(&spec, "objectives");
	if (field.node != NULL && field.node->count > 1 &&
	    slo->indicator.kind == SLI_SPEC_LATENCY)
		sli__spec_complain(&field,
		    "has %u items; accepted: one, with a thresholdMetric",
		    field.node->count);
	sli__spec_openslo_objectives(&spec, slo, read_objective);
}

/* ---- the other kinds ---- */

static void
check_source(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "description", "type",
		"connectionDetails", NULL };
	struct sli__spec_at spec = sli__spec_field(root, "spec"), type;

	sli__spec_openslo_metadata(root, true, NULL);
	if (!sli__spec_mapping(&spec, fields, true))
		return;
	sli__spec_openslo_description(&spec, NULL);
	type = sli__spec_field(&spec, "type");
	sli__spec_text(&type, true);
}

static void
check_service(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "description", NULL };
	struct sli__spec_at spec = sli__spec_field(root, "spec");

	sli__spec_openslo_metadata(root, true, NULL);
	if (sli__spec_mapping(&spec, fields, false))
		sli__spec_openslo_description(&spec, NULL);
}

static void
check_sli(const struct sli__spec_at *root)
{
	struct sli_spec_slo slo;

	memset(&slo, 0, sizeof(slo));
	sli__spec_openslo_metadata(root, true, NULL);
	sli__spec_openslo_sli(root, &slo);
}

void
sli__spec_read_openslo_v1(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "apiVersion", "kind", "metadata",
		"spec", NULL };
	static const char *const kinds[] = { "SLO", "SLI", "Service",
		"DataSource", "AlertPolicy", "AlertCondition",
		"AlertNotificationTarget", NULL };
	static void (*const readers[])(const struct sli__spec_at *root) = {
		read_slo,
		check_sli,
		check_service,
		check_source,
		sli__spec_check_policy,
		sli__spec_check_condition,
		sli__spec_check_target,
	};
	struct sli__spec_at kind = sli__spec_field(root, "kind");
	int choice;

	if (!sli__spec_mapping(root, fields, true))
		return;
	choice = sli__spec_choice(&kind, kinds, true);
	if (choice >= 0)
		readers[choice](root);
}
