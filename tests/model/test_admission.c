/* SPDX-License-Identifier: MIT */
#include "../support/common.h"
#include "../support/slo.h"

/* What other throttles got wrong, asked of sli_admit(). */

/* Envoy#16392: too few events to judge by, however bad they are. */
static void
test_admission_below_min_events_never_sheds(void **state)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	uint64_t second;

	(void)state;
	open_slo(&reg, &ind, &slo, 0.999, SLI_MILLIS(100));
	for (second = 1; second < 1000; second++) {
		sli_count(ind, START + SLI_SECONDS(second), SLI_BAD, 1);
		assert_int_equal(sli_admit(slo, START + SLI_SECONDS(second),
				     SLI_SHEDDABLE, second),
		    1);
	}
	sli_registry_close(reg);
}

/* Envoy#16392: a verdict for each of many workers would dilute the traffic. */
static void
test_admission_events_of_many_shards_are_judged_together(void **state)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	struct sli_writer *writer[4];
	struct sli_verdict v;
	uint64_t i;

	(void)state;
	open_slo(&reg, &ind, &slo, 0.999, SLI_MILLIS(100));
	for (i = 0; i < LENGTH(writer); i++)
		assert_int_equal(sli_writer_acquire(reg, &writer[i], NULL),
		    SLI_OK);
	for (i = 0; i < 40; i++)
		sli_writer_record(writer[i % LENGTH(writer)], ind,
		    START + i * SLI_MILLIS(250), SLI_BAD, SLI_MILLIS(1));
	assert_int_equal(sli_slo_verdict(slo, START + SLI_SECONDS(10), &v),
	    SLI_OK);
	assert_true(v.shed_probability[SLI_SHEDDABLE] > 0);
	sli_registry_close(reg);
}

/* go-zero PR 5551: a breaker that counts its own rejections never recovers. */
static void
test_admission_own_sheds_change_no_verdict(void **state)
{
	struct sli_registry *reg[2];
	struct sli_indicator *ind[2];
	struct sli_slo *slo[2];
	uint64_t second;
	int i, shed = 0;

	(void)state;
	for (i = 0; i < 2; i++)
		open_slo(&reg[i], &ind[i], &slo[i], 0.99, SLI_MILLIS(100));
	for (second = 1; second <= 300; second++) {
		uint64_t now_ns = START + SLI_SECONDS(second);
		uint64_t bad = second % 100 < 20 ? second * 37 % 500 : 0;
		struct sli_verdict v[2];

		for (i = 0; i < 2; i++) {
			sli_count(ind[i], now_ns, SLI_GOOD, 500 - bad);
			sli_count(ind[i], now_ns, SLI_BAD, bad);
			if (i == 1)
				sli_count(ind[i], now_ns, SLI_SHED, 100000);
			assert_int_equal(sli_slo_verdict(slo[i], now_ns, &v[i]),
			    SLI_OK);
		}
		shed += v[0].shed_probability[SLI_SHEDDABLE] > 0;
		assert_memory_equal(v[0].shed_probability,
		    v[1].shed_probability, sizeof(v[0].shed_probability));
	}
	assert_in_range(shed, 1, 299);
	for (i = 0; i < 2; i++)
		sli_registry_close(reg[i]);
}

/* A service of which everything fails, for so many seconds. */
static void
fail_all(struct sli_indicator *ind, struct sli_slo *slo, uint64_t seconds)
{
	uint64_t second;

	for (second = 1; second <= seconds; second++) {
		struct sli_verdict v;

		sli_count(ind, START + SLI_SECONDS(second), SLI_BAD, 1000);
		assert_int_equal(
		    sli_slo_verdict(slo, START + SLI_SECONDS(second), &v),
		    SLI_OK);
	}
}

static unsigned int
admitted_of_10000(struct sli_slo *slo, uint64_t now_ns)
{
	unsigned int admitted = 0;
	uint64_t key;

	for (key = 0; key < 10000; key++)
		admitted += (unsigned int)sli_admit(slo, now_ns,
		    SLI_CRITICAL_PLUS, key);
	return admitted;
}

static void
test_admission_total_failure_lets_one_in_twenty_in(void **state)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;

	(void)state;
	open_slo(&reg, &ind, &slo, 0.99, SLI_MILLIS(100));
	fail_all(ind, slo, 100);
	assert_in_range(admitted_of_10000(slo, START + SLI_SECONDS(100)), 400,
	    600);
	sli_registry_close(reg);
}

static void
test_admission_after_an_idle_minute_lets_all_in(void **state)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;

	(void)state;
	open_slo(&reg, &ind, &slo, 0.99, SLI_MILLIS(100));
	fail_all(ind, slo, 100);
	assert_int_equal(admitted_of_10000(slo, START + SLI_SECONDS(160)),
	    10000);
	sli_registry_close(reg);
}

static void
test_admission_same_key_gets_the_same_answer(void **state)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	uint64_t now_ns = START + SLI_SECONDS(100), key;

	(void)state;
	open_slo(&reg, &ind, &slo, 0.99, SLI_MILLIS(100));
	fail_all(ind, slo, 100);
	for (key = 1; key <= 1000; key++)
		assert_int_equal(sli_admit(slo, now_ns, SLI_CRITICAL, key),
		    sli_admit(slo, now_ns + SLI_MILLIS(500), SLI_CRITICAL,
			key));
	sli_registry_close(reg);
}

/* Who has no keys must not lose all his traffic for five minutes. */
static void
test_admission_without_a_key_decides_each_request(void **state)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	uint64_t now_ns = START + SLI_SECONDS(100), i, admitted = 0;

	(void)state;
	open_slo(&reg, &ind, &slo, 0.99, SLI_MILLIS(100));
	fail_all(ind, slo, 100);
	for (i = 0; i < 10000; i++)
		admitted += (uint64_t)sli_admit(slo, now_ns + i * 977,
		    SLI_SHEDDABLE, 0);
	/* 5 % of 10000: 500, and six standard deviations of 22. */
	assert_in_range(admitted, 368, 632);
	sli_registry_close(reg);
}

/* envoy#5011: a call that lasts longer than the window counts at its end. */
static void
test_admission_call_longer_than_window_counts_at_end(void **state)
{
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	struct sli_verdict v;
	uint64_t end_ns = START + SLI_SECONDS(45);

	(void)state;
	open_slo(&reg, &ind, &slo, 0.99, SLI_MILLIS(100));
	sli_count(ind, START, SLI_GOOD, 1);
	assert_int_equal(sli_slo_verdict(slo, end_ns, &v), SLI_OK);
	assert_true(v.shed_probability[SLI_SHEDDABLE] == 0);
	sli_record(ind, end_ns, SLI_GOOD, SLI_SECONDS(45));
	sli_count(ind, end_ns, SLI_BAD, 1000);
	assert_int_equal(sli_slo_verdict(slo, end_ns + SLI_SECONDS(1), &v),
	    SLI_OK);
	assert_true(v.shed_probability[SLI_SHEDDABLE] > 0);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test(name)
		TEST(test_admission_below_min_events_never_sheds),
		TEST(test_admission_events_of_many_shards_are_judged_together),
		TEST(test_admission_own_sheds_change_no_verdict),
		TEST(test_admission_total_failure_lets_one_in_twenty_in),
		TEST(test_admission_after_an_idle_minute_lets_all_in),
		TEST(test_admission_same_key_gets_the_same_answer),
		TEST(test_admission_without_a_key_decides_each_request),
		TEST(test_admission_call_longer_than_window_counts_at_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
