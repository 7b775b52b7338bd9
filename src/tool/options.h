/* SPDX-License-Identifier: MIT */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include "rows.h"
#include "when.h"

/* The words of a command line. */
struct options {
	int json;
	int once;
	int help, version;
	int reverse;
	int by_ratio;
	uint64_t window_ns, interval_ns;
	enum sort_key sort;
	const char *why;
	const char *kind;		  /* of an annotation */
	struct when from, to, at;	  /* now, if not given */
	int64_t good, bad;		  /* of a correction */
	struct sli_registry_config sizes; /* of a repaired file; 0: as it was */
	char **args;			  /* the command first */
	int arg_count;
	uint32_t given; /* bits of enum option_key */
};

enum option_key {
	OPTION_JSON,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_ONCE,
	OPTION_WINDOW,
	OPTION_INTERVAL,
	OPTION_SORT,
	OPTION_REVERSE,
	OPTION_WHY,
	OPTION_MAX_INDICATORS,
	OPTION_MAX_SLOS,
	OPTION_SHARDS,
	OPTION_KIND,
	OPTION_BY_RATIO,
	OPTION_FROM,
	OPTION_TO,
	OPTION_AT,
	OPTION_GOOD,
	OPTION_BAD
};

#define OPTION_COUNT 19
#define OPTION_BIT(option) (UINT32_C(1) << (option))

int options_parse(int argc, char **argv, struct options *out,
    struct sli_error *err);

/* "--window", for messages. */
const char *options_name(enum option_key option);

#endif /* TOOL_OPTIONS_H */
