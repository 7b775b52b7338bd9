/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "shard/shard.h"

/* Two CPUs, three atomic shards, one writer; a line of cells in each. */
enum { CPUS = 2, ATOMICS = 3, COUNT = 6, CELLS = 8 };

static uint64_t memory[COUNT][2 * CELLS]; /* every other line is not ours */

static const struct sli__cells cells = { (char *)memory, sizeof(memory[0]) };

static const struct sli__shards without_rseq = { 0, CPUS, ATOMICS, COUNT };

static int
setup(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	return 0;
}

static uint64_t
total_of(uint32_t cell)
{
	uint64_t sum;

	sli__cells_sum(&without_rseq, &cells, NULL, cell, 1, &sum);
	return sum;
}

/* Of a cell, in shards [first, first + n). */
static uint64_t
part_of(uint32_t cell, uint32_t first, uint32_t n)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = first; i < first + n; i++)
		sum += memory[i][cell];
	return sum;
}

/* Plain and atomic adds never meet in one shard. */
static void
test_shard_add_without_rseq_goes_to_an_atomic_shard(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		sli__cell_add(&without_rseq, &cells, 3, 2);
	assert_int_equal(total_of(3), 200);
	assert_int_equal(part_of(3, CPUS, ATOMICS), 200);
}

static void
test_shard_add_on_a_cpu_without_shard_goes_to_an_atomic_one(void **state)
{
	struct sli__shards shards = without_rseq;
	uint64_t on_cpus;

	(void)state;
	/* Whichever CPU this is, it has a shard, or else an atomic one. */
	shards.cpus = 1;
	sli__cell_add(&shards, &cells, 0, 7);
	assert_int_equal(total_of(0), 7);
	on_cpus = memory[0][0];
	assert_true(on_cpus == 0 || on_cpus == 7);
	assert_int_equal(part_of(0, CPUS, ATOMICS), 7 - on_cpus);
	assert_int_equal(part_of(0, 1, 1), 0);
}

static void
test_shard_add_touches_its_cell_only(void **state)
{
	uint32_t cell, i;

	(void)state;
	for (cell = 0; cell < CELLS; cell++)
		sli__cell_add(&without_rseq, &cells, cell, cell + 1);
	for (cell = 0; cell < CELLS; cell++)
		assert_int_equal(total_of(cell), cell + 1);
	for (i = 0; i < COUNT; i++)
		for (cell = CELLS; cell < 2 * CELLS; cell++)
			assert_int_equal(memory[i][cell], 0);
}

static void
test_shard_rseq_add_goes_to_a_cpu_shard(void **state)
{
	enum { MANY = 4096 }; /* the most there can be */
	static uint64_t many[MANY + 1];
	const struct sli__shards shards = { MANY, MANY, 1, MANY + 1 };
	const struct sli__cells wide = { (char *)many, sizeof(many[0]) };
	uint64_t sum, i;

	(void)state;
	if (!sli__rseq_registered())
		skip();
	memset(many, 0, sizeof(many));
	for (i = 0; i < 1000; i++)
		sli__cell_add(&shards, &wide, 0, i);
	sli__cells_sum(&shards, &wide, NULL, 0, 1, &sum);
	assert_int_equal(sum, 999 * 1000 / 2);
	/* Three aborts in a row are a debugger, or this machine's worst. */
	assert_true(many[MANY] < sum / 100);
}

static void
test_shard_single_writer_adds_to_its_own(void **state)
{
	(void)state;
	sli__cell_add_single(&cells, COUNT - 1, 2, 5);
	sli__cell_add_single(&cells, COUNT - 1, 2, UINT64_MAX - 5);
	assert_true(memory[COUNT - 1][2] == UINT64_MAX);
	assert_int_equal(part_of(2, 0, COUNT - 1), 0);
}

static void
test_shard_sum_is_over_all_shards_from_the_first_cell(void **state)
{
	uint64_t sum[3] = { 9, 9, 9 };
	uint32_t shard, cell;

	(void)state;
	for (shard = 0; shard < COUNT; shard++)
		for (cell = 0; cell < CELLS; cell++)
			memory[shard][cell] = 100 * cell + shard;
	sli__cells_sum(&without_rseq, &cells, NULL, 4, 2, sum);
	assert_int_equal(sum[0], 6 * 400 + 15);
	assert_int_equal(sum[1], 6 * 500 + 15);
	assert_int_equal(sum[2], 9);
}

/* Any cell of the guard tells that a shard is in use, and only those count. */
static void
test_shard_sum_passes_over_shards_whose_guard_is_zero(void **state)
{
	static uint64_t guard_memory[COUNT][SLI__GUARD_CELLS];
	const struct sli__cells guard = { (char *)guard_memory,
		sizeof(guard_memory[0]) };
	uint64_t sum;
	uint32_t shard, i;

	(void)state;
	for (shard = 0; shard < COUNT; shard++)
		memory[shard][0] = UINT64_C(1) << shard;
	for (shard = 0; shard < COUNT; shard++)
		for (i = 0; i < SLI__GUARD_CELLS; i++) {
			memset(guard_memory, 0, sizeof(guard_memory));
			guard_memory[shard][i] = 1;
			sli__cells_sum(&without_rseq, &cells, &guard, 0, 1,
			    &sum);
			assert_int_equal(sum, 1 << shard);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    test_shard_add_without_rseq_goes_to_an_atomic_shard, setup),
		cmocka_unit_test_setup(
		    test_shard_add_on_a_cpu_without_shard_goes_to_an_atomic_one,
		    setup),
		cmocka_unit_test_setup(test_shard_add_touches_its_cell_only,
		    setup),
		cmocka_unit_test_setup(test_shard_rseq_add_goes_to_a_cpu_shard,
		    setup),
		cmocka_unit_test_setup(test_shard_single_writer_adds_to_its_own,
		    setup),
		cmocka_unit_test_setup(
		    test_shard_sum_is_over_all_shards_from_the_first_cell,
		    setup),
		cmocka_unit_test_setup(
		    test_shard_sum_passes_over_shards_whose_guard_is_zero,
		    setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
