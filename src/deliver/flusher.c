/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* strnlen, and CLOCK_BOOTTIME */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "addon/config.h"
#include "deliver/flusher.h"

int
sli__flusher_check(const struct sli_flusher *f, struct sli_error *err)
{
	if (f == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "flusher is NULL");
	if (f->owner != getpid())
		return sli__addon_fail(err, SLI_EACCES,
		    "the flusher belongs to process %ld; accepted: one that "
		    "this process, %ld, has created",
		    (long)f->owner, (long)getpid());
	return SLI_OK;
}

static int
check_times(struct sli_flusher_config *cfg, struct sli_error *err)
{
	uint64_t stack_bytes = cfg->stack_bytes;
	int status = sli__addon_range(&cfg->interval_ns, "interval_ns",
	    SLI__INTERVAL_MIN_NS, SLI_DAYS(1), SLI_SECONDS(10), err);

	if (status == SLI_OK)
		status = sli__addon_range(&cfg->error_interval_ns,
		    "error_interval_ns", 1, SLI_DAYS(1), SLI_MINUTES(1), err);
	if (status == SLI_OK)
		status = sli__addon_range(&stack_bytes, "stack_bytes", 64 << 10,
		    1 << 30, 256 << 10, err);
	if (status == SLI_OK && cfg->offset_ns >= cfg->interval_ns)
		return sli__addon_fail(err, SLI_ERANGE,
		    "offset_ns %" PRIu64 " is out of range; accepted: below "
		    "interval_ns %" PRIu64,
		    cfg->offset_ns, cfg->interval_ns);
	cfg->stack_bytes = (size_t)stack_bytes;
	return status;
}

static int
check_sink(const struct sli_sink *sinks, uint32_t i, struct sli_error *err)
{
	const struct sli_sink *s = &sinks[i];
	size_t length;
	uint32_t k;

	if (s->name == NULL || s->flush == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "%s of sinks[%u] is NULL",
		    s->name == NULL ? "name" : "flush", i);
	length = strnlen(s->name, SLI_SINK_NAME_MAX + 1);
	if (length == 0 || length > SLI_SINK_NAME_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "name of sinks[%u] \"%.*s\" is %s; accepted: 1 to %d "
		    "characters",
		    i, SLI_SINK_NAME_MAX, s->name,
		    length == 0 ? "empty" : "too long", SLI_SINK_NAME_MAX);
	for (k = 0; k < i; k++)
		if (sinks[k].flush == s->flush && sinks[k].arg == s->arg)
			return sli__addon_fail(err, SLI_EEXIST,
			    "sinks[%u] %s is the same as sinks[%u] %s; "
			    "accepted: another flush or arg",
			    i, s->name, k, sinks[k].name);
	return SLI_OK;
}

static int
check_config(struct sli_flusher_config *cfg, struct sli_error *err)
{
	int status = check_times(cfg, err);
	uint32_t i;

	if (status != SLI_OK)
		return status;
	if (cfg->sink_count == 0 || cfg->sink_count > SLI_SINKS_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "sink_count %u is out of range; accepted: 1 to %d",
		    cfg->sink_count, SLI_SINKS_MAX);
	if (cfg->sinks == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "sinks is NULL; accepted: sink_count %u sinks",
		    cfg->sink_count);
	for (i = 0; i < cfg->sink_count && status == SLI_OK; i++)
		status = check_sink(cfg->sinks, i, err);
	return status;
}

static void
forget_sinks(struct sli_flusher *f)
{
	uint32_t i;

	for (i = 0; i < f->cfg.sink_count; i++)
		if (f->sinks[i].reserved)
			(void)sli_flush_try_forget(f->reg,
			    f->sinks[i].sink.flush, f->sinks[i].sink.arg);
}

/* One that has its place already is shared with whoever took it. */
static int
reserve_sinks(struct sli_flusher *f, struct sli_error *err)
{
	struct sli_error why;
	uint32_t i;
	int status;

	for (i = 0; i < f->cfg.sink_count; i++) {
		const struct sli_sink *s = &f->sinks[i].sink;

		status = sli_flush_try_reserve(f->reg, s->flush, s->arg, &why);
		f->sinks[i].reserved = status == SLI_OK;
		if (status == SLI_OK || status == SLI_EEXIST)
			continue;
		forget_sinks(f);
		return sli__addon_fail(err, status, "sinks[%u] %s: %s", i,
		    s->name, why.message);
	}
	return SLI_OK;
}

/* The names lie behind the flusher. */
static struct sli_flusher *
new_flusher(struct sli_registry *reg, const struct sli_flusher_config *cfg)
{
	size_t size = SLI_SINK_NAME_MAX + 1;
	struct sli_flusher *f = calloc(1, sizeof(*f) + cfg->sink_count * size);
	char *name = (char *)(f + 1);
	uint32_t i;

	if (f == NULL)
		return NULL;
	f->reg = reg;
	f->cfg = *cfg;
	f->cfg.sinks = NULL;
	f->owner = getpid();
	for (i = 0; i < cfg->sink_count; i++, name += size) {
		f->sinks[i].sink = cfg->sinks[i];
		f->sinks[i].sink.name = strcpy(name, cfg->sinks[i].name);
	}
	return f;
}

/* stop waits by a clock that nobody sets. */
static int
init_lock(struct sli_flusher *f)
{
	pthread_condattr_t attr;
	int rc = pthread_condattr_init(&attr);

	if (rc != 0)
		return rc;
	rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (rc == 0)
		rc = pthread_cond_init(&f->changed, &attr);
	pthread_condattr_destroy(&attr);
	if (rc != 0)
		return rc;
	rc = pthread_mutex_init(&f->lock, NULL);
	if (rc != 0)
		pthread_cond_destroy(&f->changed);
	return rc;
}

static int
open_flusher(struct sli_flusher *f, struct sli_error *err)
{
	int status;

	f->timer_fd = timerfd_create(CLOCK_BOOTTIME,
	    TFD_NONBLOCK | TFD_CLOEXEC);
	if (f->timer_fd < 0)
		return sli__addon_fail(err, SLI_EIO,
		    "no timer of CLOCK_BOOTTIME can be made: %m");
	errno = init_lock(f);
	if (errno != 0) {
		close(f->timer_fd);
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no lock can be made: %m");
	}
	status = reserve_sinks(f, err);
	if (status != SLI_OK) {
		pthread_mutex_destroy(&f->lock);
		pthread_cond_destroy(&f->changed);
		close(f->timer_fd);
	}
	return status;
}

int
sli_flusher_create(struct sli_registry *reg,
    const struct sli_flusher_config *cfg, struct sli_flusher **out,
    struct sli_error *err)
{
	struct sli_flusher_config checked;
	struct sli_flusher *f;
	int status;

	if (reg == NULL || out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "the registry" : "out");
	status = sli__addon_config(&checked, sizeof(checked), cfg,
	    "sli_flusher_config", err);
	if (status == SLI_OK)
		status = check_config(&checked, err);
	if (status != SLI_OK)
		return status;
	f = new_flusher(reg, &checked);
	if (f == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for a flusher of %u sinks", checked.sink_count);
	status = open_flusher(f, err);
	if (status != SLI_OK) {
		free(f);
		return status;
	}
	*out = f;
	return SLI_OK;
}

int
sli_flusher_stats(struct sli_flusher *flusher, uint32_t sink,
    struct sli_flusher_stats *out)
{
	int status = sli__flusher_check(flusher, NULL);

	if (status != SLI_OK)
		return status;
	if (out == NULL)
		return SLI_EINVAL;
	if (sink >= flusher->cfg.sink_count)
		return SLI_ENOENT;
	pthread_mutex_lock(&flusher->lock);
	*out = flusher->sinks[sink].stats;
	out->missed = flusher->missed;
	pthread_mutex_unlock(&flusher->lock);
	return SLI_OK;
}

/*
 * In a child of fork() the lock may be held by a thread that is not there, and
 * the consumers may be the parent's.
 */
int
sli_flusher_destroy(struct sli_flusher *flusher)
{
	bool busy;

	if (flusher == NULL)
		return SLI_OK;
	if (flusher->owner == getpid()) {
		pthread_mutex_lock(&flusher->lock);
		busy = flusher->form != SLI__OF_NOBODY || flusher->flushing;
		pthread_mutex_unlock(&flusher->lock);
		if (busy)
			return SLI_EBUSY;
		forget_sinks(flusher);
		pthread_cond_destroy(&flusher->changed);
		pthread_mutex_destroy(&flusher->lock);
	}
	close(flusher->timer_fd);
	free(flusher);
	return SLI_OK;
}
