/* SPDX-License-Identifier: MIT */
#include "slo/period.h"
#include "slo/windows.h"

#include "adjusts.h"

static void
test_correct_changes_the_budget_and_nothing_else(void **state)
{
	uint64_t now = T0 + SLI_MINUTES(10);
	struct sli_slo *slo = add_slo();
	struct sli_adjustment a;
	struct sli_counts counts;
	struct sli_budget b;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 80);
	sli_count(ind, T0, SLI_BAD, 20);
	/* Ten were no failures. */
	assert_int_equal(correct(slo, now, T0, 10, -10), SLI_OK);
	b = budget_of(slo, now);
	assert_true(b.good == 90 && b.bad == 10 && b.remaining == 0.0);
	assert_true(b.corrected_good == 10 && b.corrected_bad == -10);
	assert_near(b.burn_rate_1h, 2.0);
	assert_int_equal(sli_window_counts(ind, now, SLI_HOURS(1), &counts),
	    SLI_OK);
	assert_true(counts.good == 80 && counts.bad == 20);
	assert_int_equal(adjustments(slo, now), 1);
	assert_int_equal(sli_slo_adjustment(slo, now, 0, &a), SLI_OK);
	assert_int_equal(a.kind, SLI_CORRECTION);
	assert_true(a.from_ns == T0 && a.to_ns == T0);
	assert_true(a.add_good == 10 && a.add_bad == -10);
	/* Another, of what a load balancer never passed on. */
	assert_int_equal(correct(slo, now, now, 0, 30), SLI_OK);
	assert_budget(slo, now, 90, 40);
}

static void
test_correct_never_takes_a_count_below_zero(void **state)
{
	struct sli_slo_config cfg = config(0.9);
	struct sli_slo *slo;
	struct sli_budget b;

	(void)state;
	cfg.threshold_ns = SLI_MILLIS(100);
	cfg.flags = SLI_SLO_SHED_IS_BAD;
	slo = add(&cfg);
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(1));
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(500)); /* slow: bad */
	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(5));	/* slower: bad */
	sli_count(ind, T0, SLI_BAD, 1);
	sli_count(ind, T0, SLI_SHED, 1);
	assert_int_equal(correct(slo, T0, T0, 0, -2), SLI_OK);
	assert_budget(slo, T0, 1, 2);
	assert_int_equal(correct(slo, T0, T0, -INT64_MAX, -INT64_MAX), SLI_OK);
	b = budget_of(slo, T0);
	assert_true(b.good == 0 && b.bad == 0 && b.has_data == 0);
	assert_true(b.corrected_good == -1 && b.corrected_bad == -4);
	/* What comes after is taken too: it is the sum that is corrected. */
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(1));
	assert_budget(slo, T0, 0, 0);
}

static void
test_correct_by_more_than_a_word_holds_saturates(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli_budget b;
	int i;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 5);
	for (i = 0; i < 4; i++)
		assert_int_equal(correct(slo, T0, T0, INT64_MAX, INT64_MAX),
		    SLI_OK);
	b = budget_of(slo, T0);
	assert_true(b.good == INT64_MAX && b.bad == INT64_MAX);
	assert_true(b.total == UINT64_MAX - 1 && b.sli == 0.5);
	assert_true(b.corrected_good == INT64_MAX - 5);
}

static void
test_correct_leaves_the_period_with_its_time(void **state)
{
	struct sli_slo_config cfg = config(0.9);
	uint64_t hour = SLI_HOURS(1);
	struct sli_slo *slo;

	(void)state;
	cfg.period_ns = hour;
	slo = add(&cfg);
	sli_count(ind, T0, SLI_GOOD, 10);
	assert_int_equal(correct(slo, T0 + SLI_MINUTES(30), T0, 0, 3), SLI_OK);
	assert_budget(slo, T0 + hour, 10, 3);
	assert_int_equal(adjustments(slo, T0 + hour), 1);
	assert_budget(slo, T0 + hour + SLI_SECONDS(10), 0, 0);
	assert_int_equal(adjustments(slo, T0 + hour + SLI_SECONDS(1)), 0);
}

static void
test_correct_counts_in_what_admission_has_left(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli__events e, budget;
	struct sli__moment m = { T0, T0 };
	struct sli__adjusted did;
	struct sli__period period;
	struct sli__tally t;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 80);
	sli_count(ind, T0, SLI_BAD, 20);
	assert_int_equal(correct(slo, T0, T0, 0, -20), SLI_OK);
	sli__slo_period(slo, T0, &period);
	sli__slo_budget_windows(slo, m, &period, &slo->spec.period_ns, 1, &e,
	    &budget, &did);
	t = sli__slo_tally(slo, &budget);
	assert_int_equal(sli__budget_left_ppm(&t, slo->budget_ppb, 0), 1000000);
	t = sli__slo_tally(slo, &e);
	assert_int_equal(t.bad, 20);
}

static void
test_correct_arguments_that_are_wrong_are_named(void **state)
{
	uint64_t now = T0 + SLI_DAYS(31);
	struct sli_slo *slo = add_slo();
	struct sli_error err;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 1);
	assert_int_equal(sli_slo_correct(NULL, now, now, 1, 0, "x", &err),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_correct(slo, now, now, 0, 0, "x", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "good and bad", "0");
	assert_int_equal(
	    sli_slo_correct(slo, now, now, 0, INT64_MIN, "x", &err),
	    SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "bad", "-9223372036854775807");
	assert_int_equal(sli_slo_correct(slo, now, now + 1, 1, 0, "x", &err),
	    SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "at_ns 2025-02-01T00:00:00.000000001Z",
	    "2025-02-01T00:00:00Z");
	assert_int_equal(sli_slo_correct(slo, now, T0, 1, 0, "x", &err),
	    SLI_ERANGE);
	assert_error(&err, SLI_ERANGE, "before the budget began",
	    "2025-01-02T00:00:00Z");
	assert_int_equal(sli_slo_correct(slo, now, UINT64_MAX, 1, 0, "x", &err),
	    SLI_ERANGE);
	assert_int_equal(sli_slo_correct(slo, now, now, 1, 0, "a\nb", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "why", "255 bytes");
	assert_int_equal(adjustments(slo, now), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_correct_changes_the_budget_and_nothing_else),
		TEST(test_correct_never_takes_a_count_below_zero),
		TEST(test_correct_by_more_than_a_word_holds_saturates),
		TEST(test_correct_leaves_the_period_with_its_time),
		TEST(test_correct_counts_in_what_admission_has_left),
		TEST(test_correct_arguments_that_are_wrong_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
