/* SPDX-License-Identifier: MIT */
#include "place.h"
#include "arena/audit.h"
#include "registry/header.h"

struct area
place_area(enum place place, uint64_t file_bytes, const struct sli__geometry *g,
    const struct sli__parts *parts)
{
	const uint64_t word = sizeof(uint64_t);
	struct area a = { 0, file_bytes / word };

	switch (place) {
	case PLACE_HEADER:
		a.words = sizeof(struct sli__block) / word;
		break;
	case PLACE_PROCESSES:
		a.offset = g->processes_offset;
		a.words = 16;
		break;
	case PLACE_WRITERS:
		a.offset = g->writers_offset;
		a.words = g->writer_shards;
		break;
	case PLACE_AUDIT:
		a.offset = g->audit_offset;
		a.words = 4 * sizeof(struct sli__audit_entry) / word;
		break;
	case PLACE_INDICATOR:
	case PLACE_INDICATOR_2:
		a.words = sizeof(struct sli__indicator_entry) / word;
		a.offset = g->indicators_offset +
		    (place == PLACE_INDICATOR_2) * a.words * word;
		break;
	case PLACE_INDICATOR_HEAD:
		a.words = offsetof(struct sli__indicator_entry, spec) / word;
		a.offset = g->indicators_offset;
		break;
	case PLACE_INDICATOR_TAIL:
		a.offset = g->indicators_offset +
		    offsetof(struct sli__indicator_entry, spec.label_count);
		a.words = (sizeof(struct sli__indicator_spec) -
			      offsetof(struct sli__indicator_spec,
				  label_count)) /
		    word;
		break;
	case PLACE_SLOS:
		a.offset = g->slos_offset;
		a.words = g->max_slos * sizeof(struct sli__slo_entry) / word;
		break;
	case PLACE_CELLS:
		a.offset = g->cells_offset;
		a.words = (g->arena_offset - g->cells_offset) / word;
		break;
	case PLACE_COUNTS:
		a.offset = parts->counts_offset;
		a.words = 24;
		break;
	case PLACE_LATENCY:
		a.offset = parts->latency_offset;
		a.words = 24;
		break;
	case PLACE_ARENA:
		a.offset = g->arena_offset;
		a.words = (g->size_bytes - g->arena_offset) / word;
		break;
	case PLACE_COPY:
		a.offset = sli__header_copy_offset(g);
		a.words = sizeof(struct sli__block) / word;
		break;
	case PLACE_ANY:
	case PLACES:
		break;
	}
	return a;
}
