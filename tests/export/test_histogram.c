/* SPDX-License-Identifier: MIT */
/* Classic histograms: exact at thresholds, and never less than before. */
#include <pthread.h>
#include <stdlib.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "scrape.h"

static const uint64_t thresholds[] = { 500, SLI_MILLIS(100),
	SLI_MILLIS(300) + 1, SLI_SECONDS(100), 0 };

/* Two bounds in the bucket that the third threshold is in, one on each side. */
static const uint64_t bounds[] = { SLI_MILLIS(10), SLI_MILLIS(299),
	SLI_MILLIS(301), SLI_SECONDS(1) };

static uint64_t
bucket(const char *text, const char *outcome, const char *le)
{
	char series[120];
	const char *value;

	snprintf(series, sizeof(series),
	    "sli_latency_seconds_bucket{sli=\"a\",outcome=\"%s\",le=\"%s\"}",
	    outcome, le);
	value = value_of(text, series);
	if (value == NULL)
		fail_msg("no %s", series);
	return strtoull(value, NULL, 10);
}

/* Around a threshold, within a bucket of it, or anywhere. */
static uint64_t
some_latency(struct random *rnd)
{
	uint64_t at = thresholds[random_below(rnd, 4)];

	if (random_percent(rnd, 20))
		return random_magnitude(rnd, 40);
	return at - at / 200 + random_below(rnd, at / 100);
}

static void
test_histogram_is_exact_at_thresholds(void **state)
{
	static const char *const le[] = { "5e-07", "0.1", "0.300000001",
		"100.0" };
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", thresholds);
	struct random rnd = { random_seed() };
	uint64_t within[4] = { 0 }, latency, count = 0;
	uint32_t i, k, round;
	const char *text;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	cfg.bound_ns = bounds;
	cfg.bound_count = LENGTH(bounds);
	for (round = 0; round < 50; round++) {
		for (i = 0; i < 100; i++) {
			latency = some_latency(&rnd);
			sli_record(ind, START, SLI_GOOD, latency);
			count++;
			for (k = 0; k < 4; k++)
				within[k] += latency <= thresholds[k];
		}
		/* These have no latency. */
		sli_count(ind, START, SLI_GOOD, 7);
		text = scrape(reg, START, &cfg);
		for (k = 0; k < 4; k++)
			assert_true(bucket(text, "good", le[k]) == within[k]);
		assert_true(bucket(text, "good", "+Inf") == count);
		assert_true(bucket(text, "good", "0.299") <= within[2]);
		assert_true(bucket(text, "good", "0.301") >= within[2]);
		assert_true(bucket(text, "bad", "+Inf") == 0);
	}
	sli_registry_close(reg);
}

/* A bound may miss what lies in the bucket that it cuts: 1/64 of it. */
static void
test_histogram_error_is_within_a_bucket(void **state)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	uint64_t surely = 0, perhaps = 0, got, latency, i;
	const char *text;
	double sum = 0, told;

	(void)state;
	cfg.bound_ns = bounds;
	cfg.bound_count = LENGTH(bounds);
	for (i = 1; i <= 20000; i++) {
		latency = i * 100000;
		sli_record(ind, START, SLI_BAD, latency);
		sum += (double)latency / 1e9;
		surely += latency <= SLI_SECONDS(1) - SLI_SECONDS(1) / 64;
		perhaps += latency <= SLI_SECONDS(1);
	}
	text = scrape(reg, START, &cfg);
	got = bucket(text, "bad", "1.0");
	assert_true(got >= surely && got <= perhaps);
	assert_true(bucket(text, "bad", "+Inf") == 20000);
	told = strtod(value_of(text,
			  "sli_latency_seconds_sum{sli=\"a\",outcome=\"bad\"}"),
	    NULL);
	assert_true(told > sum * 63 / 64 && told < sum * 65 / 64);
	sli_registry_close(reg);
}

#define RECORDERS 3

struct recorder {
	struct sli_indicator *ind;
	uint64_t events;
	const uint64_t *stop;
	struct random rnd;
	uint64_t within; /* of the third threshold */
};

static void *
record(void *arg)
{
	struct recorder *r = arg;
	uint64_t latency;

	while (__atomic_load_n(r->stop, __ATOMIC_RELAXED) == 0) {
		latency = some_latency(&r->rnd);
		sli_record(r->ind, START, SLI_GOOD, latency);
		r->within += latency <= thresholds[2];
		r->events++;
	}
	return NULL;
}

/* Lines of _bucket, _sum, _count: values, in the text's order. */
#define SERIES_MAX 64

static uint32_t
histogram_values(const char *text, double *value)
{
	static const char prefix[] = "sli_latency_seconds_";
	const char *at = text, *space;
	uint32_t n = 0;

	while ((at = strstr(at, prefix)) != NULL && n < SERIES_MAX) {
		at += strlen(prefix);
		space = strchr(at, ' ');
		if (strncmp(at, "created", 7) != 0)
			value[n++] = strtod(space + 1, NULL);
	}
	return n;
}

static void
test_histogram_never_decreases_while_it_is_written(void **state)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", thresholds);
	double before[SERIES_MAX] = { 0 }, now[SERIES_MAX];
	struct recorder recorder[RECORDERS];
	uint64_t stop = 0, scrapes, within = 0;
	uint32_t i, n, decreased = 0;
	pthread_t thread[RECORDERS];

	(void)state;
	cfg.bound_ns = bounds;
	cfg.bound_count = LENGTH(bounds);
	for (i = 0; i < RECORDERS; i++) {
		recorder[i] = (struct recorder){ ind, 0, &stop, { i + 1u }, 0 };
		assert_int_equal(
		    pthread_create(&thread[i], NULL, record, &recorder[i]), 0);
	}
	for (scrapes = test_scaled(10000); scrapes > 0; scrapes--) {
		n = histogram_values(scrape(reg, START, &cfg), now);
		for (i = 0; i < n; i++)
			decreased += now[i] < before[i];
		memcpy(before, now, sizeof(before));
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < RECORDERS; i++) {
		pthread_join(thread[i], NULL);
		within += recorder[i].within;
	}
	assert_int_equal(decreased, 0);
	/* Both outcomes: 4 bounds, 4 thresholds, +Inf, the sum, the count. */
	assert_int_equal(n, 2 * 11);
	assert_true(
	    bucket(scrape(reg, START, &cfg), "good", "0.300000001") == within);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_histogram_is_exact_at_thresholds),
		TEST(test_histogram_error_is_within_a_bucket),
		TEST(test_histogram_never_decreases_while_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
