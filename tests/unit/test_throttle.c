/* SPDX-License-Identifier: MIT */
#include "slo/throttle.h"

#include "../support/common.h"
#include "../support/random.h"

/*
 * The admission law by itself: what starts it, what bounds it, what ends it.
 * Whether it protects a server is asked in tests/model/test_overload.c.
 */

#define FULL 62259u /* SLI_SHED_MAX of 65536 */

/* A second of a service with an objective of 99 % and its budget untouched. */
static struct sli__throttle_input
second_of(uint64_t good, uint64_t bad)
{
	struct sli__throttle_input in = {
		.slot = { good, bad },
		.recent = { 10 * good, 10 * bad },
		.elapsed_ns = SLI_SECONDS(1),
		.slot_ns = SLI_SECONDS(1),
		.budget_ppb = 10000000,
		.left_ppm = 1000000,
		.min_events = 20,
	};

	return in;
}

static struct sli__throttle_state
after(struct sli__throttle_state state, struct sli__throttle_input in,
    unsigned int steps)
{
	while (steps-- > 0)
		sli__throttle_step(&state, &in);
	return state;
}

static uint64_t
pressure(struct sli__throttle_state state)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < SLI_CRITICALITIES; i++)
		sum += sli__throttle_shed(state.verdict, i);
	return sum;
}

static const struct sli__throttle_state none = { 0, 0 };

/* At least so many classes shed, by seconds in which everything fails. */
static struct sli__throttle_state
pressed_to(unsigned int classes)
{
	struct sli__throttle_state state = none;
	unsigned int limit = 60;

	while (pressure(state) < (uint64_t)classes * FULL && limit-- > 0)
		state = after(state, second_of(0, 1000), 1);
	assert_true(pressure(state) >= (uint64_t)classes * FULL);
	return state;
}

static int
starts_at(double bad_share, uint64_t left_ppm, uint32_t budget_ppb)
{
	uint64_t bad = (uint64_t)(bad_share * 1e6);
	struct sli__throttle_input in = second_of(1000000 - bad, bad);

	in.left_ppm = left_ppm;
	in.budget_ppb = budget_ppb;
	return after(none, in, 1).verdict != 0;
}

static void
test_throttle_verdict_has_sixteen_bits_per_class(void **state)
{
	uint64_t verdict = UINT64_C(0x4444333322221111);

	(void)state;
	assert_int_equal(sli__throttle_shed(verdict, SLI_CRITICAL_PLUS),
	    0x1111);
	assert_int_equal(sli__throttle_shed(verdict, SLI_CRITICAL), 0x2222);
	assert_int_equal(sli__throttle_shed(verdict, SLI_SHEDDABLE_PLUS),
	    0x3333);
	assert_int_equal(sli__throttle_shed(verdict, SLI_SHEDDABLE), 0x4444);
	assert_int_equal(sli__throttle_shed(verdict, 4), 0x4444);
	assert_int_equal(sli__throttle_shed(verdict, UINT32_MAX), 0x4444);
}

static void
test_throttle_good_events_leave_no_trace(void **state)
{
	struct sli__throttle_state s = after(none, second_of(1000, 0), 100);

	(void)state;
	assert_int_equal(s.verdict, 0);
}

/* DOMAIN.md, SRE book ch. 21: p = (n - K good) / (n + 1), K = 1 / (1 - T). */
static void
test_throttle_first_raise_is_the_books_p_and_half_of_it(void **state)
{
	static const uint64_t bads[] = { 200, 300, 500, 900, 1000 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bads); i++) {
		double good = (double)(1000 - bads[i]);
		double p = (1000 - good / (1 - 0.144)) / 1001;
		struct sli__throttle_state s = after(none,
		    second_of(1000 - bads[i], bads[i]), 1);

		assert_true((double)pressure(s) <= 1.5 * p * FULL + 1);
		assert_true((double)pressure(s) >= 1.5 * p * FULL - 2);
	}
}

static void
test_throttle_whole_budget_tolerates_fast_page_burn(void **state)
{
	(void)state;
	assert_false(starts_at(0.1439, 1000000, 10000000));
	assert_true(starts_at(0.1441, 1000000, 10000000));
	assert_false(starts_at(0.01439, 1000000, 1000000));
	assert_true(starts_at(0.0146, 1000000, 1000000));
}

static void
test_throttle_spent_budget_is_rebuilt(void **state)
{
	(void)state;
	assert_false(starts_at(0.00249, 0, 10000000));
	assert_true(starts_at(0.0026, 0, 10000000));
	/* More than whole counts as whole. */
	assert_false(starts_at(0.1439, UINT64_MAX, 10000000));
}

static void
test_throttle_half_bad_is_never_tolerated(void **state)
{
	(void)state;
	assert_false(starts_at(0.499, 1000000, 900000000));
	assert_true(starts_at(0.501, 1000000, 900000000));
}

static void
test_throttle_whole_budget_starts_late_but_holds_on(void **state)
{
	struct sli__throttle_input over = second_of(980, 20);
	struct sli__throttle_input within = second_of(995, 5);

	(void)state;
	assert_int_equal(after(none, over, 60).verdict, 0);
	assert_int_not_equal(after(pressed_to(1), over, 60).verdict, 0);
	assert_int_equal(after(pressed_to(1), within, 60).verdict, 0);
}

static void
test_throttle_below_min_events_never_starts(void **state)
{
	struct sli__throttle_input in = second_of(0, 2);

	(void)state;
	in.recent.bad = 19;
	assert_int_equal(after(none, in, 1000).verdict, 0);
	in.recent.bad = 20;
	assert_int_not_equal(after(none, in, 1).verdict, 0);
}

static void
test_throttle_two_bad_events_are_no_evidence(void **state)
{
	struct sli__throttle_input in = second_of(8, 2);

	(void)state;
	in.left_ppm = 0;
	in.recent.good = 98;
	in.recent.bad = 2;
	assert_int_equal(after(none, in, 1).verdict, 0);
	in.recent.good = 96;
	in.recent.bad = 4;
	assert_int_not_equal(after(none, in, 1).verdict, 0);
}

static void
test_throttle_bad_past_and_good_slot_does_not_raise(void **state)
{
	struct sli__throttle_input in = second_of(1000, 0);

	(void)state;
	in.recent.bad = 9000;
	assert_int_equal(after(none, in, 10).verdict, 0);
}

static void
test_throttle_cliff_sheds_no_critical_class_at_first(void **state)
{
	struct sli__throttle_state s = after(none, second_of(0, 1000), 3);

	(void)state;
	assert_int_equal(pressure(s), 2 * FULL);
	assert_int_equal(sli__throttle_shed(s.verdict, SLI_CRITICAL), 0);
}

static void
test_throttle_total_failure_sheds_all_but_five_percent(void **state)
{
	struct sli__throttle_state s = after(none, second_of(0, 1000), 100);

	(void)state;
	assert_int_equal(pressure(s), SLI_CRITICALITIES * FULL);
	assert_int_equal(sli__throttle_shed(s.verdict, SLI_CRITICAL_PLUS),
	    FULL);
	assert_true(FULL / 65536.0 <= SLI_SHED_MAX);
	assert_true((FULL + 1) / 65536.0 > SLI_SHED_MAX);
}

static void
test_throttle_calm_of_55_s_ends_any_shedding(void **state)
{
	static const uint64_t slots_ms[] = { 1, 100, 1000, 7000 };
	unsigned int classes;
	size_t i;

	(void)state;
	for (classes = 1; classes <= SLI_CRITICALITIES; classes++)
		for (i = 0; i < LENGTH(slots_ms); i++) {
			struct sli__throttle_state s = pressed_to(classes);
			struct sli__throttle_input calm = second_of(1000, 0);
			uint64_t ms = 0, before = pressure(s);

			calm.slot_ns = calm.elapsed_ns = SLI_MILLIS(
			    slots_ms[i]);
			for (; s.verdict != 0; ms += slots_ms[i]) {
				s = after(s, calm, 1);
				assert_true(pressure(s) <= before);
				before = pressure(s);
				assert_true(ms < 55000);
			}
			assert_true(ms >= 5000); /* it is held first */
		}
}

static void
test_throttle_idle_gap_counts_as_calm(void **state)
{
	struct sli__throttle_state s = pressed_to(4);
	struct sli__throttle_input idle = second_of(0, 0);

	(void)state;
	idle.elapsed_ns = SLI_SECONDS(60);
	assert_int_equal(after(s, idle, 1).verdict, 0);
	idle.elapsed_ns = UINT64_MAX;
	assert_int_equal(after(s, idle, 1).verdict, 0);
}

static void
test_throttle_calm_depends_on_time_not_on_steps(void **state)
{
	struct sli__throttle_state s = pressed_to(3);
	struct sli__throttle_input once = second_of(1000, 0);
	unsigned int seconds;

	(void)state;
	for (seconds = 1; seconds < 60; seconds++) {
		once.elapsed_ns = SLI_SECONDS(seconds);
		assert_int_equal(after(s, once, 1).verdict,
		    after(s, second_of(1000, 0), seconds).verdict);
	}
}

/* A third of all events fails, however few are let in. */
static void
test_throttle_failure_not_from_load_is_soon_let_be(void **state)
{
	struct sli__throttle_state s = none;
	unsigned int second, shedding = 0;
	double admitted[10] = { 0 }, recent = 0;

	(void)state;
	for (second = 0; second < 900; second++) {
		double n = 1000 -
		    500 * sli__throttle_shed(s.verdict, SLI_SHEDDABLE) /
			65536.0 -
		    300 * sli__throttle_shed(s.verdict, SLI_SHEDDABLE_PLUS) /
			65536.0;
		struct sli__throttle_input in;

		recent += n - admitted[second % 10];
		admitted[second % 10] = n;
		in = second_of((uint64_t)(n * 0.7), (uint64_t)(n * 0.3));
		in.recent.good = (uint64_t)(recent * 0.7);
		in.recent.bad = (uint64_t)(recent * 0.3);
		in.left_ppm = 0;
		s = after(s, in, 1);
		assert_int_equal(
		    sli__throttle_shed(s.verdict, SLI_CRITICAL_PLUS), 0);
		shedding += s.verdict != 0;
	}
	assert_in_range(shedding, 1, 60);
}

static void
test_throttle_failure_let_be_sheds_again_when_worse(void **state)
{
	struct sli__throttle_state s = after(none, second_of(700, 300), 1);
	struct sli__throttle_input in = second_of(400, 170);

	(void)state;
	assert_int_not_equal(s.verdict, 0);
	s = after(s, in, 1); /* far fewer let in, no smaller a share fails */
	assert_int_equal(s.verdict, 0);
	assert_int_equal(after(s, second_of(700, 300), 300).verdict, 0);
	assert_int_not_equal(after(s, second_of(300, 700), 1).verdict, 0);
	/* And for no longer than it takes to forget it. */
	assert_int_not_equal(after(s, second_of(700, 300), 1300).verdict, 0);
}

/* kratos bbr: buckets above a second gave 0 buckets per second. */
static void
test_throttle_slots_of_a_millisecond_raise_by_their_part(void **state)
{
	struct sli__throttle_input in = second_of(0, 4);
	struct sli__throttle_state s = after(none, in, 1);
	uint64_t before = pressure(s);

	(void)state;
	in.slot_ns = in.elapsed_ns = SLI_MILLIS(1);
	s = after(s, in, 100);
	assert_in_range(pressure(s) - before, FULL / 20, FULL / 5);
}

static void
test_throttle_slots_of_a_day_end_shedding_in_one(void **state)
{
	struct sli__throttle_input bad = second_of(0, 1000), good;
	struct sli__throttle_state s;

	(void)state;
	bad.slot_ns = bad.elapsed_ns = SLI_DAYS(1);
	s = after(none, bad, 2);
	assert_true(pressure(s) >= FULL);
	good = second_of(1000, 0);
	good.slot_ns = good.elapsed_ns = SLI_DAYS(1);
	assert_int_equal(after(s, good, 1).verdict, 0);
}

/*
 * Anything may come in, from counters at their end to words that no step wrote
 * (Envoy: pow() of a negative number was NaN and failed open by luck).
 */
static void
test_throttle_any_input_keeps_order_and_cap(void **state)
{
	struct random rnd = { random_seed() };
	unsigned int i, step;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (i = 0; i < 20000; i++) {
		struct sli__throttle_state s = { 0, random_next(&rnd) };

		for (step = 0; step < 20; step++) {
			struct sli__throttle_input in = {
				.slot = { random_magnitude(&rnd, 64),
				    random_magnitude(&rnd, 64) },
				.recent = { random_magnitude(&rnd, 64),
				    random_magnitude(&rnd, 64) },
				.elapsed_ns = random_magnitude(&rnd, 64),
				.slot_ns = random_magnitude(&rnd, 47),
				.budget_ppb = (uint32_t)random_below(&rnd,
				    1000000001),
				.left_ppm = random_magnitude(&rnd, 64),
				.min_events = random_magnitude(&rnd, 10),
			};
			uint32_t more = FULL, class;

			sli__throttle_step(&s, &in);
			for (class = SLI_CRITICALITIES; class -- > 0;) {
				uint32_t shed = sli__throttle_shed(s.verdict,
				    class);

				assert_true(shed <= FULL);
				assert_true(shed == 0 || more == FULL);
				more = shed;
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test(name)
		TEST(test_throttle_verdict_has_sixteen_bits_per_class),
		TEST(test_throttle_good_events_leave_no_trace),
		TEST(test_throttle_first_raise_is_the_books_p_and_half_of_it),
		TEST(test_throttle_whole_budget_tolerates_fast_page_burn),
		TEST(test_throttle_spent_budget_is_rebuilt),
		TEST(test_throttle_half_bad_is_never_tolerated),
		TEST(test_throttle_whole_budget_starts_late_but_holds_on),
		TEST(test_throttle_below_min_events_never_starts),
		TEST(test_throttle_two_bad_events_are_no_evidence),
		TEST(test_throttle_bad_past_and_good_slot_does_not_raise),
		TEST(test_throttle_cliff_sheds_no_critical_class_at_first),
		TEST(test_throttle_total_failure_sheds_all_but_five_percent),
		TEST(test_throttle_calm_of_55_s_ends_any_shedding),
		TEST(test_throttle_idle_gap_counts_as_calm),
		TEST(test_throttle_calm_depends_on_time_not_on_steps),
		TEST(test_throttle_failure_not_from_load_is_soon_let_be),
		TEST(test_throttle_failure_let_be_sheds_again_when_worse),
		TEST(test_throttle_slots_of_a_millisecond_raise_by_their_part),
		TEST(test_throttle_slots_of_a_day_end_shedding_in_one),
		TEST(test_throttle_any_input_keeps_order_and_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
