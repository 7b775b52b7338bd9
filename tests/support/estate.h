/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_ESTATE_H
#define SUPPORT_ESTATE_H

#include <stdbool.h>
#include <stdint.h>

#include <sli/sli.h>

/*
 * Small registry files, as processes may leave them, and what has to hold for
 * the next that comes, wherever the last one died. Asserts with cmocka.
 */

/* Slots of 1 s; in the past, so that history is never ahead of the clock. */
#define ESTATE_SLOT SLI_SECONDS(1)
uint64_t estate_start_ns(void);

int estate_try_open(const char *path, struct sli_registry **out,
    struct sli_error *err);
int estate_try_register(struct sli_registry *reg, const char *name,
    struct sli_indicator **out);
int estate_try_register_slo(struct sli_indicator *ind, const char *name,
    struct sli_slo **out);

/* "old" and "old-slo", whose budget was reset, and some of it spent since. */
void estate_prepare_old(const char *path);

/* The next audit record takes the place of the oldest. */
void estate_prepare_audited(const char *path);

/* And "gone", which nobody has any more, with two SLOs. */
void estate_prepare_gone(const char *path);

/* Which then was removed, so that its place can be had. */
void estate_prepare_removed(const char *path);

/*
 * What the dead may have been at, beside registering "new", or the SLO
 * "old-too" of "old".
 */
struct estate_case {
	bool may_be_empty;   /* it was to make the file */
	bool may_be_reset;   /* the budget of "old-slo" */
	bool may_be_removed; /* "gone", or its SLOs */
};

/* Everything in the file is there and works; and a second time. */
void estate_check(const char *path, const struct estate_case *c);

#endif /* SUPPORT_ESTATE_H */
