/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_WATCH_H
#define SLI_SLO_WATCH_H

#include <stdint.h>

#include <sli/alert.h>

/*
 * What is remembered of an SLO's alerts from slot to slot.
 *
 *   field    written by    read by    order
 *   alerts   claimers      readers    relaxed
 */
struct sli__watch {
	uint64_t alerts;		     /* bit i: alert i fires */
	uint64_t pending_ns[SLI_ALERTS_MAX]; /* since when it would; 0 not */
	/* 1 + the number of the open record; the last is the outage's. */
	uint64_t record[SLI_ALERTS_MAX + 1];
	uint64_t outage_from_ns, outage_to_ns; /* of the run */
	uint64_t outage_silent;		       /* 1: the run has silent slots */
	uint64_t reserved[4];
};

#endif /* SLI_SLO_WATCH_H */
