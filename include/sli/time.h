/* SPDX-License-Identifier: MIT */
#ifndef SLI_TIME_H
#define SLI_TIME_H

#include <stdint.h>

#include <sli/api.h>

/*
 * Every time and length of time in libsli is a uint64_t of nanoseconds. A
 * `now_ns` is monotone and counts from the Unix epoch, so that slots lie on
 * whole wall-clock seconds, minutes and hours.
 */
#define SLI_MICROS(n) (UINT64_C(1000) * (uint64_t)(n))
#define SLI_MILLIS(n) (UINT64_C(1000000) * (uint64_t)(n))
#define SLI_SECONDS(n) (UINT64_C(1000000000) * (uint64_t)(n))
#define SLI_MINUTES(n) (UINT64_C(60000000000) * (uint64_t)(n))
#define SLI_HOURS(n) (UINT64_C(3600000000000) * (uint64_t)(n))
#define SLI_DAYS(n) (UINT64_C(86400000000000) * (uint64_t)(n))

SLI_BEGIN_DECLS

/**
 * Now, in nanoseconds since the Unix epoch, never going back in a process.
 *
 * CLOCK_BOOTTIME (which counts through suspend) plus the distance between it
 * and the wall clock at the first call in this process. A step of the wall
 * clock after that call does not move it.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.
 * Fork: parent and child stay aligned if either called it before the fork.
 * Since: 0.1
 */
SLI_API uint64_t sli_clock_ns(void);

SLI_END_DECLS

#endif /* SLI_TIME_H */
