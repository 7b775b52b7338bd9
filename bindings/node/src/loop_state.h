/* SPDX-License-Identifier: MIT */
#ifndef LOOP_STATE_H
#define LOOP_STATE_H

/*
 * Whether an event loop is blocked, told from looks at it by somebody else.
 *
 * A loop moves when it turns (uv_metrics_info().loop_count, or before libuv
 * 1.45 its cached time) or idles (uv_metrics_idle_time(), which also grows
 * during the wait). One that has done neither since the threshold is blocked,
 * whatever holds it: code, a call, or that it gets no CPU.
 *
 * Each look is an event: good if the loop moved within the threshold, else bad.
 * Looks at a loop that stands still are held back until it is known which. One
 * that has not turned yet (a program that starts) is not looked upon as
 * blocked.
 *
 * Knows no clock, no thread and no libuv.
 */

#include <stdint.h>

struct loop_state {
	uint64_t tick_ns;      /* between two looks */
	uint64_t threshold_ns; /* longer without moving: blocked */
	uint64_t turns;	       /* as seen at the last look */
	uint64_t idle_ns;
	uint64_t look_ns;  /* the last look; 0 none */
	uint64_t moved_ns; /* the last at which it had moved */
	uint64_t held;	   /* looks since then that are not counted yet */
	int started;	   /* it has turned or idled since the first look */
	int blocked;
};

/* What a look has shown. */
struct loop_look {
	uint64_t good, bad; /* events to count */
	int moved;
	int began;	      /* a block was found */
	int ended;	      /* a block that was found is over */
	uint64_t standing_ns; /* how long it stood still, up to now */
};

void loop_state_look(struct loop_state *state, uint64_t now_ns, uint64_t turns,
    uint64_t idle_ns, struct loop_look *out);

#endif /* LOOP_STATE_H */
