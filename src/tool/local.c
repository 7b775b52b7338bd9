/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* gmtime_r */

#include "local.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/*
 * What the zone's clocks show at a time, as seconds since 1970 of their own.
 * The library goes the other way, so: guess, see when that is, and correct the
 * guess by as much. Two steps do, but for the hours at a change of clocks.
 */
static int
local_seconds(const char *zone, int64_t at_s, int64_t *out)
{
	int64_t guess = at_s, found_s;
	uint64_t found_ns;
	int step;

	for (step = 0; step < 4; step++) {
		if (sli_time_zone_resolve(zone, guess, &found_ns, NULL) !=
		    SLI_OK)
			return -1;
		found_s = (int64_t)(found_ns / SLI_SECONDS(1));
		if (found_s == at_s) {
			*out = guess;
			return 0;
		}
		guess += at_s - found_s;
	}
	return -1;
}

const char *
local_time(char *buf, const char *zone, uint64_t at_ns)
{
	int64_t at_s = (int64_t)(at_ns / SLI_SECONDS(1)), local_s;
	char date[FORMAT_MAX / 2];
	int minutes;
	time_t s;
	struct tm tm;

	if (local_seconds(zone, at_s, &local_s) != 0)
		return format_time(buf, at_ns);
	minutes = (int)((local_s - at_s) / 60);
	s = (time_t)local_s;
	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return format_time(buf, at_ns);
	snprintf(buf, FORMAT_MAX, "%s%c%02d:%02d", date,
	    minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
	return buf;
}
