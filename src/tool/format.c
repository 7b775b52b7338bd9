/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* gmtime_r */

#include "format.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct unit {
	uint64_t ns;
	const char *name;
};

static const struct unit units[] = {
	{ SLI_DAYS(1), "d" },
	{ SLI_HOURS(1), "h" },
	{ SLI_MINUTES(1), "m" },
	{ SLI_SECONDS(1), "s" },
	{ SLI_MILLIS(1), "ms" },
	{ SLI_MICROS(1), "us" },
	{ 1, "ns" },
};

#define UNITS (sizeof(units) / sizeof(units[0]))
#define UNIT_SECOND 3

const char *
format_number(char *buf, uint64_t n)
{
	snprintf(buf, FORMAT_MAX, "%" PRIu64, n);
	return buf;
}

/* Decimals with which a value has three digits: 1.23, 12.3, 123. */
static int
decimals(double value)
{
	return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

/* As 12.3k; what rounds to a thousand takes the next letter. */
static const char *
scale(char *buf, double value)
{
	static const char *const letters[] = { "", "k", "M", "G", "T", "P",
		"E" };
	size_t i = 0;

	while (value >= 999.5 && i + 1 < sizeof(letters) / sizeof(*letters)) {
		value /= 1000;
		i++;
	}
	snprintf(buf, FORMAT_MAX, "%.*f%s", decimals(value), value, letters[i]);
	return buf;
}

const char *
format_count(char *buf, uint64_t n)
{
	return n <= 99999 ? format_number(buf, n) : scale(buf, (double)n);
}

const char *
format_rate(char *buf, double rate)
{
	if (rate > 0 && rate < 0.01)
		snprintf(buf, FORMAT_MAX, "<0.01");
	else if (rate >= 999.5 && rate < 99999.5)
		snprintf(buf, FORMAT_MAX, "%.0f", rate);
	else
		scale(buf, rate);
	return buf;
}

const char *
format_latency(char *buf, uint64_t ns)
{
	double value = 0;
	size_t i;

	/* Minutes and more are latencies only of batch work: in seconds. */
	for (i = UNIT_SECOND; i + 1 < UNITS && ns < units[i].ns; i++)
		continue;
	value = (double)ns / (double)units[i].ns;
	if (units[i].ns == 1)
		snprintf(buf, FORMAT_MAX, "%" PRIu64 "ns", ns);
	else if (value >= 999.5 && i > UNIT_SECOND)
		snprintf(buf, FORMAT_MAX, "1.00%s", units[i - 1].name);
	else if (value >= 99999.5)
		snprintf(buf, FORMAT_MAX, ">1day");
	else
		snprintf(buf, FORMAT_MAX, "%.*f%s", decimals(value), value,
		    units[i].name);
	return buf;
}

const char *
format_duration(char *buf, uint64_t ns)
{
	uint64_t first, second;
	size_t i;

	if (ns == UINT64_MAX)
		return strcpy(buf, "never");
	if (ns == 0)
		return strcpy(buf, "0s");
	for (i = 0; ns < units[i].ns; i++)
		continue;
	first = ns / units[i].ns;
	second = i + 1 < UNITS ? ns % units[i].ns / units[i + 1].ns : 0;
	if (second == 0)
		snprintf(buf, FORMAT_MAX, "%" PRIu64 "%s", first,
		    units[i].name);
	else
		snprintf(buf, FORMAT_MAX, "%" PRIu64 "%s%" PRIu64 "%s", first,
		    units[i].name, second, units[i + 1].name);
	return buf;
}

const char *
format_span(char *buf, uint64_t ns)
{
	return format_duration(buf,
	    ns == UINT64_MAX ? ns : ns - ns % SLI_SECONDS(1));
}

const char *
format_left(char *buf, uint64_t ns)
{
	return ns == 0 ? strcpy(buf, "spent") : format_span(buf, ns);
}

const char *
format_percent(char *buf, uint64_t part, uint64_t whole)
{
	double percent;

	if (whole == 0)
		return strcpy(buf, "-");
	if (part >= whole)
		return strcpy(buf, "100");
	percent = floor(1e5 * (double)part / (double)whole) / 1e3;
	if (part > 0 && percent < 0.001)
		return strcpy(buf, "<0.001");
	snprintf(buf, FORMAT_MAX, "%.3f", fmin(percent, 99.999));
	return part == 0 ? strcpy(buf, "0") : buf;
}

const char *
format_share(char *buf, double share)
{
	double percent = floor(1000 * share) / 10;

	if (share == 1)
		return strcpy(buf, "100%");
	/* Of a fraction like 0.713, which has no exact value. */
	if (fabs(share - round(1000 * share) / 1000) < 1e-12)
		percent = round(1000 * share) / 10;
	if (!(percent > -1e4))
		return strcpy(buf, "<-10k%");
	snprintf(buf, FORMAT_MAX, "%.*f%%", percent <= -100 ? 0 : 1,
	    fmin(percent, 99.9));
	return buf;
}

const char *
format_cost(char *buf, double share)
{
	double percent = 100 * share;

	if (!(percent < 9999.5))
		return strcpy(buf, ">9999%");
	if (percent > 0 && percent < 0.001)
		return strcpy(buf, "<0.001%");
	snprintf(buf, FORMAT_MAX, "%.*f%%",
	    percent < 0.9995 ? 3 : decimals(percent), percent);
	return percent > 0 ? buf : strcpy(buf, "0%");
}

const char *
format_burn(char *buf, double burn_rate)
{
	if (!(burn_rate < 99999.5))
		return strcpy(buf, ">99k");
	if (burn_rate > 0 && burn_rate < 0.01)
		return strcpy(buf, "<0.01");
	snprintf(buf, FORMAT_MAX, "%.*f", decimals(burn_rate), burn_rate);
	return buf;
}

const char *
format_bytes(char *buf, uint64_t bytes)
{
	static const char *const names[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	size_t i = 0;

	while (value >= 1023.5 && i + 1 < sizeof(names) / sizeof(*names)) {
		value /= 1024;
		i++;
	}
	snprintf(buf, FORMAT_MAX, "%.*f %s", i == 0 ? 0 : decimals(value),
	    value, names[i]);
	return buf;
}

const char *
format_date(char *buf, const char *format, uint64_t at_ns)
{
	time_t s = (time_t)(at_ns / SLI_SECONDS(1));
	struct tm tm;

	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(buf, FORMAT_MAX, format, &tm) == 0)
		return strcpy(buf, "-");
	return buf;
}

const char *
format_time(char *buf, uint64_t at_ns)
{
	return format_date(buf, "%Y-%m-%dT%H:%M:%SZ", at_ns);
}

const char *
format_objective(char *buf, double share)
{
	snprintf(buf, FORMAT_MAX, "%.9g", 100 * share);
	return buf;
}

const char *
format_audit(enum sli_audit_kind kind)
{
	switch (kind) {
	case SLI_AUDIT_CREATED:
		return "created";
	case SLI_AUDIT_BUDGET_RESET:
		return "budget reset";
	case SLI_AUDIT_INDICATOR_REMOVED:
		return "indicator removed";
	case SLI_AUDIT_SLO_REMOVED:
		return "SLO removed";
	case SLI_AUDIT_CLOCK_SET_BACK:
		return "clock set back";
	case SLI_AUDIT_MENDED:
		return "mended";
	case SLI_AUDIT_REPAIRED:
		return "repaired";
	case SLI_AUDIT_EXCLUDED:
		return "time excluded";
	case SLI_AUDIT_INCLUDED:
		return "time included";
	case SLI_AUDIT_CORRECTED:
		return "budget corrected";
	case SLI_AUDIT_ZONE:
		return "time zone";
	default:
		return "unknown";
	}
}

const char *
format_severity(enum sli_severity severity)
{
	return severity == SLI_PAGE ? "page" : "ticket";
}

const char *
format_method(enum sli_method method)
{
	static const char *const names[] = { "occurrences", "timeslices",
		"ratio_timeslices" };

	return names[method];
}

const char *
format_calendar(enum sli_calendar calendar)
{
	static const char *const names[] = { "rolling", "day", "week", "month",
		"quarter", "year" };

	return names[calendar];
}

/* "90s" at *text, which is moved behind it; 0 or -1. */
static int
parse_part(const char **text, double *out_ns)
{
	const char *name;
	char *end;
	double value;
	size_t i, len;

	if (!isdigit((unsigned char)**text))
		return -1;
	value = strtod(*text, &end);
	name = end;
	while (isalpha((unsigned char)*end))
		end++;
	len = (size_t)(end - name);
	for (i = 0; i < UNITS; i++)
		if (strlen(units[i].name) == len &&
		    strncmp(units[i].name, name, len) == 0)
			break;
	if (i == UNITS)
		return -1;
	*out_ns += value * (double)units[i].ns;
	*text = end;
	return 0;
}

int
format_parse_duration(const char *text, uint64_t *out_ns)
{
	double ns = 0;

	do {
		if (parse_part(&text, &ns) != 0)
			return -1;
	} while (*text != '\0');
	/* Beyond a thousand years nothing is meant. */
	if (!(ns >= 1 && ns < 3e19 / 2))
		return -1;
	*out_ns = (uint64_t)ns;
	return 0;
}
