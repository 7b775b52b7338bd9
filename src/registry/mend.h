/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_MEND_H
#define SLI_REGISTRY_MEND_H

/*
 * Making the history of an indicator agree with itself, after a power loss left
 * pages of different times, or bits were flipped.
 *
 * Snapshots of a cell never decrease with time (I6), and its total is no less
 * than the last. Where they do, the longest run that agrees with itself is kept
 * and the others are dropped (a dropped slot is a missing one: readers use the
 * next), and the total is raised to the greatest that was kept. So of what is
 * still known to have been counted, nothing is lost.
 */

#include "slo/slo.h"

struct sli__mending {
	uint64_t dropped; /* slots */
	uint64_t raised;  /* totals */
};

enum sli__mend_mode {
	SLI__MEND_LOOK,	      /* write nothing; others may be at work */
	SLI__MEND_AFTER_LOSS, /* a total may be older than its snapshots */
	SLI__MEND_AFTER_FLIP  /* against a total a single snapshot is wrong */
};

/*
 * Errors: SLI_ENOMEM. To write, the caller must be alone with the file.
 */
int sli__mend_indicator(struct sli_indicator *ind, enum sli__mend_mode mode,
    uint64_t now_ns, struct sli__mending *out);

/*
 * An open slot in the future of the clock that no snapshot bears out is
 * damage, as is one before the newest snapshot: the slot after that is open
 * instead. Returns whether something was, or with look would be, mended.
 */
bool sli__mend_timeline(struct sli_indicator *ind, uint64_t now_ns, bool look);

/*
 * Join the boundaries that are missing, each from the first kept slot of any
 * level after it, once the timeline is right. A level's next slot may be hours
 * later; and the newest would be joined by the next claimer with the totals
 * then (I9), although there are finer slots after it. Errors: SLI_ENOMEM.
 */
int sli__mend_gaps(struct sli_indicator *ind);

#endif /* SLI_REGISTRY_MEND_H */
