/* SPDX-License-Identifier: MIT */
#ifndef TOOL_WHEN_H
#define TOOL_WHEN_H

#include <stdint.h>

/* A time as people give it: at a date, or so long before or after now. */
struct when {
	enum { WHEN_AT, WHEN_AGO, WHEN_AHEAD } is;
	uint64_t ns;
};

/*
 * "now", "-2h" ago, "+30m" ahead, or RFC 3339: 2026-11-22T10:00:00Z or
 * 2026-11-22T11:00:00.5+01:00. Returns 0, or -1 if it is none of these.
 */
int when_parse(const char *text, struct when *out);

#define WHEN_ACCEPTED                                                          \
	"now, -2h (two hours ago), +30m, or a date and time with its offset "  \
	"from UTC, as 2026-11-22T10:00:00Z"

/* Now is the beginning of this second. Cut to what a uint64_t holds. */
uint64_t when_ns(const struct when *when, uint64_t now_ns);

#endif /* TOOL_WHEN_H */
