/* SPDX-License-Identifier: MIT */
/*
 * Micro-outages: runs of seconds that are bad or silent.
 */
#include "../support/random.h"
#include "outages.h"
#include "slo/outage.h"

static void
expect_no_page(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_alert a;
	uint32_t i;

	for (i = 0; i < sli_slo_alert_count(slo); i++) {
		assert_int_equal(sli_slo_alert(slo, now_ns, i, &a), SLI_OK);
		assert_int_equal(a.state, SLI_ALERT_OK);
	}
}

/*
 * 99.9 % over 30 d, 100 requests a second, and nobody is served for 10 s, from
 * any part of a second on: no pair of windows sees it, this rule within 2 s.
 */
static void
total_outage_from(uint64_t phase_ns)
{
	struct sli_slo *slo = add_with(SLI_SLO_ALERT_BY_RATIO);
	uint64_t now = T0 + SLI_HOURS(4), begin = now + SECOND + phase_ns, seen;
	struct sli_alert_record r;

	count_each_second(ind, T0, SLI_HOURS(4) / SECOND, SLI_GOOD, 100);
	serve(&now, begin, SLI_GOOD);
	assert_int_equal(records(), 0);
	while (!is_logged(0, &r)) {
		assert_true(now < begin + SLI_SECONDS(2));
		serve(&now, now + TENTH, SLI_BAD);
	}
	seen = now;
	assert_true(seen < begin + SLI_SECONDS(2));
	assert_int_equal(outage_at(slo, now).state, SLI_ALERT_FIRING);
	assert_int_equal(r.kind, SLI_ALERT_OUTAGE);
	assert_int_equal(r.severity, SLI_TICKET);
	assert_true(r.end_ns == 0);
	/* The first second that was bad: it has more than a half of them. */
	assert_true(r.start_ns + SLI_MILLIS(500) >= begin &&
	    r.start_ns < begin + SECOND);
	serve(&now, begin + SLI_SECONDS(10), SLI_BAD);
	expect_no_page(slo, now);
	serve(&now, begin + SLI_SECONDS(20), SLI_GOOD);
	assert_true(is_logged(0, &r));
	assert_int_equal(records(), 1);
	assert_true(r.end_ns - r.start_ns >= SLI_SECONDS(9) &&
	    r.end_ns - r.start_ns <= SLI_SECONDS(11));
	assert_true(r.recovered_ns == r.end_ns);
	/* All but those in seconds that were mostly good. */
	assert_in_range(r.bad, 950, 1000);
	assert_int_equal(r.missing, 0);
	assert_int_equal(r.silent, 0);
	assert_near(r.peak_burn, 1000.0);
	/* Of four hours' budget: 1000 / (0.001 * 1440000), or a little less. */
	assert_true(r.budget_cost > 0.65 && r.budget_cost < 0.7);
	assert_int_equal(outage_at(slo, now).state, SLI_ALERT_OK);
	assert_true(outage_at(slo, now).length_ns == r.end_ns - r.start_ns);
}

static void
test_outage_of_ten_seconds_is_seen_within_two(void **state)
{
	uint64_t phase;

	for (phase = 0; phase < SECOND; phase += SLI_MILLIS(90)) {
		total_outage_from(phase);
		teardown(state);
		setup(state);
	}
}

/* Work hangs, nothing ends; a timer drives. */
static void
test_outage_of_silence_with_work_in_flight_is_seen(void **state)
{
	struct sli_slo *slo = add_with(0);
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10);
	struct sli_alert_record r;

	(void)state;
	serve(&now, begin, SLI_GOOD);
	sli_begin(ind);
	assert_int_equal(sli_advance(reg, begin), SLI_OK);
	assert_int_equal(records(), 0);
	assert_int_equal(sli_advance(reg, begin + SECOND), SLI_OK);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin && r.end_ns == 0);
	assert_int_equal(r.silent, 1);
	assert_int_equal(r.missing, 100);
	for (now = begin + SECOND; now < begin + SLI_SECONDS(10); now += SECOND)
		sli_advance(reg, now + SECOND);
	sli_end(ind);
	serve(&now, now + SLI_SECONDS(10), SLI_GOOD);
	assert_true(is_logged(0, &r));
	assert_int_equal(records(), 1);
	assert_true(r.end_ns == begin + SLI_SECONDS(10));
	assert_int_equal(r.missing, 1000);
	assert_int_equal(r.bad, 0);
	assert_true(r.budget_cost == 0.0);
	assert_true(outage_at(slo, now).length_ns == SLI_SECONDS(10));
}

/* The whole process hung, and with it whoever would have driven. */
static void
test_outage_of_a_blocked_process_is_seen_afterwards(void **state)
{
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10);
	struct sli_alert_record r;

	(void)state;
	(void)add_with(0);
	serve(&now, begin, SLI_GOOD);
	sli_begin(ind);
	now = begin + SLI_SECONDS(8);
	serve(&now, now + SLI_SECONDS(10), SLI_GOOD);
	assert_int_equal(records(), 1);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin && r.end_ns == begin + SLI_SECONDS(8));
	assert_int_equal(r.missing, 800);
	assert_int_equal(r.silent, 1);
}

static void
test_outage_of_silence_without_work_is_none(void **state)
{
	uint64_t now = T0, i;

	(void)state;
	(void)add_with(0);
	serve(&now, T0 + SLI_MINUTES(10), SLI_GOOD);
	for (i = 0; i < 600; i++, now += SECOND)
		sli_advance(reg, now);
	serve(&now, now + SLI_MINUTES(1), SLI_GOOD);
	now += SLI_MINUTES(1);
	serve(&now, now + SLI_MINUTES(1), SLI_GOOD);
	assert_int_equal(records(), 0);
}

/* After 5 min of it the traffic has gone; no new run begins meanwhile. */
static void
test_outage_of_silence_ends_after_five_minutes(void **state)
{
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10), i;
	struct sli_alert_record r;

	(void)state;
	(void)add_with(0);
	serve(&now, begin, SLI_GOOD);
	sli_begin(ind);
	for (i = 1; i < 3600; i++)
		sli_advance(reg, begin + i * SECOND);
	assert_int_equal(records(), 1);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin && r.end_ns == begin + SLI_MINUTES(5));
	assert_int_equal(r.missing, 30000);
}

/* The same, found out at once. */
static void
test_outage_of_a_long_gap_is_no_longer(void **state)
{
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10);
	struct sli_alert_record r;

	(void)state;
	(void)add_with(0);
	serve(&now, begin, SLI_GOOD);
	sli_begin(ind);
	now = begin + SLI_HOURS(10);
	serve(&now, now + SLI_MINUTES(1), SLI_GOOD);
	assert_int_equal(records(), 1);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin && r.end_ns == begin + SLI_MINUTES(5));
}

/* Errors, then silence, then errors, with up to two good seconds between. */
static void
test_outage_run_bridges_two_good_seconds_not_three(void **state)
{
	uint64_t now = T0, begin = T0 + SLI_MINUTES(10);
	struct sli_alert_record r;

	(void)state;
	(void)add_with(0);
	serve(&now, begin, SLI_GOOD);
	serve(&now, now + SLI_SECONDS(3), SLI_BAD);
	serve(&now, now + SLI_SECONDS(2), SLI_GOOD);
	sli_begin(ind);
	now += SLI_SECONDS(2);
	sli_advance(reg, now);
	sli_end(ind);
	serve(&now, now + SLI_SECONDS(1), SLI_BAD);
	serve(&now, now + SLI_SECONDS(3), SLI_GOOD);
	serve(&now, now + SLI_SECONDS(1), SLI_BAD);
	serve(&now, now + SLI_SECONDS(5), SLI_GOOD);
	assert_int_equal(records(), 2);
	assert_true(is_logged(1, &r));
	assert_true(r.start_ns == begin && r.end_ns == begin + SLI_SECONDS(8));
	assert_int_equal(r.bad, 400);
	assert_int_equal(r.missing, 200);
	assert_true(is_logged(0, &r));
	assert_true(r.start_ns == begin + SLI_SECONDS(11) &&
	    r.end_ns == begin + SLI_SECONDS(12));
	assert_int_equal(r.bad, 100);
}

static void
test_outage_rule_rests_with_little_traffic(void **state)
{
	struct sli_slo *slo = add_with(SLI_SLO_NO_ALERTS);
	struct sli_outage o;
	uint64_t i;

	(void)state;
	for (i = 0; i < 900; i++)
		sli_count(ind, T0 + i * SECOND, i % 7 ? SLI_GOOD : SLI_BAD, 9);
	o = outage_at(slo, T0 + 900 * SECOND);
	assert_int_equal(o.status, SLI_ENODATA);
	assert_non_null(strstr(o.reason, "too little traffic"));
	assert_near(o.traffic, 9.0);
	assert_int_equal(o.state, SLI_ALERT_OK);
	assert_true(o.from_ns == 0 && o.length_ns == 0);
	assert_int_equal(records(), 0);
	assert_int_equal(outage_at(slo, T0 + SLI_HOURS(1)).status, SLI_ENODATA);
}

static void
test_outage_rule_rests_if_switched_off(void **state)
{
	struct sli_slo *slo = add_with(SLI_SLO_NO_OUTAGES);
	uint64_t now = T0;

	(void)state;
	serve(&now, T0 + SLI_MINUTES(10), SLI_GOOD);
	serve(&now, now + SLI_SECONDS(10), SLI_BAD);
	assert_int_equal(outage_at(slo, now).status, SLI_EACCES);
	assert_non_null(
	    strstr(outage_at(slo, now).reason, "SLI_SLO_NO_OUTAGES"));
	assert_int_equal(records(), 0);
}

static void
test_outage_rule_rests_with_long_slots(void **state)
{
	static const struct sli_level history[SLI_LEVELS_MAX] = {
		{ SLI_SECONDS(5), 128, 0 }, { SLI_MINUTES(5), 900, 0 },
		{ SLI_HOURS(2), 400, 0 }
	};
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_slo *slo;
	uint64_t now = T0;

	(void)state;
	teardown(NULL);
	memcpy(cfg.history, history, sizeof(history));
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	ind = add_indicator(reg, "requests");
	slo = add_with(0);
	serve(&now, T0 + SLI_MINUTES(5), SLI_GOOD);
	serve(&now, now + SLI_SECONDS(10), SLI_BAD);
	assert_int_equal(outage_at(slo, now).status, SLI_ERANGE);
	assert_non_null(strstr(outage_at(slo, now).reason, "2 s"));
	assert_int_equal(records(), 0);
}

/* What was turned away was not an outage of what was let in. */
static void
test_outage_is_not_made_of_shed_events(void **state)
{
	uint64_t now = T0, i;

	(void)state;
	(void)add_with(SLI_SLO_SHED_IS_BAD);
	serve(&now, T0 + SLI_MINUTES(10), SLI_GOOD);
	for (i = 0; i < 10; i++, now += SECOND) {
		sli_count(ind, now, SLI_GOOD, 50);
		sli_count(ind, now, SLI_SHED, 500);
	}
	serve(&now, now + SLI_SECONDS(10), SLI_GOOD);
	assert_int_equal(records(), 0);
}

static void
test_outage_law_is_as_documented(void **state)
{
	const struct sli__outage_rule rule = { 500000, 10 };
	static const struct {
		struct sli__outage_slot slot;
		enum sli__outage_kind kind;
	} cases[] = {
		/* As many as are needed; more than half; five at least. */
		{ { 10, 6, 10000, false, false }, SLI__BAD_SLOT },
		{ { 10, 5, 10000, false, false }, SLI__CALM },
		{ { 9, 9, 10000, false, false }, SLI__CALM },
		{ { 10, 10, 9999, false, false }, SLI__CALM },
		{ { 10, 10, 9999, true, false }, SLI__BAD_SLOT },
		/* In a run from half of each on. */
		{ { 8, 2, 10000, true, false }, SLI__BAD_SLOT },
		{ { 9, 2, 10000, true, false }, SLI__CALM },
		{ { 8, 2, 10000, false, false }, SLI__CALM },
		{ { 5, 2, 10000, true, false }, SLI__BAD_SLOT },
		{ { 4, 4, 10000, true, false }, SLI__CALM },
		{ { 4, 1, 10000, true, false }, SLI__CALM },
		{ { UINT64_MAX / 2, UINT64_MAX / 2, 10000, true, false },
		    SLI__BAD_SLOT },
		{ { UINT64_MAX / 2, UINT64_MAX / 2, 10000, false, false },
		    SLI__BAD_SLOT },
		/* Below a tenth of 20 or more, and work is in flight. */
		{ { 1, 0, 20000, false, true }, SLI__SILENT_SLOT },
		{ { 2, 0, 20000, false, true }, SLI__CALM },
		{ { 0, 0, 19999, false, true }, SLI__CALM },
		{ { 0, 0, 20000, false, false }, SLI__CALM },
		{ { 9, 9, 100000, false, true }, SLI__SILENT_SLOT },
		{ { 0, 0, UINT64_MAX, false, true }, SLI__SILENT_SLOT },
		{ { 0, 0, 0, false, true }, SLI__CALM },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++)
		assert_int_equal(sli__outage_kind(&rule, &cases[i].slot),
		    cases[i].kind);
}

/* Ten requests a second, of which each fails with an even chance. */
static void
test_outage_near_the_ratio_is_no_splinters(void **state)
{
	struct random rnd = { 9 };
	uint64_t now = T0, bad, i;
	struct sli_alert_record r;

	(void)state;
	(void)add_with(SLI_SLO_NO_ALERTS);
	count_each_second(ind, T0, 600, SLI_GOOD, 10);
	for (now += SLI_MINUTES(10), i = 0; i < 1200; i++, now += SECOND) {
		bad = (uint64_t)__builtin_popcountll(random_next(&rnd) >> 54);
		sli_count(ind, now, SLI_BAD, bad);
		sli_count(ind, now, SLI_GOOD, 10 - bad);
	}
	count_each_second(ind, now, 10, SLI_GOOD, 10);
	assert_in_range(records(), 1, 3);
	assert_true(is_logged(records() - 1, &r));
	assert_true(r.start_ns < T0 + SLI_MINUTES(11));
}

static void
test_outage_of_nothing_is_refused(void **state)
{
	struct sli_slo *slo = add_with(0);
	struct sli_outage o = { .traffic = 7.0 };

	(void)state;
	assert_int_equal(sli_slo_outage(NULL, T0, &o), SLI_EINVAL);
	assert_int_equal(sli_slo_outage(slo, T0, NULL), SLI_EINVAL);
	assert_true(o.traffic == 7.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_outage_of_ten_seconds_is_seen_within_two),
		TEST(test_outage_of_silence_with_work_in_flight_is_seen),
		TEST(test_outage_of_a_blocked_process_is_seen_afterwards),
		TEST(test_outage_of_silence_without_work_is_none),
		TEST(test_outage_of_silence_ends_after_five_minutes),
		TEST(test_outage_of_a_long_gap_is_no_longer),
		TEST(test_outage_run_bridges_two_good_seconds_not_three),
		TEST(test_outage_rule_rests_with_little_traffic),
		TEST(test_outage_rule_rests_if_switched_off),
		TEST(test_outage_rule_rests_with_long_slots),
		TEST(test_outage_is_not_made_of_shed_events),
		TEST(test_outage_law_is_as_documented),
		TEST(test_outage_near_the_ratio_is_no_splinters),
		TEST(test_outage_of_nothing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
