/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/arith.h"
#include "slo/adjust_text.h"
#include "slo/civil.h"

static char *
put_string(char *at, const char *s)
{
	size_t n = strlen(s);

	memcpy(at, s, n);
	return at + n;
}

static char *
put_number(char *at, uint64_t value, uint32_t digits)
{
	uint64_t rest = value;
	uint32_t i, n = 0;

	do {
		rest /= 10;
		n++;
	} while (rest > 0);
	n = n > digits ? n : digits;
	for (i = n; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + n;
}

static char *
put_part(char *at, uint64_t value, uint32_t digits, char end)
{
	at = put_number(at, value, digits);
	*at = end;
	return at + 1;
}

static char *
put_time(char *at, uint64_t at_ns)
{
	uint64_t s = at_ns / PPB, ns = at_ns % PPB;
	uint64_t of_day = s % (uint64_t)SLI__DAY_S;
	struct sli__date date = sli__date_of(
	    (int64_t)(s / (uint64_t)SLI__DAY_S));
	uint32_t digits = 9;

	at = put_part(at, (uint64_t)date.year, 4, '-');
	at = put_part(at, date.month, 2, '-');
	at = put_part(at, date.day, 2, 'T');
	at = put_part(at, of_day / 3600, 2, ':');
	at = put_part(at, of_day / 60 % 60, 2, ':');
	at = put_number(at, of_day % 60, 2);
	for (; ns > 0 && ns % 10 == 0; ns /= 10)
		digits--;
	if (ns > 0)
		at = put_number(put_string(at, "."), ns, digits);
	return put_string(at, "Z");
}

static char *
put_amount(char *at, const char *name, int64_t amount)
{
	if (amount == 0)
		return at;
	at = put_string(at, name);
	at = put_string(at, amount < 0 ? " -" : " +");
	return put_number(at, amount < 0 ? -(uint64_t)amount : (uint64_t)amount,
	    1);
}

const char *
sli__time_text(char *out, uint64_t at_ns)
{
	*put_time(out, at_ns) = '\0';
	return out;
}

const char *
sli__range_text(char *out, uint64_t from_ns, uint64_t to_ns)
{
	char *at = put_string(put_time(out, from_ns), " to ");

	*put_time(at, to_ns) = '\0';
	return out;
}

const char *
sli__correction_text(char *out, uint64_t at_ns, int64_t good, int64_t bad)
{
	char *at = put_amount(put_time(out, at_ns), " good", good);

	*put_amount(at, " bad", bad) = '\0';
	return out;
}

void
sli__adjust_why(char out[SLI_WHY_MAX + 1], const char *what, const char *why)
{
	char *at = out;

	if (strlen(what) + strlen(": ") + strlen(why) <= SLI_WHY_MAX)
		at = put_string(put_string(at, what), ": ");
	*put_string(at, why) = '\0';
}
