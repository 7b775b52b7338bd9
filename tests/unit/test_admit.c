/* SPDX-License-Identifier: MIT */
/*
 * Admission by a verdict; test_throttle.c has how the verdict comes about.
 *
 * To see any verdict at will these tests write it where a claimer would.
 */
#include "slo/slo.h"

#include "scene.h"

#define SLOT SLI_SECONDS(1)
#define KEYS 100000
#define HALF 32768 /* of 65536 */

static struct sli_indicator *ind;
static struct sli_slo *slo;

static int
setup(void **state)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;

	(void)state;
	reg = small_registry();
	ind = add_indicator(reg, "requests");
	cfg.name = "availability";
	cfg.objective = 0.999;
	return sli_slo_register(ind, &cfg, &slo, NULL);
}

/* Probabilities in 65536ths, as judged at the start of now's slot. */
static void
judge(uint64_t now_ns, uint64_t plus, uint64_t critical,
    uint64_t sheddable_plus, uint64_t sheddable)
{
	sli_advance(reg, now_ns);
	slo->state->verdict = plus | critical << 16 | sheddable_plus << 32 |
	    sheddable << 48;
	slo->state->judged_ns = now_ns - now_ns % SLOT;
}

static uint64_t
shed_of(uint64_t now_ns, enum sli_criticality criticality)
{
	uint64_t key, shed = 0;

	for (key = 0; key < KEYS; key++)
		shed += !sli_admit(slo, now_ns, criticality, key);
	return shed;
}

static void
test_admit_with_nothing_to_shed_admits_all(void **state)
{
	(void)state;
	assert_int_equal(shed_of(T0, SLI_SHEDDABLE), 0);
	count_each_second(ind, T0, 20, SLI_GOOD, 100);
	assert_int_equal(shed_of(T0 + SLI_SECONDS(20), SLI_SHEDDABLE), 0);
}

static void
test_admit_null_admits(void **state)
{
	struct sli_verdict v;

	(void)state;
	assert_int_equal(sli_admit(NULL, T0, SLI_SHEDDABLE, 1), 1);
	assert_int_equal(sli_slo_verdict(NULL, T0, &v), SLI_EINVAL);
	assert_int_equal(sli_slo_verdict(slo, T0, NULL), SLI_EINVAL);
}

/* A user is refused whole, and five minutes later there is another draw. */
static void
test_admit_same_key_has_same_answer_for_five_minutes(void **state)
{
	static const uint64_t later_s[] = { 1, 100, 299, 300 };
	int first[1000];
	uint64_t key, now, changed;
	size_t i;

	(void)state;
	judge(T0, 0, 0, 0, HALF);
	for (key = 0; key < LENGTH(first); key++)
		first[key] = sli_admit(slo, T0, SLI_SHEDDABLE, key);
	for (i = 0; i < LENGTH(later_s); i++) {
		now = T0 + SLI_SECONDS(later_s[i]);
		judge(now, 0, 0, 0, HALF);
		changed = 0;
		for (key = 0; key < LENGTH(first); key++)
			changed += sli_admit(slo, now, SLI_SHEDDABLE, key) !=
			    first[key];
		if (later_s[i] < 300)
			assert_int_equal(changed, 0);
		else
			assert_in_range(changed, 400, 600);
	}
}

/* Of keys one after another, as ids are: the hash has to mix them. */
static void
test_admit_sheds_the_share_of_keys_it_was_told(void **state)
{
	static const uint64_t shed[] = { 1, 655, 16384, HALF, 62259 };
	uint64_t expected;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(shed); i++) {
		judge(T0, 0, 0, 0, shed[i]);
		expected = shed[i] * KEYS / 65536;
		/* Five standard deviations of 100000 draws, at the most. */
		assert_in_range(shed_of(T0, SLI_SHEDDABLE),
		    expected > 800 ? expected - 800 : 0, expected + 800);
	}
}

static void
test_admit_each_class_goes_by_its_own_probability(void **state)
{
	uint64_t key, shed = 0;

	(void)state;
	judge(T0, 0, 16384, HALF, 62259);
	/* So many keys that one would hash to 0. */
	for (key = 0; key < 10 * KEYS; key++)
		shed += !sli_admit(slo, T0, SLI_CRITICAL_PLUS, key);
	assert_int_equal(shed, 0);
	assert_in_range(shed_of(T0, SLI_CRITICAL), 24200, 25800);
	assert_in_range(shed_of(T0, SLI_SHEDDABLE_PLUS), 49200, 50800);
	assert_in_range(shed_of(T0, SLI_SHEDDABLE), 94200, 95800);
}

/* Whoever is refused as critical would have been as sheddable, too. */
static void
test_admit_more_critical_is_never_worse_off(void **state)
{
	uint64_t key;
	int c;

	(void)state;
	judge(T0, 6553, 16384, HALF, 62259);
	for (key = 0; key < KEYS; key++)
		for (c = SLI_CRITICAL_PLUS; c < SLI_SHEDDABLE; c++)
			assert_true(
			    sli_admit(slo, T0, (enum sli_criticality)c, key) >=
			    sli_admit(slo, T0, (enum sli_criticality)(c + 1),
				key));
}

static void
test_admit_unknown_class_is_sheddable(void **state)
{
	uint64_t sheddable;

	(void)state;
	judge(T0, 0, 0, 0, HALF);
	sheddable = shed_of(T0, SLI_SHEDDABLE);
	assert_true(sheddable > 0);
	assert_int_equal(shed_of(T0, (enum sli_criticality)4), sheddable);
	assert_int_equal(shed_of(T0, (enum sli_criticality) - 1), sheddable);
}

/* Fail open: whoever judged last may have died, or its clock stopped. */
static void
test_admit_by_a_verdict_older_than_ten_slots_admits_all(void **state)
{
	struct sli_verdict v;

	(void)state;
	judge(T0 + SLI_SECONDS(60), 0, 0, 0, HALF);
	slo->state->judged_ns = T0 + SLI_SECONDS(60) - 10 * SLOT;
	assert_true(shed_of(T0 + SLI_SECONDS(60), SLI_SHEDDABLE) > 0);
	assert_int_equal(sli_slo_verdict(slo, T0 + SLI_SECONDS(60), &v),
	    SLI_OK);
	assert_true(v.fresh && v.at_ns == T0 + SLI_SECONDS(50));
	assert_true(v.shed_probability[SLI_SHEDDABLE] == 0.5);

	slo->state->judged_ns--;
	assert_int_equal(shed_of(T0 + SLI_SECONDS(60), SLI_SHEDDABLE), 0);
	assert_int_equal(sli_slo_verdict(slo, T0 + SLI_SECONDS(60), &v),
	    SLI_OK);
	assert_false(v.fresh);

	slo->state->judged_ns = 0;
	assert_int_equal(shed_of(T0 + SLI_SECONDS(60), SLI_SHEDDABLE), 0);
}

/* While something is shed, sli_admit() itself moves the history on. */
static void
test_admit_after_an_idle_minute_admits_all(void **state)
{
	struct sli_verdict v;

	(void)state;
	judge(T0, 62259, 62259, 62259, 62259);
	assert_true(shed_of(T0, SLI_CRITICAL_PLUS) > 0);
	assert_int_equal(shed_of(T0 + SLI_MINUTES(1), SLI_SHEDDABLE), 0);
	assert_int_equal(sli_slo_verdict(slo, T0 + SLI_MINUTES(1), &v), SLI_OK);
	assert_true(v.fresh && v.at_ns == T0 + SLI_MINUTES(1));
	assert_true(v.shed_probability[SLI_SHEDDABLE] == 0.0);
}

static void
test_admit_total_failure_sheds_in_order_and_up_to_the_cap(void **state)
{
	struct sli_verdict v;
	uint64_t s;
	int c;

	(void)state;
	for (s = 0; s < 300; s++) {
		sli_count(ind, T0 + SLI_SECONDS(s), SLI_BAD, 100);
		assert_int_equal(sli_slo_verdict(slo, T0 + SLI_SECONDS(s), &v),
		    SLI_OK);
		for (c = 0; c < SLI_CRITICALITIES; c++) {
			assert_true(v.shed_probability[c] <= SLI_SHED_MAX);
			if (c == 0)
				continue;
			/* The next class only once this one is shed whole. */
			assert_true(v.shed_probability[c - 1] == 0.0 ||
			    v.shed_probability[c] > SLI_SHED_MAX - 0.0001);
		}
	}
	assert_true(v.shed_probability[SLI_CRITICAL_PLUS] > 0.9);
	assert_in_range(shed_of(T0 + SLI_SECONDS(299), SLI_SHEDDABLE), 94200,
	    95800);
}

/* go-zero's breaker fed on its own rejects, and never recovered. */
static void
test_admit_shed_events_do_not_feed_the_verdict(void **state)
{
	struct sli_registry *other = small_registry();
	struct sli_indicator *shedding = add_indicator(other, "requests");
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *of_shedding = NULL;
	struct sli_verdict a, b;
	uint64_t s, now, shed = 0;

	(void)state;
	cfg.name = "availability";
	cfg.objective = 0.999;
	assert_int_equal(sli_slo_register(shedding, &cfg, &of_shedding, NULL),
	    SLI_OK);
	for (s = 0; s < 120; s++) {
		now = T0 + SLI_SECONDS(s);
		sli_count(ind, now, SLI_GOOD, 100);
		sli_count(shedding, now, SLI_GOOD, 100);
		if (s < 30) {
			sli_count(ind, now, SLI_BAD, 60);
			sli_count(shedding, now, SLI_BAD, 60);
		}
		sli_count(shedding, now, SLI_SHED, 1000);
		assert_int_equal(sli_slo_verdict(slo, now, &a), SLI_OK);
		assert_int_equal(sli_slo_verdict(of_shedding, now, &b), SLI_OK);
		assert_memory_equal(a.shed_probability, b.shed_probability,
		    sizeof(a.shed_probability));
		shed += a.shed_probability[SLI_SHEDDABLE] > 0.0;
	}
	assert_in_range(shed, 34, 90); /* held for 5 s, and ended */
	assert_true(b.shed_probability[SLI_SHEDDABLE] == 0.0);
	sli_registry_close(other);
}

/* One request in a second says too little to refuse the next one for it. */
static void
test_admit_on_little_traffic_sheds_nothing_unless_told(void **state)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *eager = NULL;
	uint64_t now = T0 + SLI_SECONDS(60);
	struct sli_verdict v;

	(void)state;
	cfg.name = "eager";
	cfg.objective = 0.999;
	cfg.admit_min_events = 5;
	assert_int_equal(sli_slo_register(ind, &cfg, &eager, NULL), SLI_OK);
	count_each_second(ind, T0, 60, SLI_BAD, 1);
	assert_int_equal(sli_slo_verdict(slo, now, &v), SLI_OK);
	assert_true(v.fresh && v.shed_probability[SLI_SHEDDABLE] == 0.0);
	assert_int_equal(sli_slo_verdict(eager, now, &v), SLI_OK);
	assert_true(v.fresh && v.shed_probability[SLI_SHEDDABLE] > 0.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_admit_with_nothing_to_shed_admits_all),
		TEST(test_admit_null_admits),
		TEST(test_admit_same_key_has_same_answer_for_five_minutes),
		TEST(test_admit_sheds_the_share_of_keys_it_was_told),
		TEST(test_admit_each_class_goes_by_its_own_probability),
		TEST(test_admit_more_critical_is_never_worse_off),
		TEST(test_admit_unknown_class_is_sheddable),
		TEST(test_admit_by_a_verdict_older_than_ten_slots_admits_all),
		TEST(test_admit_after_an_idle_minute_admits_all),
		TEST(test_admit_total_failure_sheds_in_order_and_up_to_the_cap),
		TEST(test_admit_shed_events_do_not_feed_the_verdict),
		TEST(test_admit_on_little_traffic_sheds_nothing_unless_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
