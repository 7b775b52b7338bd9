/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* RTLD_DEFAULT */
#include "loop_watch.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fault.h"
#include "loop_state.h"

/* As libuv has it since 1.45. Of the rest nothing is looked at. */
struct uv_metrics {
	uint64_t loop_count;
	uint64_t rest[15];
};

/*
 * libuv is no part of Node-API's promise, so none of it may be needed to load
 * the addon: what there is is found when it runs. idle_time is documented to be
 * thread safe; the others are plain reads of one word, of which an old value
 * costs a tick.
 */
struct loop_uv {
	uint64_t (*idle_time)(void *loop);
	int (*info)(void *loop, struct uv_metrics *out);
	uint64_t (*now)(void *loop);
};

struct loop_watch {
	struct loop_watch_config config;
	struct loop_uv uv;
	struct loop_state state;   /* the watcher's own */
	struct thread_time target; /* written before it starts */
	struct thread_spent spent; /* since the loop last moved */
	uint64_t annotated_ns;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	int stopping;
	uint64_t blocked; /* number of the block that lasts */
	uint64_t last;	  /* number of the last block */
	struct loop_block block[LOOP_BLOCKS];
};

/* Data and code pointers are of one kind where there is dlsym(). */
static int
loop_uv_find(struct loop_uv *uv)
{
	*(void **)&uv->idle_time = dlsym(RTLD_DEFAULT, "uv_metrics_idle_time");
	*(void **)&uv->info = dlsym(RTLD_DEFAULT, "uv_metrics_info");
	*(void **)&uv->now = dlsym(RTLD_DEFAULT, "uv_now");
	return uv->idle_time != NULL && (uv->info != NULL || uv->now != NULL) ?
	    0 :
	    ENOSYS;
}

static uint64_t
turns(const struct loop_watch *w)
{
	struct uv_metrics metrics = { 0 };

	if (w->uv.info == NULL)
		return w->uv.now(w->config.loop);
	return w->uv.info(w->config.loop, &metrics) == 0 ? metrics.loop_count :
							   0;
}

static struct loop_block *
place(struct loop_watch *w, uint64_t number)
{
	return &w->block[number % LOOP_BLOCKS];
}

static void
block_begins(struct loop_watch *w, uint64_t begin_ns)
{
	struct loop_block *block = place(w, ++w->last);

	memset(block, 0, sizeof(*block));
	block->number = w->last;
	block->begin_ns = begin_ns;
	block->call = -1;
	w->blocked = w->last;
}

/* While it lasts: /proc knows a call only as long as a thread is in it. */
static void
block_goes_on(struct loop_watch *w)
{
	struct loop_block *block = place(w, w->blocked);
	long call = thread_time_call(&w->target);

	block->code_ns = w->spent.code_ns;
	block->cpu_ns = w->spent.cpu_ns;
	block->call_ns = w->spent.call_ns;
	block->cause = thread_time_cause(&w->spent);
	if (call >= 0)
		block->call = call;
}

/* For `sli explain`: what stood beside a burn. */
static void
annotate(struct loop_watch *w, const struct loop_block *block)
{
	uint64_t length_ns = block->end_ns - block->begin_ns;
	char text[SLI_ANNOTATION_TEXT_MAX + 1];

	if (length_ns < LOOP_ANNOTATE_NS ||
	    block->begin_ns < w->annotated_ns + 10 * LOOP_ANNOTATE_NS)
		return;
	w->annotated_ns = block->begin_ns;
	snprintf(text, sizeof(text),
	    "event loop of thread %d blocked for %" PRIu64 " ms: %s %s",
	    (int)w->target.tid, length_ns / 1000000,
	    thread_cause_name(block->cause),
	    block->cause == THREAD_CALL ? thread_call_name(block->call) : "");
	sli_annotate(w->config.registry, block->begin_ns, "loop-block", text,
	    NULL);
}

static void
block_ends(struct loop_watch *w, uint64_t end_ns)
{
	struct loop_block *block = place(w, w->blocked);

	block->end_ns = end_ns;
	annotate(w, block);
	w->blocked = 0;
}

static void
count(struct loop_watch *w, uint64_t now_ns, enum sli_outcome outcome,
    uint64_t n, uint64_t latency_ns)
{
	while (n-- > 0)
		sli_record(w->config.indicator, now_ns, outcome, latency_ns);
}

static void
look(struct loop_watch *w)
{
	struct loop_look seen;
	uint64_t now_ns = sli_clock_ns();

	loop_state_look(&w->state, now_ns, turns(w),
	    w->uv.idle_time(w->config.loop), &seen);
	if (seen.moved)
		thread_time_begin(&w->target, now_ns, &w->spent);
	else
		thread_time_go_on(&w->target, now_ns, &w->spent);
	if (seen.began)
		block_begins(w, w->state.moved_ns);
	if (seen.ended)
		block_ends(w, now_ns);
	else if (w->blocked != 0)
		block_goes_on(w);
	count(w, now_ns, SLI_GOOD, seen.good, seen.standing_ns);
	count(w, now_ns, SLI_BAD, seen.bad, seen.standing_ns);
	/* Nobody else may be left who looks at the clock. */
	if (w->blocked != 0)
		sli_advance(w->config.registry, now_ns);
}

/* Absolute times, so that the length of a look is not added to the tick. */
static void
after(struct timespec *when, uint64_t ns)
{
	ns += (uint64_t)when->tv_nsec;
	when->tv_sec += (time_t)(ns / 1000000000u);
	when->tv_nsec = (long)(ns % 1000000000u);
}

static int
is_past(const struct timespec *when)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > when->tv_sec ||
	    (now.tv_sec == when->tv_sec && now.tv_nsec > when->tv_nsec);
}

static void *
watch(void *arg)
{
	struct loop_watch *w = arg;
	struct timespec next;

	pthread_mutex_lock(&w->lock);
	clock_gettime(CLOCK_MONOTONIC, &next);
	while (!w->stopping) {
		look(w);
		after(&next, w->config.tick_ns);
		if (is_past(&next))
			clock_gettime(CLOCK_MONOTONIC, &next);
		while (!w->stopping &&
		    pthread_cond_timedwait(&w->changed, &w->lock, &next) == 0)
			;
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void
destroy(struct loop_watch *w)
{
	thread_time_close(&w->target);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

int
loop_watch_start(const struct loop_watch_config *config,
    struct loop_watch **out)
{
	struct loop_watch *w = calloc(1, sizeof(*w));
	pthread_condattr_t attributes;
	int error;

	if (w == NULL)
		return ENOMEM;
	w->config = *config;
	w->state.tick_ns = config->tick_ns;
	w->state.threshold_ns = config->threshold_ns;
	w->target.schedstat = -1;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	error = loop_uv_find(&w->uv);
	if (error == 0)
		error = thread_time_open(&w->target);
	if (error == 0)
		error = fault_thread(&w->thread, watch, w, "sli-loop");
	if (error != 0) {
		destroy(w);
		return error;
	}
	*out = w;
	return 0;
}

void
loop_watch_stop(struct loop_watch *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopping = 1;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	destroy(w);
}

uint64_t
loop_watch_blocked(struct loop_watch *w)
{
	uint64_t number;

	pthread_mutex_lock(&w->lock);
	number = w->blocked;
	pthread_mutex_unlock(&w->lock);
	return number;
}

int
loop_watch_read(struct loop_watch *w, uint64_t number, struct loop_block *out)
{
	uint64_t oldest;
	int found;

	pthread_mutex_lock(&w->lock);
	oldest = w->last < LOOP_BLOCKS ? 1 : w->last - LOOP_BLOCKS + 1;
	if (number < oldest)
		number = oldest;
	found = number <= w->last;
	if (found)
		*out = *place(w, number);
	pthread_mutex_unlock(&w->lock);
	return found;
}

int
loop_watch_stack(struct loop_watch *w, uint64_t number, const char *stack,
    size_t length)
{
	struct loop_block *block;
	int found;

	if (length >= LOOP_STACK_BYTES)
		length = LOOP_STACK_BYTES - 1;
	pthread_mutex_lock(&w->lock);
	block = place(w, number);
	found = block->number == number && number != 0;
	if (found) {
		memcpy(block->stack, stack, length);
		block->stack[length] = '\0';
	}
	pthread_mutex_unlock(&w->lock);
	return found;
}
