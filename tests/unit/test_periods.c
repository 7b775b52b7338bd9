/* SPDX-License-Identifier: MIT */
/*
 * Budgets over calendar periods. T0 is 2025-01-01 00:00 UTC, a Wednesday.
 */
#include "slos.h"

static struct sli_slo_config
monthly(const char *zone)
{
	struct sli_slo_config cfg = config(0.9);

	cfg.calendar = SLI_MONTH;
	cfg.time_zone = zone;
	return cfg;
}

static void
count(uint64_t at_ns, uint64_t good, uint64_t bad)
{
	sli_count(ind, at_ns, SLI_GOOD, good);
	sli_count(ind, at_ns, SLI_BAD, bad);
}

#define expect_counts(slo, now_ns, its_good, its_bad)                          \
	do {                                                                   \
		struct sli_budget got = budget_of(slo, now_ns);                \
                                                                               \
		assert_int_equal(got.good, its_good);                          \
		assert_int_equal(got.bad, its_bad);                            \
	} while (0)

static void
test_periods_of_a_month_begin_on_its_first(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b;

	(void)state;
	count(T0 + SLI_DAYS(3), 90, 10);
	b = budget_of(slo, T0 + SLI_DAYS(31) - 1);
	assert_int_equal(b.from_ns, T0);
	assert_int_equal(b.to_ns, T0 + SLI_DAYS(31));
	assert_int_equal(b.total, 100);
	assert_true(b.remaining == 0.0);
	assert_int_equal(b.slices, 0);
	b = budget_of(slo, T0 + SLI_DAYS(31));
	assert_int_equal(b.from_ns, T0 + SLI_DAYS(31));
	assert_int_equal(b.to_ns, T0 + SLI_DAYS(31 + 28));
	assert_int_equal(b.total, 0);
	assert_true(b.remaining == 1.0);
}

/* Spring forward: 23 hours; and it begins at 23:00 UTC. */
static void
test_periods_follow_daylight_saving(void **state)
{
	const uint64_t day = T0 + SLI_DAYS(31 + 28 + 29); /* 2025-03-30 */
	struct sli_slo_config cfg = monthly("Europe/Berlin");
	struct sli_slo *slo;
	struct sli_budget b;

	(void)state;
	cfg.calendar = SLI_DAY;
	cfg.method = SLI_TIMESLICES;
	cfg.slice_ns = SLI_HOURS(1);
	slo = add(&cfg);
	count(day - SLI_MINUTES(90), 0, 1); /* 23:30, the day before */
	count(day - SLI_MINUTES(30), 0, 1); /* 00:30 */
	count(day + SLI_MINUTES(90), 1, 0);
	b = budget_of(slo, day + SLI_HOURS(10));
	assert_int_equal(b.from_ns, day - SLI_HOURS(1));
	assert_int_equal(b.to_ns, day + SLI_HOURS(22));
	assert_int_equal(b.slices, 23);
	assert_int_equal(b.good, 1);
	assert_int_equal(b.bad, 1);
	/* Of 23 slices 2.3 may be bad. */
	assert_near(b.remaining, 1 - 1 / 2.3);
}

static void
test_periods_of_slices_share_out_all_slices(void **state)
{
	struct sli_slo_config cfg = monthly("UTC");
	struct sli_slo *slo;
	struct sli_budget b;
	uint64_t i;

	(void)state;
	cfg.method = SLI_TIMESLICES;
	slo = add(&cfg);
	for (i = 0; i < 60; i++)
		count(T0 + SLI_MINUTES(i), i % 2, i % 2 == 0);
	b = budget_of(slo, T0 + SLI_HOURS(1));
	assert_int_equal(b.slices, 31 * 24 * 60);
	assert_int_equal(b.bad, 30);
	assert_near(b.sli, 0.5);
	assert_near(b.remaining, 1 - 30 / (0.1 * 31 * 24 * 60));
	/* At a burn rate of 5: 31 d * remaining / 5. */
	assert_near((double)b.exhausted_in_ns / (double)SLI_DAYS(31),
	    b.remaining / 5);
}

/* A slice over the beginning is the period's before it. */
static void
test_periods_off_the_slices_leave_one_to_the_last(void **state)
{
	const uint64_t begin = T0 + SLI_DAYS(1) - SLI_MINUTES(330);
	struct sli_slo_config cfg = monthly("Asia/Kolkata");
	struct sli_slo *slo;
	struct sli_budget b;

	(void)state;
	cfg.calendar = SLI_DAY;
	cfg.method = SLI_TIMESLICES;
	cfg.slice_ns = SLI_HOURS(1);
	slo = add(&cfg);
	count(begin - SLI_MINUTES(10), 1, 0);
	count(begin + SLI_MINUTES(10), 1, 9);
	count(begin + SLI_MINUTES(40), 1, 0);
	b = budget_of(slo, begin + SLI_MINUTES(29));
	assert_int_equal(b.total, 0);
	b = budget_of(slo, begin + SLI_HOURS(2));
	assert_int_equal(b.from_ns, begin);
	assert_int_equal(b.slices, 24);
	assert_int_equal(b.good, 1);
	assert_int_equal(b.bad, 0);
}

static void
test_periods_longer_than_history_are_exact(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_slo *slo;
	struct sli_budget b;
	uint64_t day;

	(void)state;
	cfg.calendar = SLI_YEAR;
	slo = add(&cfg);
	count(T0 - 1, 1000, 1000);
	for (day = 0; day < 365; day++)
		count(T0 + SLI_DAYS(day) + SLI_HOURS(13), 99, 1);
	b = budget_of(slo, T0 + SLI_DAYS(365) - 1);
	assert_int_equal(b.good, 99 * 365);
	assert_int_equal(b.bad, 365);
	assert_int_equal(b.covered_ns, SLI_DAYS(365) - 1);
	expect_counts(slo, T0 + SLI_DAYS(365), 0, 0);
}

/* The gap over the beginning is longer than fine history reaches. */
static void
test_periods_that_begin_in_a_gap_are_exact(void **state)
{
	struct sli_slo_config cfg = monthly("Asia/Kathmandu"); /* +5:45 */
	struct sli_slo *slo = add(&cfg);
	const uint64_t begin = T0 + SLI_DAYS(31) - SLI_MINUTES(345);

	(void)state;
	count(T0, 7, 7);
	count(begin - SLI_MINUTES(1), 70, 70);
	count(begin + SLI_DAYS(6), 5, 3);
	expect_counts(slo, begin + SLI_DAYS(27), 5, 3);
}

static void
test_periods_under_way_have_what_was_before_the_slo(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_slo *slo;

	(void)state;
	count(T0 - SLI_HOURS(2), 50, 50);
	count(T0 + SLI_HOURS(1), 20, 1);
	slo = add(&cfg);
	expect_counts(slo, T0 + SLI_DAYS(2), 20, 1);
	count(T0 + SLI_DAYS(3), 1, 0);
	expect_counts(slo, T0 + SLI_DAYS(30), 21, 1);
}

static void
test_periods_begin_anew_with_the_budget(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_slo *slo = add(&cfg);

	(void)state;
	count(T0 + SLI_DAYS(1), 1, 1);
	assert_int_equal(
	    sli_slo_reset_budget(slo, T0 + SLI_DAYS(2), "a rehearsal", NULL),
	    SLI_OK);
	count(T0 + SLI_DAYS(3), 10, 1);
	expect_counts(slo, T0 + SLI_DAYS(4), 10, 1);
	assert_int_equal(budget_of(slo, T0 + SLI_DAYS(4)).reset_ns,
	    T0 + SLI_DAYS(2));
	assert_int_equal(budget_of(slo, T0 + SLI_DAYS(4)).from_ns, T0);
	/* The next month forgets both. */
	count(T0 + SLI_DAYS(32), 3, 0);
	expect_counts(slo, T0 + SLI_DAYS(33), 3, 0);
	assert_int_equal(budget_of(slo, T0 + SLI_DAYS(33)).reset_ns, 0);
}

/* 10 days: 100 an hour, of which 1 is bad; then 20 of each 100. */
static void
test_periods_tell_when_the_budget_is_gone(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b;
	uint64_t hour;

	(void)state;
	for (hour = 0; hour < 240; hour++)
		count(T0 + SLI_HOURS(hour), 99, 1);
	b = budget_of(slo, T0 + SLI_HOURS(240) - 1);
	assert_true(b.exhausted_in_ns == UINT64_MAX); /* burn rate below 1 */
	for (; hour < 241; hour++)
		count(T0 + SLI_HOURS(hour), 80, 20);
	b = budget_of(slo, T0 + SLI_HOURS(241) - 1);
	assert_near(b.burn_rate_1h, 2.0);
	/* b = 260 + 20 x is a tenth of 24100 + 100 x: x = 215 hours */
	assert_near((double)b.exhausted_in_ns / (double)SLI_HOURS(215), 1.0);
	/* Not before the month ends. */
	for (; hour < 600; hour++)
		count(T0 + SLI_HOURS(hour), 99, 1);
	count(T0 + SLI_HOURS(hour), 80, 20);
	b = budget_of(slo, T0 + SLI_HOURS(601) - 1);
	assert_true(b.exhausted_in_ns == UINT64_MAX);
}

/* At a burn rate that its first events would spend it with. */
static void
test_periods_that_have_just_begun_have_spent_nothing(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b;

	(void)state;
	count(T0 + SLI_DAYS(31) - SLI_MINUTES(1), 0, 100);
	b = budget_of(slo, T0 + SLI_DAYS(31));
	assert_near(b.burn_rate_1h, 10.0);
	assert_true(b.remaining == 1.0);
	assert_int_equal(b.exhausted_in_ns, 1);
}

static void
test_periods_of_weeks_and_starts_are_as_asked(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_budget b;

	(void)state;
	cfg.calendar = SLI_WEEK;
	cfg.week_start = 7;
	cfg.calendar_count = 2;
	b = budget_of(add(&cfg), T0);
	assert_int_equal(b.to_ns - b.from_ns, SLI_DAYS(14));
	assert_int_equal(b.from_ns / SLI_DAYS(1) % 7, 3); /* Sundays */
	cfg = monthly("Europe/Berlin");
	cfg.name = "fiscal";
	cfg.calendar_start_ns = T0 + SLI_DAYS(14) + SLI_HOURS(5);
	b = budget_of(add(&cfg), T0 + SLI_DAYS(14) + SLI_HOURS(5));
	assert_int_equal(b.from_ns, T0 + SLI_DAYS(14) + SLI_HOURS(5));
	assert_int_equal(b.to_ns, T0 + SLI_DAYS(45) + SLI_HOURS(5));
}

static void
test_periods_longer_than_history_drop_alerts_that_are(void **state)
{
	struct sli_slo_config cfg = monthly(NULL);
	struct sli_alert alert;
	struct sli_slo *slo;
	uint32_t i;

	(void)state;
	cfg.calendar = SLI_YEAR;
	cfg.objective = 0.999;
	slo = add(&cfg);
	for (i = 0; i < 4; i++) {
		assert_int_equal(sli_slo_alert(slo, T0, i, &alert), SLI_OK);
		assert_int_equal(alert.status, i < 3 ? SLI_OK : SLI_ERANGE);
	}
	assert_non_null(strstr(alert.reason, "history reaches"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_periods_of_a_month_begin_on_its_first),
		TEST(test_periods_follow_daylight_saving),
		TEST(test_periods_of_slices_share_out_all_slices),
		TEST(test_periods_off_the_slices_leave_one_to_the_last),
		TEST(test_periods_longer_than_history_are_exact),
		TEST(test_periods_that_begin_in_a_gap_are_exact),
		TEST(test_periods_under_way_have_what_was_before_the_slo),
		TEST(test_periods_begin_anew_with_the_budget),
		TEST(test_periods_tell_when_the_budget_is_gone),
		TEST(test_periods_that_have_just_begun_have_spent_nothing),
		TEST(test_periods_of_weeks_and_starts_are_as_asked),
		TEST(test_periods_longer_than_history_drop_alerts_that_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
