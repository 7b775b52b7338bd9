/* SPDX-License-Identifier: MIT */
#include "../support/common.h"
#include "../support/requests.h"

/*
 * What other sliding windows got wrong at their edges: one slot too many or too
 * few, the event that opens a slot, lengths that slots do not divide.
 */

/* Sentinel PR 3480: `>` for `>=` gave one slot too many. */
static void
test_window_edge_on_boundary_is_exact(void **state)
{
	uint64_t now_ns = START + SLI_SECONDS(100);

	(void)state;
	for (uint64_t s = 0; s < 100; s++) {
		record(START + SLI_SECONDS(s));
		record(START + SLI_SECONDS(s + 1) - 1);
	}
	for (uint64_t s = 1; s <= 100; s++)
		assert_int_equal(good_in(now_ns, SLI_SECONDS(s)), 2 * s);
}

/* resilience4j #2334: a window of one slot crashed. */
static void
test_window_of_one_slot_counts_that_slot(void **state)
{
	(void)state;
	record_seconds(START, 3, 7);
	assert_int_equal(good_in(START + SLI_SECONDS(3), SLI_SECONDS(1)), 7);
	assert_in_range(good_in(START + SLI_SECONDS(3) - 1, SLI_SECONDS(1)), 7,
	    14);
}

/* pyrra's windows of a short period round to zero. */
static void
test_window_shorter_than_slot_stays_inside_it(void **state)
{
	uint64_t now_ns = START + SLI_SECONDS(3) - 1;

	(void)state;
	record_seconds(START, 3, 10);
	assert_in_range(good_in(now_ns, SLI_MILLIS(500)), 0, 10);
	assert_in_range(good_in(now_ns, 1), 0, 10);
	assert_int_equal(window(now_ns, 1).covered_ns, 1);
}

static void
test_window_that_slots_do_not_divide_is_off_by_one_slot(void **state)
{
	uint64_t now_ns = START + SLI_SECONDS(60);

	(void)state;
	record_seconds(START, 60, 10);
	for (uint64_t ms = 1; ms < 50000; ms += 37) {
		uint64_t whole = ms / 1000 * 10;

		assert_in_range(good_in(now_ns, SLI_MILLIS(ms)), whole,
		    whole + 10);
	}
}

/* armeria #2761: the event that opens a slot was left out. */
static void
test_window_event_that_opens_slot_is_in_it(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 20; s++) {
		uint64_t now_ns = START + SLI_SECONDS(s);

		record(now_ns);
		assert_int_equal(good_in(now_ns + 1, 1), 1);
		assert_int_equal(
		    good_in(now_ns + SLI_SECONDS(1) - 1, SLI_SECONDS(1) - 1),
		    1);
	}
}

/* resilience4j #1335: a field forgotten on eviction made totals drift. */
static void
test_window_every_count_leaves_with_its_slot(void **state)
{
	struct sli_counts counts;

	(void)state;
	for (int outcome = SLI_GOOD; outcome <= SLI_IGNORED; outcome++) {
		sli_record(requests, START, (enum sli_outcome)outcome,
		    SLI_SECONDS(1));
		sli_count(requests, START, (enum sli_outcome)outcome, 9);
	}
	counts = window(START, SLI_SECONDS(10));
	assert_int_equal(counts.good, 10);
	assert_int_equal(counts.bad, 10);
	assert_int_equal(counts.shed, 10);
	assert_int_equal(counts.ignored, 10);
	assert_int_equal(counts.slow[0], 1);
	counts = window(START + SLI_SECONDS(11), SLI_SECONDS(10));
	assert_int_equal(counts.good + counts.bad + counts.shed +
		counts.ignored + counts.slow[0],
	    0);
}

/* folly interpolates in float and truncates. */
static void
test_window_interpolates_huge_counts_in_integers(void **state)
{
	uint64_t huge = ((uint64_t)1 << 60) + 2;

	(void)state;
	record(START - 1);
	sli_count(requests, START, SLI_GOOD, huge);
	assert_int_equal(good_in(START + SLI_SECONDS(1), SLI_MILLIS(500)),
	    huge / 2);
}

static void
test_window_longer_than_life_says_what_it_covers(void **state)
{
	struct sli_counts counts;

	(void)state;
	assert_int_equal(window(START, SLI_DAYS(1)).covered_ns, 0);
	record(START + 1);
	counts = window(START + SLI_SECONDS(5), SLI_DAYS(1));
	assert_int_equal(counts.good, 1);
	assert_int_equal(counts.window_ns, SLI_DAYS(1));
	assert_int_equal(counts.covered_ns, SLI_SECONDS(5));
}

static void
test_window_longer_than_history_says_what_it_covers(void **state)
{
	uint64_t now_ns = START + SLI_DAYS(60);
	struct sli_counts counts;

	(void)state;
	for (uint64_t h = 0; h < 60 * 24; h++)
		record(START + SLI_HOURS(h));
	counts = window(now_ns, SLI_DAYS(50));
	assert_in_range(counts.covered_ns, SLI_DAYS(33), SLI_DAYS(34));
	assert_int_equal(counts.good, counts.covered_ns / SLI_HOURS(1));
	assert_int_equal(window(now_ns, SLI_DAYS(33)).good, 33 * 24);
	assert_int_equal(good_in_total(), 60 * 24);
}

static void
test_window_of_zero_is_refused(void **state)
{
	struct sli_counts counts = { .good = 42 };

	(void)state;
	assert_int_equal(sli_window_counts(requests, START, 0, &counts),
	    SLI_EINVAL);
	assert_int_equal(counts.good, 42);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, requests_setup, requests_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_window_edge_on_boundary_is_exact),
		TEST(test_window_of_one_slot_counts_that_slot),
		TEST(test_window_shorter_than_slot_stays_inside_it),
		TEST(test_window_that_slots_do_not_divide_is_off_by_one_slot),
		TEST(test_window_event_that_opens_slot_is_in_it),
		TEST(test_window_every_count_leaves_with_its_slot),
		TEST(test_window_interpolates_huge_counts_in_integers),
		TEST(test_window_longer_than_life_says_what_it_covers),
		TEST(test_window_longer_than_history_says_what_it_covers),
		TEST(test_window_of_zero_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
