/* SPDX-License-Identifier: MIT */
#ifndef TOOL_COMMANDS_H
#define TOOL_COMMANDS_H

#include <stddef.h>

#include "options.h"

struct command {
	const char *name;
	const char *usage;
	const char *summary;
	const char *details;
	uint64_t options;	   /* that it takes, beside --json and --help */
	int args_least, args_most; /* its name included */
	int (*run)(const struct options *o);
	int needs_why;
};

/* All there are, as sli help lists them. */
extern const struct command commands[];
extern const size_t command_count;

/* NULL: there is none of that name. */
const struct command *command_find(const char *name);

/* Say that a name is no command's, and which are. */
int command_unknown(const char *name);

/* One of each command; they return the program's exit status. */
int command_top(const struct options *o);
int command_show(const struct options *o);
int command_alerts(const struct options *o);
int command_explain(const struct options *o);
int command_signals(const struct options *o);
int command_check(const struct options *o);
int command_repair(const struct options *o);
int command_rm(const struct options *o);
int command_reset_budget(const struct options *o);
int command_exclude(const struct options *o);
int command_include(const struct options *o);
int command_correct(const struct options *o);
int command_annotate(const struct options *o);
int command_validate(const struct options *o);
int command_export(const struct options *o);
int command_export_rules(const struct options *o);
int command_replay(const struct options *o);
int command_review(const struct options *o);
int command_hlog(const struct options *o);
int command_help(const struct options *o);

#endif /* TOOL_COMMANDS_H */
