/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "../support/common.h"
#include "../support/scale.h"

/*
 * Threads that open slots as fast as they can, and each as any other's next:
 * judgements of successive slots run at once, and every alert turns on and off
 * every few slots. Meanwhile a consumer flushes.
 */

#define THREADS 4
#define STEP_NS SLI_MILLIS(25)
#define PHASE_NS SLI_SECONDS(14)
#define ALERTS 4
#define NUMBERS_MAX 65536

static struct sli_registry *reg;
static struct sli_indicator *ind;
static uint64_t until_ns;
static atomic_ulong clock_ns;
static atomic_bool stop;

/* How often of each record the consumer was told. */
static unsigned char began[NUMBERS_MAX], ended[NUMBERS_MAX];
static uint64_t told_wrongly;

static void *
serve(void *arg)
{
	uint64_t now_ns;

	(void)arg;
	while ((now_ns = atomic_fetch_add(&clock_ns, STEP_NS)) < until_ns)
		sli_count(ind, now_ns,
		    (now_ns - START) / PHASE_NS % 2 ? SLI_BAD : SLI_GOOD, 100);
	return NULL;
}

static void
on_flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_transition t;
	uint64_t n;
	uint32_t i;
	int status;

	(void)arg;
	for (i = 0;
	     (status = sli_snapshot_transition(snapshot, i, &t)) != SLI_ENOENT;
	     i++) {
		n = t.record.number;
		if (status == SLI_EBUSY)
			continue;
		told_wrongly += status != SLI_OK || n >= NUMBERS_MAX;
		if (n >= NUMBERS_MAX)
			continue;
		began[n] = (unsigned char)(began[n] + t.began);
		ended[n] = (unsigned char)(ended[n] + t.ended);
		/* None is told twice, and no end before its beginning. */
		told_wrongly += began[n] != 1 || ended[n] > 1;
	}
}

static void *
flush(void *arg)
{
	while (!atomic_load(&stop))
		if (sli_flush(reg, atomic_load(&clock_ns), on_flush, NULL) !=
		    SLI_OK)
			told_wrongly++;
	return arg;
}

static void
open_slo(void)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo;

	icfg.name = "requests";
	cfg.name = "availability";
	cfg.objective = 0.999;
	cfg.period_ns = SLI_MINUTES(24);
	cfg.flags = SLI_SLO_ALERT_BY_RATIO;
	assert_int_equal(sli_registry_create(&rcfg, &reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
}

static void
run_threads(void)
{
	pthread_t thread[THREADS], flusher;
	int i;

	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, serve, NULL),
		    0);
	assert_int_equal(pthread_create(&flusher, NULL, flush, NULL), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(flusher, NULL), 0);
}

/* From the last back: of each alert (and of outages) one after the other. */
static uint64_t
expect_one_at_a_time(void)
{
	uint64_t next_ns[ALERTS + 1], records = 0, what;
	struct sli_alert_record r;
	uint32_t back;
	int status;

	memset(next_ns, 0xff, sizeof(next_ns));
	for (back = 0; (status = sli_alert_read(reg, back, &r)) != SLI_ENOENT;
	     back++) {
		/* A number that two claimers took, of whom one wrote. */
		if (status == SLI_EBUSY)
			continue;
		assert_int_equal(status, SLI_OK);
		what = r.kind == SLI_ALERT_OUTAGE ? ALERTS : r.alert_index;
		assert_in_range(what, 0, ALERTS);
		if (r.end_ns == 0)
			assert_true(next_ns[what] == UINT64_MAX);
		else
			assert_true(
			    r.end_ns > r.start_ns && r.end_ns <= next_ns[what]);
		assert_true(r.onset_ns <= r.start_ns);
		assert_true(r.bad <= r.total);
		next_ns[what] = r.start_ns;
		records++;
	}
	return records;
}

static void
test_alert_log_of_many_claimers_has_one_record_at_a_time(void **state)
{
	uint64_t round, rounds = test_scaled(150);

	(void)state;
	for (round = 0; round < rounds; round++) {
		memset(began, 0, sizeof(began));
		memset(ended, 0, sizeof(ended));
		atomic_store(&stop, false);
		atomic_store(&clock_ns, START);
		until_ns = START + SLI_HOURS(1);
		open_slo();
		run_threads();
		assert_int_equal(told_wrongly, 0);
		/* 128 phases are bad, and each has an outage and 4 alerts. */
		assert_in_range(expect_one_at_a_time(), 128, SLI_ALERT_LOG_MAX);
		sli_registry_close(reg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_alert_log_of_many_claimers_has_one_record_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
