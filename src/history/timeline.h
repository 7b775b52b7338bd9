/* SPDX-License-Identifier: MIT */
#ifndef SLI_HISTORY_TIMELINE_H
#define SLI_HISTORY_TIMELINE_H

/*
 * An indicator's time: slots [k * slot_ns, (k + 1) * slot_ns), of which the
 * present one is open. Nobody ticks. Whoever comes first with a time past the
 * open slot claims the boundary and takes the snapshot (history.h).
 *
 * History time = the caller's now_ns + skew_ns. A caller's clock that steps
 * back and stays there would freeze every window until it has caught up, which
 * after a wrong year at boot is never; instead the skew grows by the step, and
 * history goes on from the open slot. Stale records must not do that: it takes
 * late ones whose own clock has run for SLI__SET_BACK_SLOTS while nearly none
 * came on time. A source that lags by less than that many slots never gets
 * there, since the others keep opening slots.
 *
 * I4. next_ns and skew_ns only grow.
 * I5. A boundary is claimed once, by the compare-and-swap that opens the slot
 *     behind it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"

/* A now_ns above 2^62 (the year 2116) is no time, but somebody's bug. */
#define SLI__TIME_MAX (UINT64_C(1) << 62)

#define SLI__SET_BACK_SLOTS 60

/*
 *   field       written by                       read by          order
 *   next_ns     claimers (cas)                   recorders        relaxed: a
 *               stale value only costs them a look at it here
 *               the same                         claimers         acquire
 *   skew_ns     late recorders (cas)             all              as next_ns
 *   birth_ns    first claimer (cas from 0)       readers          acquire
 *   late_*      late recorders                   late recorders   see below
 *
 * The late_* marks are hints: two late recorders that write them at once may
 * delay the decision, and the next one makes it.
 */
struct sli__timeline {
	/* End of the open slot; 0: there is none yet. */
	_Alignas(64) uint64_t next_ns;
	uint64_t skew_ns;
	/* Recorders read the line above on each record. */
	_Alignas(64) uint64_t birth_ns;
	uint64_t late_next_ns; /* the marks below belong to this open slot */
	uint64_t late_now_ns;  /* now of the first late record in it */
	uint64_t late_on_time; /* events on time, up to then */
	uint64_t late_late;    /* events late, up to then */
};

/* The events there were up to now, as far as the decision needs them. */
struct sli__lateness {
	uint64_t on_time, late;
};

/* A slot that this thread opened: the boundary at its start is its to fill. */
struct sli__claim {
	uint64_t from_ns; /* start of the slot before, or open_ns: none */
	uint64_t open_ns; /* start of the slot that is open now */
};

/*
 * Is now_ns inside the open slot? The one check of the hot path: false for a
 * slot that has passed and for a time before it alike. (Before any slot is open
 * it takes a now_ns within a slot of 2^64 for one: that is counted, but not as
 * late, and moves nothing.)
 */
static inline bool
sli__timeline_is_open(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns)
{
	uint64_t last = load_relaxed(&t->next_ns) - 1;

	return last - (now_ns + load_relaxed(&t->skew_ns)) < slot_ns;
}

/* End of the open slot; 0: there is none yet. */
static inline uint64_t
sli__timeline_next(const struct sli__timeline *t)
{
	/* Pairs with the swap in sli__timeline_claim(). */
	return load_acquire(&t->next_ns);
}

/* When the first slot was opened; 0: none was. */
static inline uint64_t
sli__timeline_birth(const struct sli__timeline *t)
{
	/* Pairs with the swap in sli__timeline_claim(). */
	return load_acquire(&t->birth_ns);
}

/* By how much history time is ahead of the caller's. */
static inline uint64_t
sli__timeline_skew(const struct sli__timeline *t)
{
	/* Pairs with the swap in sli__timeline_late(). */
	return load_acquire(&t->skew_ns);
}

/* Try to open the slot that now_ns lies in; true: claimed, fill it. */
bool sli__timeline_claim(struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns, struct sli__claim *claim);

/*
 * Is the claim still the newest? What its caller summed before the call is
 * then no greater than what any later claimer sums (I6).
 */
bool sli__timeline_confirm(struct sli__timeline *t, uint64_t slot_ns,
    const struct sli__claim *claim);

/* Is now_ns from before the open slot, or no time at all? */
bool sli__timeline_is_late(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns);

/* Is a late now_ns of interest to sli__timeline_late(), or just one more? */
bool sli__timeline_late_is_due(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns);

/*
 * A record came late, with `before` it. Returns true if that shows that the
 * clock was set back: skew_ns has then grown, and now_ns is not late any more.
 */
bool sli__timeline_late(struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns, struct sli__lateness before);

/* now_ns in history time; 0 if it is no time. */
uint64_t sli__timeline_at(const struct sli__timeline *t, uint64_t now_ns);

/* A moment of history time, in the open slot. */
struct sli__moment {
	uint64_t open_ns; /* start of that slot */
	uint64_t at_ns;	  /* in [open_ns, open_ns + slot_ns) */
};

/* What now_ns is in history time, for a reader that has advanced to it. */
struct sli__moment sli__timeline_moment(const struct sli__timeline *t,
    uint64_t slot_ns, uint64_t now_ns);

#endif /* SLI_HISTORY_TIMELINE_H */
