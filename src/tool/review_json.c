/* SPDX-License-Identifier: MIT */
/*
 * The same for programs, whole: every step of the grid is in it. What is not
 * known is null.
 */
#include "doc.h"
#include "format.h"
#include "record.h"
#include "review.h"
#include "review_words.h"

static void
put_counts(json_t *to, const struct review_counts *c)
{
	doc_put_number(to, "good", c->good);
	doc_put_number(to, "bad", c->bad);
}

static void
put_range(json_t *to, uint64_t from_ns, uint64_t to_ns)
{
	doc_put_time(to, "from_ns", "from_at", from_ns);
	doc_put_time(to, "to_ns", "to_at", to_ns);
}

static json_t *
describe_change(const struct review_change *c)
{
	json_t *doc = json_object();

	doc_put_time(doc, "at_ns", "at", c->annotation->at_ns);
	doc_put(doc, "kind", doc_text(c->annotation->kind));
	doc_put(doc, "text", doc_text(c->annotation->text));
	doc_put(doc, "distance_ns", json_integer(c->distance_ns));
	return doc;
}

static json_t *
describe_dependency(const struct review_dependency *d)
{
	json_t *doc = json_object(), *usual = json_object();

	doc_put(doc, "indicator", doc_text(d->title));
	put_counts(doc, &d->in_span);
	put_counts(usual, &d->usual);
	doc_put(doc, "else", usual);
	doc_put(doc, "burned", json_boolean(d->burned));
	return doc;
}

static json_t *
describe_span(const struct review_span *span)
{
	json_t *doc = json_object(), *list = json_array();
	uint32_t i;

	put_range(doc, span->from_ns, span->to_ns);
	put_counts(doc, &span->counts);
	doc_put(doc, "cost", doc_real(span->cost));
	for (i = 0; i < span->change_count; i++)
		json_array_append_new(list, describe_change(&span->changes[i]));
	doc_put(doc, "changes", list);
	list = json_array();
	for (i = 0; i < span->dependency_count; i++)
		json_array_append_new(list,
		    describe_dependency(&span->dependencies[i]));
	doc_put(doc, "dependencies", list);
	doc_put(doc, "pages", json_integer(span->pages));
	doc_put(doc, "tickets", json_integer(span->tickets));
	doc_put(doc, "outages", json_integer(span->outages));
	doc_put_time(doc, "seen_ns", "seen_at", span->seen_ns);
	return doc;
}

static json_t *
describe_days(const struct review_slo *s)
{
	json_t *list = json_array(), *doc;
	uint32_t i;

	for (i = 0; i < s->day_count; i++) {
		doc = json_object();
		put_range(doc, s->days[i].from_ns, s->days[i].to_ns);
		put_counts(doc, &s->days[i].counts);
		doc_put(doc, "cost", doc_real(s->days[i].cost));
		json_array_append_new(list, doc);
	}
	return list;
}

static json_t *
describe_steps(const struct review *r, const struct review_slo *s)
{
	json_t *list = json_array(), *doc;
	uint32_t i;

	for (i = 0; i < r->grid.steps; i++) {
		doc = json_object();
		doc_put_number(doc, "from_ns", r->grid.edge[i]);
		put_counts(doc, &s->steps[i]);
		/* When the step is over. */
		doc_put(doc, "left", doc_real(s->left[i + 1]));
		json_array_append_new(list, doc);
	}
	return list;
}

static json_t *
describe_latency(const struct review_latency *l)
{
	json_t *list, *doc;
	uint32_t i;

	if (l->status != SLI_OK)
		return json_null();
	list = json_array();
	for (i = 0; i < l->columns; i++) {
		doc = json_object();
		doc_put_number(doc, "from_ns", l->edge[i]);
		doc_put(doc, "p50_ns",
		    l->p50_ns[i] == 0 ? json_null() : doc_number(l->p50_ns[i]));
		doc_put(doc, "p99_ns",
		    l->p99_ns[i] == 0 ? json_null() : doc_number(l->p99_ns[i]));
		json_array_append_new(list, doc);
	}
	return list;
}

static json_t *
describe_adjustments(const struct review_slo *s)
{
	json_t *list = json_array(), *doc;
	const struct sli_adjustment *a;
	uint32_t i;

	for (i = 0; i < s->adjustment_count; i++) {
		a = &s->adjustments[i];
		doc = json_object();
		doc_put(doc, "kind",
		    json_string(
			a->kind == SLI_EXCLUSION ? "exclusion" : "correction"));
		put_range(doc, a->from_ns, a->to_ns);
		json_array_append_new(list, doc);
	}
	return list;
}

static json_t *
describe_slo(const struct review *r, const struct review_slo *s)
{
	json_t *doc = json_object(), *list = json_array();
	struct review_counts n = s->counts;
	uint32_t i;

	doc_put(doc, "service", doc_text(s->service));
	doc_put(doc, "indicator", doc_text(s->series));
	doc_put(doc, "slo", doc_text(s->name));
	doc_put(doc, "objective", doc_real(s->budget.objective));
	doc_put_number(doc, "period_ns", s->period_ns);
	doc_put(doc, "calendar",
	    s->is_calendar ? doc_text(s->calendar) : json_null());
	doc_put(doc, "method", json_string(format_method(s->method)));
	doc_put_number(doc, "threshold_ns", s->threshold_ns);
	doc_put_number(doc, "unit", s->unit);
	put_counts(doc, &n);
	doc_put(doc, "actual",
	    n.good + n.bad == 0 ? json_null() : doc_real(1 - review_ratio(&n)));
	doc_put(doc, "state", json_string(words_state(s->state)));
	doc_put(doc, "budget_left", doc_real(s->budget.remaining));
	doc_put(doc, "cost", doc_real(s->cost));
	doc_put(doc, "pace", doc_real(s->pace));
	doc_put(doc, "before",
	    json_pack("{s:o, s:o, s:o}", "good", doc_number(s->before.good),
		"bad", doc_number(s->before.bad), "covered_ns",
		doc_number(s->before_ns)));
	doc_put(doc, "worst_hour",
	    s->worst.counts.bad == 0 ? json_null() : describe_span(&s->worst));
	for (i = 0; i < s->span_count; i++)
		json_array_append_new(list, describe_span(&s->spans[i]));
	doc_put(doc, "spans", list);
	doc_put(doc, "spans_unnamed", json_integer(s->spans_unnamed));
	doc_put(doc, "spans_cost", doc_real(s->spans_cost));
	doc_put(doc, "days", describe_days(s));
	doc_put(doc, "adjustments", describe_adjustments(s));
	doc_put(doc, "steps", describe_steps(r, s));
	doc_put(doc, "latency", describe_latency(&s->latency));
	return doc;
}

static json_t *
describe_record(const struct review_alert *a)
{
	json_t *doc = record_doc(&a->record, NULL);

	doc_put_number(doc, "length_ns", a->length_ns);
	return doc;
}

static json_t *
describe_alert(const struct review_alert *a)
{
	static const char *const verdicts[REVIEW_VERDICTS] = { "needed",
		"repeats", "flaps", "needless" };
	json_t *doc = describe_record(a);

	doc_put(doc, "woke", json_boolean(a->wakes));
	doc_put(doc, "verdict", json_string(verdicts[a->verdict]));
	return doc;
}

static json_t *
describe_notes(const struct review *r)
{
	json_t *list = json_array();
	const struct sli_annotation *a;
	uint32_t i;

	for (i = 0; i < r->annotation_count; i++) {
		a = &r->annotations[i];
		json_array_append_new(list,
		    json_pack("{s:o, s:o, s:o, s:o}", "at_ns",
			doc_number(a->at_ns), "at", doc_time(a->at_ns), "kind",
			doc_text(a->kind), "text", doc_text(a->text)));
	}
	return list;
}

void
review_json(const struct review *r)
{
	json_t *root = json_object(), *list = json_array();
	uint32_t i;

	doc_put(root, "source", doc_text(r->path));
	put_range(root, r->from_ns, r->to_ns);
	for (i = 0; i < r->slo_count; i++)
		json_array_append_new(list, describe_slo(r, &r->slos[i]));
	doc_put(root, "slos", list);
	list = json_array();
	for (i = 0; i < r->alert_count; i++)
		json_array_append_new(list, describe_alert(&r->alerts[i]));
	doc_put(root, "alerts", list);
	list = json_array();
	for (i = 0; i < r->outage_count; i++)
		json_array_append_new(list, describe_record(&r->outages[i]));
	doc_put(root, "outages", list);
	doc_put(root, "changes", describe_notes(r));
	doc_put(root, "log_is_full", json_boolean(r->log_is_full));
	doc_print(root);
}
