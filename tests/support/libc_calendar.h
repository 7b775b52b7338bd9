/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LIBC_CALENDAR_H
#define TESTS_LIBC_CALENDAR_H

/* Calendar periods as libc knows them: an oracle that shares no code. */

#include <time.h>

#include <sli/slo.h>

/*
 * The first day, in the zone that TZ names, of the period that a local time
 * lies in, so many periods on.
 */
time_t libc_period_begin(struct tm tm, enum sli_calendar unit, int periods);

#endif /* TESTS_LIBC_CALENDAR_H */
