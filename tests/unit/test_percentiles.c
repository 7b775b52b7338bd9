/* SPDX-License-Identifier: MIT */
/*
 * Percentiles of latencies that a real server had, against exact ones: those
 * of the sorted list, by nearest rank.
 */
#include "fixture.h"

struct latency {
	uint64_t us, count;
};

static const struct latency light[] = {
#include "../data/latency/postgres_light.inc"
};
static const struct latency syslog[] = {
#include "../data/latency/postgres_syslog.inc"
};
static const struct latency pgbench[] = {
#include "../data/latency/postgres_rds_pgbench.inc"
};

static const double quantiles[] = { 0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99,
	0.995, 0.999, 0.9995, 0.9999, 0.99999, 1.0 };

static const struct trace {
	const struct latency *latencies;
	size_t length;
	uint64_t count, sum_us;
	uint64_t exact_us[LENGTH(quantiles)];
} traces[] = {
	{ light, LENGTH(light), 629, 8654840,
	    { 10, 41, 161, 439, 2613, 33255, 66393, 242422, 404029, 470688,
		470688, 470688, 470688, 470688 } },
	{ syslog, LENGTH(syslog), 59871, 16955939,
	    { 6, 11, 70, 101, 507, 776, 836, 1050, 3495, 3885, 4165, 9178,
		13997, 13997 } },
	{ pgbench, LENGTH(pgbench), 114594, 71472764,
	    { 6, 10, 64, 108, 754, 1962, 2939, 5206, 6687, 11371, 13652, 22892,
		34038, 35708 } },
};

static struct sli_histogram *
histogram_of(const struct trace *t, uint32_t precision_bits)
{
	struct sli_histogram *h = NULL;
	size_t i;

	assert_int_equal(
	    sli_histogram_create(1, 3600000000, precision_bits, &h, NULL),
	    SLI_OK);
	for (i = 0; i < t->length; i++)
		sli_histogram_record(h, t->latencies[i].us,
		    t->latencies[i].count);
	return h;
}

static void
expect_in_bucket_of(const struct sli_histogram *h, uint64_t got, uint64_t exact)
{
	uint64_t lower = 0, upper = 0;

	sli_histogram_bounds(h, exact, &lower, &upper);
	assert_true(lower <= got && got < upper);
}

static void
test_percentiles_of_real_traces_are_in_the_exact_bucket(void **state)
{
	struct sli_histogram *h;
	uint64_t got = 0;
	uint32_t p;
	size_t i, k;

	(void)state;
	for (i = 0; i < LENGTH(traces); i++)
		for (p = SLI_PRECISION_BITS_MIN; p <= SLI_PRECISION_BITS_MAX;
		     p++) {
			h = histogram_of(&traces[i], p);
			assert_int_equal(sli_histogram_count(h),
			    traces[i].count);
			for (k = 0; k < LENGTH(quantiles); k++) {
				assert_int_equal(sli_histogram_quantile(h,
						     quantiles[k], &got),
				    SLI_OK);
				expect_in_bucket_of(h, got,
				    traces[i].exact_us[k]);
			}
			sli_histogram_destroy(h);
		}
}

static void
test_percentiles_mean_of_real_traces_is_within_the_error(void **state)
{
	struct sli_histogram *h;
	double mean, exact, error;
	uint32_t p;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(traces); i++)
		for (p = SLI_PRECISION_BITS_MIN; p <= SLI_PRECISION_BITS_MAX;
		     p++) {
			h = histogram_of(&traces[i], p);
			assert_int_equal(sli_histogram_mean(h, &mean), SLI_OK);
			exact = (double)traces[i].sum_us /
			    (double)traces[i].count;
			error = exact / (double)(1 << (p - 1));
			assert_true(mean >= exact - error);
			assert_true(mean <= exact + error);
			sli_histogram_destroy(h);
		}
}

/* The same through an indicator: what is recorded is what a window reads. */
static void
test_percentiles_of_a_window_are_in_the_exact_bucket(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "queries");
	const struct trace *t = &traces[1];
	struct sli_histogram *h = NULL;
	uint64_t i, k, at = T0, got;

	(void)state;
	for (i = 0; i < t->length; i++)
		for (k = 0; k < t->latencies[i].count; k++)
			sli_record(ind, at += SLI_MILLIS(1), SLI_GOOD,
			    SLI_MICROS(t->latencies[i].us));
	assert_int_equal(
	    sli_histogram_create(SLI_MICROS(1), SLI_SECONDS(60), 7, &h, NULL),
	    SLI_OK);
	assert_int_equal(
	    sli_window_histogram(ind, at, SLI_MINUTES(10), SLI_GOOD, h),
	    SLI_OK);
	assert_int_equal(sli_histogram_count(h), t->count);
	for (k = 0; k < LENGTH(quantiles); k++) {
		assert_int_equal(sli_window_quantile(ind, at, SLI_MINUTES(10),
				     SLI_GOOD, quantiles[k], &got),
		    SLI_OK);
		expect_in_bucket_of(h, got, SLI_MICROS(t->exact_us[k]));
	}
	sli_histogram_destroy(h);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_percentiles_of_real_traces_are_in_the_exact_bucket),
		cmocka_unit_test(
		    test_percentiles_mean_of_real_traces_is_within_the_error),
		cmocka_unit_test(
		    test_percentiles_of_a_window_are_in_the_exact_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
