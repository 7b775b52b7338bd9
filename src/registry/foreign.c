/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <sli/file.h>

#include "arena/audit.h"
#include "base/atomic.h"
#include "base/status.h"
#include "registry/foreign.h"

/* From this process's checked copies, in the order of registration. */
static void
publish_indicators(struct sli_registry *reg)
{
	const struct sli__geometry *g = &reg->arena.geometry;
	struct sli__indicator_entry *e;
	uint64_t i, life, count = 0, used = g->arena_offset;

	for (i = 0; i < g->max_indicators; i++) {
		life = load_acquire(&reg->indicators[i].bound);
		if (life < SLI__LIFE_ALIVE)
			continue;
		e = sli__indicator_entry(reg, i);
		memcpy(&e->spec, &reg->indicators[i].spec, sizeof(e->spec));
		sli__claims_add(&e->claims, reg->arena.process);
		store_release(&e->life, life);
		used = e->spec.arena_offset + e->spec.arena_bytes;
		count = i + 1;
	}
	join_max(&reg->arena.block->used_bytes, used);
	join_max(&reg->arena.block->indicator_count, count);
}

static void
publish_slos(struct sli_registry *reg)
{
	struct sli__slo_entry *e;
	struct sli_slo *slo;
	uint64_t i, life, count = 0;

	for (i = 0; i < reg->arena.geometry.max_slos; i++) {
		slo = &reg->slos[i];
		life = load_acquire(&slo->bound);
		if (life < SLI__LIFE_ALIVE)
			continue;
		e = sli__slo_entry(reg, i);
		memcpy(&e->spec, &slo->spec, sizeof(e->spec));
		sli__claims_add(&e->claims, reg->arena.process);
		e->next = load_relaxed(&slo->ind->entry->first_slo);
		store_release(&e->life, life);
		store_release(&slo->ind->entry->first_slo, i + 1);
		count = i + 1;
	}
	join_max(&reg->arena.block->slo_count, count);
}

bool
sli__registry_leave_file(struct sli_registry *reg)
{
	struct sli__arena *arena = &reg->arena;

	/* While another thread does it, the access just faults again. */
	if (!sli__file_replace(&arena->file))
		return load_acquire(&arena->file.lost) != 0;
	arena->block->geometry = arena->geometry;
	publish_indicators(reg);
	sli__zones_publish(reg);
	publish_slos(reg);
	store_release(&arena->file.lost, 2);
	return true;
}

int
sli_registry_fault(struct sli_registry *reg, const void *address)
{
	const struct sli__file *file;
	uintptr_t first, at = (uintptr_t)address;

	if (reg == NULL)
		return 0;
	file = &reg->arena.file;
	first = (uintptr_t)file->map;
	if (file->map == NULL || at < first || at - first >= file->map_bytes)
		return 0;
	return sli__registry_leave_file(reg);
}

int
sli_registry_status(const struct sli_registry *reg, struct sli_error *err)
{
	if (reg == NULL)
		return sli__fail(err, SLI_EINVAL, "registry is NULL");
	if (load_relaxed(&reg->arena.file.lost) != 0 ||
	    sli__file_is_cut(&reg->arena.file) ||
	    sli__arena_is_foreign(&reg->arena))
		return sli__fail(err, SLI_EIO,
		    "the registry's file was truncated or overwritten while it "
		    "was in use; what is counted since stays in this process");
	if (sli__file_is_deleted(&reg->arena.file))
		return sli__fail(err, SLI_ENOENT,
		    "the registry's file was deleted while it was in use; what "
		    "is counted lives as long as the last process that has it "
		    "open");
	return SLI_OK;
}
