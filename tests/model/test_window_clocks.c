/* SPDX-License-Identifier: MIT */
#include "../support/common.h"
#include "../support/requests.h"

/*
 * What clocks did to other sliding windows: they step back and forth, they
 * stand still, and nobody records for longer than there is history.
 */

/* resilience4j: 1000, 901, 505, 10 left after 0, 1, 5, 10 such records. */
static void
test_window_clock_back_ten_records_keeps_all(void **state)
{
	uint64_t now_ns = START + SLI_SECONDS(10);

	(void)state;
	record_seconds(START, 10, 100);
	for (uint64_t i = 1; i <= 10; i++) {
		record(now_ns - SLI_SECONDS(5));
		assert_int_equal(good_in(now_ns, SLI_SECONDS(10)), 1000 + i);
	}
	assert_int_equal(sli_late_count(requests), 10);
}

/* Hystrix, failsafe, finagle: the window stands still from then on. */
static void
test_window_clock_back_for_good_moves_on_after_60_slots(void **state)
{
	uint64_t back_ns = START - SLI_HOURS(1);
	uint64_t good;

	(void)state;
	record_seconds(START, 10, 10);
	record_seconds(back_ns, 120, 10);
	good = good_in(back_ns + SLI_SECONDS(120), SLI_SECONDS(10));
	assert_in_range(good, 100, 110);
	assert_int_equal(good_in_total(), 1300);
	assert_int_equal(sli_late_count(requests), 600);
}

/* Sentinel #586 loses events that come while the clock is back. */
static void
test_window_clock_back_and_forth_keeps_every_event(void **state)
{
	uint64_t now_ns = START;

	(void)state;
	record(START + SLI_HOURS(1));
	for (uint64_t i = 0; i < 100; i++, now_ns += SLI_SECONDS(1)) {
		record(now_ns);
		record(now_ns + SLI_HOURS(1));
		assert_int_equal(good_in_total(), 3 + 2 * i);
		assert_int_equal(good_in(now_ns + SLI_HOURS(1), SLI_DAYS(1)),
		    3 + 2 * i);
	}
	assert_int_equal(sli_late_count(requests), 100);
}

/* Virtual machines: pulsar #23930. */
static void
test_window_clock_leaps_both_ways_never_negative(void **state)
{
	static const int64_t leap_s[] = { 86400, -3600, 7200, -90000, 5, -7,
		100000, -100000, 200000 };
	uint64_t now_ns = START;

	(void)state;
	record_seconds(START, 1, 1000);
	for (size_t i = 0; i < LENGTH(leap_s); i++) {
		now_ns += (uint64_t)leap_s[i] * SLI_SECONDS(1);
		for (uint64_t n = 0; n < 5; n++) {
			now_ns += SLI_SECONDS(1);
			record(now_ns);
			assert_in_range(good_in(now_ns, SLI_SECONDS(1)), 1,
			    good_in_total());
		}
	}
	assert_int_equal(good_in_total(), 1000 + 9 * 5);
	assert_int_equal(good_in(now_ns, SLI_DAYS(30)), 1000 + 9 * 5);
}

/* Suspend: the time that has passed is an idle gap. */
static void
test_window_clock_leaps_forward_leaves_old_events_behind(void **state)
{
	uint64_t now_ns = START + SLI_HOURS(6);

	(void)state;
	record_seconds(START, 10, 10);
	record(now_ns);
	assert_int_equal(good_in(now_ns, SLI_HOURS(1)), 1);
	assert_int_equal(good_in(now_ns, SLI_HOURS(6)), 101);
	assert_int_equal(sli_late_count(requests), 0);
}

static void
test_window_no_time_past_2_to_the_62_moves_nothing(void **state)
{
	(void)state;
	record_seconds(START, 10, 10);
	record(UINT64_MAX);
	record(LAST_TIME + 1);
	assert_int_equal(good_in(UINT64_MAX, SLI_DAYS(1)), 102);
	assert_int_equal(sli_late_count(requests), 2);
	record_seconds(START + SLI_SECONDS(10), 10, 10);
	assert_int_equal(sli_late_count(requests), 2);
	assert_int_equal(good_in(START + SLI_SECONDS(20), SLI_SECONDS(10)),
	    100);
}

/*
 * The clock of most events stands still while some come from a source that lags
 * and runs: that is no reason to follow the one that lags.
 */
static void
test_window_lagging_source_does_not_take_the_clock_over(void **state)
{
	uint64_t lagging_ns = START - SLI_HOURS(1);

	(void)state;
	record_seconds(START, 2, 100);
	for (uint64_t s = 0; s < 1000; s++) {
		record(lagging_ns + SLI_SECONDS(s));
		if (s % 10 == 0)
			record(START + SLI_SECONDS(1));
	}
	assert_int_equal(sli_late_count(requests), 1000);
	assert_int_equal(good_in(START + SLI_SECONDS(2), SLI_SECONDS(1)),
	    100 + 1100);
}

/* Every leap to the end of time and back moves history on by as much. */
static void
test_window_clock_at_the_end_of_time_keeps_all(void **state)
{
	uint64_t events = 0;

	(void)state;
	for (uint64_t i = 0; i < 8; i++) {
		record_seconds(START, 70, 10);
		record(LAST_TIME);
		events += 701;
		assert_int_equal(good_in_total(), events);
		assert_in_range(good_in(LAST_TIME, SLI_SECONDS(10)), 1, events);
		assert_int_equal(good_in(LAST_TIME, UINT64_MAX), events);
	}
}

/* micrometer PR 7754 wiped the ring on each record after a night. */
static void
test_window_idle_longer_than_ring_keeps_what_comes_after(void **state)
{
	static const uint64_t idle_ns[] = { SLI_SECONDS(128), SLI_SECONDS(129),
		SLI_MINUTES(64), SLI_HOURS(12), SLI_DAYS(3), SLI_DAYS(34) };
	uint64_t now_ns = START;

	(void)state;
	for (size_t i = 0; i < LENGTH(idle_ns); i++) {
		record_seconds(now_ns, 50, 3);
		now_ns += SLI_SECONDS(50);
		assert_int_equal(good_in(now_ns, SLI_SECONDS(50)), 150);
		assert_int_equal(good_in(now_ns, SLI_SECONDS(100)), 150);
		assert_int_equal(good_in(now_ns, SLI_SECONDS(7)), 21);
		now_ns += idle_ns[i];
		assert_int_equal(good_in(now_ns, SLI_SECONDS(120)), 0);
	}
}

/* rubyist PR 36 reset only one slot after idling. */
static void
test_window_idle_shorter_than_ring_leaves_no_old_slot(void **state)
{
	uint64_t now_ns = START + SLI_SECONDS(100);

	(void)state;
	record_seconds(START, 50, 3);
	record(now_ns);
	for (uint64_t s = 1; s <= 50; s++)
		assert_int_equal(good_in(now_ns, SLI_SECONDS(s)), 1);
	assert_int_equal(good_in(now_ns, SLI_SECONDS(51)), 4);
}

/* Half of the slot before a gap has half of its events. */
static void
test_window_idle_gap_does_not_stretch_the_slot_before_it(void **state)
{
	uint64_t now_ns = START + SLI_SECONDS(60);

	(void)state;
	record(START - SLI_SECONDS(1));
	sli_count(requests, START, SLI_GOOD, 100);
	record(now_ns);
	assert_int_equal(good_in(now_ns, SLI_MILLIS(59500)), 51);
	assert_int_equal(good_in(now_ns, SLI_SECONDS(59)), 1);
}

/* finagle's WindowedAdder drops the remainder and shows 10. */
static void
test_window_phase_drift_one_event_per_1900ms_counts_six(void **state)
{
	uint64_t step_ns = SLI_MILLIS(1900), next_ns = START, most = 0;

	(void)state;
	for (uint64_t s = 1; s <= 100; s++) {
		uint64_t now_ns = START + SLI_SECONDS(s), good;

		for (; next_ns < now_ns; next_ns += step_ns)
			record(next_ns);
		good = good_in(now_ns, SLI_SECONDS(10));
		assert_in_range(good, s < 10 ? 1 : 5, 6);
		most = good > most ? good : most;
	}
	assert_int_equal(most, 6);
}

/* axonhub PR 1567: zero, until somebody wrote in the new minute. */
static void
test_window_first_reader_of_new_slot_sees_old_counts(void **state)
{
	(void)state;
	record_seconds(START, 10, 10);
	assert_int_equal(good_in(START + SLI_SECONDS(10), SLI_SECONDS(10)),
	    100);
	assert_int_equal(good_in(START + SLI_SECONDS(11), SLI_SECONDS(10)), 90);
}

/* failsafe's reads stay what they were when nobody writes. */
static void
test_window_reads_show_time_passing_without_writes(void **state)
{
	(void)state;
	record_seconds(START, 10, 10);
	for (uint64_t s = 0; s < 20; s++)
		assert_int_equal(
		    good_in(START + SLI_SECONDS(10 + s), SLI_SECONDS(10)),
		    s < 10 ? 100 - 10 * s : 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, requests_setup, requests_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_window_clock_back_ten_records_keeps_all),
		TEST(test_window_clock_back_for_good_moves_on_after_60_slots),
		TEST(test_window_clock_back_and_forth_keeps_every_event),
		TEST(test_window_clock_leaps_both_ways_never_negative),
		TEST(test_window_clock_leaps_forward_leaves_old_events_behind),
		TEST(test_window_no_time_past_2_to_the_62_moves_nothing),
		TEST(test_window_lagging_source_does_not_take_the_clock_over),
		TEST(test_window_clock_at_the_end_of_time_keeps_all),
		TEST(test_window_idle_longer_than_ring_keeps_what_comes_after),
		TEST(test_window_idle_shorter_than_ring_leaves_no_old_slot),
		TEST(test_window_idle_gap_does_not_stretch_the_slot_before_it),
		TEST(test_window_phase_drift_one_event_per_1900ms_counts_six),
		TEST(test_window_first_reader_of_new_slot_sees_old_counts),
		TEST(test_window_reads_show_time_passing_without_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
