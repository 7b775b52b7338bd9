/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <inttypes.h>

#define LIVE_WINDOW_NS SLI_SECONDS(10)

static uint64_t
fast(const struct sli_counts *counts)
{
	return counts->good - counts->slow[0];
}

static uint64_t
admitted(const struct sli_counts *counts)
{
	return counts->good + counts->bad;
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole;
}

/* ROUTES: it is not that of a route. */
static int
route_of(const struct books *books, const struct sli_indicator *indicator)
{
	int i = 0;

	while (i < ROUTES && books->routes[i].indicator != indicator)
		i++;
	return i;
}

/* That of /checkout; the back end has one, too. */
static int
find_slo(const struct sli_snapshot *snapshot, const struct books *books,
    struct sli_slo_view *out)
{
	for (uint32_t i = 0; i < sli_snapshot_slo_count(snapshot); i++)
		if (sli_snapshot_slo(snapshot, i, out) == SLI_OK &&
		    out->slo == books->slo)
			return 1;
	return 0;
}

void
table_print_head(const char *title, unsigned step_seconds)
{
	char span[32] = "the last second";

	if (step_seconds > 1)
		snprintf(span, sizeof(span), "the last %u s", step_seconds);
	printf("\n== %s\n", title);
	printf("%29s %-15s %6s %15s\n", "ended in", span, "in",
	    "over last 10 s");
	printf("%-16s%4s %5s %5s %5s %5s %6s %7s %7s  %s\n", "time route",
	    "all", "good", "slow", "fail", "shed", "flight", "p50", "p99",
	    "verdict");
}

static void
print_slo(const struct sli_slo_view *view, uint64_t now_ns)
{
	double burn_rate;

	printf("SLO %s:", view->name);
	if (sli_slo_burn_rate(view->slo, now_ns, LIVE_WINDOW_NS, &burn_rate) ==
	    SLI_OK)
		printf(" burn rate %.1f over 10 s,", burn_rate);
	printf(" budget left %.0f %%", 100.0 * view->budget.remaining);
	puts("");
}

/* "page (5 s and 1 s)"; how it ended, if it did. */
static void
print_record(const struct sli_alert_record *record)
{
	if (record->kind == SLI_ALERT_OUTAGE)
		printf("micro-outage");
	else
		printf("%s (%" PRIu64 " s and %" PRIu64 " s above %.1f)",
		    record->severity == SLI_PAGE ? "page" : "ticket",
		    record->long_ns / SLI_SECONDS(1),
		    record->short_ns / SLI_SECONDS(1), record->factor);
	if (record->end_ns == 0)
		puts(" begins");
	else
		printf(" is over: %" PRIu64 " bad of %" PRIu64 "\n",
		    record->bad, record->total);
}

/* The back end's SLO has no alerts: all are those of /checkout. */
static void
print_transitions(const struct sli_snapshot *snapshot)
{
	struct sli_transition transition;
	int status = SLI_OK;

	for (uint32_t i = 0; status != SLI_ENOENT; i++) {
		status = sli_snapshot_transition(snapshot, i, &transition);
		if (status != SLI_OK)
			continue; /* just being overwritten, or no more */
		printf("   ! ");
		print_record(&transition.record);
	}
}

static void
print_quantile(struct sli_indicator *indicator, uint64_t now_ns, double q)
{
	uint64_t ns;

	if (sli_window_quantile(indicator, now_ns, LIVE_WINDOW_NS, SLI_GOOD, q,
		&ns) == SLI_OK)
		printf(" %4" PRIu64 " ms", ns / SLI_MILLIS(1));
	else
		printf("       -");
}

static void
print_verdict(int admission, const struct sli_verdict *verdict,
    enum sli_criticality criticality)
{
	double shed = verdict->shed_probability[criticality];

	if (!admission)
		puts("  -"); /* nobody asks for it */
	else if (verdict->fresh && shed > 0.0)
		printf("  shed %.0f%%\n", 100.0 * shed);
	else
		puts("  admit");
}

static void
print_route(const struct table *table, const struct sli_indicator_view *view,
    uint64_t now_ns, const struct sli_verdict *verdict)
{
	int i = route_of(table->books, view->indicator);
	const struct sli_counts *delta = &view->delta;
	const struct route *route;

	if (i == ROUTES)
		return;
	route = &table->books->routes[i];
	printf("     %-10s", route->path);
	printf(" %4" PRIu64, admitted(delta) + delta->shed);
	printf(" %5" PRIu64 " %5" PRIu64, fast(delta), delta->slow[0]);
	printf(" %5" PRIu64 " %5" PRIu64, delta->bad, delta->shed);
	printf(" %6" PRIu64, view->in_flight);
	print_quantile(view->indicator, now_ns, 0.50);
	print_quantile(view->indicator, now_ns, 0.99);
	print_verdict(table->admission, verdict, route->criticality);
}

void
table_flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct table *table = arg;
	uint64_t now_ns = sli_snapshot_now(snapshot);
	struct sli_indicator_view indicator;
	struct sli_slo_view slo;

	if (sli_snapshot_since(snapshot) == 0 ||
	    !find_slo(snapshot, table->books, &slo))
		return; /* it begins here */
	table->seconds += table->step_seconds;
	printf("%3us ", table->seconds);
	print_slo(&slo, now_ns);
	print_transitions(snapshot);
	for (uint32_t i = 0; i < sli_snapshot_indicator_count(snapshot); i++)
		if (sli_snapshot_indicator(snapshot, i, &indicator) == SLI_OK)
			print_route(table, &indicator, now_ns, &slo.verdict);
}

static void
tally_p99(struct tally *tally, struct sli_indicator *indicator, uint64_t now_ns,
    uint64_t window_ns)
{
	if (sli_window_quantile(indicator, now_ns, window_ns, SLI_GOOD, 0.99,
		&tally->p99_ns) != SLI_OK)
		tally->p99_ns = 0;
}

static void
report_route(struct report *report, const struct sli_indicator_view *view,
    uint64_t now_ns)
{
	int i = route_of(report->books, view->indicator);
	struct tally *tally;

	if (i == ROUTES)
		return;
	tally = &report->route[i];
	tally->counts = view->delta;
	tally_p99(tally, view->indicator, now_ns, report->phase_ns);
}

static void
report_settled(struct report *report, uint64_t now_ns)
{
	struct sli_indicator *indicator =
	    report->books->routes[CHECKOUT].indicator;

	sli_window_counts(indicator, now_ns, LIVE_WINDOW_NS,
	    &report->settled.counts);
	tally_p99(&report->settled, indicator, now_ns, LIVE_WINDOW_NS);
}

void
report_flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct report *report = arg;
	uint64_t now_ns = sli_snapshot_now(snapshot);
	uint64_t since_ns = sli_snapshot_since(snapshot);
	struct sli_indicator_view indicator;
	struct sli_slo_view slo;

	if (since_ns == 0)
		return; /* it begins here */
	report->phase_ns = now_ns - since_ns;
	for (uint32_t i = 0; i < sli_snapshot_indicator_count(snapshot); i++)
		if (sli_snapshot_indicator(snapshot, i, &indicator) == SLI_OK)
			report_route(report, &indicator, now_ns);
	report_settled(report, now_ns);
	if (find_slo(snapshot, report->books, &slo))
		report->budget_remaining = slo.budget.remaining;
}

static double
sli_percent(const struct tally *tally)
{
	return percent(fast(&tally->counts), admitted(&tally->counts));
}

double
report_sli(const struct report *report)
{
	return sli_percent(&report->route[CHECKOUT]) / 100.0;
}

static void
write_checkout(const char *when, const struct tally *tally, FILE *file)
{
	fprintf(file, "/checkout SLI%s\t%.1f %%\n", when, sli_percent(tally));
	fprintf(file, "/checkout p99%s\t%" PRIu64 " ms\n", when,
	    tally->p99_ns / SLI_MILLIS(1));
}

/* Returns the goodput, in answers a second. */
static double
write_route(const struct report *report, int route, FILE *file)
{
	const char *path = report->books->routes[route].path;
	const struct sli_counts *counts = &report->route[route].counts;
	double seconds = (double)report->phase_ns / (double)SLI_SECONDS(1);
	double goodput = (double)fast(counts) / seconds;

	fprintf(file, "%s goodput\t%.1f/s\n", path, goodput);
	fprintf(file, "%s shed\t%.0f %%\n", path,
	    percent(counts->shed, admitted(counts) + counts->shed));
	return goodput;
}

void
report_write(const struct report *report, FILE *file)
{
	double goodput = 0.0;

	write_checkout("", &report->route[CHECKOUT], file);
	write_checkout(", last 10 s", &report->settled, file);
	for (int i = 0; i < ROUTES; i++)
		goodput += write_route(report, i, file);
	fprintf(file, "goodput of all routes\t%.1f/s\n", goodput);
	fprintf(file, "error budget left\t%.0f %%\n",
	    100.0 * report->budget_remaining);
}
