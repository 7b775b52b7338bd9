/* SPDX-License-Identifier: MIT */
#ifndef SLI_FLUSH_TRANSITION_H
#define SLI_FLUSH_TRANSITION_H

/*
 * What a consumer has been told of the alert log: for each place of the ring
 * the record, and whether its end was told, as 2 * (1 + number) + ended. Of a
 * record that is told anew, or whose end is, the word grows.
 */

#include <sli/alert.h>

#include "slo/alert_log.h"

/* Of a new consumer: as if it had been told all but what is under way. */
void sli__told_begin(const struct sli_registry *reg, uint64_t *told);

/* What there is to tell now, where `told` has what was. */
void sli__told_next(const struct sli_registry *reg, const uint64_t *told,
    uint64_t *next);

/*
 * The index-th place in which they differ, oldest first. Errors: SLI_ENOENT,
 * SLI_EBUSY (it is overwritten meanwhile).
 */
int sli__told_transition(const struct sli_registry *reg, const uint64_t *told,
    const uint64_t *next, uint32_t index, struct sli_transition *out);

#endif /* SLI_FLUSH_TRANSITION_H */
