/* SPDX-License-Identifier: MIT */
#include "export/hdr_base64.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t
sli__base64_encode(char *text, const uint8_t *bytes, size_t length)
{
	char *to = text;
	uint32_t group;
	size_t i, n;

	for (i = 0; i < length; i += 3, to += 4) {
		n = length - i;
		group = (uint32_t)bytes[i] << 16;
		if (n > 1)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (n > 2)
			group |= bytes[i + 2];
		to[0] = alphabet[group >> 18];
		to[1] = alphabet[group >> 12 & 63];
		to[2] = n > 1 ? alphabet[group >> 6 & 63] : '=';
		to[3] = n > 2 ? alphabet[group & 63] : '=';
	}
	return (size_t)(to - text);
}

/* 0 to 63, or -1 */
static int
value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
sli__base64_decode(uint8_t *bytes, size_t *out, const char *text, size_t length)
{
	uint32_t bits = 0, bit_count = 0;
	size_t i, n = 0;
	int value;

	if (length % 4 == 0 && length > 0 && text[length - 1] == '=')
		length -= text[length - 2] == '=' ? 2 : 1;
	if (length % 4 == 1)
		return false;
	for (i = 0; i < length; i++) {
		value = value_of(text[i]);
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		bit_count += 6;
		if (bit_count < 8)
			continue;
		bit_count -= 8;
		bytes[n++] = (uint8_t)(bits >> bit_count);
	}
	*out = n;
	return (bits & ((UINT32_C(1) << bit_count) - 1)) == 0;
}
