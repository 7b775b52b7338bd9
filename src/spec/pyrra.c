/* SPDX-License-Identifier: MIT */
/*
 * pyrra's ServiceLevelObjective. The target is a text that holds a percentage;
 * queries are series selectors; alerts are four pairs with fixed factors, whose
 * windows grow with the period.
 */
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"
#include "spec/query.h"

/* pyrra rounds windows to minutes, which made 0 of those of short periods. */
static uint64_t
whole_minutes(uint64_t ns)
{
	uint64_t minutes = (ns + SLI__SPEC_MINUTE_NS / 2) / SLI__SPEC_MINUTE_NS;

	return (minutes > 0 ? minutes : 1) * SLI__SPEC_MINUTE_NS;
}

static void
make_alerts(const struct sli__spec_at *at, struct sli_spec_slo *slo)
{
	static const struct {
		uint32_t factor, after, long_, short_; /* of the period */
		enum sli_severity severity;
	} pairs[] = {
		{ 14, 20160, 672, 8064, SLI_PAGE },
		{ 7, 2688, 112, 1344, SLI_PAGE },
		{ 2, 672, 28, 336, SLI_TICKET },
		{ 1, 224, 7, 112, SLI_TICKET },
	};
	enum { COUNT = sizeof(pairs) / sizeof(pairs[0]) };
	uint64_t period_ns = slo->period.rolling_ns;
	struct sli_spec_alert *alerts = sli__spec_get(at->loader->pool,
	    COUNT * sizeof(*alerts));
	uint32_t i;

	if (alerts == NULL)
		return;
	for (i = 0; i < COUNT; i++) {
		alerts[i].line = at->node->line;
		alerts[i].severity = pairs[i].severity;
		alerts[i].severity_name = pairs[i].severity == SLI_PAGE ?
		    "critical" :
		    "warning";
		alerts[i].name = "";
		alerts[i].long_ns = whole_minutes(period_ns / pairs[i].long_);
		alerts[i].short_ns = whole_minutes(period_ns / pairs[i].short_);
		alerts[i].after_ns = whole_minutes(period_ns / pairs[i].after);
		alerts[i].factor_ppm = pairs[i].factor * SLI__SPEC_PPM;
		alerts[i].share_ppm = sli__spec_share_ppm(alerts[i].factor_ppm,
		    alerts[i].long_ns, period_ns);
	}
	slo->alerts = alerts;
	slo->alert_count = COUNT;
	sli__spec_check_alerts(at, slo, true);
}

static void
read_alerting(const struct sli__spec_at *spec, struct sli_spec_slo *slo)
{
	static const char *const fields[] = { "disabled", "name", "burnrates",
		"absent", "absentName", NULL };
	struct sli__spec_at at = sli__spec_field(spec, "alerting"), field;
	bool is_disabled;

	if (at.node != NULL && !sli__spec_mapping(&at, fields, false))
		return;
	field = sli__spec_field(&at, "name");
	slo->alert_name = sli__spec_text_or_none(&field);
	if (slo->alert_name[0] == '\0')
		slo->alert_name = "ErrorBudgetBurn";
	field = sli__spec_field(&at, "disabled");
	is_disabled = sli__spec_bool(&field, false);
	field = sli__spec_field(&at, "burnrates");
	if (!sli__spec_bool(&field, true) || is_disabled)
		slo->flags |= SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET;
	field = sli__spec_field(&at, "absent");
	if (sli__spec_bool(&field, true) && !is_disabled)
		slo->flags |= SLI_SPEC_ALERT_NO_DATA;
	field = sli__spec_field(&at, "absentName");
	if (field.node != NULL)
		sli__spec_complain(&field,
		    "cannot be kept: all alerts of an SLO have its name; "
		    "accepted: nothing");
}

static void
read_selector(const struct sli__spec_at *of, enum sli_spec_query_kind kind,
    struct sli_spec_query *query)
{
	static const char *const fields[] = { "metric", "grouping", NULL };
	/* Of a bool_gauge, the grouping stands beside the metric. */
	const char *const *known = kind == SLI_SPEC_QUERY_GAUGE ? fields : NULL;
	static const char *const metric_only[] = { "metric", NULL };
	struct sli__spec_at metric = sli__spec_field(of, "metric");
	const char *text;

	if (!sli__spec_mapping(of, known != NULL ? known : metric_only, true))
		return;
	text = sli__spec_text(&metric, true);
	if (text == NULL || text[0] == '\0')
		return;
	sli__spec_set_query(query, &metric, text, "prometheus", true);
	if (query->kind != SLI_SPEC_QUERY_COUNTER)
		sli__spec_complain(&metric,
		    "\"%.64s\" is no series selector; accepted: "
		    "name{label=\"value\"}, and an offset",
		    text);
	query->kind = kind;
}

/* The bucket that a selector is about: le="0.4". */
static void
read_le(const struct sli__spec_at *at, struct sli_spec_indicator *indicator)
{
	static const char *const units[] = { "s", "ms", NULL };
	struct sli__spec_at success = sli__spec_field(at, "success");
	struct sli__spec_at metric = sli__spec_field(&success, "metric");
	struct sli__spec_at unit = sli__spec_field(at, "unit");
	int is_ms = sli__spec_choice(&unit, units, false) == 1;
	const char *le, *why;

	if (indicator->good.text == NULL)
		return;
	le = sli__spec_matcher_value(at->loader->pool, indicator->good.text,
	    "le");
	if (le == NULL) {
		sli__spec_complain(&metric,
		    "has no latency; accepted: a selector with le=\"0.4\"");
		return;
	}
	why = sli__spec_read_decimal(le, is_ms ? 6 : 9,
	    &indicator->threshold_ns);
	if (why != NULL)
		sli__spec_complain(&metric, "le \"%.64s\" %s", le, why);
	else if (indicator->threshold_ns == 0)
		sli__spec_complain(&metric, "le \"%.64s\" is no latency", le);
}

static void
refuse_grouping(const struct sli__spec_at *at)
{
	struct sli__spec_at field = sli__spec_field(at, "grouping");

	if (field.node != NULL && field.node->count > 0)
		sli__spec_complain(&field,
		    "makes one SLO of each value of a label; accepted: one "
		    "definition for each, with a matcher");
}

static void
read_indicator(const struct sli__spec_at *spec, struct sli_spec_slo *slo)
{
	static const char *const kinds[] = { "ratio", "latency",
		"latencyNative", "bool_gauge", NULL };
	static const char *const of_ratio[] = { "errors", "total", "grouping",
		NULL };
	static const char *const of_latency[] = { "success", "total",
		"grouping", "unit", NULL };
	static const char *const of_native[] = { "latency", "total", "grouping",
		NULL };
	struct sli_spec_indicator *indicator = &slo->indicator;
	struct sli__spec_at at = sli__spec_field(spec, "indicator");
	struct sli__spec_at kind = at, field;
	uint32_t i, found = 0, which = 0;

	if (!sli__spec_mapping(&at, kinds, true))
		return;
	for (i = 0; kinds[i] != NULL; i++) {
		field = sli__spec_field(&at, kinds[i]);
		if (field.node == NULL)
			continue;
		found++;
		which = i;
		kind = field;
	}
	if (found != 1) {
		sli__spec_complain(&at,
		    "has %u kinds; accepted: one of ratio, latency, "
		    "latencyNative, bool_gauge",
		    found);
		return;
	}
	refuse_grouping(&kind);
	field = sli__spec_field(&kind, "total");
	switch (which) {
	case 0:
		indicator->kind = SLI_SPEC_BAD_TOTAL;
		if (!sli__spec_mapping(&kind, of_ratio, true))
			return;
		read_selector(&field, SLI_SPEC_QUERY_COUNTER,
		    &indicator->total);
		field = sli__spec_field(&kind, "errors");
		read_selector(&field, SLI_SPEC_QUERY_COUNTER, &indicator->bad);
		break;
	case 1:
		indicator->kind = SLI_SPEC_LATENCY;
		if (!sli__spec_mapping(&kind, of_latency, true))
			return;
		read_selector(&field, SLI_SPEC_QUERY_COUNTER,
		    &indicator->total);
		field = sli__spec_field(&kind, "success");
		read_selector(&field, SLI_SPEC_QUERY_COUNTER, &indicator->good);
		read_le(&kind, indicator);
		break;
	case 2:
		indicator->kind = SLI_SPEC_LATENCY;
		if (!sli__spec_mapping(&kind, of_native, true))
			return;
		read_selector(&field, SLI_SPEC_QUERY_HISTOGRAM,
		    &indicator->total);
		field = sli__spec_field(&kind, "latency");
		if (sli__spec_prometheus_ns(&field, true,
			&indicator->threshold_ns) &&
		    indicator->threshold_ns == 0)
			sli__spec_complain(&field, "\"%.64s\" is no latency",
			    field.node->text);
		break;
	default:
		indicator->kind = SLI_SPEC_BOOL_GAUGE;
		read_selector(&kind, SLI_SPEC_QUERY_GAUGE, &indicator->value);
		break;
	}
}

static void
read_metadata(const struct sli__spec_at *root, struct sli_spec_slo *slo)
{
	/* What the API server adds is there in what it gives out. */
	static const char *const fields[] = { "name", "namespace", "labels",
		"annotations", "uid", "resourceVersion", "generation",
		"creationTimestamp", "managedFields", "ownerReferences",
		"finalizers", "selfLink", NULL };
	struct sli__spec_at at = sli__spec_field(root, "metadata"), field;
	struct sli_label *label;
	struct sli_spec_labels space = { NULL, 1 };

	if (!sli__spec_mapping(&at, fields, true))
		return;
	field = sli__spec_field(&at, "name");
	slo->name = sli__spec_text_or_none(&field);
	if (slo->name[0] == '\0')
		sli__spec_complain(&field, "is missing; accepted: a name");
	field = sli__spec_field(&at, "labels");
	slo->labels = sli__spec_labels(&field);
	field = sli__spec_field(&at, "namespace");
	slo->service = sli__spec_text_or_none(&field);
	label = sli__spec_get(at.loader->pool, sizeof(*label));
	if (slo->service[0] == '\0' || label == NULL)
		return;
	label->name = "namespace";
	label->value = slo->service;
	space.list = label;
	slo->labels = sli__spec_join_labels(at.loader->pool, slo->labels,
	    space);
}

static void
read_target(const struct sli__spec_at *spec, struct sli_spec_slo *slo)
{
	struct sli__spec_at target = sli__spec_field(spec, "target");

	/* Kubernetes refuses a number here, since the field is a text. */
	if (target.node != NULL && target.node->kind == SLI__SPEC_SCALAR &&
	    target.node->is_plain)
		sli__spec_complain(&target,
		    "%.64s is not a text; accepted: a percentage in quotes, "
		    "such as \"99.9\"",
		    target.node->text);
	else
		sli__spec_objective(&target, 7, &slo->objective_ppb);
}

void
sli__spec_read_pyrra(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "apiVersion", "kind", "metadata",
		"spec", "status", NULL };
	static const char *const of_spec[] = { "description", "target",
		"window", "indicator", "alerting", "partial_response_strategy",
		NULL };
	/* The other one is for a Thanos ruler, which is not written for. */
	static const char *const strategies[] = { "abort", "", NULL };
	struct sli__spec_at spec = sli__spec_field(root, "spec"), field;
	struct sli_spec_slo *slo = sli__spec_begin_slo(root, SLI_SPEC_PYRRA);

	if (slo == NULL || !sli__spec_mapping(root, fields, true) ||
	    !sli__spec_mapping(&spec, of_spec, true))
		return;
	slo->method = SLI_OCCURRENCES;
	read_metadata(root, slo);
	field = sli__spec_field(&spec, "description");
	slo->description = sli__spec_text_or_none(&field);
	field = sli__spec_field(&spec, "partial_response_strategy");
	sli__spec_choice(&field, strategies, false);
	read_target(&spec, slo);
	read_indicator(&spec, slo);
	read_alerting(&spec, slo);
	field = sli__spec_field(&spec, "window");
	if (sli__spec_prometheus_ns(&field, true, &slo->period.rolling_ns)) {
		if (slo->period.rolling_ns < SLI__SPEC_HOUR_NS)
			sli__spec_complain(&field,
			    "\"%.64s\" is out of range; accepted: 1h and more",
			    field.node->text);
		else
			make_alerts(&field, slo);
	}
	if (slo->name[0] != '\0')
		sli__spec_add_slo(root->loader, slo, root->node->column);
}
