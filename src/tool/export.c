/* SPDX-License-Identifier: MIT */
/*
 * What another system would get from the service whose file it is: once, or as
 * a side-car of it.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "doc.h"
#include "export_run.h"
#include "report.h"

/* ---- what goes with what ---- */

static int
refuse(const char *option, const char *value, const char *why)
{
	return report_fail(EXIT_USAGE, SLI_EINVAL, "--%s %s %s", option, value,
	    why);
}

/* Where it cannot go, and which formats could. */
static int
refuse_place(const struct options *o, const struct export_format *format,
    uint32_t flags)
{
	char *names = export_format_names_new(flags);
	int status = report_fail(EXIT_USAGE, SLI_EINVAL,
	    "--format %s cannot go to \"%s\"%s; accepted: %s", format->name,
	    o->to_text,
	    place_kind_of(o->to_text) == PLACE_FILE ?
		", as a file is appended to (have stdout replace one)" :
		"",
	    names);

	free(names);
	return status;
}

static int
refuse_format(const char *name)
{
	char *names = export_format_names_new(0);
	int status = report_fail(EXIT_USAGE, SLI_EINVAL,
	    "--format \"%s\" is not valid; accepted: %s", name, names);

	free(names);
	return status;
}

static int
check_binary(const struct options *o)
{
	if (o->json)
		return refuse("json", "of protobuf",
		    "is not possible: it is no text");
	if (o->every_ns != 0)
		return refuse("every", "of protobuf",
		    "is not possible: nobody could tell one from the next");
	if (isatty(STDOUT_FILENO))
		return refuse("format", "protobuf",
		    "is no text, and stdout a terminal; write it to a file or "
		    "a pipe");
	return EXIT_DONE;
}

static int
check_options(const struct options *o, const struct export_format *format)
{
	enum place_kind kind = place_kind_of(o->to_text);
	uint32_t flags = place_flags(kind);

	if ((format->flags & flags) != flags)
		return refuse_place(o, format, flags);
	if (o->service != NULL && (format->flags & FORMAT_HAS_SERVICE) == 0)
		return refuse("service", o->service,
		    "has no place in this format");
	if (o->json && o->every_ns != 0 && kind == PLACE_STDOUT)
		return refuse("json", "with --every",
		    "needs a --to: stdout cannot have both");
	return (format->flags & FORMAT_IS_BINARY) != 0 ? check_binary(o) :
							 EXIT_DONE;
}

/* ---- once, to stdout ---- */

struct page {
	struct exporter *exporter;
	FILE *to;
};

static int
append(const void *bytes, size_t length, void *arg)
{
	return fwrite(bytes, 1, length, arg) == length ? 0 : -1;
}

static int
write_page(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct page *p = arg;

	return exporter_write(p->exporter, snapshot, append, p->to, err);
}

static int
print_page(const struct options *o, const struct export_format *format,
    const char *text, size_t length)
{
	if (o->json)
		doc_print(json_pack("{s:s, s:o}", "format", format->name,
		    "text", doc_text(text)));
	else
		fwrite(text, 1, length, stdout);
	return report_written(EXIT_DONE);
}

/* What was found in a file that was cut meanwhile is not what it had. */
static int
export_to_stdout(struct source *s, const struct options *o, struct exporter *e)
{
	struct sli_error err = { SLI_OK, "" };
	struct page p = { .exporter = e };
	char *text = NULL;
	size_t length = 0;
	int status;

	p.to = open_memstream(&text, &length);
	if (p.to == NULL)
		return report_fail(EXIT_FILE, SLI_ENOMEM, "no memory");
	status = sli_flush_try(s->registry, sli_clock_ns(), write_page, &p,
	    &err);
	if (fclose(p.to) != 0)
		status = report_set(&err, SLI_ENOMEM, "no memory");
	if (sli_registry_status(s->registry, &err) == SLI_EIO)
		status = SLI_EIO;
	if (status != SLI_OK)
		status = report_file(EXIT_FILE, o->args[1], &err);
	else
		status = print_page(o, e->format, text, length);
	free(text);
	return status;
}

/* ---- elsewhere ---- */

static int
print_done(const struct options *o, const struct export_format *format)
{
	if (o->json)
		doc_print(json_pack("{s:s, s:o}", "format", format->name, "to",
		    doc_text(o->to_text)));
	return report_written(EXIT_DONE);
}

static int
export_to_place(struct source *s, const struct options *o, struct exporter *e)
{
	struct sli_error err = { SLI_OK, "" }, at_close = { SLI_OK, "" };
	struct place p;
	int status;

	if (place_open(&p, o->to_text, e, s->registry, &err) != SLI_OK)
		return report_file(EXIT_FILE, p.name, &err);
	if (o->every_ns != 0) {
		status = export_every(s, o, &p);
	} else {
		status = sli_flush_try(s->registry, sli_clock_ns(), place_flush,
		    &p, &err);
		if (status != SLI_OK)
			status = report_file(EXIT_FILE, p.name, &err);
	}
	if (place_close(&p, &at_close) != SLI_OK && status == EXIT_DONE)
		return report_file(EXIT_FILE, o->to_text, &at_close);
	return status != EXIT_DONE || o->every_ns != 0 ?
	    status :
	    print_done(o, e->format);
}

/* ---- the command ---- */

static int
export_as(struct source *s, const struct options *o,
    const struct export_format *format)
{
	struct sli_error err = { SLI_OK, "" };
	struct exporter e;
	int status;

	if (exporter_open(&e, format, o->service, &err) != SLI_OK)
		return report_error(EXIT_USAGE, &err);
	if (place_kind_of(o->to_text) == PLACE_STDOUT && o->every_ns == 0)
		status = export_to_stdout(s, o, &e);
	else
		status = export_to_place(s, o, &e);
	exporter_close(&e);
	return status;
}

int
command_export(const struct options *o)
{
	const char *name = o->log.format != NULL ? o->log.format :
						   "openmetrics";
	const struct export_format *format = export_format_find(name);
	uint64_t others = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_TO) |
	    OPTION_BIT(OPTION_EVERY);
	struct sli_error err = { SLI_OK, "" };
	struct source s;
	int status;

	if (o->listen != NULL && (o->given & others) != 0)
		return refuse("listen", o->listen,
		    "goes with no --format, --to or --every");
	if (format == NULL)
		return refuse_format(name);
	status = o->listen != NULL ? EXIT_DONE : check_options(o, format);
	if (status != EXIT_DONE)
		return status;
	memset(&s, 0, sizeof(s));
	if (source_open(&s, o->args[1], &err) != SLI_OK)
		return report_file(EXIT_FILE, o->args[1], &err);
	status = o->listen != NULL ? export_listen(&s, o) :
				     export_as(&s, o, format);
	source_close(&s);
	return status;
}
