/* SPDX-License-Identifier: MIT */
/*
 * Registration: check what the user gave, find it or make it. And removal.
 */
#include <string.h>

#include "arena/audit.h"
#include "base/arith.h"
#include "base/atomic.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "indicator/labels.h"

#define SLICES_NAME "slices"
#define SLICES_LABEL "slo"

static bool
has_name(const struct sli__indicator_spec *e, const char *name,
    const struct sli__labels *labels)
{
	return strcmp(e->name, name) == 0 && e->label_count == labels->count &&
	    memcmp(e->labels, labels->text, sizeof(e->labels)) == 0;
}

static struct sli_indicator *
find(struct sli_registry *reg, enum sli__indicator_kind kind, const char *name,
    const struct sli__labels *labels)
{
	uint64_t i, count = sli__indicator_count(reg);
	struct sli_indicator *ind;

	for (i = 0; i < count; i++) {
		ind = sli__indicator_get(reg, i);
		if (ind != NULL && ind->spec.kind == (uint32_t)kind &&
		    has_name(&ind->spec, name, labels))
			return ind;
	}
	return NULL;
}

/* The field in which a spec differs from a configuration; NULL: none. */
static const char *
difference(const struct sli__indicator_spec *e,
    const struct sli_indicator_config *cfg)
{
	if (strcmp(e->help, cfg->help) != 0)
		return "help";
	if (e->threshold_count != cfg->threshold_count)
		return "threshold_count";
	if (memcmp(e->threshold_ns, cfg->threshold_ns,
		cfg->threshold_count * sizeof(e->threshold_ns[0])) != 0)
		return "threshold_ns[]";
	if (e->lowest_ns != cfg->lowest_ns)
		return "lowest_ns";
	if (e->highest_ns != cfg->highest_ns)
		return "highest_ns";
	if (e->precision_bits != cfg->precision_bits)
		return "precision_bits";
	if (e->slot_ns != cfg->slot_ns)
		return "slot_ns";
	if (e->capacity != cfg->capacity)
		return "capacity";
	return NULL;
}

/*
 * The space of entry i, [from, to); false: it has none. That of one that was
 * removed may still be written to, by a process that has a handle to it; what
 * it says of itself nothing vouches for.
 */
static bool
find_space(struct sli_registry *reg, uint64_t i, uint64_t used, uint64_t *from,
    uint64_t *to)
{
	const struct sli__indicator_entry *e = sli__indicator_entry(reg, i);
	const struct sli_indicator *ind = sli__indicator_get(reg, i);
	uint64_t bytes;

	if (ind != NULL) {
		*from = ind->spec.arena_offset;
		*to = *from + ind->spec.arena_bytes;
		return true;
	}
	*from = load_relaxed(&e->spec.arena_offset);
	bytes = load_relaxed(&e->spec.arena_bytes);
	if (*from < reg->arena.geometry.arena_offset || *from > used ||
	    bytes > used - *from) {
		*from = reg->arena.geometry.arena_offset;
		bytes = used - *from;
	}
	*to = *from + bytes;
	return load_relaxed(&e->life) == SLI__LIFE_REMOVED;
}

/* The gap in the arena between the neighbours of a place. */
static void
find_gap(struct sli_registry *reg, uint64_t index, uint64_t used,
    uint64_t *from, uint64_t *to)
{
	uint64_t i, count = sli__indicator_count(reg), its_from, its_to;

	*from = reg->arena.geometry.arena_offset;
	*to = reg->arena.geometry.size_bytes;
	for (i = 0; i < count; i++) {
		if (i == index || !find_space(reg, i, used, &its_from, &its_to))
			continue;
		if (i < index)
			*from = max_u64(*from, its_to);
		else
			*to = min_u64(*to, its_from);
	}
	*from = round_up(*from, SLI__ALIGN);
}

/*
 * The place for a new indicator: a freed one whose space suffices, else behind
 * the last. *spec says where its space is.
 */
static int
find_place(struct sli_registry *reg, uint64_t bytes, uint64_t *index,
    struct sli__indicator_spec *spec, struct sli_error *err)
{
	const struct sli__geometry *g = &reg->arena.geometry;
	uint64_t count = sli__indicator_count(reg);
	uint64_t used = load_relaxed(&reg->arena.block->used_bytes), end;
	const struct sli__indicator_entry *e;

	if (used < g->arena_offset || used > g->size_bytes)
		return sli__fail(err, SLI_ECORRUPT,
		    "used_bytes %u of the registry is not between %u and %u",
		    used, g->arena_offset, g->size_bytes);
	for (*index = 0; *index < count; ++*index) {
		e = sli__indicator_entry(reg, *index);
		if (load_relaxed(&e->life) != SLI__LIFE_FREE ||
		    reg->indicators[*index].bound != 0)
			continue;
		find_gap(reg, *index, used, &spec->arena_offset, &end);
		spec->arena_bytes = bytes;
		if (bytes <= sub_floor(end, spec->arena_offset))
			return SLI_OK;
	}
	/* After the file was lost, handles may have places past the count. */
	while (*index < g->max_indicators &&
	    load_relaxed(&reg->indicators[*index].bound) != 0)
		++*index;
	if (*index == g->max_indicators)
		return sli__fail(err, SLI_ENOSPC,
		    "the registry is full: it has max_indicators %u",
		    (uint64_t)g->max_indicators);
	find_gap(reg, *index, used, &spec->arena_offset, &end);
	spec->arena_bytes = bytes;
	if (bytes > sub_floor(end, spec->arena_offset))
		return sli__fail(err, SLI_ENOSPC,
		    "the arena is full: \"%s\" needs %u bytes, %u are left; "
		    "accepted: a larger arena_bytes",
		    spec->name, bytes, sub_floor(end, spec->arena_offset));
	return SLI_OK;
}

/* What a life that no power loss let end has left there is taken away. */
static int
clear_place(struct sli_registry *reg, uint64_t index,
    const struct sli__indicator_spec *spec, struct sli_error *err)
{
	struct sli__indicator_entry *e = sli__indicator_entry(reg, index);
	struct sli__cells cells = {
		(char *)sli__indicator_cells(reg, index),
		reg->arena.geometry.cells_stride,
	};
	uint32_t s;
	int status;

	status = sli__file_clear(&reg->arena.file, spec->arena_offset,
	    spec->arena_offset + spec->arena_bytes, err);
	if (status != SLI_OK)
		return status;
	for (s = 0; s < reg->shards.count; s++)
		sli__zero(sli__cell(&cells, s, 0),
		    SLI__INDICATOR_CELLS * sizeof(uint64_t));
	/* Whose space it is must be known if we die here. */
	sli__zero(e, offsetof(struct sli__indicator_entry, spec));
	return SLI_OK;
}

static void
fill_spec(struct sli__indicator_spec *spec, enum sli__indicator_kind kind,
    const struct sli_indicator_config *cfg, const struct sli__labels *labels)
{
	memset(spec, 0, sizeof(*spec));
	spec->kind = (uint32_t)kind;
	memcpy(spec->name, cfg->name, strlen(cfg->name));
	memcpy(spec->help, cfg->help, strlen(cfg->help));
	memcpy(spec->labels, labels->text, sizeof(spec->labels));
	spec->label_count = labels->count;
	spec->threshold_count = cfg->threshold_count;
	memcpy(spec->threshold_ns, cfg->threshold_ns,
	    cfg->threshold_count * sizeof(spec->threshold_ns[0]));
	spec->lowest_ns = cfg->lowest_ns;
	spec->highest_ns = cfg->highest_ns;
	spec->precision_bits = cfg->precision_bits;
	spec->slot_ns = cfg->slot_ns;
	spec->capacity = cfg->capacity;
}

static int
add_indicator(struct sli_registry *reg, enum sli__indicator_kind kind,
    const struct sli_indicator_config *cfg, const struct sli__buckets *buckets,
    const struct sli__labels *labels, struct sli_indicator **out,
    struct sli_error *err)
{
	struct sli__block *block = reg->arena.block;
	struct sli__indicator_spec spec;
	struct sli__indicator_entry *e;
	struct sli_indicator *ind;
	struct sli__parts parts;
	uint64_t index = 0, bytes = 0;
	int status;

	fill_spec(&spec, kind, cfg, labels);
	sli__parts_lay_out(&reg->arena.geometry, &bytes, cfg->threshold_count,
	    buckets, &parts);
	status = find_place(reg, bytes, &index, &spec, err);
	if (status == SLI_OK)
		status = clear_place(reg, index, &spec, err);
	/* Or a power loss might show what was there, under the new name. */
	if (status == SLI_OK && index < sli__indicator_count(reg) &&
	    load_relaxed(&reg->arena.file.lost) == 0)
		status = sli__file_sync(&reg->arena.file, err);
	if (status != SLI_OK)
		return status;
	e = sli__indicator_entry(reg, index);
	memcpy(&e->spec, &spec, sizeof(spec));
	sli__claims_add(&e->claims, reg->arena.process);
	/* In this order: whoever dies in between has lost space, no data. */
	join_max(&block->used_bytes, spec.arena_offset + spec.arena_bytes);
	/* Pairs with the acquire in sli__indicator_at(). */
	store_release(&e->life, sli__life_of(&spec, sizeof(spec)));
	/* Pairs with the acquire in sli__indicator_count(). */
	join_max(&block->indicator_count, index + 1);
	ind = sli__indicator_get(reg, index);
	if (ind == NULL)
		return sli__fail(err, SLI_ECORRUPT,
		    "indicator \"%s\" was overwritten while it was made",
		    cfg->name);
	*out = ind;
	return SLI_OK;
}

static int
find_or_add(struct sli_registry *reg, enum sli__indicator_kind kind,
    const struct sli_indicator_config *cfg, const struct sli__buckets *buckets,
    const struct sli__labels *labels, struct sli_indicator **out,
    struct sli_error *err)
{
	struct sli_indicator *there = find(reg, kind, cfg->name, labels);
	const char *field;

	if (there == NULL)
		return add_indicator(reg, kind, cfg, buckets, labels, out, err);
	field = difference(&there->spec, cfg);
	if (field != NULL)
		return sli__fail(err, SLI_EEXIST,
		    "\"%s\" is registered with another %s; accepted: the same "
		    "configuration, or another name or labels",
		    cfg->name, field);
	sli__claims_add(&there->entry->claims, reg->arena.process);
	*out = there;
	return SLI_OK;
}

int
sli_indicator_register(struct sli_registry *reg,
    const struct sli_indicator_config *config, struct sli_indicator **out,
    struct sli_error *err)
{
	struct sli_indicator *found = NULL;
	struct sli_indicator_config cfg;
	struct sli__buckets buckets;
	struct sli__labels labels;
	int status;

	if (reg == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "out");
	status = sli__config_copy(&cfg, sizeof(cfg), config,
	    "sli_indicator_config", err);
	if (status == SLI_OK)
		status = sli__indicator_check(&reg->arena.geometry, &cfg,
		    &buckets, err);
	if (status == SLI_OK)
		status = sli__labels_check(cfg.labels, cfg.label_count, &labels,
		    err);
	if (status == SLI_OK)
		status = sli__arena_lock(&reg->arena, err);
	if (status != SLI_OK)
		return status;
	status = find_or_add(reg, SLI__OF_USERS, &cfg, &buckets, &labels,
	    &found, err);
	status = sli__arena_unlock(&reg->arena, status, err);
	if (status == SLI_OK)
		*out = found;
	return status;
}

/* It has no latencies: as few buckets as there can be. */
int
sli__indicator_of_slices(struct sli_registry *reg, const char *slo,
    struct sli_indicator **out, struct sli_error *err)
{
	const struct sli_label label = { SLICES_LABEL, slo };
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli__buckets buckets;
	struct sli__labels labels;
	int status;

	cfg.name = SLICES_NAME;
	cfg.lowest_ns = 1;
	cfg.highest_ns = 2;
	cfg.precision_bits = SLI_PRECISION_BITS_MIN;
	status = sli__indicator_check(&reg->arena.geometry, &cfg, &buckets,
	    err);
	if (status == SLI_OK)
		status = sli__labels_check(&label, 1, &labels, err);
	return status == SLI_OK ? find_or_add(reg, SLI__OF_SLICES, &cfg,
				      &buckets, &labels, out, err) :
				  status;
}

bool
sli__indicator_counts_slices(const struct sli_indicator *ind, const char *slo)
{
	return ind->spec.kind == SLI__OF_SLICES && ind->spec.label_count == 1 &&
	    strcmp(ind->labels[0].value, slo) == 0;
}

int
sli_indicator_find(struct sli_registry *reg, const char *name,
    const struct sli_label *labels, uint32_t n, struct sli_indicator **out)
{
	struct sli_indicator *found;
	struct sli__labels sorted;
	int status;

	if (reg == NULL || name == NULL || out == NULL)
		return SLI_EINVAL;
	status = sli__labels_check(labels, n, &sorted, NULL);
	if (status != SLI_OK)
		return status;
	found = find(reg, SLI__OF_USERS, name, &sorted);
	if (found == NULL)
		return SLI_ENOENT;
	*out = found;
	return SLI_OK;
}

/* No process may have it; its SLOs go first. */
static int
remove_indicator(struct sli_registry *reg, const char *name,
    const struct sli__labels *labels, const char *why, struct sli_error *err)
{
	struct sli_indicator *ind = find(reg, SLI__OF_USERS, name, labels);
	char series[SLI__SERIES_MAX + 1];

	if (ind == NULL)
		return sli__fail(err, SLI_ENOENT,
		    "there is no indicator \"%s\" with these labels", name);
	if (sli__claims_live(&reg->arena, &ind->entry->claims))
		return sli__fail(err, SLI_EBUSY,
		    "indicator \"%s\" is registered by a process that lives; "
		    "accepted: one that none has registered",
		    name);
	sli__labels_series(&ind->spec, series);
	reg->on_remove(ind, why);
	store_release(&ind->entry->life, SLI__LIFE_REMOVED);
	sli__audit_write(&reg->arena, SLI_AUDIT_INDICATOR_REMOVED,
	    sli_clock_ns(), 0, series, why);
	return SLI_OK;
}

int
sli_indicator_remove(struct sli_registry *reg, const char *name,
    const struct sli_label *labels, uint32_t n, const char *why,
    struct sli_error *err)
{
	struct sli__labels sorted;
	int status;

	if (reg == NULL || name == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "name");
	status = sli__labels_check(labels, n, &sorted, err);
	if (status == SLI_OK)
		status = sli__audit_check(why, err);
	if (status == SLI_OK)
		status = sli__arena_lock(&reg->arena, err);
	if (status != SLI_OK)
		return status;
	status = remove_indicator(reg, name, &sorted, why, err);
	return sli__arena_unlock(&reg->arena, status, err);
}

const char *
sli_indicator_name(const struct sli_indicator *ind)
{
	return ind == NULL ? "" : ind->spec.name;
}
