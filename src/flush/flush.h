/* SPDX-License-Identifier: MIT */
#ifndef SLI_FLUSH_FLUSH_H
#define SLI_FLUSH_FLUSH_H

#include <sli/flush.h>

#include "indicator/indicator.h"

/*
 * A consumer's place, in this process's handle. fn and is_busy are written and
 * looked at under the registry's lock; the rest belongs to whoever set is_busy.
 */
struct sli__consumer {
	sli_flush_fn *fn; /* NULL: a free place */
	void *arg;
	bool is_busy;
	uint64_t flushed_ns;
	/* By indicator: totals at the last flush, and at the one that runs. */
	struct sli__events *before;
	struct sli__events *now;
};

#endif /* SLI_FLUSH_FLUSH_H */
