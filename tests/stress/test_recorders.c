/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <sli/sli.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "../support/tally.h"

/*
 * Threads of one process record in every way there is while others read:
 * afterwards what was recorded is what is read, to the event and the bucket.
 */

#define RECORDERS 6 /* more than most CPUs a test gets, so they are preempted */
#define READERS 2
#define PHASE_MS 1500

/* How the recorders of a phase reach their shard. */
enum route { BY_DEFAULT, BY_ATOMIC, BY_WRITER };

struct recorder {
	pthread_t thread;
	struct sli_indicator *ind;
	struct sli_writer *writer;
	const atomic_bool *stop;
	struct random rnd;
	struct tally tally;
	/* For the signal handler, which may interrupt a tally_record(). */
	struct random handler_rnd;
	struct tally handler_tally;
	uint64_t records; /* after so many it ends; 0: at `stop` */
	bool wanders;	  /* from CPU to CPU */
};

struct reader {
	pthread_t thread;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	const atomic_bool *stop;
	struct random rnd;
	struct witness witness;
	int wrong;
};

struct scene {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	enum route route;
	atomic_bool stop;
	struct random rnd;
	struct reader readers[READERS];
	struct recorder recorders[RECORDERS];
	struct tally expected;
};

static _Thread_local struct recorder *self;

static void
scene_open(struct scene *scene, enum route route)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	memset(scene, 0, sizeof(*scene));
	scene->route = route;
	scene->rnd.state = random_seed();
	print_message("SLI_TEST_SEED=%llu\n",
	    (unsigned long long)scene->rnd.state);
	tally_configure(&cfg);
	cfg.writer_shards = RECORDERS;
	if (route == BY_ATOMIC)
		cfg.recorder = SLI_RECORDER_ATOMIC;
	assert_int_equal(sli_registry_create(&cfg, &scene->reg, NULL), SLI_OK);
	scene->ind = tally_register(scene->reg);
	assert_non_null(scene->ind);
	scene->slo = tally_register_slo(scene->ind);
	assert_non_null(scene->slo);
}

static void
visit_random_cpu(const cpu_set_t *allowed, struct random *rnd)
{
	cpu_set_t one;
	size_t cpu;

	do {
		cpu = (size_t)random_below(rnd, CPU_SETSIZE);
	} while (!CPU_ISSET(cpu, allowed));
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	(void)sched_setaffinity(0, sizeof(one), &one);
}

static void *
recorder_run(void *arg)
{
	struct recorder *rec = arg;
	cpu_set_t allowed;

	self = rec;
	(void)sched_getaffinity(0, sizeof(allowed), &allowed);
	for (uint64_t i = 1; !atomic_load(rec->stop); i++) {
		tally_record(&rec->tally, rec->ind, rec->writer, &rec->rnd,
		    sli_clock_ns());
		if (i == rec->records)
			break;
		if (rec->wanders && i % 256 == 0)
			visit_random_cpu(&allowed, &rec->rnd);
	}
	return NULL;
}

static void
recorder_start(struct scene *scene, struct recorder *rec, uint64_t records,
    bool wanders)
{
	rec->ind = scene->ind;
	rec->stop = &scene->stop;
	rec->rnd.state = random_next(&scene->rnd);
	rec->handler_rnd.state = random_next(&scene->rnd);
	rec->records = records;
	rec->wanders = wanders;
	if (scene->route == BY_WRITER)
		assert_int_equal(
		    sli_writer_acquire(scene->reg, &rec->writer, NULL), SLI_OK);
	assert_int_equal(pthread_create(&rec->thread, NULL, recorder_run, rec),
	    0);
}

static void
recorder_finish(struct scene *scene, struct recorder *rec)
{
	assert_int_equal(pthread_join(rec->thread, NULL), 0);
	sli_writer_release(rec->writer);
	tally_add(&scene->expected, &rec->tally);
	tally_add(&scene->expected, &rec->handler_tally);
	memset(rec, 0, sizeof(*rec));
}

static void *
reader_run(void *arg)
{
	struct reader *reader = arg;

	while (!atomic_load(reader->stop))
		reader->wrong += witness_look(&reader->witness, reader->ind,
		    reader->slo, &reader->rnd, sli_clock_ns());
	return NULL;
}

static void
readers_start(struct scene *scene)
{
	for (size_t i = 0; i < READERS; i++) {
		struct reader *reader = &scene->readers[i];

		reader->ind = scene->ind;
		reader->slo = scene->slo;
		reader->stop = &scene->stop;
		reader->rnd.state = random_next(&scene->rnd);
		assert_int_equal(
		    pthread_create(&reader->thread, NULL, reader_run, reader),
		    0);
	}
}

static uint64_t
phase_end(void)
{
	return sli_clock_ns() + SLI_MILLIS(test_scaled(PHASE_MS));
}

/* Everybody ends; then the law must hold. */
static void
scene_close(struct scene *scene)
{
	atomic_store(&scene->stop, true);
	for (size_t i = 0; i < READERS; i++) {
		assert_int_equal(pthread_join(scene->readers[i].thread, NULL),
		    0);
		assert_int_equal(scene->readers[i].wrong, 0);
		assert_true(scene->readers[i].witness.looks > 0);
	}
	for (size_t i = 0; i < RECORDERS; i++)
		if (scene->recorders[i].ind != NULL)
			recorder_finish(scene, &scene->recorders[i]);
	assert_int_equal(
	    tally_differences(&scene->expected, scene->ind, sli_clock_ns(), 0),
	    0);
	sli_registry_close(scene->reg);
}

static void
record_from_threads(enum route route, bool wanders)
{
	struct scene scene;
	uint64_t end_ns;

	scene_open(&scene, route);
	readers_start(&scene);
	for (size_t i = 0; i < RECORDERS; i++)
		recorder_start(&scene, &scene.recorders[i], 0, wanders);
	for (end_ns = phase_end(); sli_clock_ns() < end_ns;)
		usleep(1000);
	scene_close(&scene);
}

static void
test_recorder_threads_lose_nothing(void **state)
{
	(void)state;
	record_from_threads(BY_DEFAULT, false);
}

static void
test_recorder_atomic_shards_lose_nothing(void **state)
{
	(void)state;
	record_from_threads(BY_ATOMIC, false);
}

static void
test_recorder_writers_lose_nothing(void **state)
{
	(void)state;
	record_from_threads(BY_WRITER, false);
}

static void
test_recorder_threads_changing_cpu_lose_nothing(void **state)
{
	(void)state;
	record_from_threads(BY_DEFAULT, true);
}

static void
test_recorder_writers_changing_cpu_lose_nothing(void **state)
{
	(void)state;
	record_from_threads(BY_WRITER, true);
}

static void
record_in_handler(int signal)
{
	(void)signal;
	if (self != NULL)
		tally_record(&self->handler_tally, self->ind, NULL,
		    &self->handler_rnd, sli_clock_ns());
}

static void
record_from_handlers(enum route route)
{
	struct sigaction action, before;
	struct scene scene;
	uint64_t end_ns;

	memset(&action, 0, sizeof(action));
	action.sa_handler = record_in_handler;
	action.sa_flags = SA_RESTART;
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	scene_open(&scene, route);
	readers_start(&scene);
	for (size_t i = 0; i < RECORDERS; i++)
		recorder_start(&scene, &scene.recorders[i], 0, false);
	for (end_ns = phase_end(); sli_clock_ns() < end_ns;) {
		size_t i = (size_t)random_below(&scene.rnd, RECORDERS);

		assert_int_equal(
		    pthread_kill(scene.recorders[i].thread, SIGUSR1), 0);
	}
	scene_close(&scene);
	assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

static void
test_recorder_handlers_lose_nothing(void **state)
{
	(void)state;
	record_from_handlers(BY_DEFAULT);
}

static void
test_recorder_handlers_on_atomic_shards_lose_nothing(void **state)
{
	(void)state;
	record_from_handlers(BY_ATOMIC);
}

static void
test_recorder_handlers_over_writers_lose_nothing(void **state)
{
	(void)state;
	record_from_handlers(BY_WRITER);
}

/* Threads that live for some fifty records, each group after the other. */
static void
record_from_short_threads(enum route route)
{
	struct scene scene;
	uint64_t end_ns;

	scene_open(&scene, route);
	readers_start(&scene);
	for (end_ns = phase_end(); sli_clock_ns() < end_ns;) {
		for (size_t i = 0; i < RECORDERS; i++)
			recorder_start(&scene, &scene.recorders[i],
			    1 + random_below(&scene.rnd, 100), false);
		for (size_t i = 0; i < RECORDERS; i++)
			recorder_finish(&scene, &scene.recorders[i]);
	}
	scene_close(&scene);
}

static void
test_recorder_short_threads_lose_nothing(void **state)
{
	(void)state;
	record_from_short_threads(BY_DEFAULT);
}

static void
test_recorder_short_writers_lose_nothing(void **state)
{
	(void)state;
	record_from_short_threads(BY_WRITER);
}

static void *
flight_run(void *arg)
{
	struct recorder *rec = arg;

	for (uint64_t i = 0; i < rec->records; i++) {
		sli_begin(rec->ind);
		sli_end(rec->ind);
	}
	return NULL;
}

static void
test_recorder_begins_and_ends_balance(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene, BY_DEFAULT);
	for (size_t i = 0; i < RECORDERS; i++) {
		struct recorder *rec = &scene.recorders[i];

		rec->ind = scene.ind;
		rec->records = test_scaled(200000);
		assert_int_equal(
		    pthread_create(&rec->thread, NULL, flight_run, rec), 0);
	}
	sli_begin(scene.ind);
	for (size_t i = 0; i < RECORDERS; i++)
		assert_int_equal(pthread_join(scene.recorders[i].thread, NULL),
		    0);
	assert_int_equal(sli_in_flight(scene.ind), 1);
	sli_end(scene.ind);
	assert_int_equal(sli_in_flight(scene.ind), 0);
	sli_registry_close(scene.reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorder_threads_lose_nothing),
		cmocka_unit_test(test_recorder_atomic_shards_lose_nothing),
		cmocka_unit_test(test_recorder_writers_lose_nothing),
		cmocka_unit_test(
		    test_recorder_threads_changing_cpu_lose_nothing),
		cmocka_unit_test(
		    test_recorder_writers_changing_cpu_lose_nothing),
		cmocka_unit_test(test_recorder_handlers_lose_nothing),
		cmocka_unit_test(
		    test_recorder_handlers_on_atomic_shards_lose_nothing),
		cmocka_unit_test(
		    test_recorder_handlers_over_writers_lose_nothing),
		cmocka_unit_test(test_recorder_short_threads_lose_nothing),
		cmocka_unit_test(test_recorder_short_writers_lose_nothing),
		cmocka_unit_test(test_recorder_begins_and_ends_balance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
