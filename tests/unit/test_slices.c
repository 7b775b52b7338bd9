/* SPDX-License-Identifier: MIT */
#include "slices.h"

#define WHOLE UINT64_C(1000000000)

static void
test_slices_are_good_bad_or_without_data(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b;

	(void)state;
	fill_minute(0, 9, 1);	/* just good enough */
	fill_minute(1, 89, 11); /* not */
	fill_minute(3, 1, 0);
	b = budget_of(slo, T0 + SLI_MINUTES(4));
	assert_int_equal(b.good, 2);
	assert_int_equal(b.bad, 1);
	assert_int_equal(b.total, 3);
	assert_near(b.sli, 2.0 / 3.0);
	assert_near(b.remaining, 1 - (1.0 / 3.0) / 0.1);
	assert_int_equal(b.slices, 30 * 24 * 60);
	assert_int_equal(b.to_ns, T0 + SLI_MINUTES(4));
	assert_int_equal(b.from_ns, T0 + SLI_MINUTES(4) - SLI_DAYS(30));
	assert_int_equal(b.covered_ns, SLI_MINUTES(4) - SLI_MILLIS(30500));
}

static void
test_slices_without_events_are_no_data(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b = budget_of(slo, T0 + SLI_DAYS(1));

	(void)state;
	assert_false(b.has_data);
	assert_true(b.sli == 1.0 && b.remaining == 1.0);
	assert_true(b.burn_rate_1h == 0.0);
	assert_true(b.exhausted_in_ns == UINT64_MAX);
}

static void
test_slices_are_counted_when_over(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = add(&cfg);

	(void)state;
	fill_minute(0, 0, 1);
	expect_slices(slo, T0 + SLI_MINUTES(1) - 1, 0, 0);
	expect_slices(slo, T0 + SLI_MINUTES(1), 0, 1);
	expect_slices(slo, T0 + SLI_MINUTES(1), 0, 1);
}

/* The event that opens the next slice is not in the one before. */
static void
test_slices_have_their_own_events(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = add(&cfg);

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 1);
	sli_count(ind, T0 + SLI_MINUTES(1) - 1, SLI_GOOD, 1);
	sli_count(ind, T0 + SLI_MINUTES(1), SLI_BAD, 100);
	expect_slices(slo, T0 + SLI_MINUTES(1), 1, 0);
	expect_slices(slo, T0 + SLI_MINUTES(2), 1, 1);
}

/* History of that time is in slots of hours when it is counted. */
static void
test_slices_after_a_gap_are_exact(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_RATIO_TIMESLICES);
	struct sli_slo *slo = add(&cfg);
	uint64_t day;

	(void)state;
	for (day = 0; day < 20; day++) {
		fill_minute(day * 1440 + 1, 0, 777);
		fill_minute(day * 1440 + 2, 300, 100);
	}
	expect_slices(slo, T0 + SLI_DAYS(20), 20 * (WHOLE / 4 * 3),
	    20 * (WHOLE + WHOLE / 4));
}

static void
test_slices_by_ratio_count_their_share(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_RATIO_TIMESLICES);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b;

	(void)state;
	fill_minute(0, 123456789, 0);
	b = budget_of(slo, T0 + SLI_MINUTES(1));
	assert_int_equal(b.good, WHOLE);
	assert_int_equal(b.bad, 0);
	assert_true(b.remaining == 1.0);
	fill_minute(1, 2, 1);
	expect_slices(slo, T0 + SLI_MINUTES(2), WHOLE + 666666666, 333333334);
	/* However busy: a bad event in a billion is seen. */
	fill_minute(2, 999999999, 1);
	expect_slices(slo, T0 + SLI_MINUTES(3), 2 * WHOLE + 666666665,
	    333333335);
}

static void
test_slices_with_few_events_have_no_data(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo;

	(void)state;
	cfg.slice_min_events = 10;
	slo = add(&cfg);
	fill_minute(0, 0, 9);
	fill_minute(1, 0, 10);
	expect_slices(slo, T0 + SLI_MINUTES(2), 0, 1);
}

static void
test_slices_have_an_objective_of_their_own(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo;

	(void)state;
	cfg.slice_objective = 1.0;
	slo = add(&cfg);
	fill_minute(0, 1000000, 1);
	fill_minute(1, 1000000, 0);
	expect_slices(slo, T0 + SLI_MINUTES(2), 1, 1);
}

static void
test_slices_classify_events_as_the_slo_does(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo;

	(void)state;
	cfg.threshold_ns = SLI_MILLIS(100);
	cfg.flags = SLI_SLO_SHED_IS_BAD;
	slo = add(&cfg);
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(101));
	sli_record(ind, T0 + SLI_MINUTES(1), SLI_GOOD, SLI_MILLIS(100));
	sli_count(ind, T0 + SLI_MINUTES(2), SLI_SHED, 1);
	sli_count(ind, T0 + SLI_MINUTES(3), SLI_IGNORED, 1);
	expect_slices(slo, T0 + SLI_MINUTES(4), 1, 2);
}

static void
test_slices_under_way_have_what_was_before_the_slo(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo;

	(void)state;
	fill_minute(0, 0, 5);
	fill_minute(1, 0, 7);
	slo = add(&cfg);
	expect_slices(slo, T0 + SLI_HOURS(9), 0, 1);
}

/*
 * OpenSLO's example (examples/budgeting-method): two weeks, 95 %, slices of a
 * minute: 1008 of 20160 may be bad.
 */
static void
test_slices_spend_a_budget_of_two_weeks_as_openslo_says(void **state)
{
	struct sli_slo_config cfg = config(0.95);
	struct sli_slo *slo;
	uint64_t i;

	(void)state;
	cfg.method = SLI_TIMESLICES;
	cfg.period_ns = SLI_DAYS(14);
	cfg.flags = SLI_SLO_NO_ALERTS;
	slo = add(&cfg);
	for (i = 0; i < 20160; i++)
		fill_minute(i, i % 20 != 0, i % 20 == 0);
	assert_int_equal(budget_of(slo, T0 + SLI_DAYS(14)).bad, 1008);
	assert_true(budget_of(slo, T0 + SLI_DAYS(14)).remaining == 0.0);
	assert_int_equal(budget_of(slo, T0 + SLI_DAYS(14)).exhausted_in_ns, 0);
}

static void
test_slices_raise_alerts_by_whole_slices(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo;
	struct sli_alert alert;
	uint64_t i;

	(void)state;
	cfg.objective = 0.99;
	cfg.slice_objective = 0.5;
	slo = add(&cfg);
	for (i = 0; i < 60; i++)
		fill_minute(i, 1, 0);
	assert_int_equal(budget_of(slo, T0 + SLI_MINUTES(60)).page,
	    SLI_ALERT_OK);
	for (; i < 120; i++)
		fill_minute(i, 1, 9);
	assert_int_equal(budget_of(slo, T0 + SLI_MINUTES(120)).page,
	    SLI_ALERT_FIRING);
	assert_int_equal(sli_slo_alert(slo, T0 + SLI_MINUTES(120), 0, &alert),
	    SLI_OK);
	assert_int_equal(alert.state, SLI_ALERT_FIRING);
	assert_int_equal(alert.min_events, 1);
	assert_int_equal(alert.min_bad, 2);
}

static void
test_slices_longer_than_a_window_drop_its_alert(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo;
	struct sli_alert alert;

	(void)state;
	cfg.slice_ns = SLI_HOURS(1);
	cfg.objective = 0.99;
	slo = add(&cfg);
	assert_int_equal(sli_slo_alert(slo, T0, 0, &alert), SLI_OK);
	assert_int_equal(alert.status, SLI_ERANGE);
	assert_non_null(strstr(alert.reason, "two slots of 3600000000000"));
	assert_int_equal(sli_slo_alert(slo, T0, 1, &alert), SLI_OK);
	assert_int_equal(alert.status, SLI_OK);
	assert_int_equal(alert.short_ns, SLI_HOURS(1));
}

static void
test_slices_by_ratio_need_whole_slices_for_an_alert(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_RATIO_TIMESLICES);
	struct sli_alert alert;

	(void)state;
	assert_int_equal(sli_slo_alert(add(&cfg), T0, 3, &alert), SLI_OK);
	assert_int_equal(alert.min_events, WHOLE);
	assert_int_equal(alert.min_bad, 1);
}

static void
test_slices_burn_over_a_window(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = add(&cfg);
	double burn;

	(void)state;
	fill_minute(0, 1, 0);
	fill_minute(1, 0, 1);
	fill_minute(2, 1, 0);
	fill_minute(3, 1, 0);
	assert_int_equal(
	    sli_slo_burn_rate(slo, T0 + SLI_MINUTES(4), SLI_MINUTES(4), &burn),
	    SLI_OK);
	assert_near(burn, 0.25 / 0.1);
	assert_int_equal(
	    sli_slo_burn_rate(slo, T0 + SLI_MINUTES(4), SLI_MINUTES(2), &burn),
	    SLI_OK);
	assert_true(burn == 0.0);
	assert_int_equal(
	    sli_slo_burn_rate(slo, T0 + SLI_MINUTES(9), SLI_MINUTES(5), &burn),
	    SLI_ENODATA);
}

static void
test_slices_begin_anew_with_the_budget(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = add(&cfg);

	(void)state;
	fill_minute(0, 0, 1);
	fill_minute(1, 0, 1);
	assert_int_equal(
	    sli_slo_reset_budget(slo, T0 + SLI_MINUTES(2), "a rehearsal", NULL),
	    SLI_OK);
	expect_slices(slo, T0 + SLI_MINUTES(2), 0, 0);
	fill_minute(2, 0, 1);
	expect_slices(slo, T0 + SLI_MINUTES(3), 0, 1);
}

/* ---- admission goes on by events ---- */

static void
test_slices_let_admission_see_events(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo;
	struct sli_verdict v;
	uint64_t i;

	(void)state;
	cfg.slice_ns = SLI_DAYS(1); /* none is over */
	slo = add(&cfg);
	for (i = 0; i < 20; i++)
		sli_count(ind, T0 + SLI_SECONDS(i), SLI_BAD, 1000);
	assert_int_equal(sli_slo_verdict(slo, T0 + SLI_SECONDS(20), &v),
	    SLI_OK);
	assert_true(v.shed_probability[SLI_SHEDDABLE] > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slices_are_good_bad_or_without_data),
		TEST(test_slices_without_events_are_no_data),
		TEST(test_slices_are_counted_when_over),
		TEST(test_slices_have_their_own_events),
		TEST(test_slices_after_a_gap_are_exact),
		TEST(test_slices_by_ratio_count_their_share),
		TEST(test_slices_with_few_events_have_no_data),
		TEST(test_slices_have_an_objective_of_their_own),
		TEST(test_slices_classify_events_as_the_slo_does),
		TEST(test_slices_under_way_have_what_was_before_the_slo),
		TEST(test_slices_spend_a_budget_of_two_weeks_as_openslo_says),
		TEST(test_slices_raise_alerts_by_whole_slices),
		TEST(test_slices_longer_than_a_window_drop_its_alert),
		TEST(test_slices_by_ratio_need_whole_slices_for_an_alert),
		TEST(test_slices_burn_over_a_window),
		TEST(test_slices_begin_anew_with_the_budget),
		TEST(test_slices_let_admission_see_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
