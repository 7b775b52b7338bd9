/* SPDX-License-Identifier: MIT */
#include "requests.h"

#define FAST SLI_MILLIS(1)

static struct sli_counts
totals(void)
{
	struct sli_counts c;

	assert_int_equal(sli_total_counts(ind, &c), SLI_OK);
	return c;
}

static struct sli_histogram *
latencies(enum sli_outcome outcome)
{
	struct sli_histogram *h = NULL;

	assert_int_equal(
	    sli_histogram_create(SLI_MICROS(1), SLI_SECONDS(60), 7, &h, NULL),
	    SLI_OK);
	assert_int_equal(
	    sli_window_histogram(ind, T0, SLI_MINUTES(1), outcome, h), SLI_OK);
	return h;
}

static uint64_t
latency_count(enum sli_outcome outcome)
{
	struct sli_histogram *h = latencies(outcome);
	uint64_t n = sli_histogram_count(h);

	sli_histogram_destroy(h);
	return n;
}

static void
test_record_each_outcome_is_counted_as_itself(void **state)
{
	struct sli_counts c;

	(void)state;
	sli_record(ind, T0, SLI_GOOD, FAST);
	sli_count(ind, T0, SLI_GOOD, 1);
	sli_record(ind, T0, SLI_BAD, FAST);
	sli_count(ind, T0, SLI_BAD, 10);
	sli_record(ind, T0, SLI_SHED, FAST);
	sli_count(ind, T0, SLI_SHED, 100);
	sli_record(ind, T0, SLI_IGNORED, FAST);
	sli_count(ind, T0, SLI_IGNORED, 1000);
	c = totals();
	assert_int_equal(c.good, 2);
	assert_int_equal(c.bad, 11);
	assert_int_equal(c.shed, 101);
	assert_int_equal(c.ignored, 1001);
	assert_int_equal(c.slow[0], 0);
	assert_true(c.window_ns == 0 && c.covered_ns == 0);
}

static void
test_record_only_good_and_bad_events_have_a_latency(void **state)
{
	(void)state;
	sli_record(ind, T0, SLI_GOOD, FAST);
	sli_record(ind, T0, SLI_BAD, FAST);
	sli_record(ind, T0, SLI_BAD, FAST);
	sli_record(ind, T0, SLI_SHED, FAST);
	sli_record(ind, T0, SLI_IGNORED, FAST);
	sli_count(ind, T0, SLI_GOOD, 50);
	assert_int_equal(latency_count(SLI_GOOD), 1);
	assert_int_equal(latency_count(SLI_BAD), 2);
}

/* Slow is above the threshold, to the nanosecond, whatever its bucket. */
static void
test_record_latency_at_the_threshold_is_not_slow(void **state)
{
	struct sli_counts c;

	(void)state;
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(100) - 1);
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(100));
	c = totals();
	assert_true(c.slow[0] == 0 && c.slow[1] == 0);

	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(100) + 1);
	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(1));
	c = totals();
	assert_true(c.slow[0] == 2 && c.slow[1] == 0);

	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(1) + 1);
	c = totals();
	assert_true(c.slow[0] == 3 && c.slow[1] == 1);
	assert_int_equal(c.good, 5);
}

static void
test_record_bad_event_is_slow_at_no_threshold(void **state)
{
	struct sli_counts c;

	(void)state;
	sli_record(ind, T0, SLI_BAD, SLI_SECONDS(50));
	c = totals();
	assert_true(c.bad == 1 && c.good == 0);
	assert_true(c.slow[0] == 0 && c.slow[1] == 0);
}

static void
test_record_thresholds_up_to_four_make_a_ladder(void **state)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	uint32_t count, k;
	uint64_t latency;
	struct sli_counts c;
	char name[2] = "0";

	(void)state;
	sli_registry_close(reg);
	for (count = 0; count <= SLI_THRESHOLDS_MAX; count++) {
		reg = small_registry();
		name[0] = (char)('a' + count);
		cfg.name = name;
		cfg.threshold_count = count;
		for (k = 0; k < count; k++)
			cfg.threshold_ns[k] = 10 * (k + 1);
		assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL),
		    SLI_OK);
		for (latency = 0; latency < 100; latency++)
			sli_record(ind, T0, SLI_GOOD, latency);
		c = totals();
		assert_int_equal(c.good, 100);
		for (k = 0; k < SLI_THRESHOLDS_MAX; k++)
			assert_int_equal(c.slow[k],
			    k < count ? 100 - 10 * (k + 1) - 1 : 0);
		if (count < SLI_THRESHOLDS_MAX)
			sli_registry_close(reg);
	}
}

/* A threshold that is not there is exceeded by nothing, UINT64_MAX included. */
static void
test_record_extreme_latencies_are_counted(void **state)
{
	struct sli_histogram *h;
	struct sli_bucket b;
	struct sli_counts c;
	uint32_t cursor = 0;

	(void)state;
	sli_record(ind, T0, SLI_GOOD, 0);
	sli_record(ind, T0, SLI_GOOD, UINT64_MAX);
	sli_record(ind, T0, SLI_BAD, UINT64_MAX);
	c = totals();
	assert_true(c.good == 2 && c.bad == 1);
	assert_true(c.slow[0] == 1 && c.slow[1] == 1 && c.slow[2] == 0);
	h = latencies(SLI_GOOD);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 1);
	assert_true(b.lower == 0 && b.count == 1);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 1);
	assert_true(b.upper == UINT64_MAX && b.count == 1);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 0);
	sli_histogram_destroy(h);
	assert_int_equal(latency_count(SLI_BAD), 1);
}

static void
test_record_unknown_outcome_counts_as_ignored(void **state)
{
	struct sli_counts c;

	(void)state;
	sli_record(ind, T0, (enum sli_outcome)4, FAST);
	sli_record(ind, T0, (enum sli_outcome) - 1, FAST);
	sli_count(ind, T0, (enum sli_outcome)0x7fffffff, 5);
	c = totals();
	assert_int_equal(c.ignored, 7);
	assert_int_equal(c.good + c.bad + c.shed, 0);
	assert_int_equal(latency_count(SLI_GOOD), 0);
}

static void
test_record_null_does_nothing(void **state)
{
	struct sli_writer *writer = NULL;

	(void)state;
	sli_record(NULL, T0, SLI_GOOD, FAST);
	sli_count(NULL, T0, SLI_GOOD, 1);
	sli_begin(NULL);
	sli_end(NULL);
	assert_int_equal(sli_in_flight(NULL), 0);
	assert_int_equal(sli_late_count(NULL), 0);
	sli_writer_record(NULL, ind, T0, SLI_GOOD, FAST);
	assert_int_equal(sli_writer_acquire(reg, &writer, NULL), SLI_OK);
	sli_writer_record(writer, NULL, T0, SLI_GOOD, FAST);
	sli_writer_release(NULL);
	assert_int_equal(totals().good, 0);
	assert_int_equal(sli_total_counts(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_total_counts(ind, NULL), SLI_EINVAL);
}

static void
test_count_of_none_does_nothing(void **state)
{
	struct sli_counts c;

	(void)state;
	sli_count(ind, T0 + SLI_DAYS(1), SLI_GOOD, 0);
	/* Not even time has passed: this is not late. */
	sli_count(ind, T0, SLI_GOOD, 1);
	c = totals();
	assert_int_equal(c.good, 1);
	assert_int_equal(sli_late_count(ind), 0);
}

static void
test_count_of_huge_numbers_is_exact(void **state)
{
	struct sli_counts c;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, UINT64_C(1) << 63);
	sli_count(ind, T0, SLI_GOOD, (UINT64_C(1) << 63) - 1);
	c = totals();
	assert_true(c.good == UINT64_MAX);
}

static void
test_record_late_is_counted_and_said_to_be_late(void **state)
{
	(void)state;
	sli_record(ind, T0, SLI_GOOD, FAST);
	sli_record(ind, T0 - 1, SLI_GOOD, FAST);
	sli_count(ind, T0 - SLI_HOURS(1), SLI_BAD, 3);
	sli_record(ind, LAST_TIME + 1, SLI_GOOD, FAST);
	assert_int_equal(sli_late_count(ind), 5);
	assert_int_equal(totals().good, 3);
	assert_int_equal(totals().bad, 3);
}

static void
test_in_flight_is_begun_less_ended(void **state)
{
	(void)state;
	assert_int_equal(sli_in_flight(ind), 0);
	sli_begin(ind);
	sli_begin(ind);
	sli_begin(ind);
	sli_end(ind);
	assert_int_equal(sli_in_flight(ind), 2);
	sli_end(ind);
	sli_end(ind);
	assert_int_equal(sli_in_flight(ind), 0);
	/* One end too many is somebody's bug, and not 2^64 - 1 in flight. */
	sli_end(ind);
	assert_int_equal(sli_in_flight(ind), 0);
	assert_int_equal(totals().good, 0);
}

static void
test_writer_counts_like_any_recorder(void **state)
{
	struct sli_writer *writer = NULL;
	struct sli_counts c;

	(void)state;
	assert_int_equal(sli_writer_acquire(reg, &writer, NULL), SLI_OK);
	sli_writer_record(writer, ind, T0, SLI_GOOD, SLI_MILLIS(100) + 1);
	sli_writer_record(writer, ind, T0, SLI_BAD, FAST);
	sli_writer_record(writer, ind, T0, SLI_SHED, FAST);
	sli_writer_record(writer, ind, T0, SLI_IGNORED, FAST);
	sli_record(ind, T0, SLI_GOOD, FAST);
	c = totals();
	assert_true(c.good == 2 && c.slow[0] == 1 && c.bad == 1);
	assert_true(c.shed == 1 && c.ignored == 1);
	assert_int_equal(latency_count(SLI_GOOD), 2);
	sli_writer_record(writer, ind, T0 - 1, SLI_GOOD, FAST);
	assert_int_equal(sli_late_count(ind), 1);
}

static void
test_writer_shards_run_out_and_come_back(void **state)
{
	struct sli_writer *a = NULL, *b = NULL, *c = NULL;
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_writer_acquire(reg, &a, NULL), SLI_OK);
	assert_int_equal(sli_writer_acquire(reg, &b, NULL), SLI_OK);
	assert_ptr_not_equal(a, b);
	assert_int_equal(sli_writer_acquire(reg, &c, &err), SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "writer_shards", "2");
	assert_null(c);

	/* What was counted stays when the shard changes hands. */
	sli_writer_record(a, ind, T0, SLI_GOOD, FAST);
	sli_writer_release(a);
	assert_int_equal(totals().good, 1);
	assert_int_equal(sli_writer_acquire(reg, &c, NULL), SLI_OK);
	sli_writer_record(c, ind, T0, SLI_GOOD, FAST);
	assert_int_equal(totals().good, 2);

	assert_int_equal(sli_writer_acquire(NULL, &c, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "registry", "NULL");
	assert_int_equal(sli_writer_acquire(reg, NULL, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "out", "NULL");
}

static void
test_record_through_atomic_shards_counts_the_same(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_counts c;
	int i;

	(void)state;
	sli_registry_close(reg);
	cfg.max_indicators = 1;
	cfg.recorder = SLI_RECORDER_ATOMIC;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	ind = add_indicator(reg, "requests");
	for (i = 0; i < 1000; i++)
		sli_record(ind, T0, i % 4 ? SLI_GOOD : SLI_BAD, SLI_MILLIS(i));
	c = totals();
	assert_true(c.good == 750 && c.bad == 250);
	/* Of 101..999: 899, less the bad ones, 104..996 by fours. */
	assert_int_equal(c.slow[0], 899 - 224);
	assert_int_equal(latency_count(SLI_GOOD), 750);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_record_each_outcome_is_counted_as_itself),
		TEST(test_record_only_good_and_bad_events_have_a_latency),
		TEST(test_record_latency_at_the_threshold_is_not_slow),
		TEST(test_record_bad_event_is_slow_at_no_threshold),
		TEST(test_record_thresholds_up_to_four_make_a_ladder),
		TEST(test_record_extreme_latencies_are_counted),
		TEST(test_record_unknown_outcome_counts_as_ignored),
		TEST(test_record_null_does_nothing),
		TEST(test_count_of_none_does_nothing),
		TEST(test_count_of_huge_numbers_is_exact),
		TEST(test_record_late_is_counted_and_said_to_be_late),
		TEST(test_in_flight_is_begun_less_ended),
		TEST(test_writer_counts_like_any_recorder),
		TEST(test_writer_shards_run_out_and_come_back),
		TEST(test_record_through_atomic_shards_counts_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
