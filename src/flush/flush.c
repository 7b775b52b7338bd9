/* SPDX-License-Identifier: MIT */
/*
 * Flushing: totals of every indicator are read once, before the callback, so
 * that deltas add up to totals whatever is recorded meanwhile. The rest of a
 * view is read when it is asked for.
 */
#define _POSIX_C_SOURCE 200809L /* kill */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/status.h"
#include "flush/flush.h"
#include "flush/transition.h"
#include "indicator/bind.h"
#include "slo/slo.h"

struct sli_snapshot {
	struct sli_registry *registry;
	const struct sli__consumer *consumer;
	uint64_t now_ns;
	uint32_t indicator_count;
	uint32_t slo_count;
};

/* Functions of both types are compared, and called as what they are. */
typedef void any_fn(void);

/* The place of (fn, arg), or else a free one, or else NULL. */
static struct sli__consumer *
find_place(struct sli_registry *reg, any_fn *fn, void *arg)
{
	struct sli__consumer *c, *unused = NULL;
	uint32_t i;

	for (i = 0; i < reg->max_consumers; i++) {
		c = &reg->consumers[i];
		if (c->fn == fn && c->arg == arg)
			return c;
		if (c->fn == NULL && unused == NULL)
			unused = c;
	}
	return unused;
}

/* A free place is theirs from now on. */
static void
settle(struct sli_registry *reg, struct sli__consumer *c, any_fn *fn, void *arg)
{
	c->flushed_ns = 0;
	memset(c->totals[c->last], 0,
	    reg->arena.geometry.max_indicators * sizeof(*c->totals[0]));
	sli__told_begin(reg, c->told[c->last]);
	c->arg = arg;
	c->fn = fn;
}

/*
 * Is somebody flushing? Not if the flusher has died, and not if it is another
 * process in memory that is ours alone: it was flushing when we were forked.
 */
static bool
is_busy(const struct sli_registry *reg, const struct sli__consumer *c)
{
	/* Pairs with the release at the end of sli_flush(). */
	pid_t flusher = (pid_t)load_acquire(&c->flusher);

	if (flusher == 0)
		return false;
	if (flusher == getpid())
		return true;
	return reg->mapping == NULL &&
	    (kill(flusher, 0) == 0 || errno == EPERM);
}

/* Get a consumer to oneself. */
static int
take(struct sli_registry *reg, any_fn *fn, void *arg,
    struct sli__consumer **out)
{
	struct sli__consumer *c;
	int status = sli__lock_take(&reg->consumers_lock, NULL);

	if (status != SLI_OK)
		return status;
	c = find_place(reg, fn, arg);
	if (c == NULL) {
		status = SLI_ENOSPC;
	} else if (is_busy(reg, c)) {
		status = SLI_EBUSY;
	} else {
		if (c->fn == NULL)
			settle(reg, c, fn, arg);
		store_relaxed(&c->flusher, (uint64_t)getpid());
		*out = c;
	}
	sli__lock_release(&reg->consumers_lock);
	return status;
}

static void
fill(struct sli_snapshot *s, struct sli_registry *reg, struct sli__consumer *c,
    uint64_t now_ns)
{
	struct sli_indicator *ind;
	uint32_t i;

	sli_advance(reg, now_ns);
	s->registry = reg;
	s->consumer = c;
	s->now_ns = now_ns;
	s->slo_count = (uint32_t)sli__slo_count(reg);
	s->indicator_count = (uint32_t)sli__indicator_count(reg);
	for (i = 0; i < s->indicator_count; i++) {
		ind = sli__indicator_get(reg, i);
		if (ind != NULL)
			sli__totals(ind, &c->totals[!c->last][i]);
	}
	sli__told_next(reg, c->told[c->last], c->told[!c->last]);
}

/* took: this snapshot is what the next one's deltas are from. */
static void
release(struct sli__consumer *c, uint64_t now_ns, bool took)
{
	if (took) {
		c->last = !c->last;
		c->flushed_ns = now_ns;
	}
	store_release(&c->flusher, 0); /* pairs with is_busy() */
}

int
sli_flush(struct sli_registry *reg, uint64_t now_ns, sli_flush_fn *fn,
    void *arg)
{
	struct sli__consumer *c = NULL;
	struct sli_snapshot s;
	int status;

	if (reg == NULL || fn == NULL)
		return SLI_EINVAL;
	status = take(reg, (any_fn *)fn, arg, &c);
	if (status != SLI_OK)
		return status;
	fill(&s, reg, c, now_ns);
	fn(&s, arg);
	release(c, now_ns, true);
	return SLI_OK;
}

static int
explain(const struct sli_registry *reg, int status, struct sli_error *err)
{
	switch (status) {
	case SLI_OK:
		return status;
	case SLI_EINVAL:
		return sli__fail(err, status, "the registry or fn is NULL");
	case SLI_EEXIST:
		return sli__fail(err, status,
		    "this consumer has its place already");
	case SLI_ENOSPC:
		return sli__fail(err, status,
		    "all %u places of consumers are taken; accepted: a larger "
		    "max_consumers, up to 64",
		    (uint64_t)reg->max_consumers);
	default:
		return sli__fail(err, status,
		    "this consumer is being flushed, or fork() came between");
	}
}

int
sli_flush_try(struct sli_registry *reg, uint64_t now_ns, sli_sink_fn *fn,
    void *arg, struct sli_error *err)
{
	struct sli__consumer *c = NULL;
	struct sli_error unused;
	struct sli_snapshot s;
	int status;

	if (reg == NULL || fn == NULL)
		return explain(reg, SLI_EINVAL, err);
	status = take(reg, (any_fn *)fn, arg, &c);
	if (status != SLI_OK)
		return explain(reg, status, err);
	fill(&s, reg, c, now_ns);
	status = fn(&s, arg, err == NULL ? &unused : err);
	release(c, now_ns, status == SLI_OK);
	return status;
}

int
sli_flush_try_reserve(struct sli_registry *reg, sli_sink_fn *fn, void *arg,
    struct sli_error *err)
{
	struct sli__consumer *c;
	int status;

	if (reg == NULL || fn == NULL)
		return explain(reg, SLI_EINVAL, err);
	status = sli__lock_take(&reg->consumers_lock, NULL);
	if (status != SLI_OK)
		return explain(reg, status, err);
	c = find_place(reg, (any_fn *)fn, arg);
	if (c == NULL)
		status = SLI_ENOSPC;
	else if (c->fn != NULL)
		status = SLI_EEXIST;
	else
		settle(reg, c, (any_fn *)fn, arg);
	sli__lock_release(&reg->consumers_lock);
	return explain(reg, status, err);
}

static int
forget(struct sli_registry *reg, any_fn *fn, void *arg)
{
	struct sli__consumer *c;
	int status;

	if (reg == NULL || fn == NULL)
		return SLI_EINVAL;
	status = sli__lock_take(&reg->consumers_lock, NULL);
	if (status != SLI_OK)
		return status;
	c = find_place(reg, fn, arg);
	if (c == NULL || c->fn == NULL)
		status = SLI_ENOENT;
	else if (is_busy(reg, c))
		status = SLI_EBUSY;
	else
		c->fn = NULL;
	sli__lock_release(&reg->consumers_lock);
	return status;
}

int
sli_flush_forget(struct sli_registry *reg, sli_flush_fn *fn, void *arg)
{
	return forget(reg, (any_fn *)fn, arg);
}

int
sli_flush_try_forget(struct sli_registry *reg, sli_sink_fn *fn, void *arg)
{
	return forget(reg, (any_fn *)fn, arg);
}

uint64_t
sli_snapshot_now(const struct sli_snapshot *snapshot)
{
	return snapshot == NULL ? 0 : snapshot->now_ns;
}

uint64_t
sli_snapshot_since(const struct sli_snapshot *snapshot)
{
	return snapshot == NULL ? 0 : snapshot->consumer->flushed_ns;
}

const struct sli_registry *
sli_snapshot_registry(const struct sli_snapshot *snapshot)
{
	return snapshot == NULL ? NULL : snapshot->registry;
}

uint32_t
sli_snapshot_indicator_count(const struct sli_snapshot *snapshot)
{
	return snapshot == NULL ? 0 : snapshot->indicator_count;
}

uint32_t
sli_snapshot_slo_count(const struct sli_snapshot *snapshot)
{
	return snapshot == NULL ? 0 : snapshot->slo_count;
}

int
sli_snapshot_indicator(const struct sli_snapshot *snapshot, uint32_t index,
    struct sli_indicator_view *out)
{
	const struct sli__consumer *c;
	const struct sli__events *now, *before;
	const struct sli__indicator_spec *spec;
	struct sli_indicator *ind;
	struct sli__events delta;
	uint32_t i;

	if (snapshot == NULL || out == NULL)
		return SLI_EINVAL;
	if (index >= snapshot->indicator_count)
		return SLI_ENOENT;
	c = snapshot->consumer;
	ind = sli__indicator_get(snapshot->registry, index);
	if (ind == NULL || ind->spec.kind != SLI__OF_USERS)
		return SLI_ENOENT;
	now = &c->totals[!c->last][index];
	before = &c->totals[c->last][index];
	memset(&delta, 0, sizeof(delta));
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		delta.cell[i] = sub_floor(now->cell[i], before->cell[i]);
	spec = &ind->spec;
	memset(out, 0, sizeof(*out));
	out->name = spec->name;
	out->help = spec->help;
	out->labels = ind->labels;
	out->label_count = spec->label_count;
	memcpy(out->threshold_ns, spec->threshold_ns,
	    sizeof(out->threshold_ns));
	out->threshold_count = spec->threshold_count;
	out->lowest_ns = spec->lowest_ns;
	out->highest_ns = spec->highest_ns;
	out->precision_bits = spec->precision_bits;
	sli__events_counts(now, 0, &out->total);
	sli__events_counts(&delta, 0, &out->delta);
	out->in_flight = sli_in_flight(ind);
	out->late = sli_late_count(ind);
	out->indicator = ind;
	out->active = sli__claims_live(&snapshot->registry->arena,
	    &ind->entry->claims);
	out->last_ns = sub_floor(sli__timeline_next(ind->timeline),
	    sli__timeline_skew(ind->timeline));
	/* Time had not been skewed yet. */
	out->birth_ns = sli__timeline_birth(ind->timeline);
	return SLI_OK;
}

int
sli_snapshot_slo(const struct sli_snapshot *snapshot, uint32_t index,
    struct sli_slo_view *out)
{
	struct sli_slo *slo;

	if (snapshot == NULL || out == NULL)
		return SLI_EINVAL;
	if (index >= snapshot->slo_count)
		return SLI_ENOENT;
	slo = sli__slo_get(snapshot->registry, index);
	if (slo == NULL)
		return SLI_ENOENT;
	out->name = slo->spec.name;
	out->indicator_index = slo->spec.indicator_index;
	out->period_ns = slo->spec.period_ns;
	out->threshold_ns = slo->spec.threshold_ns;
	out->flags = slo->spec.flags;
	out->method = (enum sli_method)slo->spec.method;
	out->slice_ns = slo->spec.slice_ns;
	out->calendar = (enum sli_calendar)slo->spec.calendar.unit;
	out->calendar_count = slo->spec.calendar.count;
	out->time_zone = slo->zone == NULL ? "" : slo->zone->name;
	out->slice_objective = (double)slo->spec.slice_objective_ppb /
	    (double)PPB;
	out->slice_min_events = slo->spec.slice_min_events;
	out->outage_ratio = (double)slo->spec.outage_ratio_ppm / (double)PPM;
	out->outage_min_events = slo->spec.outage_min_events;
	out->active = sli__claims_live(&snapshot->registry->arena,
	    &slo->entry->claims);
	out->slo = slo;
	sli_slo_budget(slo, snapshot->now_ns, &out->budget);
	sli_slo_verdict(slo, snapshot->now_ns, &out->verdict);
	return SLI_OK;
}

int
sli_snapshot_transition(const struct sli_snapshot *snapshot, uint32_t index,
    struct sli_transition *out)
{
	const struct sli__consumer *c;

	if (snapshot == NULL || out == NULL)
		return SLI_EINVAL;
	c = snapshot->consumer;
	return sli__told_transition(snapshot->registry, c->told[c->last],
	    c->told[!c->last], index, out);
}
