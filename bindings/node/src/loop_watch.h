/* SPDX-License-Identifier: MIT */
#ifndef LOOP_WATCH_H
#define LOOP_WATCH_H

/*
 * A thread that watches an event loop from outside and says so while it is
 * blocked: in an indicator (a look at the loop each tick is an event, bad while
 * it is blocked), which other threads, processes and `sli top` can read.
 *
 * It holds no handle on the loop: one that is left on a worker's loop crashes
 * the worker's exit (nodejs/node#43534), and all of them wake an idle loop.
 */

#include <stddef.h>
#include <stdint.h>

#include <sli/sli.h>

#include "thread_time.h"

#define LOOP_BLOCKS 64	      /* remembered */
#define LOOP_STACK_BYTES 4096 /* of a block's stack, as text */

/* A block as long as this is annotated, and one of 10 s at most. */
#define LOOP_ANNOTATE_NS SLI_SECONDS(1)

struct loop_block {
	uint64_t number;	   /* from 1 */
	uint64_t begin_ns, end_ns; /* end 0: it lasts */
	enum thread_cause cause;
	long call; /* the last it was seen to sleep in; -1 none */
	uint64_t code_ns, cpu_ns, call_ns;
	char stack[LOOP_STACK_BYTES]; /* "" if nobody caught it */
};

struct loop_watch_config {
	void *loop; /* uv_loop_t of the thread that calls */
	struct sli_registry *registry;
	struct sli_indicator *indicator;
	uint64_t tick_ns;
	uint64_t threshold_ns;
};

struct loop_watch;

/*
 * Begin to watch the loop of the thread that calls. 0, or an errno: ENOSYS if
 * this libuv has no metrics.
 */
int loop_watch_start(const struct loop_watch_config *config,
    struct loop_watch **out);

/* From the same thread, before its loop ends. Its blocks are forgotten. */
void loop_watch_stop(struct loop_watch *watch);

/* From any thread. */

/* The number of the block that lasts, else 0. */
uint64_t loop_watch_blocked(struct loop_watch *watch);

/* The block of this number, or the next one kept; 0 if there is none. */
int loop_watch_read(struct loop_watch *watch, uint64_t number,
    struct loop_block *out);

/* Put down where a block was stuck; 0 if it is not kept any more. */
int loop_watch_stack(struct loop_watch *watch, uint64_t number,
    const char *stack, size_t length);

#endif /* LOOP_WATCH_H */
