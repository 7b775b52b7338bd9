/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "export/json.h"

/* ---- text ---- */

/*
 * The character at s, of `left` bytes at least 1, and its length; length 0: it
 * is no UTF-8.
 */
static uint32_t
decode(const unsigned char *s, size_t left, size_t *length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n, i;
	uint32_t c;

	n = s[0] < 0x80 ? 1 :
	    s[0] < 0xc0 ? 0 :
	    s[0] < 0xe0 ? 2 :
	    s[0] < 0xf0 ? 3 :
	    s[0] < 0xf8 ? 4 :
			  0;
	*length = 0;
	if (n == 0 || n > left)
		return 0;
	c = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*length = n;
	return c;
}

bool
sli__is_utf8(const char *text)
{
	size_t left = strlen(text), n = 0;

	for (; left > 0; text += n, left -= n) {
		(void)decode((const unsigned char *)text, left, &n);
		if (n == 0)
			return false;
	}
	return true;
}

/* Controls, and what Unicode takes for the end of a line. */
static bool
is_special(uint32_t c)
{
	return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c < 0xa0) ||
	    c == 0x2028 || c == 0x2029;
}

static void
put_special(struct sli__sink *sink, uint32_t c)
{
	static const char hex[] = "0123456789abcdef";

	sli__put_char(sink, '\\');
	if (c == '"' || c == '\\') {
		sli__put_char(sink, (char)c);
		return;
	}
	sli__put_char(sink, 'u');
	sli__put_char(sink, hex[c >> 12 & 15]);
	sli__put_char(sink, hex[c >> 8 & 15]);
	sli__put_char(sink, hex[c >> 4 & 15]);
	sli__put_char(sink, hex[c & 15]);
}

static void
put_string(struct sli__sink *sink, const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t at = 0, plain = 0, n;
	uint32_t c;

	sli__put_char(sink, '"');
	while (at < length) {
		c = decode(s + at, length - at, &n);
		if (n > 0 && !is_special(c)) {
			at += n;
			continue;
		}
		sli__put_bytes(sink, text + plain, at - plain);
		if (n > 0)
			put_special(sink, c);
		else
			sli__put(sink, "\xef\xbf\xbd");
		at += n > 0 ? n : 1;
		plain = at;
	}
	sli__put_bytes(sink, text + plain, at - plain);
	sli__put_char(sink, '"');
}

/* ---- values ---- */

void
sli__json_begin(struct sli__json *json, sli_export_write_fn *write, void *arg)
{
	sli__sink_open(&json->sink, write, arg);
	json->is_next = json->is_long = false;
}

static void
separate(struct sli__json *json)
{
	if (json->is_next)
		sli__put_char(&json->sink, ',');
	json->is_next = true;
}

void
sli__json_open(struct sli__json *json, char bracket)
{
	separate(json);
	sli__put_char(&json->sink, bracket);
	json->is_next = false;
}

void
sli__json_close(struct sli__json *json, char bracket)
{
	sli__put_char(&json->sink, bracket);
	json->is_next = true;
}

void
sli__json_key(struct sli__json *json, const char *name)
{
	separate(json);
	put_string(&json->sink, name, strlen(name));
	sli__put_char(&json->sink, ':');
	json->is_next = false;
}

void
sli__json_string(struct sli__json *json, const char *text)
{
	sli__json_bytes(json, text, strlen(text));
}

void
sli__json_bytes(struct sli__json *json, const char *text, size_t length)
{
	separate(json);
	put_string(&json->sink, text, length);
}

void
sli__json_double(struct sli__json *json, double value)
{
	separate(json);
	if (isfinite(value))
		sli__put_double(&json->sink, value);
	else
		sli__put(&json->sink, "null");
}

void
sli__json_int(struct sli__json *json, int64_t value)
{
	separate(json);
	if (value < 0)
		sli__put_char(&json->sink, '-');
	sli__put_u64(&json->sink,
	    value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void
sli__json_number(struct sli__json *json, uint64_t value)
{
	separate(json);
	if (json->is_long && value > INT64_MAX)
		sli__put(&json->sink, "null");
	else
		sli__put_u64(&json->sink, value);
}

void
sli__json_u64(struct sli__json *json, uint64_t value)
{
	separate(json);
	sli__put_char(&json->sink, '"');
	sli__put_u64(&json->sink, value);
	sli__put_char(&json->sink, '"');
}

void
sli__json_true(struct sli__json *json)
{
	separate(json);
	sli__put(&json->sink, "true");
}

void
sli__json_false(struct sli__json *json)
{
	separate(json);
	sli__put(&json->sink, "false");
}

void
sli__json_null(struct sli__json *json)
{
	separate(json);
	sli__put(&json->sink, "null");
}
