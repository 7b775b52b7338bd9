/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/scale.h"
#include "../support/shared.h"

/*
 * Threads of several processes, some of which are killed, write exemplars of
 * one indicator at once: what a reader sees was recorded so, word by word. A
 * trace id is made from the event's time, latency and outcome, so two events
 * mixed up show.
 */

#define CHILDREN 3
#define THREADS 2
#define PHASE_MS 3000

struct board {
	atomic_bool stop;
	/* Virtual time, so fast that places are used again and again. */
	_Atomic uint64_t now_ns;
};

struct scene {
	struct board *board;
	struct shared shared;
	struct sli_indicator *ind;
	struct random rnd;
};

struct writer {
	struct scene *scene;
	struct random rnd;
};

static void
trace_id_of(uint64_t at_ns, uint64_t latency_ns, enum sli_outcome outcome,
    char id[SLI_TRACE_ID_MAX + 1])
{
	struct random mix = { at_ns ^ latency_ns << 1 ^ (uint64_t)outcome };
	uint64_t a = random_next(&mix), b = random_next(&mix);

	snprintf(id, SLI_TRACE_ID_MAX + 1, "%016llx%016llx",
	    (unsigned long long)a, (unsigned long long)b);
}

static void
write_one(struct scene *scene, struct random *rnd)
{
	enum sli_outcome outcome = random_percent(rnd, 50) ? SLI_BAD : SLI_GOOD;
	uint64_t latency_ns = random_magnitude(rnd, 40), now_ns;
	char id[SLI_TRACE_ID_MAX + 1];

	now_ns = atomic_fetch_add(&scene->board->now_ns, SLI_MILLIS(20));
	trace_id_of(now_ns, latency_ns, outcome, id);
	sli_record_exemplar(scene->ind, now_ns, outcome, latency_ns, id);
}

static void *
writer_run(void *arg)
{
	struct writer *w = arg;

	while (!atomic_load(&w->scene->board->stop))
		write_one(w->scene, &w->rnd);
	return NULL;
}

static int
child_run(struct scene *scene, uint64_t seed)
{
	struct random rnd = { seed };
	struct writer writer[THREADS];
	pthread_t thread[THREADS];

	for (int i = 0; i < THREADS; i++) {
		writer[i].scene = scene;
		writer[i].rnd.state = random_next(&rnd);
		if (pthread_create(&thread[i], NULL, writer_run, &writer[i]) !=
		    0)
			return 1;
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

static pid_t
start_child(struct scene *scene)
{
	uint64_t seed = random_next(&scene->rnd);
	pid_t child = fork();

	assert_int_not_equal(child, -1);
	if (child != 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(child_run(scene, seed));
}

static void
check(const struct sli_exemplar *e)
{
	char id[SLI_TRACE_ID_MAX + 1];

	trace_id_of(e->at_ns, e->latency_ns, e->outcome, id);
	assert_string_equal(e->trace_id, id);
}

/* All there are; returns how many. */
static uint32_t
read_all(const struct scene *scene)
{
	static struct sli_exemplar e[256];
	uint32_t n = sli_exemplars(scene->ind, 0, UINT64_MAX, e, LENGTH(e));

	for (uint32_t i = 0; i < n; i++)
		check(&e[i]);
	return n;
}

static void
test_exemplars_of_many_writers_are_each_whole(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	uint64_t end_ns, looks = 0, seen = 0, kills = 0;
	struct scene scene;
	pid_t child[CHILDREN];
	int status;

	(void)state;
	scene.rnd.state = random_seed();
	print_message("SLI_TEST_SEED=%llu\n",
	    (unsigned long long)scene.rnd.state);
	cfg.max_indicators = 1;
	icfg.name = "requests";
	shared_open(&scene.shared, &cfg);
	scene.board = shared_map(sizeof(*scene.board));
	scene.board->now_ns = START;
	assert_int_equal(
	    sli_indicator_register(scene.shared.reg, &icfg, &scene.ind, NULL),
	    SLI_OK);
	for (size_t i = 0; i < CHILDREN; i++)
		child[i] = start_child(&scene);
	end_ns = sli_clock_ns() + SLI_MILLIS(test_scaled(PHASE_MS));
	for (; sli_clock_ns() < end_ns || seen == 0; looks++) {
		seen += read_all(&scene);
		if (looks % 64 != 63)
			continue;
		assert_int_equal(kill(child[kills % CHILDREN], SIGKILL), 0);
		waitpid(child[kills % CHILDREN], &status, 0);
		child[kills++ % CHILDREN] = start_child(&scene);
	}
	atomic_store(&scene.board->stop, true);
	for (size_t i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	/* Nobody is left who holds a place: the next that is worse gets it. */
	for (int i = 0; i < 3000; i++) {
		/* However few there was time for: over all of both rings. */
		atomic_fetch_add(&scene.board->now_ns, SLI_SECONDS(10));
		write_one(&scene, &scene.rnd);
	}
	assert_true(read_all(&scene) > 100);
	print_message("%llu exemplars in %llu looks, %llu kills\n",
	    (unsigned long long)seen, (unsigned long long)looks,
	    (unsigned long long)kills);
	shared_unmap(scene.board, sizeof(*scene.board));
	shared_close(&scene.shared);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exemplars_of_many_writers_are_each_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
