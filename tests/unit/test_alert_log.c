/* SPDX-License-Identifier: MIT */
/*
 * The log of alerts: when records begin and end, and what they say.
 */
#include "slo/alert_log.h"
#include "slo/slo.h"
#include "slos.h"

#define SECOND SLI_SECONDS(1)

static struct sli_alert_record
record_at(uint32_t back)
{
	struct sli_alert_record r;

	assert_int_equal(sli_alert_read(reg, back, &r), SLI_OK);
	return r;
}

static uint32_t
records(void)
{
	struct sli_alert_record r;
	uint32_t n = 0;

	while (sli_alert_read(reg, n, &r) != SLI_ENOENT)
		n++;
	return n;
}

/* So many of each, on each second of [*now, *now + seconds). */
static void
serve(uint64_t *now, uint64_t seconds, uint64_t good, uint64_t bad)
{
	for (uint64_t i = 0; i < seconds; i++, *now += SECOND) {
		sli_count(ind, *now, SLI_GOOD, good);
		if (bad > 0)
			sli_count(ind, *now, SLI_BAD, bad);
	}
}

static struct sli_slo *
add_with(const struct sli_alert_config *alerts, uint32_t count, uint32_t flags)
{
	struct sli_slo_config cfg = config(0.999);

	cfg.alerts = alerts;
	cfg.alert_count = count;
	cfg.flags = flags;
	return add(&cfg);
}

static struct sli_alert_config
page_by_factor(double factor)
{
	struct sli_alert_config a;

	memset(&a, 0, sizeof(a));
	a.severity = SLI_PAGE;
	a.long_ns = SLI_HOURS(1);
	a.short_ns = SLI_MINUTES(5);
	a.factor = factor;
	return a;
}

/* 1 h of 100/s, then 5 % bad for 30 min, then good. */
static void
test_alert_log_tells_the_whole_story(void **state)
{
	struct sli_alert_config page = page_by_factor(14.4);
	uint64_t now = T0, bad_from, bad_to;
	struct sli_alert_record r;

	(void)state;
	add_with(&page, 1, SLI_SLO_ALERT_BY_RATIO);
	serve(&now, 3600, 100, 0);
	assert_int_equal(records(), 0);
	bad_from = now;
	serve(&now, 1800, 95, 5);
	assert_int_equal(records(), 1);
	r = record_at(0);
	assert_int_equal(r.number, 0);
	assert_string_equal(r.slo, "availability");
	assert_int_equal(r.kind, SLI_ALERT_BURN);
	assert_int_equal(r.severity, SLI_PAGE);
	assert_int_equal(r.alert_index, 0);
	assert_true(r.long_ns == SLI_HOURS(1) && r.short_ns == SLI_MINUTES(5));
	assert_near(r.factor, 14.4);
	/* 5 % over t of 3600 s exceeds 1.44 % after 1036.8 s. */
	assert_true(r.start_ns == bad_from + 1037 * SECOND);
	assert_true(r.end_ns == 0 && r.recovered_ns == 0);
	assert_true(
	    r.onset_ns <= bad_from && bad_from - r.onset_ns < SLI_MINUTES(1));
	bad_to = now;
	serve(&now, 600, 100, 0);
	r = record_at(0);
	/* The short window has at most 1.44 % with 86.4 s of 300. */
	assert_true(r.end_ns == bad_to + 214 * SECOND);
	assert_true(
	    r.recovered_ns >= bad_to && r.recovered_ns - bad_to < 25 * SECOND);
	assert_int_equal(r.bad, 5 * 1800);
	assert_near(r.peak_burn, 50.0);
	assert_int_equal(r.total, 100 * ((r.end_ns - r.onset_ns) / SECOND));
	assert_int_equal(records(), 1);
	assert_near(r.budget_cost,
	    (double)r.bad / (0.001 * 100.0 * (3600 + 1800 + 214)));
}

static void
test_alert_log_of_a_short_total_outage_is_an_outages(void **state)
{
	struct sli_slo *slo = add_with(NULL, 0, 0);
	struct sli_alert_record r;
	struct sli_outage o;
	uint64_t now = T0, from;

	(void)state;
	serve(&now, 600, 100, 0);
	from = now;
	serve(&now, 10, 0, 100);
	serve(&now, 1, 100, 0);
	r = record_at(0);
	assert_int_equal(r.kind, SLI_ALERT_OUTAGE);
	assert_true(r.start_ns == from && r.onset_ns == from);
	assert_true(r.end_ns == 0);
	serve(&now, 60, 100, 0);
	r = record_at(0);
	assert_true(r.end_ns == from + 10 * SECOND);
	assert_int_equal(r.bad, 1000);
	assert_int_equal(r.total, 1000);
	assert_int_equal(r.missing, 0);
	assert_int_equal(sli_slo_outage(slo, now, &o), SLI_OK);
	assert_int_equal(o.status, SLI_OK);
	assert_true(o.from_ns == from && o.length_ns == 10 * SECOND);
}

/* As soon as it is over, whatever the long window still has. */
static struct sli_alert_config
quick(uint64_t after_ns)
{
	struct sli_alert_config a = page_by_factor(100);

	a.long_ns = a.short_ns = 2 * SECOND;
	a.after_ns = after_ns;
	return a;
}

static void
test_alert_log_of_one_that_has_to_last_begins_later(void **state)
{
	struct sli_alert_config lasting = quick(5 * SECOND);
	struct sli_slo *slo = add_with(&lasting, 1, SLI_SLO_NO_OUTAGES);
	struct sli_alert_record r;
	struct sli_alert a;
	uint64_t now = T0, from;

	(void)state;
	serve(&now, 60, 100, 0);
	/* And one second in the window after them. */
	serve(&now, 4, 0, 100);
	serve(&now, 10, 100, 0);
	assert_int_equal(records(), 0);
	from = now;
	serve(&now, 5, 0, 100);
	assert_int_equal(sli_slo_alert(slo, now, 0, &a), SLI_OK);
	assert_int_equal(a.state, SLI_ALERT_OK);
	assert_true(a.after_ns == 5 * SECOND);
	assert_true(a.pending_ns == from + SECOND);
	serve(&now, 2, 0, 100);
	assert_int_equal(sli_slo_alert(slo, now, 0, &a), SLI_OK);
	assert_int_equal(a.state, SLI_ALERT_FIRING);
	assert_int_equal(records(), 1);
	r = record_at(0);
	assert_true(r.start_ns == from + 6 * SECOND);
	assert_true(r.onset_ns == from);
	serve(&now, 10, 100, 0);
	assert_true(record_at(0).end_ns == from + 9 * SECOND);
	assert_int_equal(sli_slo_alert(slo, now, 0, &a), SLI_OK);
	assert_true(a.pending_ns == 0 && a.state == SLI_ALERT_OK);
}

/* Nobody looks for a day: it has not fired for longer than it can have. */
static void
test_alert_log_of_silence_ends_a_window_later(void **state)
{
	struct sli_alert_config page = quick(0);
	struct sli_alert_record r;
	uint64_t now = T0, from;

	(void)state;
	add_with(&page, 1, SLI_SLO_NO_OUTAGES);
	serve(&now, 60, 100, 0);
	from = now;
	serve(&now, 5, 0, 100);
	now += SLI_DAYS(1);
	serve(&now, 5, 100, 0);
	assert_int_equal(records(), 1);
	r = record_at(0);
	assert_true(r.start_ns == from + SECOND);
	/* The last bad event lies in the fifth second, the window is of two. */
	assert_true(r.end_ns == from + 7 * SECOND);
	assert_true(r.recovered_ns == from + 5 * SECOND);
	assert_int_equal(r.bad, 500);
}

/* Ten an hour, and now and then one fails, which is a burn rate of 100. */
static void
test_alert_log_of_low_traffic_stays_empty(void **state)
{
	uint64_t i, now = T0;

	(void)state;
	add_with(NULL, 0, SLI_SLO_ALERT_BY_RATIO);
	for (i = 0; i < 240 * 3; i++, now += SLI_MINUTES(6))
		sli_count(ind, now, i % 240 ? SLI_GOOD : SLI_BAD, 1);
	assert_int_equal(records(), 0);
}

/* The clock is set back by an hour while it fires: lengths stay right. */
static void
test_alert_log_survives_a_clock_that_is_set_back(void **state)
{
	struct sli_alert_config page = quick(0);
	struct sli_alert_record r;
	uint64_t now = T0 + SLI_DAYS(1), from;

	(void)state;
	add_with(&page, 1, SLI_SLO_NO_OUTAGES);
	serve(&now, 60, 100, 0);
	from = now;
	serve(&now, 10, 0, 100);
	now -= SLI_HOURS(1);
	serve(&now, 100, 0, 100);
	serve(&now, 10, 100, 0);
	assert_int_equal(records(), 1);
	r = record_at(0);
	assert_true(r.start_ns == from + SECOND);
	assert_true(
	    r.end_ns > r.start_ns && r.end_ns - r.start_ns < SLI_MINUTES(3));
}

/* So do those of a removed SLO; nobody is left to end them. */
static void
test_alert_log_of_a_removed_slo_is_over(void **state)
{
	struct sli_alert_config page = quick(0);
	struct sli_alert_record r;
	struct sli_slo *slo;
	uint64_t now = T0;

	(void)state;
	slo = add_with(&page, 1, 0);
	serve(&now, 60, 100, 0);
	serve(&now, 5, 0, 100);
	assert_int_equal(records(), 2);
	assert_true(record_at(0).end_ns == 0 && record_at(1).end_ns == 0);
	memset(&slo->entry->claims, 0, sizeof(slo->entry->claims));
	assert_int_equal(sli_slo_remove(reg, "availability", "no more", NULL),
	    SLI_OK);
	serve(&now, 10, 0, 100);
	assert_int_equal(records(), 2);
	r = record_at(0);
	assert_true(r.end_ns > r.start_ns && r.end_ns <= T0 + 65 * SECOND);
	r = record_at(1);
	assert_true(r.end_ns > r.start_ns && r.end_ns <= T0 + 65 * SECOND);
}

/* One fires all along while another fills the ring. */
static void
test_alert_log_that_has_gone_round_keeps_no_open_record(void **state)
{
	struct sli_alert_config alerts[2] = { page_by_factor(1), quick(0) };
	struct sli_alert_record r;
	uint64_t now = T0;
	uint32_t i, n;

	(void)state;
	alerts[0].long_ns = SLI_DAYS(1);
	alerts[0].short_ns = SLI_HOURS(12);
	add_with(alerts, 2, SLI_SLO_NO_OUTAGES | SLI_SLO_ALERT_BY_RATIO);
	for (i = 0; i < 600; i++) {
		serve(&now, 8, 100, 0);
		serve(&now, 2, 0, 100);
	}
	serve(&now, 10, 100, 0);
	for (n = 0; n < SLI_ALERT_LOG_MAX; n++) {
		r = record_at(n);
		assert_int_equal(r.alert_index, 1);
		assert_int_equal(r.number, 600 - n);
		assert_true(r.end_ns != 0);
	}
	assert_int_equal(sli_alert_read(reg, n, &r), SLI_ENOENT);
	/* It ends with nothing to end, and the next time has a record again. */
	now += SLI_DAYS(2);
	serve(&now, 60, 100, 0);
	assert_int_equal(record_at(0).number, 600);
	serve(&now, 2, 0, 1000);
	serve(&now, 1, 100, 0);
	assert_int_equal(record_at(0).number, 602);
}

static void
test_alert_log_passes_over_a_damaged_record(void **state)
{
	struct sli_alert_config page = quick(0);
	struct sli_alert_record r = { .factor = 7.0 };
	struct sli__alert_entry *ring;
	uint64_t now = T0;

	(void)state;
	add_with(&page, 1, SLI_SLO_NO_OUTAGES);
	serve(&now, 60, 100, 0);
	serve(&now, 5, 0, 100);
	serve(&now, 5, 100, 0);
	serve(&now, 5, 0, 100);
	serve(&now, 5, 100, 0);
	ring = sli__at(&reg->arena, reg->arena.geometry.alerts_offset);
	ring[0].start[0] ^= 1;
	assert_int_equal(sli_alert_read(reg, 1, &r), SLI_EBUSY);
	assert_true(r.factor == 7.0);
	assert_int_equal(sli_alert_read(reg, 0, &r), SLI_OK);
	assert_int_equal(sli_alert_read(reg, 2, &r), SLI_ENOENT);
}

/* In the open slot, which has not been judged. */
static void
test_alert_log_of_one_that_just_holds_says_since_when(void **state)
{
	struct sli_alert_config page = page_by_factor(14.4);
	struct sli_slo *slo = add_with(&page, 1, SLI_SLO_ALERT_BY_RATIO);
	uint64_t now = T0;
	struct sli_alert a;

	(void)state;
	serve(&now, 3600, 100, 0);
	sli_count(ind, now, SLI_BAD, 100000);
	assert_int_equal(sli_slo_alert(slo, now + 1, 0, &a), SLI_OK);
	assert_int_equal(a.state, SLI_ALERT_FIRING);
	assert_true(a.pending_ns == now);
	assert_int_equal(sli_slo_alert(slo, now + SECOND, 0, &a), SLI_OK);
	assert_int_equal(a.state, SLI_ALERT_FIRING);
	assert_true(a.pending_ns == now + SECOND);
}

/* Who was held up knows the watch as it was: no number is taken for him. */
static void
test_alert_log_claim_that_comes_late_takes_no_number(void **state)
{
	struct sli_alert_config page = page_by_factor(14.4);
	struct sli_slo *slo = add_with(&page, 1, SLI_SLO_ALERT_BY_RATIO);
	struct sli__alert_start start = { .watched = 0 };
	uint64_t now = T0, have;

	(void)state;
	serve(&now, 3600, 100, 0);
	assert_true(sli__watch_needs_record(slo, 0, &have));
	serve(&now, 1800, 95, 5);
	assert_int_equal(sli__alert_log_count(&reg->arena), 1);
	start.onset_ns = start.start_ns = now - SECOND;
	sli__watch_open(slo, 0, have, now, &start);
	assert_int_equal(sli__alert_log_count(&reg->arena), 1);
	assert_int_equal(record_at(0).number, 0);
}

static void
test_alert_log_of_nothing_is_refused(void **state)
{
	struct sli_alert_record r;

	(void)state;
	assert_int_equal(sli_alert_read(NULL, 0, &r), SLI_EINVAL);
	assert_int_equal(sli_alert_read(reg, 0, NULL), SLI_EINVAL);
	assert_int_equal(sli_alert_read(reg, 0, &r), SLI_ENOENT);
	assert_int_equal(sli_alert_read(reg, UINT32_MAX, &r), SLI_ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_alert_log_tells_the_whole_story),
		TEST(test_alert_log_of_a_short_total_outage_is_an_outages),
		TEST(test_alert_log_of_one_that_has_to_last_begins_later),
		TEST(test_alert_log_of_silence_ends_a_window_later),
		TEST(test_alert_log_of_low_traffic_stays_empty),
		TEST(test_alert_log_survives_a_clock_that_is_set_back),
		TEST(test_alert_log_of_a_removed_slo_is_over),
		TEST(test_alert_log_that_has_gone_round_keeps_no_open_record),
		TEST(test_alert_log_passes_over_a_damaged_record),
		TEST(test_alert_log_of_one_that_just_holds_says_since_when),
		TEST(test_alert_log_claim_that_comes_late_takes_no_number),
		TEST(test_alert_log_of_nothing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
