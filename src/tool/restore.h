/* SPDX-License-Identifier: MIT */
#ifndef TOOL_RESTORE_H
#define TOOL_RESTORE_H

/*
 * Giving the terminal back without curses, whose functions a signal handler
 * must not call.
 */

/* Before curses changes the modes: remember them; 0, or -1: no terminal. */
int restore_remember(void);

/* Curses runs: from now on restore_now() works, and crashes do it. */
void restore_arm(void);

/* Curses has given the terminal back itself. */
void restore_disarm(void);

/* Async-signal-safe; does nothing unless armed. */
void restore_now(void);

#endif /* TOOL_RESTORE_H */
