/* SPDX-License-Identifier: MIT */
/*
 * HdrHistogram's geometry against a naive oracle, and conversions.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../support/common.h"
#include "../support/random.h"
#include "hdr_data.h"

#define VALUES 2000

static struct sli_hdr *
create(uint64_t lowest, uint64_t highest, uint32_t digits)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_hdr *h = NULL;

	if (sli_hdr_create(lowest, highest, digits, &h, &err) != SLI_OK)
		fail_msg("%s", err.message);
	return h;
}

/* The bucket of a value as HdrHistogram's papers have it, by division. */
static void
oracle_bucket(uint64_t lowest, uint32_t digits, uint64_t value, uint64_t *lower,
    uint64_t *width)
{
	uint64_t sub_buckets = 1;

	while ((double)sub_buckets < 2 * pow(10, digits))
		sub_buckets *= 2;
	*width = 1;
	while (*width * 2 <= lowest)
		*width *= 2;
	while (value / *width >= sub_buckets)
		*width *= 2;
	*lower = value - value % *width;
}

static int
ascending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
check_against_oracle(uint64_t lowest, uint64_t highest, uint32_t digits,
    struct random *rnd)
{
	static uint64_t values[VALUES];
	struct sli_hdr *h = create(lowest, highest, digits);
	uint64_t i, rank, lower, width, found;
	double sum = 0, mean;

	for (i = 0; i < VALUES; i++) {
		values[i] = random_magnitude(rnd, 63);
		values[i] %= highest;
		sli_hdr_record(h, values[i], 1);
		oracle_bucket(lowest, digits, values[i], &lower, &width);
		sum += (double)(lower + width / 2);
	}
	qsort(values, VALUES, sizeof(values[0]), ascending);
	for (rank = 1; rank <= VALUES; rank++) {
		oracle_bucket(lowest, digits, values[rank - 1], &lower, &width);
		assert_int_equal(
		    sli_hdr_quantile(h, (double)rank / VALUES, &found), SLI_OK);
		assert_int_equal(found, lower + width - 1);
	}
	assert_int_equal(sli_hdr_mean(h, &mean), SLI_OK);
	assert_true(fabs(mean - sum / VALUES) <= 1e-9 * mean);
	oracle_bucket(lowest, digits, values[0], &lower, &width);
	assert_int_equal(sli_hdr_min(h, &found), SLI_OK);
	assert_int_equal(found, lower);
	assert_int_equal(sli_hdr_count(h), VALUES);
	sli_hdr_destroy(h);
}

static void
test_hdr_buckets_and_quantiles_are_the_oracles(void **state)
{
	static const uint64_t lowest[] = { 1, 2, 3, 1000, 1 << 20 };
	struct random rnd = { 7 };
	uint32_t digits;
	size_t i;

	(void)state;
	for (digits = SLI_HDR_DIGITS_MIN; digits <= SLI_HDR_DIGITS_MAX;
	     digits++)
		for (i = 0; i < LENGTH(lowest); i++) {
			check_against_oracle(lowest[i], INT64_MAX, digits,
			    &rnd);
			check_against_oracle(lowest[i], 3600000000000, digits,
			    &rnd);
			check_against_oracle(lowest[i], 2 * lowest[i], digits,
			    &rnd);
		}
}

static void
test_hdr_range_is_checked_and_named(void **state)
{
	static const struct {
		uint64_t lowest, highest;
		uint32_t digits;
		const char *field;
	} cases[] = {
		{ 1, 100, 0, "digits 0 " },
		{ 1, 100, 6, "digits 6 " },
		{ 0, 100, 3, "lowest 0 " },
		{ UINT64_C(1) << 52, INT64_MAX, 3, "lowest 4503599627370496 " },
		{ 10, 19, 3, "highest 19 " },
		{ 1, (uint64_t)INT64_MAX + 1, 3,
		    "highest 9223372036854775808" },
	};
	struct sli_error err;
	struct sli_hdr *h = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(
		    sli_hdr_create(cases[i].lowest, cases[i].highest,
			cases[i].digits, &h, &err),
		    SLI_ERANGE);
		if (strstr(err.message, cases[i].field) != err.message)
			fail_msg("%s", err.message);
		assert_non_null(strstr(err.message, "accepted: "));
	}
	assert_null(h);
	sli_hdr_destroy(create((UINT64_C(1) << 52) - 1, INT64_MAX, 3));
	assert_int_equal(sli_hdr_create(1, 100, 3, NULL, NULL), SLI_EINVAL);
}

static void
test_hdr_beyond_its_bounds_saturates(void **state)
{
	struct sli_hdr *h = create(1, 1000, 3);
	uint64_t value;

	(void)state;
	sli_hdr_record(h, UINT64_MAX, 1);
	assert_int_equal(sli_hdr_max(h, &value), SLI_OK);
	assert_int_equal(value, 2047);
	sli_hdr_record(h, 5, UINT64_MAX);
	sli_hdr_record(h, 5, UINT64_MAX);
	assert_true(sli_hdr_count(h) == UINT64_MAX);
	assert_int_equal(sli_hdr_quantile(h, 0.5, &value), SLI_OK);
	assert_true(value == 2047 || value == 5);
	sli_hdr_destroy(h);
}

static void
test_hdr_empty_or_null_has_no_answers(void **state)
{
	struct sli_hdr *h = create(1, 1000, 3);
	struct sli_bucket b;
	uint64_t value;
	uint32_t cursor = 0;
	double real;

	(void)state;
	assert_int_equal(sli_hdr_quantile(h, 0.5, &value), SLI_ENODATA);
	assert_int_equal(sli_hdr_quantile(h, 0, &value), SLI_ENODATA);
	assert_int_equal(sli_hdr_quantile(h, 1.1, &value), SLI_EINVAL);
	assert_int_equal(sli_hdr_quantile(h, (double)NAN, &value), SLI_EINVAL);
	assert_int_equal(sli_hdr_mean(h, &real), SLI_ENODATA);
	assert_int_equal(sli_hdr_variance(NULL, &real), SLI_EINVAL);
	assert_int_equal(sli_hdr_min(h, &value), SLI_ENODATA);
	assert_int_equal(sli_hdr_max(h, NULL), SLI_EINVAL);
	assert_int_equal(sli_hdr_next(h, &cursor, &b), 0);
	assert_int_equal(sli_hdr_next(NULL, &cursor, &b), 0);
	assert_int_equal(sli_hdr_merge(h, h), SLI_EINVAL);
	assert_int_equal(sli_hdr_add_histogram(h, NULL), SLI_EINVAL);
	assert_int_equal(sli_hdr_to_histogram(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_hdr_count(NULL), 0);
	assert_int_equal(sli_hdr_size(NULL, SLI_HDR_PLAIN), 0);
	sli_hdr_record(NULL, 1, 1);
	sli_hdr_destroy(NULL);
	sli_hdr_destroy(h);
}

static void
assert_same_histogram(const struct sli_histogram *a,
    const struct sli_histogram *b)
{
	struct sli_bucket x, y;
	uint32_t of_a = 0, of_b = 0;

	while (sli_histogram_next(a, &of_a, &x)) {
		assert_true(sli_histogram_next(b, &of_b, &y));
		assert_int_equal(x.lower, y.lower);
		assert_int_equal(x.count, y.count);
	}
	assert_false(sli_histogram_next(b, &of_b, &y));
}

/* libsli's own, through buckets as fine as its are or finer, and back. */
static void
test_hdr_conversion_through_finer_buckets_is_exact(void **state)
{
	static const struct {
		uint64_t lowest;
		uint32_t bits, digits;
	} cases[] = { { 0, 5, 1 }, { 1000, 7, 2 }, { 0, 8, 2 }, { 1, 9, 3 },
		{ 1000000, 10, 3 }, { 777, 10, 5 } };
	struct sli_histogram *before, *after;
	struct random rnd = { 11 };
	struct sli_hdr *h;
	size_t i, n;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(
		    sli_histogram_create(cases[i].lowest, SLI_MINUTES(1),
			cases[i].bits, &before, NULL),
		    SLI_OK);
		assert_int_equal(
		    sli_histogram_create(cases[i].lowest, SLI_MINUTES(1),
			cases[i].bits, &after, NULL),
		    SLI_OK);
		/* Also below and above the range. */
		for (n = 0; n < VALUES; n++)
			sli_histogram_record(before, random_magnitude(&rnd, 63),
			    n + 1);
		h = create(1, INT64_MAX, cases[i].digits);
		assert_int_equal(sli_hdr_add_histogram(h, before), SLI_OK);
		assert_int_equal(sli_hdr_count(h), sli_histogram_count(before));
		assert_int_equal(sli_hdr_to_histogram(h, after), SLI_OK);
		assert_same_histogram(before, after);
		sli_hdr_destroy(h);
		sli_histogram_destroy(before);
		sli_histogram_destroy(after);
	}
}

/* The same buckets: every quantile is the same number. */
static void
test_hdr_conversion_to_same_buckets_keeps_quantiles(void **state)
{
	struct sli_hdr *h = create(1, SLI_MINUTES(1), 2);
	struct sli_histogram *own;
	struct random rnd = { 13 };
	uint64_t a, b, i;

	(void)state;
	assert_int_equal(sli_histogram_create(0, SLI_MINUTES(1), 8, &own, NULL),
	    SLI_OK);
	for (i = 0; i < VALUES; i++)
		sli_histogram_record(own, random_next(&rnd) % SLI_MINUTES(1),
		    1);
	assert_int_equal(sli_hdr_add_histogram(h, own), SLI_OK);
	for (i = 0; i <= 1000; i++) {
		assert_int_equal(
		    sli_histogram_quantile(own, (double)i / 1000, &a), SLI_OK);
		assert_int_equal(sli_hdr_quantile(h, (double)i / 1000, &b),
		    SLI_OK);
		assert_int_equal(a, b);
	}
	sli_histogram_destroy(own);
	sli_hdr_destroy(h);
}

static void
test_hdr_encode_is_byte_for_byte_that_of_java_and_c(void **state)
{
	static const char expected[] = "HISTFAAAACl4nJNpmSzMwMDAyQABzFCaEURcm7"
				       "yEwf4DROA8/4I5jNM7mJgAjtkHzg==";
	struct sli_hdr *h = create(1, 3600000000, 3);
	struct sli_error err;
	char text[256];
	size_t length, size;

	(void)state;
	sli_hdr_record(h, 1000, 10000);
	sli_hdr_record(h, 100000000, 1);
	size = sli_hdr_size(h, SLI_HDR_BASE64);
	assert_true(size <= sizeof(text));
	assert_int_equal(
	    sli_hdr_encode(h, SLI_HDR_BASE64, text, size, &length, NULL),
	    SLI_OK);
	assert_string_equal(text, expected);
	assert_int_equal(length, sizeof(expected) - 1);
	assert_int_equal(
	    sli_hdr_encode(h, SLI_HDR_BASE64, text, size - 1, &length, &err),
	    SLI_ENOSPC);
	assert_non_null(strstr(err.message, "accepted: "));
	assert_int_equal(sli_hdr_encode(h, (enum sli_hdr_encoding)3, text,
			     sizeof(text), &length, &err),
	    SLI_EINVAL);
	assert_int_equal(sli_hdr_encode(NULL, SLI_HDR_PLAIN, text, sizeof(text),
			     &length, NULL),
	    SLI_EINVAL);
	sli_hdr_destroy(h);
}

/* The full range, every count of it another: the longest there are. */
static void
test_hdr_encode_of_many_great_counts_survives(void **state)
{
	struct sli_hdr *h = create(1, INT64_MAX, 3), *again;
	struct random rnd = { 17 };
	uint64_t i;
	unsigned int e;
	size_t size, length;
	char *out;

	(void)state;
	for (i = 0; i < 100000; i++)
		sli_hdr_record(h, random_next(&rnd) >> (i & 63),
		    random_next(&rnd) >> 1);
	for (e = 0; e <= SLI_HDR_PLAIN; e++) {
		size = sli_hdr_size(h, (enum sli_hdr_encoding)e);
		out = malloc(size);
		assert_int_equal(sli_hdr_encode(h, (enum sli_hdr_encoding)e,
				     out, size, &length, NULL),
		    SLI_OK);
		assert_int_equal(sli_hdr_decode(out, length, 0, &again, NULL),
		    SLI_OK);
		hdr_assert_same(h, again);
		sli_hdr_destroy(again);
		free(out);
	}
	sli_hdr_destroy(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_hdr_buckets_and_quantiles_are_the_oracles),
		cmocka_unit_test(test_hdr_range_is_checked_and_named),
		cmocka_unit_test(test_hdr_beyond_its_bounds_saturates),
		cmocka_unit_test(test_hdr_empty_or_null_has_no_answers),
		cmocka_unit_test(
		    test_hdr_conversion_through_finer_buckets_is_exact),
		cmocka_unit_test(
		    test_hdr_conversion_to_same_buckets_keeps_quantiles),
		cmocka_unit_test(
		    test_hdr_encode_is_byte_for_byte_that_of_java_and_c),
		cmocka_unit_test(test_hdr_encode_of_many_great_counts_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
