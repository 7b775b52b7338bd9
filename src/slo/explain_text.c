/* SPDX-License-Identifier: MIT */
/*
 * An explanation as it is read at three in the morning: the first line has to
 * be enough to decide whether to get up. What burns beside it is named, and not
 * called a cause: that is for the reader to find.
 */
#include <sli/context.h>

#include "base/lines.h"
#include "slo/civil.h"

/* At this the budget lasts the period. */
#define BURNS 1.0

/* "03:12:40", with the date if that is another than now's. */
static void
put_time(struct sli__lines *l, uint64_t at_ns, uint64_t now_ns)
{
	const uint64_t day_ns = SLI_DAYS(1);
	struct sli__date date = sli__date_of((int64_t)(at_ns / day_ns));
	uint64_t second = at_ns % day_ns / SLI_SECONDS(1);

	if (at_ns / day_ns != now_ns / day_ns || at_ns == now_ns) {
		sli__put_digits(l, (uint64_t)date.year, 4);
		sli__put(l, "-");
		sli__put_digits(l, date.month, 2);
		sli__put(l, "-");
		sli__put_digits(l, date.day, 2);
		sli__put(l, " ");
	}
	sli__put_digits(l, second / 3600, 2);
	sli__put(l, ":");
	sli__put_digits(l, second / 60 % 60, 2);
	sli__put(l, ":");
	sli__put_digits(l, second % 60, 2);
}

/* 99.95 %, 41.2 %, 5.01 %, 418 % */
static void
put_percent(struct sli__lines *l, double ratio)
{
	double size = ratio < 0 ? -ratio : ratio;
	uint32_t decimals = size < 0.1 || (size > 0.99 && size < 1) ? 2 : 1;

	sli__put_decimal(l, 100 * ratio, size > 1 ? 0 : decimals, 0);
	sli__put(l, " %");
}

/* To what it was at `from`: at least that long, in whole units from 1 s on. */
static void
put_ago(struct sli__lines *l, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t ns = to_ns > from_ns ? to_ns - from_ns : from_ns - to_ns;

	sli__put_span(l, ns - ns % SLI_SECONDS(1));
}

/* ---- the SLO ---- */

static bool
counts_slices(const struct sli_explanation *e)
{
	return e->method != SLI_OCCURRENCES;
}

static void
put_burn(struct sli__lines *l, const struct sli_explanation *e)
{
	sli__put(l, " at ");
	sli__put_decimal(l, e->burn_rate, e->burn_rate < 100 ? 1 : 0, 0);
	sli__put(l, " times what its budget allows");
	sli__put(l, counts_slices(e) ? " by events; " : "; ");
}

static void
put_budget(struct sli__lines *l, const struct sli_budget *b)
{
	if (!b->has_data) {
		sli__put(l, "its period has no events");
		return;
	}
	if (b->remaining <= 0) {
		put_percent(l, 1 - b->remaining);
		sli__put(l, " of it is spent");
		return;
	}
	put_percent(l, b->remaining);
	sli__put(l, " of it is left");
	if (b->exhausted_in_ns == UINT64_MAX)
		return;
	sli__put(l, ", gone in ");
	put_ago(l, 0, b->exhausted_in_ns);
	sli__put(l, " at the last hour's rate");
}

static void
put_headline(struct sli__lines *l, const struct sli_explanation *e)
{
	sli__put_text(l, e->slo, sizeof(e->slo));
	if (e->burning) {
		sli__put(l, " burns since ");
		put_time(l, e->onset_ns, e->at_ns);
		sli__put(l, " (");
		put_ago(l, e->onset_ns, e->at_ns);
		sli__put(l, ")");
	} else {
		sli__put(l, " has no alert under way, and burns");
	}
	put_burn(l, e);
	put_budget(l, &e->budget);
	sli__put(l, ".\nIt is ");
	put_time(l, e->at_ns, e->at_ns);
	sli__put(l, " UTC; burn rates are of 5 min");
	if (counts_slices(e))
		sli__put(l, ", and by events, though its budget is of slices");
	sli__put(l, ". Counted by ");
	sli__put_text(l, e->series, sizeof(e->series));
	sli__put(l, ".\n");
}

static void
put_alert(struct sli__lines *l, const struct sli_alert_record *r)
{
	if (r->kind == SLI_ALERT_OUTAGE) {
		sli__put(l,
		    r->silent ? "Micro-outage (with silence)" : "Micro-outage");
		return;
	}
	sli__put(l, r->severity == SLI_PAGE ? "Page (" : "Ticket (");
	sli__put_span(l, r->long_ns);
	sli__put(l, " and ");
	sli__put_span(l, r->short_ns);
	sli__put(l, " above ");
	sli__put_decimal(l, r->factor, 1, 0);
	sli__put(l, ")");
}

/* The alert under way, or the last. */
static void
put_record(struct sli__lines *l, const struct sli_explanation *e)
{
	const struct sli_alert_record *r = &e->record;

	if (!e->has_record)
		return;
	sli__put(l, e->burning ? "" : "Last: ");
	put_alert(l, r);
	sli__put(l, e->burning ? " since " : " from ");
	put_time(l, r->start_ns, e->at_ns);
	if (r->end_ns != 0) {
		sli__put(l, " to ");
		put_time(l, r->end_ns, e->at_ns);
		sli__put(l, ", burned from ");
		put_time(l, r->onset_ns, e->at_ns);
	}
	sli__put(l, ": ");
	sli__put_count(l, r->bad);
	sli__put(l, " bad of ");
	sli__put_count(l, r->total);
	if (r->missing > 0) {
		sli__put(l, ", ");
		sli__put_count(l, r->missing);
		sli__put(l, " missing");
	}
	sli__put(l, ", ");
	put_percent(l, r->budget_cost);
	sli__put(l, " of the budget.\n");
}

/* ---- what stands beside it ---- */

static const char *
course_of(const struct sli_explained_dependency *d)
{
	if (!d->has_data && !d->had_data)
		return "no events";
	if (!d->has_data)
		return d->burn_rate_onset > BURNS ?
		    "burned at the onset, no events now" :
		    "no events now";
	if (d->burn_rate > BURNS && d->burn_rate_onset > BURNS)
		return "burns, and did at the onset";
	if (d->burn_rate > BURNS)
		return d->had_data ? "burns, but did not at the onset" :
				     "burns, had no events at the onset";
	if (d->burn_rate_onset > BURNS)
		return "burned at the onset, not now";
	return "within its budget";
}

static void
put_dependency(struct sli__lines *l, const struct sli_explained_dependency *d)
{
	sli__put(l, "  ");
	sli__put_decimal(l, d->burn_rate_onset, 1, 8);
	sli__put_decimal(l, d->burn_rate, 1, 8);
	sli__put(l, "  ");
	sli__put_text(l, d->series, sizeof(d->series));
	if (d->slo[0] != '\0') {
		sli__put(l, " (");
		sli__put_text(l, d->slo, sizeof(d->slo));
		sli__put(l, ")");
	}
	if (d->depth > 1) {
		sli__put(l, ", ");
		sli__put_count(l, d->depth);
		sli__put(l, " calls away");
	}
	sli__put(l, ": ");
	sli__put(l, course_of(d));
	sli__put(l, "\n");
}

static void
put_dependencies(struct sli__lines *l, const struct sli_explanation *e)
{
	uint32_t i;

	if (e->dependency_count == 0) {
		sli__put(l, "\nNo dependencies are declared.\n");
		return;
	}
	sli__put(l,
	    "\nIt depends on, the worst first (by their SLOs, else by this "
	    "one):\n"
	    "     onset     now  burn rate\n");
	for (i = 0; i < e->dependency_count && i < SLI_EXPLAIN_DEPENDENCIES;
	     i++)
		put_dependency(l, &e->dependency[i]);
}

static void
put_distance(struct sli__lines *l, int64_t distance_ns)
{
	uint64_t ns = distance_ns < 0 ? 0 - (uint64_t)distance_ns :
					(uint64_t)distance_ns;

	if (ns < SLI_SECONDS(1)) {
		sli__put(l, ", at the onset");
		return;
	}
	sli__put(l, ", ");
	put_ago(l, 0, ns);
	sli__put(l, distance_ns > 0 ? " after" : " before");
}

static void
put_annotations(struct sli__lines *l, const struct sli_explanation *e)
{
	const struct sli_explained_annotation *a;
	uint32_t i;

	if (e->annotation_count == 0) {
		sli__put(l,
		    "\nNo changes are known, from a day before to an hour "
		    "after.\n");
		return;
	}
	sli__put(l, "\nChanges, the nearest first:\n");
	for (i = 0; i < e->annotation_count && i < SLI_EXPLAIN_ANNOTATIONS;
	     i++) {
		a = &e->annotation[i];
		sli__put(l, "  ");
		put_time(l, a->annotation.at_ns, e->at_ns);
		sli__put(l, "  ");
		sli__put_text(l, a->annotation.kind,
		    sizeof(a->annotation.kind));
		sli__put(l, " ");
		sli__put_text(l, a->annotation.text,
		    sizeof(a->annotation.text));
		put_distance(l, a->distance_ns);
		sli__put(l, "\n");
	}
}

static void
put_exemplars(struct sli__lines *l, const struct sli_explanation *e)
{
	const struct sli_exemplar *x;
	uint32_t i;

	if (e->exemplar_count == 0) {
		sli__put(l, "\nNo traces are kept of that time.\n");
		return;
	}
	sli__put(l, "\nTraces, the worst first:\n");
	for (i = 0; i < e->exemplar_count && i < SLI_EXPLAIN_EXEMPLARS; i++) {
		x = &e->exemplar[i];
		sli__put(l, "  ");
		put_time(l, x->at_ns, e->at_ns);
		sli__put(l, x->outcome == SLI_BAD ? "  bad   " : "  good  ");
		sli__put_text(l, x->trace_id, sizeof(x->trace_id));
		sli__put(l, "  ");
		sli__put_span(l, x->latency_ns);
		sli__put(l, "\n");
	}
}

size_t
sli_explain_text(const struct sli_explanation *explanation, char *text,
    size_t size)
{
	struct sli__lines l;

	sli__lines_begin(&l, text, size);
	if (explanation != NULL) {
		put_headline(&l, explanation);
		put_record(&l, explanation);
		put_dependencies(&l, explanation);
		put_annotations(&l, explanation);
		put_exemplars(&l, explanation);
	}
	return sli__lines_end(&l);
}
