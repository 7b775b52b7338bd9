/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_EVENT_H
#define TOOL_LOG_EVENT_H

#include "log_reader.h"

/* Fields to events: what is good, what is bad, what does not count. */

enum log_operator { LOG_IS, LOG_IS_NOT, LOG_OVER, LOG_FROM, LOG_UNDER, LOG_TO };

struct log_rule {
	enum sli_outcome outcome;
	enum log_operator op;
	int field;
	char *key;
	const char *value; /* in the memory of key */
	size_t value_length;
	int is_open; /* value* : what begins so */
	int is_number;
	int64_t number;
};

#define LOG_GROUPS_MAX 64 /* the last is for all others */
#define LOG_GROUP_BYTES 127

/* The values of --group-by, by the numbers that events have. */
struct log_groups {
	char name[LOG_GROUPS_MAX][LOG_GROUP_BYTES + 1];
	uint32_t count;
};

struct log_decoder {
	struct log_schema schema;
	struct log_rule rule[LOG_RULES_MAX];
	uint32_t rule_count;
	uint64_t latest_ns; /* later than that no log can be */
	struct log_groups groups;
};

/*
 * Add a rule, "status>=500", "path=/health*", "level!=error": an event that it
 * matches has this outcome. Of several, ignored goes before shed, before bad.
 */
int log_decoder_rule(struct log_decoder *d, const char *text,
    enum sli_outcome outcome, struct sli_error *err);
void log_decoder_free(struct log_decoder *d);

/* An event of a record, whose paths are cut; -1: it is none, and why. */
int log_decode(struct log_decoder *d, const struct log_reader *reader,
    struct log_record *record, struct log_event *out, struct log_why *why);

#endif /* TOOL_LOG_EVENT_H */
