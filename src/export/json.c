/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "export/date.h"
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

static void
put_key(struct sli__json *j, const char *key)
{
	if (j->comma)
		sli__put_char(j->sink, ',');
	j->comma = true;
	if (key != NULL) {
		put_string(j->sink, key, strlen(key));
		sli__put_char(j->sink, ':');
	}
}

void
sli__json_open(struct sli__json *j, const char *key, char bracket)
{
	put_key(j, key);
	sli__put_char(j->sink, bracket);
	j->comma = false;
}

void
sli__json_close(struct sli__json *j, char bracket)
{
	sli__put_char(j->sink, bracket);
	j->comma = true;
}

void
sli__json_null(struct sli__json *j, const char *key)
{
	put_key(j, key);
	sli__put(j->sink, "null");
}

void
sli__json_bool(struct sli__json *j, const char *key, bool value)
{
	put_key(j, key);
	sli__put(j->sink, value ? "true" : "false");
}

void
sli__json_u64(struct sli__json *j, const char *key, uint64_t value)
{
	put_key(j, key);
	sli__put_u64(j->sink, value);
}

void
sli__json_i64(struct sli__json *j, const char *key, int64_t value)
{
	put_key(j, key);
	if (value < 0)
		sli__put_char(j->sink, '-');
	sli__put_u64(j->sink,
	    value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void
sli__json_real(struct sli__json *j, const char *key, double value)
{
	put_key(j, key);
	if (isfinite(value))
		sli__put_double(j->sink, value);
	else
		sli__put(j->sink, "null");
}

void
sli__json_bytes(struct sli__json *j, const char *key, const char *text,
    size_t length)
{
	put_key(j, key);
	put_string(j->sink, text, length);
}

void
sli__json_text(struct sli__json *j, const char *key, const char *text)
{
	if (text == NULL)
		sli__json_null(j, key);
	else
		sli__json_bytes(j, key, text, strlen(text));
}

void
sli__json_time(struct sli__json *j, const char *key, uint64_t at_ns)
{
	char text[SLI__ISO_BYTES];

	if (at_ns == 0) {
		sli__json_null(j, key);
		return;
	}
	sli__date_iso(text, at_ns);
	sli__json_text(j, key, text);
}
