/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_ORACLE_H
#define SUPPORT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sli/sli.h>

/*
 * The oracle: what an indicator ought to answer, worked out from a plain list
 * of everything that happened to it. It keeps no rings and no snapshots; every
 * answer is a walk over the list.
 *
 * An event stands in the list with its effective time, which is where the
 * contract of sli_record() puts it:
 *
 * - at or after the present slot: its own time, and the present slot is now
 *   the one it lies in;
 * - before the present slot, or no time at all (above 2^62): the start of the
 *   present slot, and it is late.
 *
 * When late records themselves show 60 slots of time passing, with one in 16
 * on time at most, the clock was set back for good. From then on every time is
 * moved forward by shift_ns, so that the list goes on from the present slot.
 */
struct oracle_event {
	uint64_t at_ns;
	uint64_t count;
	uint64_t latency_ns;
	enum sli_outcome outcome;
	bool timed; /* has a latency */
};

struct oracle {
	uint64_t slot_ns;
	uint64_t threshold_ns[SLI_THRESHOLDS_MAX];
	uint32_t threshold_count;

	struct oracle_event *events;
	size_t length, capacity;

	bool begun;	     /* something has told it a time */
	uint64_t begun_ns;   /* the first of them */
	uint64_t present_ns; /* start of the present slot */
	uint64_t shift_ns;
	uint64_t on_time, late; /* events */

	/* Where a run of late records began; void once present_ns moves. */
	struct {
		bool valid;
		uint64_t present_ns;
		uint64_t now_ns;
		uint64_t on_time, late;
	} lateness;
};

/* A window's old edge. */
struct oracle_edge {
	/*
	 * The slot that it lies in, of the finest ring that reaches it; both
	 * the same if it is on a boundary.
	 */
	uint64_t older_ns, newer_ns;
	uint64_t covered_ns;
};

/* `cfg` as registered; slot_ns and thresholds are taken from it. */
void oracle_init(struct oracle *, const struct sli_indicator_config *cfg);
void oracle_free(struct oracle *);

/* What sli_record(), sli_count() and sli_advance() do. */
void oracle_record(struct oracle *, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t latency_ns);
void oracle_count(struct oracle *, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t n);
void oracle_advance(struct oracle *, uint64_t now_ns);

/* now_ns as the indicator sees it: shifted, and not before the present slot. */
uint64_t oracle_at(const struct oracle *, uint64_t now_ns);

/* What every read does: the present slot moves on. Returns oracle_at(). */
uint64_t oracle_read(struct oracle *, uint64_t now_ns);

/* All events at or after from_ns; window_ns and covered_ns are 0. */
void oracle_counts(const struct oracle *, uint64_t from_ns,
    struct sli_counts *out);

/*
 * The latencies of an outcome at or after from_ns, sorted; the caller frees
 * them.
 */
uint64_t *oracle_latencies(const struct oracle *, uint64_t from_ns,
    enum sli_outcome outcome, size_t *n);

/* The element of nearest rank q of n sorted values, q in parts per 1e12. */
uint64_t oracle_quantile(const uint64_t *sorted, size_t n, uint64_t q_e12);

/* The old edge of a window that ends at at_ns, over rings ended by a zero. */
void oracle_edge(const struct oracle *, const struct sli_level *levels,
    uint64_t at_ns, uint64_t window_ns, struct oracle_edge *out);

/* The longest window that the rings reach whatever the time. */
uint64_t oracle_reach(const struct sli_level *levels);

#endif /* SUPPORT_ORACLE_H */
