/* SPDX-License-Identifier: MIT */
#ifndef SLI_ARENA_ARENA_H
#define SLI_ARENA_ARENA_H

/*
 * The memory of a registry, in two parts.
 *
 * The block is tables, cells and histories, found by their offsets from its
 * start. The handle (struct sli_registry, in indicator.h, with its tables)
 * holds the pointers that were made from those offsets once, so that the hot
 * path follows none; it serves one process, and those that inherit the memory
 * at the same address.
 *
 *   block:  struct sli__block | indicator entries | SLO entries |
 *           event and gauge cells of all indicators, shard by shard |
 *           arena: histories and latency cells, allocated once, never freed
 */

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <sli/registry.h>
#include <sli/status.h>

/* Apart, so that neither a line nor the pair a prefetcher takes is shared. */
#define SLI__ALIGN 128

/*
 *   field             written by          read by            order
 *   used_bytes        holder of the lock  the same           -
 *   indicator_count   holder of the lock  any                release/acquire
 *   slo_count         holder of the lock  any                release/acquire
 *   the others        init                any                -
 */
struct sli__block {
	uint64_t size_bytes;
	uint64_t used_bytes; /* of all, so far */
	uint64_t indicator_count;
	uint64_t slo_count;
	uint64_t indicators_offset;
	uint64_t slos_offset;
	uint64_t cells_offset;
	uint64_t cells_stride; /* bytes from a shard's cells to the next's */
	uint32_t max_indicators;
	uint32_t max_slos;
	uint32_t shards;
	uint32_t atomic_shards;
	uint32_t writer_shards;
	struct sli_level history[SLI_LEVELS_MAX];
	struct sli_level latency[SLI_LEVELS_MAX];
	pthread_mutex_t lock; /* robust, shared between processes */
};

/* Per-CPU, atomic and writer shards. */
static inline uint32_t
sli__block_shards(const struct sli__block *block)
{
	return block->shards + block->atomic_shards + block->writer_shards;
}

static inline void *
sli__at(const struct sli__block *block, uint64_t offset)
{
	return (char *)(uintptr_t)block + offset;
}

/*
 * Lay out a part of some memory: the place at *end rounded up, past which *end
 * moves. Both the size of a registry and its pointers come from these calls.
 */
uint64_t sli__layout(uint64_t *end, uint64_t bytes);

/* Make memory zero without touching pages that are. */
void sli__zero(void *memory, size_t bytes);

/* The lock of registration, which survives the death of its holder. */
int sli__lock_init(struct sli__block *block);
int sli__lock(struct sli__block *block, struct sli_error *err);
void sli__unlock(struct sli__block *block);

#endif /* SLI_ARENA_ARENA_H */
