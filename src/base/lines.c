/* SPDX-License-Identifier: MIT */
#include "base/lines.h"

#include <string.h>

#include <sli/time.h>

#include "base/arith.h"
#include "base/text.h"

void
sli__lines_begin(struct sli__lines *l, char *text, size_t size)
{
	l->text = text;
	l->size = text == NULL ? 0 : size;
	l->bytes = 0;
	l->whole = 0;
}

size_t
sli__lines_end(struct sli__lines *l)
{
	if (l->size > 0)
		l->text[l->whole] = '\0';
	return l->bytes;
}

static void
put_char(struct sli__lines *l, char c)
{
	/* The last byte is for the NUL. */
	if (l->bytes + 1 < l->size) {
		l->text[l->bytes] = c;
		if (c == '\n')
			l->whole = l->bytes + 1;
	}
	l->bytes++;
}

void
sli__put(struct sli__lines *l, const char *s)
{
	while (*s != '\0')
		put_char(l, *s++);
}

void
sli__put_text(struct sli__lines *l, const char *s, size_t max)
{
	const char *end = memchr(s, '\0', max);
	size_t i, n = end == NULL ? max : (size_t)(end - s);
	bool is_text = end != NULL && sli__is_text(s, max);

	for (i = 0; i < n; i++)
		put_char(l,
		    is_text || (s[i] >= ' ' && s[i] <= '~') ? s[i] : '?');
}

static void
put_digits(struct sli__lines *l, uint64_t value, uint32_t digits_min)
{
	char digits[20];
	uint32_t n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0 || n < digits_min);
	while (n > 0)
		put_char(l, digits[--n]);
}

void
sli__put_count(struct sli__lines *l, uint64_t value)
{
	put_digits(l, value, 1);
}

static uint64_t
power_of_ten(uint32_t exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

void
sli__put_decimal(struct sli__lines *l, double value, uint32_t decimals,
    uint32_t width)
{
	uint64_t one = power_of_ten(decimals), scaled;
	double size = value < 0 ? -value : value;
	uint32_t places = decimals > 0 ? decimals + 2 : 1;
	uint64_t rest;

	if (!(size < 1e9)) { /* a NaN, too */
		sli__put(l, size >= 1e9 ? "1e9 or more" : "?");
		return;
	}
	scaled = (uint64_t)(size * (double)one + 0.5);
	for (rest = scaled / one; rest >= 10; rest /= 10)
		places++;
	places += value < 0 && scaled > 0;
	for (; places < width; places++)
		put_char(l, ' ');
	if (value < 0 && scaled > 0)
		put_char(l, '-');
	put_digits(l, scaled / one, 1);
	if (decimals > 0) {
		put_char(l, '.');
		put_digits(l, scaled % one, decimals);
	}
}

/* Below a minute with three digits, above in whole units. */
void
sli__put_span(struct sli__lines *l, uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = {
		{ SLI_DAYS(1), " d" },
		{ SLI_HOURS(1), " h" },
		{ SLI_MINUTES(1), " min" },
		{ SLI_SECONDS(1), " s" },
		{ SLI_MILLIS(1), " ms" },
		{ SLI_MICROS(1), " us" },
		{ 1, " ns" },
	};
	enum { SECOND = 3, LAST = 6 };
	uint32_t i = 0;
	double value;

	while (i < LAST && ns < units[i].ns)
		i++;
	if (i >= SECOND) {
		value = (double)ns / (double)units[i].ns;
		sli__put_decimal(l, value,
		    ns % units[i].ns == 0 || value >= 100 ? 0 :
			value >= 10			  ? 1 :
							    2,
		    0);
		sli__put(l, units[i].name);
		return;
	}
	put_digits(l, ns / units[i].ns, 1);
	sli__put(l, units[i].name);
	ns %= units[i].ns;
	if (ns < units[i + 1].ns)
		return;
	put_char(l, ' ');
	put_digits(l, ns / units[i + 1].ns, 1);
	sli__put(l, units[i + 1].name);
}
