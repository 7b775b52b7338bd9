/* SPDX-License-Identifier: MIT */
#include "chart.h"

#include <math.h>

#include "text.h"

static const char *const blocks[] = { " ", "\xe2\x96\x81", "\xe2\x96\x82",
	"\xe2\x96\x83", "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86",
	"\xe2\x96\x87", "\xe2\x96\x88" };

void
chart_clear(struct chart *c)
{
	size_t i;

	for (i = 0; i < CHART_COLUMNS; i++)
		c->column[i] = NAN;
}

void
chart_put(struct chart *c, size_t column, double value)
{
	if (column >= CHART_COLUMNS)
		column = CHART_COLUMNS - 1;
	if (!(c->column[column] <= value))
		c->column[column] = value;
}

/* The part of a column on a row that begins at `from` rows up. */
static const char *
cell(double value, size_t rows, size_t from)
{
	double part = value * (double)rows - (double)from;
	int eighths;

	if (isnan(value))
		return " ";
	if (value < 0)
		return from == 0 ? "!" : " ";
	if (!text_is_utf8())
		return part >= 0.5 || (from == 0 && part > 0) ? "#" : " ";
	if (!(part > 0))
		return from == 0 ? blocks[1] : " ";
	eighths = part >= 1 ? 8 : (int)ceil(8 * part);
	return blocks[eighths];
}

void
chart_print(const struct chart *c, size_t rows, const char *indent, FILE *to)
{
	size_t row, i;

	for (row = rows; row-- > 0;) {
		fprintf(to, "%s%4.0f%% |", indent,
		    100 * (double)(row + 1) / (double)rows);
		for (i = 0; i < CHART_COLUMNS; i++)
			fputs(cell(c->column[i], rows, row), to);
		fputs("\n", to);
	}
}
