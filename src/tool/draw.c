/* SPDX-License-Identifier: MIT */
#include "draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "mem.h"
#include "plot.h"
#include "record.h"
#include "screen.h"
#include "text.h"

#define LINE_MAX_BYTES 1024

/* Lines that are always there: the title, two lines under it, the foot. */
#define FRAME_ROWS 4

/* News are of the last hour. */
#define NEWS_NS SLI_HOURS(1)

static const char *const help_lines[] = {
	"s S       sort by the next column, the one before",
	"r         reverse the order",
	"+ -       longer, shorter window",
	"p space   pause, go on",
	"up down   scroll; also j k, page up and down, home, end",
	"tab       scroll the SLOs, the indicators",
	"h ?       this help",
	"q         quit",
	"",
	"RATE/s    events of all outcomes, in the window",
	"GOOD %    good of good and bad; 100 only if none is bad",
	"P50..MAX  latency of good events; - beyond the latency rings",
	"INFL      begun and not ended",
	"LEFT      of the error budget, in the SLO's period",
	"BURN      1 spends the budget in just one period",
	"ALERT     what fires: PAGE, TICKET, or an OUTAGE of seconds",
	"SHEDS     the most critical class shed; those below, more",
	"LASTS     the budget, at the burn rate of the last hour",
	"~         no living process has it registered",
};

#define HELP_LINES ((int)(sizeof(help_lines) / sizeof(help_lines[0])))

/* ---- the frame ---- */

static void
draw_title(const struct draw *d)
{
	char now[FORMAT_MAX], window[FORMAT_MAX], interval[FORMAT_MAX];
	char right[LINE_MAX_BYTES], left[LINE_MAX_BYTES];
	char *path = text_clean_new(d->path), *fitting;
	size_t width, room = (size_t)screen_columns();

	snprintf(right, sizeof(right), " last %s  every %s  %s ",
	    format_duration(window, d->view.window_ns),
	    format_duration(interval, d->interval_ns),
	    format_time(now, d->view.now_ns));
	width = strlen(right) + strlen(" sli top ") + 1;
	fitting = text_shorten_new(path, room > width + 8 ? room - width : 8);
	snprintf(left, sizeof(left), " sli top %s", fitting);
	free(fitting);
	free(path);
	screen_bar(0, left, right);
}

/* How full the file is; or what has happened to it. */
static void
draw_message(const struct draw *d, const char *message)
{
	const struct sli_registry_info *info = &d->view.info;
	char line[LINE_MAX_BYTES], size[FORMAT_MAX], used[FORMAT_MAX];
	char *clean;

	screen_move(1, 0);
	if (*message != '\0') {
		clean = text_clean_new(message);
		screen_put("! ", STYLE_BAD);
		screen_put(clean, STYLE_BAD);
		free(clean);
		return;
	}
	if (d->paused) {
		snprintf(line, sizeof(line), "PAUSED at %s; p goes on",
		    format_time(used, d->view.now_ns));
		screen_put(line, STYLE_WARN);
		if (d->window_ns != d->view.window_ns) {
			snprintf(line, sizeof(line), ", with the last %s",
			    format_duration(used, d->window_ns));
			screen_put(line, STYLE_WARN);
		}
		return;
	}
	snprintf(line, sizeof(line),
	    "%u process%s, %u of %u indicators, %u of %u SLOs, %s of %s",
	    info->process_count, info->process_count == 1 ? "" : "es",
	    d->view.indicator_count, info->max_indicators, d->view.slo_count,
	    info->max_slos, format_bytes(used, info->used_bytes),
	    format_bytes(size, info->size_bytes));
	screen_put(line, STYLE_DIM);
}

/* How long ago: less than 0 if that is no news. */
static int64_t
news_age_ns(const struct draw *d, uint64_t at_ns)
{
	uint64_t now_ns = d->view.now_ns;

	if (at_ns == 0 || at_ns > now_ns || now_ns - at_ns > NEWS_NS)
		return -1;
	return (int64_t)(now_ns - at_ns);
}

static int
draw_alert(const struct draw *d)
{
	const struct sli_alert_record *r = d->view.records;
	uint32_t firing = record_firing(&d->view);
	enum style style = STYLE_DIM;
	char *sentence, more[FORMAT_MAX];

	if (d->view.record_count == 0)
		return 0;
	if (firing > 0)
		style = record_style(r);
	else if (news_age_ns(d, r->end_ns == 0 ? r->start_ns : r->end_ns) < 0)
		return 0;
	sentence = record_sentence_new(&d->view, r);
	screen_put(sentence, style);
	free(sentence);
	if (firing > 1) {
		snprintf(more, sizeof(more), ", %u more", firing - 1);
		screen_put(more, style);
	}
	return 1;
}

/* The newest alert and the newest annotation: the one may be for the other. */
static void
draw_news(const struct draw *d)
{
	const struct sli_annotation *a = d->view.annotations;
	int64_t age_ns = d->view.annotation_count == 0 ?
	    -1 :
	    news_age_ns(d, a->at_ns);
	char line[LINE_MAX_BYTES], ago[FORMAT_MAX], *text;
	int drawn;

	screen_move(2, 0);
	drawn = draw_alert(d);
	if (drawn && age_ns >= 0)
		screen_put("; ", STYLE_DIM);
	if (age_ns >= 0) {
		snprintf(line, sizeof(line), "%s %s ago: %s", a->kind,
		    format_span(ago, (uint64_t)age_ns), a->text);
		text = text_clean_new(line);
		screen_put(text, STYLE_PLAIN);
		free(text);
	} else if (!drawn) {
		screen_put("no alert and no annotation in the last hour",
		    STYLE_DIM);
	}
}

static void
draw_foot(const struct draw *d, const char *where)
{
	char left[LINE_MAX_BYTES];

	snprintf(left, sizeof(left),
	    " q quit  s sort: %s%s  +- window  p %s  h help",
	    rows_key_name(d->sort), d->reverse ? " (reversed)" : "",
	    d->paused ? "go on" : "pause");
	screen_bar(screen_rows() - 1, left, where);
}

/* ---- the tables ---- */

/* As many rows as fit, from where it was scrolled to. */
static int
draw_table(struct table *t, int row, int rows, size_t *scrolled)
{
	size_t i, shown = rows > 1 ? (size_t)rows - 1 : 0;

	if (rows < 1)
		return row;
	table_layout(t, (size_t)screen_columns());
	screen_move(row++, 0);
	table_head(t, screen_sink, NULL);
	if (shown >= t->row_count)
		*scrolled = 0;
	else if (*scrolled > t->row_count - shown)
		*scrolled = t->row_count - shown;
	for (i = *scrolled; i < t->row_count && shown > 0; i++, shown--) {
		screen_move(row++, 0);
		table_line(t, i, screen_sink, NULL);
	}
	return row;
}

/*
 * Lines of the SLOs' table, with its head; indicators get the rest. Where both
 * have too little, each gets half.
 */
static int
slo_rows(int room, int slos, int indicators)
{
	int wanted = slos + 1;

	if (slos == 0 || room < 4)
		return 0;
	if (wanted + 1 + indicators + 1 <= room)
		return wanted;
	if (indicators + 1 <= room / 2)
		return room - indicators - 2;
	return wanted <= room / 2 ? wanted : room / 2;
}

/* "rows 1-9 of 64", of a table that is not all on the screen. */
static void
tell_place(char *out, size_t size, const char *what, const struct table *t,
    int rows, size_t scrolled, int has_focus)
{
	size_t shown = rows > 1 ? (size_t)rows - 1 : 0, used = strlen(out);

	if (shown >= t->row_count)
		return;
	snprintf(out + used, size - used, " %s%s %zu-%zu/%zu ",
	    has_focus ? "*" : "", what, scrolled + (shown > 0),
	    scrolled + shown, t->row_count);
}

static size_t
bar_width(void)
{
	int spare = (screen_columns() - 80) / 3;

	return spare <= 0 ? 8 : spare < 22 ? 8 + (size_t)spare : 30;
}

static void
draw_tables(struct draw *d)
{
	struct table slos, indicators;
	char where[LINE_MAX_BYTES] = "";
	int room = screen_rows() - FRAME_ROWS, first, row = FRAME_ROWS - 1,
	    rest;

	rows_sort(&d->view, d->sort, d->reverse);
	record_sort(&d->view);
	rows_slos(&slos, &d->view, bar_width());
	rows_indicators(&indicators, &d->view, d->sort);
	first = slo_rows(room, (int)slos.row_count, (int)indicators.row_count);
	if (first > 0) {
		draw_table(&slos, row, first, &d->scroll[DRAW_SLOS]);
		row += first + 1;
	}
	rest = screen_rows() - 1 - row;
	draw_table(&indicators, row, rest, &d->scroll[DRAW_INDICATORS]);
	tell_place(where, sizeof(where), "SLOs", &slos, first,
	    d->scroll[DRAW_SLOS], d->focus == DRAW_SLOS);
	tell_place(where, sizeof(where), "rows", &indicators, rest,
	    d->scroll[DRAW_INDICATORS], d->focus == DRAW_INDICATORS);
	draw_foot(d, where);
	table_end(&slos);
	table_end(&indicators);
}

void
draw(struct draw *d, const char *message)
{
	screen_begin();
	if (screen_rows() > FRAME_ROWS)
		draw_tables(d);
	draw_title(d);
	if (screen_rows() > 1)
		draw_message(d, message);
	if (screen_rows() > FRAME_ROWS)
		draw_news(d);
	if (d->help)
		screen_box(help_lines, HELP_LINES);
	screen_show();
}
