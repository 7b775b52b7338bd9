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

/* The place of (fn, arg), or else a free one, or else NULL. */
static struct sli__consumer *
find_place(struct sli_registry *reg, sli_flush_fn *fn, void *arg)
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
take(struct sli_registry *reg, sli_flush_fn *fn, void *arg,
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
		if (c->fn == NULL) {
			c->flushed_ns = 0;
			memset(c->totals[c->last], 0,
			    reg->arena.geometry.max_indicators *
				sizeof(*c->totals[0]));
			sli__told_begin(reg, c->told[c->last]);
		}
		c->fn = fn;
		c->arg = arg;
		store_relaxed(&c->flusher, (uint64_t)getpid());
		*out = c;
	}
	sli__lock_release(&reg->consumers_lock);
	return status;
}

int
sli_flush(struct sli_registry *reg, uint64_t now_ns, sli_flush_fn *fn,
    void *arg)
{
	struct sli__consumer *c = NULL;
	struct sli_indicator *ind;
	struct sli_snapshot s;
	uint32_t i;
	int status;

	if (reg == NULL || fn == NULL)
		return SLI_EINVAL;
	status = take(reg, fn, arg, &c);
	if (status != SLI_OK)
		return status;
	sli_advance(reg, now_ns);
	s.registry = reg;
	s.consumer = c;
	s.now_ns = now_ns;
	s.slo_count = (uint32_t)sli__slo_count(reg);
	s.indicator_count = (uint32_t)sli__indicator_count(reg);
	for (i = 0; i < s.indicator_count; i++) {
		ind = sli__indicator_get(reg, i);
		if (ind != NULL)
			sli__totals(ind, &c->totals[!c->last][i]);
	}
	sli__told_next(reg, c->told[c->last], c->told[!c->last]);
	fn(&s, arg);
	c->last = !c->last;
	c->flushed_ns = now_ns;
	store_release(&c->flusher, 0); /* pairs with is_busy() */
	return SLI_OK;
}

int
sli_flush_forget(struct sli_registry *reg, sli_flush_fn *fn, void *arg)
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
