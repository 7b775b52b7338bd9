/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_CSV_H
#define TOOL_LOG_CSV_H

#include "log.h"

/* Lines of CSV (RFC 4180; also with ; or tabs) below a header. */

#define LOG_COLUMNS_MAX 256

struct log_csv {
	char delimiter; /* 0: the header has not been read */
	uint32_t column_count;
	char *names[LOG_COLUMNS_MAX];
	/* Which fields a column is, as bits. */
	uint32_t fields[LOG_COLUMNS_MAX];
};

/* Both write over the line where they take quotes away. */
int log_csv_header(struct log_csv *csv, char *line, size_t length,
    struct log_why *why);
int log_csv_line(const struct log_csv *csv, char *line, size_t length,
    struct log_record *out, struct log_why *why);
void log_csv_free(struct log_csv *csv);

/* Let a column be a field; 0: there is none of that name. */
int log_csv_select(struct log_csv *csv, const char *name, int field);

#endif /* TOOL_LOG_CSV_H */
