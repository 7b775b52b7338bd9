/* SPDX-License-Identifier: MIT */
#ifndef SLI_DELIVER_APPENDER_H
#define SLI_DELIVER_APPENDER_H

#include <stdbool.h>
#include <sys/types.h>

#include <sli/deliver_file.h>

struct sli_appender {
	struct sli_appender_config cfg;
	pid_t owner;
	char *path;  /* absolute; NULL: to a descriptor */
	char *older; /* room for path.998 and path.999 */
	char *newer;
	int fd;	     /* -1: a file that is to be opened */
	bool opened; /* fd is ours to close */
	bool is_socket;
	/*
	 * The rest of a batch that a descriptor had no room for, and behind it
	 * the batch that is gathered.
	 */
	char *bytes;
	size_t size, used, rest;
	int failed; /* why that batch cannot be committed */
	struct sli_appender_stats stats;
};

/* The SLI_E* for an errno. */
int sli__deliver_status(int number);

/*
 * Write all, or as much as there is room for, and raise no signal. Returns how
 * much; if that is not all, errno says why.
 */
size_t sli__deliver_write(int fd, bool is_socket, const void *bytes,
    size_t length);

/* Open the file if it is not open. */
int sli__appender_open_file(struct sli_appender *a, struct sli_error *err);

/* Append the batch to it, whole or not at all. */
int sli__append_to_file(struct sli_appender *a, struct sli_error *err);

/* Check the descriptor, and get one that does not block. */
int sli__appender_open_stream(struct sli_appender *a, struct sli_error *err);

/* Write rest and batch to it. What there is no room for becomes the rest. */
int sli__append_to_stream(struct sli_appender *a, struct sli_error *err);

#endif /* SLI_DELIVER_APPENDER_H */
