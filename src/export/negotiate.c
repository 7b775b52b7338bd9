/* SPDX-License-Identifier: MIT */
/*
 * The Accept header (RFC 9110, 12.4.2 and 12.5.1): media ranges with weights,
 * of which the most specific that fits a type says how much it is wanted.
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <sli/export.h>
#include <sli/export_proto.h>

/* What can be had. */
struct media {
	const char *type, *any_of_it;
	/* A range that says another value does not fit. */
	struct parameter {
		const char *name, *value;
	} parameters[2];
	bool needs_them; /* nor does one that does not say them */
};

static const struct media open_metrics = { "application/openmetrics-text",
	"application/*", { { "version=", "1.0.0" } }, false };
static const struct media plain_text = { "text/plain", "text/*",
	{ { "version=", "0.0.4" } }, false };
static const struct media protobuf = { "application/vnd.google.protobuf",
	"application/*",
	{ { "proto=", "io.prometheus.client.MetricFamily" },
	    { "encoding=", "delimited" } },
	true };

struct range {
	const char *type; /* up to a ';' */
	size_t type_length;
	uint32_t right, wrong; /* which parameters, as bits */
	uint32_t weight;       /* thousandths */
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
parse_parameter(const char *s, size_t length, const struct media *media,
    struct range *range)
{
	const struct parameter *p;
	size_t i, name_length;

	if (length > 2 && strncasecmp(s, "q=", 2) == 0)
		range->weight = parse_weight(s + 2, length - 2);
	for (i = 0; i < 2; i++) {
		p = &media->parameters[i];
		name_length = p->name == NULL ? 0 : strlen(p->name);
		if (name_length == 0 || length <= name_length ||
		    strncasecmp(s, p->name, name_length) != 0)
			continue;
		s += name_length;
		length -= name_length;
		if (*s == '"' && length >= 2) {
			s++;
			length -= 2;
		}
		if (length == strlen(p->value) &&
		    memcmp(s, p->value, length) == 0)
			range->right |= UINT32_C(1) << i;
		else
			range->wrong |= UINT32_C(1) << i;
		return;
	}
}

/* One element of the list; returns the next, or the end. */
static const char *
parse_range(const char *s, const struct media *media, struct range *range)
{
	const char *end = find_end(s, ",;"), *from;

	memset(range, 0, sizeof(*range));
	range->weight = 1000;
	range->type = s;
	range->type_length = trim(s, (size_t)(end - s));
	while (*end == ';') {
		from = skip_blanks(end + 1);
		end = find_end(from, ",;");
		parse_parameter(from, trim(from, (size_t)(end - from)), media,
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
#define ANY 1
#define NAMED 3

static uint32_t
rank(const struct range *range, const struct media *media)
{
	if (is_type(range, media->type))
		return range->wrong != 0 ||
			(media->needs_them && range->right != 3) ?
		    0 :
		    NAMED + (range->right != 0);
	if (is_type(range, media->any_of_it))
		return 2;
	return is_type(range, "*/*") ? ANY : 0;
}

/* How much a type is wanted, in thousandths. */
static uint32_t
weigh(const char *accept, const struct media *media, uint32_t least_rank)
{
	uint32_t weight = 0, best = 0, its;
	struct range range;

	while (*(accept = skip_blanks(accept)) != '\0') {
		accept = parse_range(accept, media, &range);
		its = rank(&range, media);
		if (its < least_rank || its < best)
			continue;
		if (its > best || range.weight > weight)
			weight = range.weight;
		best = its;
	}
	return weight;
}

const char *
sli_text_content_type(enum sli_text_format format)
{
	return format == SLI_TEXT_OPENMETRICS ?
	    "application/openmetrics-text; version=1.0.0; charset=utf-8" :
	    "text/plain; version=0.0.4; charset=utf-8";
}

const char *
sli_proto_content_type(void)
{
	return "application/vnd.google.protobuf; "
	       "proto=io.prometheus.client.MetricFamily; encoding=delimited";
}

enum sli_text_format
sli_text_negotiate(const char *accept)
{
	uint32_t open, plain;

	if (accept == NULL)
		return SLI_TEXT_PROMETHEUS;
	/* Not to whom takes anything: a browser shows plain text. */
	open = weigh(accept, &open_metrics, NAMED);
	plain = weigh(accept, &plain_text, ANY);
	return open > 0 && open >= plain ? SLI_TEXT_OPENMETRICS :
					   SLI_TEXT_PROMETHEUS;
}

int
sli_proto_negotiate(const char *accept)
{
	uint32_t proto;

	if (accept == NULL)
		return 0;
	proto = weigh(accept, &protobuf, NAMED);
	return proto > 0 && proto >= weigh(accept, &open_metrics, NAMED) &&
	    proto >= weigh(accept, &plain_text, ANY);
}
