/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_PLAN_H
#define SLI_REGISTRY_PLAN_H

#include "slo/slo.h"

/*
 * How registries are made: in memory (registry.c), and in files (open.c,
 * restart.c, check.c, repair.c).
 */

/* Fill in the defaults, but for arena_bytes, and check. */
int sli__registry_check(struct sli_registry_config *cfg, struct sli_error *err);

/* And that the two kinds of levels go together. */
int sli__registry_check_slots(const struct sli_registry_config *cfg,
    struct sli_error *err);

/* What follows from such a configuration; but for id and created_ns. */
void sli__geometry_plan(const struct sli_registry_config *cfg,
    struct sli__geometry *g);

/* The tables of a handle, from its start. */
struct sli__tables {
	uint64_t registry, indicators, slos, zones, writers, consumers;
	uint64_t events, told;
	uint64_t bytes;
	uint32_t max_consumers;
};

void sli__plan_tables(const struct sli__geometry *g, uint32_t max_consumers,
    struct sli__tables *t);

/*
 * Make a handle in memory that is all zero, for an arena that is ready. The
 * arena is copied; its lock is made here.
 */
int sli__registry_init(char *mem, const struct sli__tables *t,
    const struct sli__arena *arena, enum sli_recorder recorder,
    struct sli_registry **out, struct sli_error *err);

/* The same in a mapping of its own. */
int sli__registry_make(const struct sli__arena *arena,
    const struct sli_registry_config *cfg, struct sli_registry **out,
    struct sli_error *err);

/* sli_registry_open(), in any mode but read. */
int sli__registry_open(const char *path,
    const struct sli_registry_config *given, enum sli__file_mode mode,
    struct sli_registry **out, struct sli_error *err);

/* Memory that is backed as it is used; NULL: there is none. */
void *sli__memory_map(uint64_t bytes);

#endif /* SLI_REGISTRY_PLAN_H */
