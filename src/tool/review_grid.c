/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "mem.h"
#include "review.h"

/* The least step that people can name and that makes no more of them. */
static uint64_t
nice_step(uint64_t span_ns, uint32_t most)
{
	static const uint64_t nice[] = { SLI_SECONDS(1), SLI_SECONDS(10),
		SLI_MINUTES(1), SLI_MINUTES(5), SLI_MINUTES(10),
		SLI_MINUTES(30), SLI_HOURS(1), SLI_HOURS(2), SLI_HOURS(6),
		SLI_DAYS(1), SLI_DAYS(7) };
	size_t i, last = sizeof(nice) / sizeof(nice[0]) - 1;

	for (i = 0; i < last && span_ns / nice[i] > most; i++)
		continue;
	return nice[i];
}

static uint64_t
level_reach(const struct sli_level *level)
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
review_reach(const struct sli_level *levels)
{
	uint64_t best = 0;
	uint32_t i;

	for (i = 0; is_level(levels, i); i++)
		if (level_reach(&levels[i]) > best)
			best = level_reach(&levels[i]);
	return best;
}

/* Of the finest slots that reach back so far; else of the coarsest. */
static uint64_t
slot_at(const struct sli_level *levels, uint64_t age_ns)
{
	uint32_t i;

	for (i = 0; is_level(levels, i); i++)
		if (level_reach(&levels[i]) >= age_ns)
			break;
	if (i > 0 && !is_level(levels, i))
		i--;
	return levels[i].slot_ns != 0 ? levels[i].slot_ns : SLI_SECONDS(1);
}

uint32_t
review_edges(const struct sli_level *levels, const struct review *r,
    uint64_t from_ns, uint32_t most, uint64_t **out)
{
	uint64_t least = nice_step(r->to_ns - from_ns, most);
	uint64_t t = from_ns, slot, step;
	uint32_t n = 0, room = 0;
	uint64_t *edge = NULL;

	for (;;) {
		if (n == room) {
			room = 2 * room + 64;
			edge = mem_resize(edge, room, sizeof(*edge));
		}
		edge[n++] = t;
		if (t == r->to_ns)
			break;
		slot = slot_at(levels, r->at_ns - t);
		step = slot >= least ? slot : (least + slot - 1) / slot * slot;
		t = t / step * step + step;
		if (t > r->to_ns)
			t = r->to_ns;
	}
	*out = edge;
	return n - 1;
}
