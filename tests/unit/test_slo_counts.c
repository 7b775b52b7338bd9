/* SPDX-License-Identifier: MIT */
#include "slices.h"

static struct sli_slo_counts
counts_of(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns,
    uint64_t to_ns)
{
	struct sli_slo_counts c;

	memset(&c, 0xff, sizeof(c));
	assert_int_equal(sli_slo_counts(slo, now_ns, from_ns, to_ns, &c),
	    SLI_OK);
	return c;
}

/* Hours of 10 k good and k bad events, k from 1 to 48. */
static uint64_t
two_days(void)
{
	uint64_t k;

	for (k = 0; k < 48; k++) {
		sli_count(ind, T0 + SLI_HOURS(k), SLI_GOOD, 10 * (k + 1));
		sli_count(ind, T0 + SLI_HOURS(k), SLI_BAD, k + 1);
	}
	return T0 + SLI_HOURS(UINT64_C(48));
}

/* 1 + ... + n */
static uint64_t
up_to(uint64_t n)
{
	return n * (n + 1) / 2;
}

static void
test_slo_counts_of_any_span_on_boundaries_are_exact(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = add(&cfg);
	uint64_t now = two_days(), from, to;
	struct sli_slo_counts c;

	(void)state;
	for (from = 0; from < 48; from += 5)
		for (to = from + 1; to <= 48; to += 3) {
			c = counts_of(slo, now, T0 + SLI_HOURS(from),
			    T0 + SLI_HOURS(to));
			assert_int_equal(c.bad, up_to(to) - up_to(from));
			assert_int_equal(c.good, 10 * c.bad);
			assert_int_equal(c.covered_ns, SLI_HOURS(to - from));
		}
}

static void
test_slo_counts_of_pieces_add_up_to_the_whole(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = add(&cfg);
	uint64_t now = two_days(), t, step = SLI_MINUTES(7) + 13, sum = 0;
	struct sli_slo_counts whole;

	(void)state;
	/* Not one of these lies on a boundary. */
	for (t = T0; t < now; t += step)
		sum += counts_of(slo, now, t, t + step).bad;
	whole = counts_of(slo, now, T0, now + step);
	assert_int_equal(whole.bad, up_to(48));
	assert_int_equal(sum, whole.bad);
}

static void
test_slo_counts_to_now_are_what_the_burn_rate_is_of(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo;
	struct sli_slo_counts c;
	uint64_t now = two_days();
	double burn;

	(void)state;
	cfg.threshold_ns = SLI_MILLIS(100);
	cfg.flags = SLI_SLO_SHED_IS_BAD;
	slo = add(&cfg);
	sli_record(ind, now, SLI_GOOD, SLI_MILLIS(101));
	sli_count(ind, now, SLI_SHED, 7);
	sli_count(ind, now, SLI_IGNORED, 1000);
	now += SLI_SECONDS(1);
	c = counts_of(slo, now, now - SLI_MINUTES(30), now);
	assert_int_equal(c.bad, 8);
	c = counts_of(slo, now, now - SLI_HOURS(3), now);
	assert_int_equal(sli_slo_burn_rate(slo, now, SLI_HOURS(3), &burn),
	    SLI_OK);
	assert_near(burn,
	    (double)c.bad / ((double)c.good + (double)c.bad) / 0.001);
}

static void
test_slo_counts_leave_out_what_is_excluded(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = add(&cfg);
	uint64_t now = two_days(), at = T0 + SLI_HOURS(UINT64_C(20));

	(void)state;
	assert_int_equal(
	    sli_slo_exclude(slo, now, at, at + SLI_HOURS(2), "a drill", NULL),
	    SLI_OK);
	assert_int_equal(counts_of(slo, now, T0, now).bad, up_to(48) - 21 - 22);
	assert_int_equal(counts_of(slo, now, at, at + SLI_HOURS(3)).bad, 23);
	assert_int_equal(counts_of(slo, now, at, at + SLI_HOURS(1)).bad, 0);
}

/* Slices, which are counted when they are over. */
static void
test_slo_counts_of_slices_are_slices(void **state)
{
	struct sli_slo_config cfg = sliced(SLI_TIMESLICES);
	struct sli_slo *slo = add(&cfg);
	struct sli_slo_counts c;
	uint64_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		fill_minute(i, i % 10 == 3 ? 8 : 10, i % 10 == 3 ? 2 : 0);
	c = counts_of(slo, T0 + SLI_MINUTES(i), T0 + SLI_MINUTES(20),
	    T0 + SLI_MINUTES(50));
	assert_int_equal(c.bad, 3);
	assert_int_equal(c.good, 27);
}

static void
test_slo_counts_before_there_was_any_are_none(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = add(&cfg);
	uint64_t now = two_days();
	struct sli_slo_counts c;

	(void)state;
	c = counts_of(slo, now, T0 - SLI_DAYS(10), T0 - SLI_DAYS(9));
	assert_int_equal(c.good + c.bad + c.covered_ns, 0);
	/* Of a span that is half in it, half is covered. */
	c = counts_of(slo, now, T0 - SLI_HOURS(4), T0 + SLI_HOURS(4));
	assert_int_equal(c.bad, up_to(4));
	assert_int_equal(c.covered_ns, SLI_HOURS(4));
}

static void
test_slo_counts_of_no_span_are_refused(void **state)
{
	struct sli_slo_config cfg = config(0.999);
	struct sli_slo *slo = add(&cfg);
	struct sli_slo_counts c;

	(void)state;
	assert_int_equal(sli_slo_counts(NULL, T0, T0 - 2, T0 - 1, &c),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_counts(slo, T0, T0 - 2, T0 - 1, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_counts(slo, T0, T0 - 1, T0 - 1, &c),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_counts(slo, T0, T0 - 1, T0 - 2, &c),
	    SLI_EINVAL);
	assert_int_equal(sli_slo_counts(slo, T0, T0, T0 + 1, &c), SLI_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slo_counts_of_any_span_on_boundaries_are_exact),
		TEST(test_slo_counts_of_pieces_add_up_to_the_whole),
		TEST(test_slo_counts_to_now_are_what_the_burn_rate_is_of),
		TEST(test_slo_counts_leave_out_what_is_excluded),
		TEST(test_slo_counts_of_slices_are_slices),
		TEST(test_slo_counts_before_there_was_any_are_none),
		TEST(test_slo_counts_of_no_span_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
