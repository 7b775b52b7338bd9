/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "plot.h"
#include "show.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum counts_column {
	COUNTS_WINDOW,
	COUNTS_GOOD,
	COUNTS_BAD,
	COUNTS_SHED,
	COUNTS_IGNORED,
	COUNTS_SLOW, /* and as many more as there are thresholds */
	COUNTS_RATIO = COUNTS_SLOW + SLI_THRESHOLDS_MAX,
	COUNTS_RATE,
	COUNTS_COVERED,
	COUNTS_COLUMNS
};

static void
put_counts(struct table *t, const struct view_indicator *ind,
    const struct sli_counts *c)
{
	const uint64_t n[] = { c->good, c->bad, c->shed, c->ignored };
	char buf[FORMAT_MAX];
	uint32_t i;

	table_row(t);
	table_cell(t, COUNTS_WINDOW, STYLE_PLAIN, "%s",
	    c->window_ns == 0 ? "ever" : format_duration(buf, c->window_ns));
	for (i = 0; i < COUNT(n); i++)
		table_cell(t, COUNTS_GOOD + i, STYLE_PLAIN, "%s",
		    format_number(buf, n[i]));
	for (i = 0; i < ind->threshold_count; i++)
		table_cell(t, COUNTS_SLOW + i, STYLE_PLAIN, "%s",
		    format_number(buf, c->slow[i]));
	table_cell(t, COUNTS_RATIO, STYLE_PLAIN, "%s",
	    format_percent(buf, c->good, c->good + c->bad));
	table_cell(t, COUNTS_RATE, STYLE_PLAIN, "%s",
	    view_rate(c) < 0 ? "-" : format_rate(buf, view_rate(c)));
	table_cell(t, COUNTS_COVERED, STYLE_PLAIN, "%s",
	    c->window_ns == 0 ? "-" : format_span(buf, c->covered_ns));
}

static void
show_counts(const struct view *v, const struct view_indicator *ind, FILE *to)
{
	struct column columns[COUNTS_COLUMNS] = { { "WINDOW", 0, 6, 0 },
		{ "GOOD", 1, 0, 0 }, { "BAD", 1, 0, 0 }, { "SHED", 1, 0, 0 },
		{ "IGNORED", 1, 0, 0 }, { "", 1, 0, 0 }, { "", 1, 0, 0 },
		{ "", 1, 0, 0 }, { "", 1, 0, 0 }, { "GOOD %", 1, 7, 0 },
		{ "RATE/s", 1, 6, 0 }, { "COVERED", 1, 0, 0 } };
	char heads[SLI_THRESHOLDS_MAX][FORMAT_MAX + 1];
	struct table t;
	uint32_t i;

	for (i = 0; i < ind->threshold_count; i++) {
		heads[i][0] = '>';
		format_duration(heads[i] + 1, ind->threshold_ns[i]);
		columns[COUNTS_SLOW + i].head = heads[i];
	}
	table_begin(&t, columns, COUNTS_COLUMNS);
	for (i = 0; i < v->window_count; i++)
		put_counts(&t, ind, &ind->windows[i]);
	put_counts(&t, ind, &ind->total);
	table_print(&t, "  ", to);
	table_end(&t);
}

static void
put_latency(struct table *t, const struct view_latency *l)
{
	/* Ascending; of view_quantiles. */
	static const size_t order[] = { VIEW_P50, VIEW_P90, 3, VIEW_P99, 4, 5 };
	char buf[FORMAT_MAX];
	size_t i, last = COUNT(order) + 3;

	table_row(t);
	table_cell(t, 0, STYLE_PLAIN, "%s", format_duration(buf, l->window_ns));
	table_cell(t, 1, STYLE_PLAIN, "%s",
	    l->status == SLI_ERANGE ? "-" : format_number(buf, l->count));
	if (l->status != SLI_OK) {
		for (i = 2; i <= last; i++)
			table_cell(t, i, STYLE_PLAIN, "-");
		return;
	}
	for (i = 0; i < COUNT(order); i++)
		table_cell(t, 2 + i, STYLE_PLAIN, "%s",
		    format_latency(buf, l->quantile_ns[order[i]]));
	table_cell(t, last - 1, STYLE_PLAIN, "%s",
	    format_latency(buf, l->max_ns));
	table_cell(t, last, STYLE_PLAIN, "%s",
	    format_latency(buf, (uint64_t)l->mean_ns));
}

static void
show_latency(const struct view *v, const struct view_latency *latencies,
    const char *head, FILE *to)
{
	static const struct column columns[] = { { "WINDOW", 0, 6, 0 },
		{ "COUNT", 1, 7, 0 }, { "P50", 1, 6, 0 }, { "P90", 1, 6, 0 },
		{ "P95", 1, 6, 0 }, { "P99", 1, 6, 0 }, { "P99.9", 1, 6, 0 },
		{ "P99.99", 1, 6, 0 }, { "MAX", 1, 6, 0 },
		{ "MEAN", 1, 6, 0 } };
	struct table t;
	uint32_t i;

	table_begin(&t, columns, COUNT(columns));
	for (i = 0; i < v->window_count; i++)
		if (latencies[i].status != SLI_ERANGE)
			put_latency(&t, &latencies[i]);
	if (t.row_count > 0) {
		fprintf(to, "\n  %s\n", head);
		table_print(&t, "  ", to);
	}
	table_end(&t);
}

static int
has_any(const struct view *v, const struct view_latency *latencies)
{
	uint32_t i;

	for (i = 0; i < v->window_count; i++)
		if (latencies[i].status == SLI_OK)
			return 1;
	return 0;
}

/* Of a retry budget; see sli/retry.h for what it counts as what. */
static void
show_retries(const struct view_indicator *ind, FILE *to)
{
	const struct sli_counts *w = &ind->window;
	char window[FORMAT_MAX];

	if (strcmp(ind->help, SLI_RETRY_HELP) != 0)
		return;
	fprintf(to,
	    "  In the last %s: %llu requests, %llu retries (%.3g %% of them), "
	    "%llu refused\n",
	    format_duration(window, w->window_ns), (unsigned long long)w->good,
	    (unsigned long long)w->bad,
	    w->good == 0 ? 0 : 100 * (double)w->bad / (double)w->good,
	    (unsigned long long)w->shed);
}

void
show_indicator(const struct view *v, const struct view_indicator *ind, FILE *to)
{
	char *title = text_clean_new(ind->title);
	char *help = text_clean_new(ind->help);
	char window[FORMAT_MAX], last[FORMAT_MAX];

	fprintf(to, "Indicator %s%s\n", title,
	    ind->active ? "" : " (inactive: no living process has it)");
	if (*help != '\0')
		fprintf(to, "  %s\n", help);
	fprintf(to, "  %llu in flight, %llu late; last slot ended %s\n",
	    (unsigned long long)ind->in_flight, (unsigned long long)ind->late,
	    ind->last_ns == 0 ? "never" : format_time(last, ind->last_ns));
	show_retries(ind, to);
	show_depends(&ind->depends, to);
	fputc('\n', to);
	show_counts(v, ind, to);
	show_latency(v, ind->good, "Latency of good events", to);
	if (has_any(v, ind->bad))
		show_latency(v, ind->bad, "Latency of bad events", to);
	format_duration(window, v->window_ns);
	if (ind->bucket_count > 0) {
		fprintf(to, "\n  Good events of the last %s by latency\n",
		    window);
		plot_histogram(ind, "  ", to);
	} else {
		fprintf(to, "\n  No latency of a good event in the last %s\n",
		    window);
	}
	free(help);
	free(title);
}
