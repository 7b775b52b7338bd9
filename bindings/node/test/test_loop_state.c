/* SPDX-License-Identifier: MIT */
/*
 * The watchdog's judgement, in virtual time: looks every 20 ms, blocked after
 * 100 ms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop_state.h"

#define MS UINT64_C(1000000)
#define TICK (20 * MS)
#define START (UINT64_C(1700000000) * 1000 * MS)

struct world {
	struct loop_state state;
	uint64_t now, turns, idle;
	uint64_t good, bad, began, ended;
	struct loop_look last;
};

static void
look_after(struct world *w, uint64_t ns)
{
	w->now += ns;
	loop_state_look(&w->state, w->now, w->turns, w->idle, &w->last);
	w->good += w->last.good;
	w->bad += w->last.bad;
	w->began += (uint64_t)w->last.began;
	w->ended += (uint64_t)w->last.ended;
}

static struct world
running(void)
{
	struct world w = { .state = { .tick_ns = TICK,
			       .threshold_ns = 100 * MS },
		.now = START };

	look_after(&w, 0);
	w.turns++;
	look_after(&w, TICK);
	return w;
}

static void
stands(struct world *w, uint64_t ns)
{
	for (; ns >= TICK; ns -= TICK)
		look_after(w, TICK);
}

static void
test_loop_that_idles_is_not_blocked(void **unused)
{
	struct world w = running();
	int i;

	(void)unused;
	for (i = 0; i < 100; i++) {
		w.idle += TICK;
		look_after(&w, TICK);
	}
	assert_int_equal(w.began, 0);
	assert_int_equal(w.bad, 0);
	assert_int_equal(w.good, 102);
}

static void
test_loop_that_turns_without_idling_is_not_blocked(void **unused)
{
	struct world w = running();
	int i;

	(void)unused;
	for (i = 0; i < 100; i++) {
		w.turns++;
		look_after(&w, 90 * MS);
	}
	assert_int_equal(w.began, 0);
	assert_int_equal(w.good, 102);
}

static void
test_loop_that_stands_is_blocked_at_the_threshold(void **unused)
{
	struct world w = running();

	(void)unused;
	stands(&w, 80 * MS);
	assert_int_equal(w.began, 0);
	assert_int_equal(w.good + w.bad, 2);
	stands(&w, TICK);
	assert_int_equal(w.began, 1);
	assert_int_equal(w.state.moved_ns, START + TICK);
	assert_int_equal(w.bad, 5);
	stands(&w, 1000 * MS);
	assert_int_equal(w.began, 1);
	assert_int_equal(w.bad, 55);
	w.turns++;
	look_after(&w, TICK);
	assert_int_equal(w.ended, 1);
	assert_int_equal(w.last.standing_ns, 1120 * MS);
	assert_int_equal(w.bad, 55);
	assert_int_equal(w.good, 3);
}

static void
test_loop_short_stands_count_as_good_when_they_end(void **unused)
{
	struct world w = running();

	(void)unused;
	stands(&w, 80 * MS);
	w.turns++;
	look_after(&w, TICK);
	assert_int_equal(w.good, 2 + 5);
	assert_int_equal(w.bad, 0);
	assert_int_equal(w.ended, 0);
}

static void
test_loop_watcher_that_was_away_blames_nobody(void **unused)
{
	struct world w = running();

	(void)unused;
	look_after(&w, 5000 * MS);
	assert_int_equal(w.began, 0);
	assert_int_equal(w.last.standing_ns, TICK);
	/* From there on the loop is judged as ever. */
	stands(&w, 80 * MS);
	assert_int_equal(w.began, 1);
}

static void
test_loop_that_has_not_started_is_not_blocked(void **unused)
{
	struct world w = { .state = { .tick_ns = TICK,
			       .threshold_ns = 100 * MS },
		.now = START };

	(void)unused;
	look_after(&w, 0);
	stands(&w, 1000 * MS);
	assert_int_equal(w.began, 0);
	w.turns++;
	look_after(&w, TICK);
	stands(&w, 100 * MS);
	assert_int_equal(w.began, 1);
}

static void
test_loop_clock_that_stands_counts_nothing(void **unused)
{
	struct world w = running();

	(void)unused;
	look_after(&w, 0);
	assert_int_equal(w.good + w.bad, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loop_that_idles_is_not_blocked),
		cmocka_unit_test(
		    test_loop_that_turns_without_idling_is_not_blocked),
		cmocka_unit_test(
		    test_loop_that_stands_is_blocked_at_the_threshold),
		cmocka_unit_test(
		    test_loop_short_stands_count_as_good_when_they_end),
		cmocka_unit_test(test_loop_watcher_that_was_away_blames_nobody),
		cmocka_unit_test(test_loop_that_has_not_started_is_not_blocked),
		cmocka_unit_test(test_loop_clock_that_stands_counts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
