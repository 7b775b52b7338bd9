/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include <sli/sli.h>

/* What the program's exit status says. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_NO = 1,	/* damaged, refused, or not in the file */
	EXIT_USAGE = 2, /* the words of the command are off */
	EXIT_FILE = 3	/* a file cannot be read, opened or written */
};

/* Errors become a JSON document on stdout, beside the sentence on stderr. */
void report_as_json(void);

/* Is that asked for? Async-signal-safe. */
int report_is_json(void);

/* Say what went wrong; returns the exit status, for a caller's return. */
int report_error(enum exit_status exit_status, const struct sli_error *err);

/* The same, of a file. */
int report_file(enum exit_status exit_status, const char *path,
    const struct sli_error *err);

/* On stderr only: something went wrong, and the program goes on. */
void report_notice(const char *path, const struct sli_error *err);

__attribute__((format(printf, 3, 4))) int report_fail(
    enum exit_status exit_status, int status, const char *format, ...);

/* An error that is put together, as the library's are. */
__attribute__((format(printf, 3, 4))) int report_set(struct sli_error *err,
    int status, const char *format, ...);

/*
 * What the library says of the fields of a call, said of the options that they
 * come from: --to, not to_ns; times in whole seconds, as people give them.
 */
void report_by_options(struct sli_error *err);

/* All of stdout was written, or else a pipe was closed or a disk is full. */
int report_written(int exit_status);

#endif /* TOOL_REPORT_H */
