/* SPDX-License-Identifier: MIT */
#ifndef SLI_REGISTRY_RESTART_H
#define SLI_REGISTRY_RESTART_H

/*
 * What a process does that opens a file, under the lock. What might be in the
 * way of another process is only done by one that is alone with the file; the
 * rest waits for the next that is. All of it may be repeated, so whoever dies
 * over it has done no harm.
 */

#include "slo/slo.h"

/*
 * Agree with the file on the epoch of sli_clock_ns(). Processes that run go by
 * the file's, whatever became of the wall clock; so does the next, if the wall
 * clock was not set meanwhile. Returns now.
 */
uint64_t sli__restart_clock(struct sli__block *block, bool alone);

/*
 * The same for a view, which writes nothing, and which trusts the file only if
 * the wall clock or a process that has it open bears it out.
 */
void sli__restart_clock_view(const struct sli__block *header,
    const struct sli__file *file);

/*
 * Bind and check all there is. Registrations that a power loss tore apart, in
 * the last minutes before it, are taken back. Errors: SLI_ECORRUPT.
 */
int sli__restart_check(struct sli_registry *reg, bool alone,
    struct sli_error *err);

/*
 * Take back what dead processes had, and make the history go on from now.
 * Errors: SLI_ENOMEM.
 */
int sli__restart(struct sli_registry *reg, bool alone, uint64_t now_ns,
    struct sli_error *err);

#endif /* SLI_REGISTRY_RESTART_H */
