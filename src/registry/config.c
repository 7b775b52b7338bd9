/* SPDX-License-Identifier: MIT */
/*
 * What a registry is to be: a configuration, checked, and the geometry and
 * tables that follow from it.
 */
#include <string.h>
#include <unistd.h>

#include "arena/annotation.h"
#include "arena/audit.h"
#include "base/status.h"
#include "flush/flush.h"
#include "registry/plan.h"
#include "slo/alert_log.h"
#include "slo/dependency.h"

#define ARENA_BYTES_MAX (UINT64_C(1) << 46)
#define SLOT_NS_MAX SLI_DAYS(1)
#define SLOTS_MIN 4
#define SLOTS_MAX 65536
#define SYNC_NS_MIN SLI_MILLIS(100)
#define SYNC_NS_MAX SLI_HOURS(1)
#define SYNC_NS_DEFAULT SLI_SECONDS(5)

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

int
sli__registry_check(struct sli_registry_config *cfg, struct sli_error *err)
{
	int status = check_fields(cfg, err);

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
	if ((unsigned int)cfg->sync > SLI_SYNC_NONE)
		return sli__fail(err, SLI_EINVAL,
		    "sync %u is not valid; accepted: SLI_SYNC_PERIODIC, "
		    "SLI_SYNC_NONE",
		    (uint64_t)cfg->sync);
	if ((cfg->flags & ~SLI_REGISTRY_MUST_EXIST) != 0)
		return sli__fail(err, SLI_EINVAL,
		    "flags %u has unknown bits; accepted: "
		    "SLI_REGISTRY_MUST_EXIST",
		    (uint64_t)cfg->flags);
	if (cfg->sync_ns == 0)
		cfg->sync_ns = SYNC_NS_DEFAULT;
	if (cfg->sync_ns < SYNC_NS_MIN || cfg->sync_ns > SYNC_NS_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "sync_ns %u is out of range; accepted: 100 ms to 1 h, or "
		    "0 for 5 s",
		    cfg->sync_ns);
	if (cfg->now_ns > SLI__TIME_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "now_ns %u is out of range; accepted: up to 2^62, or 0 for "
		    "sli_clock_ns()",
		    cfg->now_ns);
	if (cfg->arena_bytes > ARENA_BYTES_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "arena_bytes %u is out of range; accepted: up to 2^46",
		    cfg->arena_bytes);
	return SLI_OK;
}

int
sli__registry_check_slots(const struct sli_registry_config *cfg,
    struct sli_error *err)
{
	if (cfg->latency[0].slot_ns % cfg->history[0].slot_ns == 0)
		return SLI_OK;
	return sli__fail(err, SLI_ERANGE,
	    "latency[0].slot_ns %u is not a multiple of history[0].slot_ns %u",
	    cfg->latency[0].slot_ns, cfg->history[0].slot_ns);
}

void
sli__geometry_plan(const struct sli_registry_config *cfg,
    struct sli__geometry *g)
{
	uint64_t end = 0;

	memset(g, 0, sizeof(*g));
	g->max_indicators = cfg->max_indicators;
	g->max_slos = cfg->max_slos;
	g->shards = cfg->shards;
	g->atomic_shards = cfg->atomic_shards;
	g->writer_shards = cfg->writer_shards;
	memcpy(g->history, cfg->history, sizeof(g->history));
	memcpy(g->latency, cfg->latency, sizeof(g->latency));

	sli__layout(&end, sizeof(struct sli__block));
	g->processes_offset = sli__layout(&end,
	    SLI__PROCESSES * sizeof(struct sli__process));
	g->writers_offset = sli__layout(&end,
	    cfg->writer_shards * sizeof(uint64_t));
	g->audit_offset = sli__layout(&end,
	    SLI__AUDIT_PLACES * sizeof(struct sli__audit_entry));
	g->annotations_offset = sli__layout(&end,
	    SLI__ANNOTATION_PLACES * sizeof(struct sli__annotation));
	g->zones_offset = sli__layout(&end,
	    SLI__ZONE_PLACES * sizeof(struct sli__zone_entry));
	g->dependencies_offset = sli__layout(&end,
	    SLI_DEPENDENCIES_MAX * sizeof(struct sli__dependency));
	g->alerts_offset = sli__layout(&end,
	    SLI__ALERT_PLACES * sizeof(struct sli__alert_entry));
	g->indicators_offset = sli__layout_page(&end,
	    cfg->max_indicators * sizeof(struct sli__indicator_entry));
	g->slos_offset = sli__layout_page(&end,
	    cfg->max_slos * sizeof(struct sli__slo_entry));
	/*
	 * An odd number of line pairs from shard to shard: with a power of two
	 * one indicator's cells of all shards would fall into one cache set.
	 */
	g->cells_stride = cfg->max_indicators * SLI__INDICATOR_CELLS *
	    sizeof(uint64_t);
	if (g->cells_stride / SLI__ALIGN % 2 == 0)
		g->cells_stride += SLI__ALIGN;
	g->cells_offset = sli__layout(&end,
	    g->cells_stride * sli__geometry_shards(g));
	g->arena_offset = round_up(end, SLI__ALIGN);
	end = g->arena_offset;
	end += cfg->arena_bytes > 0 ?
	    cfg->arena_bytes :
	    cfg->max_indicators * sli__indicator_bytes_default(g);
	g->size_bytes = round_up(end, SLI__ALIGN);
}

void
sli__plan_tables(const struct sli__geometry *g, uint32_t max_consumers,
    struct sli__tables *t)
{
	uint64_t end = 0;

	t->max_consumers = max_consumers;
	t->registry = sli__layout(&end, sizeof(struct sli_registry));
	t->indicators = sli__layout(&end,
	    g->max_indicators * sizeof(struct sli_indicator));
	t->slos = sli__layout(&end, g->max_slos * sizeof(struct sli_slo));
	t->zones = sli__layout(&end,
	    SLI__ZONE_PLACES * sizeof(struct sli__zone_handle));
	t->writers = sli__layout(&end,
	    g->writer_shards * sizeof(struct sli_writer));
	t->consumers = sli__layout(&end,
	    max_consumers * sizeof(struct sli__consumer));
	t->events = sli__layout(&end,
	    (uint64_t)max_consumers * 2 * g->max_indicators *
		sizeof(struct sli__events));
	t->told = sli__layout(&end,
	    (uint64_t)max_consumers * 2 * SLI__ALERT_PLACES * sizeof(uint64_t));
	t->bytes = round_up(end, SLI__ALIGN);
}
