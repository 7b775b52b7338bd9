/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include <sli/time.h>

#include "export/date.h"

void
sli__date_of(uint64_t at_s, struct sli__date *out)
{
	uint64_t day = at_s / 86400, second = at_s % 86400;
	/* Hinnant's: eras of 400 years that begin on 1 March of year 0. */
	uint64_t from_march = day + 719468, era = from_march / 146097;
	uint64_t of_era = from_march % 146097;
	uint64_t year =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * of_year + 2) / 153; /* from March, which is 0 */

	out->year = era * 400 + year + (month >= 10 ? 1 : 0);
	out->month = (uint32_t)(month < 10 ? month + 3 : month - 9);
	out->day = (uint32_t)(of_year - (153 * month + 2) / 5 + 1);
	out->hour = (uint32_t)(second / 3600);
	out->minute = (uint32_t)(second / 60 % 60);
	out->second = (uint32_t)(second % 60);
	out->weekday = (uint32_t)(day % 7);
}

void
sli__date_iso(char out[SLI__ISO_BYTES], uint64_t at_ns)
{
	struct sli__date d;

	sli__date_of(at_ns / SLI_SECONDS(1), &d);
	snprintf(out, SLI__ISO_BYTES,
	    "%04" PRIu64 "-%02u-%02uT%02u:%02u:%02u.%03uZ", d.year, d.month,
	    d.day, d.hour, d.minute, d.second,
	    (unsigned)(at_ns / SLI_MILLIS(1) % 1000));
}

const char *
sli__duration(char out[SLI__DURATION_BYTES], uint64_t ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "d", SLI_DAYS(1) },
		{ "h", SLI_HOURS(1) },
		{ "m", SLI_MINUTES(1) },
		{ "s", SLI_SECONDS(1) },
		{ "ms", SLI_MILLIS(1) },
		{ "us", SLI_MICROS(1) },
		{ "ns", 1 },
	};
	size_t i, used = 0;

	out[0] = '\0';
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (ns >= units[i].ns) {
			used += (size_t)snprintf(out + used,
			    SLI__DURATION_BYTES - used, "%" PRIu64 "%s",
			    ns / units[i].ns, units[i].name);
			ns %= units[i].ns;
		}
	return out;
}
