/* SPDX-License-Identifier: MIT */
/*
 * What other alerts and breakers fell into, on a whole SLO: clocks that leap,
 * silence, windows of one slot, and feeding on one's own rejects.
 */
#include <stdbool.h>

#include "requests.h"

/* Both by Prometheus's ratios: what fires is plain from the last events. */
static struct sli_slo *
add_slo(uint64_t period_ns)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	cfg.name = "availability";
	cfg.objective = 0.999;
	cfg.period_ns = period_ns;
	cfg.flags = SLI_SLO_ALERT_BY_RATIO | SLI_SLO_NO_OUTAGES;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	return slo;
}

static enum sli_alert_state
page(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_budget b;

	assert_int_equal(sli_slo_budget(slo, now_ns, &b), SLI_OK);
	return b.page;
}

/* Seven hours that are well, and so little that is not: one page fires. */
#define BURNING (T0 + SLI_HOURS(7) + SLI_SECONDS(100))

static struct sli_slo *
burning_slo(void)
{
	struct sli_slo *slo = add_slo(0);

	count_each_second(ind, T0, 7 * 3600, SLI_GOOD, 10);
	count_each_second(ind, T0 + SLI_HOURS(7), 100, SLI_BAD, 10);
	assert_int_equal(page(slo, BURNING), SLI_ALERT_FIRING);
	return slo;
}

/*
 * While the clock is behind the open slot nothing is judged, and nothing
 * forgotten. 60 slots show that it was set back for good; the page ends as
 * long after the last bad event as ever, by the clock's own pace.
 */
static void
test_alert_clock_set_back_fires_on_and_ends_in_time(void **state)
{
	struct sli_slo *slo = burning_slo();
	uint64_t s, back = BURNING - SLI_HOURS(1), ends = 0;
	enum sli_alert_state now, before = SLI_ALERT_FIRING;

	(void)state;
	for (s = 0; s < 600; s++) {
		sli_count(ind, back + SLI_SECONDS(s), SLI_GOOD, 10);
		now = page(slo, back + SLI_SECONDS(s));
		if (now != before) {
			assert_int_equal(now, SLI_ALERT_OK);
			ends = s;
		}
		before = now;
	}
	/* The 5 min of the short window, and the 60 slots at the most. */
	assert_in_range(ends, 290, 365);
}

static void
test_alert_clock_leaping_forward_ends_it_and_fires_nothing(void **state)
{
	struct sli_slo *slo = burning_slo();
	uint64_t now = BURNING + SLI_DAYS(40);
	struct sli_budget b;

	(void)state;
	sli_count(ind, now, SLI_BAD, 1);
	assert_int_equal(sli_slo_budget(slo, now, &b), SLI_OK);
	assert_int_equal(b.page, SLI_ALERT_OK);
	assert_int_equal(b.ticket, SLI_ALERT_OK);
	assert_int_equal(b.total, 1);
	/* And back: what is read then is the open slot, not the old page. */
	assert_int_equal(page(slo, BURNING), SLI_ALERT_OK);
	assert_int_equal(page(slo, now + SLI_SECONDS(1)), SLI_ALERT_OK);
}

/* failsafe's reads stay stale until the next record. */
static void
test_alert_ends_in_silence_by_reads_alone(void **state)
{
	struct sli_slo *slo = burning_slo();
	uint64_t s;

	(void)state;
	for (s = 1; s <= 400; s++)
		assert_int_equal(page(slo, BURNING + SLI_SECONDS(s)),
		    s < 300 ? SLI_ALERT_FIRING : SLI_ALERT_OK);
}

/* resilience4j crashes on a window of one slot, pyrra has one of none. */
static void
test_alert_with_short_window_of_one_slot_fires_and_ends(void **state)
{
	struct sli_slo *slo = add_slo(SLI_MINUTES(24));
	uint64_t now = T0 + SLI_MINUTES(24);
	struct sli_alert a;

	(void)state;
	count_each_second(ind, T0, 24 * 60, SLI_GOOD, 1000);
	assert_int_equal(sli_slo_alert(slo, now, 0, &a), SLI_OK);
	assert_true(a.long_ns == SLI_SECONDS(2));
	assert_true(a.short_ns == SLI_SECONDS(1));
	assert_int_equal(a.state, SLI_ALERT_OK);
	sli_count(ind, now, SLI_BAD, 1000);
	assert_int_equal(page(slo, now), SLI_ALERT_OK);
	now += SLI_SECONDS(1);
	assert_int_equal(page(slo, now), SLI_ALERT_FIRING);
	sli_count(ind, now, SLI_GOOD, 1000);
	now += SLI_SECONDS(1);
	assert_int_equal(sli_slo_alert(slo, now, 0, &a), SLI_OK);
	assert_int_equal(a.state, SLI_ALERT_OK);
}

/*
 * What is excluded in hindsight takes nothing from what a page that fires has
 * counted, nor does it stand still until as much has come again.
 */
static void
test_alert_record_counts_on_whatever_is_excluded(void **state)
{
	struct sli_slo *slo = burning_slo();
	struct sli_alert_record before, after;

	(void)state;
	assert_int_equal(sli_alert_read(reg, 0, &before), SLI_OK);
	assert_int_equal(sli_slo_exclude(slo, BURNING, T0,
			     BURNING - SLI_SECONDS(1), "by mistake", NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_include(slo, BURNING, T0,
			     BURNING - SLI_SECONDS(1), "it was one", NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_exclude(slo, BURNING, T0, T0 + SLI_HOURS(1),
			     "maintenance", NULL),
	    SLI_OK);
	count_each_second(ind, BURNING, 10, SLI_BAD, 10);
	assert_int_equal(page(slo, BURNING + SLI_SECONDS(10)),
	    SLI_ALERT_FIRING);
	assert_int_equal(sli_alert_read(reg, 0, &after), SLI_OK);
	assert_int_equal(after.number, before.number);
	assert_int_equal(after.bad, before.bad + 100);
	assert_int_equal(after.total, before.total + 100);
}

/*
 * An SLO that counts what was shed as bad loses budget by shedding. Its
 * verdict may not feed on that: once what is let in is well again, it ends.
 */
static void
test_admit_own_sheds_that_are_bad_do_not_keep_shedding(void **state)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;
	struct sli_budget b;
	uint64_t s, i, now, shed = 0, last = 0;
	bool fails;

	(void)state;
	cfg.name = "availability";
	cfg.objective = 0.999;
	cfg.flags = SLI_SLO_SHED_IS_BAD;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	for (s = 0; s < 400; s++) {
		fails = s >= 60 && s < 90;
		for (i = 0; i < 100; i++) {
			now = T0 + SLI_SECONDS(s) + SLI_MILLIS(10 * i);
			if (!sli_admit(slo, now, SLI_SHEDDABLE, 100 * s + i)) {
				sli_count(ind, now, SLI_SHED, 1);
				shed++;
				last = s;
			} else {
				sli_count(ind, now,
				    fails && i % 2 == 0 ? SLI_BAD : SLI_GOOD,
				    1);
			}
		}
	}
	assert_in_range(shed, 100, 20000);
	assert_in_range(last, 62, 200);
	assert_int_equal(sli_slo_budget(slo, now, &b), SLI_OK);
	assert_true(b.bad >= shed && b.remaining < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_alert_clock_set_back_fires_on_and_ends_in_time),
		TEST(
		    test_alert_clock_leaping_forward_ends_it_and_fires_nothing),
		TEST(test_alert_ends_in_silence_by_reads_alone),
		TEST(test_alert_with_short_window_of_one_slot_fires_and_ends),
		TEST(test_alert_record_counts_on_whatever_is_excluded),
		TEST(test_admit_own_sheds_that_are_bad_do_not_keep_shedding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
