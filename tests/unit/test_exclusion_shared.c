/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "base/atomic.h"
#include "exclusions.h"

/* Above 0, no two loads give the same. Only for one thread. */
static uint64_t restless_loads;

static uint64_t
restless_load(const uint64_t *p)
{
	uint64_t value = load_acquire(p);

	return restless_loads > 0 ? value + restless_loads++ : value;
}

/* What is tested here is compiled here, with that. */
#define load_acquire restless_load
#include "slo/exclusion.c"
#undef load_acquire

static void
test_exclusion_zeroed_memory_is_an_empty_list(void **state)
{
	struct sli__exclusions shared = { 0 };
	struct sli__exclusion_list list;

	(void)state;
	list.count = 5;
	assert_int_equal(sli__exclusion_read(&shared, &list), SLI_OK);
	assert_int_equal(list.count, 0);
}

static void
test_exclusion_published_list_is_read(void **state)
{
	struct sli__exclusions shared = { 0 };
	struct sli__exclusion_list list = { 0 }, read;
	uint64_t i;

	(void)state;
	for (i = 0; i < SLI__EXCLUSIONS; i++) {
		add(&list, 10 * i, 10 * i + 5);
		sli__exclusion_publish(&shared, &list);
		assert_int_equal(sli__exclusion_read(&shared, &read), SLI_OK);
		assert_int_equal(read.count, list.count);
		assert_memory_equal(read.span, list.span,
		    list.count * sizeof(*list.span));
	}
	memset(&list, 0, sizeof(list));
	sli__exclusion_publish(&shared, &list);
	assert_int_equal(sli__exclusion_read(&shared, &read), SLI_OK);
	assert_int_equal(read.count, 0);
}

/* The next list goes where no reader looks; and the next writer goes on. */
static void
test_exclusion_writer_that_died_has_changed_nothing(void **state)
{
	struct sli__exclusions shared = { 0 };
	struct sli__exclusion_list list = { 0 }, read;
	uint64_t i;

	(void)state;
	add(&list, 100, 200);
	for (i = 0; i < 4; i++) {
		sli__exclusion_publish(&shared, &list);
		memset(&shared.copy[(shared.current + 1) & 1], 0xa5,
		    sizeof(shared.copy[0]));
		assert_int_equal(sli__exclusion_read(&shared, &read), SLI_OK);
		EXPECT_SPANS(&read, 100, 200);
	}
}

static void
remove_all(struct sli__exclusion_list *list)
{
	assert_int_equal(sli__exclusion_remove(list, 0, UINT64_MAX, NULL),
	    SLI_OK);
}

/* A power loss may keep a new `current`, and an old copy. */
static void
test_exclusion_damaged_list_gives_the_one_before(void **state)
{
	struct sli__exclusions shared = { 0 }, older, damaged;
	struct sli__exclusion_list list = { 0 }, read;
	size_t at;

	(void)state;
	add(&list, 100, 200);
	sli__exclusion_publish(&shared, &list);
	older = shared;
	add(&list, 300, 400);
	sli__exclusion_publish(&shared, &list);
	damaged = shared;
	damaged.copy[damaged.current & 1] = older.copy[damaged.current & 1];
	assert_int_equal(sli__exclusion_read(&damaged, &read), SLI_ECORRUPT);
	EXPECT_SPANS(&read, 100, 200);

	/* So it may have kept one that was sound, of the time before last. */
	older = shared;
	for (at = 0; at < 2; at++) {
		remove_all(&list);
		add(&list, 700 + at, 800);
		sli__exclusion_publish(&shared, &list);
	}
	damaged = shared;
	damaged.copy[damaged.current & 1] = older.copy[damaged.current & 1];
	assert_int_equal(sli__exclusion_read(&damaged, &read), SLI_ECORRUPT);
	EXPECT_SPANS(&read, 700, 800);
	shared = older;

	/* Every byte that is in use. */
	for (at = 0; at < sizeof(uint64_t) * 6; at++) {
		damaged = shared;
		((unsigned char *)&damaged.copy[damaged.current & 1])[at] ^= 1;
		assert_int_equal(sli__exclusion_read(&damaged, &read),
		    SLI_ECORRUPT);
		EXPECT_SPANS(&read, 100, 200);
	}
	memset(damaged.copy, 0xff, sizeof(damaged.copy));
	assert_int_equal(sli__exclusion_read(&damaged, &read), SLI_ECORRUPT);
	assert_int_equal(read.count, 0);

	/* And what was damaged can be written anew. */
	remove_all(&list);
	add(&list, 100, 200);
	add(&list, 300, 400);
	sli__exclusion_publish(&damaged, &list);
	assert_int_equal(sli__exclusion_read(&damaged, &read), SLI_OK);
	EXPECT_SPANS(&read, 100, 200, 300, 400);
	damaged.current = UINT64_MAX;
	sli__exclusion_publish(&damaged, &list);
	assert_int_equal(sli__exclusion_read(&damaged, &read), SLI_OK);
	EXPECT_SPANS(&read, 100, 200, 300, 400);
}

static void
test_exclusion_hostile_memory_is_refused_or_sound(void **state)
{
	struct random rnd = { random_seed() };
	struct sli__exclusions shared;
	struct sli__exclusion_list list;
	uint64_t round, rounds = test_scaled(20000), i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (round = 0; round < rounds; round++) {
		memset(&list, 0, sizeof(list));
		list.count = random_magnitude(&rnd, 64) % (SLI__EXCLUSIONS + 1);
		for (i = 0; i < list.count; i++) {
			list.span[i].from_ns = random_magnitude(&rnd, 64);
			list.span[i].to_ns = random_magnitude(&rnd, 64);
		}
		/* With a right checksum, so that the list itself is judged. */
		memset(&shared, 0, sizeof(shared));
		shared.current = random_magnitude(&rnd, 64);
		sli__exclusion_publish(&shared, &list);
		sli__exclusion_read(&shared, &list);
		assert_in_range(list.count, 0, SLI__EXCLUSIONS);
		for (i = 0; i < list.count; i++) {
			assert_true(list.span[i].from_ns < list.span[i].to_ns);
			assert_true(i == 0 ||
			    list.span[i - 1].to_ns < list.span[i].from_ns);
		}
	}
}

/* ---- one writer, several readers ---- */

#define READERS 3

struct reader {
	pthread_t thread;
	const struct sli__exclusions *shared;
	uint64_t *stop;
	uint64_t reads, busy, wrong;
};

/* List n: n mod 65 intervals, each of whose words says n. */
static void
make_list(struct sli__exclusion_list *list, uint64_t n)
{
	uint64_t i;

	list->count = n % (SLI__EXCLUSIONS + 1);
	for (i = 0; i < list->count; i++) {
		list->span[i].from_ns = (i << 40 | n) * 2;
		list->span[i].to_ns = (i << 40 | n) * 2 + 1;
	}
}

static void *
read_lists(void *arg)
{
	struct reader *r = arg;
	struct sli__exclusion_list list, expected;
	uint64_t n = 0;
	int status;

	while (load_acquire(r->stop) == 0) {
		status = sli__exclusion_read(r->shared, &list);
		store_relaxed(&r->reads, r->reads + 1);
		if (status == SLI_EBUSY) {
			r->busy++;
			continue;
		}
		if (list.count > 0) {
			/* Never an older one than before. */
			r->wrong += list.span[0].from_ns / 2 < n;
			n = list.span[0].from_ns / 2;
			make_list(&expected, n);
			r->wrong += list.count != expected.count ||
			    memcmp(list.span, expected.span,
				list.count * sizeof(*list.span)) != 0;
		}
		r->wrong += status != SLI_OK;
	}
	return NULL;
}

static bool
all_have_read(const struct reader *readers)
{
	size_t i = 0;

	while (i < READERS && load_relaxed(&readers[i].reads) >= 100)
		i++;
	return i == READERS;
}

static void
test_exclusion_reader_never_sees_half_a_list(void **state)
{
	struct sli__exclusions shared = { 0 };
	struct reader readers[READERS] = { 0 };
	struct sli__exclusion_list list;
	uint64_t n, lists = test_scaled(200000), stop = 0, reads = 0;
	size_t i;

	(void)state;
	for (i = 0; i < READERS; i++) {
		readers[i].shared = &shared;
		readers[i].stop = &stop;
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
				     read_lists, &readers[i]),
		    0);
	}
	for (n = 1; n <= lists || !all_have_read(readers); n++) {
		make_list(&list, n);
		sli__exclusion_publish(&shared, &list);
	}
	store_release(&stop, 1);
	for (i = 0; i < READERS; i++) {
		assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
		assert_int_equal(readers[i].wrong, 0);
		reads += readers[i].reads - readers[i].busy;
	}
	print_message("%llu reads of %llu lists\n", (unsigned long long)reads,
	    (unsigned long long)n - 1);
}

/* As if somebody wrote `current`, and all else, without a pause. */
static void
test_exclusion_read_of_restless_memory_gives_up(void **state)
{
	struct sli__exclusions shared = { 0 };
	struct sli__exclusion_list list;

	(void)state;
	list.count = 5;
	restless_loads = 1;
	assert_int_equal(sli__exclusion_read(&shared, &list), SLI_EBUSY);
	assert_int_equal(list.count, 0);
	assert_in_range(restless_loads, 100, 100000);
	restless_loads = 0;
	assert_int_equal(sli__exclusion_read(&shared, &list), SLI_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exclusion_zeroed_memory_is_an_empty_list),
		cmocka_unit_test(test_exclusion_published_list_is_read),
		cmocka_unit_test(
		    test_exclusion_writer_that_died_has_changed_nothing),
		cmocka_unit_test(
		    test_exclusion_damaged_list_gives_the_one_before),
		cmocka_unit_test(
		    test_exclusion_hostile_memory_is_refused_or_sound),
		cmocka_unit_test(test_exclusion_reader_never_sees_half_a_list),
		cmocka_unit_test(
		    test_exclusion_read_of_restless_memory_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
