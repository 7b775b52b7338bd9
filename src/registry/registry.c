/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* anonymous mappings */

/*
 * Making a registry in memory, and what all registries have in common.
 */
#include <string.h>
#include <sys/mman.h>

#include "base/atomic.h"
#include "base/status.h"
#include "flush/flush.h"
#include "registry/foreign.h"
#include "registry/plan.h"
#include "slo/alert_log.h"

static void
init_consumers(struct sli_registry *reg, struct sli__events *events,
    uint64_t *told, uint32_t max_indicators)
{
	uint32_t i;

	for (i = 0; i < reg->max_consumers; i++) {
		reg->consumers[i].totals[0] = events;
		reg->consumers[i].totals[1] = events + max_indicators;
		events += 2 * (size_t)max_indicators;
		reg->consumers[i].told[0] = told;
		reg->consumers[i].told[1] = told + SLI__ALERT_PLACES;
		told += 2 * SLI__ALERT_PLACES;
	}
}

static void
init_writers(struct sli_registry *reg)
{
	const struct sli__geometry *g = &reg->arena.geometry;
	uint64_t *taken = sli__at(&reg->arena, g->writers_offset);
	uint32_t i;

	for (i = 0; i < g->writer_shards; i++) {
		reg->writers[i].registry = reg;
		reg->writers[i].shard = g->shards + g->atomic_shards + i;
		reg->writers[i].taken = &taken[i];
	}
}

int
sli__registry_init(char *mem, const struct sli__tables *t,
    const struct sli__arena *arena, enum sli_recorder recorder,
    struct sli_registry **out, struct sli_error *err)
{
	struct sli_registry *reg = (void *)(mem + t->registry);
	const struct sli__geometry *g = &arena->geometry;

	memcpy(&reg->arena, arena, sizeof(*arena));
	if (sli__lock_init(&reg->arena.lock) != SLI_OK ||
	    sli__lock_init(&reg->consumers_lock) != SLI_OK)
		return sli__fail(err, SLI_ENOMEM,
		    "no resources for the registry's lock");
	reg->shards.atomic_first = g->shards;
	reg->shards.atomic_count = g->atomic_shards;
	reg->shards.count = sli__geometry_shards(g);
	if (recorder == SLI_RECORDER_AUTO && sli__rseq_registered())
		reg->shards.cpus = g->shards;
	reg->on_slot = sli__slo_on_slot;
	reg->on_remove = sli__slo_on_remove;
	reg->on_foreign = sli__registry_leave_file;
	reg->max_consumers = t->max_consumers;
	reg->indicators = (void *)(mem + t->indicators);
	reg->slos = (void *)(mem + t->slos);
	reg->zones = (void *)(mem + t->zones);
	reg->writers = (void *)(mem + t->writers);
	reg->consumers = (void *)(mem + t->consumers);
	init_writers(reg);
	init_consumers(reg, (void *)(mem + t->events), (void *)(mem + t->told),
	    g->max_indicators);
	*out = reg;
	return SLI_OK;
}

void *
sli__memory_map(uint64_t bytes)
{
	void *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

static int
fail_memory(uint64_t bytes, struct sli_error *err)
{
	return sli__fail(err, SLI_ENOMEM,
	    "no address space for a registry of %u bytes; accepted: fewer "
	    "max_indicators or shards, or a smaller arena_bytes",
	    bytes);
}

int
sli__registry_make(const struct sli__arena *arena,
    const struct sli_registry_config *cfg, struct sli_registry **out,
    struct sli_error *err)
{
	struct sli__tables t;
	void *mem;
	int status;

	sli__plan_tables(&arena->geometry, cfg->max_consumers, &t);
	mem = sli__memory_map(t.bytes);
	if (mem == NULL)
		return fail_memory(t.bytes, err);
	status = sli__registry_init(mem, &t, arena, cfg->recorder, out, err);
	if (status != SLI_OK) {
		munmap(mem, t.bytes);
		return status;
	}
	(*out)->mapping = mem;
	(*out)->mapping_bytes = t.bytes;
	return SLI_OK;
}

/* A registry in memory: the tables, and then the block. */
struct plan {
	struct sli_registry_config cfg;
	struct sli__tables tables;
	struct sli__geometry geometry;
	uint64_t bytes;
};

static int
make_plan(const struct sli_registry_config *given, struct plan *p,
    struct sli_error *err)
{
	int status = sli__config_copy(&p->cfg, sizeof(p->cfg), given,
	    "sli_registry_config", err);

	if (status == SLI_OK)
		status = sli__registry_check(&p->cfg, err);
	if (status == SLI_OK)
		status = sli__registry_check_slots(&p->cfg, err);
	if (status != SLI_OK)
		return status;
	sli__geometry_plan(&p->cfg, &p->geometry);
	sli__plan_tables(&p->geometry, p->cfg.max_consumers, &p->tables);
	p->bytes = p->tables.bytes + p->geometry.size_bytes;
	return SLI_OK;
}

/* In memory that is all zero. */
static int
init(char *mem, const struct plan *p, struct sli_registry **out,
    struct sli_error *err)
{
	struct sli__arena arena;

	memset(&arena, 0, sizeof(arena));
	arena.block = (void *)(mem + p->tables.bytes);
	arena.geometry = p->geometry;
	sli__file_init(&arena.file);
	arena.block->geometry = arena.geometry;
	sli__block_sign(arena.block);
	arena.block->used_bytes = arena.geometry.arena_offset;
	return sli__registry_init(mem, &p->tables, &arena, p->cfg.recorder, out,
	    err);
}

size_t
sli_registry_size(const struct sli_registry_config *cfg)
{
	struct plan p;

	return make_plan(cfg, &p, NULL) == SLI_OK ? p.bytes : 0;
}

int
sli_registry_init(void *mem, size_t len, const struct sli_registry_config *cfg,
    struct sli_registry **out, struct sli_error *err)
{
	struct plan p;
	int status;

	if (mem == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    mem == NULL ? "mem" : "out");
	if ((uintptr_t)mem % SLI__ALIGN != 0)
		return sli__fail(err, SLI_EINVAL,
		    "mem is not aligned; accepted: a multiple of %u",
		    (uint64_t)SLI__ALIGN);
	status = make_plan(cfg, &p, err);
	if (status != SLI_OK)
		return status;
	if (len < p.bytes)
		return sli__fail(err, SLI_ENOSPC,
		    "len %u is too small; accepted: at least %u, as "
		    "sli_registry_size() says",
		    (uint64_t)len, p.bytes);
	sli__zero(mem, p.bytes);
	return init(mem, &p, out, err);
}

int
sli_registry_create(const struct sli_registry_config *cfg,
    struct sli_registry **out, struct sli_error *err)
{
	struct plan p;
	void *mem;
	int status;

	if (out == NULL)
		return sli__fail(err, SLI_EINVAL, "out is NULL");
	status = make_plan(cfg, &p, err);
	if (status != SLI_OK)
		return status;
	mem = sli__memory_map(p.bytes);
	if (mem == NULL)
		return fail_memory(p.bytes, err);
	status = init(mem, &p, out, err);
	if (status != SLI_OK) {
		munmap(mem, p.bytes);
		return status;
	}
	(*out)->mapping = mem;
	(*out)->mapping_bytes = p.bytes;
	return SLI_OK;
}

void
sli_registry_close(struct sli_registry *reg)
{
	if (reg == NULL)
		return;
	/* Nobody else is here to start it, after this. */
	if (reg->arena.file.sync_ns != 0)
		sli__file_write_out(&reg->arena.file, 0,
		    reg->arena.geometry.size_bytes);
	sli__file_close(&reg->arena.file);
	/*
	 * In the caller's memory there is nothing to end: other processes may
	 * go on with it.
	 */
	if (reg->mapping != NULL)
		munmap(reg->mapping, reg->mapping_bytes);
}

const char *
sli_registry_recorder(const struct sli_registry *reg)
{
	return reg != NULL && reg->shards.cpus > 0 ? "rseq" : "atomic";
}
