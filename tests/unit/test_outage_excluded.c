/* SPDX-License-Identifier: MIT */
/*
 * Micro-outages and exclusions: time that is excluded is passed over.
 */
#include "outages.h"

static void
exclude(struct sli_slo *slo, uint64_t from_ns, uint64_t to_ns)
{
	assert_int_equal(
	    sli_slo_exclude(slo, T0, from_ns, to_ns, "maintenance", NULL),
	    SLI_OK);
}

static void
test_outage_does_not_begin_in_excluded_time(void **state)
{
	struct sli_slo *slo = add_with(0);
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10);
	struct sli_alert_record r;

	(void)state;
	exclude(slo, begin, begin + SLI_SECONDS(10));
	serve(&now, begin, SLI_GOOD);
	serve(&now, begin + SLI_SECONDS(10) + TENTH, SLI_BAD);
	assert_int_equal(records(), 0);
	assert_int_equal(outage_at(slo, now).state, SLI_ALERT_OK);
	serve(&now, begin + SLI_SECONDS(12), SLI_BAD);
	serve(&now, begin + SLI_SECONDS(20), SLI_GOOD);
	assert_int_equal(records(), 1);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin + SLI_SECONDS(10) &&
	    r.end_ns == begin + SLI_SECONDS(12));
}

/* A second that is excluded in part is passed over, too. */
static void
test_outage_ends_where_excluded_time_begins(void **state)
{
	struct sli_slo *slo = add_with(0);
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10);
	struct sli_alert_record r;

	(void)state;
	exclude(slo, begin + SLI_MILLIS(5500), begin + SLI_MILLIS(6500));
	serve(&now, begin, SLI_GOOD);
	serve(&now, begin + SLI_SECONDS(6) + TENTH, SLI_BAD);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin && r.end_ns == begin + SLI_SECONDS(5));
	assert_int_equal(outage_at(slo, now).state, SLI_ALERT_OK);
	serve(&now, begin + SLI_SECONDS(10), SLI_BAD);
	serve(&now, begin + SLI_SECONDS(20), SLI_GOOD);
	assert_int_equal(records(), 2);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin + SLI_SECONDS(7) &&
	    r.end_ns == begin + SLI_SECONDS(10));
}

static void
test_outage_of_a_gap_ends_where_excluded_time_begins(void **state)
{
	struct sli_slo *slo = add_with(0);
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10);
	struct sli_alert_record r;

	(void)state;
	exclude(slo, begin + SLI_SECONDS(3), begin + SLI_SECONDS(5));
	serve(&now, begin, SLI_GOOD);
	sli_begin(ind);
	now = begin + SLI_SECONDS(8);
	serve(&now, now + SLI_SECONDS(10), SLI_GOOD);
	assert_int_equal(records(), 1);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin && r.end_ns == begin + SLI_SECONDS(3));
	assert_int_equal(r.missing, 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_outage_does_not_begin_in_excluded_time),
		TEST(test_outage_ends_where_excluded_time_begins),
		TEST(test_outage_of_a_gap_ends_where_excluded_time_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
