/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sli/time.h>

#include "base/arith.h"
#include "still.h"

#define NOW SLI_DAYS(20089)
#define BOOTED (NOW - SLI_HOURS(5))

static uint64_t now_ns = NOW;

static int
still_clock(clockid_t clock, struct timespec *out)
{
	uint64_t ns = clock == CLOCK_REALTIME ? now_ns : now_ns - BOOTED;

	out->tv_sec = (time_t)(ns / SLI_SECONDS(1));
	out->tv_nsec = (long)(ns % SLI_SECONDS(1));
	return 0;
}

/* And the machine is the same in all runs. */
static ssize_t
same_boot(char *to, size_t bytes)
{
	static const char id[] = "01234567-89ab-cdef-0123-456789abcdef";

	memcpy(to, id, min_u64(bytes, sizeof(id) - 1));
	return (ssize_t)bytes;
}

#define clock_gettime(clock, out) still_clock(clock, out)
#define open(path, flags) ((void)(path), (flags))
#define read(fd, to, bytes) same_boot(to, bytes)
#define close(fd) (void)(fd)
#include "base/clock.c"
#undef clock_gettime
#undef open
#undef read
#undef close

uint64_t
still_now(void)
{
	return now_ns;
}

void
still_reset(void)
{
	now_ns = NOW;
}

/* Of all lengths, and now and then back. */
void
still_move(uint64_t value)
{
	uint64_t by = (value >> 8) % SLI_HOURS(1) >> (value & 31);

	if ((value & 0xe0) == 0xe0)
		now_ns -= min_u64(by, now_ns - BOOTED);
	else
		now_ns += by;
}
