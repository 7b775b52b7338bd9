/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "shard/shard.h"

bool
sli__rseq_registered(void)
{
	return rseq_cpu() < UINT32_MAX / 2; /* failure is a negative number */
}

/*
 * Threads spread over the atomic shards by their thread pointer, which is
 * there in a signal handler too and costs no system call. Its low bits are
 * alignment; multiplying by 2^32 / golden ratio mixes the rest (Knuth 6.4).
 */
uint32_t
sli__shard_atomic(const struct sli__shards *shards)
{
#if defined(__x86_64__)
	uintptr_t thread;

	__asm__("movq %%fs:0, %0" : "=r"(thread));
#else
	uintptr_t thread = (uintptr_t)__builtin_thread_pointer();
#endif
	uint32_t hash = (uint32_t)(thread >> 8) * UINT32_C(2654435769);

	return shards->atomic_first +
	    (uint32_t)(((uint64_t)hash * shards->atomic_count) >> 32);
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
