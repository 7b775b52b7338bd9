/* SPDX-License-Identifier: MIT */
/*
 * The alerts' table and arithmetic; test_alert_time.c has when they fire.
 */
#include "base/arith.h"
#include "fixture.h"
#include "slo/alert.h"

#define SLOT SLI_SECONDS(1)
#define BUDGET_OF_999 (PPB / 1000)

static struct sli__alert_rule rules[SLI__ALERTS];

static void
make_rules(uint64_t period_ns, uint64_t budget_ppb)
{
	sli__alert_rules(period_ns, SLOT, budget_ppb, 0, 0, rules);
}

/* The SRE Workbook's table 5-8, and sloth's fourth pair. */
static void
test_alert_table_of_thirty_days_is_the_workbooks(void **state)
{
	static const struct {
		enum sli_severity severity;
		uint64_t long_ns, short_ns, factor_ppm;
	} table[SLI__ALERTS] = {
		{ SLI_PAGE, SLI_HOURS(1), SLI_MINUTES(5), 14400000 },
		{ SLI_PAGE, SLI_HOURS(6), SLI_MINUTES(30), 6000000 },
		{ SLI_TICKET, SLI_DAYS(1), SLI_HOURS(2), 3000000 },
		{ SLI_TICKET, SLI_DAYS(3), SLI_HOURS(6), 1000000 },
	};
	uint32_t i;

	(void)state;
	make_rules(SLI_DAYS(30), BUDGET_OF_999);
	for (i = 0; i < SLI__ALERTS; i++) {
		assert_int_equal(rules[i].severity, table[i].severity);
		assert_true(rules[i].long_ns == table[i].long_ns);
		assert_true(rules[i].short_ns == table[i].short_ns);
		assert_true(rules[i].factor_ppm == table[i].factor_ppm);
		assert_int_equal(rules[i].dropped.status, SLI_OK);
		assert_string_equal(rules[i].dropped.message, "");
	}
}

/*
 * pyrra rounds windows to minutes, and an SLO of a day gets one of zero; sloth
 * knows no other periods; and its factors for 28 days would open a ticket below
 * a burn rate of 1, those for 90 page at 43.
 */
static void
test_alert_other_periods_scale_windows_and_keep_factors(void **state)
{
	static const struct {
		uint64_t period_ns, long_ns[SLI__ALERTS], short_ns[SLI__ALERTS];
	} cases[] = {
		{ SLI_DAYS(28),
		    { SLI_MINUTES(56), SLI_MINUTES(336), SLI_MINUTES(1344),
			SLI_MINUTES(4032) },
		    { SLI_SECONDS(280), SLI_MINUTES(28), SLI_MINUTES(112),
			SLI_MINUTES(336) } },
		{ SLI_DAYS(7),
		    { SLI_MINUTES(14), SLI_MINUTES(84), SLI_MINUTES(336),
			SLI_MINUTES(1008) },
		    { SLI_SECONDS(70), SLI_MINUTES(7), SLI_MINUTES(28),
			SLI_MINUTES(84) } },
		{ SLI_DAYS(90),
		    { SLI_HOURS(3), SLI_HOURS(18), SLI_DAYS(3), SLI_DAYS(9) },
		    { SLI_MINUTES(15), SLI_MINUTES(90), SLI_HOURS(6),
			SLI_HOURS(18) } },
		{ SLI_DAYS(1),
		    { SLI_MINUTES(2), SLI_MINUTES(12), SLI_MINUTES(48),
			SLI_MINUTES(144) },
		    { SLI_SECONDS(10), SLI_MINUTES(1), SLI_MINUTES(4),
			SLI_MINUTES(12) } },
		{ SLI_HOURS(1),
		    { SLI_SECONDS(5), SLI_SECONDS(30), SLI_MINUTES(2),
			SLI_MINUTES(6) },
		    { SLI_SECONDS(1), SLI_SECONDS(3), SLI_SECONDS(10),
			SLI_SECONDS(30) } },
	};
	static const uint64_t factor_ppm[SLI__ALERTS] = { 14400000, 6000000,
		3000000, 1000000 };
	uint32_t i;
	size_t c;

	(void)state;
	for (c = 0; c < LENGTH(cases); c++) {
		make_rules(cases[c].period_ns, BUDGET_OF_999);
		for (i = 0; i < SLI__ALERTS; i++) {
			assert_true(rules[i].long_ns == cases[c].long_ns[i]);
			assert_true(rules[i].short_ns == cases[c].short_ns[i]);
			assert_true(rules[i].factor_ppm == factor_ppm[i]);
			assert_int_equal(rules[i].dropped.status, SLI_OK);
		}
	}
}

/* Whatever the period: whole slots, none of them zero, and factor = share. */
static void
test_alert_windows_of_any_period_are_whole_slots(void **state)
{
	static const uint64_t share_ppm[SLI__ALERTS] = { 20000, 50000, 100000,
		100000 };
	const struct sli__alert_rule *rule;
	uint64_t period;
	uint32_t i;

	(void)state;
	for (period = SLOT; period < SLI_DAYS(400); period += period / 7 + 1) {
		make_rules(period, BUDGET_OF_999);
		for (i = 0; i < SLI__ALERTS; i++) {
			rule = &rules[i];
			assert_true(rule->long_ns % SLOT == 0);
			assert_true(rule->short_ns % SLOT == 0);
			assert_true(rule->short_ns >= SLOT);
			assert_true(rule->min_events > 0);
			if (rule->dropped.status != SLI_OK)
				continue;
			assert_true(rule->long_ns >= 2 * SLOT);
			assert_true(rule->short_ns < rule->long_ns);
			assert_true(rule->factor_ppm ==
			    (uint128)share_ppm[i] * period / rule->long_ns);
		}
	}
}

static void
test_alert_window_below_two_slots_is_dropped_with_reason(void **state)
{
	(void)state;
	make_rules(SLI_MINUTES(10), BUDGET_OF_999);
	assert_error(&rules[0].dropped, SLI_ERANGE, "two slots", "1000000000");
	assert_int_equal(rules[1].dropped.status, SLI_OK);
	assert_true(rules[1].long_ns == SLI_SECONDS(5));
	make_rules(SLI_MINUTES(24), BUDGET_OF_999);
	assert_int_equal(rules[0].dropped.status, SLI_OK);
	assert_true(rules[0].long_ns == 2 * SLOT);
}

/* 93.06 %, 83.3 % and 66.7 %: from there down a pair can never fire. */
static void
test_alert_that_can_never_fire_is_dropped_with_arithmetic(void **state)
{
	static const struct {
		uint64_t objective_ppb;
		uint32_t dropped; /* so many, the first ones */
	} cases[] = {
		{ 999000000, 0 },
		{ 930555556, 0 },
		{ 930555555, 1 },
		{ 833333334, 1 },
		{ 833333333, 2 },
		{ 666666667, 2 },
		{ 666666666, 3 },
		{ 1, 3 },
	};
	uint32_t i;
	size_t c;

	(void)state;
	for (c = 0; c < LENGTH(cases); c++) {
		make_rules(SLI_DAYS(30), PPB - cases[c].objective_ppb);
		for (i = 0; i < SLI__ALERTS; i++)
			assert_int_equal(rules[i].dropped.status,
			    i < cases[c].dropped ? SLI_ERANGE : SLI_OK);
	}
	make_rules(SLI_DAYS(30), PPB / 2);
	assert_error(&rules[0].dropped, SLI_ERANGE, "14.4 times", "0.5");
	assert_non_null(strstr(rules[0].dropped.message, "0.930555556"));
	assert_error(&rules[1].dropped, SLI_ERANGE, "6 times", "0.833333333");
	assert_error(&rules[2].dropped, SLI_ERANGE, "3 times", "0.666666667");
}

static void
test_alert_dropped_never_fires(void **state)
{
	const struct sli__tally all_bad = { 0, 1000000, SLI_HOURS(1) };
	uint32_t i;

	(void)state;
	make_rules(SLI_DAYS(30), PPB / 2);
	for (i = 0; i < SLI__ALERTS; i++)
		assert_int_equal(sli__alert_fires(&rules[i], PPB / 2, true,
				     &all_bad, &all_bad, &all_bad),
		    rules[i].dropped.status == SLI_OK);
}

/* So many events that one failure cannot exceed the factor. */
static void
test_alert_min_events_are_such_that_one_failure_is_too_few(void **state)
{
	static const uint64_t min_events[SLI__ALERTS] = { 70, 167, 334, 1000 };
	struct sli__tally one_bad = { 0, 1, SLI_HOURS(1) };
	uint32_t i;

	(void)state;
	sli__alert_rules(SLI_DAYS(30), SLOT, BUDGET_OF_999, 0, 1, rules);
	for (i = 0; i < SLI__ALERTS; i++) {
		assert_int_equal(rules[i].min_events, min_events[i]);
		for (one_bad.good = 0; one_bad.good < 2000; one_bad.good++)
			assert_false(sli__alert_fires(&rules[i], BUDGET_OF_999,
			    true, &one_bad, &one_bad, &one_bad));
	}
}

static void
test_alert_fires_from_its_min_events_on(void **state)
{
	const struct sli__tally few = { 67, 2, SLI_HOURS(1) };
	const struct sli__tally enough = { 68, 2, SLI_HOURS(1) };

	(void)state;
	make_rules(SLI_DAYS(30), BUDGET_OF_999);
	assert_false(
	    sli__alert_fires(&rules[0], BUDGET_OF_999, true, &few, &few, &few));
	assert_true(sli__alert_fires(&rules[0], BUDGET_OF_999, true, &enough,
	    &enough, &enough));
}

static void
test_alert_minimums_are_the_users_if_given(void **state)
{
	const struct sli__tally two_bad = { 0, 2, SLI_HOURS(1) };
	const struct sli__tally three_bad = { 0, 3, SLI_HOURS(1) };
	uint32_t i;

	(void)state;
	make_rules(SLI_DAYS(30), BUDGET_OF_999);
	for (i = 0; i < SLI__ALERTS; i++)
		assert_int_equal(rules[i].min_bad, 2);
	sli__alert_rules(SLI_DAYS(30), SLOT, BUDGET_OF_999, 1, 3, rules);
	for (i = 0; i < SLI__ALERTS; i++) {
		assert_int_equal(rules[i].min_events, 1);
		assert_int_equal(rules[i].min_bad, 3);
		assert_false(sli__alert_fires(&rules[i], BUDGET_OF_999, true,
		    &two_bad, &two_bad, &two_bad));
		assert_true(sli__alert_fires(&rules[i], BUDGET_OF_999, true,
		    &three_bad, &three_bad, &three_bad));
	}
}

/* 14.4 times 0.1 % of 10000 is 144: that much is allowed. */
static void
test_alert_at_exactly_the_factor_does_not_fire(void **state)
{
	const struct sli__tally at = { 10000 - 144, 144, SLI_HOURS(1) };
	const struct sli__tally above = { 10000 - 145, 145, SLI_HOURS(1) };

	(void)state;
	make_rules(SLI_DAYS(30), BUDGET_OF_999);
	assert_false(
	    sli__alert_fires(&rules[0], BUDGET_OF_999, true, &at, &at, &at));
	assert_true(sli__alert_fires(&rules[0], BUDGET_OF_999, true, &above,
	    &above, &above));
	assert_near(
	    sli__alert_burn(BUDGET_OF_999, true, &at, &at, SLI_HOURS(1)), 14.4);
}

/* 2 % of the budget of 7.2 million events are 144, too; 12 in five minutes. */
static void
test_alert_at_exactly_its_share_of_budget_does_not_fire(void **state)
{
	const struct sli__tally period = { 7200000, 0, SLI_DAYS(30) };
	struct sli__tally in_long = { 10000, 145, SLI_HOURS(1) };
	struct sli__tally in_short = { 1000, 13, SLI_MINUTES(5) };

	(void)state;
	make_rules(SLI_DAYS(30), BUDGET_OF_999);
	assert_true(sli__alert_fires(&rules[0], BUDGET_OF_999, false, &period,
	    &in_long, &in_short));
	in_long.bad = 144;
	assert_near(sli__alert_burn(BUDGET_OF_999, false, &period, &in_long,
			SLI_HOURS(1)),
	    14.4);
	assert_false(sli__alert_fires(&rules[0], BUDGET_OF_999, false, &period,
	    &in_long, &in_short));
	in_long.bad = 145;
	in_short.bad = 12;
	assert_false(sli__alert_fires(&rules[0], BUDGET_OF_999, false, &period,
	    &in_long, &in_short));
}

static void
test_alert_needs_both_windows(void **state)
{
	const struct sli__tally calm = { 100000, 1, SLI_HOURS(1) };
	const struct sli__tally burning = { 50000, 50000, SLI_HOURS(1) };
	uint32_t i;

	(void)state;
	make_rules(SLI_DAYS(30), BUDGET_OF_999);
	for (i = 0; i < SLI__ALERTS; i++) {
		assert_true(sli__alert_fires(&rules[i], BUDGET_OF_999, true,
		    &burning, &burning, &burning));
		assert_false(sli__alert_fires(&rules[i], BUDGET_OF_999, true,
		    &burning, &burning, &calm));
		assert_false(sli__alert_fires(&rules[i], BUDGET_OF_999, true,
		    &burning, &calm, &burning));
	}
}

/* 0/0 in no aggregate, and no window of no events fires. */
static void
test_alert_on_no_events_is_silent_and_no_nan(void **state)
{
	const struct sli__tally none = { 0, 0, 0 };
	const struct sli__tally idle = { 0, 0, SLI_HOURS(1) };
	int by_ratio;

	(void)state;
	sli__alert_rules(SLI_DAYS(30), SLOT, BUDGET_OF_999, 1, 1, rules);
	for (by_ratio = 0; by_ratio < 2; by_ratio++) {
		assert_false(sli__alert_fires(&rules[0], BUDGET_OF_999,
		    by_ratio, &none, &none, &none));
		assert_false(sli__alert_fires(&rules[0], BUDGET_OF_999,
		    by_ratio, &idle, &idle, &idle));
		assert_true(sli__alert_burn(BUDGET_OF_999, by_ratio, &none,
				&none, SLI_HOURS(1)) == 0.0);
		assert_true(sli__alert_burn(BUDGET_OF_999, by_ratio, &idle,
				&idle, SLI_HOURS(1)) == 0.0);
	}
}

static void
test_alert_counts_near_2_to_the_63_do_not_overflow(void **state)
{
	const uint64_t half = UINT64_C(1) << 62;
	const struct sli__tally bad = { half, half, SLI_DAYS(30) };
	const struct sli__tally good = { half, half / 1000, SLI_DAYS(30) };
	const struct sli__tally hour = { half / 720, half / 720000,
		SLI_HOURS(1) };
	int by_ratio;

	(void)state;
	make_rules(SLI_DAYS(30), BUDGET_OF_999);
	for (by_ratio = 0; by_ratio < 2; by_ratio++) {
		assert_true(sli__alert_fires(&rules[0], BUDGET_OF_999, by_ratio,
		    &bad, &bad, &bad));
		assert_false(sli__alert_fires(&rules[0], BUDGET_OF_999,
		    by_ratio, &good, &hour, &hour));
	}
	assert_near(
	    sli__alert_burn(BUDGET_OF_999, true, &bad, &bad, SLI_DAYS(30)),
	    500.0);
	assert_near(
	    sli__alert_burn(BUDGET_OF_999, false, &bad, &bad, SLI_DAYS(30)),
	    500.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_alert_table_of_thirty_days_is_the_workbooks),
		cmocka_unit_test(
		    test_alert_other_periods_scale_windows_and_keep_factors),
		cmocka_unit_test(
		    test_alert_windows_of_any_period_are_whole_slots),
		cmocka_unit_test(
		    test_alert_window_below_two_slots_is_dropped_with_reason),
		cmocka_unit_test(
		    test_alert_that_can_never_fire_is_dropped_with_arithmetic),
		cmocka_unit_test(test_alert_dropped_never_fires),
		cmocka_unit_test(
		    test_alert_min_events_are_such_that_one_failure_is_too_few),
		cmocka_unit_test(test_alert_fires_from_its_min_events_on),
		cmocka_unit_test(test_alert_minimums_are_the_users_if_given),
		cmocka_unit_test(
		    test_alert_at_exactly_the_factor_does_not_fire),
		cmocka_unit_test(
		    test_alert_at_exactly_its_share_of_budget_does_not_fire),
		cmocka_unit_test(test_alert_needs_both_windows),
		cmocka_unit_test(test_alert_on_no_events_is_silent_and_no_nan),
		cmocka_unit_test(
		    test_alert_counts_near_2_to_the_63_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
