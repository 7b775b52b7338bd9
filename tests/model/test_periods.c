/* SPDX-License-Identifier: MIT */
/*
 * Budgets of slices and of calendar periods against a list of events, and libc
 * for the calendar. History is one ring of minutes, so that a rolling period
 * has exact edges too, and months do not fit into it twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../support/common.h"
#include "../support/libc_calendar.h"
#include "../support/random.h"
#include "../support/scale.h"
#include "../support/scratch.h"

#define SLOT SLI_MINUTES(1)
#define REACH (SLOT * 65535)
#define SLOS 6
#define WHOLE UINT64_C(1000000000)

struct event {
	uint64_t at_ns;
	uint64_t good, slow, bad, shed;
};

struct plan {
	struct sli_slo_config cfg;
	char name[8];
	uint64_t objective_ppb;
	uint64_t since_ns; /* where its first slice begins */
	struct sli_slo *slo;
};

static struct run {
	uint64_t seed;
	struct random rnd;
	const char *path;
	struct sli_registry *reg;
	struct sli_indicator *ind;
	uint64_t now_ns, open_ns;
	struct event *events;
	size_t count, room;
	struct plan plan[SLOS];
	uint32_t plans;
} r;

#define run_fail(...)                                                          \
	do {                                                                   \
		print_error(__VA_ARGS__);                                      \
		fail_msg("SLI_TEST_SEED=%llu fails",                           \
		    (unsigned long long)r.seed);                               \
	} while (0)

/* ---- the oracle ---- */

static time_t
local_begin(const struct plan *plan, uint64_t at_ns, int periods)
{
	time_t t = (time_t)(at_ns / WHOLE);
	struct tm tm;

	assert_int_equal(setenv("TZ", plan->cfg.time_zone, 1), 0);
	tzset();
	assert_non_null(localtime_r(&t, &tm));
	return libc_period_begin(tm, plan->cfg.calendar, periods);
}

struct answer {
	uint64_t from_ns, to_ns;
	uint64_t good, bad, slices;
};

static void
share_of(const struct plan *plan, const struct event *e, uint64_t *good,
    uint64_t *bad)
{
	*good += e->good;
	*bad += e->bad;
	*(plan->cfg.threshold_ns > 0 ? bad : good) += e->slow;
	if (plan->cfg.flags & SLI_SLO_SHED_IS_BAD)
		*bad += e->shed;
}

static void
add_slice(const struct plan *plan, uint64_t good, uint64_t bad,
    struct answer *a)
{
	uint64_t n = good + bad, share;

	if (n == 0 || n < plan->cfg.slice_min_events)
		return;
	if (plan->cfg.method == SLI_RATIO_TIMESLICES) {
		share = good * WHOLE / n;
		a->good += share;
		a->bad += WHOLE - share;
	} else if (good * WHOLE >= plan->objective_ppb * n) {
		a->good++;
	} else {
		a->bad++;
	}
}

/* Slices that begin at or after `first`, end after `after`, and are over. */
static void
count_slices(const struct plan *plan, uint64_t first, uint64_t after,
    struct answer *a)
{
	uint64_t slice = plan->cfg.slice_ns, k = UINT64_MAX, good = 0, bad = 0;
	const struct event *e;
	size_t i;

	for (i = 0; i <= r.count; i++) {
		e = &r.events[i];
		if (i == r.count || e->at_ns / slice != k) {
			if (k != UINT64_MAX)
				add_slice(plan, good, bad, a);
			good = bad = 0;
			k = UINT64_MAX;
		}
		if (i == r.count)
			break;
		if (e->at_ns / slice * slice < first ||
		    e->at_ns / slice * slice < plan->since_ns ||
		    (e->at_ns / slice + 1) * slice <= after ||
		    (e->at_ns / slice + 1) * slice > r.now_ns)
			continue;
		k = e->at_ns / slice;
		share_of(plan, e, &good, &bad);
	}
}

static struct answer
expected(const struct plan *plan)
{
	bool is_calendar = plan->cfg.calendar != SLI_ROLLING;
	struct answer a = { 0 };
	uint64_t t;
	size_t i;

	if (is_calendar) {
		a.from_ns = SLI_SECONDS(local_begin(plan, r.now_ns, 0));
		a.to_ns = SLI_SECONDS(local_begin(plan, r.now_ns, 1));
	} else {
		a.from_ns = r.now_ns - plan->cfg.period_ns;
		a.to_ns = r.now_ns;
	}
	if (plan->cfg.method == SLI_OCCURRENCES) {
		for (i = 0; i < r.count; i++)
			if (r.events[i].at_ns >= a.from_ns)
				share_of(plan, &r.events[i], &a.good, &a.bad);
		return a;
	}
	if (!is_calendar) {
		a.slices = plan->cfg.period_ns / plan->cfg.slice_ns;
		count_slices(plan, 0, a.from_ns, &a);
		return a;
	}
	t = a.from_ns / plan->cfg.slice_ns * plan->cfg.slice_ns;
	for (; t < a.to_ns; t += plan->cfg.slice_ns)
		a.slices += t >= a.from_ns;
	count_slices(plan, a.from_ns, 0, &a);
	return a;
}

/* ---- the library ---- */

static void
open_registry(void)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry_config registry = scratch_config();
	struct sli_error err;
	uint32_t i;

	registry.max_indicators = SLOS + 1;
	registry.max_slos = SLOS;
	registry.now_ns = r.now_ns;
	registry.history[0] = (struct sli_level){ SLOT, 65536, 0 };
	registry.latency[0] = (struct sli_level){ SLOT, 4, 0 };
	cfg.name = "requests";
	cfg.threshold_ns[0] = SLI_MILLIS(100);
	cfg.threshold_count = 1;
	if (sli_registry_open(r.path, &registry, &r.reg, &err) != SLI_OK ||
	    sli_indicator_register(r.reg, &cfg, &r.ind, &err) != SLI_OK)
		run_fail("%s\n", err.message);
	for (i = 0; i < r.plans; i++)
		if (sli_slo_register(r.ind, &r.plan[i].cfg, &r.plan[i].slo,
			&err) != SLI_OK)
			run_fail("%s\n", err.message);
}

/* Times are whole minutes where windows are to have exact edges. */
static void
add_plan(void)
{
	static const char *const zones[] = { "UTC", "Europe/Berlin",
		"America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
		"America/St_Johns" };
	static const uint64_t slices[] = { 1, 2, 5, 7, 60, 61, 1440 };
	struct plan *plan = &r.plan[r.plans];
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_error err;

	(void)snprintf(plan->name, sizeof(plan->name), "slo%u", r.plans);
	plan->objective_ppb = random_percent(&r.rnd, 50) ?
	    900000000 :
	    1 + random_below(&r.rnd, WHOLE - 1);
	cfg.name = plan->name;
	cfg.objective = (double)plan->objective_ppb / (double)WHOLE;
	cfg.method = (enum sli_method)random_below(&r.rnd, 3);
	cfg.threshold_ns = random_percent(&r.rnd, 50) ? SLI_MILLIS(100) : 0;
	cfg.flags = random_percent(&r.rnd, 50) ? SLI_SLO_SHED_IS_BAD : 0;
	if (cfg.method != SLI_OCCURRENCES) {
		cfg.slice_ns = SLOT *
		    slices[random_below(&r.rnd, LENGTH(slices))];
		cfg.slice_min_events = random_magnitude(&r.rnd, 4);
		plan->since_ns = r.open_ns / cfg.slice_ns * cfg.slice_ns;
	}
	cfg.calendar = (enum sli_calendar)random_below(&r.rnd, 6);
	/* History has no year: what came before would be missing. */
	if (r.count > 0 && cfg.calendar > SLI_MONTH)
		cfg.calendar = SLI_MONTH;
	if (cfg.calendar == SLI_ROLLING)
		cfg.period_ns = SLI_DAYS(1) +
		    SLOT * random_below(&r.rnd, REACH / SLOT - 1440);
	else
		cfg.time_zone = zones[random_below(&r.rnd, LENGTH(zones))];
	plan->cfg = cfg;
	if (sli_slo_register(r.ind, &cfg, &plan->slo, &err) != SLI_OK)
		run_fail("%s\n", err.message);
	r.plans++;
}

static void
record(void)
{
	struct event e = { r.now_ns, random_magnitude(&r.rnd, 6),
		random_magnitude(&r.rnd, 3), random_magnitude(&r.rnd, 3),
		random_magnitude(&r.rnd, 2) };
	uint64_t now_ns = r.now_ns, i;

	/* A straggler counts as of now. */
	if (random_percent(&r.rnd, 5))
		now_ns -= random_below(&r.rnd, SLI_MINUTES(20));
	if (r.open_ns > now_ns / SLOT * SLOT)
		e.at_ns = r.open_ns;
	else
		e.at_ns = now_ns;
	if (e.good + e.slow + e.bad + e.shed == 0)
		return;
	sli_count(r.ind, now_ns, SLI_GOOD, e.good);
	for (i = 0; i < e.slow; i++)
		sli_record(r.ind, now_ns, SLI_GOOD, SLI_SECONDS(1));
	sli_count(r.ind, now_ns, SLI_BAD, e.bad);
	sli_count(r.ind, now_ns, SLI_SHED, e.shed);
	r.open_ns = e.at_ns / SLOT * SLOT;
	if (r.count == r.room) {
		r.room = 2 * r.room + 64;
		r.events = realloc(r.events, r.room * sizeof(*r.events));
		assert_non_null(r.events);
	}
	r.events[r.count++] = e;
}

static void
expect(const struct plan *plan, const char *what, uint64_t got, uint64_t wanted)
{
	if (got != wanted)
		run_fail("%s: method %d, slices of %llu, calendar %d of %s, "
			 "at %llu: got %llu, wanted %llu\n",
		    what, (int)plan->cfg.method,
		    (unsigned long long)plan->cfg.slice_ns,
		    (int)plan->cfg.calendar, plan->cfg.time_zone,
		    (unsigned long long)r.now_ns, (unsigned long long)got,
		    (unsigned long long)wanted);
}

static void
expect_remaining(const struct plan *plan, const struct answer *a, double got)
{
	double unit = plan->cfg.method == SLI_RATIO_TIMESLICES ? 1e9 : 1;
	double whole = plan->cfg.calendar != SLI_ROLLING && a->slices > 0 ?
	    (double)a->slices * unit :
	    (double)a->good + (double)a->bad;
	double budget = (double)(WHOLE - plan->objective_ppb) / 1e9;
	double wanted = whole > 0 ? 1 - (double)a->bad / (budget * whole) : 1;
	double off = got - wanted, most = 1e-9 * (1 + (1 - wanted));

	if (!(off <= most && off >= -most))
		run_fail("remaining: got %.17g, wanted %.17g\n", got, wanted);
}

static void
check(const struct plan *plan)
{
	struct answer a;
	struct sli_budget b;

	/* Whole minutes: what rolls has its old edge on a slot's boundary. */
	r.now_ns = (r.now_ns + SLOT - 1) / SLOT * SLOT;
	assert_int_equal(sli_slo_budget(plan->slo, r.now_ns, &b), SLI_OK);
	if (r.now_ns > r.open_ns)
		r.open_ns = r.now_ns;
	a = expected(plan);
	expect(plan, "good", b.good, a.good);
	expect(plan, "bad", b.bad, a.bad);
	expect(plan, "from_ns", b.from_ns, a.from_ns);
	expect(plan, "to_ns", b.to_ns, a.to_ns);
	expect(plan, "slices", b.slices, a.slices);
	expect_remaining(plan, &a, b.remaining);
}

static void
step(void)
{
	if (random_percent(&r.rnd, 1))
		r.now_ns += random_below(&r.rnd, SLI_DAYS(6));
	else
		r.now_ns += random_magnitude(&r.rnd, 42);
	switch (random_below(&r.rnd, 40)) {
	case 0:
		sli_registry_close(r.reg);
		open_registry();
		break;
	case 1:
		if (r.plans < SLOS)
			add_plan();
		break;
	case 2:
	case 3:
		check(&r.plan[random_below(&r.rnd, r.plans)]);
		break;
	default:
		record();
	}
}

static void
test_periods_random_histories_match_list_of_events(void **state)
{
	uint64_t seed = random_seed(), runs = test_scaled(20), i, steps;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < runs; i++, seed++) {
		memset(&r, 0, sizeof(r));
		r.seed = r.rnd.state = seed;
		r.path = scratch_path("model");
		/* From 2020 to 2033. */
		r.now_ns = SLI_DAYS(18262 + random_below(&r.rnd, 5000));
		open_registry();
		add_plan();
		add_plan();
		for (steps = 0; steps < 3000; steps++)
			step();
		sli_registry_close(r.reg);
		scratch_remove(r.path);
		free(r.events);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_periods_random_histories_match_list_of_events,
		    scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
