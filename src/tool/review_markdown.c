/* SPDX-License-Identifier: MIT */
/* Markdown with tables, as forges and wikis have it. */
#include <stdlib.h>
#include <string.h>

#include "review_words.h"
#include "text.h"

/* What Markdown, or the HTML in it, would take for its own. */
static void
put_text(const char *text, FILE *to)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			fputs("&lt;", to);
		else if (*text == '&')
			fputs("&amp;", to);
		else {
			if (strchr("\\`*_[]{}|#~!@", *text) != NULL)
				fputc('\\', to);
			fputc(*text, to);
		}
	}
}

static void
put_line(const char *indent, char *line, FILE *to)
{
	fputs(indent, to);
	put_text(line, to);
	fputc('\n', to);
	free(line);
}

/* A word that is marked is set bold: the table has no colours. */
static void
put_cell(const struct cell *cell, FILE *to)
{
	int bold = cell->style == STYLE_BAD || cell->style == STYLE_WARN;

	fputs(bold ? "| **" : "| ", to);
	put_text(cell->text == NULL ? "" : cell->text, to);
	fputs(bold ? "** " : " ", to);
}

static void
put_table(const char *title,
    void (*make)(struct table *, const struct review *), const struct review *r,
    FILE *to)
{
	struct table t;
	size_t i;

	make(&t, r);
	if (t.row_count > 0) {
		fprintf(to, "\n## %s\n\n", title);
		for (i = 0; i < t.column_count; i++)
			fprintf(to, "| %s ", t.columns[i].head);
		fputs("|\n", to);
		for (i = 0; i < t.column_count; i++)
			fputs(t.columns[i].to_right ? "|--:" : "|---", to);
		fputs("|\n", to);
		for (i = 0; i < t.row_count * t.column_count; i++) {
			put_cell(&t.cells[i], to);
			if ((i + 1) % t.column_count == 0)
				fputs("|\n", to);
		}
	}
	table_end(&t);
}

static void
put_span(const struct review_slo *s, const struct review_span *span, FILE *to)
{
	uint32_t i;

	put_line("1. ", words_span_new(s, span), to);
	for (i = 0; i < span->change_count; i++)
		put_line("   - ", words_change_new(&span->changes[i]), to);
	for (i = 0; i < span->dependency_count; i++)
		put_line("   - ", words_dependency_new(&span->dependencies[i]),
		    to);
	put_line("   - ", words_seen_new(span), to);
}

static void
put_slo(const struct review *r, const struct review_slo *s, FILE *to)
{
	char objective[FORMAT_MAX], period[WORDS_MAX];
	char *name = text_clean_new(s->name);
	char *series = text_clean_new(s->series);
	uint32_t i;

	fputs("\n## ", to);
	put_text(name, to);
	fprintf(to, "\n\n%s%% of ",
	    format_objective(objective, s->budget.objective));
	put_text(series, to);
	fprintf(to, ", %s. ", words_period(period, s));
	put_line("", words_spent_new(r, s), to);
	if (s->counts.bad > 0)
		put_line("", words_days_new(s), to);
	for (i = 0; i < s->adjustment_count; i++)
		put_line("- ", words_adjustment_new(s, &s->adjustments[i]), to);
	if (s->span_count > 0)
		fputs("\n### Why it was close\n\n", to);
	for (i = 0; i < s->span_count; i++)
		put_span(s, &s->spans[i], to);
	if (s->spans_unnamed > 0)
		fprintf(to, "\nand %u more\n", s->spans_unnamed);
	free(series);
	free(name);
}

void
review_markdown(const struct review *r, FILE *to)
{
	uint32_t i;
	char *note;

	fputs("# Reliability review\n\n", to);
	put_line("", words_title_new(r), to);
	put_table("Objectives", words_summary, r, to);
	if (r->slo_count == 0)
		fputs("\nThere is no SLO in it.\n", to);
	for (i = 0; i < r->slo_count; i++)
		put_slo(r, &r->slos[i], to);
	put_table("Alerts", words_alerts, r, to);
	put_line("\n", words_fatigue_new(r), to);
	put_table("Micro-outages", words_outages, r, to);
	put_table("Changes", words_changes, r, to);
	put_table("Budgets that were changed", words_audits, r, to);
	fputs("\n## How to read this\n\n", to);
	for (i = 0; (note = words_note_new(r, i)) != NULL; i++)
		put_line("- ", note, to);
}
