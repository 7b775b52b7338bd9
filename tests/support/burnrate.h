/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_BURNRATE_H
#define SUPPORT_BURNRATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The scenarios in tests/data/burnrate: what happened, step by step, and what
 * promtool says of it for an objective over 30 days.
 *
 * A row's time is the end of its step: its events happened in the step before,
 * and everything is evaluated right after them. All times are in seconds from
 * the scenario's begin.
 */

enum {
	BURN_PAGE_1H,
	BURN_PAGE_6H,
	BURN_TICKET_1D,
	BURN_TICKET_3D,
	BURN_ALERTS
};

struct burn_row {
	uint64_t t_s, good, bad;
};

/* An alert's first evaluations with another state: it fires, it ends, ... */
struct burn_changes {
	uint64_t *t_s;
	size_t count;
};

struct burn_budget {
	uint64_t t_s;
	double remaining;
};

struct burnrate {
	const char *name;
	double objective;
	uint64_t period_s, step_s;
	struct burn_row *rows;
	struct burn_row *before; /* the sum of all rows before row i */
	size_t row_count;
	struct burn_changes alert[BURN_ALERTS];
	/* Right after which evaluations the process is started anew. */
	struct burn_changes restart;
	/* The same alerts, if each start begins without a past; or none. */
	struct burn_changes forgetful[BURN_ALERTS];
	struct burn_budget *budget; /* each hour's */
	size_t budget_count;
	struct burn_budget least; /* of all steps the first such */
	uint64_t spent_t_s;	  /* the first that is 0 or less; 0: none */
};

extern const char *const burnrate_names[];
extern const size_t burnrate_count;

/* Fails the test if there is none, or something else than expected in it. */
void burnrate_load(const char *name, struct burnrate *out);
void burnrate_free(struct burnrate *);

/* The events of (t_s - window_s, t_s], from whole steps. */
struct burn_row burnrate_sum(const struct burnrate *, uint64_t t_s,
    uint64_t window_s);

#endif /* SUPPORT_BURNRATE_H */
