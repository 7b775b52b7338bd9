/* SPDX-License-Identifier: MIT */
/*
 * SLOs that are defined in files: OpenSLO, sloth, pyrra.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sli/spec.h>

#include "commands.h"
#include "definitions.h"
#include "doc.h"
#include "report.h"
#include "text.h"

struct problems {
	json_t *list; /* NULL: they are printed */
	uint32_t count;
};

static void
on_problem(const struct sli_spec_problem *problem, void *arg)
{
	struct problems *p = arg;
	char *clean;

	p->count++;
	if (p->list == NULL) {
		clean = text_clean_new(problem->text);
		fprintf(stderr, "%s\n", clean);
		free(clean);
		return;
	}
	json_array_append_new(p->list,
	    json_pack("{s:s, s:o, s:i, s:i, s:o, s:o}", "severity",
		problem->gravity == SLI_SPEC_ERROR ? "error" : "warning",
		"file", doc_text(problem->file), "line", (int)problem->line,
		"column", (int)problem->column, "field",
		doc_text(problem->field), "message",
		doc_text(problem->message)));
}

int
definitions_load(const char *const *paths, uint32_t count,
    struct sli_spec **out, struct sli_error *err)
{
	struct problems p = { NULL, 0 };

	return sli_spec_load(paths, count, NULL,
	    report_is_json() ? NULL : on_problem, &p, out, err);
}

/* The definitions are wrong; or a file cannot be read. */
static int
exit_of(int status)
{
	switch (status) {
	case SLI_OK:
		return EXIT_DONE;
	case SLI_EPARSE:
	case SLI_ENODATA:
	case SLI_ERANGE:
	case SLI_EINVAL:
		return EXIT_NO;
	default:
		return EXIT_FILE;
	}
}

int
command_validate(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct problems p = { o->json ? json_array() : NULL, 0 };
	const uint32_t n = (uint32_t)o->arg_count - 1;
	int status = sli_spec_validate((const char *const *)(o->args + 1), n,
	    NULL, on_problem, &p, &err);

	if (status != SLI_OK && p.count == 0) {
		json_decref(p.list);
		return report_error((enum exit_status)exit_of(status), &err);
	}
	if (o->json)
		doc_print(json_pack("{s:b, s:o}", "valid", status == SLI_OK,
		    "problems", p.list));
	else if (status == SLI_OK)
		printf("%u file%s: valid\n", n, n == 1 ? "" : "s");
	return report_written(exit_of(status));
}

static int
print_rules(const struct sli_spec *spec, const struct options *o)
{
	struct sli_spec_rules_config config = SLI_SPEC_RULES_CONFIG_INIT;
	struct sli_error err = { SLI_OK, "" };
	size_t length;
	char *text;

	if (o->by_ratio)
		config.flags |= SLI_SPEC_RULES_BY_RATIO;
	if (sli_spec_rules(spec, &config, &text, &length, &err) != SLI_OK)
		return report_error(EXIT_NO, &err);
	if (o->json)
		doc_print(json_pack("{s:o}", "rules", doc_text(text)));
	else
		fwrite(text, 1, length, stdout);
	sli_spec_text_free(text);
	return report_written(EXIT_DONE);
}

int
command_export_rules(const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct sli_spec *spec;
	int status = definitions_load((const char *const *)(o->args + 1),
	    (uint32_t)o->arg_count - 1, &spec, &err);

	if (status != SLI_OK)
		return report_error((enum exit_status)exit_of(status), &err);
	status = print_rules(spec, o);
	sli_spec_free(spec);
	return status;
}
