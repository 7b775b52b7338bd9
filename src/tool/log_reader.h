/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_READER_H
#define TOOL_LOG_READER_H

#include "log.h"
#include "log_csv.h"
#include "log_json.h"
#include "log_text.h"

/* Lines to fields: which format, and which key of it is which field. */

enum log_format { LOG_AUTO, LOG_COMMON, LOG_COMBINED, LOG_JSON, LOG_CSV };

struct log_schema {
	enum log_format format;
	/* As the user says; NULL: the usual names, if the field is wanted. */
	const char *key[LOG_FIELDS];
	uint32_t wanted;  /* fields that somebody looks at, as bits */
	uint32_t needed;  /* of these, what has to have a key */
	uint64_t unit_ns; /* of durations that do not say; 0: by the key */
};

struct log_reader {
	const struct log_schema *schema;
	enum log_format format; /* LOG_AUTO until it is known */
	int is_settled;		/* every field has its key */
	const char *key[LOG_FIELDS];
	uint64_t unit_ns;
	struct log_json *json;
	struct log_csv csv;
	struct log_text_key text[LOG_FIELDS];
};

enum log_verdict {
	LOG_USABLE,
	LOG_REFUSED, /* and why */
	LOG_PASSED   /* blank, a comment or a header */
};

/* The format by its name; -1: there is no such. */
int log_format_find(const char *name);

/* What a field is called, for people. */
const char *log_field_name(int field);

void log_reader_begin(struct log_reader *r, const struct log_schema *schema);
void log_reader_end(struct log_reader *r);

/* The delimiter of CSV, or 0. */
char log_reader_delimiter(const struct log_reader *r);

/*
 * Writes over the line, behind which LOG_PADDING bytes can be read. The texts
 * of the record live until the next line.
 */
enum log_verdict log_reader_line(struct log_reader *r, char *line,
    size_t length, struct log_record *out, struct log_why *why);

#endif /* TOOL_LOG_READER_H */
