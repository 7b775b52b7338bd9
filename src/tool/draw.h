/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DRAW_H
#define TOOL_DRAW_H

#include "rows.h"
#include "view.h"

/* What is on the screen of `sli top`. */

enum draw_part { DRAW_SLOS, DRAW_INDICATORS };

#define DRAW_PARTS 2

struct draw {
	const char *path;
	struct view view;
	uint64_t window_ns; /* that was asked for: the view's, if not paused */
	uint64_t interval_ns;
	enum sort_key sort;
	int reverse;
	int paused;
	int help;
	enum draw_part focus; /* what keys scroll */
	size_t scroll[DRAW_PARTS];
};

/* Draw it anew, with a message if there is one. */
void draw(struct draw *d, const char *message);

#endif /* TOOL_DRAW_H */
