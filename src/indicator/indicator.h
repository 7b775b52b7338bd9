/* SPDX-License-Identifier: MIT */
#ifndef SLI_INDICATOR_INDICATOR_H
#define SLI_INDICATOR_INDICATOR_H

/*
 * What an indicator is made of: a shared entry in the block, and this
 * process's handle to it.
 */

#include <sli/indicator.h>

#include "arena/arena.h"
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

_Static_assert(SLI__MOVED + 1 == SLI__GUARD_CELLS,
    "the guard is what recorders add to before they add a latency");

/* In the block. Immutable once published, but for the timeline. */
struct sli__indicator_entry {
	_Alignas(SLI__ALIGN) struct sli__timeline timeline;
	char name[SLI_NAME_MAX + 1];
	char help[SLI_HELP_MAX + 1];
	char labels[SLI_LABEL_BYTES_MAX]; /* name\0value\0..., by name */
	uint32_t label_count;
	uint32_t threshold_count;
	uint32_t precision_bits;
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint64_t lowest_ns, highest_ns;
	uint64_t slot_ns;
	uint64_t counts_offset;	   /* history of the event cells */
	uint64_t latency_offset;   /* history of the latency cells */
	uint64_t latencies_offset; /* latency cells of shard 0 */
	uint64_t latencies_stride;
};

/* What the SLO layer wants done when the slot at open_ns has been opened. */
typedef void sli__on_slot_fn(struct sli_indicator *ind, uint64_t open_ns);

/* This process's handle. Immutable once registered, but for first_slo. */
struct sli_indicator {
	/* What sli_record() reads: two cache lines. */
	_Alignas(64) struct sli__timeline *timeline;
	uint64_t slot_ns;
	struct sli__cells events;
	struct sli__cells latencies; /* good's buckets, then bad's */
	struct sli__shards shards;
	struct sli__buckets buckets;
	uint32_t bad_first;			   /* first cell of bad's */
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX]; /* unused: UINT64_MAX */

	struct sli_registry *registry;
	struct sli__indicator_entry *entry;
	struct sli__history counts;
	struct sli__history latency;
	struct sli_label labels[SLI_LABELS_MAX];
	/*
	 * Head of the list of its SLOs: 1 + an index into registry->slos, 0
	 * none. Written under the lock with release, read with acquire.
	 */
	uint64_t first_slo;
};

/* This process's handle to a registry. Immutable after init. */
struct sli_registry {
	struct sli__block *block;
	void *mapping; /* to unmap at close; NULL: the caller's memory */
	size_t mapping_bytes;
	struct sli__shards shards;
	sli__on_slot_fn *on_slot;
	uint32_t max_consumers;
	struct sli_indicator *indicators; /* tables of handles, by index */
	struct sli_slo *slos;
	struct sli_writer *writers;
	struct sli__consumer *consumers;
};

struct sli_writer {
	struct sli_registry *registry;
	uint32_t shard;
	uint64_t taken; /* 0 or 1, by compare-and-swap */
};

/* Event totals: of a window, or of all time. */
struct sli__events {
	uint64_t cell[SLI__EVENT_CELLS];
	uint64_t covered_ns;
};

/* Good events, and of those the ones over threshold k. */
uint64_t sli__events_good(const struct sli__events *e);
uint64_t sli__events_slow(const struct sli__events *e, uint32_t k);

/* The same, as users see them. */
void sli__events_counts(const struct sli__events *e, uint64_t window_ns,
    struct sli_counts *out);

/* Bytes of the arena that an indicator with defaults and 4 thresholds takes. */
uint64_t sli__indicator_bytes_default(const struct sli__block *block);

/*
 * Open the slot that now_ns lies in, if it is not open yet, and take the
 * snapshot at its boundary.
 */
void sli__advance(struct sli_indicator *ind, uint64_t now_ns);

/* For a reader: advance to now_ns, and where that is in history time. */
struct sli__moment sli__advance_to(struct sli_indicator *ind, uint64_t now_ns);

/*
 * A record whose now_ns is not in the open slot: advance, or count it late.
 * For the recorders only.
 */
void sli__off_slot(struct sli_indicator *ind, uint64_t now_ns, uint64_t n);

/* All events so far. */
void sli__totals(const struct sli_indicator *ind, struct sli__events *out);

/* Latency cells that are handled at a time: 2 KiB of a signal's stack. */
#define SLI__CHUNK 256

static inline uint32_t
sli__chunk(uint32_t cells_left)
{
	return cells_left < SLI__CHUNK ? cells_left : SLI__CHUNK;
}

#define SLI__WINDOWS_MAX 12

/*
 * The events of up to SLI__WINDOWS_MAX windows that all end at moment m, from
 * one sum of the shards.
 */
void sli__windows(const struct sli_indicator *ind, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *out);

#endif /* SLI_INDICATOR_INDICATOR_H */
