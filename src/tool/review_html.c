/* SPDX-License-Identifier: MIT */
/*
 * One page that needs nothing else: to be read on a screen or a phone, to be
 * printed, and without colours or a picture of it. No script.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review_css.h"
#include "review_svg.h"
#include "review_words.h"
#include "text.h"

void
html_text(const char *clean, FILE *to)
{
	for (; *clean != '\0'; clean++)
		switch (*clean) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		default:
			fputc(*clean, to);
		}
}

static void
put_free(const char *before, char *line, const char *after, FILE *to)
{
	fputs(before, to);
	html_text(line, to);
	fputs(after, to);
	free(line);
}

/* ---- tables ---- */

/* A mark in front of the word: no two states look the same without colour. */
static const char *
mark_of(enum style style)
{
	switch (style) {
	case STYLE_GOOD:
		return "<svg class=\"mark\" viewBox=\"0 0 12 12\" "
		       "aria-hidden=\"true\"><circle cx=\"6\" cy=\"6\" "
		       "r=\"5\"/></svg>";
	case STYLE_WARN:
		return "<svg class=\"mark\" viewBox=\"0 0 12 12\" "
		       "aria-hidden=\"true\"><path d=\"M6 1l5.5 10H.5z\"/>"
		       "</svg>";
	case STYLE_BAD:
		return "<svg class=\"mark\" viewBox=\"0 0 12 12\" "
		       "aria-hidden=\"true\"><path d=\"M1 1h10v10H1z\"/></svg>";
	default:
		return "";
	}
}

static const char *
class_of(enum style style)
{
	switch (style) {
	case STYLE_GOOD:
		return " good";
	case STYLE_WARN:
		return " warn";
	case STYLE_BAD:
		return " bad";
	default:
		return "";
	}
}

/* On a phone a row is a card: then each cell says what it is. */
static void
put_cell(const struct table *t, size_t i, FILE *to)
{
	const struct column *column = &t->columns[i % t->column_count];
	const struct cell *cell = &t->cells[i];
	int is_first = i % t->column_count == 0;

	fprintf(to, "<%s role=\"%s\" data-head=\"%s\" class=\"%s%s\">",
	    is_first ? "th scope=\"row\"" : "td",
	    is_first ? "rowheader" : "cell", column->head,
	    column->to_right ? "number" : "text", class_of(cell->style));
	fprintf(to, "<span>%s", mark_of(cell->style));
	html_text(cell->text == NULL ? "" : cell->text, to);
	fprintf(to, "</span></%s>", is_first ? "th" : "td");
}

static void
put_rows(const struct table *t, const char *caption, FILE *to)
{
	size_t i;

	fprintf(to,
	    "<table role=\"table\"><caption>%s</caption>\n"
	    "<thead role=\"rowgroup\"><tr role=\"row\">",
	    caption);
	for (i = 0; i < t->column_count; i++)
		fprintf(to,
		    "<th scope=\"col\" role=\"columnheader\" "
		    "class=\"%s\">%s</th>",
		    t->columns[i].to_right ? "number" : "text",
		    t->columns[i].head);
	fputs("</tr></thead>\n<tbody role=\"rowgroup\">\n", to);
	for (i = 0; i < t->row_count * t->column_count; i++) {
		if (i % t->column_count == 0)
			fputs("<tr role=\"row\">", to);
		put_cell(t, i, to);
		if ((i + 1) % t->column_count == 0)
			fputs("</tr>\n", to);
	}
	fputs("</tbody></table>\n", to);
}

/* A section with a table; `intro`, which it frees, stands in front of it. */
static void
put_section(const char *id, const char *title, char *intro,
    void (*make)(struct table *, const struct review *), const struct review *r,
    FILE *to)
{
	struct table t;

	make(&t, r);
	if (t.row_count > 0 || intro != NULL) {
		fprintf(to, "<section id=\"%s\"><h2>%s</h2>\n", id, title);
		if (intro != NULL)
			put_free("<p>", intro, "</p>\n", to);
		if (t.row_count > 0)
			put_rows(&t, title, to);
		fputs("</section>\n", to);
	}
	table_end(&t);
}

/* ---- an SLO ---- */

static void
put_figure(const char *what, const char *value, enum style style, FILE *to)
{
	fprintf(to, "<div class=\"%s\"><dt>%s</dt><dd>%s", class_of(style),
	    what, mark_of(style));
	html_text(value, to);
	fputs("</dd></div>", to);
}

static void
put_head(const struct review *r, const struct review_slo *s, FILE *to)
{
	char buf[WORDS_MAX], period[WORDS_MAX];
	char *name = text_clean_new(s->name);
	char *series = text_clean_new(s->series);

	fputs("<h2>", to);
	html_text(name, to);
	fprintf(to, " <span class=\"state%s\">%s%s</span></h2>\n",
	    class_of(words_style(s->state)), mark_of(words_style(s->state)),
	    words_state(s->state));
	fprintf(to, "<p class=\"of\">%s%% of <code>",
	    format_objective(buf, s->budget.objective));
	html_text(series, to);
	fprintf(to, "</code>, %s</p>\n<dl class=\"key\">",
	    words_period(period, s));
	put_figure("Actual", words_actual(buf, &s->counts), STYLE_PLAIN, to);
	put_figure("Budget left", words_left(buf, s), words_style(s->state),
	    to);
	put_figure("Spent in the review", words_percent(buf, s->cost),
	    STYLE_PLAIN, to);
	put_figure("Against before", words_trend(buf, r, s), STYLE_PLAIN, to);
	fputs("</dl>\n", to);
	free(series);
	free(name);
}

static void
put_span(const struct review_slo *s, const struct review_span *span, FILE *to)
{
	uint32_t i;

	put_free("<li><p>", words_span_new(s, span), "</p><ul>", to);
	for (i = 0; i < span->change_count; i++)
		put_free("<li class=\"changed\">",
		    words_change_new(&span->changes[i]), "</li>", to);
	for (i = 0; i < span->dependency_count; i++)
		put_free(span->dependencies[i].burned ? "<li class=\"bad\">" :
							"<li>",
		    words_dependency_new(&span->dependencies[i]), "</li>", to);
	put_free("<li>", words_seen_new(span), "</li></ul></li>\n", to);
}

static void
put_why(const struct review_slo *s, FILE *to)
{
	uint32_t i;

	if (s->span_count == 0)
		return;
	fputs("<h3>When it went, and what stood beside</h3>\n"
	      "<ol class=\"spans\">\n",
	    to);
	for (i = 0; i < s->span_count; i++)
		put_span(s, &s->spans[i], to);
	fputs("</ol>\n", to);
	if (s->spans_unnamed > 0)
		fprintf(to, "<p>and %u more</p>\n", s->spans_unnamed);
}

static void
put_adjustments(const struct review_slo *s, FILE *to)
{
	uint32_t i;

	if (s->adjustment_count == 0)
		return;
	fputs("<ul>", to);
	for (i = 0; i < s->adjustment_count; i++)
		put_free("<li>", words_adjustment_new(s, &s->adjustments[i]),
		    "</li>", to);
	fputs("</ul>\n", to);
}

static void
put_slo(const struct review *r, uint32_t index, FILE *to)
{
	const struct review_slo *s = &r->slos[index];

	fprintf(to, "<section class=\"slo\" id=\"slo%u\">\n", index + 1);
	put_head(r, s, to);
	put_free("<p>", words_spent_new(r, s), "</p>\n", to);
	put_adjustments(s, to);
	if (s->counts.bad > 0)
		put_free("<p class=\"days\">", words_days_new(s), "</p>\n", to);
	if (s->counts.good + s->counts.bad > 0) {
		fputs("<div class=\"charts\">\n", to);
		svg_budget(r, s, index + 1, to);
		svg_errors(r, s, index + 1, to);
		svg_latency(r, s, index + 1, to);
		fputs("</div>\n", to);
		put_why(s, to);
	}
	fputs("</section>\n", to);
}

/* ---- the page ---- */

static void
put_style(FILE *to)
{
	size_t i;

	fputs("<style>\n", to);
	for (i = 0; review_css[i] != NULL; i++)
		fprintf(to, "%s\n", review_css[i]);
	fputs("</style>\n", to);
}

static void
put_top(const struct review *r, FILE *to)
{
	char from[FORMAT_MAX], until[FORMAT_MAX], length[FORMAT_MAX];
	char *path = text_clean_new(r->path);

	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head>"
	      "<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	      "<title>Reliability review: ",
	    to);
	html_text(path, to);
	fputs("</title>\n", to);
	put_style(to);
	fputs("</head><body>\n<header><h1>Reliability review</h1>\n<p><b>", to);
	html_text(path, to);
	fprintf(to,
	    "</b>, <time>%s</time> to <time>%s</time>, %s. Times are UTC."
	    "</p></header>\n<main>\n",
	    words_when(from, r->from_ns), words_when(until, r->to_ns),
	    format_duration(length, r->to_ns - r->from_ns));
	free(path);
}

static void
put_tile(const char *what, uint32_t n, enum style style, char *more, FILE *to)
{
	fprintf(to, "<div class=\"tile%s\"><dt>%s</dt><dd>%s%u<small>",
	    class_of(style), what, mark_of(style), n);
	put_free("", more, "</small></dd></div>", to);
}

/* What one looks at from afar. */
static void
put_tiles(const struct review *r, FILE *to)
{
	const struct review_totals *t = &r->totals;
	uint32_t of[REVIEW_STATES] = { 0 }, i;
	char cost[FORMAT_MAX];

	for (i = 0; i < r->slo_count; i++)
		of[r->slos[i].state]++;
	fputs("<dl class=\"key all\">", to);
	put_tile("Budgets spent", of[REVIEW_SPENT],
	    of[REVIEW_SPENT] > 0 ? STYLE_BAD : STYLE_GOOD,
	    mem_print("of %u objectives", r->slo_count), to);
	put_tile("Budgets close", of[REVIEW_CLOSE],
	    of[REVIEW_CLOSE] > 0 ? STYLE_WARN : STYLE_GOOD,
	    mem_print("and %u ok", of[REVIEW_FINE]), to);
	put_tile("Pages", t->pages, STYLE_PLAIN,
	    mem_print("%u of them needed", t->pages_of[REVIEW_WANTED]), to);
	put_tile("Micro-outages", r->outage_count, STYLE_PLAIN,
	    mem_print("the worst took %s of a budget",
		words_percent(cost, t->dearest_outage)),
	    to);
	fputs("</dl>\n", to);
}

static void
put_notes(const struct review *r, FILE *to)
{
	uint32_t i;
	char *note;

	fputs("<section id=\"notes\"><h2>How to read this</h2><ul>\n"
	      "<li>Numbered bands are when the budget burned at more than 1; "
	      "ticks below a chart are deploys and other changes.</li>\n",
	    to);
	for (i = 0; (note = words_note_new(r, i)) != NULL; i++)
		put_free("<li>", note, "</li>\n", to);
	fputs("</ul></section>\n", to);
}

void
review_html(const struct review *r, FILE *to)
{
	char *none = r->slo_count > 0 ? NULL :
					mem_string("There is no SLO in it.");
	uint32_t i;

	put_top(r, to);
	put_tiles(r, to);
	put_section("objectives", "Objectives", none, words_summary, r, to);
	for (i = 0; i < r->slo_count; i++)
		put_slo(r, i, to);
	put_section("alerts", "Alerts", words_fatigue_new(r), words_alerts, r,
	    to);
	put_section("outages", "Micro-outages", NULL, words_outages, r, to);
	put_section("changes", "Changes", NULL, words_changes, r, to);
	put_section("audits", "Budgets that were changed", NULL, words_audits,
	    r, to);
	put_notes(r, to);
	fputs("</main></body></html>\n", to);
}
