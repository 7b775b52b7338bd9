/* SPDX-License-Identifier: MIT */
/*
 * Exclusions of SLOs of time slices: of the slices that begin in them, all,
 * and of others nothing.
 */
#include "slos.h"

#define SLICES 40

static struct sli_slo *
add_sliced(enum sli_method method)
{
	struct sli_slo_config cfg = config(0.99);

	cfg.method = method;
	cfg.slice_ns = SLI_MINUTES(1);
	return add(&cfg);
}

/* In minute k of the first 40, k of 100 events are bad. */
static void
run_badly(void)
{
	uint64_t k;

	for (k = 0; k < SLICES; k++) {
		sli_count(ind, T0 + SLI_MINUTES(k), SLI_GOOD, 100 - k);
		sli_count(ind, T0 + SLI_MINUTES(k) + SLI_SECONDS(30), SLI_BAD,
		    k);
	}
}

/* Those of the 40 that begin in [from_s, to_s): how many, and of them bad. */
static void
expect_excluded(enum sli_method method, uint64_t from_s, uint64_t to_s,
    uint64_t *excluded, uint64_t *bad)
{
	uint64_t k;

	for (k = *excluded = *bad = 0; k < SLICES; k++) {
		if (60 * k < from_s || 60 * k >= to_s)
			continue;
		if (method == SLI_TIMESLICES) {
			*excluded += 1;
			*bad += k > 1;
		} else {
			*excluded += 1000000000;
			*bad += 10000000 * k;
		}
	}
}

static void
expect_left(struct sli_slo *slo, enum sli_method method, uint64_t from_s,
    uint64_t to_s)
{
	struct sli_budget b = budget_of(slo, T0 + SLI_HOURS(1));
	uint64_t excluded, bad, all, all_bad;

	expect_excluded(method, from_s, to_s, &excluded, &bad);
	expect_excluded(method, 0, UINT64_MAX, &all, &all_bad);
	assert_int_equal(b.excluded, excluded);
	assert_int_equal(b.total, all - excluded);
	assert_int_equal(b.bad, all_bad - bad);
}

static const enum sli_method methods[] = { SLI_TIMESLICES,
	SLI_RATIO_TIMESLICES };

static void
expect_after_the_fact(enum sli_method method)
{
	struct sli_slo *slo = add_sliced(method);
	uint64_t from_s, to_s, now = T0 + SLI_HOURS(1);

	run_badly();
	for (from_s = 100; from_s < 320; from_s += 20)
		for (to_s = from_s + 20; to_s < 700; to_s += 60) {
			assert_int_equal(
			    sli_slo_exclude(slo, now, T0 + SLI_SECONDS(from_s),
				T0 + SLI_SECONDS(to_s), "maintenance", NULL),
			    SLI_OK);
			expect_left(slo, method, from_s, to_s);
			assert_int_equal(
			    sli_slo_include(slo, now, T0 + SLI_SECONDS(from_s),
				T0 + SLI_SECONDS(to_s), "over", NULL),
			    SLI_OK);
			expect_left(slo, method, 0, 0);
		}
}

static void
test_exclusion_is_of_slices_that_begin_in_it(void **state)
{
	(void)state;
	expect_after_the_fact(SLI_TIMESLICES);
}

static void
test_exclusion_is_of_ratio_slices_that_begin_in_it(void **state)
{
	(void)state;
	expect_after_the_fact(SLI_RATIO_TIMESLICES);
}

/* Settled while the service runs, each in one of its slots. */
static void
test_exclusion_planned_is_of_slices_that_begin_in_it(void **state)
{
	struct sli_slo *slo;
	uint32_t i;

	(void)state;
	for (i = 0; i < LENGTH(methods); i++) {
		setup(state);
		slo = add_sliced(methods[i]);
		assert_int_equal(
		    sli_slo_exclude(slo, T0, T0 + SLI_SECONDS(90),
			T0 + SLI_SECONDS(310), "maintenance", NULL),
		    SLI_OK);
		run_badly();
		expect_left(slo, methods[i], 90, 310);
		teardown(state);
	}
}

/* A day of 24 slices of an hour, of which 10 % may be bad. */
static struct sli_slo *
add_daily(enum sli_method method)
{
	struct sli_slo_config cfg = config(0.9);

	cfg.method = method;
	cfg.slice_ns = SLI_HOURS(1);
	cfg.calendar = SLI_DAY;
	return add(&cfg);
}

static void
exclude(struct sli_slo *slo, uint64_t from_min, uint64_t to_min)
{
	assert_int_equal(sli_slo_exclude(slo, T0, T0 + SLI_MINUTES(from_min),
			     T0 + SLI_MINUTES(to_min), "maintenance", NULL),
	    SLI_OK);
}

/*
 * 24 - 4 slices may have 2 bad ones, and one was. Half past two to half past
 * five, the slices of 3, 4 and 5 h begin: 24 - 3. And whatever is planned.
 */
static void
test_exclusion_makes_a_calendar_budget_of_slices_smaller(void **state)
{
	static const struct {
		uint64_t from_min, to_min, slices, next_day;
	} cases[] = {
		{ 120, 360, 20, 24 },
		{ 150, 330, 21, 24 },
		{ 22 * 60, 28 * 60, 22, 20 },
		{ 23 * 60 + 1, 24 * 60, 24, 24 },
		{ 60, 24 * 60, 1, 24 },
	};
	struct sli_budget b;
	struct sli_slo *slo;
	uint64_t unit;
	uint32_t i, k;

	(void)state;
	for (i = 0; i < 2 * LENGTH(cases); i++) {
		k = i / 2;
		unit = i % 2 == 0 ? 1 : 1000000000;
		setup(state);
		slo = add_daily(methods[i % 2]);
		exclude(slo, cases[k].from_min, cases[k].to_min);
		sli_count(ind, T0 + SLI_MINUTES(30), SLI_BAD, 1);
		b = budget_of(slo, T0 + SLI_MINUTES(61));
		assert_int_equal(b.slices, cases[k].slices);
		assert_int_equal(b.bad, unit);
		assert_near(b.remaining,
		    1.0 - 1.0 / (0.1 * (double)cases[k].slices));
		/* No others came: the day's slices are as many as before. */
		b = budget_of(slo, T0 + SLI_DAYS(1) - 1);
		assert_int_equal(b.slices, cases[k].slices);
		b = budget_of(slo, T0 + SLI_DAYS(1));
		assert_int_equal(b.slices, cases[k].next_day);
		assert_int_equal(b.bad, 0);
		teardown(state);
	}
}

/* All of it: there is nothing to spend, and nothing that spends it. */
static void
test_exclusion_of_a_whole_calendar_period_leaves_no_slices(void **state)
{
	struct sli_slo *slo = add_daily(SLI_TIMESLICES);
	struct sli_budget b;

	(void)state;
	exclude(slo, 0, 24 * 60);
	sli_count(ind, T0 + SLI_MINUTES(30), SLI_BAD, 1);
	b = budget_of(slo, T0 + SLI_HOURS(5));
	assert_int_equal(b.slices, 0);
	assert_int_equal(b.excluded, 1);
	assert_int_equal(b.has_data, 0);
	assert_true(b.remaining == 1.0);
	assert_true(b.exhausted_in_ns == UINT64_MAX);
}

/* With two bad of 20 it is spent, and what is left lasts as many slices. */
static void
test_exclusion_shortens_how_long_a_calendar_budget_lasts(void **state)
{
	struct sli_slo *slo = add_daily(SLI_TIMESLICES);
	struct sli_budget b;

	(void)state;
	exclude(slo, 20 * 60, 24 * 60);
	sli_count(ind, T0 + SLI_MINUTES(30), SLI_BAD, 1);
	b = budget_of(slo, T0 + SLI_HOURS(1));
	assert_near(b.burn_rate_1h, 10.0);
	/* Half of 20 h at 10 times the rate. */
	assert_near((double)b.exhausted_in_ns, (double)SLI_HOURS(1));
	sli_count(ind, T0 + SLI_MINUTES(90), SLI_BAD, 1);
	b = budget_of(slo, T0 + SLI_HOURS(2));
	assert_true(b.remaining == 0.0);
	assert_int_equal(b.exhausted_in_ns, 0);
}

static void
test_exclusion_of_rolling_slices_is_of_those_in_the_period(void **state)
{
	struct sli_slo_config cfg = config(0.9);
	struct sli_slo *slo;

	(void)state;
	cfg.method = SLI_TIMESLICES;
	cfg.slice_ns = SLI_HOURS(1);
	cfg.period_ns = SLI_DAYS(1);
	slo = add(&cfg);
	exclude(slo, 150, 330);
	assert_int_equal(budget_of(slo, T0 + SLI_HOURS(3)).slices, 24);
	assert_int_equal(budget_of(slo, T0 + SLI_HOURS(4)).slices, 23);
	assert_int_equal(budget_of(slo, T0 + SLI_HOURS(20)).slices, 21);
	assert_int_equal(budget_of(slo, T0 + SLI_HOURS(28)).slices, 22);
	assert_int_equal(budget_of(slo, T0 + SLI_HOURS(40)).slices, 24);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exclusion_is_of_slices_that_begin_in_it),
		TEST(test_exclusion_is_of_ratio_slices_that_begin_in_it),
		cmocka_unit_test(
		    test_exclusion_planned_is_of_slices_that_begin_in_it),
		cmocka_unit_test(
		    test_exclusion_makes_a_calendar_budget_of_slices_smaller),
		TEST(
		    test_exclusion_of_a_whole_calendar_period_leaves_no_slices),
		TEST(test_exclusion_shortens_how_long_a_calendar_budget_lasts),
		TEST(
		    test_exclusion_of_rolling_slices_is_of_those_in_the_period),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
