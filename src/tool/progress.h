/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include <stdint.h>

/* How far a long command is: one line on a terminal's stderr, else nothing. */
struct progress {
	int is_shown;
	uint64_t total; /* 0: not known */
	uint64_t began_ns, shown_ns;
};

void progress_begin(struct progress *p, uint64_t total);
void progress_show(struct progress *p, uint64_t done, uint64_t lines);
void progress_end(struct progress *p);

#endif /* TOOL_PROGRESS_H */
