/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "spec/loader.h"

#define MESSAGE_BYTES 512

int
sli__spec_fail(struct sli_error *err, int status, const char *format, ...)
{
	va_list args;

	if (err != NULL) {
		err->status = status;
		va_start(args, format);
		vsnprintf(err->message, sizeof(err->message), format, args);
		va_end(args);
	}
	return status;
}

/* Messages are for a terminal: what a file has in it stays on one line. */
static void
make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

static const char *
place_text(const char *file, uint32_t line, uint32_t column, char *text,
    size_t size)
{
	if (line == 0)
		snprintf(text, size, "%.1000s: ", file);
	else
		snprintf(text, size, "%.1000s:%u:%u: ", file, line, column);
	return text;
}

static void
report(struct sli__spec_loader *loader, struct sli_spec_problem *problem)
{
	char place[1100], text[1100 + MESSAGE_BYTES + 300];

	place_text(problem->file, problem->line, problem->column, place,
	    sizeof(place));
	snprintf(text, sizeof(text), "%s%s: %s%s%s", place,
	    problem->gravity == SLI_SPEC_ERROR ? "error" : "warning",
	    problem->field, problem->field[0] != '\0' ? ": " : "",
	    problem->message);
	make_printable(text);
	problem->text = text;
	if (problem->gravity == SLI_SPEC_ERROR && loader->error_count++ == 0)
		sli__spec_fail(&loader->first, SLI_EPARSE, "%s", text);
	if (loader->problem_count++ < SLI_SPEC_PROBLEMS_MAX &&
	    loader->report != NULL)
		loader->report(problem, loader->arg);
}

void
sli__spec_problem(struct sli__spec_loader *loader,
    enum sli_spec_gravity gravity, const char *file, uint32_t line,
    uint32_t column, const char *field, const char *format, va_list args)
{
	char message[MESSAGE_BYTES];
	struct sli_spec_problem problem = { gravity, file, line, column, field,
		message, NULL };

	if (loader->muted > 0)
		return;
	vsnprintf(message, sizeof(message), format, args);
	make_printable(message);
	report(loader, &problem);
}

void
sli__spec_complain_of(struct sli__spec_loader *loader, const char *file,
    uint32_t line, uint32_t column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	sli__spec_problem(loader, SLI_SPEC_ERROR, file, line, column, "",
	    format, args);
	va_end(args);
}
