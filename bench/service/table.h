/* SPDX-License-Identifier: MIT */
#ifndef TABLE_H
#define TABLE_H

#include <stdio.h>

#include "books.h"

/*
 * Two consumers of one registry, each with deltas of its own. The first flush
 * to one begins it and shows nothing.
 */

/* A block of lines for each step; alerts as they begin and end. */
struct table {
	const struct books *books;
	int admission; /* 0: nobody asks for the verdict */
	unsigned step_seconds;
	unsigned seconds; /* so many were told of */
};

/* Requests over a stretch of time; p99_ns is 0 if none was answered. */
struct tally {
	struct sli_counts counts;
	uint64_t p99_ns;
};

/* What a phase came to. */
struct report {
	const struct books *books;
	uint64_t phase_ns;
	struct tally route[ROUTES];
	struct tally settled; /* the last 10 s of /checkout */
	double budget_remaining;
};

void table_print_head(const char *title, unsigned step_seconds);

sli_flush_fn table_flush;  /* arg: struct table */
sli_flush_fn report_flush; /* arg: struct report */

/* What the SLO looks at: the fast share of the /checkout that was let in. */
double report_sli(const struct report *report);

/* Lines of "what<TAB>value", for a side-by-side table. */
void report_write(const struct report *report, FILE *file);

#endif /* TABLE_H */
