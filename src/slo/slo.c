/* SPDX-License-Identifier: MIT */
/*
 * Registration of SLOs: check what the user gave, find it or make it. Removal,
 * and new beginnings of a budget.
 */
#include <string.h>

#include "arena/audit.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "slo/config.h"
#include "slo/dependency.h"
#include "slo/slices.h"

static const char *
different_method(const struct sli__slo_spec *a, const struct sli__slo_spec *b)
{
	if (a->method != b->method)
		return "method";
	if (a->slice_ns != b->slice_ns)
		return "slice_ns";
	if (a->slice_objective_ppb != b->slice_objective_ppb)
		return "slice_objective";
	if (a->slice_min_events != b->slice_min_events)
		return "slice_min_events";
	if (a->calendar.unit != b->calendar.unit)
		return "calendar";
	if (a->calendar.count != b->calendar.count)
		return "calendar_count";
	if (a->week_start != b->week_start)
		return "week_start";
	if (a->calendar_start_ns != b->calendar_start_ns)
		return "calendar_start_ns";
	return strcmp(a->time_zone, b->time_zone) != 0 ? "time_zone" : NULL;
}

/* The field in which two specs of a name differ; NULL: none. */
static const char *
difference(const struct sli__slo_spec *a, const struct sli__slo_spec *b)
{
	if (a->indicator_index != b->indicator_index)
		return "indicator";
	if (a->objective_ppb != b->objective_ppb)
		return "objective";
	if (a->calendar.unit == b->calendar.unit && !sli__slo_is_calendar(a) &&
	    a->period_ns != b->period_ns)
		return "period_ns";
	if (a->threshold_ns != b->threshold_ns)
		return "threshold_ns";
	if (a->flags != b->flags)
		return "flags";
	if (a->alert_min_events != b->alert_min_events)
		return "alert_min_events";
	if (a->alert_min_bad != b->alert_min_bad)
		return "alert_min_bad";
	if (a->admit_min_events != b->admit_min_events)
		return "admit_min_events";
	if (a->outage_ratio_ppm != b->outage_ratio_ppm)
		return "outage_ratio";
	if (a->outage_min_events != b->outage_min_events)
		return "outage_min_events";
	if (a->alert_count != b->alert_count)
		return "alert_count";
	if (memcmp(a->alert, b->alert, sizeof(a->alert)) != 0)
		return "alerts";
	return different_method(a, b);
}

void
sli__slo_link(struct sli_registry *reg, uint64_t index)
{
	struct sli__slo_entry *e = sli__slo_entry(reg, index);
	struct sli_slo *slo = sli__slo_get(reg, index);
	uint64_t *head, at, steps, count = sli__slo_count(reg);

	if (slo == NULL)
		return;
	head = &slo->ind->entry->first_slo;
	at = load_relaxed(head);
	for (steps = 0; at != 0 && at <= count && steps < count; steps++) {
		if (at == index + 1)
			return;
		at = load_relaxed(&sli__slo_entry(reg, at - 1)->next);
	}
	store_relaxed(&e->next, load_relaxed(head));
	/* Pairs with the acquire in sli__slo_on_slot(). */
	store_release(head, index + 1);
}

static struct sli_slo *
find(struct sli_registry *reg, const char *name)
{
	uint64_t i, count = sli__slo_count(reg);
	struct sli_slo *slo;

	for (i = 0; i < count; i++) {
		slo = sli__slo_get(reg, i);
		if (slo != NULL && strcmp(slo->spec.name, name) == 0)
			return slo;
	}
	return NULL;
}

/* A place that was freed, or behind the last; max_slos: there is none. */
static uint64_t
find_place(const struct sli_registry *reg)
{
	uint64_t index;

	for (index = 0; index < reg->arena.geometry.max_slos; index++)
		if (load_relaxed(&reg->slos[index].bound) == 0 &&
		    (index >= sli__slo_count(reg) ||
			load_relaxed(&sli__slo_entry(reg, index)->life) ==
			    SLI__LIFE_FREE))
			break;
	return index;
}

/* The slice that is under way has the events that were there before. */
static void
begin_slices(const struct sli_slo *slo)
{
	uint64_t next = sli__timeline_next(slo->ind->timeline);

	if (sli__slo_has_slices(&slo->spec) && next > 0)
		sli__slices_on_slot(slo, next - slo->ind->slot_ns);
}

/* The zone of its period, and what counts its slices. */
static int
add_parts(struct sli_registry *reg, struct sli__slo_spec *spec,
    const struct sli__zone *zone, struct sli_error *err)
{
	struct sli_indicator *counted;
	int status = SLI_OK;

	if (sli__slo_is_calendar(spec))
		status = sli__zones_add(reg, zone, err);
	if (status != SLI_OK || !sli__slo_has_slices(spec))
		return status;
	status = sli__indicator_of_slices(reg, spec->name, &counted, err);
	if (status == SLI_ENOSPC)
		return sli__fail(err, status,
		    "SLO \"%s\" needs the place of one more indicator, to "
		    "count its slices, and the registry is full; accepted: a "
		    "larger max_indicators, %u now, or arena_bytes",
		    spec->name, (uint64_t)reg->arena.geometry.max_indicators);
	if (status == SLI_OK)
		spec->slices_index = (uint32_t)(counted - reg->indicators);
	return status;
}

static int
add_slo(struct sli_registry *reg, struct sli__slo_spec *spec,
    const struct sli__zone *zone, struct sli_slo **out, struct sli_error *err)
{
	struct sli__block *block = reg->arena.block;
	uint64_t index = find_place(reg);
	struct sli__slo_entry *e;
	struct sli_slo *slo;
	int status;

	if (index == reg->arena.geometry.max_slos)
		return sli__fail(err, SLI_ENOSPC,
		    "the registry is full: it has max_slos %u", index);
	status = add_parts(reg, spec, zone, err);
	if (status != SLI_OK)
		return status;
	e = sli__slo_entry(reg, index);
	memset(e, 0, sizeof(*e));
	memcpy(&e->spec, spec, sizeof(*spec));
	sli__claims_add(&e->claims, reg->arena.process);
	/* Pairs with the acquire in sli__slo_at(). */
	store_release(&e->life, sli__life_of(spec, sizeof(*spec)));
	/* Pairs with the acquire in sli__slo_count(). */
	join_max(&block->slo_count, index + 1);
	sli__slo_link(reg, index);
	slo = sli__slo_get(reg, index);
	if (slo == NULL)
		return sli__fail(err, SLI_ECORRUPT,
		    "SLO \"%s\" was overwritten while it was made", spec->name);
	begin_slices(slo);
	*out = slo;
	return SLI_OK;
}

static int
find_or_add(struct sli_registry *reg, struct sli__slo_spec *wanted,
    const struct sli__zone *zone, struct sli_slo **out, struct sli_error *err)
{
	struct sli_slo *there = find(reg, wanted->name);
	const char *field;

	if (there == NULL)
		return add_slo(reg, wanted, zone, out, err);
	field = difference(&there->spec, wanted);
	if (field != NULL)
		return sli__fail(err, SLI_EEXIST,
		    "name \"%s\" is taken, on indicator \"%s\", with another "
		    "%s; accepted: the same configuration, or another name",
		    wanted->name, there->ind->spec.name, field);
	sli__claims_add(&there->entry->claims, reg->arena.process);
	if (sli__slo_has_slices(&there->spec))
		sli__claims_add(&there->counted->entry->claims,
		    reg->arena.process);
	/* Its maker may have died before it did. */
	sli__slo_link(reg, (uint64_t)(there - reg->slos));
	*out = there;
	return SLI_OK;
}

int
sli_slo_register(struct sli_indicator *ind, const struct sli_slo_config *config,
    struct sli_slo **out, struct sli_error *err)
{
	struct sli_slo *found = NULL;
	struct sli__slo_spec wanted;
	struct sli_slo_config cfg;
	struct sli__zone zone;
	int status;

	if (ind == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    ind == NULL ? "indicator" : "out");
	status = sli__config_copy(&cfg, sizeof(cfg), config, "sli_slo_config",
	    err);
	if (status == SLI_OK)
		status = sli__slo_check(ind, &cfg, &wanted, &zone, err);
	if (status == SLI_OK)
		status = sli__arena_lock(&ind->registry->arena, err);
	if (status != SLI_OK)
		return status;
	status = sli__indicator_check_alive(ind, err);
	if (status == SLI_OK)
		status = find_or_add(ind->registry, &wanted, &zone, &found,
		    err);
	if (status == SLI_OK)
		sli__claims_add(&ind->entry->claims,
		    ind->registry->arena.process);
	status = sli__arena_unlock(&ind->registry->arena, status, err);
	if (status == SLI_OK)
		*out = found;
	return status;
}

int
sli_slo_find(struct sli_registry *reg, const char *name, struct sli_slo **out)
{
	struct sli_slo *found;

	if (reg == NULL || name == NULL || out == NULL)
		return SLI_EINVAL;
	found = find(reg, name);
	if (found == NULL)
		return SLI_ENOENT;
	*out = found;
	return SLI_OK;
}

const char *
sli_slo_name(const struct sli_slo *slo)
{
	return slo == NULL ? "" : slo->spec.name;
}

static void
remove_slo(struct sli_slo *slo, const char *why)
{
	sli__watch_end_all(slo);
	/* It stays on its list until it is freed: claimers pass it over. */
	store_release(&slo->entry->life, SLI__LIFE_REMOVED);
	if (sli__slo_has_slices(&slo->spec))
		store_release(&slo->counted->entry->life, SLI__LIFE_REMOVED);
	sli__audit_write(&slo->ind->registry->arena, SLI_AUDIT_SLO_REMOVED,
	    sli_clock_ns(), 0, slo->spec.name, why);
}

void
sli__slo_on_remove(struct sli_indicator *ind, const char *why)
{
	struct sli_registry *reg = ind->registry;
	uint64_t i, count = sli__slo_count(reg);
	struct sli_slo *slo;

	for (i = 0; i < count; i++) {
		slo = sli__slo_get(reg, i);
		if (slo != NULL && slo->ind == ind)
			remove_slo(slo, why);
	}
	sli__dependencies_drop(ind);
}

static int
remove_named(struct sli_registry *reg, const char *name, const char *why,
    struct sli_error *err)
{
	struct sli_slo *slo = find(reg, name);

	if (slo == NULL)
		return sli__fail(err, SLI_ENOENT, "there is no SLO \"%s\"",
		    name);
	if (sli__claims_live(&reg->arena, &slo->entry->claims))
		return sli__fail(err, SLI_EBUSY,
		    "SLO \"%s\" is registered by a process that lives; "
		    "accepted: one that none has registered",
		    name);
	remove_slo(slo, why);
	return SLI_OK;
}

int
sli_slo_remove(struct sli_registry *reg, const char *name, const char *why,
    struct sli_error *err)
{
	int status;

	if (reg == NULL || name == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "name");
	status = sli__audit_check(why, err);
	if (status == SLI_OK)
		status = sli__arena_lock(&reg->arena, err);
	if (status != SLI_OK)
		return status;
	status = remove_named(reg, name, why, err);
	return sli__arena_unlock(&reg->arena, status, err);
}

int
sli__slo_check_alive(const struct sli_slo *slo, struct sli_error *err)
{
	if (load_relaxed(&slo->entry->life) == load_relaxed(&slo->bound))
		return SLI_OK;
	return sli__fail(err, SLI_ENOENT, "SLO \"%s\" was removed",
	    slo->spec.name);
}

/* The audit first: a new beginning for no known reason would be worse. */
static void
reset_budget(struct sli_slo *slo, uint64_t now_ns, const char *why)
{
	struct sli__slo_mark *marks = slo->entry->mark, *mark;
	struct sli__slo_mark *counts = sli__slo_mark(slo->entry);
	struct sli__moment m = sli__advance_to(slo->ind, now_ns);
	struct sli__events all;
	uint32_t i;

	sli__audit_write(&slo->ind->registry->arena, SLI_AUDIT_BUDGET_RESET,
	    now_ns, 0, slo->spec.name, why);
	sli__totals(slo->counted, &all);
	mark = counts == &marks[0] ? &marks[1] : &marks[0];
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		join_max(&mark->total[i], all.cell[i]);
	/* Pairs with the acquires in sli__slo_mark(). */
	join_max(&mark->at_ns,
	    max_u64(m.at_ns, load_relaxed(&counts->at_ns) + 1));
}

int
sli_slo_reset_budget(struct sli_slo *slo, uint64_t now_ns, const char *why,
    struct sli_error *err)
{
	struct sli__arena *arena;
	int status;

	if (slo == NULL)
		return sli__fail(err, SLI_EINVAL, "slo is NULL");
	arena = &slo->ind->registry->arena;
	status = sli__audit_check(why, err);
	if (status == SLI_OK)
		status = sli__arena_lock(arena, err);
	if (status != SLI_OK)
		return status;
	status = sli__slo_check_alive(slo, err);
	if (status == SLI_OK)
		reset_budget(slo, now_ns, why);
	return sli__arena_unlock(arena, status, err);
}
