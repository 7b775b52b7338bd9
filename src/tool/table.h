/* SPDX-License-Identifier: MIT */
#ifndef TOOL_TABLE_H
#define TOOL_TABLE_H

#include <stddef.h>
#include <stdio.h>

/* Tables in columns, for a stream or for a screen of some width. */

enum style {
	STYLE_PLAIN,
	STYLE_HEAD,
	STYLE_SORTED, /* the head of the column that rows are sorted by */
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_DIM
};

struct column {
	const char *head;
	int to_right;
	size_t width; /* at least, so that columns stay where they are */
	/* On a narrow screen the lowest go first; 0 stays. */
	int keep;
};

struct cell {
	char *text;
	char *brief; /* where text does not fit; may be NULL */
	enum style style;
};

/*
 * The flexible column, as a rule the first, gets what others leave of the
 * screen.
 */
struct table {
	const struct column *columns;
	size_t column_count;
	size_t sorted; /* column; column_count: none */
	size_t flexible;
	struct cell *cells;
	size_t row_count, row_capacity;
	size_t *widths; /* of a layout; 0: not shown */
};

void table_begin(struct table *t, const struct column *columns, size_t count);
void table_end(struct table *t);

/* Cells are of the last row. Texts are clean already (text.h). */
void table_row(struct table *t);
void table_brief(struct table *t, size_t column, const char *brief);
__attribute__((format(printf, 4, 5))) void table_cell(struct table *t,
    size_t column, enum style style, const char *format, ...);

/* Where a piece of a line goes. */
typedef void table_sink(const char *text, enum style style, void *arg);

/* Fit the columns into a width; 0: as wide as they are. */
void table_layout(struct table *t, size_t width);
void table_head(const struct table *t, table_sink *sink, void *arg);
void table_line(const struct table *t, size_t row, table_sink *sink, void *arg);

/* All of it, as plain text, each line behind an indent. */
void table_print(struct table *t, const char *indent, FILE *to);

/* The same, fit into a width as on a screen; 0: as wide as it is. */
void table_print_within(struct table *t, size_t width, FILE *to);

#endif /* TOOL_TABLE_H */
