/* SPDX-License-Identifier: MIT */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include "rows.h"
#include "when.h"

/* What may be given more than once. */
#define OPTION_LIST_MAX 16

struct option_list {
	const char *text[OPTION_LIST_MAX];
	uint32_t count;
};

/* How to read logs, and what they are held against: sli replay. */
struct log_options {
	/* bad: of sli correct a number, see options_correction(). */
	struct option_list slo, objective, threshold, bad, shed, ignore;
	const char *period, *time_zone;
	const char *format, *time_key, *status_key, *duration_key;
	const char *duration_unit, *path_key, *group_by;
	const char *save;
	uint64_t reorder_ns;
};

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
	struct log_options log;
	uint64_t span_ns; /* of a review */
	int markdown, html;
	const char *html_path;	/* NULL: stdout */
	const char *tag, *unit; /* of sli hlog; NULL: not given */
	/* Of sli export; NULL: not given. There, --to is a place. */
	const char *service, *to_text, *listen;
	uint64_t every_ns; /* 0: once */
	uint64_t given;	   /* bits of enum option_key */
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
	OPTION_BAD,
	OPTION_SLO,
	OPTION_OBJECTIVE,
	OPTION_THRESHOLD,
	OPTION_PERIOD,
	OPTION_TIME_ZONE,
	OPTION_FORMAT,
	OPTION_TIME_KEY,
	OPTION_STATUS_KEY,
	OPTION_DURATION_KEY,
	OPTION_DURATION_UNIT,
	OPTION_PATH_KEY,
	OPTION_GROUP_BY,
	OPTION_SHED,
	OPTION_IGNORE,
	OPTION_REORDER,
	OPTION_SAVE,
	OPTION_DAY,
	OPTION_WEEK,
	OPTION_MONTH,
	OPTION_MARKDOWN,
	OPTION_HTML,
	OPTION_TAG,
	OPTION_UNIT,
	OPTION_SERVICE,
	OPTION_EVERY,
	OPTION_LISTEN
};

#define OPTION_COUNT 45
#define OPTION_BIT(option) (UINT64_C(1) << (option))

/* Of a command that reads logs. */
#define OPTION_BITS_LOG                                                        \
	((OPTION_BIT(OPTION_SAVE + 1) - OPTION_BIT(OPTION_SLO)) |              \
	    OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |                  \
	    OPTION_BIT(OPTION_BAD))

int options_parse(int argc, char **argv, struct options *out,
    struct sli_error *err);

/* Take --bad, which else is a rule, as a number of events. */
int options_correction(struct options *o, struct sli_error *err);

/* "--window", for messages. */
const char *options_name(enum option_key option);

#endif /* TOOL_OPTIONS_H */
