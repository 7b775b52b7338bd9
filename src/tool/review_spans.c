/* SPDX-License-Identifier: MIT */
/*
 * "Why were we close": when the budget went, and what stood beside it.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review.h"

/* Quiet for no longer than this, and it is still the same. */
#define QUIET_NS SLI_MINUTES(15)

/* One event by itself is no span that anybody could tell more of. */
#define BAD_LEAST 2

/* Changes before a span that may have caused it. */
#define EARLIER_NS SLI_HOURS(1)

static int
burns(const struct review_slo *s, const struct review_counts *c)
{
	return (double)c->bad >
	    s->budget_share * ((double)c->good + (double)c->bad);
}

static void
add(struct review_counts *to, const struct review_counts *c)
{
	to->good += c->good;
	to->bad += c->bad;
}

/* ---- the worst hour ---- */

static double
bad_per_ns(const struct review_span *span)
{
	uint64_t length = span->to_ns - span->from_ns;

	return length == 0 ? 0 : (double)span->counts.bad / (double)length;
}

/* From each edge as many steps as make an hour; where they are longer, one. */
static void
find_worst(const struct review *r, struct review_slo *s)
{
	const struct review_grid *g = &r->grid;
	struct review_span hour;
	uint32_t i, k;

	for (i = 0; i < g->steps; i++) {
		memset(&hour, 0, sizeof(hour));
		hour.from_ns = hour.to_ns = g->edge[i];
		for (k = i;
		     k < g->steps && hour.to_ns < hour.from_ns + SLI_HOURS(1);
		     k++) {
			add(&hour.counts, &s->steps[k]);
			hour.to_ns = g->edge[k + 1];
		}
		/* A piece that the review's end has cut is no hour. */
		if (hour.to_ns < hour.from_ns + SLI_HOURS(1) && i > 0)
			break;
		if (hour.counts.bad > 0 &&
		    bad_per_ns(&hour) > bad_per_ns(&s->worst))
			s->worst = hour;
	}
	s->worst.cost = review_cost(s, &s->worst.counts);
}

/* ---- spans ---- */

/* The dearest stay, in their order. */
static void
keep(struct review_slo *s, struct review_span *span)
{
	uint32_t i;

	span->cost = review_cost(s, &span->counts);
	if (span->counts.bad < BAD_LEAST || span->cost < REVIEW_NAMED)
		return;
	s->spans_cost += span->cost;
	if (s->span_count == REVIEW_SPANS_MAX) {
		s->spans_unnamed++;
		if (s->spans[s->span_count - 1].cost >= span->cost)
			return;
		s->span_count--;
	}
	for (i = s->span_count++; i > 0 && s->spans[i - 1].cost < span->cost;
	     i--)
		s->spans[i] = s->spans[i - 1];
	s->spans[i] = *span;
}

static void
find_spans(const struct review *r, struct review_slo *s)
{
	const uint64_t *edge = r->grid.edge;
	struct review_counts quiet;
	struct review_span span;
	uint32_t i;

	memset(&span, 0, sizeof(span));
	memset(&quiet, 0, sizeof(quiet));
	for (i = 0; i < r->grid.steps; i++) {
		if (!burns(s, &s->steps[i])) {
			add(&quiet, &s->steps[i]);
			continue;
		}
		if (span.to_ns == 0 || edge[i] - span.to_ns > QUIET_NS) {
			keep(s, &span);
			memset(&span, 0, sizeof(span));
			span.from_ns = edge[i];
		} else {
			add(&span.counts, &quiet);
		}
		memset(&quiet, 0, sizeof(quiet));
		add(&span.counts, &s->steps[i]);
		span.to_ns = edge[i + 1];
	}
	keep(s, &span);
}

/* ---- what stood beside it ---- */

static uint64_t
distance(int64_t ns)
{
	return ns < 0 ? (uint64_t)-ns : (uint64_t)ns;
}

static void
find_changes(const struct review *r, struct review_span *span)
{
	const struct sli_annotation *note;
	struct review_change change;
	uint32_t i, k;

	for (i = 0; i < r->annotation_count; i++) {
		note = &r->annotations[i];
		if (note->at_ns + EARLIER_NS < span->from_ns ||
		    note->at_ns >= span->to_ns)
			continue;
		change.annotation = note;
		change.distance_ns = (int64_t)note->at_ns -
		    (int64_t)span->from_ns;
		if (span->change_count < REVIEW_CHANGES_MAX)
			span->change_count++;
		else if (distance(span->changes[REVIEW_CHANGES_MAX - 1]
				      .distance_ns) <=
		    distance(change.distance_ns))
			continue;
		for (k = span->change_count - 1; k > 0 &&
		     distance(span->changes[k - 1].distance_ns) >
			 distance(change.distance_ns);
		     k--)
			span->changes[k] = span->changes[k - 1];
		span->changes[k] = change;
	}
}

static const char *
title_of(const struct review *r, const struct sli_indicator *indicator)
{
	uint32_t i;

	for (i = 0; i < r->indicator_count; i++)
		if (r->indicators[i].indicator == indicator)
			return r->indicators[i].title;
	return sli_indicator_name(indicator);
}

/* [from_ns, to_ns) of an indicator; the younger window first: none is below. */
static void
indicator_counts(const struct review *r, struct sli_indicator *indicator,
    uint64_t from_ns, uint64_t to_ns, struct review_counts *out)
{
	struct sli_counts from, to;

	memset(out, 0, sizeof(*out));
	memset(&to, 0, sizeof(to));
	if (from_ns >= r->at_ns ||
	    (to_ns < r->at_ns &&
		sli_window_counts(indicator, r->at_ns, r->at_ns - to_ns, &to) !=
		    SLI_OK) ||
	    sli_window_counts(indicator, r->at_ns, r->at_ns - from_ns, &from) !=
		SLI_OK)
		return;
	out->good = from.good > to.good ? from.good - to.good : 0;
	out->bad = from.bad > to.bad ? from.bad - to.bad : 0;
}

static void
find_dependencies(const struct review *r, const struct review_slo *s,
    struct review_span *span)
{
	struct sli_indicator *on;
	struct review_dependency *d;
	struct review_counts all;
	uint32_t i;

	for (i = 0; span->dependency_count < REVIEW_DEPENDENCIES_MAX &&
	     sli_dependency(s->indicator, i, &on) == SLI_OK;
	     i++) {
		d = &span->dependencies[span->dependency_count++];
		d->title = mem_string(title_of(r, on));
		indicator_counts(r, on, span->from_ns, span->to_ns,
		    &d->in_span);
		indicator_counts(r, on, r->from_ns, r->to_ns, &all);
		d->usual.good = all.good - d->in_span.good;
		d->usual.bad = all.bad - d->in_span.bad;
		d->burned = burns(s, &d->in_span);
	}
}

/* Those that began to burn before the span was over, and fired into it. */
static int
saw(const struct review_slo *s, const struct review_span *span,
    const struct sli_alert_record *a)
{
	uint64_t onset = a->onset_ns != 0 && a->onset_ns < a->start_ns ?
	    a->onset_ns :
	    a->start_ns;

	return strcmp(a->slo, s->name) == 0 && onset < span->to_ns &&
	    (a->end_ns == 0 || a->end_ns > span->from_ns);
}

static void
note_alert(const struct review_slo *s, struct review_span *span,
    const struct sli_alert_record *a)
{
	if (!saw(s, span, a))
		return;
	if (a->kind == SLI_ALERT_OUTAGE)
		span->outages++;
	else if (a->severity == SLI_PAGE)
		span->pages++;
	else
		span->tickets++;
	if (span->seen_ns == 0 || a->start_ns < span->seen_ns)
		span->seen_ns = a->start_ns;
}

static void
find_alerts(const struct review *r, const struct review_slo *s,
    struct review_span *span)
{
	uint32_t i;

	for (i = 0; i < r->alert_count; i++)
		note_alert(s, span, &r->alerts[i].record);
	for (i = 0; i < r->outage_count; i++)
		note_alert(s, span, &r->outages[i].record);
}

void
review_spans_collect(const struct review *r, struct review_slo *s)
{
	uint32_t i;

	find_worst(r, s);
	find_spans(r, s);
	for (i = 0; i < s->span_count; i++) {
		find_changes(r, &s->spans[i]);
		find_dependencies(r, s, &s->spans[i]);
		find_alerts(r, s, &s->spans[i]);
	}
}
