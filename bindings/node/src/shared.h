/* SPDX-License-Identifier: MIT */
#ifndef NODE_SHARED_H
#define NODE_SHARED_H

/*
 * The registries of this process, which its isolates share: who opens a path
 * that is open, or attaches by token, gets the same one.
 *
 * It has a clock thread once somebody records without a time of his own: it
 * opens the slots at their boundaries, so that a record need not look at a
 * clock, and goes on while an event loop is blocked.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sli/sli.h>

struct shared;

/* path NULL: a new one, in memory. */
int shared_open(const char *path, const struct sli_registry_config *cfg,
    struct shared **out, struct sli_error *err);

/* By what shared_token() said, in this process; SLI_ENOENT: it is closed. */
int shared_attach(uint64_t token, struct shared **out, struct sli_error *err);
uint64_t shared_token(const struct shared *s);

struct sli_registry *shared_registry(const struct shared *s);

/* The last one closes the registry. */
void shared_close(struct shared *s);

/* Slots as short as this have to be opened. */
void shared_slot(struct shared *s, uint64_t slot_ns);

/* Start the clock thread, if it does not run. False: it cannot be had. */
bool shared_start_clock(struct shared *s);

#endif /* NODE_SHARED_H */
