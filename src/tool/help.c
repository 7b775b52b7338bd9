/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "doc.h"
#include "report.h"

/* Where sli help begins a group of them. */
static const struct group {
	const char *first, *head;
} groups[] = {
	{ "top", "Look into a file" },
	{ "check", "Mend a file" },
	{ "reset-budget", "Change what is in it" },
	{ "validate", "Definitions" },
	{ "replay", "The past" },
	{ "export", "Other formats" },
	{ "help", "More" },
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static const char exit_statuses[] =
    "Exit status\n"
    "  0  done; the file is sound\n"
    "  1  the answer is no: damaged, not all was saved, in use, no such name\n"
    "  2  usage\n"
    "  3  a file cannot be opened, read or written\n";

static json_t *
describe(const struct command *c)
{
	return json_pack("{s:s, s:s, s:s}", "name", c->name, "usage", c->usage,
	    "summary", c->summary);
}

/* Of one command, or of all. */
static int
help_as_json(const struct command *only)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < command_count; i++)
		if (only == NULL || only == &commands[i])
			json_array_append_new(list, describe(&commands[i]));
	doc_print(json_pack("{s:o, s:s}", "commands", list, "version",
	    sli_version()));
	return report_written(EXIT_DONE);
}

static int
help_of(const struct command *c)
{
	printf("%s\n\n%c%s.\n", c->usage, c->summary[0] - 'a' + 'A',
	    c->summary + 1);
	if (*c->details != '\0')
		printf("\n%s", c->details);
	printf("\n  --json         one JSON document, errors too\n");
	return report_written(EXIT_DONE);
}

static void
list(void)
{
	size_t i, k;

	for (i = 0; i < command_count; i++) {
		for (k = 0; k < GROUPS; k++)
			if (strcmp(groups[k].first, commands[i].name) == 0)
				printf("%s%s\n", i == 0 ? "" : "\n",
				    groups[k].head);
		printf("  %-13s %s\n", commands[i].name, commands[i].summary);
	}
}

int
command_help(const struct options *o)
{
	const struct command *about = NULL;
	const char *name = NULL;

	/* `sli rm --help` is `sli help rm`. */
	if (o->arg_count > 0)
		name = strcmp(o->args[0], "help") != 0 ? o->args[0] :
							 o->args[1];
	if (name != NULL) {
		about = command_find(name);
		if (about == NULL)
			return command_unknown(name);
	}
	if (o->json)
		return help_as_json(about);
	if (about != NULL)
		return help_of(about);
	printf("sli looks into registries that libsli keeps in files, at SLO "
	       "definitions, and into access logs.\n\n");
	list();
	printf("\n  --json        one JSON document on stdout, errors too\n"
	       "  --version     of libsli\n\n"
	       "sli help COMMAND says more of each.\n\n%s",
	    exit_statuses);
	return report_written(EXIT_DONE);
}
