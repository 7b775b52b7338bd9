/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "histograms.h"

#define RANGE_MAX (UINT64_C(1) << 62)

static void
test_histogram_bad_range_is_refused_and_named(void **state)
{
	static const struct {
		uint64_t lowest, highest;
		uint32_t precision_bits;
		int status;
		const char *field, *value;
	} cases[] = {
		{ 1, 100, 2, SLI_ERANGE, "precision_bits", "2" },
		{ 1, 100, 11, SLI_ERANGE, "precision_bits", "11" },
		{ 1, 100, UINT32_MAX, SLI_ERANGE, "precision_bits",
		    "4294967295" },
		{ 1, RANGE_MAX + 1, 0, SLI_ERANGE, "highest",
		    "4611686018427387905" },
		{ 5, 5, 0, SLI_EINVAL, "lowest", "5" },
		{ 8, 7, 0, SLI_EINVAL, "lowest", "8" },
		{ 0, 0, 0, SLI_EINVAL, "highest", "0" },
	};
	struct sli_error err;
	struct sli_histogram *const untouched = (void *)&err, *h = untouched;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(
		    sli_histogram_create(cases[i].lowest, cases[i].highest,
			cases[i].precision_bits, &h, &err),
		    cases[i].status);
		assert_error(&err, cases[i].status, cases[i].field,
		    cases[i].value);
		assert_ptr_equal(h, untouched);
	}
	assert_int_equal(sli_histogram_create(1, 2, 0, NULL, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "out", "NULL");
}

static void
test_histogram_default_precision_is_seven_bits(void **state)
{
	struct sli_histogram *by_default = make_histogram(1, 100000, 0);
	struct sli_histogram *seven = make_histogram(1, 100000, 7);
	uint64_t a[2], b[2];

	(void)state;
	sli_histogram_bounds(by_default, 99999, &a[0], &a[1]);
	sli_histogram_bounds(seven, 99999, &b[0], &b[1]);
	assert_memory_equal(a, b, sizeof(a));
	assert_true(a[1] - a[0] == 1024); /* 2^16 / 64 */
	sli_histogram_destroy(by_default);
	sli_histogram_destroy(seven);
}

static void
test_histogram_bounds_hold_the_value_for_every_precision(void **state)
{
	static const uint64_t values[] = { 1000, 1001, 1023, 1024, 65535, 65536,
		999999999, 60000000000 };
	struct sli_histogram *h;
	uint64_t lower, upper;
	uint32_t p;
	size_t i;

	(void)state;
	for (p = SLI_PRECISION_BITS_MIN; p <= SLI_PRECISION_BITS_MAX; p++) {
		sli_histogram_destroy(make_histogram(0, RANGE_MAX, p));
		h = make_histogram(1000, 60000000000, p);
		for (i = 0; i < LENGTH(values); i++) {
			sli_histogram_bounds(h, values[i], &lower, &upper);
			assert_true(lower <= values[i] && values[i] < upper);
			assert_true((upper - lower) << (p - 1) <= lower ||
			    upper - lower == 1);
		}
		sli_histogram_destroy(h);
	}
}

static void
test_histogram_quantile_is_by_nearest_rank(void **state)
{
	struct sli_histogram *h = make_histogram(1, 127, 7); /* exact */
	uint64_t value;

	(void)state;
	for (value = 1; value <= 100; value++)
		sli_histogram_record(h, value, 1);
	assert_int_equal(quantile(h, 0.0), 1);
	assert_int_equal(quantile(h, 0.001), 1);
	assert_int_equal(quantile(h, 0.01), 1);
	assert_int_equal(quantile(h, 0.010001), 2);
	assert_int_equal(quantile(h, 0.07), 7);
	assert_int_equal(quantile(h, 0.29), 29);
	assert_int_equal(quantile(h, 0.5), 50);
	assert_int_equal(quantile(h, 0.99), 99);
	assert_int_equal(quantile(h, 1.0), 100);
	sli_histogram_destroy(h);
}

static void
test_histogram_quantile_of_one_value_is_its_bucket(void **state)
{
	struct sli_histogram *h = make_histogram(1, 100000, 7);
	uint64_t lower, upper;

	(void)state;
	sli_histogram_record(h, 99999, 1);
	sli_histogram_bounds(h, 99999, &lower, &upper);
	assert_true(quantile(h, 0.0) == lower);
	assert_true(quantile(h, 0.5) == upper - 1);
	assert_true(quantile(h, 1.0) == upper - 1);
	sli_histogram_destroy(h);
}

static void
test_histogram_quantile_outside_0_to_1_is_refused(void **state)
{
	const double wrong[] = { (double)NAN, -0.001, 1.001, (double)INFINITY,
		-(double)INFINITY, 99.9 };
	struct sli_histogram *h = make_histogram(1, 100, 7);
	uint64_t out = 7;
	size_t i;

	(void)state;
	sli_histogram_record(h, 5, 1);
	for (i = 0; i < LENGTH(wrong); i++)
		assert_int_equal(sli_histogram_quantile(h, wrong[i], &out),
		    SLI_EINVAL);
	assert_int_equal(out, 7);
	sli_histogram_destroy(h);
}

static void
test_histogram_out_of_range_is_counted_not_dropped(void **state)
{
	struct sli_histogram *h = make_histogram(1000, 2000, 7);
	struct sli_bucket b;
	uint32_t cursor = 0;

	(void)state;
	sli_histogram_record(h, 0, 1);
	sli_histogram_record(h, 999, 2);
	sli_histogram_record(h, 1500, 3);
	sli_histogram_record(h, UINT64_MAX, 4);
	assert_int_equal(sli_histogram_count(h), 10);

	assert_int_equal(sli_histogram_next(h, &cursor, &b), 1);
	assert_true(b.lower == 0 && b.upper <= 1000 && b.count == 3);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 1);
	assert_true(b.lower <= 1500 && 1500 < b.upper && b.count == 3);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 1);
	assert_true(b.lower > 2000 && b.upper == UINT64_MAX && b.count == 4);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 0);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 0);

	/* Of the overflow only its lower bound is known. */
	sli_histogram_bounds(h, UINT64_MAX, &b.lower, &b.upper);
	assert_true(quantile(h, 1.0) == b.lower);
	assert_true(quantile(h, 0.0) == 0);
	sli_histogram_destroy(h);
}

static void
test_histogram_mean_min_max_of_exact_buckets_are_exact(void **state)
{
	struct sli_histogram *h = make_histogram(0, 127, 7);
	uint64_t least = 0, most = 0;
	double mean = 0.0;

	(void)state;
	sli_histogram_record(h, 10, 3);
	sli_histogram_record(h, 70, 1);
	assert_int_equal(sli_histogram_mean(h, &mean), SLI_OK);
	assert_near(mean, 25.0);
	assert_int_equal(sli_histogram_min(h, &least), SLI_OK);
	assert_int_equal(sli_histogram_max(h, &most), SLI_OK);
	assert_int_equal(least, 10);
	assert_int_equal(most, 70);
	sli_histogram_destroy(h);
}

static void
test_histogram_mean_takes_overflow_at_its_lower_bound(void **state)
{
	struct sli_histogram *h = make_histogram(0, 127, 7);
	uint64_t most = 0;
	double mean = 0.0;

	(void)state;
	sli_histogram_record(h, UINT64_MAX, 2);
	assert_int_equal(sli_histogram_mean(h, &mean), SLI_OK);
	assert_near(mean, 128.0);
	assert_int_equal(sli_histogram_max(h, &most), SLI_OK);
	assert_int_equal(most, 128);
	sli_histogram_destroy(h);
}

/* 0/0 never becomes a number. */
static void
test_histogram_empty_has_no_data(void **state)
{
	struct sli_histogram *h = make_histogram(1, 100, 7);
	struct sli_bucket b;
	uint64_t out = 7;
	double mean = 7.0;
	uint32_t cursor = 0;

	(void)state;
	sli_histogram_record(h, 5, 0);
	assert_int_equal(sli_histogram_count(h), 0);
	assert_int_equal(sli_histogram_quantile(h, 0.5, &out), SLI_ENODATA);
	assert_int_equal(sli_histogram_quantile(h, 0.0, &out), SLI_ENODATA);
	assert_int_equal(sli_histogram_min(h, &out), SLI_ENODATA);
	assert_int_equal(sli_histogram_max(h, &out), SLI_ENODATA);
	assert_int_equal(sli_histogram_mean(h, &mean), SLI_ENODATA);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 0);
	assert_true(out == 7 && mean == 7.0);
	sli_histogram_destroy(h);
}

static void
test_histogram_reset_forgets_every_value(void **state)
{
	struct sli_histogram *h = make_histogram(1, 100, 7);
	uint64_t out;

	(void)state;
	sli_histogram_record(h, 0, 1);
	sli_histogram_record(h, 50, 1);
	sli_histogram_record(h, 1000, 1);
	sli_histogram_reset(h);
	assert_int_equal(sli_histogram_count(h), 0);
	assert_int_equal(sli_histogram_max(h, &out), SLI_ENODATA);
	sli_histogram_record(h, 60, 2);
	assert_int_equal(sli_histogram_count(h), 2);
	assert_int_equal(quantile(h, 1.0), 60);
	sli_histogram_destroy(h);
}

static void
test_histogram_counts_stay_at_the_top_rather_than_wrap(void **state)
{
	struct sli_histogram *h = make_histogram(1, 127, 7);
	struct sli_bucket b;
	uint32_t cursor = 0;

	(void)state;
	sli_histogram_record(h, 10, UINT64_MAX - 1);
	sli_histogram_record(h, 10, 5);
	sli_histogram_record(h, 20, UINT64_MAX);
	assert_true(sli_histogram_count(h) == UINT64_MAX);
	while (sli_histogram_next(h, &cursor, &b))
		assert_true(b.count == UINT64_MAX);
	assert_int_equal(quantile(h, 0.0), 10);
	assert_int_equal(quantile(h, 0.5), 10);
	sli_histogram_destroy(h);
}

static void
test_histogram_null_is_refused_or_nothing(void **state)
{
	struct sli_histogram *h = make_histogram(1, 100, 7);
	struct sli_bucket b;
	uint64_t value = 7;
	uint32_t cursor = 0;
	double mean;

	(void)state;
	sli_histogram_record(h, 5, 1);
	sli_histogram_destroy(NULL);
	sli_histogram_reset(NULL);
	sli_histogram_record(NULL, 5, 1);
	assert_int_equal(sli_histogram_count(NULL), 0);
	assert_int_equal(sli_histogram_quantile(NULL, 0.5, &value), SLI_EINVAL);
	assert_int_equal(sli_histogram_quantile(h, 0.5, NULL), SLI_EINVAL);
	assert_int_equal(sli_histogram_quantile(h, 0.0, NULL), SLI_EINVAL);
	assert_int_equal(sli_histogram_mean(NULL, &mean), SLI_EINVAL);
	assert_int_equal(sli_histogram_mean(h, NULL), SLI_EINVAL);
	assert_int_equal(sli_histogram_min(NULL, &value), SLI_EINVAL);
	assert_int_equal(sli_histogram_max(h, NULL), SLI_EINVAL);
	assert_int_equal(sli_histogram_bounds(NULL, 5, &value, &value),
	    SLI_EINVAL);
	assert_int_equal(sli_histogram_bounds(h, 5, NULL, &value), SLI_EINVAL);
	assert_int_equal(sli_histogram_bounds(h, 5, &value, NULL), SLI_EINVAL);
	assert_int_equal(sli_histogram_next(NULL, &cursor, &b), 0);
	assert_int_equal(sli_histogram_next(h, NULL, &b), 0);
	assert_int_equal(sli_histogram_next(h, &cursor, NULL), 0);
	assert_int_equal(value, 7);
	sli_histogram_destroy(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histogram_bad_range_is_refused_and_named),
		cmocka_unit_test(
		    test_histogram_default_precision_is_seven_bits),
		cmocka_unit_test(
		    test_histogram_bounds_hold_the_value_for_every_precision),
		cmocka_unit_test(test_histogram_quantile_is_by_nearest_rank),
		cmocka_unit_test(
		    test_histogram_quantile_of_one_value_is_its_bucket),
		cmocka_unit_test(
		    test_histogram_quantile_outside_0_to_1_is_refused),
		cmocka_unit_test(
		    test_histogram_out_of_range_is_counted_not_dropped),
		cmocka_unit_test(
		    test_histogram_mean_min_max_of_exact_buckets_are_exact),
		cmocka_unit_test(
		    test_histogram_mean_takes_overflow_at_its_lower_bound),
		cmocka_unit_test(test_histogram_empty_has_no_data),
		cmocka_unit_test(test_histogram_reset_forgets_every_value),
		cmocka_unit_test(
		    test_histogram_counts_stay_at_the_top_rather_than_wrap),
		cmocka_unit_test(test_histogram_null_is_refused_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
