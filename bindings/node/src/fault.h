/* SPDX-License-Identifier: MIT */
#ifndef NODE_FAULT_H
#define NODE_FAULT_H

/*
 * SIGBUS of a registry's file that somebody truncated: JavaScript can handle
 * none, and a service is not to die of how it is measured. The registry goes on
 * in memory, and its check() tells; see sli_registry_fault().
 */

#include <signal.h>

#include <sli/sli.h>

/* From one thread at a time, as the next one. */
void fault_watch(struct sli_registry *reg);

/* Close a registry, watched or not. */
void fault_close(struct sli_registry *reg);

/*
 * What a thread of the addon's own blocks: signals are for the application's
 * threads, but for those that are raised by what a thread does itself.
 */
void fault_mask(sigset_t *out);

#endif /* NODE_FAULT_H */
