/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SCREEN_H
#define TOOL_SCREEN_H

#include <stdint.h>

#include "table.h"

/* The terminal while `sli top` has it. It is given back on every way out. */

enum screen_event {
	SCREEN_TICK, /* the time is up */
	SCREEN_KEY,
	SCREEN_RESIZED,
	SCREEN_GONE /* a signal ends us, or the terminal is no more */
};

/* 0, or -1: the terminal cannot do what a screen takes. */
int screen_open(void);

/* Back to the terminal as it was; does nothing the second time. */
void screen_close(void);

/* End as the signal that came would have; returns if none did. */
void screen_end_by_signal(void);

/* Wait until then (of the monotonic clock) for something to happen. */
enum screen_event screen_wait(uint64_t until_ns, int *key);
uint64_t screen_clock_ns(void);

int screen_rows(void);
int screen_columns(void);

void screen_begin(void);
void screen_show(void);
void screen_redraw(void); /* whatever others have written on it */

/* Write at a place; what goes beyond the right edge is cut. */
void screen_move(int row, int column);
void screen_put(const char *text, enum style style);

/* A table_sink, without its argument. */
void screen_sink(const char *text, enum style style, void *arg);

/* A line from edge to edge, in reverse. */
void screen_bar(int row, const char *left, const char *right);

/* A framed box in the middle, of so many lines. */
void screen_box(const char *const *lines, int count);

#endif /* TOOL_SCREEN_H */
