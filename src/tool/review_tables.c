/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "levels.h"
#include "mem.h"
#include "review_words.h"
#include "text.h"

#define COUNT(columns) (sizeof(columns) / sizeof((columns)[0]))

static void
put_clean(struct table *t, size_t column, enum style style, const char *text)
{
	char *clean = text_clean_new(text);

	table_cell(t, column, style, "%s", *clean == '\0' ? "-" : clean);
	free(clean);
}

void
words_summary(struct table *t, const struct review *r)
{
	static const struct column columns[] = { { "SERVICE", 0, 0, 0 },
		{ "SLO", 0, 0, 9 }, { "OBJECTIVE", 1, 0, 5 },
		{ "ACTUAL", 1, 0, 10 }, { "BUDGET", 0, 0, 8 },
		{ "LEFT", 1, 0, 11 }, { "SPENT", 1, 0, 7 },
		{ "TREND", 0, 0, 6 }, { "WORST HOUR", 0, 0, 4 } };
	char buf[WORDS_MAX];
	const struct review_slo *s;
	enum style style;
	uint32_t i;

	table_begin(t, columns, COUNT(columns));
	for (i = 0; i < r->slo_count; i++) {
		s = &r->slos[i];
		style = words_style(s->state);
		table_row(t);
		put_clean(t, 0, STYLE_PLAIN, s->service);
		put_clean(t, 1, STYLE_PLAIN, s->name);
		table_cell(t, 2, STYLE_PLAIN, "%s%%",
		    format_objective(buf, s->budget.objective));
		table_cell(t, 3,
		    review_ratio(&s->counts) > s->budget_share ? STYLE_BAD :
								 STYLE_PLAIN,
		    "%s", words_actual(buf, &s->counts));
		table_cell(t, 4, style, "%s", words_state(s->state));
		table_cell(t, 5, style, "%s", words_left(buf, s));
		table_cell(t, 6, STYLE_PLAIN, "%s",
		    words_percent(buf, s->cost));
		table_cell(t, 7, STYLE_PLAIN, "%s", words_trend(buf, r, s));
		table_cell(t, 8, STYLE_PLAIN, "%s", words_worst(buf, s));
	}
}

/* What both kinds of records begin with. */
static void
put_record(struct table *t, const struct review_alert *a)
{
	const struct sli_alert_record *record = &a->record;
	char buf[WORDS_MAX];

	table_row(t);
	table_cell(t, 0, STYLE_PLAIN, "%s", words_when(buf, record->start_ns));
	put_clean(t, 1, STYLE_PLAIN, record->slo);
	table_cell(t, 2, STYLE_PLAIN, "%s", words_alert(buf, record));
	table_cell(t, 3, STYLE_PLAIN, "%s%s", format_span(buf, a->length_ns),
	    record->end_ns == 0 ? ", fires" : "");
	table_cell(t, 4, STYLE_PLAIN, "%s",
	    words_percent(buf, record->budget_cost));
}

void
words_alerts(struct table *t, const struct review *r)
{
	static const struct column columns[] = { { "ALERT BEGAN", 0, 0, 0 },
		{ "SLO", 0, 0, 0 }, { "WHAT", 0, 0, 0 }, { "LENGTH", 1, 0, 0 },
		{ "COST", 1, 0, 0 }, { "WOKE SOMEBODY", 0, 0, 0 },
		{ "NEEDED", 0, 0, 0 } };
	const struct review_alert *a;
	uint32_t i;

	table_begin(t, columns, COUNT(columns));
	for (i = 0; i < r->alert_count; i++) {
		a = &r->alerts[i];
		put_record(t, a);
		table_cell(t, 5, STYLE_PLAIN, "%s", words_woken(a));
		table_cell(t, 6,
		    a->verdict == REVIEW_WANTED ? STYLE_GOOD : STYLE_WARN, "%s",
		    words_verdict(a));
	}
}

#define OUTAGES_SHOWN 10

/* Silence costs nothing: of those that cost as much, the longer one. */
static int
is_dearer(const struct review_alert *a, const struct review_alert *b)
{
	if (a->record.budget_cost != b->record.budget_cost)
		return a->record.budget_cost > b->record.budget_cost;
	return a->length_ns != b->length_ns ? a->length_ns > b->length_ns :
					      a < b;
}

static int
is_shown(const struct review *r, const struct review_alert *a)
{
	uint32_t i, dearer = 0;

	for (i = 0; i < r->outage_count; i++)
		dearer += (uint32_t)is_dearer(&r->outages[i], a);
	return dearer < OUTAGES_SHOWN;
}

/* The dearest, in their order. */
void
words_outages(struct table *t, const struct review *r)
{
	static const struct column columns[] = { { "OUTAGE BEGAN", 0, 0, 0 },
		{ "SLO", 0, 0, 0 }, { "KIND", 0, 0, 0 }, { "LENGTH", 1, 0, 0 },
		{ "COST", 1, 0, 0 }, { "BAD", 1, 0, 0 }, { "OF", 1, 0, 0 },
		{ "MISSING", 1, 0, 0 } };
	const struct sli_alert_record *record;
	char buf[FORMAT_MAX];
	uint32_t i;

	table_begin(t, columns, COUNT(columns));
	for (i = 0; i < r->outage_count; i++) {
		if (!is_shown(r, &r->outages[i]))
			continue;
		record = &r->outages[i].record;
		put_record(t, &r->outages[i]);
		table_cell(t, 5, STYLE_PLAIN, "%s",
		    format_number(buf, record->bad));
		table_cell(t, 6, STYLE_PLAIN, "%s",
		    format_number(buf, record->total));
		table_cell(t, 7, STYLE_PLAIN, "%s",
		    format_number(buf, record->missing));
	}
	if (r->outage_count > OUTAGES_SHOWN) {
		table_row(t);
		table_cell(t, 0, STYLE_DIM, "and %u more",
		    r->outage_count - OUTAGES_SHOWN);
	}
}

void
words_changes(struct table *t, const struct review *r)
{
	static const struct column columns[] = { { "WHEN", 0, 0, 0 },
		{ "KIND", 0, 0, 0 }, { "WHAT", 0, 0, 0 } };
	char buf[FORMAT_MAX];
	uint32_t i;

	table_begin(t, columns, COUNT(columns));
	for (i = 0; i < r->annotation_count; i++) {
		table_row(t);
		table_cell(t, 0, STYLE_PLAIN, "%s",
		    words_when(buf, r->annotations[i].at_ns));
		put_clean(t, 1, STYLE_PLAIN, r->annotations[i].kind);
		put_clean(t, 2, STYLE_PLAIN, r->annotations[i].text);
	}
}

void
words_audits(struct table *t, const struct review *r)
{
	static const struct column columns[] = { { "WHEN", 0, 0, 0 },
		{ "WHAT", 0, 0, 0 }, { "SLO", 0, 0, 0 }, { "UID", 1, 0, 0 },
		{ "WHY", 0, 0, 0 } };
	const struct sli_audit *audit;
	char buf[FORMAT_MAX];
	uint32_t i;

	table_begin(t, columns, COUNT(columns));
	for (i = 0; i < r->audit_count; i++) {
		audit = &r->audits[i];
		table_row(t);
		table_cell(t, 0, STYLE_PLAIN, "%s",
		    words_when(buf, audit->at_ns));
		table_cell(t, 1, STYLE_PLAIN, "%s", format_audit(audit->kind));
		put_clean(t, 2, STYLE_PLAIN, audit->subject);
		table_cell(t, 3, STYLE_PLAIN, "%u", audit->uid);
		put_clean(t, 4, STYLE_PLAIN, audit->why);
	}
}

/* ---- what else is to be known ---- */

char *
words_title_new(const struct review *r)
{
	char from[FORMAT_MAX], to[FORMAT_MAX], length[FORMAT_MAX];
	char *path = text_clean_new(r->path);
	char *line = mem_print("%s, %s to %s, %s", path,
	    format_time(from, r->from_ns), format_time(to, r->to_ns),
	    format_duration(length, r->to_ns - r->from_ns));

	free(path);
	return line;
}

static char *
note_of_grid(const struct review *r)
{
	char fine[FORMAT_MAX], coarse[FORMAT_MAX], since[FORMAT_MAX];

	if (r->grid.fine_ns == r->grid.coarse_ns)
		return mem_print("Times are UTC. Spans begin and end on steps "
				 "of %s.",
		    format_duration(fine, r->grid.fine_ns));
	return mem_print("Times are UTC. Spans begin and end on steps of "
			 "history: %s since %s, up to %s before.",
	    format_duration(fine, r->grid.fine_ns),
	    words_when(since, r->grid.fine_from_ns),
	    format_duration(coarse, r->grid.coarse_ns));
}

static int
is_dashed(const struct review *r, const struct review_slo *s)
{
	uint32_t i;

	for (i = 0; i <= r->grid.steps; i++)
		if (review_is_short(s, r->grid.edge[i]))
			return 1;
	return 0;
}

static char *
note_of_history(const struct review *r)
{
	char known[FORMAT_MAX];
	uint32_t i;

	for (i = 0; i < r->slo_count; i++)
		if (is_dashed(r, &r->slos[i]))
			return mem_print(
			    "History begins %s: where the budget's "
			    "line is dashed, it tells of less than "
			    "a period.",
			    words_when(known, r->slos[i].known_from_ns));
	return NULL;
}

static char *
note_of_latency(const struct review *r)
{
	uint64_t reach = levels_reach(r->info.latency);
	char reached[FORMAT_MAX], length[FORMAT_MAX];

	if (r->at_ns - r->from_ns <= reach)
		return NULL;
	return mem_print("Latencies are kept for %s in this registry, so the "
			 "maps do not show all %s: give it longer latency "
			 "levels (struct sli_level), or review the logs.",
	    format_duration(reached, reach),
	    format_duration(length, r->to_ns - r->from_ns));
}

static char *
note_of_log(const struct review *r)
{
	return r->log_is_full ?
	    mem_print("The alert log keeps %u: alerts that began earlier in "
		      "the review are not in it.",
		SLI_ALERT_LOG_MAX) :
	    NULL;
}

char *
words_note_new(const struct review *r, uint32_t index)
{
	static char *(*const notes[])(const struct review *) = { note_of_grid,
		note_of_history, note_of_latency, note_of_log };
	uint32_t i, n = 0;
	char *note;

	for (i = 0; i < COUNT(notes); i++) {
		note = notes[i](r);
		if (note != NULL && n++ == index)
			return note;
		free(note);
	}
	return NULL;
}
