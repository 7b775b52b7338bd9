/* SPDX-License-Identifier: MIT */
#include "slo/dependency.h"

#include "base/atomic.h"
#include "base/status.h"
#include "indicator/bind.h"

static uint64_t
index_of(const struct sli_indicator *ind)
{
	return (uint64_t)(ind - ind->registry->indicators);
}

static struct sli__dependency *
table_of(const struct sli_registry *reg)
{
	return sli__at(&reg->arena, reg->arena.geometry.dependencies_offset);
}

static bool
is_alive(const struct sli_registry *reg, uint64_t index, uint64_t life)
{
	return index < reg->arena.geometry.max_indicators &&
	    life >= SLI__LIFE_ALIVE &&
	    load_acquire(&sli__indicator_entry(reg, index)->life) == life;
}

/* A copy of one; false: the place is free, or an end of it is dead. */
static bool
read_edge(const struct sli_registry *reg, const struct sli__dependency *edge,
    struct sli__dependency *out)
{
	/* Pairs with the release in write_edge(). */
	out->from = load_acquire(&edge->from);
	if (out->from == 0)
		return false;
	out->to = load_relaxed(&edge->to);
	out->from_life = load_relaxed(&edge->from_life);
	out->to_life = load_relaxed(&edge->to_life);
	return is_alive(reg, out->from - 1, out->from_life) &&
	    is_alive(reg, out->to, out->to_life);
}

static void
write_edge(struct sli__dependency *edge, const struct sli_indicator *from,
    const struct sli_indicator *to)
{
	store_relaxed(&edge->from, 0);
	store_relaxed(&edge->to, index_of(to));
	store_relaxed(&edge->from_life, load_relaxed(&from->bound));
	store_relaxed(&edge->to_life, load_relaxed(&to->bound));
	/* Pairs with the acquire in read_edge(). */
	store_release(&edge->from, index_of(from) + 1);
}

struct sli_indicator *
sli__dependency_next(const struct sli_indicator *ind, uint32_t *place)
{
	struct sli_registry *reg = ind->registry;
	const struct sli__dependency *table = table_of(reg);
	struct sli__dependency edge;
	struct sli_indicator *to;

	while (*place < SLI_DEPENDENCIES_MAX) {
		if (!read_edge(reg, &table[(*place)++], &edge) ||
		    edge.from != index_of(ind) + 1)
			continue;
		to = sli__indicator_get(reg, edge.to);
		if (to != NULL && to->spec.kind == SLI__OF_USERS)
			return to;
	}
	return NULL;
}

void
sli__dependencies_drop(const struct sli_indicator *ind)
{
	struct sli__dependency *table = table_of(ind->registry);
	uint64_t index = index_of(ind);
	uint32_t i;

	for (i = 0; i < SLI_DEPENDENCIES_MAX; i++)
		if (load_relaxed(&table[i].from) == index + 1 ||
		    load_relaxed(&table[i].to) == index)
			store_relaxed(&table[i].from, 0);
}

static int
add_edge(const struct sli_indicator *ind, const struct sli_indicator *on,
    struct sli_error *err)
{
	struct sli__dependency *table = table_of(ind->registry), *room = NULL;
	struct sli__dependency edge;
	uint32_t i;

	for (i = 0; i < SLI_DEPENDENCIES_MAX; i++) {
		if (!read_edge(ind->registry, &table[i], &edge))
			room = room == NULL ? &table[i] : room;
		else if (edge.from == index_of(ind) + 1 &&
		    edge.to == index_of(on))
			return SLI_OK;
	}
	if (room == NULL)
		return sli__fail(err, SLI_ENOSPC,
		    "the registry has SLI_DEPENDENCIES_MAX %u dependencies",
		    (uint64_t)SLI_DEPENDENCIES_MAX);
	write_edge(room, ind, on);
	return SLI_OK;
}

static int
check_alive(const struct sli_indicator *ind, struct sli_error *err)
{
	if (load_relaxed(&ind->entry->life) == load_relaxed(&ind->bound))
		return SLI_OK;
	return sli__fail(err, SLI_ENOENT,
	    "indicator \"%s\" was removed; accepted: one that this process has "
	    "registered",
	    ind->spec.name);
}

int
sli_depends(struct sli_indicator *ind, struct sli_indicator *on,
    struct sli_error *err)
{
	int status;

	if (ind == NULL || on == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    ind == NULL ? "indicator" : "on");
	if (ind == on)
		return sli__fail(err, SLI_EINVAL,
		    "indicator \"%s\" cannot depend on itself; accepted: "
		    "another one",
		    ind->spec.name);
	if (ind->registry != on->registry)
		return sli__fail(err, SLI_EINVAL,
		    "indicators \"%s\" and \"%s\" are of two registries; "
		    "accepted: of one",
		    ind->spec.name, on->spec.name);
	status = sli__arena_lock(&ind->registry->arena, err);
	if (status != SLI_OK)
		return status;
	status = check_alive(ind, err);
	if (status == SLI_OK)
		status = check_alive(on, err);
	if (status == SLI_OK)
		status = add_edge(ind, on, err);
	return sli__arena_unlock(&ind->registry->arena, status, err);
}

int
sli_dependency(struct sli_indicator *ind, uint32_t index,
    struct sli_indicator **out)
{
	struct sli_indicator *on;
	uint32_t place = 0;

	if (ind == NULL || out == NULL)
		return SLI_EINVAL;
	do
		on = sli__dependency_next(ind, &place);
	while (on != NULL && index-- > 0);
	if (on == NULL)
		return SLI_ENOENT;
	*out = on;
	return SLI_OK;
}
