/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* timegm */

#include "when.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "format.h"

#define YEAR_MOST 2115 /* libsli's time ends in the next */

/* So many digits at *text, which is moved behind them; -1: there are fewer. */
static int
digits(const char **text, int n)
{
	int value = 0;

	for (; n > 0; n--, ++*text) {
		if (!isdigit((unsigned char)**text))
			return -1;
		value = 10 * value + (**text - '0');
	}
	return value;
}

/* The same, after a character that has to be there. */
static int
digits_after(const char **text, char c, int n)
{
	if (**text != c)
		return -1;
	++*text;
	return digits(text, n);
}

/* What is behind the ninth digit is less than a nanosecond. */
static int
parse_fraction(const char **text, uint64_t *ns)
{
	uint64_t unit = SLI_SECONDS(1);

	*ns = 0;
	if (**text != '.')
		return 0;
	if (!isdigit((unsigned char)*++*text))
		return -1;
	for (; isdigit((unsigned char)**text); ++*text) {
		unit /= 10;
		*ns += unit * (uint64_t)(**text - '0');
	}
	return 0;
}

/* Seconds that local time is ahead of UTC. */
static int
parse_offset(const char **text, int *offset)
{
	int sign = **text == '-' ? -1 : 1, hours, minutes;

	*offset = 0;
	if (**text == 'Z') {
		++*text;
		return 0;
	}
	hours = digits_after(text, sign < 0 ? '-' : '+', 2);
	if (hours < 0)
		return -1;
	minutes = digits_after(text, ':', 2);
	if (hours > 23 || minutes < 0 || minutes > 59)
		return -1;
	*offset = sign * (hours * 3600 + minutes * 60);
	return 0;
}

/* timegm() makes March 2 of February 30. */
static int
parse_seconds(const char **text, int64_t *out)
{
	struct tm given, tm;

	memset(&given, 0, sizeof(given));
	given.tm_year = digits(text, 4) - 1900;
	if (given.tm_year < 70 || given.tm_year > YEAR_MOST - 1900)
		return -1;
	given.tm_mon = digits_after(text, '-', 2) - 1;
	given.tm_mday = digits_after(text, '-', 2);
	given.tm_hour = digits_after(text, 'T', 2);
	given.tm_min = digits_after(text, ':', 2);
	given.tm_sec = digits_after(text, ':', 2);
	tm = given;
	*out = (int64_t)timegm(&tm);
	return tm.tm_mon == given.tm_mon && tm.tm_mday == given.tm_mday &&
		tm.tm_hour == given.tm_hour && tm.tm_min == given.tm_min &&
		tm.tm_sec == given.tm_sec ?
	    0 :
	    -1;
}

static int
parse_date(const char *text, uint64_t *out_ns)
{
	int64_t seconds;
	uint64_t ns;
	int offset;

	if (parse_seconds(&text, &seconds) != 0 ||
	    parse_fraction(&text, &ns) != 0 ||
	    parse_offset(&text, &offset) != 0 || *text != '\0' ||
	    seconds < offset)
		return -1;
	*out_ns = (uint64_t)(seconds - offset) * SLI_SECONDS(1) + ns;
	return 0;
}

int
when_parse(const char *text, struct when *out)
{
	out->ns = 0;
	if (strcmp(text, "now") == 0) {
		out->is = WHEN_AGO;
		return 0;
	}
	if (*text == '-' || *text == '+') {
		out->is = *text == '-' ? WHEN_AGO : WHEN_AHEAD;
		return format_parse_duration(text + 1, &out->ns);
	}
	out->is = WHEN_AT;
	return parse_date(text, &out->ns);
}

uint64_t
when_ns(const struct when *when, uint64_t now_ns)
{
	/* Whole seconds: they are slots, and can be read. */
	now_ns -= now_ns % SLI_SECONDS(1);
	switch (when->is) {
	case WHEN_AGO:
		return when->ns < now_ns ? now_ns - when->ns : 0;
	case WHEN_AHEAD:
		return when->ns < UINT64_MAX - now_ns ? now_ns + when->ns :
							UINT64_MAX;
	default:
		return when->ns;
	}
}
