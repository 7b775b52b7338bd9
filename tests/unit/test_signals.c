/* SPDX-License-Identifier: MIT */
#include <sli/context.h>

#include "requests.h"

static struct sli_signals
signals_of(struct sli_indicator *of, uint64_t now_ns, uint64_t window_ns)
{
	struct sli_signals s;

	memset(&s, 0xa5, sizeof(s));
	assert_int_equal(sli_signals(of, now_ns, window_ns, &s), SLI_OK);
	return s;
}

/* So many good events in each second of [from_ns, from_ns + seconds). */
static void
serve(struct sli_indicator *by, uint64_t from_ns, uint64_t seconds, uint64_t n,
    uint64_t latency_ns)
{
	uint64_t s, i;

	for (s = 0; s < seconds; s++)
		for (i = 0; i < n; i++)
			sli_record(by, from_ns + SLI_SECONDS(s) + i, SLI_GOOD,
			    latency_ns);
}

static void
test_signals_are_of_the_window(void **state)
{
	struct sli_signals s;
	uint64_t i;

	(void)state;
	sli_count(ind, T0, SLI_BAD, 1000); /* before the window */
	for (i = 1; i <= 100; i++)
		sli_record(ind, T0 + SLI_MINUTES(9), SLI_GOOD, SLI_MILLIS(i));
	sli_count(ind, T0 + SLI_MINUTES(9), SLI_BAD, 25);
	sli_count(ind, T0 + SLI_MINUTES(9), SLI_SHED, 50);
	sli_count(ind, T0 + SLI_MINUTES(9), SLI_IGNORED, 5);
	s = signals_of(ind, T0 + SLI_MINUTES(10), SLI_MINUTES(5));
	assert_int_equal(s.window_ns, SLI_MINUTES(5));
	assert_int_equal(s.covered_ns, SLI_MINUTES(5));
	assert_int_equal(s.counts.good, 100);
	assert_int_equal(s.counts.bad, 25);
	assert_near(s.rate, 180 / 300.0);
	assert_near(s.error_ratio, 0.2);
	assert_true(s.has_latency);
	assert_in_range(s.p50_ns, SLI_MILLIS(50), SLI_MILLIS(51));
	assert_in_range(s.p90_ns, SLI_MILLIS(90), SLI_MILLIS(92));
	assert_in_range(s.p99_ns, SLI_MILLIS(99), SLI_MILLIS(101));
}

static void
test_signals_of_nothing_are_zero(void **state)
{
	struct sli_signals s = signals_of(ind, T0, SLI_MINUTES(5));

	(void)state;
	assert_int_equal(s.counts.good, 0);
	assert_near(s.rate, 0);
	assert_near(s.error_ratio, 0);
	assert_false(s.has_latency);
	assert_int_equal(s.p50_ns + s.p90_ns + s.p99_ns, 0);
	assert_near(s.capacity, 0);
	assert_near(s.saturation, 0);
	assert_int_equal(sli_signals(NULL, T0, 1, &s), SLI_EINVAL);
	assert_int_equal(sli_signals(ind, T0, 0, &s), SLI_EINVAL);
	assert_int_equal(sli_signals(ind, T0, 1, NULL), SLI_EINVAL);
}

/* Latency rings reach over 70 min; the rest is told all the same. */
static void
test_signals_of_a_long_window_have_no_latency(void **state)
{
	struct sli_signals s;

	(void)state;
	serve(ind, T0, 10, 10, SLI_MILLIS(5));
	s = signals_of(ind, T0 + SLI_SECONDS(10), SLI_DAYS(1));
	assert_int_equal(s.counts.good, 100);
	/* By the time that there is history of, not by a day. */
	assert_near(s.rate, 10);
	assert_false(s.has_latency);
}

static void
test_signals_capacity_may_be_configured(void **state)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *pool = NULL;
	struct sli_signals s;
	int i;

	(void)state;
	cfg.name = "pool";
	cfg.capacity = 8;
	assert_int_equal(sli_indicator_register(reg, &cfg, &pool, NULL),
	    SLI_OK);
	for (i = 0; i < 10; i++)
		sli_begin(pool);
	s = signals_of(pool, T0, SLI_MINUTES(1));
	assert_int_equal(s.in_flight, 10);
	assert_near(s.capacity, 8);
	assert_false(s.capacity_is_learned);
	assert_near(s.saturation, 1.25);
}

/*
 * 200 a second at 50 ms are ten in flight. When it queues, latency goes up and
 * the rate does not: ten is what it stays at, and a hundred are ten times that.
 */
static void
test_signals_capacity_is_learned(void **state)
{
	uint64_t now_ns = T0 + SLI_MINUTES(12);
	struct sli_signals s;
	int i;

	(void)state;
	serve(ind, T0, 300, 100, SLI_MILLIS(50));
	serve(ind, T0 + SLI_MINUTES(5), 300, 200, SLI_MILLIS(50));
	serve(ind, T0 + SLI_MINUTES(10), 120, 200, SLI_MILLIS(500));
	for (i = 0; i < 100; i++)
		sli_begin(ind);
	s = signals_of(ind, now_ns, SLI_MINUTES(1));
	assert_true(s.capacity_is_learned);
	assert_true(s.capacity > 9.9 && s.capacity < 10.1);
	assert_true(s.saturation > 9.9 && s.saturation < 10.1);
	/* It is remembered for an hour, and no longer. */
	serve(ind, now_ns, 2880, 1, SLI_MILLIS(500));
	s = signals_of(ind, T0 + SLI_HOURS(1), SLI_MINUTES(1));
	assert_true(s.capacity > 9.9 && s.capacity < 10.1);
	serve(ind, T0 + SLI_HOURS(1), 1800, 2, SLI_SECONDS(2));
	s = signals_of(ind, T0 + SLI_MINUTES(90), SLI_MINUTES(1));
	assert_true(s.capacity > 0.99 && s.capacity < 1.01);
}

/* Six slots of 10 s, closed ones, and a mean of twenty. */
static void
test_signals_capacity_is_not_known_too_soon(void **state)
{
	struct sli_signals s;

	(void)state;
	serve(ind, T0, 59, 10, SLI_MILLIS(500));
	s = signals_of(ind, T0 + SLI_SECONDS(59), SLI_MINUTES(1));
	assert_near(s.capacity, 0);
	s = signals_of(ind, T0 + SLI_SECONDS(60), SLI_MINUTES(1));
	assert_true(s.capacity > 4.9 && s.capacity < 5.1);
}

static void
test_signals_capacity_is_not_made_of_counts_alone(void **state)
{
	struct sli_signals s;

	(void)state;
	count_each_second(ind, T0, 120, SLI_GOOD, 100);
	s = signals_of(ind, T0 + SLI_SECONDS(120), SLI_MINUTES(1));
	assert_near(s.capacity, 0);
	assert_near(s.saturation, 0);
}

/* A burst in the open slot is no rate, and idle hours are no mean. */
static void
test_signals_capacity_leaves_the_open_slot_and_gaps_out(void **state)
{
	uint64_t now_ns = T0 + SLI_MINUTES(40);
	struct sli_signals s;

	(void)state;
	serve(ind, T0, 60, 100, SLI_MILLIS(100));
	serve(ind, now_ns, 60, 100, SLI_MILLIS(100));
	serve(ind, now_ns + SLI_SECONDS(60), 1, 50000, SLI_MILLIS(1));
	s = signals_of(ind, now_ns + SLI_SECONDS(61), SLI_MINUTES(1));
	assert_true(s.capacity > 9.9 && s.capacity < 10.1);
}

/* A service of a request a minute can still serve one. */
static void
test_signals_capacity_is_at_least_one(void **state)
{
	struct sli_signals s;

	(void)state;
	serve(ind, T0, 60, 1, SLI_MILLIS(1));
	sli_begin(ind);
	s = signals_of(ind, T0 + SLI_SECONDS(60), SLI_MINUTES(1));
	assert_near(s.capacity, 1);
	assert_near(s.saturation, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_signals_are_of_the_window),
		TEST(test_signals_of_nothing_are_zero),
		TEST(test_signals_of_a_long_window_have_no_latency),
		TEST(test_signals_capacity_may_be_configured),
		TEST(test_signals_capacity_is_learned),
		TEST(test_signals_capacity_is_not_known_too_soon),
		TEST(test_signals_capacity_is_not_made_of_counts_alone),
		TEST(test_signals_capacity_leaves_the_open_slot_and_gaps_out),
		TEST(test_signals_capacity_is_at_least_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
