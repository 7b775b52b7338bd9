/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "spec/number.h"

#define DIGITS_MAX 400 /* of a number that is written out */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* *value * by + add, if that fits. */
static bool
scale(uint64_t *value, uint64_t by, uint64_t add)
{
	return !__builtin_mul_overflow(*value, by, value) &&
	    !__builtin_add_overflow(*value, add, value);
}

static const char *
read_exponent(const char *text, int *exponent)
{
	int sign = 1, value = 0;

	if (*text == '+' || *text == '-')
		sign = *text++ == '-' ? -1 : 1;
	if (!is_digit(*text))
		return NULL;
	for (; is_digit(*text); text++) {
		if (value < DIGITS_MAX)
			value = value * 10 + (*text - '0');
	}
	*exponent = sign * value;
	return text;
}

const char *
sli__spec_read_decimal(const char *text, unsigned places, uint64_t *out)
{
	char digits[DIGITS_MAX];
	int count = 0, fraction = 0, exponent = 0, shift, i;
	bool any = false, is_negative = *text == '-';
	uint64_t value = 0;

	if (*text == '-' || *text == '+')
		text++;
	for (bool is_fraction = false;
	     is_digit(*text) || (*text == '.' && !is_fraction); text++) {
		if (*text == '.') {
			is_fraction = true;
			continue;
		}
		any = true;
		if (is_fraction)
			fraction++;
		if (count == 0 && *text == '0')
			continue;
		if (count == DIGITS_MAX)
			return "has too many digits";
		digits[count++] = *text;
	}
	if (any && (*text == 'e' || *text == 'E'))
		text = read_exponent(text + 1, &exponent);
	if (!any || text == NULL || *text != '\0')
		return "is not a decimal number";
	if (count > 0 && is_negative)
		return "is negative";
	/* Zeros at the end are worth nothing: 99.9000 is 99.9. */
	shift = (int)places + exponent - fraction;
	while (count > 0 && shift < 0 && digits[count - 1] == '0') {
		count--;
		shift++;
	}
	if (count > 0 && shift < 0)
		return "has more decimals than can be kept";
	for (i = 0; i < count + shift && count > 0; i++) {
		if (!scale(&value, 10,
			i < count ? (uint64_t)(digits[i] - '0') : 0))
			return "is too large";
	}
	*out = value;
	return NULL;
}

static const struct unit {
	const char *name;
	uint64_t ns;
} prometheus_units[] = {
	{ "y", 365 * SLI__SPEC_DAY_NS },
	{ "w", 7 * SLI__SPEC_DAY_NS },
	{ "d", SLI__SPEC_DAY_NS },
	{ "h", SLI__SPEC_HOUR_NS },
	{ "m", SLI__SPEC_MINUTE_NS },
	{ "s", UINT64_C(1000000000) },
	{ "ms", UINT64_C(1000000) },
	{ NULL, 0 },
}, go_units[] = {
	{ "h", SLI__SPEC_HOUR_NS },
	{ "m", SLI__SPEC_MINUTE_NS },
	{ "s", UINT64_C(1000000000) },
	{ "ms", UINT64_C(1000000) },
	{ "us", UINT64_C(1000) },
	{ "\xc2\xb5s", UINT64_C(1000) },
	{ "ns", 1 },
	{ NULL, 0 },
};

/* The unit at the start of the text, or NULL. */
static const struct unit *
find_unit(const struct unit *units, const char *text)
{
	size_t len = 0;

	while (text[len] != '\0' && text[len] != '.' && !is_digit(text[len]))
		len++;
	for (; units->name != NULL; units++) {
		if (strlen(units->name) == len &&
		    memcmp(units->name, text, len) == 0)
			return units;
	}
	return NULL;
}

const char *
sli__spec_read_prometheus(const char *text, uint64_t *out_ns)
{
	static const char no[] = "is not a duration of Prometheus, such as "
				 "30d, 4w or 1h30m";
	const struct unit *unit, *least = prometheus_units;
	uint64_t sum = 0, value;

	if (strcmp(text, "0") == 0) {
		*out_ns = 0;
		return NULL;
	}
	do {
		if (!is_digit(*text))
			return no;
		for (value = 0; is_digit(*text); text++) {
			if (!scale(&value, 10, (uint64_t)(*text - '0')))
				return "is too long";
		}
		unit = find_unit(least, text);
		if (unit == NULL)
			return no;
		least = unit + 1;
		text += strlen(unit->name);
		if (!scale(&value, unit->ns, sum))
			return "is too long";
		sum = value;
	} while (*text != '\0');
	*out_ns = sum;
	return NULL;
}

const char *
sli__spec_read_go(const char *text, uint64_t *out_ns)
{
	static const char no[] = "is not a duration of Go, such as 30s, 1m or "
				 "1h30m";
	char number[32];
	const struct unit *unit;
	uint64_t sum = 0, value, one;
	size_t len;
	unsigned zeros;

	if (strcmp(text, "0") == 0) {
		*out_ns = 0;
		return NULL;
	}
	do {
		for (len = 0; is_digit(text[len]) || text[len] == '.'; len++)
			continue;
		unit = find_unit(go_units, text + len);
		if (len == 0 || len >= sizeof(number) || unit == NULL)
			return no;
		memcpy(number, text, len);
		number[len] = '\0';
		/* Of 1.5h: 15 * (1h / 10). Units are divisible by that. */
		for (zeros = 0, one = unit->ns;; zeros++, one /= 10) {
			if (sli__spec_read_decimal(number, zeros, &value) ==
			    NULL)
				break;
			if (one % 10 != 0)
				return "is not a whole number of nanoseconds";
		}
		if (!scale(&value, one, sum))
			return "is too long";
		sum = value;
		text += len + strlen(unit->name);
	} while (*text != '\0');
	*out_ns = sum;
	return NULL;
}

const char *
sli__spec_read_openslo(const char *text, uint64_t *out_count, char *out_unit)
{
	static const char no[] = "is not a duration: a whole number above 0, "
				 "then m (minutes), h, d, w, M (months), Q "
				 "or Y";
	uint64_t count = 0;

	for (; is_digit(*text); text++) {
		if (!scale(&count, 10, (uint64_t)(*text - '0')))
			return "is too long";
	}
	if (count == 0 || *text == '\0' || strchr("mhdwMQY", *text) == NULL ||
	    text[1] != '\0')
		return no;
	*out_count = count;
	*out_unit = *text;
	return NULL;
}

/* Days from 1970-01-01, of the Gregorian calendar. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	/* Years begin in March here, so that the leap day is their last. */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	    1 - 719468;
}

const char *
sli__spec_read_civil(const char *text, int64_t *out_s)
{
	static const char shape[] = "dddd-dd-dd dd:dd:dd";
	static const char no[] = "is not a time; accepted: YYYY-MM-DD HH:MM:SS "
				 "without a time zone";
	int64_t part[6] = { 0 };
	size_t i, at = 0;

	if (strlen(text) != strlen(shape))
		return no;
	for (i = 0; shape[i] != '\0'; i++) {
		if (shape[i] == 'd' && is_digit(text[i]))
			part[at] = part[at] * 10 + (text[i] - '0');
		else if (shape[i] == 'd' ||
		    (text[i] != shape[i] &&
			!(shape[i] == ' ' && text[i] == 'T')))
			return no;
		else
			at++;
	}
	if (part[0] < 1970 || part[1] < 1 || part[1] > 12 || part[2] < 1 ||
	    part[3] > 23 || part[4] > 59 || part[5] > 59)
		return "is no time of any day since 1970";
	if (part[2] > days_of(part[0] + part[1] / 12, part[1] % 12 + 1, 1) -
		days_of(part[0], part[1], 1))
		return "is a day that its month does not have";
	*out_s = ((days_of(part[0], part[1], part[2]) * 24 + part[3]) * 60 +
		     part[4]) *
		60 +
	    part[5];
	return NULL;
}

const char *
sli__spec_decimal_text(unsigned __int128 value, unsigned places,
    char text[SLI__SPEC_TEXT_BYTES])
{
	char *at = text + SLI__SPEC_TEXT_BYTES - 1;
	unsigned i;

	*at = '\0';
	for (i = 0; i < places && value % 10 == 0; i++)
		value /= 10;
	if (i < places) {
		for (; i < places; i++, value /= 10)
			*--at = (char)('0' + (int)(value % 10));
		*--at = '.';
	}
	do {
		*--at = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value > 0);
	memmove(text, at, strlen(at) + 1);
	return text;
}

const char *
sli__spec_duration_text(uint64_t ns, char text[SLI__SPEC_TEXT_BYTES])
{
	uint64_t left = ns / 1000000 * 1000000;
	const struct unit *unit;
	int len = 0;

	if (left == 0)
		snprintf(text, SLI__SPEC_TEXT_BYTES, "0s");
	for (unit = prometheus_units; left > 0; unit++) {
		/* Years and weeks only where nothing else is needed. */
		if (left < unit->ns ||
		    (unit->ns >= 7 * SLI__SPEC_DAY_NS && left % unit->ns != 0))
			continue;
		len += snprintf(text + len, SLI__SPEC_TEXT_BYTES - (size_t)len,
		    "%llu%s", (unsigned long long)(left / unit->ns),
		    unit->name);
		left %= unit->ns;
	}
	return text;
}
