/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_BURN_RUN_H
#define SUPPORT_BURN_RUN_H

#include <stdbool.h>

#include <sli/sli.h>

#include "burnrate.h"

/*
 * The library against Prometheus, evaluation by evaluation.
 *
 * Prometheus evaluates windows (t - W, t] over rows that stand at the end of
 * their step; the library's are [t - W, t) of events that have times of their
 * own. So that both speak of the same events, those of the row at t happen in
 * [t - step, t), and the library is asked at t: what happens at t itself is of
 * the next row. The alerts are asked for directly, and in the budget, as they
 * were judged when the slot opened, which for a slot that begins at t is the
 * same.
 */
enum burn_placement {
	BURN_FIRST, /* in the step's first nanosecond */
	BURN_LAST,  /* in its last one */
	BURN_BOTH   /* half and half */
};

struct burn_run {
	struct burnrate b;
	struct sli_registry_config cfg;
	uint32_t flags;	 /* of the SLO */
	bool has_policy; /* the same alerts, by their shares of the budget */
	enum burn_placement placement;
	const char *path; /* of its file; NULL: in memory */
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
	struct burn_changes alert[BURN_ALERTS]; /* as the library has them */
	size_t hour;				/* the next of b.budget */
	struct burn_budget least;
	uint64_t spent_t_s;
};

/* What else is looked at after each step. */
typedef void burn_step_fn(struct burn_run *run, uint64_t t_s);

/* A registry for one SLO, with the rings of the default configuration. */
void burn_default_rings(struct burn_run *);

/* Rings that reach three days and more in slots of an evaluation's step. */
void burn_minute_rings(struct burn_run *);

/* Open a scenario at its begin; after it, free all. */
void burn_begin(struct burn_run *, const char *name);
void burn_end(struct burn_run *);

/* At each step: its events, the states of the alerts, and a look; NULL: none */
void burn_play(struct burn_run *, burn_step_fn *look);

/* A time of the scenario. */
uint64_t burn_at_ns(uint64_t t_s);

/* A slot of the ring that reaches over the period's old edge. */
uint64_t burn_coarsest_slot_s(const struct burn_run *);

#endif /* SUPPORT_BURN_RUN_H */
