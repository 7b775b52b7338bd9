/* SPDX-License-Identifier: MIT */
#ifndef SLI_HISTORY_HISTORY_H
#define SLI_HISTORY_HISTORY_H

/*
 * A history: rings of snapshots of a vector of cells' totals, each ring (level)
 * with slots a fixed time apart, coarser from level to level.
 *
 * Slot k of a level holds the totals at the boundary k * slot_ns, and lies at
 * position k mod slots of the ring. Since totals only grow, a window is a
 * subtraction, and two snapshots of one boundary join by the larger word (a
 * G-Counter, Shapiro et al. 2011). A slot's stamp is 2k - 1 while boundary k is
 * being joined, 2k once it is; it grows too.
 *
 * I6. Snapshots of a level never decrease with time. A claimer sums first, then
 *     confirms its claim (timeline.h), then joins: what it joins is no greater
 *     than what any later claimer joins, however late it gets to do so. If a
 *     later boundary has been claimed meanwhile it leaves the slot alone.
 * I7. A reader uses a slot only if its stamp was 2k before and after the
 *     words, so neither a reused slot nor a slot half joined is ever shown.
 * I8. A writer that comes a whole ring late changes nothing: stamp and words
 *     are greater already.
 * I9. The newest boundary of every level is joined by the next claimer if its
 *     own claimer died or gave up: a hole is at most one finest slot wide on
 *     every level but the finest, where it stays and readers use the next slot.
 *
 * The slots of one cell lie together, not the cells of one slot: most latency
 * buckets of most services are never used, nor are some outcomes, and the pages
 * of a cell that stays zero are never backed by memory.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sli/registry.h>

/*
 * The shortest slot: several times what a claimer takes for the widest
 * histogram of 64 busy shards, or claimers would overtake each other for ever.
 */
#define SLI__SLOT_NS_MIN SLI_MILLIS(10)

/*
 *   word          written by                read by                order
 *   stamp         claimers (join_max)       readers, claimers      acquire
 *   cell          claimers (join_max)       readers                acquire
 *
 * join_max releases. A reader that loads a word of a newer boundary thereby
 * sees the stamp that was raised before it, and drops the slot (I7).
 */
struct sli__level {
	uint64_t slot_ns;
	uint32_t slots;
	uint64_t *stamps;
	uint64_t *cells;
};

struct sli__history {
	uint32_t levels;
	uint32_t cells;	  /* of the vector */
	size_t all_slots; /* of all levels: words from a cell to the next */
	struct sli__level level[SLI_LEVELS_MAX];
};

/* Words (all zero at first) that a history of these levels takes. */
size_t sli__history_words(const struct sli_level *levels, uint32_t cells);

/* Lay a history out over that memory. */
void sli__history_map(struct sli__history *h, const struct sli_level *levels,
    uint32_t cells, uint64_t *memory);

/* Is boundary k of the level joined? */
bool sli__slot_is_joined(const struct sli__history *h, uint32_t level,
    uint64_t k);

/* Join boundary k: begin, then join all cells in pieces, then end. */
void sli__slot_begin(struct sli__history *h, uint32_t level, uint64_t k);
void sli__slot_join(struct sli__history *h, uint32_t level, uint64_t k,
    uint32_t first, uint32_t n, const uint64_t *totals);
void sli__slot_end(struct sli__history *h, uint32_t level, uint64_t k);

/* Read cells [first, first + n) of boundary k; false: they are not there. */
bool sli__slot_read(const struct sli__history *h, uint32_t level, uint64_t k,
    uint32_t first, uint32_t n, uint64_t *totals);

/* A boundary of a level. */
struct sli__slot {
	uint32_t level;
	uint64_t k;
};

/*
 * The finest level whose ring reaches back to t, as seen from the open slot;
 * false: none does.
 */
bool sli__history_level(const struct sli__history *h, uint64_t open_ns,
    uint64_t t, uint32_t *level);

/*
 * Move *k on to the first joined boundary from there, up to the one at the open
 * slot; false: there is none.
 */
bool sli__history_next(const struct sli__history *h, uint64_t open_ns,
    uint32_t level, uint64_t *k);

/* How far back the coarsest level reaches from the open slot at least. */
uint64_t sli__history_reach_ns(const struct sli__history *h);

#endif /* SLI_HISTORY_HISTORY_H */
