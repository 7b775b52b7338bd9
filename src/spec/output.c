/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/output.h"

static bool
make_room(struct sli__spec_output *out, size_t more)
{
	size_t room = out->room > 0 ? out->room : 1024;
	char *text;

	if (out->failed || more > SIZE_MAX / 4 || out->len > SIZE_MAX / 4)
		out->failed = true;
	if (out->failed || out->len + more < out->room)
		return !out->failed;
	while (room <= out->len + more)
		room *= 2;
	text = realloc(out->text, room);
	if (text == NULL) {
		out->failed = true;
		return false;
	}
	out->text = text;
	out->room = room;
	return true;
}

void
sli__spec_put_bytes(struct sli__spec_output *out, const char *text, size_t len)
{
	if (!make_room(out, len))
		return;
	memcpy(out->text + out->len, text, len);
	out->len += len;
	out->text[out->len] = '\0';
}

void
sli__spec_put(struct sli__spec_output *out, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		out->failed = true;
	else if (make_room(out, (size_t)len)) {
		vsnprintf(out->text + out->len, (size_t)len + 1, format, again);
		out->len += (size_t)len;
	}
	va_end(again);
}

/*
 * One character of UTF-8 and its length. What libyaml has read is valid; text
 * made from it is, too.
 */
static uint32_t
next_character(const unsigned char *at, size_t *len)
{
	uint32_t c = at[0];
	size_t i;

	*len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (*len > 1)
		c &= 0xffu >> (*len + 1);
	for (i = 1; i < *len && at[i] != '\0'; i++)
		c = c << 6 | (at[i] & 0x3fu);
	*len = i;
	return c;
}

/* YAML has these escaped only. */
static bool
is_printable(uint32_t c)
{
	return c >= 0x20 && (c < 0x7f || c > 0x9f) && c != 0x2028 &&
	    c != 0x2029 && c != 0xfeff && c != 0xfffe && c != 0xffff &&
	    (c < 0xd800 || c > 0xdfff);
}

void
sli__spec_put_quoted(struct sli__spec_output *out, const char *text)
{
	size_t len;
	uint32_t c;

	sli__spec_put_bytes(out, "\"", 1);
	for (; *text != '\0'; text += len) {
		c = next_character((const unsigned char *)text, &len);
		if (c == '"' || c == '\\')
			sli__spec_put(out, "\\%c", (int)c);
		else if (c == '\n')
			sli__spec_put_bytes(out, "\\n", 2);
		else if (c == '\t')
			sli__spec_put_bytes(out, "\\t", 2);
		else if (is_printable(c))
			sli__spec_put_bytes(out, text, len);
		else
			sli__spec_put(out, "\\u%04x", c & 0xffffu);
	}
	sli__spec_put_bytes(out, "\"", 1);
}

/* Whether it can stand as it is, line by line. */
static bool
is_block(const char *text)
{
	size_t len;
	uint32_t c;

	if (text[0] == '\0' || strchr(" \t\n", text[0]) != NULL)
		return false;
	for (; *text != '\0'; text += len) {
		c = next_character((const unsigned char *)text, &len);
		if (c != '\n' && !is_printable(c))
			return false;
	}
	return true;
}

void
sli__spec_put_block(struct sli__spec_output *out, const char *text,
    unsigned indent)
{
	size_t len;

	if (!is_block(text)) {
		sli__spec_put_quoted(out, text);
		sli__spec_put_bytes(out, "\n", 1);
		return;
	}
	sli__spec_put_bytes(out, "|-\n", 3);
	while (*text != '\0') {
		len = strcspn(text, "\n");
		if (len > 0)
			sli__spec_put(out, "%*s", (int)indent, "");
		sli__spec_put_bytes(out, text, len);
		sli__spec_put_bytes(out, "\n", 1);
		text += len + (text[len] == '\n' ? 1 : 0);
	}
}

void
sli__spec_output_free(struct sli__spec_output *out)
{
	free(out->text);
	out->text = NULL;
	out->len = out->room = 0;
}
