/* SPDX-License-Identifier: MIT */
/*
 * Beginnings and ends of alerts, as consumers of flushes are told them.
 */
#include "slos.h"

#define SECOND SLI_SECONDS(1)
#define SEEN_MAX 2000

/* A consumer, and what it was told. */
struct told {
	uint32_t count; /* of the last flush */
	int status;	/* that ended it */
	struct sli_transition t[SEEN_MAX];
};

static void
listen(const struct sli_snapshot *snapshot, void *arg)
{
	struct told *told = arg;

	told->count = 0;
	while (told->count < SEEN_MAX &&
	    (told->status = sli_snapshot_transition(snapshot, told->count,
		 &told->t[told->count])) == SLI_OK)
		told->count++;
}

static uint32_t
flush(struct told *told, uint64_t now_ns)
{
	assert_int_equal(sli_flush(reg, now_ns, listen, told), SLI_OK);
	assert_int_equal(told->status, SLI_ENOENT);
	return told->count;
}

static struct sli_alert_config
fast(uint64_t long_s, double factor)
{
	struct sli_alert_config a;

	memset(&a, 0, sizeof(a));
	a.severity = SLI_PAGE;
	a.long_ns = SLI_SECONDS(long_s);
	a.short_ns = SLI_SECONDS(long_s);
	a.factor = factor;
	return a;
}

/* Alerts that fire while the last second, or the last five, were bad. */
static void
add_fast(const char *name)
{
	const struct sli_alert_config alerts[] = { fast(2, 100), fast(5, 100) };
	struct sli_slo_config cfg = config(0.999);

	cfg.name = name;
	cfg.flags = SLI_SLO_ALERT_BY_RATIO | SLI_SLO_NO_OUTAGES;
	cfg.alerts = alerts;
	cfg.alert_count = LENGTH(alerts);
	(void)add(&cfg);
}

static void
serve(uint64_t *now, uint64_t seconds, enum sli_outcome outcome)
{
	count_each_second(ind, *now, seconds, outcome, 100);
	*now += seconds * SECOND;
}

static void
test_transition_begins_and_ends_are_told_once(void **state)
{
	static struct told a;
	uint64_t now = T0;

	(void)state;
	add_fast("availability");
	serve(&now, 60, SLI_GOOD);
	assert_int_equal(flush(&a, now), 0);
	serve(&now, 2, SLI_BAD);
	assert_int_equal(flush(&a, now), 2);
	assert_true(a.t[0].began && !a.t[0].ended);
	assert_true(a.t[1].began && !a.t[1].ended);
	assert_int_equal(a.t[0].record.number, 0);
	assert_int_equal(a.t[1].record.number, 1);
	assert_int_equal(a.t[0].record.alert_index, 0);
	assert_int_equal(a.t[1].record.alert_index, 1);
	assert_true(a.t[0].record.end_ns == 0);
	assert_int_equal(flush(&a, now), 0);
	serve(&now, 3, SLI_GOOD);
	assert_int_equal(flush(&a, now), 1);
	assert_true(!a.t[0].began && a.t[0].ended);
	assert_int_equal(a.t[0].record.number, 0);
	assert_true(a.t[0].record.end_ns != 0);
	serve(&now, 10, SLI_GOOD);
	assert_int_equal(flush(&a, now), 1);
	assert_int_equal(a.t[0].record.number, 1);
	assert_true(!a.t[0].began && a.t[0].ended);
	assert_int_equal(flush(&a, now), 0);
}

static void
test_transition_that_began_and_ended_since_is_both(void **state)
{
	static struct told a;
	uint64_t now = T0;

	(void)state;
	add_fast("availability");
	serve(&now, 60, SLI_GOOD);
	assert_int_equal(flush(&a, now), 0);
	serve(&now, 2, SLI_BAD);
	serve(&now, 20, SLI_GOOD);
	assert_int_equal(flush(&a, now), 2);
	assert_true(a.t[0].began && a.t[0].ended);
	assert_true(a.t[1].began && a.t[1].ended);
	assert_int_equal(flush(&a, now), 0);
}

/* What was over before it came is nothing to a new consumer. */
static void
test_transition_at_first_flush_is_what_is_under_way(void **state)
{
	static struct told a, b;
	uint64_t now = T0;

	(void)state;
	add_fast("availability");
	serve(&now, 60, SLI_GOOD);
	serve(&now, 2, SLI_BAD);
	assert_int_equal(flush(&a, now), 2);
	serve(&now, 3, SLI_GOOD);
	assert_int_equal(flush(&b, now), 1);
	assert_true(b.t[0].began && !b.t[0].ended);
	assert_int_equal(b.t[0].record.number, 1);
	serve(&now, 10, SLI_GOOD);
	assert_int_equal(flush(&a, now), 2);
	assert_int_equal(flush(&b, now), 1);
	assert_true(!b.t[0].began && b.t[0].ended);

	/* Forgotten, it is new again. */
	assert_int_equal(sli_flush_forget(reg, listen, &b), SLI_OK);
	assert_int_equal(flush(&b, now), 0);
	assert_int_equal(flush(&a, now), 0);
}

struct meanwhile {
	uint64_t *now;
	struct told told;
};

/* The alerts end while the consumer is being told that they began. */
static void
end_meanwhile(const struct sli_snapshot *snapshot, void *arg)
{
	struct meanwhile *m = arg;

	if (m->now != NULL)
		serve(m->now, 20, SLI_GOOD);
	m->now = NULL;
	listen(snapshot, &m->told);
}

static void
test_transition_during_the_flush_is_for_the_next(void **state)
{
	static struct meanwhile m;
	uint64_t now = T0;

	(void)state;
	add_fast("availability");
	serve(&now, 60, SLI_GOOD);
	serve(&now, 2, SLI_BAD);
	m.now = &now;
	assert_int_equal(sli_flush(reg, now, end_meanwhile, &m), SLI_OK);
	assert_int_equal(m.told.count, 2);
	assert_true(m.told.t[0].began && !m.told.t[0].ended);
	assert_true(m.told.t[0].record.end_ns == 0);
	assert_true(m.told.t[0].record.recovered_ns == 0);
	assert_int_equal(sli_flush(reg, now, end_meanwhile, &m), SLI_OK);
	assert_int_equal(m.told.count, 2);
	assert_true(!m.told.t[0].began && m.told.t[0].ended);
	assert_true(m.told.t[0].record.end_ns != 0);
}

/* 300 bursts are 600 records: the last 512 are told, in order. */
static void
test_transition_of_more_than_the_log_holds_is_the_last(void **state)
{
	static struct told a;
	uint64_t now = T0;
	uint32_t i;

	(void)state;
	add_fast("availability");
	serve(&now, 60, SLI_GOOD);
	assert_int_equal(flush(&a, now), 0);
	for (i = 0; i < 300; i++) {
		serve(&now, 2, SLI_BAD);
		serve(&now, 10, SLI_GOOD);
	}
	assert_int_equal(flush(&a, now), SLI_ALERT_LOG_MAX);
	for (i = 0; i < SLI_ALERT_LOG_MAX; i++) {
		assert_true(a.t[i].began && a.t[i].ended);
		assert_int_equal(a.t[i].record.number,
		    600 - SLI_ALERT_LOG_MAX + i);
	}
	assert_int_equal(flush(&a, now), 0);
}

static void
refuse(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_transition t;

	*(int *)arg = 1;
	assert_int_equal(sli_snapshot_transition(snapshot, 0, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_snapshot_transition(snapshot, 0, &t), SLI_ENOENT);
	assert_int_equal(sli_snapshot_transition(snapshot, UINT32_MAX, &t),
	    SLI_ENOENT);
}

static void
test_transition_that_is_not_there_is_refused(void **state)
{
	struct sli_transition t;
	int called = 0;

	(void)state;
	assert_int_equal(sli_snapshot_transition(NULL, 0, &t), SLI_EINVAL);
	assert_int_equal(sli_flush(reg, T0, refuse, &called), SLI_OK);
	assert_int_equal(called, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_transition_begins_and_ends_are_told_once),
		TEST(test_transition_that_began_and_ended_since_is_both),
		TEST(test_transition_at_first_flush_is_what_is_under_way),
		TEST(test_transition_during_the_flush_is_for_the_next),
		TEST(test_transition_of_more_than_the_log_holds_is_the_last),
		TEST(test_transition_that_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
