/* SPDX-License-Identifier: MIT */
/*
 * std offset [dst [offset] , begin [/time] , end [/time]], POSIX.1 XBD 8.3
 * with the times of RFC 9636, 3.3.2 (from -167 h to 167 h). Saying that there
 * is a dst but not when, which POSIX leaves to the implementation, is refused:
 * TZif files do not.
 */
#include <string.h>

#include "slo/civil.h"
#include "slo/zone_rule.h"

#define HOURS_S 3600
#define TIME_MAX_H 167
#define TIME_MAX_S (TIME_MAX_H * HOURS_S + 3599)

struct reader {
	const char *at, *end;
};

static bool
take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* EST, or <-04>: three characters at least. */
static bool
take_name(struct reader *r)
{
	bool quoted = take(r, '<');
	const char *from = r->at;

	while (r->at < r->end &&
	    (is_letter(*r->at) ||
		(quoted &&
		    (is_digit(*r->at) || *r->at == '+' || *r->at == '-'))))
		r->at++;
	return r->at - from >= 3 && (!quoted || take(r, '>'));
}

static bool
take_number(struct reader *r, uint32_t min, uint32_t max, uint32_t *out)
{
	const char *from = r->at;
	uint32_t n = 0;

	while (r->at < r->end && is_digit(*r->at) && r->at - from < 4)
		n = n * 10 + (uint32_t)(*r->at++ - '0');
	*out = n;
	return r->at > from && n >= min && n <= max;
}

/* [+|-] hours [: minutes [: seconds]] */
static bool
take_time(struct reader *r, uint32_t max_hours, int32_t *out)
{
	bool negative = take(r, '-');
	uint32_t hours, minutes = 0, seconds = 0;

	if (!negative)
		take(r, '+');
	if (!take_number(r, 0, max_hours, &hours))
		return false;
	if (take(r, ':')) {
		if (!take_number(r, 0, 59, &minutes))
			return false;
		if (take(r, ':') && !take_number(r, 0, 59, &seconds))
			return false;
	}
	*out = (int32_t)(hours * HOURS_S + minutes * 60 + seconds);
	if (negative)
		*out = -*out;
	return true;
}

/* POSIX counts to the west. */
static bool
take_offset(struct reader *r, int32_t *out)
{
	if (!take_time(r, 24, out))
		return false;
	*out = -*out;
	return true;
}

static bool
take_day(struct reader *r, struct sli__zone_day *out)
{
	if (!take(r, ','))
		return false;
	if (take(r, 'M')) {
		out->kind = SLI__ZONE_WEEKDAY;
		if (!take_number(r, 1, 12, &out->month) || !take(r, '.') ||
		    !take_number(r, 1, 5, &out->week) || !take(r, '.') ||
		    !take_number(r, 0, 6, &out->day))
			return false;
	} else if (take(r, 'J')) {
		out->kind = SLI__ZONE_DAY_COMMON;
		if (!take_number(r, 1, 365, &out->day))
			return false;
	} else {
		out->kind = SLI__ZONE_DAY_PLAIN;
		if (!take_number(r, 0, 365, &out->day))
			return false;
	}
	out->time_s = 2 * HOURS_S;
	return !take(r, '/') || take_time(r, TIME_MAX_H, &out->time_s);
}

bool
sli__zone_rule_parse(const char *text, const char *end,
    struct sli__zone_rule *out)
{
	struct reader r = { text, end };

	memset(out, 0, sizeof(*out));
	if (!take_name(&r) || !take_offset(&r, &out->standard_s))
		return false;
	if (r.at == r.end)
		return true;
	out->has_daylight = 1;
	if (!take_name(&r))
		return false;
	out->daylight_s = out->standard_s + HOURS_S;
	if (r.at < r.end && *r.at != ',' && !take_offset(&r, &out->daylight_s))
		return false;
	return take_day(&r, &out->begin) && take_day(&r, &out->end) &&
	    r.at == r.end;
}

static bool
day_check(const struct sli__zone_day *day)
{
	if (day->time_s < -TIME_MAX_S || day->time_s > TIME_MAX_S)
		return false;
	switch (day->kind) {
	case SLI__ZONE_WEEKDAY:
		return day->month >= 1 && day->month <= 12 && day->week >= 1 &&
		    day->week <= 5 && day->day <= 6;
	case SLI__ZONE_DAY_COMMON:
		return day->day >= 1 && day->day <= 365;
	case SLI__ZONE_DAY_PLAIN:
		return day->day <= 365;
	default:
		return false;
	}
}

bool
sli__zone_rule_check(const struct sli__zone_rule *rule)
{
	if (!sli__zone_offset_ok(rule->standard_s) || rule->has_daylight > 1)
		return false;
	return !rule->has_daylight ||
	    (sli__zone_offset_ok(rule->daylight_s) && day_check(&rule->begin) &&
		day_check(&rule->end));
}

/* The local time of that day in a year, in seconds since 1970. */
static int64_t
local_in(const struct sli__zone_day *day, int64_t year)
{
	struct sli__date date = { year, 1, 1 };
	int64_t days = sli__days_of(date);
	uint32_t ahead;

	switch (day->kind) {
	case SLI__ZONE_WEEKDAY:
		date.month = day->month;
		days = sli__days_of(date);
		/* Sunday is 0 in the one and 6 in the other. */
		ahead = (day->day + 13 - sli__weekday_of(days)) % 7;
		ahead += 7 * (day->week - 1);
		if (ahead >= sli__month_days(year, day->month))
			ahead -= 7;
		days += ahead;
		break;
	case SLI__ZONE_DAY_COMMON:
		days += day->day - 1 + (sli__is_leap(year) && day->day >= 60);
		break;
	default:
		days += day->day;
	}
	return days * SLI__DAY_S + day->time_s;
}

/*
 * The latest of all begins and ends decides. Where an end and a begin fall
 * together, daylight-saving time goes on: so zones are written that never
 * leave it (RFC 9636, 3.3.2). A time may lie a week outside of its year: what
 * came last may be of the year before last.
 */
int32_t
sli__zone_rule_at(const struct sli__zone_rule *rule, int64_t utc_s,
    int64_t *until_s)
{
	int64_t begun = INT64_MIN, ended = INT64_MIN, year, y, begin, end;

	*until_s = INT64_MAX;
	if (!rule->has_daylight)
		return rule->standard_s;
	year = sli__date_of(sli__floor_div(utc_s, SLI__DAY_S)).year;
	for (y = year - 2; y <= year + 2; y++) {
		begin = local_in(&rule->begin, y) - rule->standard_s;
		end = local_in(&rule->end, y) - rule->daylight_s;
		if (begin <= utc_s)
			begun = begin > begun ? begin : begun;
		else if (begin < *until_s)
			*until_s = begin;
		if (end <= utc_s)
			ended = end > ended ? end : ended;
		else if (end < *until_s)
			*until_s = end;
	}
	return begun >= ended ? rule->daylight_s : rule->standard_s;
}
