/* SPDX-License-Identifier: MIT */
#ifndef SLI_SHARD_SHARD_H
#define SLI_SHARD_SHARD_H

/*
 * Shards: where recorders add, each to its own memory.
 *
 * An array of cells exists once per shard, the copies a fixed stride apart.
 * The shards of a registry are, in this order:
 *
 *   shards         who adds                         how
 *   [0, cpus)      threads on CPU i                 plain, inside rseq
 *   atomics more   threads without rseq, a CPU      atomic
 *                  numbered cpus or above, and
 *                  sequences aborted too often
 *   writers more   the holder of that writer        plain, single writer
 *
 * I1. Plain and atomic adds never meet in one shard.
 * I2. A cell only grows, and by one instruction: whoever dies has added all
 *     or nothing.
 * I3. The total of a cell is the sum over its shards. Reading it twice, the
 *     second time is never less, since every term only grows.
 *
 * Adds are relaxed: a cell says nothing of other memory. Sums load with
 * acquire, so that what a claimer of a boundary checks after summing is read
 * after the sum (history.h, I6).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "shard/rseq.h"

/* The geometry, same for every array; read-only after registry creation. */
struct sli__shards {
	uint32_t cpus; /* 0: this process does not use rseq */
	uint32_t atomic_first;
	uint32_t atomic_count;
	uint32_t count; /* of all shards */
};

/* One sharded array of cells. */
struct sli__cells {
	char *base; /* cell 0 in shard 0 */
	size_t stride;
};

static inline uint64_t *
sli__cell(const struct sli__cells *cells, uint32_t shard, uint32_t cell)
{
	return (uint64_t *)(void *)(cells->base + shard * cells->stride) + cell;
}

/*
 * The atomic shard of this thread. Threads spread over the shards by their
 * thread pointer, which is there in a signal handler too and costs no system
 * call. Its low bits are alignment; the golden ratio mixes the rest (Knuth,
 * TAOCP 6.4).
 */
static inline uint32_t
sli__shard_atomic(const struct sli__shards *shards)
{
#ifdef __x86_64__
	uintptr_t thread;

	/* clang 14 has no __builtin_thread_pointer() for this processor. */
	__asm__("movq %%fs:0, %0" : "=r"(thread));
#else
	uintptr_t thread = (uintptr_t)__builtin_thread_pointer();
#endif
	uint32_t hash = (uint32_t)(thread >> 8) * UINT32_C(2654435769);

	return shards->atomic_first +
	    (uint32_t)(((uint64_t)hash * shards->atomic_count) >> 32);
}

/* Whether this process records by restartable sequences. */
bool sli__rseq_registered(void);

/* sli__cell_add() for a thread that lost its CPU, or has no shard there. */
void sli__cell_add_again(const struct sli__shards *shards,
    const struct sli__cells *cells, uint32_t cell, uint64_t n);

/*
 * Add n to a cell, wherever this thread runs: on its CPU's shard if it can, on
 * an atomic one otherwise. Wait-free, async-signal-safe.
 */
static inline void
sli__cell_add(const struct sli__shards *shards, const struct sli__cells *cells,
    uint32_t cell, uint64_t n)
{
	uint32_t cpu = rseq_cpu();

	if (cpu >= shards->cpus ||
	    !rseq_add(cpu, sli__cell(cells, cpu, cell), n))
		sli__cell_add_again(shards, cells, cell, n);
}

/* Add n to a cell of a shard that only this thread writes. */
static inline void
sli__cell_add_single(const struct sli__cells *cells, uint32_t shard,
    uint32_t cell, uint64_t n)
{
	uint64_t *p = sli__cell(cells, shard, cell);

	store_relaxed(p, load_relaxed(p) + n);
}

/* Cells at the start of a guard array that tell whether a shard is in use. */
#define SLI__GUARD_CELLS 9

/*
 * sum[0..n) = the totals of cells [first, first + n).
 *
 * With a guard, shards in which its first cells are all zero are passed over:
 * recorders add to the guard before they add to `cells`.
 */
void sli__cells_sum(const struct sli__shards *shards,
    const struct sli__cells *cells, const struct sli__cells *guard,
    uint32_t first, uint32_t n, uint64_t *sum);

#endif /* SLI_SHARD_SHARD_H */
