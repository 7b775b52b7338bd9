/* SPDX-License-Identifier: MIT */
#include "adjusts.h"

#define MINUTE(n) (T0 + SLI_MINUTES(n))

static void
bad_each_second(uint64_t minutes)
{
	count_each_second(ind, T0, minutes * 60, SLI_BAD, 1);
}

static void
test_include_shortens_an_exclusion_that_goes_on(void **state)
{
	struct sli_slo *slo = add_slo();

	(void)state;
	assert_int_equal(exclude(slo, T0, MINUTE(10), MINUTE(50)), SLI_OK);
	bad_each_second(30);
	assert_budget(slo, MINUTE(30), 0, 600);
	/* The work was done earlier. */
	assert_int_equal(include(slo, MINUTE(30), MINUTE(30), MINUTE(60)),
	    SLI_OK);
	assert_int_equal(adjustments(slo, MINUTE(30)), 1);
	assert_true(
	    exclusion_from(slo, MINUTE(30), MINUTE(10)).to_ns == MINUTE(30));
	assert_int_equal(exclusion_from(slo, MINUTE(30), MINUTE(10)).settled,
	    1);
	sli_count(ind, MINUTE(30), SLI_BAD, 5);
	assert_budget(slo, MINUTE(40), 0, 605);
}

static void
test_include_out_of_the_middle_leaves_two(void **state)
{
	struct sli_slo *slo = add_slo();

	(void)state;
	assert_int_equal(exclude(slo, T0, MINUTE(10), MINUTE(50)), SLI_OK);
	assert_int_equal(include(slo, T0, MINUTE(20), MINUTE(30)), SLI_OK);
	assert_int_equal(adjustments(slo, T0), 2);
	assert_true(exclusion_from(slo, T0, MINUTE(10)).to_ns == MINUTE(20));
	assert_true(exclusion_from(slo, T0, MINUTE(30)).to_ns == MINUTE(50));
	bad_each_second(60);
	assert_budget(slo, MINUTE(60), 0, 10 * 60 * 3);
}

static void
test_include_takes_back_settled_ones_whole(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli_error err;

	(void)state;
	bad_each_second(60);
	assert_int_equal(exclude(slo, MINUTE(60), MINUTE(10), MINUTE(20)),
	    SLI_OK);
	assert_int_equal(exclude(slo, MINUTE(60), MINUTE(30), MINUTE(40)),
	    SLI_OK);
	assert_int_equal(sli_slo_include(slo, MINUTE(60), MINUTE(5), MINUTE(35),
			     "cut", &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL,
	    "2025-01-01T00:30:00Z to 2025-01-01T00:40:00Z", "all of it");
	assert_int_equal(include(slo, MINUTE(60), MINUTE(15), MINUTE(16)),
	    SLI_EINVAL);
	assert_budget(slo, MINUTE(60), 0, 40 * 60);
	assert_int_equal(include(slo, MINUTE(60), MINUTE(5), MINUTE(25)),
	    SLI_OK);
	assert_budget(slo, MINUTE(60), 0, 50 * 60);
	assert_int_equal(adjustments(slo, MINUTE(60)), 1);
	assert_int_equal(include(slo, MINUTE(60), T0, MINUTE(60)), SLI_OK);
	assert_budget(slo, MINUTE(60), 0, 60 * 60);
	assert_int_equal(adjustments(slo, MINUTE(60)), 0);
}

/* Its beginning has left the period and the history, its end has not. */
static void
test_include_takes_back_one_that_is_nearly_forgotten(void **state)
{
	struct sli_slo *slo = add_slo();
	uint64_t now;

	(void)state;
	bad_each_second(60);
	assert_int_equal(exclude(slo, MINUTE(60), MINUTE(0), MINUTE(60)),
	    SLI_OK);
	/* The rings reach 2 h x 399, and a slot more before they forget. */
	now = MINUTE(30) + SLI_HOURS(800);
	sli_advance(reg, now);
	assert_int_equal(adjustments(slo, now), 1);
	assert_int_equal(include(slo, now, MINUTE(0), MINUTE(60)), SLI_OK);
	assert_int_equal(adjustments(slo, now), 0);
}

static void
test_include_of_what_is_not_excluded_is_refused(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli_error err;

	(void)state;
	sli_count(ind, T0, SLI_BAD, 1);
	assert_int_equal(exclude(slo, T0, MINUTE(10), MINUTE(20)), SLI_OK);
	assert_int_equal(
	    sli_slo_include(slo, T0, MINUTE(20), MINUTE(30), "x", &err),
	    SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "availability", "2025-01-01T00:20:00Z");
	assert_int_equal(include(slo, T0, T0, MINUTE(10)), SLI_ENOENT);
	assert_int_equal(include(slo, T0, T0, T0), SLI_EINVAL);
	assert_int_equal(include(NULL, T0, T0, T0 + 1), SLI_EINVAL);
	assert_int_equal(
	    sli_slo_include(slo, T0, MINUTE(10), MINUTE(20), NULL, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "why", "255 bytes");
	assert_int_equal(adjustments(slo, T0), 1);
}

/* A correction is no exclusion. */
static void
test_include_leaves_corrections_alone(void **state)
{
	struct sli_slo *slo = add_slo();

	(void)state;
	sli_count(ind, T0, SLI_BAD, 5);
	assert_int_equal(correct(slo, MINUTE(1), T0, 0, -2), SLI_OK);
	assert_int_equal(include(slo, MINUTE(1), T0, MINUTE(1)), SLI_ENOENT);
	assert_budget(slo, MINUTE(1), 0, 3);
}

/* All places are taken: to shorten still goes, to split does not. */
static void
test_include_when_full_shortens_but_does_not_split(void **state)
{
	struct sli_slo *slo = add_slo();
	struct sli_error err;
	uint64_t i;

	(void)state;
	for (i = 0; i < SLI_ADJUSTMENTS_MAX; i++)
		assert_int_equal(
		    exclude(slo, T0, MINUTE(10 * i + 10), MINUTE(10 * i + 18)),
		    SLI_OK);
	assert_int_equal(
	    sli_slo_include(slo, T0, MINUTE(12), MINUTE(14), "x", &err),
	    SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "20", "accepted");
	assert_true(exclusion_from(slo, T0, MINUTE(10)).to_ns == MINUTE(18));
	/* The end of one, the next two whole, the beginning of a fourth. */
	assert_int_equal(include(slo, T0, MINUTE(14), MINUTE(42)), SLI_OK);
	assert_int_equal(adjustments(slo, T0), SLI_ADJUSTMENTS_MAX - 2);
	assert_true(exclusion_from(slo, T0, MINUTE(10)).to_ns == MINUTE(14));
	assert_true(exclusion_from(slo, T0, MINUTE(42)).to_ns == MINUTE(48));
	assert_int_equal(include(slo, T0, MINUTE(12), MINUTE(13)), SLI_OK);
	assert_int_equal(include(slo, T0, MINUTE(45), MINUTE(46)), SLI_OK);
	assert_int_equal(adjustments(slo, T0), SLI_ADJUSTMENTS_MAX);
	for (i = 0; i < 100; i++) /* no place is lost on the way */
		assert_int_equal(
		    include(slo, T0, MINUTE(208) - i - 1, MINUTE(208) - i),
		    SLI_OK);
	assert_int_equal(adjustments(slo, T0), SLI_ADJUSTMENTS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_include_shortens_an_exclusion_that_goes_on),
		TEST(test_include_out_of_the_middle_leaves_two),
		TEST(test_include_takes_back_settled_ones_whole),
		TEST(test_include_takes_back_one_that_is_nearly_forgotten),
		TEST(test_include_of_what_is_not_excluded_is_refused),
		TEST(test_include_leaves_corrections_alone),
		TEST(test_include_when_full_shortens_but_does_not_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
