/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* renameat2 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena/annotation.h"
#include "arena/audit.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "indicator/exemplar.h"
#include "registry/mend.h"
#include "registry/plan.h"
#include "registry/salvage.h"
#include "slo/alert_log.h"
#include "slo/dependency.h"

/* Sums of all shards, into an atomic one. */
static void
copy_cells(const struct sli_indicator *from, const struct sli__cells *old,
    const struct sli_indicator *to, const struct sli__cells *new, uint32_t n)
{
	uint32_t cell, shard = to->shards.atomic_first;
	uint64_t sum;

	for (cell = 0; cell < n; cell++) {
		sli__cells_sum(&from->shards, old, NULL, cell, 1, &sum);
		if (sum > 0)
			add_relaxed(sli__cell(new, shard, cell), sum);
	}
}

/* A boundary is one of every level whose slots it divides. */
static void
copy_slot(const struct sli__history *from, struct sli__slot slot,
    struct sli__history *to, uint64_t open_ns)
{
	uint64_t at_ns = slot.k * from->level[slot.level].slot_ns, k, value;
	const struct sli__level *l;
	uint32_t level, cell;

	for (level = 0; level < to->levels; level++) {
		l = &to->level[level];
		k = at_ns / l->slot_ns;
		if (at_ns % l->slot_ns != 0 || at_ns > open_ns ||
		    open_ns / l->slot_ns - k >= l->slots ||
		    sli__slot_is_joined(to, level, k))
			continue;
		sli__slot_begin(to, level, k);
		for (cell = 0; cell < to->cells; cell++)
			if (sli__slot_read(from, slot.level, slot.k, cell, 1,
				&value) &&
			    value > 0)
				sli__slot_join(to, level, k, cell, 1, &value);
		sli__slot_end(to, level, k);
	}
}

static void
copy_history(const struct sli__history *from, struct sli__history *to,
    uint64_t open_ns)
{
	struct sli__slot slot;
	uint64_t newest;
	uint32_t i;

	for (slot.level = 0; slot.level < from->levels; slot.level++) {
		newest = open_ns / from->level[slot.level].slot_ns;
		for (i = 0; i < from->level[slot.level].slots; i++) {
			slot.k = newest - min_u64(newest, i);
			if (slot.k > 0 &&
			    sli__slot_is_joined(from, slot.level, slot.k))
				copy_slot(from, slot, to, open_ns);
		}
	}
}

static void
copy_time(const struct sli__timeline *from, struct sli__timeline *to)
{
	store_relaxed(&to->birth_ns, load_relaxed(&from->birth_ns));
	store_relaxed(&to->skew_ns, load_relaxed(&from->skew_ns));
	store_relaxed(&to->next_ns, load_relaxed(&from->next_ns));
}

static int
register_again(struct sli_registry *reg, const struct sli_indicator *from,
    struct sli_indicator **to, struct sli_error *err)
{
	struct sli_indicator_config cfg = sli__indicator_spec_config(
	    &from->spec);

	cfg.labels = from->labels;
	cfg.label_count = from->spec.label_count;
	return sli_indicator_register(reg, &cfg, to, err);
}

/* The copy that `from` is of is mended first: it is ours. */
static int
copy_counts(struct sli_indicator *from, struct sli_indicator *to,
    uint64_t now_ns, struct sli_error *err)
{
	struct sli__mending m;
	uint64_t open_ns;
	int status = sli__mend_indicator(from, SLI__MEND_AFTER_FLIP, now_ns,
	    &m);

	if (status != SLI_OK)
		return sli__fail(err, status, "no memory to mend with");
	sli__mend_timeline(from, now_ns, false);
	if (sli__mend_gaps(from) != SLI_OK)
		return sli__fail(err, SLI_ENOMEM, "no memory to mend with");
	open_ns = sub_floor(load_relaxed(&from->timeline->next_ns),
	    from->slot_ns);
	copy_cells(from, &from->events, to, &to->events, SLI__INDICATOR_CELLS);
	/* Readers look for latencies where the event line shows use. */
	add_relaxed(sli__cell(&to->events, to->shards.atomic_first, SLI__MOVED),
	    1);
	copy_cells(from, &from->latencies, to, &to->latencies,
	    to->latency.cells);
	copy_history(&from->counts, &to->counts, open_ns);
	copy_history(&from->latency, &to->latency, open_ns);
	sli__exemplars_copy(from->exemplars, to->exemplars);
	copy_time(from->timeline, to->timeline);
	/* Levels that agree each with itself meet in one boundary. */
	status = sli__mend_indicator(to, SLI__MEND_AFTER_FLIP, now_ns, &m);
	return status == SLI_OK ?
	    status :
	    sli__fail(err, status, "no memory to mend with");
}

static void
copy_state(const struct sli_slo *from, struct sli_slo *to)
{
	to->entry->mark[0] = *sli__slo_mark(from->entry);
	sli__adjust_copy(from, to);
	to->entry->slice_start = from->entry->slice_start;
	to->entry->period_start = from->entry->period_start;
	store_relaxed(&to->state->slices, load_relaxed(&from->state->slices));
	to->state->watch = from->state->watch;
	store_relaxed(&to->state->memory, load_relaxed(&from->state->memory));
	store_relaxed(&to->state->verdict, load_relaxed(&from->state->verdict));
	store_relaxed(&to->state->judged_ns,
	    load_relaxed(&from->state->judged_ns));
}

/* The rules that the file has, should the system have none. */
static int
copy_zone(const struct sli_slo *from, struct sli_registry *reg,
    struct sli_error *err)
{
	int status = sli__arena_lock(&reg->arena, err);

	if (status != SLI_OK)
		return status;
	status = sli__zones_add(reg, from->zone, err);
	return sli__arena_unlock(&reg->arena, status, err);
}

static int
copy_slo(struct sli_slo *from, struct sli_registry *reg, uint64_t now_ns,
    struct sli_error *err)
{
	const struct sli__indicator_spec *its = &from->ind->spec;
	struct sli_alert_config alerts[SLI_ALERTS_MAX];
	struct sli_slo_config cfg = sli__slo_spec_config(&from->spec, alerts);
	struct sli_indicator *ind;
	struct sli_slo *to;
	int status = sli_indicator_find(reg, its->name, from->ind->labels,
	    its->label_count, &ind);

	if (status != SLI_OK)
		return sli__fail(err, status, "indicator \"%s\" was not saved",
		    its->name);
	if (from->zone != NULL)
		status = copy_zone(from, reg, err);
	if (status == SLI_OK)
		status = sli_slo_register(ind, &cfg, &to, err);
	if (status == SLI_OK && from->counted != from->ind)
		status = copy_counts(from->counted, to->counted, now_ns, err);
	if (status == SLI_OK)
		copy_state(from, to);
	return status;
}

static void
copy_audit(const struct sli_registry *from, struct sli_registry *to,
    const struct sli__report *report, uint64_t now_ns)
{
	uint64_t count = load_relaxed(&from->arena.block->audit_count), n;
	struct sli_audit record;

	for (n = sub_floor(count, SLI_AUDIT_MAX); n < count; n++)
		if (sli__audit_get(&from->arena, n, &record))
			sli__audit_copy(&to->arena, &record);
	sli__audit_write(&to->arena, SLI_AUDIT_REPAIRED, now_ns,
	    report->damages + report->losses, "",
	    "saved from another file by sli_file_repair()");
}

static void
copy_annotations(const struct sli_registry *from, struct sli_registry *to)
{
	uint64_t count = load_relaxed(&from->arena.block->annotation_count);
	struct sli_annotation a;
	uint64_t n;

	for (n = sub_floor(count, SLI_ANNOTATION_MAX); n < count; n++)
		if (sli__annotation_get(&from->arena, n, &a))
			sli__annotation_write(&to->arena, &a);
}

static int
copy_dependencies(struct sli_indicator *from, struct sli_registry *reg,
    struct sli_error *err)
{
	struct sli_indicator *on, *ends[2];
	uint32_t i;
	int status = SLI_OK;

	for (i = 0; status == SLI_OK && sli_dependency(from, i, &on) == SLI_OK;
	     i++) {
		status = register_again(reg, from, &ends[0], err);
		if (status == SLI_OK)
			status = register_again(reg, on, &ends[1], err);
		if (status == SLI_OK)
			status = sli_depends(ends[0], ends[1], err);
	}
	return status;
}

/* With their numbers, which the copied watches name. */
static void
copy_alerts(const struct sli_registry *from, struct sli_registry *to)
{
	uint64_t count = sli__alert_log_count(&from->arena), n;
	struct sli__alert_growth growth, *copy;
	struct sli__alert_start start;
	struct sli_slo *slo;

	for (n = sub_floor(count, SLI_ALERT_LOG_MAX); n < count; n++) {
		if (!sli__alert_log_get(&from->arena, n, &start, &growth))
			continue;
		start.slo_index = sli_slo_find(to, start.slo, &slo) == SLI_OK ?
		    (uint32_t)(slo - to->slos) :
		    UINT32_MAX;
		sli__alert_log_write(&to->arena, n, &start);
		copy = sli__alert_log_growth(&to->arena, n);
		if (copy != NULL)
			*copy = growth;
	}
	store_relaxed(&to->arena.block->alert_count, count);
}

/* Users' indicators: made, and once the SLOs are there, filled. */
static int
copy_indicators(const struct sli__salvage *s, struct sli_registry *to,
    bool fill, uint64_t now_ns, struct sli_error *err)
{
	uint64_t i, max = s->reg->arena.geometry.max_indicators;
	struct sli_indicator *from, *made;
	int status = SLI_OK;

	for (i = 0; i < max && status == SLI_OK; i++) {
		from = sli__salvage_indicator(s, i);
		if (from == NULL || from->spec.kind != SLI__OF_USERS)
			continue;
		status = register_again(to, from, &made, err);
		if (status == SLI_OK && fill)
			status = copy_counts(from, made, now_ns, err);
	}
	return status;
}

/*
 * What cannot be had in the new file, for a reason of its own, is an error. An
 * SLO comes before its indicator has any time: else it would begin to count
 * slices.
 */
static int
copy_all(const struct sli__salvage *s, struct sli_registry *to,
    const struct sli__report *report, struct sli_error *err)
{
	const struct sli__geometry *g = &s->reg->arena.geometry;
	uint64_t i, now_ns = sli_clock_ns();
	struct sli_indicator *ind;
	struct sli_slo *slo;
	int status = copy_indicators(s, to, false, now_ns, err);

	for (i = 0; i < g->max_indicators && status == SLI_OK; i++) {
		ind = sli__salvage_indicator(s, i);
		if (ind != NULL && ind->spec.kind == SLI__OF_USERS)
			status = copy_dependencies(ind, to, err);
	}
	for (i = 0; i < g->max_slos && status == SLI_OK; i++) {
		slo = sli__slo_at(s->reg, i);
		if (slo != NULL)
			status = copy_slo(slo, to, now_ns, err);
	}
	if (status == SLI_OK)
		status = copy_indicators(s, to, true, now_ns, err);
	if (status != SLI_OK)
		return status;
	copy_annotations(s->reg, to);
	copy_alerts(s->reg, to);
	copy_audit(s->reg, to, report, now_ns);
	return SLI_OK;
}

static uint32_t
either(uint32_t asked, uint32_t there)
{
	return asked != 0 ? asked : there;
}

/* Fields of cfg that are 0 are taken from the old file. */
static void
plan_new(struct sli_registry_config *cfg, const struct sli__geometry *g)
{
	uint32_t indicators = cfg->max_indicators;

	cfg->max_indicators = either(cfg->max_indicators, g->max_indicators);
	cfg->max_slos = either(cfg->max_slos, g->max_slos);
	/* The arena is for so many indicators, shards and slots. */
	if (cfg->arena_bytes == 0 && indicators == 0 && cfg->shards == 0 &&
	    cfg->atomic_shards == 0 && cfg->writer_shards == 0 &&
	    cfg->history[0].slot_ns == 0 && cfg->latency[0].slot_ns == 0)
		cfg->arena_bytes = g->size_bytes - g->arena_offset;
	cfg->shards = either(cfg->shards, g->shards);
	cfg->atomic_shards = either(cfg->atomic_shards, g->atomic_shards);
	cfg->writer_shards = either(cfg->writer_shards, g->writer_shards);
	if (cfg->history[0].slot_ns == 0)
		memcpy(cfg->history, g->history, sizeof(cfg->history));
	if (cfg->latency[0].slot_ns == 0)
		memcpy(cfg->latency, g->latency, sizeof(cfg->latency));
}

/* Under another name until it is whole. */
static int
make_new(const struct sli__salvage *s, const char *path, const char *to,
    const struct sli_registry_config *cfg, const struct sli__report *report,
    struct sli_error *err)
{
	struct sli_registry *reg;
	int status = sli__registry_open(path, cfg, SLI__FILE_NEW, &reg, err);

	if (status != SLI_OK)
		return status;
	status = copy_all(s, reg, report, err);
	if (status == SLI_OK)
		status = sli_registry_sync(reg, err);
	sli_registry_close(reg);
	if (status == SLI_OK &&
	    renameat2(AT_FDCWD, path, AT_FDCWD, to, RENAME_NOREPLACE) != 0)
		status = sli__fail(err, errno == EEXIST ? SLI_EEXIST : SLI_EIO,
		    "the repaired file cannot be given its name \"%s\": "
		    "system error %u",
		    to, (uint64_t)errno);
	if (status != SLI_OK)
		unlink(path);
	return status;
}

static int
repair(struct sli__salvage *s, const char *to,
    const struct sli_registry_config *given, struct sli__report *report,
    struct sli_error *err)
{
	static const char suffix[] = ".unfinished";
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	size_t length = strlen(to);
	char *path;
	int status;

	if (given != NULL) {
		status = sli__config_copy(&cfg, sizeof(cfg), given,
		    "sli_registry_config", err);
		if (status != SLI_OK)
			return status;
		cfg.struct_size = sizeof(cfg);
	}
	status = sli__salvage_examine(s, report, err);
	if (status != SLI_OK)
		return status;
	plan_new(&cfg, &s->reg->arena.geometry);
	path = malloc(length + sizeof(suffix));
	if (path == NULL)
		return sli__fail(err, SLI_ENOMEM, "no memory for a path");
	memcpy(path, to, length);
	memcpy(path + length, suffix, sizeof(suffix));
	status = make_new(s, path, to, &cfg, report, err);
	free(path);
	return status;
}

int
sli_file_repair(const char *from, const char *to,
    const struct sli_registry_config *cfg, sli_finding_fn *fn, void *arg,
    struct sli_error *err)
{
	struct sli__report report = { .fn = fn, .arg = arg };
	struct sli__salvage s;
	int status;

	if (from == NULL || to == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    from == NULL ? "from" : "to");
	if (faccessat(AT_FDCWD, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return sli__fail(err, SLI_EEXIST,
		    "\"%s\" is there already; accepted: a path that is not",
		    to);
	status = sli__salvage_open(&s, from, &report, err);
	if (status != SLI_OK)
		return status;
	status = repair(&s, to, cfg, &report, err);
	sli__salvage_close(&s);
	return status;
}
