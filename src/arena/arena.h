/* SPDX-License-Identifier: MIT */
#ifndef SLI_ARENA_ARENA_H
#define SLI_ARENA_ARENA_H

/*
 * The memory of a registry, in two parts.
 *
 * The block is tables, cells and histories, found by their offsets from its
 * start. It may be a file, which others write and nobody vouches for. The
 * handle (struct sli_registry, in indicator.h, with its tables) holds the
 * pointers that were made from those offsets once, so that the hot path follows
 * none, and a checked copy of all that does not change; it serves one process,
 * and those that inherit the memory at the same address.
 *
 *   block:  struct sli__block | processes | writers | audit records |
 *           annotations | time zones | dependencies | alert log |
 *           indicator entries | SLO entries |
 *           event and gauge cells of all indicators, shard by shard |
 *           arena: histories and latency cells, never moved
 *
 * I10. What is read from the block a second time may be another value. So what
 *      memory safety hangs on (geometry, specs) is copied, checked in the copy,
 *      and used from there; words that change (cells, stamps, times, counts of
 *      entries) are safe whatever their value.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sli/audit.h>
#include <sli/registry.h>
#include <sli/status.h>

#include "arena/file.h"
#include "arena/lock.h"

/* Apart, so that neither a line nor the pair a prefetcher takes is shared. */
#define SLI__ALIGN 128

/* Of the file, and of the disk: what is written at once. */
#define SLI__PAGE 4096

/* Raised with every change to what lies in a block. */
#define SLI__LAYOUT 1

#define SLI__PROCESSES 1024

/* What a block is like: immutable. */
struct sli__geometry {
	uint64_t id; /* random, so that no two files are taken for one */
	uint64_t created_ns;
	uint64_t size_bytes;
	uint64_t processes_offset;
	uint64_t writers_offset;
	uint64_t audit_offset;
	uint64_t annotations_offset;
	uint64_t zones_offset;
	uint64_t dependencies_offset;
	uint64_t alerts_offset;
	uint64_t indicators_offset;
	uint64_t slos_offset;
	uint64_t cells_offset;
	uint64_t cells_stride; /* bytes from a shard's cells to the next's */
	uint64_t arena_offset;
	uint32_t max_indicators;
	uint32_t max_slos;
	uint32_t shards;
	uint32_t atomic_shards;
	uint32_t writer_shards;
	uint32_t reserved;
	struct sli_level history[SLI_LEVELS_MAX];
	struct sli_level latency[SLI_LEVELS_MAX];
};

/*
 *   field             written by              read by           order
 *   used_bytes        holder of the lock      the same          -
 *   indicator_count   holder of the lock      any               release/acquire
 *   slo_count         holder of the lock      any               release/acquire
 *   audit_count       holder of the lock      any               release/acquire
 *   annotation_count  annotators (cas)        any               acquire
 *   alert_count       claimers (cas)          any               acquire
 *   boot, epoch_ns,   holder of the lock      the same          -
 *   open_count
 *   synced_ns         claimers (cas)          claimers          relaxed: of
 *                     the part before the arena
 *   the others        its maker               any               -
 */
struct sli__block {
	/* Every version of libsli keeps the first three where they are. */
	char magic[8]; /* written last */
	uint32_t layout;
	uint32_t byte_order;
	char version[16]; /* of the libsli that made it */
	uint64_t layout_hash;
	uint64_t checksum; /* of the geometry */
	struct sli__geometry geometry;

	uint64_t used_bytes; /* of all, so far */
	uint64_t indicator_count;
	uint64_t slo_count;
	uint64_t audit_count;
	uint64_t annotation_count;
	uint64_t alert_count; /* numbers given out */
	uint64_t boot[2];     /* the kernel's boot id */
	uint64_t epoch_ns;    /* of sli_clock_ns() in that boot */
	uint64_t open_count;
	uint64_t synced_ns;
};

/* A registry's memory, as this process has it. */
struct sli__arena {
	struct sli__block *block;
	struct sli__geometry geometry; /* checked */
	struct sli__lock lock;
	struct sli__file file;
	uint64_t lost;	  /* file.lost when the lock was taken */
	uint32_t process; /* index in the table of processes */
	bool is_view;
};

/* Per-CPU, atomic and writer shards. */
static inline uint32_t
sli__geometry_shards(const struct sli__geometry *g)
{
	return g->shards + g->atomic_shards + g->writer_shards;
}

static inline void *
sli__at(const struct sli__arena *arena, uint64_t offset)
{
	return (char *)arena->block + offset;
}

/*
 * Lay out a part of some memory: the place at *end rounded up, past which *end
 * moves. Both the size of a registry and its pointers come from these calls.
 */
uint64_t sli__layout(uint64_t *end, uint64_t bytes);

/* The same, from a page's start. */
uint64_t sli__layout_page(uint64_t *end, uint64_t bytes);

/* The version of this libsli, as a block keeps it. */
void sli__block_sign(struct sli__block *block);

/* The version of the libsli that made it; "?" if that is damaged. */
void sli__block_maker(const struct sli__block *block, char version[16]);

/* Make memory zero without touching pages that are. */
void sli__zero(void *memory, size_t bytes);

/*
 * FNV-1a (Fowler, Noll, Vo), 64 bits: any single byte that changes changes it.
 */
uint64_t sli__checksum(const void *memory, size_t bytes);

/*
 * The lock of registration: against threads by the handle's lock, against
 * processes by the file's. Held for microseconds. Refused to a view.
 */
int sli__arena_lock(struct sli__arena *arena, struct sli_error *err);

/*
 * Returns the status that was reached under the lock, or SLI_EIO if the file
 * was lost meanwhile: then it may be half in the file, half in memory.
 */
int sli__arena_unlock(struct sli__arena *arena, int status,
    struct sli_error *err);

/*
 * Start writing [from, to) of the file to the disk, if by *synced_ns (in the
 * block) that is due. For claimers, each for its indicator's part, so that none
 * has much to do; async-signal-safe.
 */
void sli__arena_write_out(const struct sli__arena *arena, uint64_t *synced_ns,
    uint64_t from, uint64_t to, uint64_t now_ns);

/*
 * Is the file no longer the one that was opened? A process that finds this has
 * to leave it: what it knows of it is of another file.
 */
bool sli__arena_is_foreign(const struct sli__arena *arena);

#endif /* SLI_ARENA_ARENA_H */
