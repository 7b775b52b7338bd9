/* SPDX-License-Identifier: MIT */
/*
 * The clock: CLOCK_BOOTTIME plus a constant.
 *
 * The constant is the one word of process-wide state in the library: without
 * it no clock is both monotone and aligned with the wall (CLOCK_REALTIME steps
 * back, and CLOCK_BOOTTIME knows no epoch). It is written once.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <fcntl.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/clock.h"

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
sli__clock_steady_ns(void)
{
	return read_ns(STEADY_CLOCK);
}

uint64_t
sli__clock_wall_epoch(void)
{
	return read_ns(CLOCK_REALTIME) - read_ns(STEADY_CLOCK);
}

uint64_t
sli__clock_epoch(uint64_t proposed)
{
	/* Relaxed: the word is all there is to it. 0 until the first call. */
	static uint64_t epoch_ns;
	uint64_t epoch = load_relaxed(&epoch_ns);

	if (epoch != 0)
		return epoch;
	if (proposed == 0)
		proposed = sli__clock_wall_epoch();
	/* The order it has is more than is needed. */
	return cas_acq_rel(&epoch_ns, &epoch, proposed) ? proposed : epoch;
}

uint64_t
sli_clock_ns(void)
{
	uint64_t epoch = sli__clock_epoch(0);

	return read_ns(STEADY_CLOCK) + epoch;
}

static uint64_t
hex_digit(char c)
{
	return (uint64_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
}

void
sli__clock_boot(uint64_t boot[2])
{
	char text[36];
	ssize_t n = 0;
	size_t i;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		close(fd);
	}
	boot[0] = boot[1] = 0;
	for (i = 0; n == (ssize_t)sizeof(text) && i < sizeof(text); i++) {
		if (text[i] == '-')
			continue;
		boot[0] = boot[0] << 4 | boot[1] >> 60;
		boot[1] = boot[1] << 4 | (hex_digit(text[i]) & 15);
	}
}
