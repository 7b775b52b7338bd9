/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/arith.h"
#include "fixture.h"
#include "history/buckets.h"

#define EACH_PRECISION(p)                                                      \
	uint32_t p = SLI_PRECISION_BITS_MIN;                                   \
	p <= SLI_PRECISION_BITS_MAX;                                           \
	p++

/* Every value that a bucket may have, so that cell 1 + i is the i-th bucket. */
static struct sli__buckets
all_buckets(uint32_t precision_bits)
{
	return sli__buckets_make(0, SLI__VALUE_MAX, precision_bits);
}

static void
test_buckets_small_values_have_one_each(void **state)
{
	struct sli__buckets b;
	uint64_t value;

	(void)state;
	for (EACH_PRECISION(p)) {
		b = all_buckets(p);
		for (value = 0; value < UINT64_C(1) << p; value++)
			assert_int_equal(sli__buckets_cell(&b, value),
			    value + 1);
	}
}

static void
test_buckets_each_octave_has_two_to_the_p_minus_one(void **state)
{
	struct sli__buckets b;
	uint32_t k;

	(void)state;
	for (EACH_PRECISION(p)) {
		b = all_buckets(p);
		for (k = p; k < 62; k++)
			assert_int_equal(
			    sli__buckets_cell(&b, UINT64_C(2) << k) -
				sli__buckets_cell(&b, UINT64_C(1) << k),
			    1 << (p - 1));
	}
}

static void
test_buckets_width_is_within_the_promised_error(void **state)
{
	struct sli__buckets b;
	uint64_t lower, upper;
	uint32_t cell;

	(void)state;
	for (EACH_PRECISION(p)) {
		b = all_buckets(p);
		for (cell = 1; cell < sli__buckets_cells(&b) - 1; cell++) {
			sli__buckets_bounds(&b, cell, &lower, &upper);
			assert_true(upper - lower == 1 ||
			    (uint128)(upper - lower) << (p - 1) <= lower);
		}
	}
}

/*
 * Each cell begins where the one before ends, the index of what lies at its
 * edges is its own, and the range's ends are in the first and the last.
 */
static void
expect_cells_tile(const struct sli__buckets *b, uint64_t lowest,
    uint64_t highest)
{
	uint64_t lower, upper, last_upper = 0;
	uint32_t cell, overflow = sli__buckets_cells(b) - 1;

	for (cell = 0; cell < overflow; cell++, last_upper = upper) {
		sli__buckets_bounds(b, cell, &lower, &upper);
		assert_true(lower == last_upper);
		if (lower == upper) { /* no value is below a range from 0 */
			assert_true(cell == 0 && lowest == 0);
			continue;
		}
		assert_int_equal(sli__buckets_cell(b, lower), cell);
		assert_int_equal(sli__buckets_cell(b, upper - 1), cell);
		assert_true(sli__buckets_highest(b, cell) == upper - 1);
	}
	sli__buckets_bounds(b, overflow, &lower, &upper);
	assert_true(lower == last_upper && upper == UINT64_MAX);
	assert_int_equal(sli__buckets_cell(b, lower), overflow);
	assert_int_equal(sli__buckets_cell(b, UINT64_MAX), overflow);
	assert_true(sli__buckets_highest(b, overflow) == lower);

	assert_int_equal(sli__buckets_cell(b, lowest), 1);
	assert_int_equal(sli__buckets_cell(b, highest), overflow - 1);
}

static void
test_buckets_of_any_range_tile_all_values(void **state)
{
	static const struct {
		uint64_t lowest, highest;
	} ranges[] = {
		{ 0, 1 },
		{ 0, SLI__VALUE_MAX },
		{ 1, 2 },
		{ 1000, 60000000000 },
		{ 1023, 1025 },
		{ SLI__VALUE_MAX - 1, SLI__VALUE_MAX },
	};
	struct sli__buckets b;
	size_t i;

	(void)state;
	for (EACH_PRECISION(p))
		for (i = 0; i < LENGTH(ranges); i++) {
			b = sli__buckets_make(ranges[i].lowest,
			    ranges[i].highest, p);
			expect_cells_tile(&b, ranges[i].lowest,
			    ranges[i].highest);
		}
}

static void
test_buckets_rank_of_seven_percent_of_a_hundred_is_seven(void **state)
{
	(void)state;
	assert_true(ceil(0.07 * 100) > 7.0); /* what doubles make of it */
	assert_int_equal(sli__quantile_rank(0.07, 100), 7);
}

/* Against the definition in integers, for every third decimal. */
static void
test_buckets_rank_is_the_nearest_one(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 7, 10, 99, 100, 1000, 1001,
		123456789, UINT64_C(1) << 53, UINT64_C(1) << 63, UINT64_MAX };
	uint128 scaled;
	uint64_t k, rank;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(counts); i++)
		for (k = 1; k <= 1000; k++) {
			scaled = (uint128)counts[i] * k;
			rank = (uint64_t)((scaled + 999) / 1000);
			assert_true(sli__quantile_rank((double)k / 1000,
					counts[i]) == rank);
		}
}

static void
test_buckets_rank_lies_within_the_count(void **state)
{
	(void)state;
	assert_int_equal(sli__quantile_rank(0.0, 100), 1);
	assert_int_equal(sli__quantile_rank(1e-300, 100), 1);
	assert_int_equal(sli__quantile_rank(1.0, 1), 1);
	assert_true(sli__quantile_rank(1.0, UINT64_MAX) == UINT64_MAX);
	assert_int_equal(sli__quantile_rank(nextafter(1.0, 0.0), 100), 100);
}

static void
test_buckets_quantile_is_between_0_and_1(void **state)
{
	(void)state;
	assert_true(sli__is_quantile(0.0));
	assert_true(sli__is_quantile(-0.0));
	assert_true(sli__is_quantile(1.0));
	assert_false(sli__is_quantile(nextafter(1.0, 2.0)));
	assert_false(sli__is_quantile(nextafter(0.0, -1.0)));
	assert_false(sli__is_quantile((double)NAN));
	assert_false(sli__is_quantile((double)INFINITY));
	assert_false(sli__is_quantile(-(double)INFINITY));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets_small_values_have_one_each),
		cmocka_unit_test(
		    test_buckets_each_octave_has_two_to_the_p_minus_one),
		cmocka_unit_test(
		    test_buckets_width_is_within_the_promised_error),
		cmocka_unit_test(test_buckets_of_any_range_tile_all_values),
		cmocka_unit_test(
		    test_buckets_rank_of_seven_percent_of_a_hundred_is_seven),
		cmocka_unit_test(test_buckets_rank_is_the_nearest_one),
		cmocka_unit_test(test_buckets_rank_lies_within_the_count),
		cmocka_unit_test(test_buckets_quantile_is_between_0_and_1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
