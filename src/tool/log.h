/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_H
#define TOOL_LOG_H

#include <stddef.h>
#include <stdint.h>

#include <sli/sli.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a line of a log says, whatever its format. */

#define LOG_RULES_MAX 12 /* in all */
#define LOG_LINE_MAX 65536

enum log_field {
	LOG_TIME,
	LOG_STATUS,
	LOG_DURATION,
	LOG_PATH,
	LOG_GROUP,
	LOG_RULE, /* first of those that rules look at */
	LOG_FIELDS = LOG_RULE + LOG_RULES_MAX
};

/* A piece of a line; at NULL: the line has no such field. */
struct log_text {
	const char *at;
	size_t length;
};

struct log_record {
	struct log_text field[LOG_FIELDS];
};

/* Why a line is of no use, for a person. */
struct log_why {
	char text[200];
};

struct log_event {
	uint64_t at_ns; /* its end */
	uint64_t latency_ns;
	enum sli_outcome outcome;
	int has_latency;
	uint32_t group;
};

__attribute__((format(printf, 2, 3))) int log_refuse(struct log_why *why,
    const char *format, ...);

/* "%.*s" of a text, cut to what a sentence can bear. */
#define LOG_SHOWN(t) (int)((t).length < 60 ? (t).length : 60), (t).at

#ifdef __cplusplus
}
#endif

#endif /* TOOL_LOG_H */
