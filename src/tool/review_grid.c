/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "levels.h"
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
		slot = levels_slot(levels, r->at_ns - t);
		step = slot >= least ? slot : (least + slot - 1) / slot * slot;
		t = t / step * step + step;
		if (t > r->to_ns)
			t = r->to_ns;
	}
	*out = edge;
	return n - 1;
}
