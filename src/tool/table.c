/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

/* The flexible column never gets less on a screen while others can go. */
#define FLEXIBLE_LEAST 12

#define CELL_MAX 1024

void
table_begin(struct table *t, const struct column *columns, size_t count)
{
	memset(t, 0, sizeof(*t));
	t->columns = columns;
	t->column_count = count;
	t->sorted = count;
	t->widths = mem_array(count, sizeof(*t->widths));
}

void
table_end(struct table *t)
{
	size_t i;

	for (i = 0; i < t->row_count * t->column_count; i++) {
		free(t->cells[i].text);
		free(t->cells[i].brief);
	}
	free(t->cells);
	free(t->widths);
	memset(t, 0, sizeof(*t));
}

static struct cell *
cell_at(const struct table *t, size_t row, size_t column)
{
	return &t->cells[row * t->column_count + column];
}

void
table_row(struct table *t)
{
	if (t->row_count == t->row_capacity) {
		t->row_capacity = 2 * t->row_capacity + 8;
		t->cells = mem_resize(t->cells, t->row_capacity,
		    t->column_count * sizeof(*t->cells));
	}
	memset(cell_at(t, t->row_count++, 0), 0,
	    t->column_count * sizeof(*t->cells));
}

void
table_cell(struct table *t, size_t column, enum style style, const char *format,
    ...)
{
	struct cell *cell = cell_at(t, t->row_count - 1, column);
	char text[CELL_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	free(cell->text);
	cell->text = mem_string(text);
	cell->style = style;
}

void
table_brief(struct table *t, size_t column, const char *brief)
{
	cell_at(t, t->row_count - 1, column)->brief = mem_string(brief);
}

static const char *
text_of(const struct cell *cell)
{
	return cell->text == NULL ? "" : cell->text;
}

static size_t
widest(const struct table *t, size_t column)
{
	const struct column *c = &t->columns[column];
	size_t row, width, most = text_width(c->head);

	if (c->width > most)
		most = c->width;
	for (row = 0; row < t->row_count; row++) {
		width = text_width(text_of(cell_at(t, row, column)));
		if (width > most)
			most = width;
	}
	return most;
}

/* Of all that are shown, with a blank between them. */
static size_t
total_width(const struct table *t)
{
	size_t i, sum = 0;

	for (i = 0; i < t->column_count; i++)
		if (t->widths[i] != 0)
			sum += t->widths[i] + 1;
	return sum == 0 ? 0 : sum - 1;
}

/* The column that goes next; column_count if all have to stay. */
static size_t
least_kept(const struct table *t)
{
	size_t i, least = t->column_count;

	for (i = 0; i < t->column_count; i++)
		if (i != t->flexible && t->widths[i] != 0 &&
		    t->columns[i].keep != 0 &&
		    (least == t->column_count ||
			t->columns[i].keep < t->columns[least].keep))
			least = i;
	return least;
}

void
table_layout(struct table *t, size_t width)
{
	size_t i, others, wanted, *flexible = &t->widths[t->flexible];

	for (i = 0; i < t->column_count; i++)
		t->widths[i] = widest(t, i);
	if (width == 0)
		return;
	wanted = *flexible;
	for (;;) {
		others = total_width(t) - *flexible;
		*flexible = others >= width ? 0 :
		    wanted + others > width ? width - others :
					      wanted;
		if (*flexible >= FLEXIBLE_LEAST || *flexible == wanted)
			return;
		i = least_kept(t);
		if (i == t->column_count)
			break;
		t->widths[i] = 0;
		*flexible = wanted;
	}
	/* Narrower than what must stay: the sink cuts the line. */
	if (*flexible == 0)
		*flexible = wanted < FLEXIBLE_LEAST ? wanted : FLEXIBLE_LEAST;
}

static void
pad(size_t n, enum style style, table_sink *sink, void *arg)
{
	static const char blanks[] = "                                ";
	size_t most = sizeof(blanks) - 1;

	for (; n > most; n -= most)
		sink(blanks, style, arg);
	if (n > 0)
		sink(blanks + most - n, style, arg);
}

/* A cell in its column; the last of a line has no blanks behind it. */
static void
put_cell(const struct table *t, size_t column, const struct cell *cell,
    int is_last, table_sink *sink, void *arg)
{
	size_t width, room = t->widths[column];
	const char *text = text_of(cell);
	char *shortened;

	if (text_width(text) > room && cell->brief != NULL)
		text = cell->brief;
	shortened = text_shorten_new(text, room);
	width = text_width(shortened);
	if (t->columns[column].to_right)
		pad(room - width, STYLE_PLAIN, sink, arg);
	if (width > 0)
		sink(shortened, cell->style, arg);
	if (!t->columns[column].to_right && !is_last)
		pad(room - width, STYLE_PLAIN, sink, arg);
	free(shortened);
}

/* The column a line ends with: behind an empty one there are no blanks. */
static size_t
last_shown(const struct table *t, const struct cell *cells)
{
	size_t i = t->column_count - 1;

	while (i > 0 &&
	    (t->widths[i] == 0 ||
		*(cells == NULL ? t->columns[i].head : text_of(&cells[i])) ==
		    '\0'))
		i--;
	return i;
}

/* `cells` of a row, or NULL for the heads. */
static void
put_line(const struct table *t, const struct cell *cells, table_sink *sink,
    void *arg)
{
	size_t i, last = last_shown(t, cells);
	char head[CELL_MAX];
	struct cell cell = { head, NULL, STYLE_HEAD };

	for (i = 0; i <= last; i++) {
		if (t->widths[i] == 0)
			continue;
		if (cells == NULL) {
			snprintf(head, sizeof(head), "%s", t->columns[i].head);
			cell.style = i == t->sorted ? STYLE_SORTED : STYLE_HEAD;
		}
		put_cell(t, i, cells == NULL ? &cell : &cells[i], i == last,
		    sink, arg);
		if (i < last)
			pad(1, STYLE_PLAIN, sink, arg);
	}
}

void
table_head(const struct table *t, table_sink *sink, void *arg)
{
	put_line(t, NULL, sink, arg);
}

void
table_line(const struct table *t, size_t row, table_sink *sink, void *arg)
{
	put_line(t, cell_at(t, row, 0), sink, arg);
}

static void
put_stream(const char *text, enum style style, void *arg)
{
	(void)style;
	fputs(text, arg);
}

static void
print_lines(const struct table *t, const char *indent, FILE *to)
{
	size_t row;

	fputs(indent, to);
	table_head(t, put_stream, to);
	fputc('\n', to);
	for (row = 0; row < t->row_count; row++) {
		fputs(indent, to);
		table_line(t, row, put_stream, to);
		fputc('\n', to);
	}
}

void
table_print(struct table *t, const char *indent, FILE *to)
{
	table_layout(t, 0);
	print_lines(t, indent, to);
}

void
table_print_within(struct table *t, size_t width, FILE *to)
{
	table_layout(t, width);
	print_lines(t, "", to);
}
