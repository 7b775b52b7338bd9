/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "slos.h"

/* 0/0 is no number, and says so. */
static void
test_budget_without_events_has_no_data_and_no_nan(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b = budget_of(slo, T0);
	double rate = 7.0;

	(void)state;
	assert_int_equal(b.has_data, 0);
	assert_int_equal(b.good + b.bad + b.total, 0);
	assert_true(b.sli == 1.0 && b.remaining == 1.0);
	assert_true(b.burn_rate_1h == 0.0 && b.burn_rate_6h == 0.0);
	assert_true(b.exhausted_in_ns == UINT64_MAX);
	assert_int_equal(b.page, SLI_ALERT_OK);
	assert_int_equal(b.ticket, SLI_ALERT_OK);
	assert_int_equal(sli_slo_burn_rate(slo, T0, SLI_HOURS(1), &rate),
	    SLI_ENODATA);
	assert_true(rate == 7.0);

	/* Ignored and shed events are in no ratio: still none. */
	sli_count(ind, T0, SLI_IGNORED, 5);
	sli_count(ind, T0, SLI_SHED, 5);
	assert_int_equal(budget_of(slo, T0).has_data, 0);
}

/* Of 100000 events at 99.9 %, 100 may be bad. */
static void
test_budget_untouched_spent_and_overspent_is_exact(void **state)
{
	static const struct {
		uint64_t bad;
		double remaining, burn;
	} cases[] = { { 0, 1.0, 0.0 }, { 50, 0.5, 0.5 }, { 100, 0.0, 1.0 },
		{ 200, -1.0, 2.0 }, { 100000, -999.0, 1000.0 } };
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo;
	struct sli_budget b;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		slo = add(&cfg);
		sli_count(ind, T0, SLI_BAD, cases[i].bad);
		sli_count(ind, T0, SLI_GOOD, 100000 - cases[i].bad);
		b = budget_of(slo, T0);
		assert_int_equal(b.has_data, 1);
		assert_true(b.remaining == cases[i].remaining);
		assert_int_equal(!!signbit(b.remaining), cases[i].bad > 100);
		assert_true(b.burn_rate_1h == cases[i].burn);
		assert_true(b.burn_rate_6h == cases[i].burn);
		assert_int_equal(b.bad, cases[i].bad);
		assert_int_equal(b.total, 100000);
		assert_near(b.sli, 1.0 - (double)cases[i].bad / 100000);
		teardown(NULL);
		setup(NULL);
	}
}

static void
test_budget_of_a_billionth_is_exact(void **state)
{
	struct sli_slo_config cfg = config(0.999999999);
	struct sli_slo *slo = add(&cfg);

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 999999999);
	sli_count(ind, T0, SLI_BAD, 1);
	assert_true(budget_of(slo, T0).remaining == 0.0);
	sli_count(ind, T0, SLI_BAD, 1);
	assert_true(budget_of(slo, T0).remaining < 0.0);
}

static void
test_budget_of_counts_near_2_to_the_63_does_not_overflow(void **state)
{
	struct sli_slo_config cfg = config(0.5);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b;
	double rate = 0.0;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, (UINT64_C(1) << 63) - 1);
	sli_count(ind, T0, SLI_BAD, (UINT64_C(1) << 63) - 1);
	b = budget_of(slo, T0);
	assert_true(b.total == UINT64_MAX - 1);
	assert_true(b.remaining == 0.0 && b.burn_rate_1h == 1.0);
	assert_true(b.sli == 0.5);
	assert_int_equal(sli_slo_burn_rate(slo, T0, SLI_SECONDS(1), &rate),
	    SLI_OK);
	assert_true(rate == 1.0);
}

/* An hour's budget, so that the hour's burn rate is the period's. */
static void
test_budget_time_to_exhaustion_is_linear(void **state)
{
	struct sli_slo_config cfg = config(0.9);
	struct sli_slo *slo;
	struct sli_budget b;

	(void)state;
	cfg.period_ns = SLI_HOURS(1);
	slo = add(&cfg);
	sli_count(ind, T0, SLI_GOOD, 95);
	assert_true(budget_of(slo, T0).exhausted_in_ns == UINT64_MAX);
	sli_count(ind, T0, SLI_BAD, 5);
	b = budget_of(slo, T0); /* half is left, at a burn rate of a half */
	assert_true(b.remaining == 0.5 && b.burn_rate_1h == 0.5);
	assert_true(b.exhausted_in_ns == SLI_HOURS(1));
	sli_count(ind, T0, SLI_BAD, 15);
	b = budget_of(slo, T0);
	assert_true(b.remaining < 0.0);
	assert_true(b.exhausted_in_ns == 0);

	/* Spent to the event, and nothing bad in the last hour. */
	cfg.name = "of_a_day";
	cfg.period_ns = SLI_DAYS(1);
	slo = add(&cfg);
	sli_count(ind, T0, SLI_GOOD, 85);
	b = budget_of(slo, T0 + SLI_HOURS(5));
	assert_true(b.remaining == 0.0 && b.burn_rate_1h == 0.0);
	assert_true(b.exhausted_in_ns == 0);
}

/* What no uint64_t holds is never: a conversion of it differs by processor. */
static void
test_budget_exhaustion_after_584_years_is_never(void **state)
{
	struct sli_slo_config cfg = config(0.5);
	struct sli_slo *slo = add(&cfg);

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 999999);
	sli_count(ind, T0, SLI_BAD, 1);
	assert_true(budget_of(slo, T0).burn_rate_1h > 0.0);
	assert_true(budget_of(slo, T0).exhausted_in_ns == UINT64_MAX);
}

/* Old burning is spent budget, but not burning now. */
static void
test_budget_burn_rates_are_of_their_windows(void **state)
{
	struct sli_slo_config cfg = config(0.99);
	struct sli_slo *slo = add(&cfg);
	uint64_t now = T0 + SLI_HOURS(4);
	struct sli_budget b;
	double rate = 7.0;

	(void)state;
	sli_count(ind, T0, SLI_BAD, 10);
	sli_count(ind, T0, SLI_GOOD, 90);
	sli_count(ind, now, SLI_GOOD, 100);
	b = budget_of(slo, now);
	assert_true(b.burn_rate_1h == 0.0);
	assert_near(b.burn_rate_6h, 5.0);
	assert_near(b.remaining, -4.0);
	assert_int_equal(sli_slo_burn_rate(slo, now, SLI_DAYS(1), &rate),
	    SLI_OK);
	assert_near(rate, 5.0);
	assert_int_equal(
	    sli_slo_burn_rate(slo, now + SLI_HOURS(1), SLI_MINUTES(5), &rate),
	    SLI_ENODATA);
	assert_near(rate, 5.0);
}

/* After its period an event costs nothing any more. */
static void
test_budget_comes_back_as_the_period_rolls(void **state)
{
	struct sli_slo_config cfg = config(0.99);
	struct sli_slo *slo;

	(void)state;
	cfg.period_ns = SLI_HOURS(1);
	slo = add(&cfg);
	sli_count(ind, T0, SLI_BAD, 1);
	sli_count(ind, T0 + SLI_MINUTES(30), SLI_GOOD, 99);
	assert_true(budget_of(slo, T0 + SLI_MINUTES(60)).remaining == 0.0);
	assert_true(budget_of(slo, T0 + SLI_MINUTES(61)).remaining == 1.0);
	assert_int_equal(budget_of(slo, T0 + SLI_MINUTES(91)).has_data, 0);
}

static void
test_budget_of_a_threshold_counts_slow_as_bad(void **state)
{
	struct sli_slo_config cfg = config(0.9);
	struct sli_slo *at_100ms, *at_1s;
	struct sli_budget b;

	(void)state;
	cfg.threshold_ns = SLI_MILLIS(100);
	at_100ms = add(&cfg);
	cfg.name = "slower";
	cfg.threshold_ns = SLI_SECONDS(1);
	at_1s = add(&cfg);
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(100));
	sli_record(ind, T0, SLI_GOOD, SLI_MILLIS(100) + 1);
	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(1) + 1);
	sli_record(ind, T0, SLI_BAD, 1);
	sli_count(ind, T0, SLI_GOOD, 6); /* without a latency: not slow */
	b = budget_of(at_100ms, T0);
	assert_true(b.good == 7 && b.bad == 3 && b.total == 10);
	b = budget_of(at_1s, T0);
	assert_true(b.good == 8 && b.bad == 2 && b.total == 10);
}

static void
test_budget_of_the_last_of_four_thresholds(void **state)
{
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config cfg = config(0.9);
	struct sli_budget b;
	uint64_t k;

	(void)state;
	icfg.name = "of_four";
	icfg.threshold_count = 4;
	for (k = 0; k < 4; k++)
		icfg.threshold_ns[k] = 10 * (k + 1);
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
	    SLI_OK);
	cfg.threshold_ns = 40;
	for (k = 0; k < 50; k++)
		sli_record(ind, T0, SLI_GOOD, k);
	b = budget_of(add(&cfg), T0);
	assert_true(b.good == 41 && b.bad == 9);
	cfg.name = "of_none";
	cfg.threshold_ns = 0;
	b = budget_of(add(&cfg), T0);
	assert_true(b.good == 50 && b.bad == 0);
}

/* Shedding must not burn the budget whose protection caused it. */
static void
test_budget_counts_shed_events_only_if_told(void **state)
{
	struct sli_slo_config cfg = config(0.9);
	struct sli_slo *without, *with;
	struct sli_budget b;

	(void)state;
	without = add(&cfg);
	cfg.name = "with_shed";
	cfg.flags = SLI_SLO_SHED_IS_BAD;
	with = add(&cfg);
	sli_count(ind, T0, SLI_GOOD, 8);
	sli_count(ind, T0, SLI_SHED, 2);
	b = budget_of(without, T0);
	assert_true(b.bad == 0 && b.total == 8 && b.remaining == 1.0);
	b = budget_of(with, T0);
	assert_true(b.bad == 2 && b.total == 10 && b.remaining == -1.0);
}

/* Good above total, as pyrra had it for days, cannot be: total is their sum. */
static void
test_budget_total_is_good_plus_bad(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = add(&cfg);
	struct sli_budget b;
	uint64_t i;

	(void)state;
	for (i = 0; i < 100; i++) {
		sli_count(ind, T0 + SLI_MILLIS(373 * i), SLI_GOOD, i * i);
		sli_count(ind, T0 + SLI_MILLIS(373 * i), SLI_BAD, i % 3);
		b = budget_of(slo, T0 + SLI_MILLIS(373 * i));
		assert_true(b.total == b.good + b.bad);
		assert_true(b.sli >= 0.0 && b.sli <= 1.0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_budget_without_events_has_no_data_and_no_nan),
		TEST(test_budget_untouched_spent_and_overspent_is_exact),
		TEST(test_budget_of_a_billionth_is_exact),
		TEST(test_budget_of_counts_near_2_to_the_63_does_not_overflow),
		TEST(test_budget_time_to_exhaustion_is_linear),
		TEST(test_budget_exhaustion_after_584_years_is_never),
		TEST(test_budget_burn_rates_are_of_their_windows),
		TEST(test_budget_comes_back_as_the_period_rolls),
		TEST(test_budget_of_a_threshold_counts_slow_as_bad),
		TEST(test_budget_of_the_last_of_four_thresholds),
		TEST(test_budget_counts_shed_events_only_if_told),
		TEST(test_budget_total_is_good_plus_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
