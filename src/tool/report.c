/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "mem.h"
#include "text.h"

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

static int
report(enum exit_status exit_status, int status, const char *message)
{
	char *clean = text_clean_new(message);
	json_t *error;

	fprintf(stderr, "sli: %s\n", clean);
	free(clean);
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

int
report_written(int exit_status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_status;
	fprintf(stderr, "sli: cannot write the output: %s\n", strerror(errno));
	return EXIT_FILE;
}
