/* SPDX-License-Identifier: MIT */
#include "base/arith.h"
#include "fixture.h"

static void
test_arith_sums_and_differences_stop_at_the_ends(void **state)
{
	(void)state;
	assert_true(sub_floor(3, 2) == 1);
	assert_true(sub_floor(2, 3) == 0);
	assert_true(sub_floor(0, UINT64_MAX) == 0);
	assert_true(sub_floor(UINT64_MAX, 0) == UINT64_MAX);
	assert_true(add_cap(2, 3) == 5);
	assert_true(add_cap(UINT64_MAX, 0) == UINT64_MAX);
	assert_true(add_cap(UINT64_MAX - 1, 1) == UINT64_MAX);
	assert_true(add_cap(UINT64_MAX, UINT64_MAX) == UINT64_MAX);
}

/* folly's interpolation is in floats, and loses counts above 2^24. */
static void
test_arith_share_of_a_huge_count_is_exact(void **state)
{
	(void)state;
	assert_true(share_of(UINT64_MAX, 1, 1) == UINT64_MAX);
	assert_true(share_of(UINT64_MAX, 0, 1) == 0);
	assert_true(
	    share_of(UINT64_MAX, UINT64_MAX - 1, UINT64_MAX) == UINT64_MAX - 1);
	assert_true(share_of(UINT64_MAX, 1, 3) == UINT64_MAX / 3);
	assert_true(share_of((1 << 24) + 1, 1, 1) == (1 << 24) + 1);
	assert_true(share_of(10, 1, 3) == 3);
	assert_true(share_of(10, 2, 3) == 6);
}

static void
test_arith_round_up_keeps_multiples(void **state)
{
	(void)state;
	assert_true(round_up(0, 128) == 0);
	assert_true(round_up(1, 128) == 128);
	assert_true(round_up(128, 128) == 128);
	assert_true(round_up(129, 128) == 256);
	assert_true(round_up(10, 3) == 12);
}

/* Both ways round, so that no case passes by a comparison that is constant. */
static void
expect_order(uint128 a, uint64_t b, uint128 c, uint64_t d, int order)
{
	assert_int_equal(product_exceeds(a, b, c, d), order > 0);
	assert_int_equal(product_exceeds(c, d, a, b), order < 0);
}

static void
test_arith_products_of_192_bits_compare_exactly(void **state)
{
	const uint128 one = 1, most = ~(uint128)0;

	(void)state;
	expect_order(3, 5, 15, 1, 0);
	expect_order(3, 5, 14, 1, 1);
	expect_order(0, UINT64_MAX, most, 0, 0);
	expect_order(most, 1, most, 0, 1);

	/* 2^128 and beside it, where 128 bits have wrapped to 0. */
	expect_order(one << 127, 2, one << 65, UINT64_C(1) << 63, 0);
	expect_order(one << 127, 2, most, 1, 1);
	expect_order(one << 64, 3, most, 1, -1);

	/* 2^191 against its neighbour in the lowest bit. */
	expect_order(one << 127, UINT64_MAX, (one << 127) - 1, UINT64_MAX, 1);
	expect_order(most, UINT64_MAX, most, UINT64_MAX, 0);
	expect_order(most, UINT64_MAX, most - 1, UINT64_MAX, 1);
	expect_order(most, UINT64_MAX, most, UINT64_MAX - 1, 1);

	/* The high halves are equal, the low ones decide: 2^64 +- 1. */
	expect_order((one << 64) + 1, 7, one << 64, 7, 1);
	expect_order((one << 64) + 7, 1, (one << 64) + 1, 1, 1);

	/* (2^64 - 1)^2 (2^64 - 1) in two factorings of different width. */
	expect_order((uint128)UINT64_MAX * UINT64_MAX, 15,
	    (uint128)UINT64_MAX * 15, UINT64_MAX, 0);
	expect_order((uint128)UINT64_MAX * UINT64_MAX, 15,
	    (uint128)UINT64_MAX * 15 - 1, UINT64_MAX, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_arith_sums_and_differences_stop_at_the_ends),
		cmocka_unit_test(test_arith_share_of_a_huge_count_is_exact),
		cmocka_unit_test(test_arith_round_up_keeps_multiples),
		cmocka_unit_test(
		    test_arith_products_of_192_bits_compare_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
