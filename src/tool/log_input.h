/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_INPUT_H
#define TOOL_LOG_INPUT_H

#include <zlib.h>

#include "log.h"

/* The lines of a file, of a gzip file, or of stdin ("-"). */

/* Readable bytes behind every line, which the JSON parser may look at. */
#define LOG_PADDING 64

struct log_input {
	const char *path;
	gzFile file;
	char *buffer;
	size_t begin, end; /* what is in it and was not handed out */
	int at_end;
	uint64_t size;	   /* of the file; 0: not known */
	uint64_t lines;	   /* that were handed out; the number of the last */
	uint64_t next;	   /* number of the line after that */
	char trouble[200]; /* why it ended early; "" it did not */
};

int log_input_open(struct log_input *in, const char *path,
    struct sli_error *err);
void log_input_close(struct log_input *in);

/* How far into the file it is, in bytes as they lie on the disk. */
uint64_t log_input_offset(const struct log_input *in);

/*
 * The next line without its end, which may be overwritten. A length over
 * LOG_LINE_MAX: it is too long, and left out. `delimiter`: of CSV, where ends
 * of lines inside "..." are part of it; else 0. Returns 0 at the end.
 */
int log_input_line(struct log_input *in, char delimiter, char **line,
    size_t *length);

#endif /* TOOL_LOG_INPUT_H */
