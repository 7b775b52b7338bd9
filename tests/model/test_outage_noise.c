/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"

#include "slo/outage.h"

/*
 * How often ordinary noise looks like a micro-outage: requests that come at
 * random (Poisson), of which so many fail at random, while work is always in
 * flight. A million slots are eleven and a half days.
 */

static double
random_unit(struct random *rnd)
{
	return (double)(random_next(rnd) >> 11) / 9007199254740992.0;
}

/* Knuth's way. */
static uint64_t
random_poisson(struct random *rnd, double mean)
{
	double limit = exp(-mean), product = random_unit(rnd);
	uint64_t n;

	for (n = 0; product > limit; n++)
		product *= random_unit(rnd);
	return n;
}

static uint64_t
random_failures(struct random *rnd, uint64_t n, double ratio)
{
	uint64_t failures = 0;

	for (; n > 0; n--)
		failures += random_unit(rnd) < ratio;
	return failures;
}

struct alarms {
	uint64_t bad, silent;
};

static struct alarms
count_alarms(struct random *rnd, uint64_t slots, double mean, double ratio)
{
	const struct sli__outage_rule rule = { 500000, 10 };
	struct alarms alarms = { 0, 0 };
	struct sli__outage_slot slot = { .may_be_silent = true };
	enum sli__outage_kind kind;

	slot.expected_milli = (uint64_t)(mean * 1000);
	for (; slots > 0; slots--) {
		slot.events = random_poisson(rnd, mean);
		slot.bad = random_failures(rnd, slot.events, ratio);
		kind = sli__outage_kind(&rule, &slot);
		alarms.bad += kind == SLI__BAD_SLOT;
		alarms.silent += kind == SLI__SILENT_SLOT;
	}
	return alarms;
}

/*
 * At 5 % and 10 per slot more than half of 10 fail by chance 3 times in a
 * million; of more, or at 2 %, never.
 */
static void
test_outage_of_noise_is_rare(void **state)
{
	static const struct {
		double mean, ratio;
		uint64_t slots, bad_max; /* per million */
	} cases[] = {
		{ 10, 0.01, 1000000, 0 },
		{ 10, 0.02, 1000000, 1 },
		{ 10, 0.05, 1000000, 15 },
		{ 15, 0.05, 1000000, 8 },
		{ 20, 0.05, 1000000, 3 },
		{ 100, 0.05, 200000, 0 },
		{ 500, 0.05, 20000, 0 },
	};
	struct random rnd = { random_seed() };
	struct alarms alarms;
	uint64_t slots;
	size_t i;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		slots = test_scaled(cases[i].slots);
		alarms = count_alarms(&rnd, slots, cases[i].mean,
		    cases[i].ratio);
		print_message("%4.0f per slot, %2.0f %% bad: %llu bad, %llu "
			      "silent of %llu\n",
		    cases[i].mean, cases[i].ratio * 100,
		    (unsigned long long)alarms.bad,
		    (unsigned long long)alarms.silent,
		    (unsigned long long)slots);
		assert_in_range(alarms.bad, 0, cases[i].bad_max);
		assert_in_range(alarms.silent, 0, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outage_of_noise_is_rare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
