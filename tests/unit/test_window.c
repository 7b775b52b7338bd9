/* SPDX-License-Identifier: MIT */
/*
 * Windows by small examples; tests/model has the random ones and the pitfalls
 * of other libraries.
 */
#include "requests.h"

static struct sli_counts
window(uint64_t now_ns, uint64_t window_ns)
{
	struct sli_counts c;

	assert_int_equal(sli_window_counts(ind, now_ns, window_ns, &c), SLI_OK);
	return c;
}

static uint64_t
good_of(uint64_t now_ns, uint64_t window_ns)
{
	return window(now_ns, window_ns).good;
}

static void
test_window_ends_now_and_starts_its_length_before(void **state)
{
	uint64_t now = T0 + SLI_SECONDS(10), n;

	(void)state;
	/* 1, 2, 4 ... in seconds 0, 1, 2 ... of ten. */
	for (n = 0; n < 10; n++)
		sli_count(ind, T0 + SLI_SECONDS(n), SLI_GOOD, 1u << n);
	assert_int_equal(good_of(now, SLI_SECONDS(1)), 1 << 9);
	assert_int_equal(good_of(now, SLI_SECONDS(2)), 3 << 8);
	assert_int_equal(good_of(now, SLI_SECONDS(9)), 1022);
	assert_int_equal(good_of(now, SLI_SECONDS(10)), 1023);
	assert_int_equal(good_of(now, SLI_DAYS(30)), 1023);
}

static void
test_window_keeps_outcomes_and_thresholds_apart(void **state)
{
	uint64_t now = T0 + SLI_SECONDS(20);
	struct sli_counts c;

	(void)state;
	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(2)); /* before the window */
	sli_record(ind, now, SLI_GOOD, SLI_MILLIS(200));
	sli_record(ind, now, SLI_GOOD, 0);
	sli_record(ind, now, SLI_BAD, 0);
	sli_count(ind, now, SLI_SHED, 2);
	sli_count(ind, now, SLI_IGNORED, 3);
	c = window(now, SLI_SECONDS(10));
	assert_true(c.good == 2 && c.bad == 1 && c.shed == 2 && c.ignored == 3);
	assert_true(c.slow[0] == 1 && c.slow[1] == 0);
	assert_true(c.window_ns == SLI_SECONDS(10));
	assert_true(c.covered_ns == SLI_SECONDS(10));
	c = window(now, SLI_MINUTES(1));
	assert_true(c.good == 3 && c.slow[0] == 2 && c.slow[1] == 1);
}

/* Each ring, read back at an edge that only it reaches. */
static void
test_window_on_each_ring_is_exact_at_its_boundaries(void **state)
{
	static const struct {
		uint64_t window_ns, before_ns;
	} rings[] = {
		{ SLI_SECONDS(127), SLI_SECONDS(1) },
		{ SLI_SECONDS(130), SLI_SECONDS(10) },
		{ SLI_MINUTES(63), SLI_SECONDS(10) },
		{ SLI_MINUTES(65), SLI_MINUTES(5) },
		{ SLI_HOURS(74), SLI_MINUTES(5) },
		{ SLI_HOURS(76), SLI_HOURS(2) },
		{ SLI_DAYS(33), SLI_HOURS(2) },
	};
	uint64_t now = T0 + SLI_DAYS(40), edge;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(rings); i++) {
		teardown(NULL);
		setup(NULL);
		edge = now - rings[i].window_ns;
		sli_count(ind, edge - 2 * rings[i].before_ns, SLI_GOOD, 1);
		sli_count(ind, edge - 1, SLI_GOOD, 10);
		sli_count(ind, edge, SLI_GOOD, 100);
		sli_count(ind, now, SLI_GOOD, 1000);
		assert_int_equal(good_of(now, rings[i].window_ns), 1100);
		assert_true(window(now, rings[i].window_ns).covered_ns ==
		    rings[i].window_ns);
	}
}

/* 100 events in one slot, of which a window's edge leaves a part. */
static void
test_window_edge_inside_a_slot_is_interpolated(void **state)
{
	uint64_t now = T0 + SLI_SECONDS(60);

	(void)state;
	sli_advance(reg, T0 - SLI_SECONDS(10));
	sli_count(ind, T0, SLI_GOOD, 100);
	sli_advance(reg, T0 + SLI_SECONDS(1));
	assert_int_equal(good_of(now, SLI_SECONDS(60)), 100);
	assert_int_equal(good_of(now, SLI_MILLIS(59750)), 75);
	assert_int_equal(good_of(now, SLI_MILLIS(59001)), 1);
	assert_int_equal(good_of(now, SLI_SECONDS(59)), 0);
}

static void
test_window_inside_the_open_slot_has_its_part(void **state)
{
	(void)state;
	sli_advance(reg, T0 - SLI_SECONDS(10));
	sli_count(ind, T0, SLI_GOOD, 100);
	assert_int_equal(good_of(T0 + SLI_MILLIS(500), SLI_SECONDS(1)), 100);
	assert_int_equal(good_of(T0 + SLI_MILLIS(500), SLI_MILLIS(500)), 100);
	assert_int_equal(good_of(T0 + SLI_MILLIS(500), SLI_MILLIS(250)), 50);
}

static void
test_window_of_a_young_indicator_covers_its_life(void **state)
{
	(void)state;
	assert_true(window(T0, SLI_DAYS(30)).covered_ns == 0);
	sli_count(ind, T0, SLI_GOOD, 7);
	assert_true(window(T0 + SLI_SECONDS(5), SLI_DAYS(30)).covered_ns ==
	    SLI_SECONDS(5));
	assert_true(window(T0 + SLI_SECONDS(5), SLI_SECONDS(3)).covered_ns ==
	    SLI_SECONDS(3));
	assert_int_equal(good_of(T0 + SLI_SECONDS(5), SLI_DAYS(30)), 7);
}

/* A replay may start its clock at 0. */
static void
test_window_of_a_clock_that_starts_at_zero(void **state)
{
	(void)state;
	sli_count(ind, 0, SLI_GOOD, 1);
	sli_count(ind, SLI_SECONDS(100), SLI_GOOD, 10);
	assert_int_equal(good_of(SLI_SECONDS(100), SLI_SECONDS(1)), 10);
	assert_int_equal(good_of(SLI_SECONDS(100), SLI_SECONDS(100)), 11);
	assert_int_equal(sli_late_count(ind), 0);
}

static void
test_window_longer_than_history_covers_what_there_is(void **state)
{
	uint64_t now = T0 + SLI_DAYS(100);
	struct sli_counts c;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 1);
	sli_count(ind, now - SLI_DAYS(10), SLI_GOOD, 10);
	c = window(now, SLI_DAYS(60));
	assert_true(c.good == 10);
	assert_true(c.window_ns == SLI_DAYS(60));
	assert_true(c.covered_ns < SLI_DAYS(60));
}

static void
test_window_of_wrong_arguments_is_refused(void **state)
{
	struct sli_counts c = { .good = 7 };

	(void)state;
	assert_int_equal(sli_window_counts(NULL, T0, 1, &c), SLI_EINVAL);
	assert_int_equal(sli_window_counts(ind, T0, 1, NULL), SLI_EINVAL);
	assert_int_equal(sli_window_counts(ind, T0, 0, &c), SLI_EINVAL);
	assert_int_equal(c.good, 7);
}

/* A reader's clock may lag, or be broken: no window is negative for it. */
static void
test_window_read_at_odd_times_is_of_the_open_slot(void **state)
{
	(void)state;
	sli_count(ind, T0, SLI_GOOD, 1);
	sli_count(ind, T0 + SLI_SECONDS(100), SLI_GOOD, 10);
	assert_int_equal(good_of(T0, SLI_SECONDS(50)), 10);
	assert_int_equal(good_of(0, SLI_SECONDS(50)), 10);
	assert_int_equal(good_of(UINT64_MAX, SLI_SECONDS(50)), 10);
	assert_int_equal(good_of(T0, UINT64_MAX), 11);
	assert_int_equal(good_of(T0 + SLI_SECONDS(100), SLI_SECONDS(50)), 10);
}

static uint64_t
quantile(uint64_t now_ns, uint64_t window_ns, enum sli_outcome outcome,
    double q)
{
	uint64_t ns = 0;

	assert_int_equal(
	    sli_window_quantile(ind, now_ns, window_ns, outcome, q, &ns),
	    SLI_OK);
	return ns;
}

static void
test_window_quantile_is_of_its_outcome_and_time(void **state)
{
	uint64_t now = T0 + SLI_SECONDS(30), ns;

	(void)state;
	/* Below 2^7 ns all is underflow, and 64 us is a bucket's start. */
	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(30));
	sli_record(ind, now - 1, SLI_GOOD, 65536);
	sli_record(ind, now - 1, SLI_BAD, 131072);
	ns = quantile(now, SLI_SECONDS(10), SLI_GOOD, 1.0);
	assert_true(ns >= 65536 && ns < 65536 + 1024);
	assert_true(quantile(now, SLI_SECONDS(10), SLI_GOOD, 0.0) == 65536);
	ns = quantile(now, SLI_SECONDS(10), SLI_BAD, 0.5);
	assert_true(ns >= 131072 && ns < 131072 + 2048);
	ns = quantile(now, SLI_MINUTES(1), SLI_GOOD, 1.0);
	assert_true(ns >= SLI_SECONDS(30) && ns < SLI_SECONDS(31));
}

static void
test_window_quantile_reaches_as_far_as_the_last_ring(void **state)
{
	(void)state;
	sli_record(ind, T0, SLI_GOOD, 65536);
	assert_true(quantile(T0 + SLI_MINUTES(70), SLI_MINUTES(70), SLI_GOOD,
			0.0) == 65536);
}

static void
test_window_quantile_of_no_event_is_no_data(void **state)
{
	uint64_t ns = 7;

	(void)state;
	assert_int_equal(
	    sli_window_quantile(ind, T0, SLI_SECONDS(10), SLI_GOOD, 0.5, &ns),
	    SLI_ENODATA);
	sli_record(ind, T0, SLI_BAD, 1);
	assert_int_equal(
	    sli_window_quantile(ind, T0, SLI_SECONDS(10), SLI_GOOD, 0.5, &ns),
	    SLI_ENODATA);
	sli_record(ind, T0, SLI_GOOD, 1);
	assert_int_equal(sli_window_quantile(ind, T0 + SLI_MINUTES(10),
			     SLI_SECONDS(10), SLI_GOOD, 0.5, &ns),
	    SLI_ENODATA);
	assert_int_equal(ns, 7);
}

static void
test_window_quantile_of_wrong_arguments_is_refused(void **state)
{
	static const struct {
		uint64_t window_ns;
		enum sli_outcome outcome;
		double q;
		int status;
	} cases[] = {
		{ 0, SLI_GOOD, 0.5, SLI_EINVAL },
		{ SLI_SECONDS(10), SLI_SHED, 0.5, SLI_EINVAL },
		{ SLI_SECONDS(10), SLI_IGNORED, 0.5, SLI_EINVAL },
		{ SLI_SECONDS(10), (enum sli_outcome)9, 0.5, SLI_EINVAL },
		{ SLI_SECONDS(10), SLI_GOOD, -0.1, SLI_EINVAL },
		{ SLI_SECONDS(10), SLI_GOOD, 99.0, SLI_EINVAL },
		{ SLI_MINUTES(70) + 1, SLI_GOOD, 0.5, SLI_ERANGE },
	};
	struct sli_histogram *h = NULL;
	uint64_t ns = 7;
	size_t i;

	(void)state;
	assert_int_equal(sli_histogram_create(1, 2, 0, &h, NULL), SLI_OK);
	sli_record(ind, T0, SLI_GOOD, 1);
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(
		    sli_window_quantile(ind, T0, cases[i].window_ns,
			cases[i].outcome, cases[i].q, &ns),
		    cases[i].status);
		if (cases[i].q != 0.5)
			continue;
		assert_int_equal(sli_window_histogram(ind, T0,
				     cases[i].window_ns, cases[i].outcome, h),
		    cases[i].status);
	}
	assert_int_equal(sli_window_quantile(NULL, T0, 1, SLI_GOOD, 0.5, &ns),
	    SLI_EINVAL);
	assert_int_equal(sli_window_quantile(ind, T0, 1, SLI_GOOD, 0.5, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_window_histogram(NULL, T0, 1, SLI_GOOD, h),
	    SLI_EINVAL);
	assert_int_equal(sli_window_histogram(ind, T0, 1, SLI_GOOD, NULL),
	    SLI_EINVAL);
	assert_int_equal(ns, 7);
	assert_int_equal(sli_histogram_count(h), 0);
	sli_histogram_destroy(h);
}

/* It merges: into other buckets too, and beside what is there already. */
static void
test_window_histogram_adds_to_what_is_there(void **state)
{
	struct sli_histogram *h = NULL;

	(void)state;
	assert_int_equal(sli_histogram_create(0, 1 << 30, 10, &h, NULL),
	    SLI_OK);
	sli_histogram_record(h, 5, 2);
	sli_record(ind, T0, SLI_GOOD, 65536);
	sli_record(ind, T0, SLI_GOOD, 0);
	assert_int_equal(
	    sli_window_histogram(ind, T0, SLI_SECONDS(10), SLI_GOOD, h),
	    SLI_OK);
	assert_int_equal(sli_histogram_count(h), 4);
	assert_int_equal(
	    sli_window_histogram(ind, T0, SLI_SECONDS(10), SLI_BAD, h), SLI_OK);
	assert_int_equal(sli_histogram_count(h), 4);
	sli_histogram_destroy(h);
}

/* One level is enough of a history. */
static void
test_window_of_a_single_ring(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	(void)state;
	teardown(NULL);
	cfg.max_indicators = 1;
	cfg.history[0].slot_ns = SLI_SECONDS(1);
	cfg.history[0].slots = 4;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	ind = add_indicator(reg, "requests");
	count_each_second(ind, T0, 10, SLI_GOOD, 1);
	assert_int_equal(good_of(T0 + SLI_SECONDS(10), SLI_SECONDS(3)), 3);
	assert_int_equal(good_of(T0 + SLI_SECONDS(10), SLI_SECONDS(4)), 3);
	assert_true(window(T0 + SLI_SECONDS(10), SLI_SECONDS(4)).covered_ns ==
	    SLI_SECONDS(3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_window_ends_now_and_starts_its_length_before),
		TEST(test_window_keeps_outcomes_and_thresholds_apart),
		TEST(test_window_on_each_ring_is_exact_at_its_boundaries),
		TEST(test_window_edge_inside_a_slot_is_interpolated),
		TEST(test_window_inside_the_open_slot_has_its_part),
		TEST(test_window_of_a_young_indicator_covers_its_life),
		TEST(test_window_of_a_clock_that_starts_at_zero),
		TEST(test_window_longer_than_history_covers_what_there_is),
		TEST(test_window_of_wrong_arguments_is_refused),
		TEST(test_window_read_at_odd_times_is_of_the_open_slot),
		TEST(test_window_quantile_is_of_its_outcome_and_time),
		TEST(test_window_quantile_reaches_as_far_as_the_last_ring),
		TEST(test_window_quantile_of_no_event_is_no_data),
		TEST(test_window_quantile_of_wrong_arguments_is_refused),
		TEST(test_window_histogram_adds_to_what_is_there),
		TEST(test_window_of_a_single_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
