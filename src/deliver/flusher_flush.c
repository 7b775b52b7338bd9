/* SPDX-License-Identifier: MIT */
/*
 * What a flusher does when a flush is due, and when that is.
 *
 * The timer is set anew, to the next multiple of the interval, before the sinks
 * are called: however long they take, nothing drifts. It counts through suspend
 * as sli_clock_ns() does, and no step of the wall clock reaches it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>

#include "addon/error.h"
#include "deliver/flusher.h"

uint64_t
sli__flusher_clock(const struct sli_flusher *f)
{
	return f->cfg.clock != NULL ? f->cfg.clock(f->cfg.clock_arg) :
				      sli_clock_ns();
}

/* In ns from now; 0: never. */
static void
set_timer(struct sli_flusher *f, uint64_t ns)
{
	struct itimerspec when;

	memset(&when, 0, sizeof(when));
	when.it_value.tv_sec = (time_t)(ns / SLI_SECONDS(1));
	when.it_value.tv_nsec = (long)(ns % SLI_SECONDS(1));
	/* It can only fail for a descriptor that is no timer. */
	(void)timerfd_settime(f->timer_fd, 0, &when, NULL);
}

void
sli__flusher_schedule(struct sli_flusher *f, uint64_t now_ns)
{
	uint64_t interval = f->cfg.interval_ns;
	uint64_t passed = (now_ns % interval + interval - f->cfg.offset_ns) %
	    interval;

	f->due_ns = now_ns - passed + interval;
	set_timer(f, f->due_ns - now_ns);
}

/* A clock that went back by more than an interval is followed there. */
bool
sli__flusher_take_due(struct sli_flusher *f, uint64_t now_ns)
{
	uint64_t interval = f->cfg.interval_ns;

	if (now_ns < f->due_ns && f->due_ns - now_ns <= interval) {
		set_timer(f, f->due_ns - now_ns);
		return false;
	}
	if (now_ns < f->due_ns) {
		sli__flusher_schedule(f, now_ns);
		return false;
	}
	f->missed += (now_ns - f->due_ns) / interval;
	sli__flusher_schedule(f, now_ns);
	return true;
}

void
sli__flusher_wake(struct sli_flusher *f)
{
	set_timer(f, 1);
}

void
sli__flusher_calm(struct sli_flusher *f)
{
	set_timer(f, 0);
}

bool
sli__flusher_begin(struct sli_flusher *f)
{
	if (f->flushing)
		return false;
	f->flushing = true;
	f->flushing_thread = pthread_self();
	return true;
}

/* A sink may have left err as it was, or full to the brim. */
static void
complete(struct sli_error *err, int status)
{
	err->status = status;
	err->message[sizeof(err->message) - 1] = '\0';
	if (err->message[0] == '\0')
		snprintf(err->message, sizeof(err->message),
		    "it failed with %d (%s)", status, sli_strerror(status));
}

static void
book(struct sli__flusher_sink *s, uint64_t begin_ns, uint64_t end_ns,
    const struct sli_error *err)
{
	struct sli_flusher_stats *stats = &s->stats;

	stats->running_ns = 0;
	stats->duration_ns = end_ns > begin_ns ? end_ns - begin_ns : 0;
	if (stats->duration_ns > stats->duration_max_ns)
		stats->duration_max_ns = stats->duration_ns;
	if (err->status == SLI_OK) {
		stats->flushes++;
		stats->failures_in_a_row = 0;
		stats->success_ns = end_ns;
		return;
	}
	stats->failures++;
	stats->failures_in_a_row++;
	stats->failure_ns = end_ns;
	stats->error = *err;
	s->untold++;
}

/* How many failures the application is to be told of now. */
static uint64_t
take_untold(struct sli_flusher *f, struct sli__flusher_sink *s, uint64_t now_ns)
{
	uint64_t untold = s->untold;

	if (f->cfg.error == NULL || untold == 0 ||
	    (s->told_ns != 0 && now_ns >= s->told_ns &&
		now_ns - s->told_ns < f->cfg.error_interval_ns))
		return 0;
	s->told_ns = now_ns;
	s->untold = 0;
	return untold;
}

static int
flush_sink(struct sli_flusher *f, struct sli__flusher_sink *s,
    struct sli_error *err)
{
	uint64_t begin_ns = sli__flusher_clock(f), end_ns, untold = 0;
	int status;

	pthread_mutex_lock(&f->lock);
	s->stats.running_ns = begin_ns;
	pthread_mutex_unlock(&f->lock);

	memset(err, 0, sizeof(*err));
	status = sli_flush_try(f->reg, begin_ns, s->sink.flush, s->sink.arg,
	    err);
	end_ns = sli__flusher_clock(f);
	if (status != SLI_OK)
		complete(err, status);
	else
		err->status = SLI_OK;

	pthread_mutex_lock(&f->lock);
	book(s, begin_ns, end_ns, err);
	if (status != SLI_OK)
		untold = take_untold(f, s, end_ns);
	pthread_mutex_unlock(&f->lock);
	if (untold > 0)
		f->cfg.error(s->sink.name, err, untold, f->cfg.error_arg);
	return status;
}

int
sli__flusher_flush(struct sli_flusher *f, struct sli_error *err)
{
	struct sli_error sinks;
	int status = SLI_OK;
	uint32_t i;

	for (i = 0; i < f->cfg.sink_count; i++) {
		struct sli__flusher_sink *s = &f->sinks[i];

		if (flush_sink(f, s, &sinks) != SLI_OK && status == SLI_OK)
			status = sli__addon_fail(err, SLI_EIO, "sink %s: %s",
			    s->sink.name, sinks.message);
	}
	pthread_mutex_lock(&f->lock);
	f->flushing = false;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	return status;
}
