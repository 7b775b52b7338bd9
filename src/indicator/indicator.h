/* SPDX-License-Identifier: MIT */
#ifndef SLI_INDICATOR_INDICATOR_H
#define SLI_INDICATOR_INDICATOR_H

/*
 * What an indicator is made of: a shared entry in the block, and this
 * process's handle to it.
 */

#include <sli/indicator.h>
#include <sli/latency.h>

#include "arena/arena.h"
#include "arena/process.h"
#include "base/arith.h"
#include "base/atomic.h"
#include "history/buckets.h"
#include "history/history.h"
#include "history/timeline.h"
#include "shard/shard.h"

/*
 * The cells of an indicator in each shard: one cache line of events, which are
 * what history keeps, and one of the rest. Good events are counted by how many
 * thresholds their latency exceeds, so an indicator with fewer thresholds uses
 * (and its history keeps) a prefix of the line.
 */
enum sli__cell_index {
	SLI__IGNORED,
	SLI__SHED,
	SLI__BAD,
	SLI__GOOD, /* .. + SLI_THRESHOLDS_MAX */
	SLI__EVENT_CELLS = SLI__GOOD + 1 + SLI_THRESHOLDS_MAX,
	SLI__MOVED = SLI__EVENT_CELLS, /* latencies whose event is elsewhere */
	SLI__BEGUN,
	SLI__ENDED,
	SLI__LATE,
	SLI__INDICATOR_CELLS = 16,
};

/* The prefix of the event line that an indicator uses. */
static inline uint32_t
sli__event_cells_used(uint32_t threshold_count)
{
	return (uint32_t)SLI__GOOD + 1 + threshold_count;
}

_Static_assert(SLI__MOVED + 1 == SLI__GUARD_CELLS,
    "the guard is what recorders add to before they add a latency");

/*
 * Users see their own only. The other kind counts the time slices of an SLO: it
 * is made and removed with it, and lives in the history time of the indicator
 * that the SLO is on (skew_ns is 0), up to the last slice that was counted.
 */
enum sli__indicator_kind { SLI__OF_USERS, SLI__OF_SLICES };

/* What an indicator is: immutable, and summed. */
struct sli__indicator_spec {
	char name[SLI_NAME_MAX + 1];
	char help[SLI_HELP_MAX + 1];
	char labels[SLI_LABEL_BYTES_MAX]; /* name\0value\0..., by name */
	uint32_t label_count;
	uint32_t threshold_count;
	uint32_t precision_bits;
	uint32_t kind; /* enum sli__indicator_kind */
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint64_t lowest_ns, highest_ns;
	uint64_t slot_ns;
	uint64_t capacity;
	/* Its part of the arena; parts lie in the order of the entries. */
	uint64_t arena_offset, arena_bytes;
};

/*
 * The life of an entry. A place is not used again while a process may have a
 * handle to what was there: freed is what a process finds removed when it opens
 * the file and no other has it open.
 */
enum {
	SLI__LIFE_FREE = 0,
	SLI__LIFE_REMOVED = 1,
};

/* Above these, alive: the checksum of the spec, with this bit. */
#define SLI__LIFE_ALIVE (UINT64_C(1) << 63)

/* A page reaches the disk whole, so an entry that lies in one does. */
#define SLI__ENTRY_BYTES 2048

/*
 * In the block.
 *
 *   field       written by               read by             order
 *   timeline    see timeline.h
 *   life        holder of the lock       any                 release/acquire
 *   first_slo   holder of the lock       claimers            release/acquire
 *   claims      holder of the lock       any                 relaxed
 *   synced_ns   claimers (cas)           claimers            relaxed
 *   within      readers (join_max)       readers             relaxed: each
 *               stands for itself
 *   spec        its maker                any                 after life
 */
struct sli__indicator_entry {
	_Alignas(SLI__ALIGN) struct sli__timeline timeline;
	uint64_t life;
	/* Head of the list of its SLOs: 1 + an index, 0 none. */
	uint64_t first_slo;
	uint64_t synced_ns;
	uint64_t within[SLI_THRESHOLDS_MAX]; /* told by sli_total_within() */
	struct sli__claims claims;	     /* processes that registered it */
	struct sli__indicator_spec spec;
	char padding[SLI__ENTRY_BYTES - sizeof(struct sli__timeline) -
	    (3 + SLI_THRESHOLDS_MAX) * sizeof(uint64_t) -
	    sizeof(struct sli__claims) - sizeof(struct sli__indicator_spec)];
};

_Static_assert(sizeof(struct sli__indicator_entry) == SLI__ENTRY_BYTES &&
	SLI__PAGE % SLI__ENTRY_BYTES == 0,
    "no entry lies across two pages of a file");

/* What the SLO layer wants done when the slot at open_ns has been opened. */
typedef void sli__on_slot_fn(struct sli_indicator *ind, uint64_t open_ns);

/* This process's handle. Immutable once bound. */
struct sli_indicator {
	/* What sli_record() reads: two cache lines. */
	_Alignas(64) struct sli__timeline *timeline;
	uint64_t open_slot_ns; /* slot_ns; 0 in a view: no slot is ever open */
	struct sli__cells events;
	struct sli__cells latencies; /* good's buckets, then bad's */
	struct sli__shards shards;
	struct sli__buckets buckets;
	uint32_t bad_first;			   /* first cell of bad's */
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX]; /* unused: UINT64_MAX */

	uint64_t slot_ns;
	struct sli__exemplars *exemplars;
	struct sli_registry *registry;
	struct sli__indicator_entry *entry;
	struct sli__history counts;
	struct sli__history latency;
	struct sli__indicator_spec spec; /* checked */
	struct sli_label labels[SLI_LABELS_MAX];
	uint64_t bound; /* see bind.h */
};

/* What the SLO layer wants done before an indicator is removed. */
typedef void sli__on_remove_fn(struct sli_indicator *ind, const char *why);

/* The file is another: go on in memory. */
typedef bool sli__on_foreign_fn(struct sli_registry *reg);

/* This process's handle to a registry. Immutable after init. */
struct sli_registry {
	struct sli__arena arena;
	void *mapping; /* to unmap at close; NULL: the caller's memory */
	size_t mapping_bytes;
	struct sli__shards shards;
	sli__on_slot_fn *on_slot;
	sli__on_remove_fn *on_remove;
	sli__on_foreign_fn *on_foreign;
	uint32_t max_consumers;
	struct sli_indicator *indicators; /* tables of handles, by index */
	struct sli_slo *slos;
	struct sli__zone_handle *zones;
	struct sli_writer *writers;
	struct sli__lock consumers_lock;
	struct sli__consumer *consumers;
};

struct sli_writer {
	struct sli_registry *registry;
	uint32_t shard;
	/* In the block: 0, or 1 + the process; set under the lock. */
	uint64_t *taken;
};

/* Event totals: of a window, or of all time. */
struct sli__events {
	uint64_t cell[SLI__EVENT_CELLS];
	uint64_t covered_ns;
};

uint64_t sli__events_good(const struct sli__events *e);
uint64_t sli__events_slow(const struct sli__events *e, uint32_t k);

/* The same, as users see them. */
void sli__events_counts(const struct sli__events *e, uint64_t window_ns,
    struct sli_counts *out);

static inline struct sli__indicator_entry *
sli__indicator_entry(const struct sli_registry *reg, uint64_t index)
{
	struct sli__indicator_entry *entries = sli__at(&reg->arena,
	    reg->arena.geometry.indicators_offset);

	return &entries[index];
}

/* The cells of indicator `index` in shard 0. */
static inline uint64_t *
sli__indicator_cells(const struct sli_registry *reg, uint64_t index)
{
	uint64_t *cells = sli__at(&reg->arena,
	    reg->arena.geometry.cells_offset);

	return cells + index * SLI__INDICATOR_CELLS;
}

/* Entries in use, dead ones included. */
static inline uint64_t
sli__indicator_count(const struct sli_registry *reg)
{
	/* Pairs with the release in add_indicator(). */
	return min_u64(load_acquire(&reg->arena.block->indicator_count),
	    reg->arena.geometry.max_indicators);
}

/* Bytes of the arena that an indicator with defaults and 4 thresholds takes. */
uint64_t sli__indicator_bytes_default(const struct sli__geometry *g);

/*
 * Open the slot that now_ns lies in, if it is not open yet, and take the
 * snapshot at its boundary.
 */
void sli__advance(struct sli_indicator *ind, uint64_t now_ns);

/*
 * For a reader: advance to now_ns, and where that is in history time. A view
 * does not advance: there, at_ns may lie past the open slot.
 */
struct sli__moment sli__advance_to(struct sli_indicator *ind, uint64_t now_ns);

/*
 * A record whose now_ns is not in the open slot: advance, or count it late.
 * For the recorders only; false: they may not record.
 */
bool sli__off_slot(struct sli_indicator *ind, uint64_t now_ns, uint64_t n);

/* All events so far. */
void sli__totals(const struct sli_indicator *ind, struct sli__events *out);

/* Latency cells that are handled at a time: 2 KiB of a signal's stack. */
#define SLI__CHUNK 256

static inline uint32_t
sli__chunk(uint32_t cells_left)
{
	return cells_left < SLI__CHUNK ? cells_left : SLI__CHUNK;
}

#define SLI__WINDOWS_MAX 13

/*
 * The events of up to SLI__WINDOWS_MAX windows that all end at moment m, from
 * one sum of the shards.
 */
void sli__windows(const struct sli_indicator *ind, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *out);

#endif /* SLI_INDICATOR_INDICATOR_H */
