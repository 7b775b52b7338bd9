/* SPDX-License-Identifier: MIT */
#include "doc_view.h"
#include "format.h"
#include "rows.h"

json_t *
doc_budget(const struct sli_budget *b)
{
	json_t *o = json_object();

	doc_put(o, "has_data", json_boolean(b->has_data));
	doc_put_number(o, "good", b->good);
	doc_put_number(o, "bad", b->bad);
	doc_put_number(o, "total", b->total);
	doc_put(o, "sli", b->has_data ? doc_real(b->sli) : json_null());
	doc_put(o, "remaining",
	    b->has_data ? doc_real(b->remaining) : json_null());
	doc_put(o, "burn_rate_1h", doc_real(b->burn_rate_1h));
	doc_put(o, "burn_rate_6h", doc_real(b->burn_rate_6h));
	doc_put(o, "exhausted_in_ns",
	    b->exhausted_in_ns == UINT64_MAX ? json_null() :
					       doc_number(b->exhausted_in_ns));
	doc_put_number(o, "covered_ns", b->covered_ns);
	doc_put_time(o, "reset_ns", "reset_at", b->reset_ns);
	doc_put_number(o, "excluded_ns", b->excluded_ns);
	doc_put_number(o, "excluded", b->excluded);
	doc_put(o, "corrected_good", json_integer(b->corrected_good));
	doc_put(o, "corrected_bad", json_integer(b->corrected_bad));
	return o;
}

static json_t *
state(enum sli_alert_state s)
{
	return json_string(s == SLI_ALERT_FIRING ? "firing" : "ok");
}

static json_t *
verdict(const struct sli_verdict *v)
{
	json_t *o = json_object(), *shed = json_object();
	int i;

	for (i = 0; i < SLI_CRITICALITIES; i++)
		doc_put(shed, rows_criticality[i],
		    doc_real(v->shed_probability[i]));
	doc_put(o, "shed_probability", shed);
	doc_put(o, "fresh", json_boolean(v->fresh));
	doc_put_time(o, "at_ns", "at", v->at_ns);
	return o;
}

static json_t *
alert(const struct view_alert *from)
{
	const struct sli_alert *a = &from->alert;
	json_t *o = json_object();

	doc_put(o, "severity", json_string(format_severity(a->severity)));
	doc_put(o, "state", state(a->state));
	doc_put_number(o, "long_ns", a->long_ns);
	doc_put_number(o, "short_ns", a->short_ns);
	doc_put(o, "factor", doc_real(a->factor));
	doc_put(o, "long_burn", doc_real(a->long_burn));
	doc_put(o, "short_burn", doc_real(a->short_burn));
	doc_put_number(o, "min_events", a->min_events);
	doc_put_number(o, "min_bad", a->min_bad);
	doc_put_number(o, "after_ns", a->after_ns);
	doc_put_time(o, "pending_ns", "pending_at", a->pending_ns);
	doc_put(o, "dropped", json_boolean(a->status != SLI_OK));
	doc_put(o, "reason", doc_text(from->reason));
	return o;
}

static json_t *
adjustment(const struct sli_adjustment *a)
{
	json_t *o = json_object();

	if (a->kind == SLI_CORRECTION) {
		doc_put(o, "kind", json_string("correction"));
		doc_put_time(o, "at_ns", "at", a->from_ns);
		doc_put(o, "good", json_integer(a->add_good));
		doc_put(o, "bad", json_integer(a->add_bad));
		return o;
	}
	doc_put(o, "kind", json_string("exclusion"));
	doc_put_time(o, "from_ns", "from_at", a->from_ns);
	doc_put_time(o, "to_ns", "to_at", a->to_ns);
	doc_put(o, "settled", json_boolean(a->settled));
	doc_put_number(o, "good", a->good);
	doc_put_number(o, "bad", a->bad);
	return o;
}

/* Its rule, and the present run or else the last. */
static json_t *
outage(const struct view_slo *s)
{
	const struct sli_outage *from = &s->outage;
	json_t *o = json_object();

	doc_put(o, "state", state(from->state));
	doc_put_time(o, "from_ns", "from_at", from->from_ns);
	doc_put_number(o, "length_ns", from->length_ns);
	doc_put(o, "at_work", json_boolean(from->status == SLI_OK));
	doc_put(o, "reason",
	    doc_text(from->reason == NULL ? "" : from->reason));
	doc_put(o, "traffic", doc_real(from->traffic));
	doc_put(o, "ratio", doc_real(s->is.outage_ratio));
	doc_put_number(o, "min_events", s->is.outage_min_events);
	return o;
}

/* null of what has no slices. */
static json_t *
slices(const struct view_slo *s)
{
	json_t *o;

	if (s->is.slice_ns == 0)
		return json_null();
	o = json_object();
	doc_put_number(o, "length_ns", s->is.slice_ns);
	doc_put(o, "objective", doc_real(s->is.slice_objective));
	doc_put_number(o, "min_events", s->is.slice_min_events);
	doc_put_number(o, "in_period", s->is.budget.slices);
	doc_put_number(o, "no_data", view_no_data(s));
	doc_put_number(o, "unit", view_unit(s));
	return o;
}

static json_t *
period(const struct view_slo *s)
{
	int calendar = s->is.calendar != SLI_ROLLING;
	json_t *o = json_object();

	doc_put(o, "kind", json_string(format_calendar(s->is.calendar)));
	doc_put_number(o, "count", calendar ? s->is.calendar_count : 1);
	doc_put(o, "time_zone",
	    !calendar			? json_null() :
		s->time_zone[0] == '\0' ? json_string("UTC") :
					  doc_text(s->time_zone));
	doc_put_time(o, "from_ns", "from_at", s->is.budget.from_ns);
	doc_put_time(o, "to_ns", "to_at", s->is.budget.to_ns);
	return o;
}

static void
put_slo_details(json_t *o, const struct view *v, const struct view_slo *s)
{
	json_t *burns = json_array(), *alerts = json_array(), *b;
	json_t *adjustments = json_array();
	uint32_t i;

	for (i = 0; i < v->window_count; i++) {
		b = json_object();
		doc_put_number(b, "window_ns", s->burns[i].window_ns);
		doc_put(b, "burn_rate",
		    s->burns[i].status == SLI_OK ?
			doc_real(s->burns[i].burn_rate) :
			json_null());
		json_array_append_new(burns, b);
	}
	for (i = 0; i < s->alert_count; i++)
		json_array_append_new(alerts, alert(&s->alerts[i]));
	doc_put(o, "burn_rates", burns);
	for (i = 0; i < s->adjustment_count; i++)
		json_array_append_new(adjustments,
		    adjustment(&s->adjustments[i]));
	doc_put(o, "alerts", alerts);
	doc_put(o, "adjustments", adjustments);
	doc_put(o, "depends", doc_titles(&s->depends));
}

json_t *
doc_slo(const struct view *v, const struct view_slo *s, int details)
{
	json_t *o = json_object();

	doc_put(o, "name", doc_text(s->name));
	doc_put(o, "indicator", doc_text(s->indicator_title));
	doc_put(o, "objective", doc_real(s->is.budget.objective));
	doc_put_number(o, "period_ns", s->is.period_ns);
	doc_put(o, "threshold_ns",
	    s->is.threshold_ns == 0 ? json_null() :
				      doc_number(s->is.threshold_ns));
	doc_put(o, "method", json_string(format_method(s->is.method)));
	doc_put(o, "slices", slices(s));
	doc_put(o, "period", period(s));
	doc_put(o, "shed_is_bad",
	    json_boolean((s->is.flags & SLI_SLO_SHED_IS_BAD) != 0));
	doc_put(o, "active", json_boolean(s->is.active));
	doc_put(o, "budget", doc_budget(&s->is.budget));
	doc_put(o, "page", state(s->is.budget.page));
	doc_put(o, "ticket", state(s->is.budget.ticket));
	doc_put(o, "outage", outage(s));
	doc_put(o, "verdict", verdict(&s->is.verdict));
	if (details)
		put_slo_details(o, v, s);
	return o;
}
