/* SPDX-License-Identifier: MIT */
#ifndef SLI_BASE_CLOCK_H
#define SLI_BASE_CLOCK_H

#include <stdint.h>

#include <sli/time.h>

/*
 * The epoch of this process: wall time at boot, by which sli_clock_ns() aligns
 * the steady clock. If it has none yet, that is `proposed`, or the wall's if
 * that is 0.
 */
uint64_t sli__clock_epoch(uint64_t proposed);

/* The epoch by the wall clock now; it differs if that was set since. */
uint64_t sli__clock_wall_epoch(void);

/* Since boot: what no setting of a clock changes. */
uint64_t sli__clock_steady_ns(void);

/* Which boot of the machine this is; zeros if that cannot be read. */
void sli__clock_boot(uint64_t boot[2]);

#endif /* SLI_BASE_CLOCK_H */
