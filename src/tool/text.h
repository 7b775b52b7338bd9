/* SPDX-License-Identifier: MIT */
#ifndef TOOL_TEXT_H
#define TOOL_TEXT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Text that comes from a file nobody vouches for. What a terminal could take
 * for a command, or could not place in columns, is written as \x1b.
 */

/* Take the user's character set; nothing else of the locale. */
void text_init(void);

/* For what is no terminal's: UTF-8, whatever the user has. */
void text_use_utf8(void);

/* Can it show more than ASCII? */
int text_is_utf8(void);

/*
 * Only characters of this locale that take a column or two are left as they
 * are. Cut where `out` is full; four bytes for one are enough.
 */
void text_clean(char *out, size_t size, const char *text);
char *text_clean_new(const char *text);

/* Columns of the terminal that it goes to; 0 if it is none. */
size_t text_columns(FILE *to);

/* Columns of clean text. */
size_t text_width(const char *text);

/* How many bytes of clean text take at most that many columns. */
size_t text_fit(const char *text, size_t width);

/* Clean text of at most that many columns, its middle left out. */
char *text_shorten_new(const char *text, size_t width);

#endif /* TOOL_TEXT_H */
