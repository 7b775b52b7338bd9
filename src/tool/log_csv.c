/* SPDX-License-Identifier: MIT */
#include "log_csv.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * The field at *at, up to the delimiter, which *at is left on; without its
 * quotes. -1: something stands behind them, or there is no second one.
 */
static int
next_field(char **at, const char *end, char delimiter, struct log_text *out)
{
	char *from = *at, *to;
	int is_closed = 0;

	out->at = from;
	if (from == end || *from != '"') {
		while (from < end && *from != delimiter)
			from++;
		out->length = (size_t)(from - *at);
		*at = from;
		return 0;
	}
	out->at = to = ++from;
	for (; from < end; from++) {
		if (*from == '"') {
			from++;
			is_closed = from == end || *from != '"';
			if (is_closed)
				break;
		}
		*to++ = *from;
	}
	out->length = (size_t)(to - out->at);
	*at = from;
	return is_closed && (from == end || *from == delimiter) ? 0 : -1;
}

/* What separates the names of a header. */
static char
guess_delimiter(const char *line, size_t length)
{
	static const char known[] = { ',', '\t', ';' };
	size_t most = 0, count, i, k;
	char best = ',';

	for (k = 0; k < sizeof(known); k++) {
		for (count = i = 0; i < length; i++)
			count += line[i] == known[k];
		if (count > most) {
			most = count;
			best = known[k];
		}
	}
	return best;
}

static char *
copy(const struct log_text *t)
{
	char *text = mem_array(t->length + 1, 1);

	memcpy(text, t->at, t->length);
	return text;
}

int
log_csv_header(struct log_csv *csv, char *line, size_t length,
    struct log_why *why)
{
	char *at = line, *end = line + length;
	struct log_text name;

	csv->delimiter = guess_delimiter(line, length);
	for (;; at++) {
		if (next_field(&at, end, csv->delimiter, &name) != 0)
			return log_refuse(why,
			    "column %u of the header has a stray quote",
			    csv->column_count + 1);
		if (csv->column_count == LOG_COLUMNS_MAX)
			return log_refuse(why,
			    "the header has more than %d columns",
			    LOG_COLUMNS_MAX);
		csv->names[csv->column_count++] = copy(&name);
		if (at == end)
			return 0;
	}
}

int
log_csv_select(struct log_csv *csv, const char *name, int field)
{
	uint32_t i;

	for (i = 0; i < csv->column_count; i++)
		if (strcmp(csv->names[i], name) == 0) {
			csv->fields[i] |= UINT32_C(1) << field;
			return 1;
		}
	return 0;
}

static void
give(uint32_t fields, const struct log_text *text, struct log_record *out)
{
	int field;

	if (text->length == 0)
		return;
	for (field = 0; fields != 0; field++, fields >>= 1)
		if (fields & 1)
			out->field[field] = *text;
}

int
log_csv_line(const struct log_csv *csv, char *line, size_t length,
    struct log_record *out, struct log_why *why)
{
	char *at = line, *end = line + length;
	struct log_text text;
	uint32_t column;

	for (column = 0;; column++, at++) {
		if (column == csv->column_count)
			return log_refuse(why,
			    "more columns than the %u of the header", column);
		if (next_field(&at, end, csv->delimiter, &text) != 0)
			return log_refuse(why, "column %u has a stray quote",
			    column + 1);
		if (csv->fields[column] != 0)
			give(csv->fields[column], &text, out);
		if (at == end)
			break;
	}
	if (column + 1 == csv->column_count)
		return 0;
	return log_refuse(why, "%u column%s, where the header has %u",
	    column + 1, column == 0 ? "" : "s", csv->column_count);
}

void
log_csv_free(struct log_csv *csv)
{
	uint32_t i;

	for (i = 0; i < csv->column_count; i++)
		free(csv->names[i]);
	csv->column_count = 0;
}
