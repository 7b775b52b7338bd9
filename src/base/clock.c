/* SPDX-License-Identifier: MIT */
/*
 * The clock: CLOCK_BOOTTIME plus a constant.
 *
 * The constant is the one word of process-wide state in the library: without
 * it no clock is both monotone and aligned with the wall (CLOCK_REALTIME steps
 * back, and CLOCK_BOOTTIME knows no epoch). It is written once.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <time.h>

#include <sli/time.h>

#include "base/atomic.h"

static uint64_t
read_ns(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts) != 0)
		return 0;
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) +
	    (uint64_t)ts.tv_nsec;
}

#ifdef CLOCK_BOOTTIME
#define STEADY_CLOCK CLOCK_BOOTTIME
#else
#define STEADY_CLOCK CLOCK_MONOTONIC
#endif

uint64_t
sli_clock_ns(void)
{
	/* Relaxed: the word is all there is to it. 0 until the first call. */
	static uint64_t epoch_ns;
	uint64_t epoch = load_relaxed(&epoch_ns);

	if (epoch == 0) {
		uint64_t mine = read_ns(CLOCK_REALTIME) - read_ns(STEADY_CLOCK);

		/* The order it has is more than is needed. */
		if (cas_acq_rel(&epoch_ns, &epoch, mine))
			epoch = mine;
	}
	return read_ns(STEADY_CLOCK) + epoch;
}
