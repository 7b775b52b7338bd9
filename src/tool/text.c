/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* wcwidth */

#include "text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <wchar.h>

#include "mem.h"

static int is_utf8;

void
text_init(void)
{
	is_utf8 = setlocale(LC_CTYPE, "") != NULL &&
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void
text_use_utf8(void)
{
	if (setlocale(LC_CTYPE, "C.UTF-8") != NULL)
		is_utf8 = 1;
}

int
text_is_utf8(void)
{
	return is_utf8;
}

size_t
text_columns(FILE *to)
{
	struct winsize size;

	if (ioctl(fileno(to), TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

/* Formatting characters have no width, or turn the direction of a line. */
static int
is_shown(wchar_t c)
{
	return wcwidth(c) > 0 && !(c >= 0x2028 && c <= 0x202e) &&
	    !(c >= 0x2066 && c <= 0x2069);
}

/* Bytes of the character at `text`, and its columns; 0 if it is not shown. */
static size_t
next(const char *text, size_t *width)
{
	mbstate_t state;
	wchar_t c;
	size_t n;

	memset(&state, 0, sizeof(state));
	n = mbrtowc(&c, text, strlen(text), &state);
	if (n == (size_t)-1 || n == (size_t)-2 || n == 0 || !is_shown(c) ||
	    (!is_utf8 && (unsigned char)*text >= 0x7f))
		return 0;
	*width = (size_t)wcwidth(c);
	return n;
}

void
text_clean(char *out, size_t size, const char *text)
{
	size_t n, width, used = 0;

	while (*text != '\0') {
		n = next(text, &width);
		if (used + (n == 0 ? 4 : n) >= size)
			break;
		if (n == 0) {
			snprintf(out + used, size - used, "\\x%02x",
			    (unsigned)(unsigned char)*text++);
			used += 4;
			continue;
		}
		memcpy(out + used, text, n);
		used += n;
		text += n;
	}
	out[used] = '\0';
}

char *
text_clean_new(const char *text)
{
	size_t size = 4 * strlen(text) + 5;
	char *out = mem_array(size, 1);

	text_clean(out, size, text);
	return out;
}

/* Walk on while columns are left; what is left of them in *width. */
static size_t
walk(const char *text, size_t *width)
{
	size_t n, columns, used = 0;

	while (text[used] != '\0') {
		n = next(text + used, &columns);
		if (n == 0)
			n = columns = 1;
		if (columns > *width)
			break;
		*width -= columns;
		used += n;
	}
	return used;
}

size_t
text_width(const char *text)
{
	size_t left = (size_t)-1;

	walk(text, &left);
	return (size_t)-1 - left;
}

size_t
text_fit(const char *text, size_t width)
{
	return walk(text, &width);
}

char *
text_shorten_new(const char *text, size_t width)
{
	const char *gap = is_utf8 ? "\xe2\x80\xa6" : "..";
	size_t gap_width = is_utf8 ? 1 : 2;
	size_t all = text_width(text), head, tail;

	if (all <= width)
		return mem_string(text);
	if (width <= gap_width)
		return mem_print("%.*s", (int)width, "..");
	/* What differs among labels is rather at the end. */
	head = text_fit(text, (width - gap_width) / 2);
	width -= gap_width + text_width(text) - text_width(text + head);
	tail = text_fit(text, all - width);
	while (text_width(text + tail) > width)
		tail += text_fit(text + tail, 2);
	return mem_print("%.*s%s%s", (int)head, text, gap, text + tail);
}
