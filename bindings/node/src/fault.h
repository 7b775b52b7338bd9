/* SPDX-License-Identifier: MIT */
#ifndef NODE_FAULT_H
#define NODE_FAULT_H

/*
 * SIGBUS of a registry's file that somebody truncated: JavaScript can handle
 * none, and a service is not to die of how it is measured. The registry goes on
 * in memory, and its check() tells; see sli_registry_fault().
 */

#include <pthread.h>

#include <sli/sli.h>

/* From one thread at a time, as the next one. */
void fault_watch(struct sli_registry *reg);

/* Close a registry, watched or not. */
void fault_close(struct sli_registry *reg);

/*
 * Start a thread of the addon's own: signals are for the application's threads,
 * but for those that are raised by what a thread does itself. 0, or an errno.
 */
int fault_thread(pthread_t *out, void *(*run)(void *), void *arg,
    const char *name);

#endif /* NODE_FAULT_H */
