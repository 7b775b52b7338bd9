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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exclusion_is_of_slices_that_begin_in_it),
		TEST(test_exclusion_is_of_ratio_slices_that_begin_in_it),
		cmocka_unit_test(
		    test_exclusion_planned_is_of_slices_that_begin_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
