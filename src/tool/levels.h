/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LEVELS_H
#define TOOL_LEVELS_H

#include <sli/sli.h>

/* Levels of a history, SLI_LEVELS_MAX of them, as a registry tells of it. */

/* How far back windows go. */
uint64_t levels_reach(const struct sli_level *levels);

/* The length of the finest slots that reach so far, else of the coarsest. */
uint64_t levels_slot(const struct sli_level *levels, uint64_t age_ns);

#endif /* TOOL_LEVELS_H */
