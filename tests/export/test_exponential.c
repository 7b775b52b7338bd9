/* SPDX-License-Identifier: MIT */
/* Exponential buckets, against a naive oracle that has doubles. */
#include <math.h>
#include <stdlib.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "export/classic.h"
#include "export/exponential.h"
#include "scrape.h"

#define LIMIT SLI_BUCKET_LIMIT_DEFAULT
#define LOWEST 1000
#define HIGHEST SLI_MINUTES(1)

static struct sli_histogram *
new_histogram(uint32_t precision_bits)
{
	struct sli_histogram *h = NULL;

	assert_int_equal(
	    sli_histogram_create(LOWEST, HIGHEST, precision_bits, &h, NULL),
	    SLI_OK);
	return h;
}

static void
convert(const struct sli_histogram *h, uint32_t precision_bits, uint32_t limit,
    struct sli__exponential *out)
{
	struct sli_bucket bucket;
	uint32_t cursor = 0;

	sli__exponential_open(out, precision_bits, LOWEST, limit);
	while (sli_histogram_next(h, &cursor, &bucket) == 1)
		sli__exponential_add(out, &bucket);
}

/* Where a bucket goes, in seconds; as the header says it. */
static double
middle_of(const struct sli_bucket *b)
{
	if (b->upper == UINT64_MAX)
		return (double)b->lower / 1e9;
	return floor(((double)b->lower + (double)b->upper - 1) / 2) / 1e9;
}

/* Of one schema; false: it takes more than limit. */
static bool
expect_of(const struct sli_histogram *h, int32_t schema, uint32_t limit,
    struct sli__exponential *out)
{
	struct sli_bucket b;
	uint32_t cursor = 0;
	int32_t i, last = INT32_MIN;

	memset(out, 0, sizeof(*out));
	out->schema = schema;
	while (sli_histogram_next(h, &cursor, &b) == 1) {
		out->total += b.count;
		if (middle_of(&b) <= LOWEST / 1e9) {
			out->zero += b.count;
			continue;
		}
		i = (int32_t)ceil(ldexp(log2(middle_of(&b)), schema));
		if (last == INT32_MIN)
			out->first = i;
		last = i;
		if (last - out->first >= (int32_t)limit)
			return false;
		out->count[i - out->first] += b.count;
		out->length = (uint32_t)(i - out->first) + 1;
	}
	return true;
}

static void
expect(const struct sli_histogram *h, uint32_t precision_bits, uint32_t limit,
    struct sli__exponential *out)
{
	int32_t schema = (int32_t)precision_bits - 2;

	while (!expect_of(h, schema, limit, out))
		schema--;
}

static void
assert_same(const struct sli__exponential *got,
    const struct sli__exponential *want)
{
	uint64_t sum = got->zero;
	uint32_t i;

	assert_int_equal(got->schema, want->schema);
	assert_int_equal(got->first, want->first);
	assert_int_equal(got->length, want->length);
	assert_true(got->zero == want->zero && got->total == want->total);
	for (i = 0; i < got->length; i++) {
		assert_true(got->count[i] == want->count[i]);
		sum += got->count[i];
	}
	assert_true(sum == got->total);
}

static const uint32_t limits[] = { SLI_BUCKET_LIMIT_MIN, 20, LIMIT,
	SLI_BUCKET_LIMIT_MAX };

static void
test_exponential_is_what_the_oracle_makes_of_it(void **state)
{
	static struct sli__exponential got, want;
	struct random rnd = { random_seed() };
	uint32_t bits, round, k;
	struct sli_histogram *h;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (bits = SLI_PRECISION_BITS_MIN; bits <= SLI_PRECISION_BITS_MAX;
	     bits++) {
		h = new_histogram(bits);
		for (round = 0; round < 200; round++) {
			sli_histogram_record(h, random_magnitude(&rnd, 40),
			    random_below(&rnd, 1000));
			for (k = 0; k < LENGTH(limits); k++) {
				convert(h, bits, limits[k], &got);
				expect(h, bits, limits[k], &want);
				assert_same(&got, &want);
			}
		}
		sli_histogram_destroy(h);
	}
}

/* By the bounds themselves: those are irrational, but for powers of two. */
static void
test_exponential_bounds_are_those_of_prometheus(void **state)
{
	static struct sli__exponential e;
	struct sli_histogram *h;
	uint64_t value;
	struct sli_bucket b;
	uint32_t bits, cursor;
	double base;

	(void)state;
	for (bits = SLI_PRECISION_BITS_MIN; bits <= SLI_PRECISION_BITS_MAX;
	     bits++) {
		h = new_histogram(bits);
		for (value = LOWEST * 2; value < HIGHEST; value += value / 9) {
			cursor = 0;
			sli_histogram_reset(h);
			sli_histogram_record(h, value, 3);
			assert_int_equal(sli_histogram_next(h, &cursor, &b), 1);
			convert(h, bits, LIMIT, &e);
			assert_int_equal(e.length, 1);
			assert_true(e.count[0] == 3 && e.zero == 0);
			base = exp2(exp2(-e.schema));
			assert_true(
			    middle_of(&b) <= pow(base, e.first) * (1 + 1e-12));
			assert_true(middle_of(&b) >
			    pow(base, e.first - 1) * (1 - 1e-12));
			/* It is no finer than what it was made of. */
			assert_true(base - 1 >=
			    (double)(b.upper - b.lower) / (double)b.upper);
		}
		sli_histogram_destroy(h);
	}
}

/* A power of two is the last of its bucket, in every schema. */
static void
test_exponential_power_of_two_is_in_the_bucket_below(void **state)
{
	static struct sli__exponential e;
	struct sli_bucket b = { .count = 1 };
	uint32_t bits;
	int32_t power;

	(void)state;
	for (bits = SLI_PRECISION_BITS_MIN; bits <= SLI_PRECISION_BITS_MAX;
	     bits++)
		for (power = 0; power < 6; power++) {
			b.lower = SLI_SECONDS(1) << power;
			b.upper = b.lower + 1;
			sli__exponential_open(&e, bits, LOWEST, LIMIT);
			sli__exponential_add(&e, &b);
			assert_int_equal(e.first, power * (1 << e.schema));
		}
}

/* Counts of `before` in the schema of `now`: none is more than in `now`. */
static void
assert_grown(const struct sli__exponential *before,
    const struct sli__exponential *now)
{
	static uint64_t sum[SLI_BUCKET_LIMIT_MAX];
	double factor = exp2(before->schema - now->schema);
	int32_t to;
	uint32_t i;

	assert_true(now->schema <= before->schema);
	assert_true(now->zero >= before->zero && now->sum_s >= before->sum_s);
	memset(sum, 0, sizeof(sum));
	for (i = 0; i < before->length; i++) {
		to = (int32_t)ceil((before->first + (int32_t)i) / factor) -
		    now->first;
		assert_in_range(to, 0, now->length - 1);
		sum[to] += before->count[i];
		assert_true(sum[to] <= now->count[to]);
	}
}

static void
test_exponential_only_grows_and_only_gets_coarser(void **state)
{
	static struct sli__exponential before, now;
	struct random rnd = { random_seed() };
	uint32_t bits, k, round, changes = 0;
	struct sli_histogram *h;
	uint64_t value;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (bits = SLI_PRECISION_BITS_MIN; bits <= SLI_PRECISION_BITS_MAX;
	     bits++)
		for (k = 0; k < LENGTH(limits); k++) {
			h = new_histogram(bits);
			convert(h, bits, limits[k], &before);
			for (round = 0; round < 300; round++) {
				value = SLI_MILLIS(5) +
				    random_magnitude(&rnd, 15 + round / 10);
				sli_histogram_record(h,
				    random_percent(&rnd, 5) ? value >> 7 :
							      value,
				    1 + random_below(&rnd, 9));
				convert(h, bits, limits[k], &now);
				assert_grown(&before, &now);
				changes += now.schema != before.schema;
				before = now;
			}
			sli_histogram_destroy(h);
		}
	assert_true(changes > 8);
}

static void
test_exponential_of_nothing_is_empty(void **state)
{
	static struct sli__exponential e;
	struct sli_histogram *h = new_histogram(7);

	(void)state;
	convert(h, 7, LIMIT, &e);
	assert_int_equal(e.length, 0);
	assert_true(e.total == 0 && e.zero == 0);
	assert_int_equal(e.schema, 5);
	assert_true(e.zero_s == 1e-6 && e.sum_s == 0.0);
	sli_histogram_destroy(h);
}

static void
test_exponential_underflow_is_the_zero_bucket(void **state)
{
	static struct sli__exponential e;
	struct sli_histogram *h = new_histogram(7);

	(void)state;
	sli_histogram_record(h, 0, 3);
	sli_histogram_record(h, 990, 4);
	convert(h, 7, LIMIT, &e);
	assert_int_equal(e.length, 0);
	assert_true(e.total == 7 && e.zero == 7);
	sli_histogram_record(h, 1100, 5);
	convert(h, 7, LIMIT, &e);
	assert_int_equal(e.length, 1);
	assert_true(e.total == 12 && e.zero == 7 && e.count[0] == 5);
	sli_histogram_destroy(h);
}

/* All of it at the range's upper end, however far above. */
static void
test_exponential_overflow_is_at_the_end_of_the_range(void **state)
{
	static struct sli__exponential e;
	struct sli_histogram *h = new_histogram(7);
	struct sli_bucket b;
	uint32_t cursor = 0;
	double base, end;

	(void)state;
	sli_histogram_record(h, SLI_HOURS(1), 3);
	sli_histogram_record(h, UINT64_MAX, 4);
	assert_int_equal(sli_histogram_next(h, &cursor, &b), 1);
	end = (double)b.lower / 1e9;
	assert_true(end > 60 && end < 61);
	convert(h, 7, LIMIT, &e);
	base = exp2(exp2(-e.schema));
	assert_int_equal(e.length, 1);
	assert_true(e.total == 7 && e.count[0] == 7);
	assert_true(pow(base, e.first - 1) < end && end <= pow(base, e.first));
	assert_true(fabs(e.sum_s - 7 * end) < 1e-9);
	sli_histogram_destroy(h);
}

struct pair {
	const uint64_t *bounds;
	uint32_t count;
	struct sli__classic classic[2];
	struct sli__exponential exponential[2];
};

static void
read_both(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view;
	struct pair *p = arg;
	uint32_t i;

	if (sli_snapshot_indicator(snapshot, 0, &view) != SLI_OK)
		return;
	for (i = 0; i < 2; i++) {
		sli__classic_read(&view, (enum sli_outcome)i, p->bounds,
		    p->count, &p->classic[i]);
		sli__exponential_read(&view, (enum sli_outcome)i, LIMIT,
		    &p->exponential[i]);
	}
}

/* Of an indicator: as many, and as much, as the classic one has. */
static void
test_exponential_of_an_indicator_agrees_with_the_classic(void **state)
{
	static struct pair p;
	static const uint64_t bounds[] = { SLI_MILLIS(10), SLI_SECONDS(1) };
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct random rnd = { random_seed() };
	uint32_t i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (i = 0; i < 20000; i++)
		sli_record(ind, START,
		    random_percent(&rnd, 90) ? SLI_GOOD : SLI_BAD,
		    random_magnitude(&rnd, 40));
	p.bounds = bounds;
	p.count = LENGTH(bounds);
	assert_int_equal(sli_flush(reg, START, read_both, &p), SLI_OK);
	for (i = 0; i < 2; i++) {
		assert_true(p.exponential[i].total == p.classic[i].count);
		assert_true(p.exponential[i].sum_s == p.classic[i].sum_s);
		assert_true(p.exponential[i].length <= LIMIT);
	}
	assert_true(p.classic[0].count + p.classic[1].count == 20000);
	/* 26 octaves, in which 8 buckets each are too many. */
	assert_int_equal(p.exponential[0].schema, 2);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exponential_is_what_the_oracle_makes_of_it),
		TEST(test_exponential_bounds_are_those_of_prometheus),
		TEST(test_exponential_power_of_two_is_in_the_bucket_below),
		TEST(test_exponential_only_grows_and_only_gets_coarser),
		TEST(test_exponential_of_nothing_is_empty),
		TEST(test_exponential_underflow_is_the_zero_bucket),
		TEST(test_exponential_overflow_is_at_the_end_of_the_range),
		TEST(test_exponential_of_an_indicator_agrees_with_the_classic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
