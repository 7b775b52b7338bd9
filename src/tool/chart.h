/* SPDX-License-Identifier: MIT */
#ifndef TOOL_CHART_H
#define TOOL_CHART_H

#include <stddef.h>
#include <stdio.h>

#define CHART_COLUMNS 64

/* A value of a column; NaN: there is none. */
struct chart {
	double column[CHART_COLUMNS];
};

void chart_clear(struct chart *c);

/* Of several values of a column the least is shown. */
void chart_put(struct chart *c, size_t column, double value);

/*
 * Shares from 0 to 1 as columns on `rows` lines, each behind an indent and a
 * scale. What is below 0 is marked, so that it differs from 0.
 */
void chart_print(const struct chart *c, size_t rows, const char *indent,
    FILE *to);

#endif /* TOOL_CHART_H */
