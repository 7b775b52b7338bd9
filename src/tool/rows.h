/* SPDX-License-Identifier: MIT */
#ifndef TOOL_ROWS_H
#define TOOL_ROWS_H

#include "table.h"
#include "view.h"

/* The two tables that people look at, of indicators and of SLOs. */

enum sort_key {
	SORT_NAME,
	SORT_RATE,
	SORT_GOOD,
	SORT_BAD,
	SORT_SHED,
	SORT_P50,
	SORT_P90,
	SORT_P99,
	SORT_MAX,
	SORT_FLIGHT
};

#define SORT_KEYS 10

const char *rows_key_name(enum sort_key key);

/* SORT_KEYS if there is none of that name. */
enum sort_key rows_key_find(const char *name);

/* Where trouble is comes first, names from a to z; or the other way round. */
void rows_sort(struct view *v, enum sort_key key, int reverse);

void rows_indicators(struct table *t, const struct view *v, enum sort_key key);
void rows_slos(struct table *t, const struct view *v, size_t bar_width);

extern const char *const rows_criticality[SLI_CRITICALITIES];

#endif /* TOOL_ROWS_H */
