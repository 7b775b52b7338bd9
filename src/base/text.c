/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"

/* By code, not by <ctype.h>: the host's locale must not change a grammar. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(const char *s, size_t max, bool digit_first, const char *extra)
{
	size_t i;

	if (!is_letter(s[0]) && !(digit_first && is_digit(s[0])))
		return false;
	for (i = 1; s[i] != '\0'; i++) {
		if (i >= max)
			return false;
		if (!is_letter(s[i]) && !is_digit(s[i]) &&
		    strchr(extra, s[i]) == NULL)
			return false;
	}
	return true;
}

bool
sli__is_indicator_name(const char *s, size_t max)
{
	return is_word(s, max, false, ".:-");
}

bool
sli__is_slo_name(const char *s, size_t max)
{
	return is_word(s, max, true, ".:-");
}

bool
sli__is_label_name(const char *s, size_t max)
{
	return is_word(s, max, false, "") && strncmp(s, "__", 2) != 0;
}

bool
sli__is_kind(const char *s, size_t max)
{
	size_t i;

	if (s[0] < 'a' || s[0] > 'z')
		return false;
	for (i = 1; s[i] != '\0'; i++)
		if (i >= max ||
		    !((s[i] >= 'a' && s[i] <= 'z') || is_digit(s[i]) ||
			s[i] == '_' || s[i] == '-'))
			return false;
	return true;
}

/* The length of the UTF-8 sequence at s, 0 if there is no valid one. */
static size_t
utf8_length(const unsigned char *s)
{
	/*
	 * second_min, second_max: no C1 controls, overlong forms, surrogates,
	 * nothing above U+10FFFF
	 */
	static const struct {
		unsigned char first_min, first_max, second_min, second_max;
		size_t length;
	} forms[] = {
		{ 0xc2, 0xc2, 0xa0, 0xbf, 2 },
		{ 0xc3, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, k;

	if (s[0] >= 0x20 && s[0] < 0x7f)
		return 1;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (s[0] < forms[i].first_min || s[0] > forms[i].first_max)
			continue;
		if (s[1] < forms[i].second_min || s[1] > forms[i].second_max)
			return 0;
		for (k = 2; k < forms[i].length; k++)
			if (s[k] < 0x80 || s[k] > 0xbf)
				return 0;
		return forms[i].length;
	}
	return 0;
}

bool
sli__is_text(const char *s, size_t max)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t at = 0, length;

	while (u[at] != '\0') {
		length = utf8_length(u + at);
		if (length == 0)
			return false;
		at += length;
		if (at > max)
			return false;
	}
	return true;
}

size_t
sli__text_cut(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n <= max)
		return n;
	/* Bytes 10xxxxxx go on with a character. */
	for (n = max; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80;)
		n--;
	return n;
}
