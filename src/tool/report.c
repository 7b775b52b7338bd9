/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "format.h"
#include "mem.h"
#include "text.h"
#include "when.h"

static int as_json;

void
report_as_json(void)
{
	as_json = 1;
}

int
report_is_json(void)
{
	return as_json;
}

/* As in its header: "ENOENT". */
static const char *
status_name(int status)
{
	switch (status) {
#define STATUS_NAME(name, number, text)                                        \
	case number:                                                           \
		return #name;
		SLI_STATUS_MAP(STATUS_NAME)
#undef STATUS_NAME
	default:
		return "unknown";
	}
}

static void
say(const char *message)
{
	char *clean = text_clean_new(message);

	fprintf(stderr, "sli: %s\n", clean);
	free(clean);
}

static int
report(enum exit_status exit_status, int status, const char *message)
{
	json_t *error;

	say(message);
	if (as_json) {
		error = json_object();
		doc_put(error, "status", json_string(status_name(status)));
		doc_put(error, "message", doc_text(message));
		doc_print(json_pack("{s:o}", "error", error));
	}
	return (int)exit_status;
}

int
report_error(enum exit_status exit_status, const struct sli_error *err)
{
	return report(exit_status, err->status, err->message);
}

int
report_file(enum exit_status exit_status, const char *path,
    const struct sli_error *err)
{
	char *message = mem_print("%s: %s", path, err->message);

	report(exit_status, err->status, message);
	free(message);
	return (int)exit_status;
}

static void
set(struct sli_error *err, int status, const char *format, va_list args)
{
	err->status = status;
	vsnprintf(err->message, sizeof(err->message), format, args);
}

void
report_notice(const char *path, const struct sli_error *err)
{
	char *message = mem_print("%s: %s", path, err->message);

	say(message);
	free(message);
}

int
report_fail(enum exit_status exit_status, int status, const char *format, ...)
{
	struct sli_error err;
	va_list args;

	va_start(args, format);
	set(&err, status, format, args);
	va_end(args);
	return report_error(exit_status, &err);
}

int
report_set(struct sli_error *err, int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(err, status, format, args);
	va_end(args);
	return status;
}

/* A field by itself, not one in quotes; returns its length, or 0. */
static size_t
field_at(const char *text, const char **option)
{
	static const char *const words[][2] = { { "from_ns ", "--from " },
		{ "to_ns ", "--to " }, { "at_ns ", "--at " },
		{ "time_zone ", "--time-zone " } };
	size_t i, length;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		length = strlen(words[i][0]);
		*option = words[i][1];
		if (strncmp(text, words[i][0], length) == 0)
			return length;
	}
	return 0;
}

/*
 * A time with a fraction, 2026-11-22T13:32:24.125Z; returns its length, or 0.
 * Rounded up: of what is accepted from then on, it is.
 */
static size_t
time_at(const char *text, char *rounded)
{
	size_t length = strspn(text, "0123456789-:T.Z");
	char copy[FORMAT_MAX];
	struct when when;

	if (length >= sizeof(copy) || memchr(text, '.', length) == NULL)
		return 0;
	while (length > 0 && text[length - 1] != 'Z')
		length--;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (when_parse(copy, &when) != 0 || when.is != WHEN_AT)
		return 0;
	format_time(rounded, when.ns + SLI_SECONDS(1) - 1);
	return length;
}

void
report_by_options(struct sli_error *err)
{
	char old[sizeof(err->message)], piece[FORMAT_MAX];
	const char *at = old, *put;
	size_t used = 0, length;
	int begins = 1; /* a word */

	memcpy(old, err->message, sizeof(old));
	while (*at != '\0' && used < sizeof(err->message) - 1) {
		length = begins ? field_at(at, &put) : 0;
		if (length == 0 && begins) {
			put = piece;
			length = time_at(at, piece);
		}
		if (length == 0) {
			put = piece;
			length = 1;
			piece[0] = *at;
			piece[1] = '\0';
		}
		begins = at[length - 1] == ' ';
		at += length;
		snprintf(err->message + used, sizeof(err->message) - used, "%s",
		    put);
		used += strlen(err->message + used);
	}
}

int
report_written(int exit_status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_status;
	fprintf(stderr, "sli: cannot write the output: %s\n", strerror(errno));
	return EXIT_FILE;
}
