/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "local.h"
#include "plot.h"
#include "show.h"
#include "text.h"

/* ---- what it is ---- */

/* "99.9 % of checkout good within 300ms, over 30d" */
static void
show_objective(const struct view_slo *slo, FILE *to)
{
	char objective[FORMAT_MAX], period[FORMAT_MAX], within[FORMAT_MAX];
	char *of = text_clean_new(slo->indicator_title);
	int fast = slo->is.threshold_ns != 0;

	fprintf(to, "  Objective %s %% of %s%s good%s%s",
	    format_objective(objective, slo->is.budget.objective),
	    slo->is.slice_ns == 0 ? "" : "slices of ", of,
	    fast ? " within " : "",
	    fast ? format_duration(within, slo->is.threshold_ns) : "");
	if (slo->is.calendar == SLI_ROLLING)
		fprintf(to, ", over %s",
		    format_duration(period, slo->is.period_ns));
	fputc('\n', to);
	free(of);
}

static void
show_method(const struct view_slo *slo, FILE *to)
{
	char length[FORMAT_MAX], objective[FORMAT_MAX], least[FORMAT_MAX];

	if (slo->is.slice_ns == 0) {
		fputs("  Method    occurrences: each event counts\n", to);
		return;
	}
	format_duration(length, slo->is.slice_ns);
	if (slo->is.method == SLI_RATIO_TIMESLICES)
		fprintf(to,
		    "  Method    ratio time slices: each %s counts by its "
		    "share "
		    "of good events\n",
		    length);
	else
		fprintf(to,
		    "  Method    time slices of %s, good if %s %% of events "
		    "are\n",
		    length,
		    format_objective(objective, slo->is.slice_objective));
	if (slo->is.slice_min_events > 1)
		fprintf(to,
		    "            with fewer than %s events a slice has no "
		    "data\n",
		    format_number(least, slo->is.slice_min_events));
}

/* There, and in UTC. */
static void
tell_time(const char *word, const char *zone, uint64_t at_ns, FILE *to)
{
	char there[FORMAT_MAX], utc[FORMAT_MAX];

	format_time(utc, at_ns);
	if (strcmp(zone, "UTC") == 0)
		fprintf(to, "            %-4s %s\n", word, utc);
	else
		fprintf(to, "            %-4s %s  (%s)\n", word,
		    local_time(there, zone, at_ns), utc);
}

static void
show_period(const struct view *v, const struct view_slo *slo, FILE *to)
{
	static const char *const units[] = { "", "day", "week", "month",
		"quarter", "year" };
	const struct sli_budget *b = &slo->is.budget;
	char buf[FORMAT_MAX];
	const char *zone = slo->time_zone[0] == '\0' ? "UTC" : slo->time_zone;
	char *clean;

	if (slo->is.calendar == SLI_ROLLING) {
		fprintf(to, "  Period    rolling, since %s\n",
		    format_time(buf, b->from_ns));
		return;
	}
	clean = text_clean_new(zone);
	fputs("  Period    calendar: ", to);
	if (slo->is.calendar_count > 1)
		fprintf(to, "%u ", slo->is.calendar_count);
	fprintf(to, "%s%s in %s", units[slo->is.calendar],
	    slo->is.calendar_count > 1 ? "s" : "", clean);
	if (b->to_ns > v->now_ns)
		fprintf(to, ", %s left",
		    format_span(buf, b->to_ns - v->now_ns));
	fputc('\n', to);
	tell_time("from", zone, b->from_ns, to);
	tell_time("to", zone, b->to_ns, to);
	free(clean);
}

/* ---- its budget ---- */

const char *
show_amount(char *buf, const struct view_slo *slo, uint64_t n)
{
	if (view_unit(slo) == 1)
		return format_number(buf, n);
	snprintf(buf, FORMAT_MAX, "%.3f", (double)n / (double)view_unit(slo));
	return buf;
}

static void
show_counted(const struct view_slo *slo, FILE *to)
{
	const struct sli_budget *b = &slo->is.budget;
	char good[FORMAT_MAX], bad[FORMAT_MAX], total[FORMAT_MAX];
	char percent[FORMAT_MAX];

	fprintf(to, "  %s    %s good, %s bad of %s: %s %% good",
	    slo->is.slice_ns == 0 ? "Events" : "Slices",
	    show_amount(good, slo, b->good), show_amount(bad, slo, b->bad),
	    show_amount(total, slo, b->total),
	    format_percent(percent, b->good, b->total));
	if (slo->is.slice_ns != 0)
		fprintf(to, ", %s without data",
		    format_number(total, view_no_data(slo)));
	if (slo->is.slice_ns != 0 && slo->is.calendar != SLI_ROLLING)
		fprintf(to,
		    "\n            The budget is of all %s of the period",
		    format_number(total, b->slices));
	fputc('\n', to);
}

static void
show_budget(const struct view_slo *slo, FILE *to)
{
	const struct sli_budget *b = &slo->is.budget;
	char bar[PLOT_BAR_BYTES], buf[FORMAT_MAX], covered[FORMAT_MAX];

	if (!b->has_data) {
		fputs("  Budget    no events in the period yet\n", to);
		show_adjusted(slo, to);
		return;
	}
	plot_gauge(bar, b->remaining, 40);
	fprintf(to, "  Budget    %s %s left\n", bar,
	    format_share(buf, b->remaining));
	show_counted(slo, to);
	fprintf(to, "  Covered   %s of %s\n",
	    format_span(covered, b->covered_ns),
	    format_span(buf,
		slo->is.calendar == SLI_ROLLING ? slo->is.period_ns :
						  b->to_ns - b->from_ns));
	show_adjusted(slo, to);
	if (b->reset_ns != 0)
		fprintf(to, "  Reset     %s\n", format_time(buf, b->reset_ns));
	fprintf(to, "  Lasts     %s%s\n", format_left(buf, b->exhausted_in_ns),
	    b->exhausted_in_ns == 0 || b->exhausted_in_ns == UINT64_MAX ?
		"" :
		", at the burn rate of the last hour");
}

static void
show_verdict(const struct view_slo *slo, FILE *to)
{
	const struct sli_verdict *verdict = &slo->is.verdict;
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
		fprintf(to, "%sjudged %s%s",
		    sheds > 2 ? ";\n            " : "; ",
		    format_time(at, verdict->at_ns),
		    verdict->fresh ? "" : ", too long ago to count");
	fputc('\n', to);
}

void
show_depends(const struct view_names *depends, FILE *to)
{
	char *clean;
	uint32_t i;

	for (i = 0; i < depends->count; i++) {
		clean = text_clean_new(depends->names[i]);
		fprintf(to, "  %-9s %s\n", i == 0 ? "Depends" : "", clean);
		free(clean);
	}
}

void
show_slo(const struct view *v, const struct view_slo *slo, FILE *to)
{
	char *name = text_clean_new(slo->name);

	fprintf(to, "SLO %s%s\n", name,
	    slo->is.active ? "" : " (inactive: no living process has it)");
	show_objective(slo, to);
	show_method(slo, to);
	show_period(v, slo, to);
	show_depends(&slo->depends, to);
	show_budget(slo, to);
	show_verdict(slo, to);
	show_outage(v, slo, to);
	show_adjustments(v, slo, to);
	show_burns(v, slo, to);
	show_alerts(slo, to);
	show_records(v, "  ", to);
	free(name);
}
