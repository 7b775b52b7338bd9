/* SPDX-License-Identifier: MIT */
#include "levels.h"

static uint64_t
reach_of(const struct sli_level *level)
{
	uint64_t slots = level->slots > 1 ? level->slots - 1 : 0;

	/* A file may say anything: no wrapping around. */
	return level->slot_ns != 0 && slots > UINT64_MAX / level->slot_ns ?
	    UINT64_MAX :
	    slots * level->slot_ns;
}

static int
is_level(const struct sli_level *levels, uint32_t i)
{
	return i < SLI_LEVELS_MAX && levels[i].slot_ns != 0 &&
	    levels[i].slots != 0;
}

uint64_t
levels_reach(const struct sli_level *levels)
{
	uint64_t best = 0;
	uint32_t i;

	for (i = 0; is_level(levels, i); i++)
		if (reach_of(&levels[i]) > best)
			best = reach_of(&levels[i]);
	return best;
}

uint64_t
levels_slot(const struct sli_level *levels, uint64_t age_ns)
{
	uint32_t i;

	for (i = 0; is_level(levels, i); i++)
		if (reach_of(&levels[i]) >= age_ns)
			break;
	if (i > 0 && !is_level(levels, i))
		i--;
	return levels[i].slot_ns != 0 ? levels[i].slot_ns : SLI_SECONDS(1);
}
