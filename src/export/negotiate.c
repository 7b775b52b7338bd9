/* SPDX-License-Identifier: MIT */
/*
 * The Accept header (RFC 9110, 12.4.2 and 12.5.1): media ranges with weights,
 * of which the most specific that fits a type says how much it is wanted.
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <sli/export.h>

struct range {
	const char *type; /* up to a ';' */
	size_t type_length;
	bool has_version;
	bool version_fits;
	uint32_t weight; /* thousandths */
};

static const char *
skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/* To the delimiter that is outside quotes, or the end. */
static const char *
find_end(const char *s, const char *delimiters)
{
	bool quoted = false;

	for (; *s != '\0' && (quoted || strchr(delimiters, *s) == NULL); s++)
		if (*s == '\\' && quoted && s[1] != '\0')
			s++;
		else if (*s == '"')
			quoted = !quoted;
	return s;
}

/* qvalue: 0 or 1, and up to three decimals; anything else counts as 1. */
static uint32_t
parse_weight(const char *s, size_t length)
{
	uint32_t weight, unit = 100;
	size_t i;

	if (length == 0 || (s[0] != '0' && s[0] != '1') ||
	    (length > 1 && s[1] != '.') || length > 5)
		return 1000;
	weight = s[0] == '1' ? 1000 : 0;
	for (i = 2; i < length; i++, unit /= 10) {
		if (s[i] < '0' || s[i] > '9')
			return 1000;
		weight += (uint32_t)(s[i] - '0') * unit;
	}
	return weight < 1000 ? weight : 1000;
}

static size_t
trim(const char *s, size_t length)
{
	while (length > 0 && (s[length - 1] == ' ' || s[length - 1] == '\t'))
		length--;
	return length;
}

static void
parse_parameter(const char *s, size_t length, const char *version,
    struct range *range)
{
	size_t version_length = strlen(version);

	if (length > 2 && strncasecmp(s, "q=", 2) == 0)
		range->weight = parse_weight(s + 2, length - 2);
	if (length <= 8 || strncasecmp(s, "version=", 8) != 0)
		return;
	s += 8;
	length -= 8;
	if (*s == '"' && length >= 2) {
		s++;
		length -= 2;
	}
	range->has_version = true;
	range->version_fits = length == version_length &&
	    memcmp(s, version, length) == 0;
}

/* One element of the list; returns the next, or the end. */
static const char *
parse_range(const char *s, const char *version, struct range *range)
{
	const char *end = find_end(s, ",;"), *from;

	memset(range, 0, sizeof(*range));
	range->weight = 1000;
	range->type = s;
	range->type_length = trim(s, (size_t)(end - s));
	while (*end == ';') {
		from = skip_blanks(end + 1);
		end = find_end(from, ",;");
		parse_parameter(from, trim(from, (size_t)(end - from)), version,
		    range);
	}
	return *end == ',' ? end + 1 : end;
}

static bool
is_type(const struct range *range, const char *type)
{
	return range->type_length == strlen(type) &&
	    strncasecmp(range->type, type, range->type_length) == 0;
}

/* How specific a range is for a type; 0: it does not fit. */
static uint32_t
rank(const struct range *range, const char *type, const char *any_of_it)
{
	if (is_type(range, type))
		return range->has_version ? (range->version_fits ? 4 : 0) : 3;
	if (is_type(range, any_of_it))
		return 2;
	return is_type(range, "*/*") ? 1 : 0;
}

/* How much a type is wanted, in thousandths. */
static uint32_t
weigh(const char *accept, const char *type, const char *any_of_it,
    const char *version, uint32_t least_rank)
{
	uint32_t weight = 0, best = 0, its;
	struct range range;

	while (*(accept = skip_blanks(accept)) != '\0') {
		accept = parse_range(accept, version, &range);
		its = rank(&range, type, any_of_it);
		if (its < least_rank || its < best)
			continue;
		if (its > best || range.weight > weight)
			weight = range.weight;
		best = its;
	}
	return weight;
}

enum sli_text_format
sli_text_negotiate(const char *accept)
{
	uint32_t open, plain;

	if (accept == NULL)
		return SLI_TEXT_PROMETHEUS;
	/* Not to whom takes anything: a browser shows plain text. */
	open = weigh(accept, "application/openmetrics-text", "application/*",
	    "1.0.0", 3);
	plain = weigh(accept, "text/plain", "text/*", "0.0.4", 1);
	return open > 0 && open >= plain ? SLI_TEXT_OPENMETRICS :
					   SLI_TEXT_PROMETHEUS;
}
