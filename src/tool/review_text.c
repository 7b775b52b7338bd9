/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "review_words.h"
#include "text.h"

static void
put_line(const char *indent, char *line, FILE *to)
{
	fprintf(to, "%s%s\n", indent, line);
	free(line);
}

static void
put_span(const struct review_slo *s, const struct review_span *span,
    uint32_t number, FILE *to)
{
	char head[FORMAT_MAX];
	uint32_t i;

	snprintf(head, sizeof(head), "  %u. ", number);
	put_line(head, words_span_new(s, span), to);
	for (i = 0; i < span->change_count; i++)
		put_line("     ", words_change_new(&span->changes[i]), to);
	for (i = 0; i < span->dependency_count; i++)
		put_line("     ", words_dependency_new(&span->dependencies[i]),
		    to);
	put_line("     ", words_seen_new(span), to);
}

static void
put_slo(const struct review *r, const struct review_slo *s, FILE *to)
{
	char objective[FORMAT_MAX], period[WORDS_MAX];
	char *name = text_clean_new(s->name);
	char *series = text_clean_new(s->series);
	uint32_t i;

	fprintf(to, "\n%s: %s%% of %s, %s\n", name,
	    format_objective(objective, s->budget.objective), series,
	    words_period(period, s));
	put_line("  ", words_spent_new(r, s), to);
	if (s->counts.bad > 0)
		put_line("  ", words_days_new(s), to);
	for (i = 0; i < s->adjustment_count; i++)
		put_line("  ", words_adjustment_new(s, &s->adjustments[i]), to);
	for (i = 0; i < s->span_count; i++)
		put_span(s, &s->spans[i], i + 1, to);
	if (s->spans_unnamed > 0)
		fprintf(to, "  and %u more\n", s->spans_unnamed);
	free(series);
	free(name);
}

static void
put_table(void (*make)(struct table *, const struct review *),
    const struct review *r, size_t width, FILE *to)
{
	struct table t;

	make(&t, r);
	if (t.row_count > 0) {
		fputc('\n', to);
		table_print_within(&t, width, to);
	}
	table_end(&t);
}

void
review_text(const struct review *r, FILE *to)
{
	size_t width = text_columns(to);
	uint32_t i;
	char *note;

	put_line("Reliability review of ", words_title_new(r), to);
	put_table(words_summary, r, width, to);
	if (r->slo_count == 0)
		fputs("\nThere is no SLO in it.\n", to);
	for (i = 0; i < r->slo_count; i++)
		put_slo(r, &r->slos[i], to);
	put_table(words_alerts, r, 0, to);
	put_line("\n", words_fatigue_new(r), to);
	put_table(words_outages, r, 0, to);
	put_table(words_changes, r, 0, to);
	put_table(words_audits, r, 0, to);
	for (i = 0; (note = words_note_new(r, i)) != NULL; i++)
		put_line(i == 0 ? "\n" : "", note, to);
}
