/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PLOT_H
#define TOOL_PLOT_H

#include <stddef.h>
#include <stdio.h>

#include "view.h"

/* Columns of a bar, four bytes at most. */
#define PLOT_BAR_MAX 64
#define PLOT_BAR_BYTES (4 * PLOT_BAR_MAX + 3)

/*
 * A share, 0 to 1, as a bar: block characters in eighths of a column, or # in
 * whole ones. Anything above none shows; less than all is never full.
 */
void plot_bar(char out[PLOT_BAR_BYTES], double share, size_t width);

/* The same in brackets and with what is not there: [#####-----]. */
void plot_gauge(char out[PLOT_BAR_BYTES], double share, size_t width);

/* Latencies by steps of equal ratio, each with its share and bar. */
void plot_histogram(const struct view_indicator *ind, const char *indent,
    FILE *to);

#endif /* TOOL_PLOT_H */
