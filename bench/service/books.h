/* SPDX-License-Identifier: MIT */
#ifndef BOOKS_H
#define BOOKS_H

#include <sli/sli.h>

/*
 * What the service counts and what it has promised, in a file: its worker
 * processes share one error budget, which goes on when they are restarted.
 */

/* Answered within this is fast enough, on every route. */
#define BOOKS_THRESHOLD_MS 400
#define BOOKS_OBJECTIVE 0.99 /* of /checkout */
/* A month is usual; an hour lets a demo see its budget move. */
#define BOOKS_PERIOD_NS SLI_HOURS(1)

enum { CHECKOUT, SEARCH, RECOMMEND, ROUTES };

struct route {
	const char *path;
	enum sli_criticality criticality;
	struct sli_indicator *indicator;
};

struct books {
	struct route routes[ROUTES];
	struct sli_indicator *calls; /* of the back end; all routes need it */
	struct sli_registry *registry;
	struct sli_slo *slo; /* of /checkout; its verdict guards the back end */
};

/*
 * To count in them, or to look on while others do; one of a process at a time.
 * 0, or -1 having said why.
 */
int books_open(struct books *books, const char *file);
int books_view(struct books *books, const char *file);

void books_close(struct books *books);

/*
 * Keep beside the counts what was done to the service: kind "deploy", "flag".
 */
void books_annotate(struct books *books, const char *kind, const char *text);

/* Where the budget of /checkout stands, in a line. */
#define BOOKS_LINE_MAX 96
void books_describe(const struct books *books, char line[BOOKS_LINE_MAX]);

#endif /* BOOKS_H */
