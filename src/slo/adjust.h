/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ADJUST_H
#define SLI_SLO_ADJUST_H

/*
 * Time that does not count, and corrections of a budget, in an SLO's entry.
 */

#include <sli/adjust.h>

#include "indicator/indicator.h"

/*
 * In the block. A place is written under the lock, its generation odd
 * meanwhile; one who dies over it leaves it odd, and it is free.
 *
 *   word         written by              read by     order
 *   generation   holder of the lock      any         release/acquire
 *   kind, from_ns, to_ns, amount
 *                holder of the lock      any         relaxed: generation
 *   cell         claimers (join_max)     any         after settled
 *   settled      claimers                any         release/acquire
 */
struct sli__adjustment {
	uint64_t generation;	 /* even, above 0: in use */
	uint64_t kind;		 /* enum sli_adjustment_kind */
	uint64_t from_ns, to_ns; /* in history time */
	uint64_t settled;	 /* the generation whose cells are final */
	union {
		uint64_t cell[SLI__EVENT_CELLS]; /* of an exclusion */
		int64_t amount[2]; /* of a correction: good, bad */
	};
};

#endif /* SLI_SLO_ADJUST_H */
