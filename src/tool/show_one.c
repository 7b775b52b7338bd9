/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format.h"
#include "plot.h"
#include "show.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ---- indicators ---- */

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
	fprintf(to, "  %llu in flight, %llu late; last slot ended %s\n\n",
	    (unsigned long long)ind->in_flight, (unsigned long long)ind->late,
	    ind->last_ns == 0 ? "never" : format_time(last, ind->last_ns));
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

/* ---- SLOs ---- */

static void
show_budget(const struct view_slo *slo, FILE *to)
{
	const struct sli_budget *b = &slo->budget;
	char bar[PLOT_BAR_BYTES], buf[FORMAT_MAX], covered[FORMAT_MAX];

	if (!b->has_data) {
		fputs("  Budget    no events in the period yet\n", to);
		show_adjusted(b, to);
		return;
	}
	plot_gauge(bar, b->remaining, 40);
	fprintf(to, "  Budget    %s %s left\n", bar,
	    format_share(buf, b->remaining));
	fprintf(to, "  Events    %llu good, %llu bad of %llu: %s %% good\n",
	    (unsigned long long)b->good, (unsigned long long)b->bad,
	    (unsigned long long)b->total,
	    format_percent(buf, b->good, b->total));
	fprintf(to, "  Covered   %s of %s\n",
	    format_span(covered, b->covered_ns),
	    format_duration(buf, slo->period_ns));
	show_adjusted(b, to);
	if (b->reset_ns != 0)
		fprintf(to, "  Reset     %s\n", format_time(buf, b->reset_ns));
	fprintf(to, "  Lasts     %s%s\n", format_left(buf, b->exhausted_in_ns),
	    b->exhausted_in_ns == 0 || b->exhausted_in_ns == UINT64_MAX ?
		"" :
		", at the burn rate of the last hour");
}

static void
show_burns(const struct view *v, const struct view_slo *slo, FILE *to)
{
	struct column columns[VIEW_WINDOWS_MAX + 1] = { { "LAST", 0, 9, 0 } };
	char heads[VIEW_WINDOWS_MAX][FORMAT_MAX], burn[FORMAT_MAX];
	struct table t;
	uint32_t i;

	for (i = 0; i < v->window_count; i++) {
		format_duration(heads[i], slo->burns[i].window_ns);
		columns[i + 1].head = heads[i];
		columns[i + 1].to_right = 1;
		columns[i + 1].width = 5;
	}
	table_begin(&t, columns, v->window_count + 1);
	table_row(&t);
	table_cell(&t, 0, STYLE_PLAIN, "burn rate");
	for (i = 0; i < v->window_count; i++)
		table_cell(&t, i + 1, STYLE_PLAIN, "%s",
		    slo->burns[i].status == SLI_OK ?
			format_burn(burn, slo->burns[i].burn_rate) :
			"-");
	fputc('\n', to);
	table_print(&t, "  ", to);
	table_end(&t);
}

static void
show_verdict(const struct view_slo *slo, FILE *to)
{
	const struct sli_verdict *verdict = &slo->verdict;
	char at[FORMAT_MAX];
	int i, sheds = 0;

	fputs("  Sheds     ", to);
	for (i = SLI_CRITICALITIES - 1; i >= 0; i--)
		if (verdict->shed_probability[i] > 0)
			fprintf(to, "%s%s %.1f%%", sheds++ == 0 ? "" : ", ",
			    rows_criticality[i],
			    100 * verdict->shed_probability[i]);
	if (sheds == 0)
		fputs("nothing", to);
	if (verdict->at_ns != 0)
		fprintf(to, "; judged %s%s", format_time(at, verdict->at_ns),
		    verdict->fresh ? "" : ", too long ago to count");
	fputc('\n', to);
}

static void
show_alerts(const struct view_slo *slo, FILE *to)
{
	static const struct column columns[] = { { "ALERT", 0, 6, 0 },
		{ "STATE", 0, 7, 0 }, { "LONG", 1, 6, 0 }, { "SHORT", 1, 6, 0 },
		{ "FACTOR", 1, 6, 0 }, { "BURN", 1, 6, 0 },
		{ "SHORT", 1, 6, 0 }, { "MIN EVENTS", 1, 0, 0 },
		{ "MIN BAD", 1, 0, 0 }, { "", 0, 0, 0 } };
	const struct sli_alert *a;
	char buf[FORMAT_MAX];
	char *reason;
	struct table t;
	uint32_t i;

	if (slo->alert_count == 0) {
		fputs("\n  It has no alerts.\n", to);
		return;
	}
	table_begin(&t, columns, COUNT(columns));
	for (i = 0; i < slo->alert_count; i++) {
		a = &slo->alerts[i].alert;
		table_row(&t);
		table_cell(&t, 0, STYLE_PLAIN, "%s",
		    a->severity == SLI_PAGE ? "page" : "ticket");
		table_cell(&t, 1, STYLE_PLAIN, "%s",
		    a->status != SLI_OK		     ? "dropped" :
			a->state == SLI_ALERT_FIRING ? "FIRING" :
						       "ok");
		table_cell(&t, 2, STYLE_PLAIN, "%.4g", a->factor);
		table_cell(&t, 3, STYLE_PLAIN, "%s",
		    format_duration(buf, a->long_ns));
		table_cell(&t, 4, STYLE_PLAIN, "%s",
		    format_burn(buf, a->long_burn));
		table_cell(&t, 5, STYLE_PLAIN, "%s",
		    format_duration(buf, a->short_ns));
		table_cell(&t, 6, STYLE_PLAIN, "%s",
		    format_burn(buf, a->short_burn));
		table_cell(&t, 7, STYLE_PLAIN, "%s",
		    format_number(buf, a->min_events));
		table_cell(&t, 8, STYLE_PLAIN, "%s",
		    format_number(buf, a->min_bad));
		reason = text_clean_new(slo->alerts[i].reason);
		table_cell(&t, 9, STYLE_PLAIN, "%s", reason);
		free(reason);
	}
	fputc('\n', to);
	table_print(&t, "  ", to);
	table_end(&t);
}

void
show_slo(const struct view *v, const struct view_slo *slo, FILE *to)
{
	char objective[FORMAT_MAX], period[FORMAT_MAX], within[FORMAT_MAX];
	char *name = text_clean_new(slo->name);
	char *of = text_clean_new(slo->indicator_title);

	fprintf(to, "SLO %s%s\n", name,
	    slo->active ? "" : " (inactive: no living process has it)");
	fprintf(to, "  Objective %s %% of %s good%s%s, over %s\n",
	    format_objective(objective, slo->budget.objective), of,
	    slo->threshold_ns == 0 ? "" : " within ",
	    slo->threshold_ns == 0 ? "" :
				     format_duration(within, slo->threshold_ns),
	    format_duration(period, slo->period_ns));
	show_budget(slo, to);
	show_verdict(slo, to);
	show_adjustments(v, slo, to);
	show_burns(v, slo, to);
	show_alerts(slo, to);
	free(of);
	free(name);
}
