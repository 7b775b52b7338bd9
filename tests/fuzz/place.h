/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_PLACE_H
#define FUZZ_PLACE_H

/* The parts of a file that are worth damaging. */

#include <stdint.h>

#include "indicator/bind.h"

enum place {
	PLACE_HEADER,
	PLACE_PROCESSES,
	PLACE_WRITERS,
	PLACE_AUDIT,
	PLACE_INDICATOR,
	PLACE_INDICATOR_2,
	PLACE_INDICATOR_HEAD, /* timeline, life, SLOs, claims */
	PLACE_INDICATOR_TAIL, /* counts and numbers of the spec */
	PLACE_SLOS,
	PLACE_CELLS,
	PLACE_COUNTS,
	PLACE_LATENCY,
	PLACE_ARENA,
	PLACE_COPY,
	PLACE_ANY,
	PLACES
};

/* Words of the file, from an offset on. */
struct area {
	uint64_t offset, words;
};

/* The parts are those of indicator 0. */
struct area place_area(enum place place, uint64_t file_bytes,
    const struct sli__geometry *geometry, const struct sli__parts *parts);

#endif /* FUZZ_PLACE_H */
