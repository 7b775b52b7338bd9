/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* anonymous mappings */

/*
 * Making a registry: what was asked for, the size that takes, the memory, and
 * the tables in it.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arith.h"
#include "base/status.h"
#include "flush/flush.h"
#include "indicator/indicator.h"
#include "slo/slo.h"

#define ARENA_BYTES_MAX (UINT64_C(1) << 46)
#define SLOT_NS_MAX SLI_DAYS(1)
#define SLOTS_MIN 4
#define SLOTS_MAX 65536

/*
 * Every window from 1 s to 33 d in 127 KiB at the most (1812 slots of a stamp
 * and 4 to 8 cells).
 */
static const struct sli_level default_history[SLI_LEVELS_MAX] = {
	{ SLI_SECONDS(1), 128, 0 },
	{ SLI_SECONDS(10), 384, 0 },
	{ SLI_MINUTES(5), 900, 0 },
	{ SLI_HOURS(2), 400, 0 },
};

/* Percentiles over 10 s to 70 min; 28 slots, 224 bytes a bucket in use. */
static const struct sli_level default_latency[SLI_LEVELS_MAX] = {
	{ SLI_SECONDS(10), 8, 0 },
	{ SLI_MINUTES(1), 12, 0 },
	{ SLI_MINUTES(10), 8, 0 },
};

static uint64_t
cpu_count(void)
{
	long n = sysconf(_SC_NPROCESSORS_CONF);

	return n > 0 ? (uint64_t)n : 1;
}

/* A field of a configuration: its default if it is 0, and in its range. */
static int
check_field(const char *name, uint32_t *field, uint64_t value_default,
    uint64_t max, struct sli_error *err)
{
	if (*field == 0)
		*field = (uint32_t)min_u64(value_default, max);
	if (*field > max)
		return sli__fail(err, SLI_ERANGE,
		    "%s %u is out of range; accepted: 1 to %u, or 0 for the "
		    "default %u",
		    name, (uint64_t)*field, max, value_default);
	return SLI_OK;
}

static int
check_level(const char *name, const struct sli_level *levels, uint64_t i,
    struct sli_error *err)
{
	const struct sli_level *l = &levels[i];
	const struct sli_level *finer = i > 0 ? &levels[i - 1] : NULL;

	if (l->slot_ns < SLI__SLOT_NS_MIN || l->slot_ns > SLOT_NS_MAX ||
	    (finer != NULL &&
		(l->slot_ns <= finer->slot_ns ||
		    l->slot_ns % finer->slot_ns != 0)))
		return sli__fail(err, SLI_ERANGE,
		    "%s[%u].slot_ns %u is not valid; accepted: from 10 ms "
		    "to 1 d, and a multiple of the level before",
		    name, i, l->slot_ns);
	if (l->slots < SLOTS_MIN || l->slots > SLOTS_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "%s[%u].slots %u is out of range; accepted: %u to %u", name,
		    i, (uint64_t)l->slots, (uint64_t)SLOTS_MIN,
		    (uint64_t)SLOTS_MAX);
	if (l->reserved != 0)
		return sli__fail(err, SLI_EINVAL,
		    "%s[%u].reserved %u is not valid; accepted: 0", name, i,
		    (uint64_t)l->reserved);
	if (finer != NULL && finer->slot_ns * finer->slots <= l->slot_ns)
		return sli__fail(err, SLI_ERANGE,
		    "%s[%u].slots %u is too few: the ring does not reach over "
		    "one slot of the next level, %u ns",
		    name, i - 1, (uint64_t)finer->slots, l->slot_ns);
	return SLI_OK;
}

static bool
is_unset(const struct sli_level *levels, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (levels[i].slot_ns != 0 || levels[i].slots != 0 ||
		    levels[i].reserved != 0)
			return false;
	return true;
}

static int
check_levels(const char *name, struct sli_level *levels,
    const struct sli_level *levels_default, struct sli_error *err)
{
	uint32_t i;
	int status;

	if (is_unset(levels, SLI_LEVELS_MAX)) {
		memcpy(levels, levels_default,
		    SLI_LEVELS_MAX * sizeof(*levels));
		return SLI_OK;
	}
	for (i = 0; i < SLI_LEVELS_MAX; i++) {
		if (i > 0 && is_unset(&levels[i], SLI_LEVELS_MAX - i))
			break;
		status = check_level(name, levels, i, err);
		if (status != SLI_OK)
			return status;
	}
	return SLI_OK;
}

static int
check_fields(struct sli_registry_config *cfg, struct sli_error *err)
{
	const struct {
		const char *name;
		uint32_t *field;
		uint64_t value_default, max;
	} fields[] = {
		{ "max_indicators", &cfg->max_indicators, 64, 4096 },
		{ "max_slos", &cfg->max_slos, 64, 16384 },
		{ "shards", &cfg->shards, cpu_count(), 4096 },
		{ "atomic_shards", &cfg->atomic_shards, 4, 64 },
		{ "writer_shards", &cfg->writer_shards, 4, 256 },
		{ "max_consumers", &cfg->max_consumers, 4, 64 },
	};
	int status = SLI_OK;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (status == SLI_OK)
			status = check_field(fields[i].name, fields[i].field,
			    fields[i].value_default, fields[i].max, err);
	return status;
}

/* cfg with its defaults filled in, but for arena_bytes. */
static int
check_config(struct sli_registry_config *cfg,
    const struct sli_registry_config *given, struct sli_error *err)
{
	int status = sli__config_copy(cfg, sizeof(*cfg), given,
	    "sli_registry_config", err);

	if (status == SLI_OK)
		status = check_fields(cfg, err);
	if (status == SLI_OK)
		status = check_levels("history", cfg->history, default_history,
		    err);
	if (status == SLI_OK)
		status = check_levels("latency", cfg->latency, default_latency,
		    err);
	if (status != SLI_OK)
		return status;
	if ((unsigned int)cfg->recorder > SLI_RECORDER_ATOMIC)
		return sli__fail(err, SLI_EINVAL,
		    "recorder %u is not valid; accepted: SLI_RECORDER_AUTO, "
		    "SLI_RECORDER_ATOMIC",
		    (uint64_t)cfg->recorder);
	if (cfg->latency[0].slot_ns % cfg->history[0].slot_ns != 0)
		return sli__fail(err, SLI_ERANGE,
		    "latency[0].slot_ns %u is not a multiple of "
		    "history[0].slot_ns %u",
		    cfg->latency[0].slot_ns, cfg->history[0].slot_ns);
	if (cfg->arena_bytes > ARENA_BYTES_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "arena_bytes %u is out of range; accepted: up to 2^46",
		    cfg->arena_bytes);
	return SLI_OK;
}

/* What was asked for, and where it lies from the start of the memory. */
struct plan {
	struct sli_registry_config cfg;
	struct sli__block block; /* but for its lock */
	uint64_t registry, indicators, slos, writers, consumers, events;
	uint64_t block_offset;
	uint64_t total;
};

static void
plan_block(const struct sli_registry_config *cfg, struct sli__block *block)
{
	uint64_t end = 0;

	memset(block, 0, sizeof(*block));
	block->max_indicators = cfg->max_indicators;
	block->max_slos = cfg->max_slos;
	block->shards = cfg->shards;
	block->atomic_shards = cfg->atomic_shards;
	block->writer_shards = cfg->writer_shards;
	memcpy(block->history, cfg->history, sizeof(block->history));
	memcpy(block->latency, cfg->latency, sizeof(block->latency));

	sli__layout(&end, sizeof(*block));
	block->indicators_offset = sli__layout(&end,
	    cfg->max_indicators * sizeof(struct sli__indicator_entry));
	block->slos_offset = sli__layout(&end,
	    cfg->max_slos * sizeof(struct sli__slo_entry));
	/*
	 * An odd number of line pairs from shard to shard: with a power of two
	 * one indicator's cells of all shards would fall into one cache set.
	 */
	block->cells_stride = cfg->max_indicators * SLI__INDICATOR_CELLS *
	    sizeof(uint64_t);
	if (block->cells_stride / SLI__ALIGN % 2 == 0)
		block->cells_stride += SLI__ALIGN;
	block->cells_offset = sli__layout(&end,
	    block->cells_stride * sli__block_shards(block));
	block->used_bytes = end;
	end += cfg->arena_bytes > 0 ?
	    cfg->arena_bytes :
	    cfg->max_indicators * sli__indicator_bytes_default(block);
	block->size_bytes = round_up(end, SLI__ALIGN);
}

static int
make_plan(const struct sli_registry_config *given, struct plan *p,
    struct sli_error *err)
{
	const struct sli_registry_config *cfg = &p->cfg;
	uint64_t end = 0;
	int status = check_config(&p->cfg, given, err);

	if (status != SLI_OK)
		return status;
	plan_block(cfg, &p->block);
	p->registry = sli__layout(&end, sizeof(struct sli_registry));
	p->indicators = sli__layout(&end,
	    cfg->max_indicators * sizeof(struct sli_indicator));
	p->slos = sli__layout(&end, cfg->max_slos * sizeof(struct sli_slo));
	p->writers = sli__layout(&end,
	    cfg->writer_shards * sizeof(struct sli_writer));
	p->consumers = sli__layout(&end,
	    cfg->max_consumers * sizeof(struct sli__consumer));
	p->events = sli__layout(&end,
	    (uint64_t)cfg->max_consumers * 2 * cfg->max_indicators *
		sizeof(struct sli__events));
	p->block_offset = sli__layout(&end, p->block.size_bytes);
	p->total = end;
	return SLI_OK;
}

static void
init_consumers(struct sli_registry *reg, struct sli__events *events,
    uint32_t max_indicators)
{
	uint32_t i;

	for (i = 0; i < reg->max_consumers; i++) {
		reg->consumers[i].totals[0] = events;
		reg->consumers[i].totals[1] = events + max_indicators;
		events += 2 * (size_t)max_indicators;
	}
}

static void
init_writers(struct sli_registry *reg, uint32_t first, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		reg->writers[i].registry = reg;
		reg->writers[i].shard = first + i;
	}
}

/* Make a registry in memory that is all zero. */
static int
init(char *mem, const struct plan *p, struct sli_registry **out,
    struct sli_error *err)
{
	const struct sli_registry_config *cfg = &p->cfg;
	struct sli_registry *reg = (void *)(mem + p->registry);
	struct sli__block *block = (void *)(mem + p->block_offset);

	memcpy(block, &p->block, sizeof(*block));
	if (sli__lock_init(block) != SLI_OK)
		return sli__fail(err, SLI_ENOMEM,
		    "no resources for the registry's lock");
	reg->block = block;
	reg->shards.atomic_first = cfg->shards;
	reg->shards.atomic_count = cfg->atomic_shards;
	reg->shards.count = sli__block_shards(block);
	if (cfg->recorder == SLI_RECORDER_AUTO && sli__rseq_registered())
		reg->shards.cpus = cfg->shards;
	reg->on_slot = sli__slo_on_slot;
	reg->max_consumers = cfg->max_consumers;
	reg->indicators = (void *)(mem + p->indicators);
	reg->slos = (void *)(mem + p->slos);
	reg->writers = (void *)(mem + p->writers);
	reg->consumers = (void *)(mem + p->consumers);
	init_writers(reg, cfg->shards + cfg->atomic_shards, cfg->writer_shards);
	init_consumers(reg, (void *)(mem + p->events), cfg->max_indicators);
	*out = reg;
	return SLI_OK;
}

size_t
sli_registry_size(const struct sli_registry_config *cfg)
{
	struct plan p;

	return make_plan(cfg, &p, NULL) == SLI_OK ? p.total : 0;
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
	if (len < p.total)
		return sli__fail(err, SLI_ENOSPC,
		    "len %u is too small; accepted: at least %u, as "
		    "sli_registry_size() says",
		    (uint64_t)len, p.total);
	sli__zero(mem, p.total);
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
	mem = mmap(NULL, p.total, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mem == MAP_FAILED)
		return sli__fail(err, SLI_ENOMEM,
		    "no address space for a registry of %u bytes; accepted: "
		    "fewer max_indicators or shards, or a smaller arena_bytes",
		    p.total);
	status = init(mem, &p, out, err);
	if (status != SLI_OK) {
		munmap(mem, p.total);
		return status;
	}
	(*out)->mapping = mem;
	(*out)->mapping_bytes = p.total;
	return SLI_OK;
}

void
sli_registry_close(struct sli_registry *reg)
{
	/*
	 * In the caller's memory there is nothing to end: other processes may
	 * go on with it.
	 */
	if (reg != NULL && reg->mapping != NULL)
		munmap(reg->mapping, reg->mapping_bytes);
}

const char *
sli_registry_recorder(const struct sli_registry *reg)
{
	return reg != NULL && reg->shards.cpus > 0 ? "rseq" : "atomic";
}
