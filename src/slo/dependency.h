/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_DEPENDENCY_H
#define SLI_SLO_DEPENDENCY_H

/*
 * Which indicators depend on which: a table of edges in the block, in which
 * cycles are no error.
 *
 * An edge holds the lives of its ends (bind.h), so that it dies with either,
 * also where nobody took it away. As no two entries have the same life, an edge
 * that is seen half old and half new is dead too.
 *
 *   word       written by              read by     order
 *   from       holder of the lock      any         release/acquire
 *   others     holder of the lock      any         relaxed
 */

#include <sli/context.h>

#include "indicator/indicator.h"

struct sli__dependency {
	uint64_t from; /* 1 + an indicator's index; 0: the place is free */
	uint64_t to;   /* an indicator's index */
	uint64_t from_life, to_life;
};

/*
 * The next indicator, from *place on, that `ind` depends on; NULL: there are no
 * more. Then *place is behind it. Not in signal handlers.
 */
struct sli_indicator *sli__dependency_next(const struct sli_indicator *ind,
    uint32_t *place);

/* An indicator is to be removed. Under the lock. */
void sli__dependencies_drop(const struct sli_indicator *ind);

#endif /* SLI_SLO_DEPENDENCY_H */
