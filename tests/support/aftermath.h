/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_AFTERMATH_H
#define SUPPORT_AFTERMATH_H

#include "children.h"

/*
 * What has to hold when all children are dead. It is looked at after each
 * round of kills, and what was found then is where the next round starts: so
 * what a killed thread may have left unbooked covers no loss of later rounds.
 */
struct aftermath {
	struct children *children;
	/* The last that each thread has reported in this round. */
	struct child_report reported[CHILDREN][CHILD_THREADS];
	struct ledger_view base[CHILD_BOOKED];
	uint64_t resets_min, resets_max; /* audit records of them */
	struct random rnd;
};

/* For a new file. */
void aftermath_start_over(struct aftermath *a);

/*
 * Check all of it, in a test's main thread; so many threads were killed since
 * the last time. alone: nobody had the file open when it was opened.
 */
void aftermath_check(struct aftermath *a, struct sli_registry *reg,
    uint64_t threads_killed, bool alone);

/*
 * Windows are exact again: ten events in each slot from now on, and every
 * window back to the first of these slots has ten for each.
 */
void aftermath_check_slots(struct sli_registry *reg, uint64_t now_ns);

#endif /* SUPPORT_AFTERMATH_H */
