/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statsd_server.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define TAGS_MAX 64

struct line {
	char *name, *values, *type, *rate, *tags, *container, *stamp;
	uint64_t weight;
};

void
statsd_server_init(struct statsd_server *server, bool plain)
{
	memset(server, 0, sizeof(*server));
	server->plain = plain;
}

void
statsd_server_free(struct statsd_server *server)
{
	size_t i;

	for (i = 0; i < server->series_count; i++) {
		free(server->series[i].name);
		free(server->series[i].values);
	}
	free(server->series);
}

static bool
refuse(struct statsd_server *server, const char *why, const char *what)
{
	if (*server->error == '\0')
		snprintf(server->error, sizeof(server->error), "%s: %s", why,
		    what);
	return false;
}

/* Digits with at most one point between them. */
static bool
is_decimal(const char *text)
{
	size_t whole = strspn(text, DIGITS), part;

	if (whole == 0 || text[whole] == '\0')
		return whole > 0;
	part = strspn(text + whole + 1, DIGITS);
	return text[whole] == '.' && part > 0 && text[whole + 1 + part] == '\0';
}

/* The text's inverse has to be a whole number, in either precision. */
static bool
read_rate(struct line *line, bool plain)
{
	double rate, inverse;
	float narrow;

	line->weight = 1;
	if (line->rate == NULL)
		return true;
	if (!is_decimal(line->rate))
		return false;
	rate = strtod(line->rate, NULL);
	if (rate <= 0 || rate > 1)
		return false;
	inverse = 1 / rate;
	line->weight = (uint64_t)inverse;
	narrow = 1 / strtof(line->rate, NULL);
	return (double)line->weight == inverse &&
	    (plain || (double)narrow == inverse);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts them in place. */
static bool
read_tags(struct line *line)
{
	char *tags[TAGS_MAX], *tag, *rest, sorted[8192];
	size_t count = 0, i, at = 0;

	if (line->tags == NULL)
		return true;
	for (rest = line->tags; (tag = strsep(&rest, ",")) != NULL;) {
		if (count == TAGS_MAX || strchr(tag, ':') == NULL ||
		    *tag == ':')
			return false;
		for (i = 0; tag[i] != '\0'; i++)
			if ((unsigned char)tag[i] < ' ' || tag[i] == 0x7f)
				return false;
		tags[count++] = tag;
	}
	qsort(tags, count, sizeof(tags[0]), compare_texts);
	for (i = 0; i < count; i++)
		at += (size_t)snprintf(sorted + at, sizeof(sorted) - at, "%s%s",
		    i > 0 ? "," : "", tags[i]);
	memcpy(line->tags, sorted, at + 1);
	return true;
}

/* Of each kind one at most. */
static bool
read_field(struct line *line, char *field, bool plain)
{
	char **at = NULL;

	if (*field == '@')
		at = &line->rate;
	else if (*field == '#' && !plain)
		at = &line->tags;
	else if (strncmp(field, "c:", 2) == 0 && field[2] != '\0' && !plain)
		at = &line->container;
	else if (*field == 'T' && !plain)
		at = &line->stamp;
	if (at == NULL || *at != NULL)
		return false;
	*at = field + (at == &line->container ? 2 : 1);
	return **at != '\0';
}

static bool
is_type(const char *type, const char *types)
{
	const char *at = strstr(types, type);

	return *type != '\0' && at != NULL && strchr(type, ' ') == NULL &&
	    (at == types || at[-1] == ' ') &&
	    (at[strlen(type)] == ' ' || at[strlen(type)] == '\0');
}

static const char *
split(struct line *line, char *text, bool plain)
{
	char *rest = text, *field;

	memset(line, 0, sizeof(*line));
	line->name = strsep(&rest, ":");
	if (rest == NULL)
		return "no value";
	if (strspn(line->name, LETTERS) == 0 ||
	    line->name[strspn(line->name, LETTERS DIGITS "_.-")] != '\0')
		return "no name";
	line->values = strsep(&rest, "|");
	if (rest == NULL)
		return "no type";
	line->type = strsep(&rest, "|");
	if (!is_type(line->type, plain ? "c g ms" : "c g d"))
		return "no known type";
	while ((field = strsep(&rest, "|")) != NULL)
		if (!read_field(line, field, plain))
			return "no known field, or twice";
	return NULL;
}

static const char *
check(struct line *line, bool plain)
{
	if (!read_rate(line, plain))
		return "no rate";
	if (!read_tags(line))
		return "no tags";
	if (line->rate != NULL && strchr("cg", *line->type) != NULL)
		return "no rate goes with this type";
	if (line->stamp != NULL &&
	    (!is_decimal(line->stamp) || *line->type == 'd'))
		return "no timestamp goes with this";
	if (strchr(line->values, ':') != NULL && *line->type != 'd')
		return "no more than one value goes with this type";
	return NULL;
}

const struct statsd_series *
statsd_server_find(const struct statsd_server *server, const char *name)
{
	size_t i;

	for (i = 0; i < server->series_count; i++)
		if (strcmp(server->series[i].name, name) == 0)
			return &server->series[i];
	return NULL;
}

uint64_t
statsd_server_sum(const struct statsd_server *server, const char *name)
{
	const struct statsd_series *series = statsd_server_find(server, name);

	return series == NULL ? 0 : series->sum;
}

static struct statsd_series *
get_series(struct statsd_server *server, const struct line *line)
{
	struct statsd_series *series;
	const char *tags = line->tags == NULL ? "" : line->tags;
	char name[8192];
	size_t i;

	snprintf(name, sizeof(name), "%s|%s%s%s", line->name, line->type,
	    server->plain ? "" : "|", tags);
	for (i = 0; i < server->series_count; i++)
		if (strcmp(server->series[i].name, name) == 0)
			return &server->series[i];
	if (server->series_count == server->series_room) {
		server->series_room = 2 * server->series_room + 16;
		server->series = realloc(server->series,
		    server->series_room * sizeof(*server->series));
	}
	series = &server->series[server->series_count++];
	memset(series, 0, sizeof(*series));
	series->name = strdup(name);
	return series;
}

static void
add_latency(struct statsd_series *series, double value, uint64_t count)
{
	size_t at = 0;

	while (at < series->value_count && series->values[at].value < value)
		at++;
	if (at == series->value_count || series->values[at].value > value) {
		if (series->value_count == series->value_room) {
			series->value_room = 2 * series->value_room + 16;
			series->values = realloc(series->values,
			    series->value_room * sizeof(*series->values));
		}
		memmove(series->values + at + 1, series->values + at,
		    (series->value_count - at) * sizeof(*series->values));
		series->values[at] = (struct statsd_value){ value, 0 };
		series->value_count++;
	}
	series->values[at].count += count;
	series->sum += count;
}

/* Of a plain server, a sign is a difference. */
static void
set_gauge(struct statsd_series *series, const char *text, bool plain)
{
	double value = strtod(text, NULL);

	series->gauge = plain && *text == '-' ? series->gauge + value : value;
}

static bool
take_value(struct statsd_server *server, struct statsd_series *series,
    const struct line *line, const char *text)
{
	bool is_signed = *text == '-' && *line->type == 'g';

	if (!is_decimal(text + is_signed))
		return refuse(server, "no number", text);
	if (*line->type == 'g') {
		set_gauge(series, text, server->plain);
	} else if (*line->type == 'c') {
		if (strchr(text, '.') != NULL || strlen(text) > 16)
			return refuse(server, "no whole number", text);
		series->sum += strtoull(text, NULL, 10);
	} else {
		add_latency(series, strtod(text, NULL), line->weight);
	}
	return true;
}

static bool
take_line(struct statsd_server *server, char *text)
{
	struct statsd_series *series;
	struct line line;
	const char *why;
	char *value, whole[256];

	snprintf(whole, sizeof(whole), "%s", text);
	why = split(&line, text, server->plain);
	if (why == NULL)
		why = check(&line, server->plain);
	if (why != NULL)
		return refuse(server, why, whole);
	series = get_series(server, &line);
	series->lines++;
	server->lines++;
	if (line.stamp != NULL)
		series->stamp_s = strtoull(line.stamp, NULL, 10);
	while ((value = strsep(&line.values, ":")) != NULL)
		if (!take_value(server, series, &line, value))
			return false;
	return true;
}

bool
statsd_server_receive(struct statsd_server *server, const char *packet,
    size_t length)
{
	char *copy = malloc(length + 1), *rest = copy, *line;
	bool good = true;

	memcpy(copy, packet, length);
	copy[length] = '\0';
	if (strlen(copy) != length || length == 0)
		good = refuse(server, "a NUL, or nothing", "");
	server->packets++;
	if (server->longest < length)
		server->longest = length;
	while (good && (line = strsep(&rest, "\n")) != NULL)
		good = take_line(server, line);
	free(copy);
	return good;
}
