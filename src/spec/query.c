/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "spec/query.h"

static const char blanks[] = " \t\r\n";

size_t
sli__spec_window_length(const char *text)
{
	static const char name[] = ".window";
	const char *at = text;

	if (strncmp(at, "{{", 2) != 0)
		return 0;
	at += 2;
	at += strspn(at, blanks);
	if (strncmp(at, name, strlen(name)) != 0)
		return 0;
	at += strlen(name);
	at += strspn(at, blanks);
	return strncmp(at, "}}", 2) == 0 ? (size_t)(at + 2 - text) : 0;
}

bool
sli__spec_is_template(const char *text)
{
	bool any = false;
	size_t len;

	while ((text = strstr(text, "{{")) != NULL) {
		len = sli__spec_window_length(text);
		if (len == 0)
			return false;
		any = true;
		text += len;
	}
	return any;
}

static bool
is_name_char(char c, bool is_first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c == ':' || (!is_first && c >= '0' && c <= '9');
}

static size_t
name_length(const char *text)
{
	size_t len = 0;

	while (is_name_char(text[len], len == 0))
		len++;
	return len;
}

/* Past a quoted text, or NULL. */
static const char *
skip_quoted(const char *at)
{
	char quote = *at;

	for (at++; *at != '\0' && *at != quote; at++) {
		if (*at == '\\' && quote != '`' && *++at == '\0')
			return NULL;
	}
	return *at != '\0' ? at + 1 : NULL;
}

/*
 * One  label="value"  of a list. Past it and what separates it from the next;
 * NULL: it isn't one.
 */
static const char *
skip_matcher(const char *at, const char **value, bool *is_equal)
{
	at += name_length(at);
	at += strspn(at, blanks);
	*is_equal = at[0] == '=' && at[1] != '~';
	if (*at != '=' && !(*at == '!' && (at[1] == '=' || at[1] == '~')))
		return NULL;
	at += at[1] == '~' || *at == '!' ? 2 : 1;
	at += strspn(at, blanks);
	*value = at;
	if (*at == '\0' || strchr("\"'`", *at) == NULL)
		return NULL;
	at = skip_quoted(at);
	if (at == NULL)
		return NULL;
	at += strspn(at, blanks);
	if (*at == ',')
		at++;
	else if (*at != '}')
		return NULL;
	return at + strspn(at, blanks);
}

size_t
sli__spec_selector_length(const char *text)
{
	const char *at = text + strspn(text, blanks), *value;
	size_t name, end;
	bool is_equal;

	name = name_length(at);
	at += name;
	end = (size_t)(at - text);
	at += strspn(at, blanks);
	if (*at == '{') {
		at++;
		at += strspn(at, blanks);
		while (*at != '}') {
			if (name_length(at) == 0)
				return 0;
			at = skip_matcher(at, &value, &is_equal);
			if (at == NULL)
				return 0;
		}
		at++;
		end = (size_t)(at - text);
		at += strspn(at, blanks);
	} else if (name == 0)
		return 0;
	if (strncmp(at, "offset", 6) == 0 && strchr(blanks, at[6]) != NULL &&
	    at[6] != '\0') {
		at += 6;
		at += strspn(at, blanks);
		at += strspn(at, "0123456789ywdhms");
		at += strspn(at, blanks);
	}
	return *at == '\0' ? end : 0;
}

const char *
sli__spec_matcher_value(struct sli__spec_pool *pool, const char *selector,
    const char *label)
{
	const char *at, *value, *name;
	bool is_equal;
	size_t len;

	at = strchr(selector, '{');
	if (at == NULL || sli__spec_selector_length(selector) == 0)
		return NULL;
	at++;
	for (at += strspn(at, blanks); *at != '}';) {
		name = at;
		len = name_length(name);
		at = skip_matcher(at, &value, &is_equal);
		if (at == NULL)
			return NULL;
		if (is_equal && len == strlen(label) &&
		    memcmp(name, label, len) == 0)
			return sli__spec_copy(pool, value + 1,
			    (size_t)(skip_quoted(value) - value) - 2);
	}
	return NULL;
}

/* Whether a text calls this function. */
static bool
calls(const char *text, const char *function)
{
	size_t len = strlen(function);
	const char *at = text;

	while ((at = strstr(at, function)) != NULL) {
		if ((at == text || !is_name_char(at[-1], false)) &&
		    at[len + strspn(at + len, blanks)] == '(')
			return true;
		at += len;
	}
	return false;
}

enum sli__spec_measure
sli__spec_measure_of(const char *text)
{
	static const char *const others[] = { "irate", "idelta", "delta",
		"deriv", "avg_over_time", "histogram_fraction",
		"histogram_quantile" };
	bool is_rate = calls(text, "rate");
	bool is_count = calls(text, "increase") ||
	    calls(text, "count_over_time") || calls(text, "sum_over_time");
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (calls(text, others[i]))
			return SLI__SPEC_UNKNOWN;
	}
	if (is_rate == is_count)
		return SLI__SPEC_UNKNOWN;
	return is_rate ? SLI__SPEC_RATE : SLI__SPEC_COUNT;
}
