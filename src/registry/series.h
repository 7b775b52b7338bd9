/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_SERIES_H
#define SLI_REGISTRY_SERIES_H

/*
 * The snapshots of a history in the order of time, of all levels together, and
 * which of them agree.
 */

#include "indicator/indicator.h"

/* A joined slot, and whether it is dropped. */
struct sli__point {
	uint64_t at_ns;
	struct sli__slot slot;
	bool drop;
};

/* The joined slots of a history by time, and scratch for one cell of them. */
struct sli__series {
	const struct sli_indicator *ind;
	struct sli__history *h;
	const struct sli__cells *cells;
	struct sli__point *point;
	uint32_t count;
	uint64_t *value;	 /* of the cell at each point, and its total */
	uint32_t *tail, *before; /* of the longest runs, see find_run() */
	bool *kept;
};

/* Errors: SLI_ENOMEM. To be freed in either case. */
int sli__series_init(struct sli__series *s, struct sli_indicator *ind,
    struct sli__history *h, const struct sli__cells *cells);
void sli__series_free(struct sli__series *s);

/* The boundary that a stamp at a place is of; 0: none that can be. */
uint64_t sli__series_boundary(const struct sli__level *l, uint32_t place,
    uint64_t limit_ns);

/*
 * Find the joined slots of levels [first, end) up to limit_ns. I6 holds within
 * a level: a claimer that mends the slot of one who died joins newer totals
 * than a finer level has for a later boundary.
 */
void sli__series_collect(struct sli__series *s, uint32_t first, uint32_t end,
    uint64_t limit_ns);

/*
 * Drop the points that disagree in this cell; returns what its total has to be.
 * With prefer_total a total that is no less than a single snapshot's is right.
 */
uint64_t sli__series_judge(struct sli__series *s, uint32_t cell,
    bool prefer_total);

#endif /* SLI_REGISTRY_SERIES_H */
