/* SPDX-License-Identifier: MIT */
#include "libc_calendar.h"

time_t
libc_period_begin(struct tm tm, enum sli_calendar unit, int periods)
{
	tm.tm_sec = tm.tm_min = tm.tm_hour = 0;
	tm.tm_isdst = -1;
	switch (unit) {
	case SLI_DAY:
		tm.tm_mday += periods;
		break;
	case SLI_WEEK:
		tm.tm_mday += 7 * periods - (tm.tm_wday + 6) % 7;
		break;
	case SLI_MONTH:
		tm.tm_mday = 1;
		tm.tm_mon += periods;
		break;
	case SLI_QUARTER:
		tm.tm_mday = 1;
		tm.tm_mon += 3 * periods - tm.tm_mon % 3;
		break;
	default:
		tm.tm_mday = 1;
		tm.tm_mon = 0;
		tm.tm_year += periods;
	}
	return mktime(&tm);
}
