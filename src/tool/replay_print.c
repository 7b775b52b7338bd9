/* SPDX-License-Identifier: MIT */
#include "replay_print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "commands.h"
#include "doc.h"
#include "format.h"
#include "mem.h"
#include "report.h"
#include "table.h"
#include "text.h"

#define CHART_ROWS 4
#define CHARTS_MOST 8
#define ALERTS_MOST 40
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void
replay_count_alerts(const struct replay_track *t, const struct track_slo *slo,
    struct replay_alerts *out)
{
	const struct sli_alert_record *a;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < t->alert_count; i++) {
		a = &t->alert[i];
		if (strcmp(a->slo, sli_slo_name(slo->slo)) != 0)
			continue;
		if (a->kind == SLI_ALERT_OUTAGE)
			out->outages++;
		else if (a->severity == SLI_PAGE)
			out->pages++;
		else
			out->tickets++;
	}
}

/* Slow events are bad, where the SLO has a threshold. */
static uint64_t
slow_of(const struct replay_track *t, const struct track_slo *slo,
    const struct sli_counts *counts)
{
	uint32_t i;

	for (i = 0; i < t->config.threshold_count; i++)
		if (t->config.threshold_ns[i] == slo->cfg->threshold_ns)
			return counts->slow[i];
	return 0;
}

void
replay_totals(const struct replay_track *t, const struct track_slo *slo,
    uint64_t *good, uint64_t *bad)
{
	struct sli_counts counts;
	uint64_t slow;

	*good = slo->last.good;
	*bad = slo->last.bad;
	if (slo->cfg->method != SLI_OCCURRENCES)
		return;
	sli_total_counts(t->group[slo->group]->indicator, &counts);
	slow = slow_of(t, slo, &counts);
	*good = counts.good - slow;
	*bad = counts.bad + slow;
	if (slo->cfg->flags & SLI_SLO_SHED_IS_BAD)
		*bad += counts.shed;
}

/* ---- lines ---- */

/* What is to be said if more than 1 % of lines are malformed; else NULL. */
static char *
warning_new(const struct replay_result *r)
{
	char share[FORMAT_MAX];

	if (r->malformed <= r->lines / 100)
		return NULL;
	return mem_print(
	    "%s%% of lines could not be used: what is below is of the rest",
	    format_percent(share, r->malformed, r->lines));
}

void
replay_warn(const struct replay_result *r)
{
	char *warning = warning_new(r);

	if (warning != NULL)
		fprintf(stderr, "sli: %s\n", warning);
	free(warning);
}

static void
print_head(const struct replay_result *r)
{
	char a[FORMAT_MAX], b[FORMAT_MAX], c[FORMAT_MAX];
	char *warning = warning_new(r);

	printf("%" PRIu64 " lines, %s to %s (%s)\n", r->lines,
	    format_time(a, r->from_ns), format_time(b, r->to_ns),
	    format_span(c, r->to_ns - r->from_ns));
	printf("%" PRIu64 " used, %" PRIu64 " malformed, %" PRIu64
	       " late, %" PRIu64 " outside --from and --to\n",
	    r->used, r->malformed, r->late, r->track->outside);
	if (warning != NULL)
		printf("%s\n", warning);
	free(warning);
	/* In order they have none at all. */
	if (r->late > r->lines / 100)
		printf("Many lines are late, and were left out: is the log in "
		       "order? --reorder is how late one may be.\n");
}

static void
print_problems(const struct replay_track *t)
{
	char *path, *why;
	uint32_t i;

	for (i = 0; i < t->trouble_count; i++) {
		why = text_clean_new(t->trouble[i]);
		printf("%s%s\n", i == 0 ? "\n" : "", why);
		free(why);
	}
	if (t->problem_count > 0)
		printf("\nLines that could not be used, the first of them:\n");
	for (i = 0; i < t->problem_count; i++) {
		path = text_clean_new(t->problem[i].path);
		why = text_clean_new(t->problem[i].why.text);
		printf("  %s:%" PRIu64 ": %s\n", path, t->problem[i].line, why);
		free(path);
		free(why);
	}
}

/* ---- SLOs ---- */

static void
cell_met(struct table *table, const struct track_slo *s)
{
	char buf[FORMAT_MAX];
	int is_met = s->judged == 0 ? s->last.remaining >= 0 :
				      s->met == s->judged;
	enum style style = is_met ? STYLE_GOOD : STYLE_BAD;

	if (s->judged == 0)
		table_cell(table, 3, style, "%s", is_met ? "so far" : "no");
	else if (s->cfg->calendar != SLI_ROLLING)
		table_cell(table, 3, style, "%" PRIu64 " of %" PRIu64, s->met,
		    s->judged);
	else if (is_met || s->met == 0)
		table_cell(table, 3, style, "%s", is_met ? "always" : "never");
	else
		table_cell(table, 3, style, "%s%%",
		    format_percent(buf, s->met, s->judged));
}

static void
row_of(struct table *table, const struct replay_track *t,
    const struct track_slo *s)
{
	struct replay_alerts alerts;
	char buf[FORMAT_MAX], *name = text_clean_new(sli_slo_name(s->slo));
	uint64_t good, bad;

	replay_count_alerts(t, s, &alerts);
	replay_totals(t, s, &good, &bad);
	table_row(table);
	table_cell(table, 0, STYLE_PLAIN, "%s", name);
	table_cell(table, 1, STYLE_PLAIN, "%s",
	    format_objective(buf, s->cfg->objective));
	table_cell(table, 2, STYLE_PLAIN, "%s",
	    format_percent(buf, good, good + bad));
	cell_met(table, s);
	table_cell(table, 4, STYLE_PLAIN, "%s",
	    s->last.has_data ? format_share(buf, s->last.remaining) : "-");
	table_cell(table, 5, STYLE_PLAIN, "%s",
	    s->worst_ns == 0 ? "-" : format_share(buf, s->worst));
	table_cell(table, 6, STYLE_PLAIN, "%s",
	    s->worst_ns == 0 ? "-" : format_time(buf, s->worst_ns + 1));
	table_cell(table, 7, STYLE_PLAIN, "%" PRIu64, alerts.pages);
	table_cell(table, 8, STYLE_PLAIN, "%" PRIu64, alerts.tickets);
	table_cell(table, 9, STYLE_PLAIN, "%" PRIu64, alerts.outages);
	free(name);
}

static void
print_slos(const struct replay_track *t)
{
	static const struct column columns[] = { { "SLO", 0, 8, 0 },
		{ "OBJECTIVE", 1, 0, 0 }, { "SLI %", 1, 7, 0 },
		{ "MET", 1, 0, 0 }, { "LEFT", 1, 6, 0 }, { "WORST", 1, 6, 0 },
		{ "AT", 0, 0, 0 }, { "PAGES", 1, 0, 0 }, { "TICKETS", 1, 0, 0 },
		{ "OUTAGES", 1, 0, 0 } };
	struct table table;
	uint32_t i;

	table_begin(&table, columns, COUNT(columns));
	for (i = 0; i < t->slo_count; i++)
		row_of(&table, t, &t->slo[i]);
	printf("\n");
	table_print(&table, "", stdout);
	table_end(&table);
}

/* A sample is the least up to its time: it fills the columns since the last. */
static void
print_chart(const struct replay_result *r, const struct track_slo *s)
{
	double scale = (double)CHART_COLUMNS / (double)(r->to_ns - r->from_ns);
	char from[FORMAT_MAX], to[FORMAT_MAX];
	char *name = text_clean_new(sli_slo_name(s->slo));
	struct chart chart;
	size_t column, last = 0;
	uint32_t i;

	chart_clear(&chart);
	for (i = 0; i < s->sample_count; i++) {
		column = s->sample[i].at_ns < r->from_ns ?
		    0 :
		    (size_t)((double)(s->sample[i].at_ns - r->from_ns) * scale);
		for (; last < column; last++)
			chart_put(&chart, last, s->sample[i].remaining);
		chart_put(&chart, column, s->sample[i].remaining);
		last = column + 1;
	}
	printf("\n%s: budget left\n", name);
	chart_print(&chart, CHART_ROWS, "  ", stdout);
	printf("  %*s%-*s%s\n", 7, "", CHART_COLUMNS - 20,
	    format_time(from, r->from_ns), format_time(to, r->to_ns));
	free(name);
}

/* ---- alerts ---- */

static char *
kind_new(const struct sli_alert_record *a)
{
	char lng[FORMAT_MAX], shrt[FORMAT_MAX];

	if (a->kind == SLI_ALERT_OUTAGE)
		return mem_string(a->silent ? "outage, silent" : "outage");
	return mem_print("%s %s/%s", format_severity(a->severity),
	    format_duration(lng, a->long_ns),
	    format_duration(shrt, a->short_ns));
}

static void
alert_row(struct table *table, const struct replay_result *r,
    const struct sli_alert_record *a)
{
	char buf[FORMAT_MAX], *name = text_clean_new(a->slo);
	char *kind = kind_new(a);
	uint64_t end_ns = a->end_ns == 0 ? r->to_ns : a->end_ns;

	table_row(table);
	table_cell(table, 0, STYLE_PLAIN, "%s", name);
	table_cell(table, 1, STYLE_PLAIN, "%s", kind);
	table_cell(table, 2, STYLE_PLAIN, "%s", format_time(buf, a->onset_ns));
	table_cell(table, 3, STYLE_PLAIN, "%s", format_time(buf, a->start_ns));
	table_cell(table, 4, STYLE_PLAIN, "%s",
	    a->end_ns == 0 ? "at the log's end" : format_time(buf, a->end_ns));
	table_cell(table, 5, STYLE_PLAIN, "%s",
	    format_span(buf, end_ns - a->start_ns));
	table_cell(table, 6, STYLE_PLAIN, "%s", format_burn(buf, a->peak_burn));
	table_cell(table, 7, STYLE_PLAIN, "%" PRIu64, a->bad);
	table_cell(table, 8, STYLE_PLAIN, "%s%%",
	    format_rate(buf, 100 * a->budget_cost));
	free(kind);
	free(name);
}

static void
print_alerts(const struct replay_result *r)
{
	static const struct column columns[] = { { "SLO", 0, 8, 0 },
		{ "ALERT", 0, 0, 0 }, { "ONSET", 0, 0, 0 },
		{ "START", 0, 0, 0 }, { "END", 0, 0, 0 }, { "LENGTH", 1, 0, 0 },
		{ "PEAK", 1, 0, 0 }, { "BAD", 1, 0, 0 }, { "COST", 1, 0, 0 } };
	const struct replay_track *t = r->track;
	struct table table;
	size_t i, shown = 0;

	if (t->alert_count == 0) {
		printf("\nNo alerts and no micro-outages.\n");
		return;
	}
	table_begin(&table, columns, COUNT(columns));
	for (i = 0; i < t->alert_count && shown < ALERTS_MOST; i++) {
		if (t->alert[i].slo[0] == '\0')
			continue;
		alert_row(&table, r, &t->alert[i]);
		shown++;
	}
	printf("\n");
	table_print(&table, "", stdout);
	table_end(&table);
	if (shown < t->alert_count)
		printf("and %zu more: --json has all\n",
		    t->alert_count - shown);
}

/* ---- requests ---- */

static void
group_row(struct table *table, const struct track_group *g)
{
	static const double quantiles[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	struct sli_counts counts;
	char buf[FORMAT_MAX], *name = text_clean_new(g->name);
	uint64_t ns;
	size_t i;

	sli_total_counts(g->indicator, &counts);
	table_row(table);
	table_cell(table, 0, STYLE_PLAIN, "%s", *name == '\0' ? "all" : name);
	table_cell(table, 1, STYLE_PLAIN, "%" PRIu64, counts.good);
	table_cell(table, 2, STYLE_PLAIN, "%" PRIu64, counts.bad);
	table_cell(table, 3, STYLE_PLAIN, "%" PRIu64, counts.shed);
	table_cell(table, 4, STYLE_PLAIN, "%" PRIu64, counts.ignored);
	for (i = 0; i < COUNT(quantiles); i++)
		table_cell(table, 5 + i, STYLE_PLAIN, "%s",
		    sli_histogram_quantile(g->latency, quantiles[i], &ns) ==
			    SLI_OK ?
			format_latency(buf, ns) :
			"-");
	free(name);
}

static void
print_requests(const struct replay_track *t)
{
	static const struct column columns[] = { { "REQUESTS", 0, 8, 0 },
		{ "GOOD", 1, 0, 0 }, { "BAD", 1, 0, 0 }, { "SHED", 1, 0, 0 },
		{ "IGNORED", 1, 0, 0 }, { "p50", 1, 6, 0 }, { "p90", 1, 6, 0 },
		{ "p99", 1, 6, 0 }, { "p99.9", 1, 6, 0 }, { "MAX", 1, 6, 0 } };
	struct table table;
	uint32_t i;

	table_begin(&table, columns, COUNT(columns));
	for (i = 0; i < LOG_GROUPS_MAX; i++)
		if (t->group[i] != NULL)
			group_row(&table, t->group[i]);
	printf("\n");
	table_print(&table, "", stdout);
	table_end(&table);
}

void
replay_print(const struct replay_result *r, const struct options *o)
{
	const struct replay_track *t = r->track;
	uint32_t i;

	print_head(r);
	print_problems(t);
	print_requests(t);
	print_slos(t);
	for (i = 0; i < t->slo_count && i < CHARTS_MOST; i++)
		print_chart(r, &t->slo[i]);
	print_alerts(r);
	if (o->log.save != NULL)
		printf("\nKept in %s\n", o->log.save);
}

enum exit_status
replay_exit(int status)
{
	switch (status) {
	case SLI_EINVAL:
	case SLI_ERANGE:
	case SLI_EEXIST:
		return EXIT_USAGE;
	case SLI_ENODATA:
	case SLI_EPARSE:
		return EXIT_NO;
	default:
		return EXIT_FILE;
	}
}

int
command_replay(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct replay_result result;
	int status = replay_run(o, &result, &err);

	if (status != SLI_OK) {
		err.status = status;
		return report_error(replay_exit(status), &err);
	}
	replay_warn(&result);
	if (o->json)
		doc_print(replay_document(&result));
	else
		replay_print(&result, o);
	replay_result_free(&result);
	return report_written(EXIT_DONE);
}
