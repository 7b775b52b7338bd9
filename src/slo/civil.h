/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_CIVIL_H
#define SLI_SLO_CIVIL_H

/*
 * The proleptic Gregorian calendar, without zones: days are counted from
 * 1970-01-01, years are at most 10,000 away from it. (H. Hinnant,
 * "chrono-compatible low-level date algorithms".)
 */

#include <stdbool.h>
#include <stdint.h>

#define SLI__DAY_S INT64_C(86400)

struct sli__date {
	int64_t year;
	uint32_t month, day; /* both from 1 */
};

/* Rounded down, below zero too; b > 0. */
static inline int64_t
sli__floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static inline bool
sli__is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline uint32_t
sli__month_days(int64_t year, uint32_t month)
{
	if (month == 2)
		return sli__is_leap(year) ? 29 : 28;
	return 30 + ((month + (month >> 3)) & 1);
}

/* Years begin in March here, so that the leap day is their last. */
static inline int64_t
sli__days_of(struct sli__date date)
{
	int64_t year = date.year - (date.month <= 2);
	int64_t era = sli__floor_div(year, 400), of_era = year - era * 400;
	int64_t month = (date.month + 9) % 12;
	int64_t of_year = (153 * month + 2) / 5 + date.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

static inline struct sli__date
sli__date_of(int64_t days)
{
	int64_t shifted = days + 719468, era = sli__floor_div(shifted, 146097);
	int64_t day = shifted - era * 146097; /* of the era */
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t month;
	struct sli__date date;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	date.day = (uint32_t)(day - (153 * month + 2) / 5 + 1);
	date.month = (uint32_t)(month < 10 ? month + 3 : month - 9);
	date.year = year + era * 400 + (date.month <= 2);
	return date;
}

/* Monday 0, as ISO 8601 has weeks begin. */
static inline uint32_t
sli__weekday_of(int64_t days)
{
	return (uint32_t)(days + 3 - sli__floor_div(days + 3, 7) * 7);
}

#endif /* SLI_SLO_CIVIL_H */
