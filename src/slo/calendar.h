/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_CALENDAR_H
#define SLI_SLO_CALENDAR_H

/*
 * Calendar periods: days, weeks, months, quarters and years, or several of
 * them, as the clocks of a time zone show them. A day may have 23 or 25 hours,
 * a week 167 or 169, a month 28 to 31 days.
 *
 * A period begins at the first time at which the zone's clocks show its first
 * local time or later (sli__zone_first()). So where midnight is skipped a
 * period begins at the first instant that the new day has; where it comes
 * twice, at the first of the two, and what clocks then show of the old day once
 * more belongs to the new period; and a day that a zone skipped is no period.
 * Every time lies in exactly one period.
 *
 * Pure: nothing is allocated, no clock is read; safe in a signal handler.
 */

#include <stdint.h>

#include <sli/slo.h>
#include <sli/status.h>

#include "slo/zone.h"

#define SLI__CALENDAR_COUNT_MAX 366

/*
 * Without a start, weeks begin at 00:00 on the week's first day, days at 00:00,
 * all others at 00:00 on the first of January, April and so on; several units
 * are counted from the one that 1970-01-01 lies in (quarters: January to March
 * is the first).
 *
 * With one, the local date and time of that time repeat: a month from the 31st
 * begins on the 31st, or on the last day of a month that has none.
 */
struct sli__calendar_config {
	enum sli_calendar unit;
	uint32_t count; /* of units in a period; 0 is 1 */
	/* ISO 8601: 1 is Monday, 7 Sunday; 0 is Monday. Only for weeks. */
	uint32_t week_start;
	/* A start of a period, in whole seconds; 0: none is given. */
	uint64_t start_ns;
};

/* What is kept of it; relocatable, as a zone. */
struct sli__calendar {
	uint32_t unit, count;
	int64_t first_s; /* local time at which period 0 begins, since 1970 */
};

/*
 * Check a configuration, for periods in that zone.
 *
 * Errors: SLI_EINVAL, SLI_ERANGE (count, start_ns). *out is untouched then.
 */
int sli__calendar_make(const struct sli__calendar_config *cfg,
    const struct sli__zone *zone, struct sli__calendar *out,
    struct sli_error *err);

/* Is a calendar that comes from shared memory one? SLI_OK or SLI_ECORRUPT. */
int sli__calendar_check(const struct sli__calendar *calendar,
    struct sli_error *err);

/*
 * The period [*from_ns, *to_ns) that now_ns lies in. The next one is that of
 * *to_ns, the previous one that of *from_ns - 1. What would begin before 1970
 * begins with it; a now_ns above 2^62 (the year 2116) counts as that.
 */
void sli__calendar_period(const struct sli__calendar *calendar,
    const struct sli__zone *zone, uint64_t now_ns, uint64_t *from_ns,
    uint64_t *to_ns);

/*
 * How many time slices of that length (above 0) [from_ns, to_ns) has, known
 * before they have passed. Slices are the ones of the history: they begin at
 * whole multiples of slice_ns since 1970, in UTC, and all have the same length.
 * Each belongs to the period that it begins in, so that no slice is cut, and
 * none is in two periods or in none: a day of 23 hours has fewer of them, and
 * where a period does not begin on a slice's boundary (hours, in a zone that is
 * half an hour off) the slice over its beginning is the previous period's.
 */
uint64_t sli__calendar_slices(uint64_t from_ns, uint64_t to_ns,
    uint64_t slice_ns);

#endif /* SLI_SLO_CALENDAR_H */
