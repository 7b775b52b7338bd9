/* SPDX-License-Identifier: MIT */
/*
 * What is remembered beside the counts: the alert log, annotations, and what
 * was done to budgets.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review.h"

/* An alert that comes again within this time of its end flaps. */
#define FLAP_NS SLI_HOURS(1)

static int
is_inside(const struct review *r, const struct sli_alert_record *a)
{
	return a->start_ns < r->to_ns &&
	    (a->end_ns == 0 || a->end_ns >= r->from_ns);
}

static int
by_start(const void *left, const void *right)
{
	const struct sli_alert_record *a =
	    &((const struct review_alert *)left)->record;
	const struct sli_alert_record *b =
	    &((const struct review_alert *)right)->record;

	if (a->start_ns != b->start_ns)
		return a->start_ns < b->start_ns ? -1 : 1;
	if (a->severity != b->severity)
		return a->severity < b->severity ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* Is `a` of what `earlier` told already, to the same people? */
static int
repeats(const struct sli_alert_record *earlier,
    const struct sli_alert_record *a)
{
	return strcmp(earlier->slo, a->slo) == 0 &&
	    earlier->severity <= a->severity &&
	    (earlier->end_ns == 0 || earlier->end_ns > a->start_ns);
}

static int
flaps(const struct sli_alert_record *earlier, const struct sli_alert_record *a)
{
	return strcmp(earlier->slo, a->slo) == 0 &&
	    earlier->alert_index == a->alert_index && earlier->end_ns != 0 &&
	    earlier->end_ns <= a->start_ns &&
	    a->start_ns - earlier->end_ns <= FLAP_NS;
}

static enum review_verdict
judge(const struct review *r, uint32_t index)
{
	const struct sli_alert_record *a = &r->alerts[index].record;
	enum review_verdict verdict = REVIEW_WANTED;
	uint32_t i;

	if (!(a->budget_cost >= REVIEW_NEEDED))
		return REVIEW_NEEDLESS;
	for (i = 0; i < index; i++) {
		if (flaps(&r->alerts[i].record, a))
			return REVIEW_FLAPS;
		if (repeats(&r->alerts[i].record, a))
			verdict = REVIEW_REPEATS;
	}
	return verdict;
}

static void
sum_up(struct review *r)
{
	struct review_totals *t = &r->totals;
	const struct review_alert *a;
	uint32_t i;

	for (i = 0; i < r->alert_count; i++) {
		a = &r->alerts[i];
		t->firing_ns += a->length_ns;
		if (a->record.severity == SLI_PAGE) {
			t->pages++;
			t->pages_of[a->verdict]++;
		} else {
			t->tickets++;
			t->tickets_of[a->verdict]++;
		}
	}
	for (i = 0; i < r->outage_count; i++)
		t->dearest_outage = fmax(t->dearest_outage,
		    r->outages[i].record.budget_cost);
}

static void
keep(struct review *r, const struct sli_alert_record *record)
{
	struct review_alert *to = record->kind == SLI_ALERT_OUTAGE ?
	    &r->outages[r->outage_count++] :
	    &r->alerts[r->alert_count++];
	uint64_t end = record->end_ns != 0 ? record->end_ns : r->to_ns;

	to->record = *record;
	to->wakes = record->kind == SLI_ALERT_BURN &&
	    record->severity == SLI_PAGE;
	to->length_ns = end > record->start_ns ? end - record->start_ns : 0;
}

void
review_log_collect(struct review *r, struct sli_registry *reg)
{
	struct sli_alert_record record;
	uint32_t back, i;
	int status = SLI_OK;

	r->alerts = mem_array(SLI_ALERT_LOG_MAX, sizeof(*r->alerts));
	r->outages = mem_array(SLI_ALERT_LOG_MAX, sizeof(*r->outages));
	for (back = 0; back < SLI_ALERT_LOG_MAX; back++) {
		status = sli_alert_read(reg, back, &record);
		if (status == SLI_ENOENT)
			break;
		if (status != SLI_OK)
			continue; /* damaged: there may be more behind it */
		if (is_inside(r, &record))
			keep(r, &record);
		r->log_is_full = back + 1 == SLI_ALERT_LOG_MAX &&
		    record.number > 0 && record.start_ns > r->from_ns;
	}
	qsort(r->alerts, r->alert_count, sizeof(*r->alerts), by_start);
	qsort(r->outages, r->outage_count, sizeof(*r->outages), by_start);
	for (i = 0; i < r->alert_count; i++)
		r->alerts[i].verdict = judge(r, i);
	sum_up(r);
}

static int
changes_budget(enum sli_audit_kind kind)
{
	return kind == SLI_AUDIT_BUDGET_RESET || kind == SLI_AUDIT_EXCLUDED ||
	    kind == SLI_AUDIT_INCLUDED || kind == SLI_AUDIT_CORRECTED;
}

static int
by_time(const void *left, const void *right)
{
	const struct sli_annotation *a = left, *b = right;

	return a->at_ns < b->at_ns ? -1 : a->at_ns > b->at_ns;
}

/* Annotations of a while before it may be the cause of what is in it. */
#define EARLIER_NS SLI_HOURS(1)

void
review_notes_collect(struct review *r, struct sli_registry *reg)
{
	struct sli_annotation *note;
	struct sli_audit *audit;
	uint32_t back;
	int status = SLI_OK;

	r->annotations = mem_array(SLI_ANNOTATION_MAX, sizeof(*note));
	for (back = 0; back < SLI_ANNOTATION_MAX && status != SLI_ENOENT;
	     back++) {
		note = &r->annotations[r->annotation_count];
		status = sli_annotation_read(reg, back, note);
		r->annotation_count += status == SLI_OK &&
		    note->at_ns + EARLIER_NS >= r->from_ns &&
		    note->at_ns < r->to_ns;
	}
	qsort(r->annotations, r->annotation_count, sizeof(*note), by_time);
	r->audits = mem_array(SLI_AUDIT_MAX, sizeof(*r->audits));
	status = SLI_OK;
	for (back = SLI_AUDIT_MAX; back-- > 0;) {
		audit = &r->audits[r->audit_count];
		status = sli_audit_read(reg, back, audit);
		r->audit_count += status == SLI_OK &&
		    changes_budget(audit->kind) && audit->at_ns >= r->from_ns &&
		    audit->at_ns < r->to_ns;
	}
}
