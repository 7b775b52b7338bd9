/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "shard/shard.h"

bool
sli__rseq_registered(void)
{
	return rseq_cpu() < UINT32_MAX / 2; /* failure is a negative number */
}

/*
 * After this many aborts more a recorder takes the atomic shard. An abort needs
 * a preemption within three instructions: twice in a row is a debugger.
 */
#define TRIES 2

void
sli__cell_add_again(const struct sli__shards *shards,
    const struct sli__cells *cells, uint32_t cell, uint64_t n)
{
	uint32_t tries, cpu;

	for (tries = 0; tries < TRIES; tries++) {
		cpu = rseq_cpu();
		if (cpu >= shards->cpus)
			break;
		if (rseq_add(cpu, sli__cell(cells, cpu, cell), n))
			return;
	}
	add_relaxed(sli__cell(cells, sli__shard_atomic(shards), cell), n);
}

static bool
is_in_use(const struct sli__cells *guard, uint32_t shard)
{
	const uint64_t *cell = sli__cell(guard, shard, 0);
	uint32_t i;

	for (i = 0; i < SLI__GUARD_CELLS; i++)
		if (load_acquire(&cell[i]) != 0)
			return true;
	return false;
}

void
sli__cells_sum(const struct sli__shards *shards, const struct sli__cells *cells,
    const struct sli__cells *guard, uint32_t first, uint32_t n, uint64_t *sum)
{
	const uint64_t *cell;
	uint32_t s, i;

	memset(sum, 0, n * sizeof(*sum));
	for (s = 0; s < shards->count; s++) {
		if (guard != NULL && !is_in_use(guard, s))
			continue;
		cell = sli__cell(cells, s, first);
		for (i = 0; i < n; i++)
			sum[i] += load_acquire(&cell[i]);
	}
}
