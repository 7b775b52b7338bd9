/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_VICTIM_H
#define SUPPORT_VICTIM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A child process that is driven one instruction at a time, through work on
 * memory that it shares with the test.
 */
typedef void victim_fn(void *arg);

/* A child that is stopped before it does its work; -1: it cannot be traced. */
pid_t victim_start(victim_fn *work, void *arg);

/* Up to n instructions; false: it ended on the way. */
bool victim_step(pid_t victim, uint64_t n);

/* Let it run to its end, which must be a good one. */
void victim_finish(pid_t victim);

void victim_kill(pid_t victim);

/*
 * Can this work be stepped to its end, in a sensible number of steps? Not under
 * emulators, where ptrace is forbidden, and where the steps between a linked
 * load and store break the link.
 */
bool victim_can_step(victim_fn *work, void *arg);

#endif /* SUPPORT_VICTIM_H */
