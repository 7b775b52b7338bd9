/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "plot.h"
#include "text.h"

const char *const rows_criticality[SLI_CRITICALITIES] = { "critical+",
	"critical", "sheddable+", "sheddable" };

static const char *const key_names[SORT_KEYS] = { "name", "rate", "good", "bad",
	"shed", "p50", "p90", "p99", "max", "inflight" };

/* In the order of enum sort_key. */
static const struct column indicator_columns[] = {
	{ "INDICATOR", 0, 0, 0 },
	{ "RATE/s", 1, 6, 9 },
	{ "GOOD %", 1, 7, 10 },
	{ "BAD", 1, 5, 8 },
	{ "SHED", 1, 5, 4 },
	{ "P50", 1, 6, 5 },
	{ "P90", 1, 6, 2 },
	{ "P99", 1, 6, 7 },
	{ "MAX", 1, 6, 3 },
	{ "INFL", 1, 5, 6 },
};

static const struct column slo_columns[] = {
	{ "SLO", 0, 0, 0 },
	{ "BUDGET", 0, 10, 3 },
	{ "LEFT", 1, 6, 10 },
	{ "BURN 1h", 1, 7, 8 },
	{ "6h", 1, 6, 5 },
	{ "ALERT", 0, 6, 9 },
	{ "SHEDS", 0, 14, 6 },
	{ "LASTS", 1, 7, 4 },
};

const char *
rows_key_name(enum sort_key key)
{
	return key_names[key];
}

enum sort_key
rows_key_find(const char *name)
{
	int i;

	for (i = 0; i < SORT_KEYS; i++)
		if (strcmp(key_names[i], name) == 0)
			break;
	return (enum sort_key)i;
}

/* ---- order ---- */

/* What cannot be told is below everything else. */
static double
latency_value(const struct view_latency *latency, uint64_t ns)
{
	return latency->status == SLI_OK ? (double)ns : -1;
}

/* Greater: rather at the top. */
static double
sort_value(const struct view_indicator *i, enum sort_key key)
{
	const struct sli_counts *w = &i->window;
	double events = (double)w->good + (double)w->bad;

	switch (key) {
	case SORT_RATE:
		return view_rate(w);
	case SORT_GOOD:
		return events > 0 ? (double)w->bad / events : -1;
	case SORT_BAD:
		return (double)w->bad;
	case SORT_SHED:
		return (double)w->shed;
	case SORT_P50:
	case SORT_P90:
	case SORT_P99:
		return latency_value(&i->latency,
		    i->latency.quantile_ns[key - SORT_P50]);
	case SORT_MAX:
		return latency_value(&i->latency, i->latency.max_ns);
	case SORT_FLIGHT:
		return (double)i->in_flight;
	case SORT_NAME:
	default:
		return 0;
	}
}

/* qsort() hands nothing on to these. */
static enum sort_key sort_by;
static int sort_reversed;

static int
compare_indicators(const void *left, const void *right)
{
	const struct view_indicator *a = left, *b = right;
	double x = sort_value(a, sort_by), y = sort_value(b, sort_by);
	int order = x > y ? -1 : x < y;

	if (sort_by == SORT_NAME)
		order = strcmp(a->title, b->title);
	if (order != 0)
		return sort_reversed ? -order : order;
	return strcmp(a->title, b->title);
}

/* Those that want somebody now, then by what is left. */
static int
urgency(const struct view_slo *slo)
{
	return (slo->is.budget.page == SLI_ALERT_FIRING ? 4 : 0) +
	    (view_is_out(slo) ? 2 : 0) +
	    (slo->is.budget.ticket == SLI_ALERT_FIRING ? 1 : 0);
}

static int
compare_slos(const void *left, const void *right)
{
	const struct view_slo *a = left, *b = right;
	int order = urgency(b) - urgency(a);

	if (order == 0)
		order = a->is.budget.remaining < b->is.budget.remaining ?
		    -1 :
		    a->is.budget.remaining > b->is.budget.remaining;
	return order != 0 ? order : strcmp(a->name, b->name);
}

void
rows_sort(struct view *v, enum sort_key key, int reverse)
{
	sort_by = key;
	sort_reversed = reverse;
	if (v->indicator_count > 0)
		qsort(v->indicators, v->indicator_count, sizeof(*v->indicators),
		    compare_indicators);
	if (v->slo_count > 0)
		qsort(v->slos, v->slo_count, sizeof(*v->slos), compare_slos);
}

/* ---- indicators ---- */

/* A name in the first column, marked if no process that lives has it. */
static void
put_name(struct table *t, const char *name, const char *brief, int active)
{
	const char *mark = active ? " " : "~";
	enum style style = active ? STYLE_PLAIN : STYLE_DIM;
	char *clean = text_clean_new(name);
	char text[1024];

	table_cell(t, 0, style, "%s%s", mark, clean);
	free(clean);
	if (brief != NULL) {
		clean = text_clean_new(brief);
		snprintf(text, sizeof(text), "%s%s", mark, clean);
		table_brief(t, 0, text);
		free(clean);
	}
}

static void
put_latency(struct table *t, const struct view_latency *latency)
{
	char buf[FORMAT_MAX];
	size_t i;

	for (i = 0; i <= VIEW_QUANTILES_BRIEF; i++)
		table_cell(t, SORT_P50 + i, STYLE_PLAIN, "%s",
		    latency->status != SLI_OK ?
			"-" :
			format_latency(buf,
			    i == VIEW_QUANTILES_BRIEF ?
				latency->max_ns :
				latency->quantile_ns[i]));
}

static void
put_count(struct table *t, size_t column, uint64_t n, enum style if_any)
{
	char buf[FORMAT_MAX];

	table_cell(t, column, n == 0 ? STYLE_DIM : if_any, "%s",
	    format_count(buf, n));
}

void
rows_indicators(struct table *t, const struct view *v, enum sort_key key)
{
	const struct view_indicator *ind;
	const struct sli_counts *w;
	char buf[FORMAT_MAX];
	uint32_t i;

	table_begin(t, indicator_columns, SORT_KEYS);
	t->sorted = key;
	for (i = 0; i < v->indicator_count; i++) {
		ind = &v->indicators[i];
		w = &ind->window;
		table_row(t);
		put_name(t, ind->title, ind->brief, ind->active);
		table_cell(t, SORT_RATE, STYLE_PLAIN, "%s",
		    view_rate(w) < 0 ? "-" : format_rate(buf, view_rate(w)));
		table_cell(t, SORT_GOOD, STYLE_PLAIN, "%s",
		    format_percent(buf, w->good, w->good + w->bad));
		put_count(t, SORT_BAD, w->bad, STYLE_BAD);
		put_count(t, SORT_SHED, w->shed, STYLE_WARN);
		put_latency(t, &ind->latency);
		put_count(t, SORT_FLIGHT, ind->in_flight, STYLE_PLAIN);
	}
}

/* ---- SLOs ---- */

void
rows_verdict(const struct sli_verdict *verdict, char *out, size_t size)
{
	double p;
	int class;

	for (class = 0; class < SLI_CRITICALITIES; class ++) {
		p = verdict->shed_probability[class];
		if (!verdict->fresh || !(p > 0))
			continue;
		snprintf(out, size, p < 0.01 ? "%s <1%%" : "%s %.0f%%",
		    rows_criticality[class], 100 * p);
		return;
	}
	snprintf(out, size, "-");
}

enum style
rows_budget_style(const struct sli_budget *budget)
{
	if (!budget->has_data)
		return STYLE_DIM;
	if (budget->remaining <= 0 || budget->page == SLI_ALERT_FIRING)
		return STYLE_BAD;
	if (budget->remaining < 0.25 || budget->ticket == SLI_ALERT_FIRING)
		return STYLE_WARN;
	return STYLE_GOOD;
}

/* In words, for whom colours tell nothing. */
static void
put_alert(struct table *t, size_t column, const struct view_slo *slo)
{
	const struct sli_budget *b = &slo->is.budget;
	int out = view_is_out(slo);

	if (b->page == SLI_ALERT_FIRING)
		table_cell(t, column, STYLE_BAD, out ? "PAGE OUTAGE" : "PAGE");
	else if (out)
		table_cell(t, column, STYLE_BAD, "OUTAGE");
	else if (b->ticket == SLI_ALERT_FIRING)
		table_cell(t, column, STYLE_WARN, "TICKET");
	else if (slo->is.flags & SLI_SLO_NO_ALERTS)
		table_cell(t, column, STYLE_DIM, "none");
	else
		table_cell(t, column, STYLE_GOOD, "ok");
}

static void
put_burn(struct table *t, size_t column, double burn_rate)
{
	char buf[FORMAT_MAX];

	table_cell(t, column, burn_rate > 1 ? STYLE_WARN : STYLE_PLAIN, "%s",
	    format_burn(buf, burn_rate));
}

void
rows_slos(struct table *t, const struct view *v, size_t bar_width)
{
	char buf[FORMAT_MAX], bar[PLOT_BAR_BYTES], sheds[32];
	const struct sli_budget *b;
	enum style style;
	uint32_t i;

	table_begin(t, slo_columns,
	    sizeof(slo_columns) / sizeof(slo_columns[0]));
	for (i = 0; i < v->slo_count; i++) {
		b = &v->slos[i].is.budget;
		style = rows_budget_style(b);
		plot_gauge(bar, b->has_data ? b->remaining : 0, bar_width);
		rows_verdict(&v->slos[i].is.verdict, sheds, sizeof(sheds));
		table_row(t);
		put_name(t, v->slos[i].name, NULL, v->slos[i].is.active);
		table_cell(t, 1, style, "%s", bar);
		table_cell(t, 2, style, "%s",
		    b->has_data ? format_share(buf, b->remaining) : "-");
		put_burn(t, 3, b->burn_rate_1h);
		put_burn(t, 4, b->burn_rate_6h);
		put_alert(t, 5, &v->slos[i]);
		table_cell(t, 6,
		    strcmp(sheds, "-") == 0 ? STYLE_DIM : STYLE_WARN, "%s",
		    sheds);
		table_cell(t, 7, style, "%s",
		    format_left(buf, b->exhausted_in_ns));
	}
}
