/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <sli/sli.h>

#include "history/history.h"

#include "../support/random.h"
#include "../support/scale.h"

/*
 * A ring of four slots that a writer runs round and round, while another comes
 * a ring late and readers read: a slot that is shown is whole, and of the
 * boundary it was asked for (I7, I8 of history.h).
 *
 * Cell i of boundary k holds k * (i + 1), so a reader knows what is right.
 */

#define CELLS 8
#define READERS 2
#define PHASE_MS 3000

static const struct sli_level levels[] = { { 1, 4, 0 }, { 0, 0, 0 } };

struct ring {
	struct sli__history history;
	uint64_t *memory;
	_Atomic uint64_t newest; /* joined */
	atomic_bool stop;
};

struct reader {
	pthread_t thread;
	struct ring *ring;
	struct random rnd;
	uint64_t shown, refused, wrong;
};

static void
ring_open(struct ring *ring)
{
	size_t words = sli__history_words(levels, CELLS);

	memset(ring, 0, sizeof(*ring));
	ring->memory = calloc(words, sizeof(*ring->memory));
	assert_non_null(ring->memory);
	sli__history_map(&ring->history, levels, CELLS, ring->memory);
}

/* In two pieces, as large histories are joined. */
static void
join(struct ring *ring, uint64_t k)
{
	uint64_t totals[CELLS];

	for (uint32_t i = 0; i < CELLS; i++)
		totals[i] = k * (i + 1);
	sli__slot_begin(&ring->history, 0, k);
	sli__slot_join(&ring->history, 0, k, 0, CELLS / 2, totals);
	sli__slot_join(&ring->history, 0, k, CELLS / 2, CELLS / 2,
	    totals + CELLS / 2);
	sli__slot_end(&ring->history, 0, k);
}

static void *
writer_run(void *arg)
{
	struct ring *ring = arg;

	for (uint64_t k = 1; !atomic_load(&ring->stop); k++) {
		join(ring, k);
		atomic_store(&ring->newest, k);
	}
	return NULL;
}

static void *
latecomer_run(void *arg)
{
	struct ring *ring = arg;
	struct random rnd = { 1 };
	uint64_t newest;

	while (!atomic_load(&ring->stop)) {
		newest = atomic_load(&ring->newest);
		if (newest > 8)
			join(ring, newest - random_below(&rnd, 8));
	}
	return NULL;
}

static void *
reader_run(void *arg)
{
	struct reader *reader = arg;
	struct ring *ring = reader->ring;
	uint64_t totals[CELLS], k;

	while (!atomic_load(&ring->stop)) {
		k = atomic_load(&ring->newest);
		if (k <= 8)
			continue;
		/* From the one being joined to the one that it displaces. */
		k += 1 - random_below(&reader->rnd, 6);
		if (!sli__slot_read(&ring->history, 0, k, 0, CELLS, totals)) {
			reader->refused++;
			continue;
		}
		reader->shown++;
		for (uint32_t i = 0; i < CELLS; i++)
			reader->wrong += totals[i] != k * (i + 1);
	}
	return NULL;
}

static void
test_history_slot_read_beside_writers_is_whole_or_refused(void **state)
{
	struct timespec phase = { 0, 0 };
	struct reader readers[READERS];
	pthread_t writer, latecomer;
	struct ring ring;
	uint64_t phase_ms = test_scaled(PHASE_MS);

	(void)state;
	phase.tv_sec = (time_t)(phase_ms / 1000);
	phase.tv_nsec = (long)(phase_ms % 1000 * 1000000);
	ring_open(&ring);
	memset(readers, 0, sizeof(readers));
	assert_int_equal(pthread_create(&writer, NULL, writer_run, &ring), 0);
	assert_int_equal(pthread_create(&latecomer, NULL, latecomer_run, &ring),
	    0);
	for (uint64_t i = 0; i < READERS; i++) {
		readers[i].ring = &ring;
		readers[i].rnd.state = i;
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
				     reader_run, &readers[i]),
		    0);
	}
	(void)nanosleep(&phase, NULL);
	atomic_store(&ring.stop, true);
	assert_int_equal(pthread_join(writer, NULL), 0);
	assert_int_equal(pthread_join(latecomer, NULL), 0);
	for (size_t i = 0; i < READERS; i++) {
		assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
		assert_int_equal(readers[i].wrong, 0);
		assert_true(readers[i].shown > 0);
	}
	free(ring.memory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_history_slot_read_beside_writers_is_whole_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
