/* SPDX-License-Identifier: MIT */
#include "log_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The usual names, the likeliest first. */
static const char *const times[] = { "time", "timestamp", "@timestamp", "ts",
	"datetime", "date", "time_iso8601", "time_local", "msec", "time_ms",
	"start_time", NULL };
static const char *const statuses[] = { "status", "status_code", "statusCode",
	"code", "http_status", "response_status", "response_code",
	"http.response.status_code", "http.status_code", "res.statusCode",
	"response.status", "sc-status", NULL };
static const char *const durations[] = { "duration_ms", "duration_s",
	"duration_seconds", "duration_us", "duration_ns", "durationMs",
	"duration", "latency_ms", "latency_s", "latency_seconds", "latency_us",
	"latency_ns", "latencyMs", "latency", "request_time", "request_time_ms",
	"response_time", "response_time_ms", "responseTime", "elapsed_ms",
	"elapsed", "dur_ms", "dur_us", "took_ms", "event.duration", NULL };
static const char *const paths[] = { "path", "uri", "url", "request_uri",
	"url.path", "request_path", "req.url", "route", NULL };
static const char *const none[] = { NULL };

/* What a key says of its unit, by its end. */
static const struct {
	const char *end;
	uint64_t ns;
} units[] = {
	{ "_ms", SLI_MILLIS(1) }, { "Ms", SLI_MILLIS(1) },
	{ "_millis", SLI_MILLIS(1) }, { "_milliseconds", SLI_MILLIS(1) },
	{ "_us", SLI_MICROS(1) }, { "_micros", SLI_MICROS(1) },
	{ "_microseconds", SLI_MICROS(1) }, { "_ns", 1 }, { "_nanos", 1 },
	{ "_nanoseconds", 1 }, { "_s", SLI_SECONDS(1) },
	{ "_sec", SLI_SECONDS(1) }, { "_seconds", SLI_SECONDS(1) },
	{ "event.duration", 1 },	    /* Elastic Common Schema */
	{ "request_time", SLI_SECONDS(1) }, /* nginx */
	{ "upstream_response_time", SLI_SECONDS(1) }, /* nginx */
	{ "responseTime", SLI_MILLIS(1) },	      /* pino */
};

int
log_refuse(struct log_why *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return -1;
}

int
log_format_find(const char *name)
{
	static const char *const names[] = { "auto", "common", "combined",
		"json", "csv" };
	int i;

	for (i = LOG_AUTO; i <= LOG_CSV; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

const char *
log_field_name(int field)
{
	static const char *const names[] = { "time", "status", "duration",
		"path", "group" };

	return field < LOG_RULE ? names[field] : "field";
}

static const char *const *
usual_names(int field)
{
	switch (field) {
	case LOG_TIME:
		return times;
	case LOG_STATUS:
		return statuses;
	case LOG_DURATION:
		return durations;
	case LOG_PATH:
		return paths;
	default:
		return none;
	}
}

static int
is_wanted(const struct log_reader *r, int field)
{
	return (r->schema->wanted >> field & 1) != 0;
}

static int
is_needed(const struct log_reader *r, int field)
{
	return (r->schema->needed >> field & 1) != 0;
}

static uint64_t
unit_of_key(const char *key)
{
	size_t i, length = strlen(key), end;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		end = strlen(units[i].end);
		if (length >= end &&
		    strcmp(key + length - end, units[i].end) == 0)
			return units[i].ns;
	}
	return 0;
}

void
log_reader_begin(struct log_reader *r, const struct log_schema *schema)
{
	memset(r, 0, sizeof(*r));
	r->schema = schema;
	r->format = schema->format;
}

void
log_reader_end(struct log_reader *r)
{
	log_json_free(r->json);
	log_csv_free(&r->csv);
}

char
log_reader_delimiter(const struct log_reader *r)
{
	return r->format == LOG_CSV ? r->csv.delimiter : 0;
}

/* ---- which format ---- */

static enum log_format
guess(const char *line, size_t length)
{
	const char *bracket;

	if (*line == '{')
		return LOG_JSON;
	/* [10/Oct/2000: */
	bracket = memchr(line, '[', length);
	if (bracket != NULL && line + length - bracket > 12 &&
	    bracket[3] == '/' && bracket[7] == '/')
		return LOG_COMBINED;
	if (memchr(line, ',', length) != NULL ||
	    memchr(line, '\t', length) != NULL ||
	    memchr(line, ';', length) != NULL)
		return LOG_CSV;
	return LOG_AUTO;
}

/* ---- which key ---- */

static int
lacks(int field, struct log_why *why)
{
	const char *const *names = usual_names(field);
	const char *name = log_field_name(field);

	return log_refuse(why,
	    "no %s (as %s, %s or the like); --%s-key names "
	    "another",
	    name, names[0], names[1], name);
}

static void
settle_text(struct log_reader *r)
{
	int field;

	for (field = 0; field < LOG_FIELDS; field++) {
		if (!is_wanted(r, field))
			continue;
		r->key[field] = r->schema->key[field];
		if (r->key[field] == NULL)
			r->key[field] = log_field_name(field);
		log_text_select(&r->text[field], r->key[field]);
	}
}

static int
settle_csv(struct log_reader *r, struct log_why *why)
{
	const char *const *names;
	const char *key;
	int field;

	for (field = 0; field < LOG_FIELDS; field++) {
		if (!is_wanted(r, field))
			continue;
		key = r->schema->key[field];
		if (key != NULL) {
			if (!log_csv_select(&r->csv, key, field))
				return log_refuse(why,
				    "the header has no column \"%s\"", key);
			r->key[field] = key;
			continue;
		}
		for (names = usual_names(field); *names != NULL; names++)
			if (log_csv_select(&r->csv, *names, field))
				break;
		if (*names == NULL && is_needed(r, field))
			return lacks(field, why);
		r->key[field] = *names;
	}
	return 0;
}

/* The first of the names that a line of JSON has. */
static const char *
first_of(struct log_reader *r, const char *line, size_t length,
    const char *const *names)
{
	struct log_text found;
	struct log_why why;

	for (; *names != NULL; names++) {
		found.at = NULL;
		if (log_json_line(r->json, line, length, names, &found, 1,
			&why) == 0 &&
		    found.at != NULL)
			return *names;
	}
	return NULL;
}

/* By the first line that has all that is needed. */
static int
settle_json(struct log_reader *r, const char *line, size_t length,
    struct log_why *why)
{
	struct log_text found[1];
	const char *key[LOG_FIELDS] = { NULL };
	int field;

	if (log_json_line(r->json, line, length, key, found, 0, why) != 0)
		return -1;
	for (field = 0; field < LOG_FIELDS; field++) {
		if (!is_wanted(r, field))
			continue;
		key[field] = r->schema->key[field];
		if (key[field] == NULL)
			key[field] = first_of(r, line, length,
			    usual_names(field));
		if (key[field] == NULL && is_needed(r, field))
			return lacks(field, why);
	}
	memcpy(r->key, key, sizeof(key));
	return 0;
}

static void
settle_unit(struct log_reader *r)
{
	r->is_settled = 1;
	r->unit_ns = r->schema->unit_ns;
	if (r->unit_ns == 0 && r->key[LOG_DURATION] != NULL)
		r->unit_ns = unit_of_key(r->key[LOG_DURATION]);
}

/* ---- lines ---- */

static int
is_blank(const char *line, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t')
			return 0;
	return 1;
}

static enum log_verdict
header(struct log_reader *r, char *line, size_t length, struct log_why *why)
{
	if (log_csv_header(&r->csv, line, length, why) != 0 ||
	    settle_csv(r, why) != 0)
		return LOG_REFUSED;
	settle_unit(r);
	return LOG_PASSED;
}

static int
settle(struct log_reader *r, const char *line, size_t length,
    struct log_why *why)
{
	if (r->is_settled)
		return 0;
	if (r->format == LOG_JSON) {
		if (r->json == NULL)
			r->json = log_json_new();
		if (settle_json(r, line, length, why) != 0)
			return -1;
	} else if (r->format == LOG_CSV)
		return log_refuse(why, "the header above it cannot be used");
	else
		settle_text(r);
	settle_unit(r);
	return 0;
}

static int
split(struct log_reader *r, char *line, size_t length, struct log_record *out,
    struct log_why *why)
{
	switch (r->format) {
	case LOG_JSON:
		return log_json_line(r->json, line, length, r->key, out->field,
		    LOG_FIELDS, why);
	case LOG_CSV:
		return log_csv_line(&r->csv, line, length, out, why);
	default:
		return log_text_line(line, length, r->text, out, why);
	}
}

enum log_verdict
log_reader_line(struct log_reader *r, char *line, size_t length,
    struct log_record *out, struct log_why *why)
{
	if (length > LOG_LINE_MAX) {
		log_refuse(why, "longer than %d bytes", LOG_LINE_MAX);
		return LOG_REFUSED;
	}
	if (length == 0 || *line == '#' || is_blank(line, length))
		return LOG_PASSED;
	if (r->format == LOG_AUTO)
		r->format = guess(line, length);
	if (r->format == LOG_AUTO) {
		log_refuse(why,
		    "neither JSON, a common log, nor a CSV header; "
		    "--format says which");
		return LOG_REFUSED;
	}
	if (r->format == LOG_CSV && r->csv.delimiter == 0)
		return header(r, line, length, why);
	memset(out, 0, sizeof(*out));
	if (settle(r, line, length, why) != 0 ||
	    split(r, line, length, out, why) != 0)
		return LOG_REFUSED;
	return LOG_USABLE;
}
