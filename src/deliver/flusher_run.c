/* SPDX-License-Identifier: MIT */
/* The two forms of a flusher: a thread, or somebody's event loop. */
#define _GNU_SOURCE /* pthread_setname_np */

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "addon/error.h"
#include "addon/signals.h"
#include "deliver/flusher.h"

static int
refuse(const struct sli_flusher *f, struct sli_error *err)
{
	return sli__addon_fail(err, SLI_EBUSY,
	    f->form == SLI__OF_THREAD ?
		"the flusher has a thread; accepted: after sli_flusher_stop()" :
		"the flusher belongs to an event loop; accepted: after "
		"sli_flusher_stop()");
}

/*
 * The last flush waits for one that another thread makes just now. What became
 * of it is looked at once it has ended.
 */
static void
flush_last(struct sli_flusher *f)
{
	while (!sli__flusher_begin(f))
		pthread_cond_wait(&f->changed, &f->lock);
	pthread_mutex_unlock(&f->lock);
	f->last_status = sli__flusher_flush(f, &f->last_error);
	pthread_mutex_lock(&f->lock);
	f->ended = true;
	pthread_cond_broadcast(&f->changed);
}

/* Flush if it is due, with the lock held at entry and at return. */
static int
flush_due(struct sli_flusher *f, uint64_t now_ns, struct sli_error *err)
{
	int status;

	if (!sli__flusher_take_due(f, now_ns))
		return SLI_OK;
	if (!sli__flusher_begin(f)) {
		f->missed++;
		return sli__addon_fail(err, SLI_EBUSY,
		    "another thread is flushing");
	}
	pthread_mutex_unlock(&f->lock);
	status = sli__flusher_flush(f, err);
	pthread_mutex_lock(&f->lock);
	return status;
}

/*
 * An application that closes descriptors which are not its own has flushes of
 * the shortest interval's accuracy, and not a processor less.
 */
static void
wait_for_timer(const struct sli_flusher *f)
{
	static const struct timespec shortest = { 0, SLI__INTERVAL_MIN_NS };
	struct pollfd timer = { f->timer_fd, POLLIN, 0 };

	if (poll(&timer, 1, -1) < 0 || (timer.revents & POLLNVAL) != 0)
		nanosleep(&shortest, NULL);
}

static void *
run_thread(void *arg)
{
	struct sli_flusher *f = arg;
	uint64_t now_ns;
	bool stopping;

	(void)pthread_setname_np(pthread_self(), "sli-flusher");
	do {
		wait_for_timer(f);
		now_ns = sli__flusher_clock(f);
		pthread_mutex_lock(&f->lock);
		stopping = f->stopping;
		if (stopping)
			flush_last(f);
		else
			(void)flush_due(f, now_ns, NULL);
		pthread_mutex_unlock(&f->lock);
	} while (!stopping);
	return NULL;
}

static int
create_thread(struct sli_flusher *f)
{
	pthread_attr_t attr;
	sigset_t before;
	int rc = pthread_attr_init(&attr);

	if (rc != 0)
		return rc;
	rc = pthread_attr_setstacksize(&attr, f->cfg.stack_bytes);
	if (rc == 0) {
		sli__addon_block_signals(&before);
		rc = pthread_create(&f->thread, &attr, run_thread, f);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	pthread_attr_destroy(&attr);
	return rc;
}

static int
start_thread(struct sli_flusher *f, uint64_t now_ns, struct sli_error *err)
{
	int rc;

	sli__flusher_schedule(f, now_ns);
	rc = create_thread(f);
	if (rc != 0) {
		sli__flusher_calm(f);
		errno = rc;
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no thread with stack_bytes %zu can be made: %m",
		    f->cfg.stack_bytes);
	}
	f->form = SLI__OF_THREAD;
	f->starts++;
	return SLI_OK;
}

int
sli_flusher_start(struct sli_flusher *flusher, struct sli_error *err)
{
	int status = sli__flusher_check(flusher, err);
	uint64_t now_ns;

	if (status != SLI_OK)
		return status;
	now_ns = sli__flusher_clock(flusher);
	pthread_mutex_lock(&flusher->lock);
	status = flusher->form == SLI__OF_NOBODY ?
	    start_thread(flusher, now_ns, err) :
	    refuse(flusher, err);
	pthread_mutex_unlock(&flusher->lock);
	return status;
}

int
sli_flusher_fd(struct sli_flusher *flusher, int *out, struct sli_error *err)
{
	int status = sli__flusher_check(flusher, err);
	uint64_t now_ns;

	if (status != SLI_OK)
		return status;
	if (out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "out is NULL");
	now_ns = sli__flusher_clock(flusher);
	pthread_mutex_lock(&flusher->lock);
	if (flusher->form == SLI__OF_NOBODY) {
		flusher->form = SLI__OF_LOOP;
		sli__flusher_schedule(flusher, now_ns);
	}
	if (flusher->form == SLI__OF_LOOP)
		*out = flusher->timer_fd;
	else
		status = refuse(flusher, err);
	pthread_mutex_unlock(&flusher->lock);
	return status;
}

int
sli_flusher_run(struct sli_flusher *flusher, struct sli_error *err)
{
	int status = sli__flusher_check(flusher, err);
	uint64_t now_ns;

	if (status != SLI_OK)
		return status;
	now_ns = sli__flusher_clock(flusher);
	pthread_mutex_lock(&flusher->lock);
	if (flusher->form == SLI__OF_LOOP)
		status = flush_due(flusher, now_ns, err);
	else
		status = sli__addon_fail(err, SLI_EINVAL,
		    "the flusher is of no event loop; accepted: after "
		    "sli_flusher_fd()");
	pthread_mutex_unlock(&flusher->lock);
	return status;
}

int
sli_flusher_now(struct sli_flusher *flusher, struct sli_error *err)
{
	int status = sli__flusher_check(flusher, err);
	bool begun;

	if (status != SLI_OK)
		return status;
	pthread_mutex_lock(&flusher->lock);
	begun = sli__flusher_begin(flusher);
	pthread_mutex_unlock(&flusher->lock);
	if (!begun)
		return sli__addon_fail(err, SLI_EBUSY,
		    "a flush is being made; accepted: when it is over");
	return sli__flusher_flush(flusher, err);
}

/* Longer is for ever: a time_t of any size holds it. */
#define WAIT_MAX_NS SLI_DAYS(3650)

/* Has this thread ended, and has another call of stop perhaps joined it? */
static bool
is_over(const struct sli_flusher *f, uint64_t start)
{
	return f->ended || f->form != SLI__OF_THREAD || f->starts != start;
}

/* False: the time is over. */
static bool
wait_for_end(struct sli_flusher *f, uint64_t timeout_ns)
{
	bool forever = timeout_ns > WAIT_MAX_NS;
	uint64_t start = f->starts;
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	if (!forever) {
		timeout_ns += (uint64_t)until.tv_nsec;
		until.tv_sec += (time_t)(timeout_ns / SLI_SECONDS(1));
		until.tv_nsec = (long)(timeout_ns % SLI_SECONDS(1));
	}
	while (rc == 0 && !is_over(f, start))
		rc = forever ?
		    pthread_cond_wait(&f->changed, &f->lock) :
		    pthread_cond_timedwait(&f->changed, &f->lock, &until);
	return is_over(f, start);
}

static int
report_hang(const struct sli_flusher *f, struct sli_error *err)
{
	uint32_t i;

	for (i = 0; i < f->cfg.sink_count; i++)
		if (f->sinks[i].stats.running_ns != 0)
			return sli__addon_fail(err, SLI_EBUSY,
			    "not stopped: sink %s has not returned; accepted: "
			    "another stop when it has",
			    f->sinks[i].sink.name);
	return sli__addon_fail(err, SLI_EBUSY,
	    "not stopped: the last flush is not over; accepted: another stop");
}

static int
stop_thread(struct sli_flusher *f, uint64_t timeout_ns, struct sli_error *err)
{
	uint64_t start = f->starts;

	f->stopping = true;
	sli__flusher_wake(f);
	if (!wait_for_end(f, timeout_ns))
		return report_hang(f, err);
	if (f->starts != start || f->form != SLI__OF_THREAD)
		return SLI_OK; /* another call of stop was first */
	(void)pthread_join(f->thread, NULL);
	f->form = SLI__OF_NOBODY;
	f->stopping = f->ended = false;
	sli__flusher_calm(f);
	if (f->last_status != SLI_OK && err != NULL)
		*err = f->last_error;
	return f->last_status;
}

static int
stop_loop(struct sli_flusher *f, struct sli_error *err)
{
	int status;

	if (!sli__flusher_begin(f))
		return sli__addon_fail(err, SLI_EBUSY,
		    "not stopped: a flush is being made; accepted: when it is "
		    "over");
	f->form = SLI__OF_NOBODY;
	sli__flusher_calm(f);
	pthread_mutex_unlock(&f->lock);
	status = sli__flusher_flush(f, err);
	pthread_mutex_lock(&f->lock);
	return status;
}

int
sli_flusher_stop(struct sli_flusher *flusher, uint64_t timeout_ns,
    struct sli_error *err)
{
	int status = sli__flusher_check(flusher, err);

	if (status != SLI_OK)
		return status;
	pthread_mutex_lock(&flusher->lock);
	if (flusher->flushing &&
	    pthread_equal(flusher->flushing_thread, pthread_self()))
		status = sli__addon_fail(err, SLI_EBUSY,
		    "not stopped: a sink cannot stop its own flusher");
	else if (flusher->form == SLI__OF_THREAD)
		status = stop_thread(flusher, timeout_ns, err);
	else if (flusher->form == SLI__OF_LOOP)
		status = stop_loop(flusher, err);
	pthread_mutex_unlock(&flusher->lock);
	return status;
}
