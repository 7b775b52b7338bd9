/* SPDX-License-Identifier: MIT */
/*
 * What a scraper would get from the service whose file it is.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sli/export.h>

#include "commands.h"
#include "doc.h"
#include "report.h"
#include "source.h"

/* In the order of enum sli_text_format. */
static const char *const formats[] = { "openmetrics", "prometheus" };

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

struct page {
	struct sli_text_config config;
	FILE *to;
	struct sli_error err;
	int status;
};

static int
append(const void *bytes, size_t length, void *arg)
{
	return fwrite(bytes, 1, length, arg) == length ? 0 : -1;
}

static void
write_page(const struct sli_snapshot *snapshot, void *arg)
{
	struct page *p = arg;

	p->status = sli_text_export(snapshot, &p->config, append, p->to,
	    &p->err);
}

/* What was found in a file that was cut meanwhile is not what it had. */
static int export(struct sli_registry *reg, const struct options *o,
    struct page *p)
{
	char *text = NULL;
	size_t length = 0;
	int status;

	p->to = open_memstream(&text, &length);
	if (p->to == NULL)
		return report_fail(EXIT_FILE, SLI_ENOMEM, "no memory");
	p->status = sli_flush(reg, sli_clock_ns(), write_page, p);
	if (fclose(p->to) != 0)
		p->status = SLI_ENOMEM;
	if (sli_registry_status(reg, &p->err) == SLI_EIO)
		status = report_file(EXIT_FILE, o->args[1], &p->err);
	else if (p->status != SLI_OK)
		status = report_fail(EXIT_FILE, p->status, "%s: no memory",
		    o->args[1]);
	else {
		if (o->json)
			doc_print(json_pack("{s:s, s:o}", "format",
			    formats[p->config.format], "text", doc_text(text)));
		else
			fwrite(text, 1, length, stdout);
		status = report_written(EXIT_DONE);
	}
	free(text);
	return status;
}

int
command_export(const struct options *o)
{
	const struct sli_text_config config = SLI_TEXT_CONFIG_INIT;
	const char *format = o->log.format != NULL ? o->log.format : formats[0];
	struct page p;
	struct source s;
	size_t i = 0;
	int status;

	while (i < FORMATS && strcmp(formats[i], format) != 0)
		i++;
	if (i == FORMATS)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "--format \"%s\" is not valid; accepted: openmetrics, "
		    "prometheus",
		    format);
	memset(&p, 0, sizeof(p));
	memset(&s, 0, sizeof(s));
	p.config = config;
	p.config.format = (enum sli_text_format)i;
	if (source_open(&s, o->args[1], &p.err) != SLI_OK)
		return report_file(EXIT_FILE, o->args[1], &p.err);
	status = export(s.registry, o, &p);
	source_close(&s);
	return status;
}
