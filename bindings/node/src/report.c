/* SPDX-License-Identifier: MIT */
/*
 * A whole registry: its snapshot, and alerts.
 */
#include <string.h>

#include "addon.h"
#include "fields.h"
#include "report.h"

static const char *const methods[] = { "occurrences", "timeslices",
	"ratio_timeslices", NULL };
static const char *const kinds[] = { "burn", "outage", NULL };
static const char *const severities[] = { "page", "ticket", NULL };
static const char *const outcomes[] = { "good", "bad", "shed", "ignored",
	NULL };

#define COUNTS(field) offsetof(struct sli_counts, field)

static const struct field counts_fields[] = { { "good", U64, COUNTS(good), NULL,
						  0 },
	{ "bad", U64, COUNTS(bad), NULL, 0 },
	{ "shed", U64, COUNTS(shed), NULL, 0 },
	{ "ignored", U64, COUNTS(ignored), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 } };

#define VIEW(field) offsetof(struct sli_indicator_view, field)

static const struct field indicator_fields[] = {
	{ "name", TEXT, VIEW(name), NULL, 1 },
	{ "help", TEXT, VIEW(help), NULL, 1 },
	{ "labels", LABELS, VIEW(labels), NULL, 0 },
	{ "thresholdsMs", THRESHOLDS, VIEW(threshold_ns), NULL, 0 },
	{ "inFlight", U64, VIEW(in_flight), NULL, 0 },
	{ "late", U64, VIEW(late), NULL, 0 },
	{ "isActive", BOOL, VIEW(active), NULL, 0 }, { NULL, OTHER, 0, NULL, 0 }
};

#define SIGNAL(field) offsetof(struct sli_signals, field)

static const struct field window_fields[] = { { "windowMs", MS,
						  SIGNAL(window_ns), NULL, 0 },
	{ "coveredMs", MS, SIGNAL(covered_ns), NULL, 0 },
	{ "good", U64, SIGNAL(counts.good), NULL, 0 },
	{ "bad", U64, SIGNAL(counts.bad), NULL, 0 },
	{ "shed", U64, SIGNAL(counts.shed), NULL, 0 },
	{ "ignored", U64, SIGNAL(counts.ignored), NULL, 0 },
	{ "rate", DOUBLE, SIGNAL(rate), NULL, 0 },
	{ "errorRatio", DOUBLE, SIGNAL(error_ratio), NULL, 0 },
	{ "p50", MS_IF, SIGNAL(p50_ns), NULL, SIGNAL(has_latency) },
	{ "p90", MS_IF, SIGNAL(p90_ns), NULL, SIGNAL(has_latency) },
	{ "p99", MS_IF, SIGNAL(p99_ns), NULL, SIGNAL(has_latency) },
	{ NULL, OTHER, 0, NULL, 0 } };

#define SLO_VIEW(field) offsetof(struct sli_slo_view, field)

static const struct field slo_fields[] = { { "name", TEXT, SLO_VIEW(name), NULL,
					       1 },
	{ "objective", DOUBLE, SLO_VIEW(budget.objective), NULL, 0 },
	{ "periodMs", MS, SLO_VIEW(period_ns), NULL, 0 },
	{ "thresholdMs", MS, SLO_VIEW(threshold_ns), NULL, 0 },
	{ "method", NAMED, SLO_VIEW(method), methods, 0 },
	{ "good", U64, SLO_VIEW(budget.good), NULL, 0 },
	{ "bad", U64, SLO_VIEW(budget.bad), NULL, 0 },
	{ "total", U64, SLO_VIEW(budget.total), NULL, 0 },
	{ "sli", RATIO, SLO_VIEW(budget.sli), NULL, SLO_VIEW(budget.has_data) },
	{ "remaining", DOUBLE, SLO_VIEW(budget.remaining), NULL, 0 },
	{ "burnRate1h", DOUBLE, SLO_VIEW(budget.burn_rate_1h), NULL, 0 },
	{ "burnRate6h", DOUBLE, SLO_VIEW(budget.burn_rate_6h), NULL, 0 },
	{ "exhaustedInMs", NEVER, SLO_VIEW(budget.exhausted_in_ns), NULL, 0 },
	{ "page", FLAG, SLO_VIEW(budget.page), NULL, SLI_ALERT_FIRING },
	{ "ticket", FLAG, SLO_VIEW(budget.ticket), NULL, SLI_ALERT_FIRING },
	{ "isActive", BOOL, SLO_VIEW(active), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 } };

struct snapshot {
	napi_env env;
	uint64_t window_ns;
	napi_value out;
};

/* "good" and so on of a struct of counts, as a property. */
static void
add(napi_env env, napi_value object, const char *name,
    const struct field *fields, const void *from)
{
	napi_set_named_property(env, object, name,
	    fields_write(env, fields, from));
}

static napi_value
indicators_of(const struct sli_snapshot *snapshot, const struct snapshot *to)
{
	uint32_t i, n = 0, count = sli_snapshot_indicator_count(snapshot);
	struct sli_indicator_view view;
	napi_value list = NULL, object;
	struct sli_signals signals;

	napi_create_array(to->env, &list);
	for (i = 0; i < count; i++) {
		if (sli_snapshot_indicator(snapshot, i, &view) != SLI_OK ||
		    sli_signals(view.indicator, sli_snapshot_now(snapshot),
			to->window_ns, &signals) != SLI_OK)
			continue;
		object = fields_write(to->env, indicator_fields, &view);
		add(to->env, object, "total", counts_fields, &view.total);
		add(to->env, object, "window", window_fields, &signals);
		napi_set_element(to->env, list, n++, object);
	}
	return list;
}

static napi_value
slos_of(const struct sli_snapshot *snapshot, const struct snapshot *to)
{
	uint32_t i, n = 0, count = sli_snapshot_slo_count(snapshot);
	struct sli_indicator_view view;
	napi_value list = NULL, object;
	struct sli_slo_view slo;

	napi_create_array(to->env, &list);
	for (i = 0; i < count; i++) {
		if (sli_snapshot_slo(snapshot, i, &slo) != SLI_OK)
			continue;
		object = fields_write(to->env, slo_fields, &slo);
		if (sli_snapshot_indicator(snapshot, slo.indicator_index,
			&view) == SLI_OK)
			napi_set_named_property(to->env, object, "indicator",
			    text_of(to->env, view.name));
		napi_set_element(to->env, list, n++, object);
	}
	return list;
}

static void
write_snapshot(const struct sli_snapshot *snapshot, void *arg)
{
	struct snapshot *to = arg;

	napi_create_object(to->env, &to->out);
	napi_set_named_property(to->env, to->out, "atMs",
	    number_of(to->env, ms_of(sli_snapshot_now(snapshot))));
	napi_set_named_property(to->env, to->out, "indicators",
	    indicators_of(snapshot, to));
	napi_set_named_property(to->env, to->out, "slos",
	    slos_of(snapshot, to));
}

napi_value
throw_flush(napi_env env, int status)
{
	if (status != SLI_ENOSPC)
		return throw_status(env, status, NULL);
	return throw_error(env, status, "maxConsumers",
	    "all maxConsumers of the registry are taken; accepted: fewer "
	    "listeners and formats at once, or more of them");
}

napi_value
flush_once(napi_env env, const struct object *o, uint64_t now, sli_flush_fn *fn,
    void *arg)
{
	int status = sli_flush(object_registry(o), now, fn, arg);

	sli_flush_forget(object_registry(o), fn, arg);
	return status == SLI_OK ? NULL : throw_flush(env, status);
}

/* snapshot(registry, window, nowMs) */
static napi_value
report_snapshot(napi_env env, napi_callback_info info)
{
	struct snapshot snapshot = { env, 0, NULL };
	struct object *o;
	struct call c;
	uint64_t now;

	if (!call_begin(&c, env, info) ||
	    !call_duration(&c, 1, "window", &snapshot.window_ns) ||
	    !call_time(&c, 2, "nowMs", &now) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	if (snapshot.window_ns == 0)
		return throw_error(env, SLI_EINVAL, "window",
		    "window is 0; accepted: a length of time above 0");
	flush_once(env, o, now, write_snapshot, &snapshot);
	return snapshot.out;
}

#define RECORD(field) offsetof(struct sli_alert_record, field)

static const struct field record_fields[] = { { "number", U64, RECORD(number),
						  NULL, 0 },
	{ "slo", TEXT, RECORD(slo), NULL, 0 },
	{ "kind", NAMED, RECORD(kind), kinds, 0 },
	{ "severity", NAMED, RECORD(severity), severities, 0 },
	{ "alertIndex", U32, RECORD(alert_index), NULL, 0 },
	{ "isSilent", FLAG, RECORD(silent), NULL, 1 },
	{ "onsetMs", TIME, RECORD(onset_ns), NULL, 0 },
	{ "startMs", TIME, RECORD(start_ns), NULL, 0 },
	{ "endMs", TIME, RECORD(end_ns), NULL, 0 },
	{ "recoveredMs", TIME, RECORD(recovered_ns), NULL, 0 },
	{ "longMs", MS, RECORD(long_ns), NULL, 0 },
	{ "shortMs", MS, RECORD(short_ns), NULL, 0 },
	{ "factor", DOUBLE, RECORD(factor), NULL, 0 },
	{ "peakBurn", DOUBLE, RECORD(peak_burn), NULL, 0 },
	{ "bad", U64, RECORD(bad), NULL, 0 },
	{ "total", U64, RECORD(total), NULL, 0 },
	{ "missing", U64, RECORD(missing), NULL, 0 },
	{ "budgetCost", DOUBLE, RECORD(budget_cost), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 } };

/* alertLog(registry): the last first */
static napi_value
report_alert_log(napi_env env, napi_callback_info info)
{
	struct sli_alert_record record;
	napi_value out = NULL;
	struct object *o;
	uint32_t i, n = 0;
	struct call c;
	int status;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	napi_create_array(env, &out);
	for (i = 0;; i++) {
		status = sli_alert_read(object_registry(o), i, &record);
		if (status == SLI_OK)
			napi_set_element(env, out, n++,
			    fields_write(env, record_fields, &record));
		else if (status != SLI_EBUSY)
			return out;
	}
}

static const struct field transition_fields[] = {
	{ "began", BOOL, offsetof(struct sli_transition, began), NULL, 0 },
	{ "ended", BOOL, offsetof(struct sli_transition, ended), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

/* A consumer of its own for each member: arg is what makes it one. */
static void
write_transitions(const struct sli_snapshot *snapshot, void *arg)
{
	struct member *m = arg;
	napi_env env = m->isolate->env;
	struct sli_transition transition;
	napi_value object;
	uint32_t i, n = 0;
	int status;

	for (i = 0;; i++) {
		status = sli_snapshot_transition(snapshot, i, &transition);
		if (status == SLI_EBUSY)
			continue;
		if (status != SLI_OK)
			return;
		object = fields_write(env, record_fields, &transition.record);
		if (object == NULL ||
		    !fields_write_to(env, object, transition_fields,
			&transition))
			return;
		napi_set_element(env, m->transitions, n++, object);
	}
}

/* transitions(registry, nowMs): since the last call */
static napi_value
report_transitions(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;
	uint64_t now;
	int status;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	napi_create_array(env, &o->member->transitions);
	status = sli_flush(object_registry(o), now, write_transitions,
	    o->member);
	return status == SLI_OK ? o->member->transitions :
				  throw_flush(env, status);
}

void
transitions_forget(struct member *m)
{
	sli_flush_forget(shared_registry(m->shared), write_transitions, m);
}

/* ignoreTransitions(registry): nobody listens any more */
static napi_value
report_ignore_transitions(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (call_begin(&c, env, info) &&
	    (o = call_object(&c, 0, REGISTRY)) != NULL)
		transitions_forget(o->member);
	return NULL;
}

#define EXPLANATION(field) offsetof(struct sli_explanation, field)
#define DEPENDENCY(field) offsetof(struct sli_explained_dependency, field)
#define EXEMPLAR(field) offsetof(struct sli_exemplar, field)
#define NOTE(field) offsetof(struct sli_explained_annotation, field)

static const struct field explanation_fields[] = {
	{ "slo", TEXT, EXPLANATION(slo), NULL, 0 },
	{ "series", TEXT, EXPLANATION(series), NULL, 0 },
	{ "atMs", TIME, EXPLANATION(at_ns), NULL, 0 },
	{ "isBurning", BOOL, EXPLANATION(burning), NULL, 0 },
	{ "onsetMs", TIME, EXPLANATION(onset_ns), NULL, 0 },
	{ "remaining", DOUBLE, EXPLANATION(budget.remaining), NULL, 0 },
	{ "burnRate", DOUBLE, EXPLANATION(burn_rate), NULL, 0 },
	{ "burnRateOnset", DOUBLE, EXPLANATION(burn_rate_onset), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

static const struct field dependency_fields[] = {
	{ "series", TEXT, DEPENDENCY(series), NULL, 0 },
	{ "slo", TEXT, DEPENDENCY(slo), NULL, 0 },
	{ "depth", U32, DEPENDENCY(depth), NULL, 0 },
	{ "errorRatio", RATIO, DEPENDENCY(error_ratio), NULL,
	    DEPENDENCY(has_data) },
	{ "errorRatioOnset", RATIO, DEPENDENCY(error_ratio_onset), NULL,
	    DEPENDENCY(had_data) },
	{ "burnRate", RATIO, DEPENDENCY(burn_rate), NULL,
	    DEPENDENCY(has_data) },
	{ "burnRateOnset", RATIO, DEPENDENCY(burn_rate_onset), NULL,
	    DEPENDENCY(had_data) },
	{ NULL, OTHER, 0, NULL, 0 }
};

static const struct field note_fields[] = {
	{ "atMs", TIME, NOTE(annotation.at_ns), NULL, 0 },
	{ "kind", TEXT, NOTE(annotation.kind), NULL, 0 },
	{ "text", TEXT, NOTE(annotation.text), NULL, 0 },
	{ "distanceMs", SIGNED_MS, NOTE(distance_ns), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

static const struct field exemplar_fields[] = { { "atMs", TIME, EXEMPLAR(at_ns),
						    NULL, 0 },
	{ "latencyMs", MS, EXEMPLAR(latency_ns), NULL, 0 },
	{ "outcome", NAMED, EXEMPLAR(outcome), outcomes, 0 },
	{ "traceId", TEXT, EXEMPLAR(trace_id), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 } };

static void
add_list(napi_env env, napi_value object, const char *name,
    const struct field *fields, const void *first, uint32_t count, size_t size)
{
	napi_value list = NULL;
	uint32_t i;

	napi_create_array_with_length(env, count, &list);
	for (i = 0; i < count; i++)
		napi_set_element(env, list, i,
		    fields_write(env, fields, (const char *)first + i * size));
	napi_set_named_property(env, object, name, list);
}

/* explain(slo, nowMs): an object, with the text for people in it */
static napi_value
report_explain(napi_env env, napi_callback_info info)
{
	struct sli_explanation e;
	napi_value out, nothing;
	char text[16384];
	struct object *o;
	struct call c;
	uint64_t now;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL ||
	    sli_explain(o->it, now, &e) != SLI_OK)
		return NULL;
	sli_explain_text(&e, text, sizeof(text));
	out = fields_write(env, explanation_fields, &e);
	if (out == NULL)
		return NULL;
	napi_set_named_property(env, out, "text", text_of(env, text));
	napi_get_null(env, &nothing);
	napi_set_named_property(env, out, "alert",
	    e.has_record ? fields_write(env, record_fields, &e.record) :
			   nothing);
	add_list(env, out, "dependencies", dependency_fields, e.dependency,
	    e.dependency_count, sizeof(e.dependency[0]));
	add_list(env, out, "annotations", note_fields, e.annotation,
	    e.annotation_count, sizeof(e.annotation[0]));
	add_list(env, out, "exemplars", exemplar_fields, e.exemplar,
	    e.exemplar_count, sizeof(e.exemplar[0]));
	return out;
}

const struct function report_functions[] = {
	{ "snapshot", report_snapshot },
	{ "alertLog", report_alert_log },
	{ "transitions", report_transitions },
	{ "ignoreTransitions", report_ignore_transitions },
	{ "explain", report_explain },
	{ NULL, NULL },
};
