/* SPDX-License-Identifier: MIT */
#ifndef UNIT_ZONES_H
#define UNIT_ZONES_H

/*
 * Time zones, and libc as the oracle for them: what it makes of the same
 * database, by setting TZ in this process, which the library never looks at.
 */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../support/common.h"
#include "slo/zone.h"

#define DATABASE "/usr/share/zoneinfo"

/* 2020-01-01 and 2036-01-01, 00:00 UTC */
#define FROM_2020_S INT64_C(1577836800)
#define UNTIL_2036_S INT64_C(2082758400)

static inline void
load_zone(const char *name, struct sli__zone *zone)
{
	struct sli_error err;

	if (sli__zone_load(name, zone, &err) != SLI_OK)
		fail_msg("%s", err.message);
}

/* A name, or a rule as POSIX writes it. */
static inline void
libc_zone(const char *name)
{
	assert_int_equal(setenv("TZ", name, 1), 0);
	tzset();
}

static inline int64_t
libc_offset(int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		fail_msg("libc cannot tell %lld", (long long)utc_s);
	return tm.tm_gmtoff;
}

/* 2024-03-31 01:00 by its UTC fields, for what the tests know by heart. */
static inline int64_t
utc(int year, int month, int day, int hour, int minute)
{
	struct tm tm = { .tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = hour,
		.tm_min = minute };

	return timegm(&tm);
}

/* In memory of just that length, so that a sanitizer sees a step outside. */
static inline int
parse_bytes(const unsigned char *bytes, size_t length, struct sli__zone *zone,
    struct sli_error *err)
{
	unsigned char *exact = malloc(length > 0 ? length : 1);
	int status;

	assert_non_null(exact);
	memcpy(exact, bytes, length);
	status = sli__zone_parse("Made/Up", exact, length, zone, err);
	free(exact);
	return status;
}

#endif /* UNIT_ZONES_H */
