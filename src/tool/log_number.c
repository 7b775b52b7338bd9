/* SPDX-License-Identifier: MIT */
#include "log_number.h"

#include <string.h>

#include <sli/time.h>

/* What is left to be read. */
struct cursor {
	const char *at, *end;
};

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
take(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return 0;
	c->at++;
	return 1;
}

/* Exactly `count` digits, up to nine; -1 if there are fewer. */
static int
fixed(struct cursor *c, int count)
{
	int value = 0;

	for (; count > 0; count--, c->at++) {
		if (c->at == c->end || !is_digit(*c->at))
			return -1;
		value = 10 * value + (*c->at - '0');
	}
	return value;
}

/*
 * A decimal is digits * 10^exponent. Of more digits than fit those behind are
 * dropped: that is less than 1e-17 of the value.
 */
struct decimal {
	uint64_t digits;
	int64_t exponent;
};

#define DIGITS_MOST (UINT64_MAX / 10 - 1)

static int
read_digits(struct cursor *c, struct decimal *d, int is_fraction)
{
	int any = 0;

	for (; c->at < c->end && is_digit(*c->at); c->at++, any = 1) {
		if (d->digits <= DIGITS_MOST) {
			d->digits = 10 * d->digits + (uint64_t)(*c->at - '0');
			d->exponent -= is_fraction;
		} else
			d->exponent += !is_fraction;
	}
	return any;
}

static int
read_exponent(struct cursor *c, struct decimal *d)
{
	int is_negative;
	int64_t value = 0;
	int any = 0;

	if (!take(c, 'e') && !take(c, 'E'))
		return 0;
	is_negative = take(c, '-');
	if (!is_negative)
		take(c, '+');
	for (; c->at < c->end && is_digit(*c->at); c->at++, any = 1)
		if (value < 1000)
			value = 10 * value + (*c->at - '0');
	d->exponent += is_negative ? -value : value;
	return any ? 0 : -1;
}

static int
read_decimal(struct cursor *c, struct decimal *d)
{
	int any;

	d->digits = 0;
	d->exponent = 0;
	any = read_digits(c, d, 0);
	if (take(c, '.'))
		any |= read_digits(c, d, 1);
	return any ? read_exponent(c, d) : -1;
}

static int
scale_decimal(const struct decimal *d, uint64_t scale, uint64_t *out)
{
	unsigned __int128 value = (unsigned __int128)d->digits * scale;
	int64_t exponent;

	for (exponent = d->exponent; exponent > 0 && value > 0; exponent--) {
		value *= 10;
		if (value > UINT64_MAX)
			return -1;
	}
	for (; exponent < 0 && value > 0; exponent++)
		value /= 10;
	if (value > UINT64_MAX)
		return -1;
	*out = (uint64_t)value;
	return 0;
}

int
log_number_scaled(const char *text, size_t length, uint64_t scale,
    uint64_t *out)
{
	struct cursor c = { text, text + length };
	struct decimal d;

	if (read_decimal(&c, &d) != 0 || c.at != c.end)
		return -1;
	return scale_decimal(&d, scale, out);
}

int
log_number_integer(const char *text, size_t length, int64_t *out)
{
	struct cursor c = { text, text + length };
	int is_negative = take(&c, '-');
	uint64_t value;

	if (c.at == c.end || c.end - c.at > 18)
		return -1;
	for (value = 0; c.at < c.end && is_digit(*c.at); c.at++)
		value = 10 * value + (uint64_t)(*c.at - '0');
	*out = is_negative ? -(int64_t)value : (int64_t)value;
	return c.at == c.end ? 0 : -1;
}

static uint64_t
unit_of(const struct cursor *c)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "s", SLI_SECONDS(1) }, { "ms", SLI_MILLIS(1) },
		{ "us", SLI_MICROS(1) }, { "\xc2\xb5s", SLI_MICROS(1) },
		{ "\xce\xbcs", SLI_MICROS(1) }, { "ns", 1 },
		{ "m", SLI_MINUTES(1) } };
	size_t length = (size_t)(c->end - c->at), i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == length &&
		    memcmp(units[i].name, c->at, length) == 0)
			return units[i].ns;
	return 0;
}

int
log_number_duration(const char *text, size_t length, uint64_t unit_ns,
    uint64_t *out_ns)
{
	struct cursor c = { text, text + length };
	struct decimal d;

	if (read_decimal(&c, &d) != 0)
		return -1;
	if (c.at < c.end)
		unit_ns = unit_of(&c);
	return unit_ns == 0 ? -1 : scale_decimal(&d, unit_ns, out_ns);
}

/* ---- times ---- */

/* Days from 1970-01-01, by Howard Hinnant's days_from_civil. */
static int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = year / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && is_leap);
}

struct civil {
	int year, month, day, hour, minute, second;
	uint64_t fraction_ns;
	int offset_s; /* east of UTC */
};

/* Second 60 is a leap second: the one that follows, as of POSIX. */
static int
civil_ns(const struct civil *t, uint64_t *out_ns)
{
	int64_t s;

	if (t->year < 1970 || t->year > 2200 || t->month < 1 || t->month > 12 ||
	    t->day < 1 || t->day > days_in(t->year, t->month) || t->hour < 0 ||
	    t->hour > 23 || t->minute < 0 || t->minute > 59 || t->second < 0 ||
	    t->second > 60)
		return -1;
	s = days_from_civil(t->year, t->month, t->day) * 86400 +
	    t->hour * 3600 + t->minute * 60 + t->second - t->offset_s;
	if (s < 0)
		return -1;
	*out_ns = SLI_SECONDS(s) + t->fraction_ns;
	return 0;
}

/* +02:00, +0200 or +02. */
static int
read_offset(struct cursor *c, int *out_s)
{
	int sign = take(c, '-') ? -1 : take(c, '+') ? 1 : 0;
	int hours, minutes = 0;

	if (sign == 0)
		return -1;
	hours = fixed(c, 2);
	if (take(c, ':') || c->at < c->end)
		minutes = fixed(c, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return -1;
	*out_s = sign * (hours * 3600 + minutes * 60);
	return 0;
}

static int
read_fraction(struct cursor *c, uint64_t *out_ns)
{
	uint64_t unit = SLI_SECONDS(1) / 10;
	const char *begin = c->at;

	for (; c->at < c->end && is_digit(*c->at); c->at++, unit /= 10)
		*out_ns += unit * (uint64_t)(*c->at - '0');
	return c->at > begin ? 0 : -1;
}

static int
read_clock(struct cursor *c, struct civil *t)
{
	t->hour = fixed(c, 2);
	if (!take(c, ':'))
		return -1;
	t->minute = fixed(c, 2);
	if (!take(c, ':'))
		return -1;
	t->second = fixed(c, 2);
	if (take(c, '.') || take(c, ','))
		return read_fraction(c, &t->fraction_ns);
	return 0;
}

static int
read_rfc3339(struct cursor *c, uint64_t *out_ns)
{
	struct civil t = { 0 };

	t.year = fixed(c, 4);
	if (!take(c, '-'))
		return -1;
	t.month = fixed(c, 2);
	if (!take(c, '-'))
		return -1;
	t.day = fixed(c, 2);
	if (c->at == c->end)
		return civil_ns(&t, out_ns);
	if (!take(c, 'T') && !take(c, 't') && !take(c, ' '))
		return -1;
	if (read_clock(c, &t) != 0)
		return -1;
	take(c, ' ');
	if (!take(c, 'Z') && !take(c, 'z') && c->at < c->end &&
	    read_offset(c, &t.offset_s) != 0)
		return -1;
	return c->at == c->end ? civil_ns(&t, out_ns) : -1;
}

static int
read_month(struct cursor *c)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int month;

	if (c->end - c->at < 3)
		return -1;
	for (month = 1; month <= 12; month++)
		if (memcmp(names + 3 * (month - 1), c->at, 3) == 0) {
			c->at += 3;
			return month;
		}
	return -1;
}

/* 10/Oct/2000:13:55:36 -0700 */
static int
read_common(struct cursor *c, uint64_t *out_ns)
{
	struct civil t = { 0 };

	t.day = fixed(c, 2);
	if (!take(c, '/'))
		return -1;
	t.month = read_month(c);
	if (!take(c, '/'))
		return -1;
	t.year = fixed(c, 4);
	if (!take(c, ':') || read_clock(c, &t) != 0 || !take(c, ' ') ||
	    read_offset(c, &t.offset_s) != 0 || c->at != c->end)
		return -1;
	return civil_ns(&t, out_ns);
}

static int
read_epoch(struct cursor *c, uint64_t *out_ns)
{
	struct decimal d;
	uint64_t whole, unit;

	if (read_decimal(c, &d) != 0 || c->at != c->end ||
	    scale_decimal(&d, 1, &whole) != 0)
		return -1;
	unit = whole < UINT64_C(100000000000)	 ? SLI_SECONDS(1) :
	    whole < UINT64_C(100000000000000)	 ? SLI_MILLIS(1) :
	    whole < UINT64_C(100000000000000000) ? SLI_MICROS(1) :
						   1;
	return scale_decimal(&d, unit, out_ns);
}

int
log_number_time(const char *text, size_t length, uint64_t *out_ns)
{
	struct cursor c = { text, text + length };
	int status;

	if (length > 4 && text[4] == '-')
		status = read_rfc3339(&c, out_ns);
	else if (length > 2 && text[2] == '/')
		status = read_common(&c, out_ns);
	else
		status = read_epoch(&c, out_ns);
	/* Beyond the year 2200 the library would not take it for a time. */
	return status != 0 || *out_ns >= SLI_DAYS(84000) ? -1 : 0;
}
