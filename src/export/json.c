/* SPDX-License-Identifier: MIT */
#include "export/json.h"

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

/* The length of the UTF-8 sequence (RFC 3629) at s; 0: there is none. */
static size_t
utf8_length(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, length;
	uint32_t c;

	if (s[0] < 0x80)
		return 1;
	length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	c = s[0] & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	return c < least[length] || c > 0x10ffff ||
		(c >= 0xd800 && c < 0xe000) ?
	    0 :
	    length;
}

static void
put_control(struct sli__sink *sink, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	sli__put(sink, "\\u00");
	sli__put_char(sink, hex[c >> 4]);
	sli__put_char(sink, hex[c & 15]);
}

static void
put_quoted(struct sli__sink *sink, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t length;

	sli__put_char(sink, '"');
	for (; *s != '\0'; s += length) {
		length = utf8_length(s);
		if (length == 0) {
			sli__put(sink, "\xef\xbf\xbd");
			length = 1;
			continue;
		}
		if (*s < 0x20) {
			put_control(sink, *s);
			continue;
		}
		if (*s == '"' || *s == '\\')
			sli__put_char(sink, '\\');
		sli__put_bytes(sink, s, length);
	}
	sli__put_char(sink, '"');
}

void
sli__json_key(struct sli__json *json, const char *name)
{
	separate(json);
	put_quoted(&json->sink, name);
	sli__put_char(&json->sink, ':');
	json->is_next = false;
}

void
sli__json_string(struct sli__json *json, const char *text)
{
	separate(json);
	put_quoted(&json->sink, text);
}

void
sli__json_double(struct sli__json *json, double value)
{
	separate(json);
	sli__put_double(&json->sink, value);
}

void
sli__json_int(struct sli__json *json, int64_t value)
{
	separate(json);
	if (value < 0)
		sli__put_char(&json->sink, '-');
	sli__put_u64(&json->sink,
	    value < 0 ? (uint64_t) - (value + 1) + 1 : (uint64_t)value);
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
