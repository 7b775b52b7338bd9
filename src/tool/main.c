/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "doc.h"
#include "report.h"
#include "source.h"
#include "text.h"

static int
print_version(const struct options *o)
{
	if (o->json)
		doc_print(json_pack("{s:s}", "version", sli_version()));
	else
		printf("sli %s\n", sli_version());
	return report_written(EXIT_DONE);
}

/* An option that was given and that the command does not take. */
static int
stray_option(const struct command *c, const struct options *o)
{
	uint64_t taken = c->options | OPTION_BIT(OPTION_JSON);
	int option;

	for (option = 0; option < OPTION_COUNT; option++)
		if (o->given & ~taken & OPTION_BIT(option))
			return option;
	return -1;
}

static int
run(const struct command *c, const struct options *o)
{
	int stray = stray_option(c, o);

	if (stray >= 0)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "sli %s takes no --%s", c->name,
		    options_name((enum option_key)stray));
	if (o->arg_count < c->args_least || o->arg_count > c->args_most)
		return report_fail(EXIT_USAGE, SLI_EINVAL, "usage: %s",
		    c->usage);
	if (c->needs_why && (o->why == NULL || *o->why == '\0'))
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "sli %s needs a reason, which is kept in the file: --why "
		    "TEXT",
		    c->name);
	return c->run(o);
}

int
main(int argc, char **argv)
{
	struct sli_error err = { SLI_OK, "" };
	const struct command *command;
	struct options o;
	int i, status;

	text_init();
	/* An error in the options is one that JSON was asked for, too. */
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			report_as_json();
	status = options_parse(argc, argv, &o, &err);
	if (status != SLI_OK)
		return report_error(EXIT_USAGE, &err);
	if (o.version)
		return print_version(&o);
	if (o.help)
		return command_help(&o);
	if (o.arg_count == 0)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "which command? sli help lists them");
	command = command_find(o.args[0]);
	if (command == NULL)
		return command_unknown(o.args[0]);
	source_catch_faults();
	return run(command, &o);
}
