/* SPDX-License-Identifier: MIT */
/*
 * Lines of HdrHistogram's logs. Numbers are read here since strtod() has the
 * locale's point, and a line need not end in a NUL.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <sli/export_hlog.h>
#include <sli/time.h>

#include "export/config.h"

#define YEAR_NS SLI_DAYS(365)

/* bits of sli_hlog_reader.known */
#define KNOWS_START 0x1u
#define KNOWS_BASE 0x2u

struct span {
	const char *at;
	size_t length;
};

static int
refuse(const struct sli_hlog_reader *r, struct sli_error *err, const char *what,
    struct span s)
{
	/* What is shown is of a file that anybody may have written. */
	char shown[33];
	size_t i, n = s.length < sizeof(shown) ? s.length : sizeof(shown) - 1;

	for (i = 0; i < n; i++)
		shown[i] = s.at[i] >= ' ' && s.at[i] <= '~' ? s.at[i] : '?';
	shown[n] = '\0';
	return sli__addon_fail(err, SLI_EPARSE,
	    "line %" PRIu64 ": %s, not \"%s\"%s", r->line, what, shown,
	    s.length > n ? "..." : "");
}

static bool
begins(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.length >= n && memcmp(s.at, with, n) == 0;
}

static struct span
behind(struct span s, size_t n)
{
	s.at += n;
	s.length -= n;
	return s;
}

/* Up to the comma, which is cut off from *rest; if it has none: all of it. */
static struct span
next_field(struct span *rest)
{
	struct span field = *rest;
	const char *comma = memchr(rest->at, ',', rest->length);

	if (comma == NULL) {
		*rest = behind(*rest, rest->length);
		return field;
	}
	field.length = (size_t)(comma - rest->at);
	*rest = behind(*rest, field.length + 1);
	return field;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Decimal seconds at the beginning of s: how many characters they are, or 0.
 * Digits behind the ninth are dropped.
 */
static size_t
parse_seconds(struct span s, uint64_t *out_ns)
{
	const uint64_t most = UINT64_MAX / SLI_SECONDS(1) - 1;
	uint64_t whole = 0, part = 0, unit = SLI_SECONDS(1);
	size_t i, first;

	for (i = 0; i < s.length && is_digit(s.at[i]); i++) {
		whole = 10 * whole + (uint64_t)(s.at[i] - '0');
		if (whole > most)
			return 0;
	}
	*out_ns = whole * SLI_SECONDS(1);
	if (i == 0 || i + 1 >= s.length || s.at[i] != '.')
		return i;
	first = ++i;
	for (; i < s.length && is_digit(s.at[i]); i++) {
		unit /= 10;
		part += unit * (uint64_t)(s.at[i] - '0');
	}
	*out_ns += part;
	return i > first ? i : 0;
}

/* A field that is seconds and no more. */
static bool
is_seconds(struct span field, uint64_t *out_ns)
{
	size_t n = parse_seconds(field, out_ns);

	return n > 0 && n == field.length;
}

/* Of the versions 1.0 to 1.3, and 1.01 as the first logs have it. */
static int
read_version(const struct sli_hlog_reader *r, struct span s,
    struct sli_error *err)
{
	static const char *const known[] = { "1.0]", "1.00]", "1.01]", "1.1]",
		"1.2]", "1.3]" };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (begins(s, known[i]))
			return 0;
	refuse(r, err,
	    "the version of the log is not known; accepted: 1.0 to "
	    "1.3",
	    s);
	if (err != NULL)
		err->status = SLI_EVERSION;
	return SLI_EVERSION;
}

/* "#[StartTime: " and the like are followed by seconds. */
static int
read_comment(struct sli_hlog_reader *r, struct span s, struct sli_error *err)
{
	static const char version[] = "#[Histogram log format version ";
	static const char start[] = "#[StartTime: ";
	static const char base[] = "#[BaseTime: ";

	if (begins(s, version))
		return read_version(r, behind(s, sizeof(version) - 1), err);
	if (begins(s, start)) {
		s = behind(s, sizeof(start) - 1);
		if (parse_seconds(s, &r->start_ns) == 0)
			return refuse(r, err, "StartTime is in seconds", s);
		r->known |= KNOWS_START;
	} else if (begins(s, base)) {
		s = behind(s, sizeof(base) - 1);
		if (parse_seconds(s, &r->base_ns) == 0)
			return refuse(r, err, "BaseTime is in seconds", s);
		r->known |= KNOWS_BASE;
	}
	return 0;
}

/* What times are relative to is decided by the first of them. */
static void
settle_base(struct sli_hlog_reader *r, uint64_t first_ns)
{
	if ((r->known & KNOWS_START) == 0)
		r->start_ns = r->base_ns + first_ns;
	else if ((r->known & KNOWS_BASE) == 0 && r->start_ns > YEAR_NS &&
	    first_ns < r->start_ns - YEAR_NS)
		r->base_ns = r->start_ns;
	r->known |= KNOWS_START | KNOWS_BASE;
}

static int
read_interval(struct sli_hlog_reader *r, struct span rest,
    struct sli_hlog_interval *out, struct sli_error *err)
{
	struct span field = next_field(&rest);

	out->tag = "";
	out->tag_length = 0;
	if (begins(field, "Tag=")) {
		out->tag = field.at + 4;
		out->tag_length = field.length - 4;
		field = next_field(&rest);
	}
	if (!is_seconds(field, &out->start_ns))
		return refuse(r, err,
		    "an interval begins with Tag=name, or "
		    "its start in seconds",
		    field);
	field = next_field(&rest);
	if (!is_seconds(field, &out->length_ns))
		return refuse(r, err, "the length of an interval is in seconds",
		    field);
	field = next_field(&rest);
	if (rest.length == 0)
		return refuse(r, err, "a histogram is behind the maximum",
		    field);
	out->histogram = rest.at;
	out->histogram_length = rest.length;
	settle_base(r, out->start_ns);
	if (out->start_ns > UINT64_MAX - r->base_ns)
		return refuse(r, err, "times end in 2554", rest);
	out->start_ns += r->base_ns;
	return 1;
}

int
sli_hlog_read(struct sli_hlog_reader *reader, const char *line, size_t length,
    struct sli_hlog_interval *out, struct sli_error *err)
{
	struct span s = { line, length };

	if (reader == NULL || line == NULL || out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    reader == NULL   ? "reader" :
			line == NULL ? "line" :
				       "out");
	reader->line++;
	while (s.length > 0 && strchr(" \t\r\n", s.at[s.length - 1]) != NULL &&
	    s.at[s.length - 1] != '\0')
		s.length--;
	if (s.length == 0 || s.at[0] == '"')
		return 0;
	if (s.at[0] == '#')
		return read_comment(reader, s, err);
	return read_interval(reader, s, out, err);
}
