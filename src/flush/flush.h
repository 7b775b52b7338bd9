/* SPDX-License-Identifier: MIT */
#ifndef SLI_FLUSH_FLUSH_H
#define SLI_FLUSH_FLUSH_H

#include <sli/flush.h>

#include "indicator/indicator.h"

/*
 * A consumer's place, in this process's handle. fn and arg are written and
 * looked at under the lock of consumers; flusher is set under it, and cleared
 * with release by the flusher, whom the rest belongs to.
 */
struct sli__consumer {
	void (*fn)(void); /* as a number; NULL: a free place */
	void *arg;
	uint64_t flusher; /* process that flushes; 0: none */
	uint64_t flushed_ns;
	/*
	 * Totals by indicator, of the last flush and of the one that runs:
	 * which is which turns around with one store, so that a copy of it
	 * made by fork() is whole.
	 */
	struct sli__events *totals[2];
	uint64_t *told[2]; /* of the alert log, by place: see transition.h */
	uint32_t last;
};

#endif /* SLI_FLUSH_FLUSH_H */
