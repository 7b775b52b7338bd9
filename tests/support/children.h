/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_CHILDREN_H
#define SUPPORT_CHILDREN_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include <sli/sli.h>

#include "ledger.h"

/*
 * Processes that work on one registry file until they are killed: they open it,
 * register, record from several threads, reset budgets, take writers, remove
 * what nobody has, close it and start again. All of what they may meet is
 * checked; a child that finds something wrong says so and exits.
 */

#define CHILDREN 4
#define CHILD_THREADS 3

/* Indicators whose events are booked; each has an SLO. Never removed. */
#define CHILD_BOOKED 3
/* Indicators, each with an SLO, that come and go. */
#define CHILD_FLEETING 3

#define CHILD_WRITERS 4

/* What a child's first thread is in the middle of. */
enum child_place {
	CHILD_CREATING,
	CHILD_OPENING,
	CHILD_REGISTERING,
	CHILD_RECORDING,
	CHILD_RESETTING,
	CHILD_REMOVING,
	CHILD_WRITING, /* takes a writer, or gives it back */
	CHILD_CLOSING,
	CHILD_PLACES
};

/* What a child likes to do most. */
enum child_habit {
	CHILD_RECORDS,
	CHILD_REGISTERS,
	CHILD_REOPENS,
	CHILD_HABITS
};

/* In memory that all share. */
struct child_page {
	struct ledger_line line[CHILD_THREADS][CHILD_BOOKED];
	_Atomic uint64_t resets_begun, resets_done;
	_Atomic uint32_t place, threads;
};

struct children {
	/* Virtual time, so fast that recorders mostly advance; 0: the clock. */
	_Atomic uint64_t now_ns;
	struct child_page page[CHILDREN];
};

/*
 * What a thread has recorded, as it says itself: of its page's line, since its
 * page is clean. One write to a pipe is this or nothing (PIPE_BUF).
 */
struct child_report {
	uint32_t child, thread;
	uint64_t done[CHILD_BOOKED][LEDGER_KINDS];
};

struct child_config {
	struct children *children; /* shared */
	const char *path;
	int report_fd;
	uint32_t shards; /* of the file, if it is the one to make it */
	uint32_t index;	 /* its page */
	uint64_t seed;
	enum child_habit habit;
};

pid_t child_start(const struct child_config *cfg);

/* As the children do. */
uint64_t children_now(struct children *children, struct random *rnd);
void child_configure(struct sli_registry_config *cfg, uint32_t shards);
int child_register(struct sli_registry *reg, const char *prefix, uint32_t i,
    struct sli_indicator **out, struct sli_error *err);
int child_register_slo(struct sli_indicator *ind, const char *prefix,
    uint32_t i, struct sli_slo **out, struct sli_error *err);

#endif /* SUPPORT_CHILDREN_H */
