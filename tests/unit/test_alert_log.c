/* SPDX-License-Identifier: MIT */
/*
 * The log of alerts: when records begin and end, and what they say.
 */
#include "slos.h"

#define SECOND SLI_SECONDS(1)
#define PAGE_1H 0

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_alert_log_tells_the_whole_story),
		TEST(test_alert_log_of_a_short_total_outage_is_an_outages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
