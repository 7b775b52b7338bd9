/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "name.h"
#include "report.h"
#include "review.h"

#define PPB UINT64_C(1000000000)
#define STEPS_MOST 2100
#define CLOSE_LEFT 0.25 /* of the budget: it is close */

double
review_ratio(const struct review_counts *c)
{
	double n = (double)c->good + (double)c->bad;

	return n > 0 ? (double)c->bad / n : 0;
}

double
review_cost(const struct review_slo *s, const struct review_counts *c)
{
	return s->allowed > 0 ? (double)c->bad / s->allowed : 0;
}

uint64_t
review_counts_of(const struct review *r, struct review_slo *s, uint64_t from_ns,
    uint64_t to_ns, struct review_counts *out)
{
	struct sli_slo_counts counts;

	memset(out, 0, sizeof(*out));
	if (sli_slo_counts(s->slo, r->at_ns, from_ns, to_ns, &counts) != SLI_OK)
		return 0;
	out->good = counts.good;
	out->bad = counts.bad;
	return counts.covered_ns;
}

/* ---- what there is ---- */

static char *
service_new(const struct sli_indicator_view *view, const char *series)
{
	uint32_t i;

	for (i = 0; i < view->label_count; i++)
		if (strcmp(view->labels[i].name, "service") == 0 &&
		    *view->labels[i].value != '\0')
			return mem_string(view->labels[i].value);
	return mem_string(series);
}

/* "month, Europe/Berlin" */
static char *
calendar_new(const struct sli_slo_view *view)
{
	static const char *const units[] = { "", "day", "week", "month",
		"quarter", "year" };

	if (view->calendar == SLI_ROLLING || view->calendar > SLI_YEAR)
		return mem_string("");
	return view->calendar_count == 1 ?
	    mem_print("%s, %s", units[view->calendar], view->time_zone) :
	    mem_print("%u %ss, %s", view->calendar_count, units[view->calendar],
		view->time_zone);
}

static void
add_slo(struct review *r, const struct sli_slo_view *view,
    const struct sli_indicator_view *of)
{
	struct review_slo *s = &r->slos[r->slo_count++];

	s->name = mem_string(view->name);
	s->series = name_title_new(of->name, of->labels, of->label_count);
	s->service = service_new(of, s->series);
	s->slo = view->slo;
	s->indicator = of->indicator;
	s->period_ns = view->period_ns;
	s->threshold_ns = view->threshold_ns;
	s->budget = view->budget;
	s->method = view->method;
	s->unit = view->method == SLI_RATIO_TIMESLICES ? PPB : 1;
	s->is_calendar = view->calendar != SLI_ROLLING;
	s->calendar = calendar_new(view);
	s->lowest_ns = of->lowest_ns;
	s->highest_ns = of->highest_ns;
	s->precision_bits = of->precision_bits;
}

static void
add_indicators(struct review *r, const struct sli_snapshot *snapshot)
{
	uint32_t i, n = sli_snapshot_indicator_count(snapshot);
	struct review_indicator *to;
	struct sli_indicator_view of;

	r->indicators = mem_array(n, sizeof(*r->indicators));
	for (i = 0; i < n; i++) {
		if (sli_snapshot_indicator(snapshot, i, &of) != SLI_OK)
			continue;
		to = &r->indicators[r->indicator_count++];
		to->indicator = of.indicator;
		to->title = name_title_new(of.name, of.labels, of.label_count);
	}
}

/* The flush's callback. */
static void
collect(const struct sli_snapshot *snapshot, void *arg)
{
	struct review *r = arg;
	uint32_t i, n = sli_snapshot_slo_count(snapshot);
	struct sli_indicator_view of;
	struct sli_slo_view view;

	add_indicators(r, snapshot);
	r->slos = mem_array(n, sizeof(*r->slos));
	for (i = 0; i < n; i++)
		if (sli_snapshot_slo(snapshot, i, &view) == SLI_OK &&
		    sli_snapshot_indicator(snapshot, view.indicator_index,
			&of) == SLI_OK)
			add_slo(r, &view, &of);
}

/* ---- an SLO ---- */

/*
 * History may have forgotten the oldest events. What began before there were
 * any has all of them, though.
 */
static void
find_known(const struct review *r, struct review_slo *s)
{
	struct sli_counts c;
	uint64_t age;

	if (sli_window_counts(s->indicator, r->at_ns, r->at_ns, &c) != SLI_OK ||
	    c.covered_ns < 2)
		return;
	s->begin_ns = r->at_ns - c.covered_ns;
	age = c.covered_ns - 1;
	if (sli_window_counts(s->indicator, r->at_ns, age, &c) == SLI_OK &&
	    c.covered_ns < age)
		s->known_from_ns = r->at_ns - c.covered_ns;
}

int
review_is_short(const struct review_slo *s, uint64_t at_ns)
{
	uint64_t from = at_ns > s->period_ns ? at_ns - s->period_ns : 0;

	if (s->is_calendar)
		from = s->budget.from_ns;
	if (s->budget.reset_ns > from && s->budget.reset_ns <= at_ns)
		from = s->budget.reset_ns;
	return from > s->begin_ns && from < s->known_from_ns;
}

/* What corrections add to what was counted in [from_ns, to_ns). */
static void
correct(const struct review_slo *s, uint64_t from_ns, uint64_t to_ns,
    double *good, double *bad)
{
	const struct sli_adjustment *a;
	uint32_t i;

	for (i = 0; i < s->adjustment_count; i++) {
		a = &s->adjustments[i];
		if (a->kind != SLI_CORRECTION || a->from_ns < from_ns ||
		    a->from_ns >= to_ns)
			continue;
		*good = fmax(0, *good + (double)a->add_good);
		*bad = fmax(0, *bad + (double)a->add_bad);
	}
}

/* Of the budget, at a time; NAN if nobody can tell. */
static double
left_at(const struct review *r, struct review_slo *s, uint64_t at_ns)
{
	uint64_t from = at_ns > s->period_ns ? at_ns - s->period_ns : 0;
	double good, bad, all;
	struct review_counts c;

	if (s->is_calendar)
		from = s->budget.from_ns;
	if (s->budget.reset_ns > from && s->budget.reset_ns <= at_ns)
		from = s->budget.reset_ns;
	if (from >= at_ns)
		return s->is_calendar && from > at_ns ? NAN : 1;
	review_counts_of(r, s, from, at_ns, &c);
	good = (double)c.good;
	bad = (double)c.bad;
	correct(s, from, at_ns, &good, &bad);
	all = good + bad;
	/* Of slices in a calendar period it is a share of all it has. */
	if (s->budget.slices > 0 && s->is_calendar)
		all = (double)s->budget.slices * (double)s->unit;
	return all > 0 ? 1 - bad / (s->budget_share * all) : 1;
}

/* The budget when the review ends, if that is not now. */
static void
look_back(const struct review *r, struct review_slo *s)
{
	uint64_t from = r->to_ns > s->period_ns ? r->to_ns - s->period_ns : 0;
	struct sli_budget *b = &s->budget;
	struct review_counts period;

	if (s->is_calendar)
		from = b->from_ns;
	review_counts_of(r, s, from, r->to_ns, &period);
	b->good = period.good;
	b->bad = period.bad;
	b->total = period.good + period.bad;
	b->reset_ns = b->reset_ns < r->to_ns ? b->reset_ns : 0;
	b->remaining = left_at(r, s, r->to_ns);
	/* Of a calendar period before the present one nobody can tell. */
	b->has_data = b->total > 0 && !isnan(b->remaining);
}

static void
find_budget(const struct review *r, struct review_slo *s)
{
	uint64_t from = r->to_ns > s->period_ns ? r->to_ns - s->period_ns : 0;
	struct review_counts period;

	/* A period that ends with the review is the one to talk about. */
	if (s->is_calendar && r->at_ns == r->to_ns)
		sli_slo_budget(s->slo, r->to_ns - 1, &s->budget);
	/* In whole parts per billion, as the library has it. */
	s->budget_share = round((1 - s->budget.objective) * 1e9) / 1e9;
	review_counts_of(r, s, from, r->to_ns, &period);
	s->allowed = s->budget_share *
	    ((double)period.good + (double)period.bad);
	if (r->at_ns > r->to_ns)
		look_back(r, s);
}

static int
is_excluded(const struct review_slo *s, uint64_t from_ns, uint64_t to_ns)
{
	const struct sli_adjustment *a;
	uint32_t i;

	for (i = 0; i < s->adjustment_count; i++) {
		a = &s->adjustments[i];
		if (a->kind == SLI_EXCLUSION && a->from_ns <= from_ns &&
		    a->to_ns >= to_ns)
			return 1;
	}
	return 0;
}

static void
find_steps(const struct review *r, struct review_slo *s)
{
	const uint64_t *edge = r->grid.edge;
	uint32_t i, n = r->grid.steps;

	s->steps = mem_array(n, sizeof(*s->steps));
	s->left = mem_array(n + 1, sizeof(*s->left));
	for (i = 0; i < n; i++) {
		/* There are no parts of events: nothing is left of them. */
		if (!is_excluded(s, edge[i], edge[i + 1]))
			review_counts_of(r, s, edge[i], edge[i + 1],
			    &s->steps[i]);
		s->left[i] = left_at(r, s, edge[i]);
	}
	s->left[n] = r->at_ns == r->to_ns ? s->budget.remaining :
					    left_at(r, s, r->to_ns);
}

static void
find_days(const struct review *r, struct review_slo *s)
{
	uint64_t t = r->from_ns, next;
	struct review_day *day;

	s->days = mem_array(REVIEW_DAYS_MAX, sizeof(*s->days));
	for (; t < r->to_ns && s->day_count < REVIEW_DAYS_MAX; t = next) {
		next = (t / SLI_DAYS(1) + 1) * SLI_DAYS(1);
		if (next > r->to_ns)
			next = r->to_ns;
		day = &s->days[s->day_count++];
		day->from_ns = t;
		day->to_ns = next;
		review_counts_of(r, s, t, next, &day->counts);
		day->cost = review_cost(s, &day->counts);
	}
}

static enum review_state
state_of(const struct review_slo *s)
{
	if (!s->budget.has_data)
		return REVIEW_IDLE;
	if (s->budget.remaining <= 0)
		return REVIEW_SPENT;
	if (s->budget.remaining < CLOSE_LEFT || s->pace > 1)
		return REVIEW_CLOSE;
	return REVIEW_FINE;
}

static void
look_at(struct review *r, struct review_slo *s)
{
	uint64_t length = r->to_ns - r->from_ns;
	uint64_t earlier = r->from_ns > length ? r->from_ns - length : 0;

	while (s->adjustment_count < SLI_ADJUSTMENTS_MAX &&
	    sli_slo_adjustment(s->slo, r->at_ns, s->adjustment_count,
		&s->adjustments[s->adjustment_count]) == SLI_OK)
		s->adjustment_count++;
	find_known(r, s);
	find_budget(r, s);
	review_counts_of(r, s, r->from_ns, r->to_ns, &s->counts);
	s->before_ns = review_counts_of(r, s, earlier, r->from_ns, &s->before);
	s->cost = review_cost(s, &s->counts);
	s->pace = s->cost * (double)s->period_ns / (double)length;
	s->state = state_of(s);
	find_steps(r, s);
	find_days(r, s);
	review_spans_collect(r, s);
	review_latency_collect(r, s);
}

/* What wants to be talked about comes first. */
static int
by_trouble(const void *left, const void *right)
{
	const struct review_slo *a = left, *b = right;

	if (a->budget.has_data != b->budget.has_data)
		return a->budget.has_data ? -1 : 1;
	if (a->budget.has_data && a->budget.remaining != b->budget.remaining)
		return a->budget.remaining < b->budget.remaining ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void
make_grid(struct review *r)
{
	struct review_grid *g = &r->grid;
	uint64_t step;
	uint32_t i;

	g->steps = review_edges(r->info.history, r, r->from_ns, STEPS_MOST,
	    &g->edge);
	for (i = g->steps; i-- > 0;) {
		step = g->edge[i + 1] - g->edge[i];
		if (step > g->coarse_ns)
			g->coarse_ns = step;
		/* The first and the last are cut by the review's ends. */
		if (i + 1 == g->steps || i == 0)
			continue;
		if (g->fine_ns == 0 || step <= g->fine_ns) {
			g->fine_ns = step;
			g->fine_from_ns = g->edge[i];
		}
	}
	if (g->fine_ns == 0) {
		g->fine_ns = g->coarse_ns;
		g->fine_from_ns = r->from_ns;
	}
}

int
review_collect(struct review *r, struct sli_registry *reg,
    struct sli_error *err)
{
	int status = sli_flush(reg, r->at_ns, collect, r);
	uint32_t i;

	if (status != SLI_OK)
		return report_set(err, status,
		    "the registry cannot be read: %s", sli_strerror(status));
	sli_flush_forget(reg, collect, r);
	make_grid(r);
	review_log_collect(r, reg);
	review_notes_collect(r, reg);
	for (i = 0; i < r->slo_count; i++)
		look_at(r, &r->slos[i]);
	qsort(r->slos, r->slo_count, sizeof(*r->slos), by_trouble);
	return SLI_OK;
}

static void
free_slo(struct review_slo *s)
{
	uint32_t i, k;

	for (i = 0; i < s->span_count; i++)
		for (k = 0; k < s->spans[i].dependency_count; k++)
			free(s->spans[i].dependencies[k].title);
	review_latency_free(&s->latency);
	free(s->name);
	free(s->series);
	free(s->service);
	free(s->calendar);
	free(s->steps);
	free(s->left);
	free(s->days);
}

void
review_free(struct review *r)
{
	uint32_t i;

	for (i = 0; i < r->slo_count; i++)
		free_slo(&r->slos[i]);
	for (i = 0; i < r->indicator_count; i++)
		free(r->indicators[i].title);
	free(r->indicators);
	free(r->slos);
	free(r->grid.edge);
	free(r->alerts);
	free(r->outages);
	free(r->annotations);
	free(r->audits);
	free(r->path);
}
