/* SPDX-License-Identifier: MIT */
/*
 * Random exclusions, corrections and events, against lists of them.
 *
 * With slots of a second for all of a run, and everything but the events on
 * whole seconds, what the library says is exact. With rings that grow coarser,
 * and times that lie anywhere, it is so but for the events of a slot at each
 * edge.
 */
#include <string.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"

#define PERIOD SLI_MINUTES(30)
#define STEPS 1200
#define COARSE SLI_SECONDS(10)

struct event {
	uint64_t at_ns;
	uint64_t good, bad;
};

struct range {
	uint64_t from_ns, to_ns;
};

static struct {
	uint64_t seed;
	struct random rnd;
	bool is_exact;
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	uint64_t now_ns;
	struct event events[STEPS], corrections[STEPS];
	int64_t by[STEPS][2];
	uint32_t event_count, correction_count;
	/* Made and taken back, in their order; the last that holds decides. */
	struct range done[STEPS];
	bool is_exclusion[STEPS];
	uint32_t done_count;
} run;

#define expect(ok)                                                             \
	do {                                                                   \
		if (!(ok))                                                     \
			fail_msg("%s: SLI_TEST_SEED=%llu fails", #ok,          \
			    (unsigned long long)run.seed);                     \
	} while (0)

static void
begin_run(void)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	uint64_t seed = run.seed;
	bool is_exact = run.is_exact;

	memset(&run, 0, sizeof(run));
	run.seed = run.rnd.state = seed;
	run.is_exact = is_exact;
	run.now_ns = START;
	rcfg.history[0] = (struct sli_level){ SLI_SECONDS(1),
		is_exact ? 5000 : 60, 0 };
	if (!is_exact)
		rcfg.history[1] = (struct sli_level){ COARSE, 500, 0 };
	icfg.name = "requests";
	scfg.name = "availability";
	scfg.objective = 0.9;
	scfg.period_ns = PERIOD;
	expect(sli_registry_create(&rcfg, &run.reg, NULL) == SLI_OK);
	expect(
	    sli_indicator_register(run.reg, &icfg, &run.ind, NULL) == SLI_OK);
	expect(sli_slo_register(run.ind, &scfg, &run.slo, NULL) == SLI_OK);
}

/* A time near now, before or after it. */
static uint64_t
some_time(uint64_t before_ns, uint64_t after_ns)
{
	uint64_t at = run.now_ns - before_ns +
	    random_below(&run.rnd, before_ns + after_ns + 1);

	return run.is_exact ? at / SLI_SECONDS(1) * SLI_SECONDS(1) : at;
}

/* ---- the oracle ---- */

static bool
is_excluded(uint64_t at_ns)
{
	uint32_t i;

	for (i = run.done_count; i-- > 0;)
		if (at_ns >= run.done[i].from_ns && at_ns < run.done[i].to_ns)
			return run.is_exclusion[i];
	return false;
}

/* Events in [from_ns, to_ns); with all: the excluded ones too. */
static struct event
events_in(uint64_t from_ns, uint64_t to_ns, bool all)
{
	struct event sum = { 0, 0, 0 };
	uint32_t i;

	for (i = 0; i < run.event_count; i++) {
		if (run.events[i].at_ns < from_ns ||
		    run.events[i].at_ns >= to_ns ||
		    (!all && is_excluded(run.events[i].at_ns)))
			continue;
		sum.good += run.events[i].good;
		sum.bad += run.events[i].bad;
	}
	return sum;
}

/* The events of the slots around a time, in which it is interpolated. */
static uint64_t
around(uint64_t at_ns)
{
	uint64_t slot = at_ns / COARSE * COARSE;
	struct event e = events_in(slot, slot + COARSE, true);

	return e.good + e.bad;
}

static uint64_t
floor_of(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/*
 * What a settled exclusion across the window's edge takes by its time instead
 * of by its events; and how far off interpolation may be.
 */
static uint64_t
allow_for_edges(uint64_t begin_ns, struct event *want)
{
	uint64_t slack = run.is_exact ? 0 : around(begin_ns);
	struct sli_adjustment a;
	struct event whole, part;
	uint64_t first;
	uint32_t i;

	for (i = 0; sli_slo_adjustment(run.slo, run.now_ns, i, &a) == SLI_OK;
	     i++) {
		if (a.kind != SLI_EXCLUSION || a.to_ns <= begin_ns)
			continue;
		first = a.from_ns > START ? a.from_ns : START;
		whole = events_in(a.from_ns, a.to_ns, true);
		part = events_in(begin_ns, a.to_ns, true);
		if (!run.is_exact)
			slack += around(a.from_ns) + around(a.to_ns) + 2;
		if (!a.settled || first >= begin_ns)
			continue;
		if (!run.is_exact) {
			slack += whole.good + whole.bad;
			continue;
		}
		want->good = floor_of(want->good + part.good,
		    whole.good * (a.to_ns - begin_ns) / (a.to_ns - first));
		want->bad = floor_of(want->bad + part.bad,
		    whole.bad * (a.to_ns - begin_ns) / (a.to_ns - first));
	}
	return slack;
}

static uint64_t
corrected(uint64_t count, int64_t by)
{
	return by < 0 ? floor_of(count, (uint64_t)-by) : count + (uint64_t)by;
}

static bool
is_near(uint64_t got, uint64_t want, uint64_t slack)
{
	return got <= want + slack && got + slack >= want;
}

/* ---- steps ---- */

static void
check_budget(void)
{
	uint64_t begin = run.now_ns - PERIOD, slack;
	struct event want = events_in(begin, UINT64_MAX, false);
	int64_t good = 0, bad = 0;
	struct sli_budget b;
	uint32_t i;

	slack = allow_for_edges(begin, &want);
	for (i = 0; i < run.correction_count; i++)
		if (run.corrections[i].at_ns >= begin) {
			good += run.by[i][0];
			bad += run.by[i][1];
		}
	expect(sli_slo_budget(run.slo, run.now_ns, &b) == SLI_OK);
	expect(is_near(b.good, corrected(want.good, good), slack));
	expect(is_near(b.bad, corrected(want.bad, bad), slack));
	expect(b.excluded_ns <= PERIOD);
	if (run.is_exact)
		expect((b.good - want.good) == (uint64_t)b.corrected_good &&
		    (b.bad - want.bad) == (uint64_t)b.corrected_bad);
}

/* Of n events 90 % may be bad: burn = 10 b / n. */
static void
check_burn_rate(void)
{
	uint64_t window_ns = run.now_ns - some_time(PERIOD, 0) + SLI_SECONDS(1);
	uint64_t begin, slack;
	struct event want;
	double burn = -1.0;

	if (run.is_exact)
		window_ns -= window_ns % SLI_SECONDS(1);
	begin = run.now_ns - window_ns;
	want = events_in(begin, UINT64_MAX, false);
	slack = allow_for_edges(begin, &want);
	if (sli_slo_burn_rate(run.slo, run.now_ns, window_ns, &burn) != SLI_OK)
		expect(want.good + want.bad <= 2 * slack);
	else if (slack == 0)
		expect(burn * (double)(want.good + want.bad) -
			    10.0 * (double)want.bad <
			1e-6 &&
		    burn * (double)(want.good + want.bad) -
			    10.0 * (double)want.bad >
			-1e-6);
}

static void
keep(uint64_t from_ns, uint64_t to_ns, bool is_exclusion)
{
	run.done[run.done_count].from_ns = from_ns;
	run.done[run.done_count].to_ns = to_ns;
	run.is_exclusion[run.done_count++] = is_exclusion;
}

static void
do_exclude(void)
{
	uint64_t from = some_time(SLI_MINUTES(20), SLI_MINUTES(3));
	uint64_t to = from + SLI_SECONDS(1) +
	    random_below(&run.rnd, SLI_MINUTES(5));
	int status;

	if (run.is_exact)
		to -= to % SLI_SECONDS(1);
	status = sli_slo_exclude(run.slo, run.now_ns, from, to, "x", NULL);
	expect(status == SLI_OK || status == SLI_ENOSPC);
	if (status == SLI_OK)
		keep(from, to, true);
}

static void
do_include(void)
{
	uint64_t from = some_time(SLI_MINUTES(25), SLI_MINUTES(3));
	uint64_t to = from + SLI_SECONDS(1) +
	    random_below(&run.rnd, SLI_MINUTES(15));
	int status;

	if (run.is_exact)
		to -= to % SLI_SECONDS(1);
	status = sli_slo_include(run.slo, run.now_ns, from, to, "x", NULL);
	expect(status == SLI_OK || status == SLI_ENOENT ||
	    status == SLI_EINVAL || status == SLI_ENOSPC);
	if (status == SLI_OK)
		keep(from, to, false);
}

static void
do_correct(void)
{
	uint64_t at = some_time(SLI_MINUTES(10), 0);
	int64_t good = (int64_t)random_below(&run.rnd, 201) - 100;
	int64_t bad = (int64_t)random_below(&run.rnd, 200) - 100;
	int status;

	if (bad >= 0)
		bad++;
	status = sli_slo_correct(run.slo, run.now_ns, at, good, bad, "x", NULL);
	expect(status == SLI_OK || status == SLI_ENOSPC);
	if (status != SLI_OK)
		return;
	run.corrections[run.correction_count].at_ns = at;
	run.by[run.correction_count][0] = good;
	run.by[run.correction_count++][1] = bad;
}

static void
do_count(void)
{
	struct event *e = &run.events[run.event_count++];
	uint64_t n = random_magnitude(&run.rnd, 8);

	e->at_ns = run.now_ns;
	e->good = random_percent(&run.rnd, 60) ? n : 0;
	e->bad = n - e->good;
	sli_count(run.ind, run.now_ns, SLI_GOOD, e->good);
	sli_count(run.ind, run.now_ns, SLI_BAD, e->bad);
}

/* Reads on whole seconds, so that no event lies between them and the edge. */
static void
go_on(void)
{
	run.now_ns += random_below(&run.rnd, SLI_SECONDS(5));
	if (run.is_exact && random_percent(&run.rnd, 50))
		run.now_ns += SLI_SECONDS(1) - run.now_ns % SLI_SECONDS(1);
}

static void
step(void)
{
	uint64_t kind = random_below(&run.rnd, 100);
	bool is_whole = run.now_ns % SLI_SECONDS(1) == 0;

	if (kind < 70)
		do_count();
	else if (run.event_count > 0 && kind < 73)
		do_exclude();
	else if (run.event_count > 0 && kind < 76)
		do_include();
	else if (run.event_count > 0 && kind < 79)
		do_correct();
	else if (!run.is_exact || is_whole) {
		check_budget();
		check_burn_rate();
	}
}

static void
check_runs(uint64_t runs, bool is_exact)
{
	uint64_t seed = random_seed(), i;
	uint32_t s;

	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < test_scaled(runs); i++) {
		run.seed = seed + i;
		run.is_exact = is_exact;
		begin_run();
		expect(sli_advance(run.reg, START) == SLI_OK);
		for (s = 0; s < STEPS; s++) {
			go_on();
			step();
		}
		sli_registry_close(run.reg);
	}
}

static void
test_adjust_on_slots_is_what_lists_say(void **state)
{
	(void)state;
	check_runs(150, true);
}

static void
test_adjust_anywhere_is_within_a_slot_of_what_lists_say(void **state)
{
	(void)state;
	check_runs(150, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adjust_on_slots_is_what_lists_say),
		cmocka_unit_test(
		    test_adjust_anywhere_is_within_a_slot_of_what_lists_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
