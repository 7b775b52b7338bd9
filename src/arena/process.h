/* SPDX-License-Identifier: MIT */
#ifndef SLI_ARENA_PROCESS_H
#define SLI_ARENA_PROCESS_H

/*
 * The processes that have a file open, each with a place in a table. That it
 * lives is said by its byte lock alone: process ids are used again, and equal
 * in containers. The id in the table is for people.
 *
 * What a process has (indicators it registered, writer shards) is marked with
 * its place; the marks of the dead are cleared when the place is taken again.
 */

#include <stdbool.h>
#include <stdint.h>

#include "arena/arena.h"

struct sli__process {
	uint64_t pid; /* 0: the place was never taken */
};

/* A set of processes. Written under the lock of registration. */
struct sli__claims {
	uint64_t bits[SLI__PROCESSES / 64];
};

/* Take a place. Errors: SLI_ENOSPC. */
int sli__process_attach(struct sli__arena *arena, struct sli_error *err);

/* Is no other process attached? For the holder of the lock. */
bool sli__process_is_alone(const struct sli__arena *arena);

/* Does process i live? In memory there is one, and it does. */
bool sli__process_lives(const struct sli__arena *arena, uint32_t i);

uint32_t sli__process_count(const struct sli__arena *arena);

void sli__claims_add(struct sli__claims *claims, uint32_t process);
void sli__claims_drop(struct sli__claims *claims, uint32_t process);

/* Does any process in it live? */
bool sli__claims_live(const struct sli__arena *arena,
    const struct sli__claims *claims);

#endif /* SLI_ARENA_PROCESS_H */
