/* SPDX-License-Identifier: MIT */
#include "histograms.h"

static void
test_histogram_merge_of_equal_buckets_is_exact(void **state)
{
	struct sli_histogram *a = make_histogram(1000, 2000000, 5);
	struct sli_histogram *b = make_histogram(1000, 2000000, 5);
	struct sli_histogram *both = make_histogram(1000, 2000000, 5);
	struct sli_bucket in_a, in_both;
	uint32_t at_a = 0, at_both = 0;
	uint64_t i, value;

	(void)state;
	for (i = 0; i < 3000; i++) {
		value = i * i;
		sli_histogram_record(i % 3 ? a : b, value, i);
		sli_histogram_record(both, value, i);
	}
	assert_int_equal(sli_histogram_merge(a, b), SLI_OK);
	assert_true(sli_histogram_count(a) == sli_histogram_count(both));
	while (sli_histogram_next(both, &at_both, &in_both)) {
		assert_int_equal(sli_histogram_next(a, &at_a, &in_a), 1);
		assert_true(in_a.lower == in_both.lower &&
		    in_a.upper == in_both.upper && in_a.count == in_both.count);
	}
	assert_int_equal(sli_histogram_next(a, &at_a, &in_a), 0);
	sli_histogram_destroy(a);
	sli_histogram_destroy(b);
	sli_histogram_destroy(both);
}

/* Each count goes where the middle of its bucket lies, and none is lost. */
static void
test_histogram_merge_of_other_buckets_is_off_by_one_width(void **state)
{
	struct sli_histogram *from = make_histogram(1, 1 << 20, 3);
	struct sli_histogram *into = make_histogram(1, 1 << 20, 10);
	uint64_t lower, upper, middle_lower, middle_upper;

	(void)state;
	sli_histogram_record(from, 70000, 3);
	assert_int_equal(sli_histogram_merge(into, from), SLI_OK);
	assert_int_equal(sli_histogram_count(into), 3);
	sli_histogram_bounds(from, 70000, &lower, &upper);
	sli_histogram_bounds(into, lower + (upper - lower) / 2, &middle_lower,
	    &middle_upper);
	assert_true(quantile(into, 0.5) == middle_upper - 1);

	/* What is out of both ranges stays out. */
	sli_histogram_reset(from);
	sli_histogram_reset(into);
	sli_histogram_record(from, 0, 2);
	sli_histogram_record(from, UINT64_MAX, 5);
	assert_int_equal(sli_histogram_merge(into, from), SLI_OK);
	assert_int_equal(sli_histogram_count(into), 7);
	assert_int_equal(quantile(into, 0.0), 0);
	sli_histogram_bounds(into, UINT64_MAX, &lower, &upper);
	assert_true(quantile(into, 1.0) == lower);
	sli_histogram_destroy(from);
	sli_histogram_destroy(into);
}

/* Of what is out of range one bound is known, and there it goes. */
static void
test_histogram_merge_puts_out_of_range_at_its_known_bound(void **state)
{
	struct sli_histogram *from = make_histogram(1024, 2047, 7);
	struct sli_histogram *into = make_histogram(0, 1 << 20, 7);

	(void)state;
	sli_histogram_record(from, 1000, 1);
	sli_histogram_record(from, 500000, 1);
	assert_int_equal(sli_histogram_merge(into, from), SLI_OK);
	assert_int_equal(sli_histogram_count(into), 2);
	assert_int_equal(quantile(into, 0.5), 0);
	assert_int_equal(quantile(into, 1.0), 2048 + 31);
	sli_histogram_destroy(from);
	sli_histogram_destroy(into);
}

static void
test_histogram_merge_with_itself_is_refused(void **state)
{
	struct sli_histogram *h = make_histogram(1, 100, 7);

	(void)state;
	sli_histogram_record(h, 5, 1);
	assert_int_equal(sli_histogram_merge(h, h), SLI_EINVAL);
	assert_int_equal(sli_histogram_merge(h, NULL), SLI_EINVAL);
	assert_int_equal(sli_histogram_merge(NULL, h), SLI_EINVAL);
	assert_int_equal(sli_histogram_count(h), 1);
	sli_histogram_destroy(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_histogram_merge_of_equal_buckets_is_exact),
		cmocka_unit_test(
		    test_histogram_merge_of_other_buckets_is_off_by_one_width),
		cmocka_unit_test(
		    test_histogram_merge_puts_out_of_range_at_its_known_bound),
		cmocka_unit_test(test_histogram_merge_with_itself_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
