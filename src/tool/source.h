/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SOURCE_H
#define TOOL_SOURCE_H

#include <sys/types.h>

#include "view.h"

/*
 * A registry's file that is looked into for a while: when it is replaced,
 * truncated or deleted, that is said, and the new one is opened once there is
 * one.
 */
struct source {
	const char *path;
	struct sli_registry *registry;
	dev_t device;
	ino_t inode;
	uint64_t opens; /* how often processes had opened it by then */
	struct view_request request;
	int is_stale;	   /* what is shown is not what the file has now */
	char message[320]; /* "" while all is well */
	uint64_t until_ns; /* a message of good news goes then; 0: stays */
};

int source_open(struct source *s, const char *path, struct sli_error *err);
void source_close(struct source *s);

/* What is in it now. */
int source_read(struct source *s, struct view *out, struct sli_error *err);

/*
 * The same again, and whatever happens to the file. `shown` becomes what is in
 * it now, or stays what it is.
 */
void source_follow(struct source *s, struct view *shown);

/*
 * The SIGBUS of a file that is truncated while it is read. `at_death` is
 * called, in the signal handler, before the program ends for a SIGBUS that no
 * registry accounts for.
 */
void source_catch_faults(void);
void source_watch(struct sli_registry *reg); /* NULL: none any more */
extern void (*volatile source_at_death)(void);

#endif /* TOOL_SOURCE_H */
