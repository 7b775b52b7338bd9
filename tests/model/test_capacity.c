/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sli/context.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"

/*
 * The capacity that is learned, against a list of all good events: the highest
 * rate of 10 s in the last hour, times the lowest mean latency of a minute
 * (eleven of them, then of 10 min).
 */

#define SECONDS_MAX 6000
#define PER_SECOND_MAX 30

struct event {
	uint64_t at_ns, latency_ns; /* 0: it has no latency */
};

static struct event events[SECONDS_MAX * PER_SECOND_MAX];
static size_t event_count;

/* Good events of [from_ns, to_ns), and the mean of their latencies. */
static uint64_t
count_of(uint64_t from_ns, uint64_t to_ns, uint64_t *latencies, double *mean_ns)
{
	uint64_t n = 0;
	double sum = 0;

	*latencies = 0;
	for (size_t i = 0; i < event_count; i++) {
		if (events[i].at_ns < from_ns || events[i].at_ns >= to_ns)
			continue;
		n++;
		sum += (double)events[i].latency_ns;
		*latencies += events[i].latency_ns > 0;
	}
	*mean_ns = *latencies > 0 ? sum / (double)*latencies : 0;
	return n;
}

static double
lowest_mean(uint64_t now_ns, uint64_t slot_ns, uint64_t slots, double lowest)
{
	uint64_t newest = now_ns / slot_ns, latencies;
	double mean;

	for (uint64_t k = newest - slots; k < newest; k++) {
		count_of(k * slot_ns, (k + 1) * slot_ns, &latencies, &mean);
		if (latencies >= 20 && (lowest == 0 || mean < lowest))
			lowest = mean;
	}
	return lowest;
}

static double
expected_capacity(uint64_t now_ns)
{
	const uint64_t slot_ns = SLI_SECONDS(10);
	uint64_t newest = now_ns / slot_ns, most = 0, busy = 0, n, latencies;
	double mean, capacity;

	for (uint64_t k = newest - 360; k < newest; k++) {
		n = count_of(k * slot_ns, (k + 1) * slot_ns, &latencies, &mean);
		busy += n > 0;
		most = n > most ? n : most;
	}
	if (busy < 6)
		return 0;
	mean = lowest_mean(now_ns, SLI_MINUTES(1), 11, 0);
	mean = lowest_mean(now_ns, SLI_MINUTES(10), 6, mean);
	capacity = (double)most / 10 * mean / 1e9;
	return capacity > 0 && capacity < 1 ? 1 : capacity;
}

/* A second of traffic at that rate, around that latency. */
static void
serve(struct sli_indicator *ind, struct random *rnd, uint64_t at_ns,
    uint64_t rate, uint64_t latency_ns)
{
	for (uint64_t i = 0; i < rate; i++) {
		struct event *e = &events[event_count];

		e->at_ns = at_ns + i * SLI_MILLIS(30);
		e->latency_ns = latency_ns / 2 + random_below(rnd, latency_ns);
		if (random_percent(rnd, 5)) {
			sli_record(ind, e->at_ns, SLI_BAD, e->latency_ns);
			continue;
		}
		event_count++;
		if (random_percent(rnd, 5)) {
			e->latency_ns = 0;
			sli_count(ind, e->at_ns, SLI_GOOD, 1);
		} else {
			sli_record(ind, e->at_ns, SLI_GOOD, e->latency_ns);
		}
	}
}

/* Returns whether there was a capacity above the least, 1. */
static bool
play(struct random *rnd)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	uint64_t now_ns = START + random_below(rnd, SLI_DAYS(1));
	uint64_t end_ns = now_ns +
	    SLI_SECONDS(30 + random_below(rnd, SECONDS_MAX - 30));
	uint64_t rate = 1, latency_ns = SLI_SECONDS(1);
	struct sli_indicator *ind = NULL;
	struct sli_registry *reg = NULL;
	struct sli_signals s;
	double expected;

	cfg.max_indicators = 1;
	icfg.name = "a";
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
	    SLI_OK);
	event_count = 0;
	for (; now_ns < end_ns; now_ns += SLI_SECONDS(1)) {
		if (random_percent(rnd, 2)) {
			rate = random_below(rnd, PER_SECOND_MAX);
			latency_ns = SLI_MILLIS(200) +
			    random_below(rnd, SLI_SECONDS(4));
		}
		if (random_percent(rnd, 1))
			now_ns += random_magnitude(rnd, 39); /* up to 9 min */
		serve(ind, rnd, now_ns, rate, latency_ns);
	}
	assert_int_equal(sli_signals(ind, now_ns, SLI_MINUTES(1), &s), SLI_OK);
	expected = expected_capacity(now_ns);
	if (fabs(s.capacity - expected) > expected / 64 + 1e-9)
		fail_msg("capacity %g, not %g", s.capacity, expected);
	sli_registry_close(reg);
	return expected > 1;
}

static void
test_capacity_is_that_of_the_list_of_events(void **state)
{
	struct random rnd = { random_seed() };
	uint64_t runs = test_scaled(30), learned = 0;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	for (uint64_t i = 0; i < runs; i++)
		learned += play(&rnd);
	/* Most runs are long enough to learn something. */
	assert_true(runs < 10 || 2 * learned >= runs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capacity_is_that_of_the_list_of_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
