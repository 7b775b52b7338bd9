/* SPDX-License-Identifier: MIT */
/*
 * Single values of JavaScript, checked.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fields.h"

#define TIME_MAX_MS 4611686018427.0 /* 2^62 ns, the year 2116 */

/* How a message shows a value: 1.5, "abc", an object. */
static void
show(napi_env env, napi_value value, char *out, size_t size)
{
	napi_valuetype type = napi_undefined;
	size_t length = 0;
	double number;
	bool is_true;

	napi_typeof(env, value, &type);
	if (type == napi_number &&
	    napi_get_value_double(env, value, &number) == napi_ok)
		snprintf(out, size, isnan(number) ? "NaN" : "%.15g", number);
	else if (type == napi_string) {
		out[0] = '"';
		napi_get_value_string_utf8(env, value, out + 1, size - 2,
		    &length);
		strcpy(out + 1 + length, "\"");
	} else if (type == napi_boolean &&
	    napi_get_value_bool(env, value, &is_true) == napi_ok)
		snprintf(out, size, "%s", is_true ? "true" : "false");
	else
		snprintf(out, size, "%s",
		    type == napi_undefined    ? "undefined" :
			type == napi_null     ? "null" :
			type == napi_function ? "a function" :
			type == napi_bigint   ? "a bigint" :
			type == napi_symbol   ? "a symbol" :
						"an object");
}

static bool
refuse(napi_env env, napi_value value, const char *name, int status,
    const char *accepted)
{
	char shown[96];

	show(env, value, shown, sizeof(shown));
	throw_error(env, status, name, "%s is %s; accepted: %s", name, shown,
	    accepted);
	return false;
}

static bool
is_number(napi_env env, napi_value value, double *out)
{
	napi_valuetype type;

	return napi_typeof(env, value, &type) == napi_ok &&
	    type == napi_number &&
	    napi_get_value_double(env, value, out) == napi_ok;
}

const char *
fields_text(napi_env env, napi_value value, const char *name, struct pool *pool)
{
	size_t room = POOL_BYTES - pool->used, length;
	char *text = pool->bytes + pool->used;
	napi_valuetype type;

	if (napi_typeof(env, value, &type) != napi_ok || type != napi_string) {
		refuse(env, value, name, SLI_EINVAL, "a string");
		return NULL;
	}
	napi_get_value_string_utf8(env, value, NULL, 0, &length);
	if (length + 1 > room) {
		throw_error(env, SLI_ERANGE, name,
		    "%s has %zu bytes; accepted: %u in all of a config's text",
		    name, length, (unsigned int)POOL_BYTES);
		return NULL;
	}
	napi_get_value_string_utf8(env, value, text, room, &length);
	if (strlen(text) != length) {
		refuse(env, value, name, SLI_EINVAL, "text without a NUL");
		return NULL;
	}
	pool->used += length + 1;
	return text;
}

/* The ms of a unit at *text, which is moved past it; 0: it is none. */
static double
unit_ms(const char **text)
{
	static const struct {
		char name[3];
		double ms;
	} units[] = {
		{ "ms", 1 },
		{ "s", 1e3 },
		{ "m", 6e4 },
		{ "h", 36e5 },
		{ "d", 864e5 },
		{ "w", 6048e5 },
	};
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strncmp(*text, units[i].name, strlen(units[i].name)) == 0) {
			*text += strlen(units[i].name);
			return units[i].ms;
		}
	}
	return 0;
}

/* "90s", "1h30m", "0.5d"; -1: not that. */
static double
parse_duration(const char *text)
{
	double ms = 0, number, place, unit;

	if (*text == '\0')
		return -1;
	while (*text != '\0') {
		if (*text < '0' || *text > '9')
			return -1;
		for (number = 0; *text >= '0' && *text <= '9'; text++)
			number = number * 10 + (*text - '0');
		if (*text == '.')
			for (place = 0.1, text++; *text >= '0' && *text <= '9';
			     text++, place /= 10)
				number += place * (*text - '0');
		unit = unit_ms(&text);
		if (unit == 0)
			return -1;
		ms += number * unit;
	}
	return ms;
}

bool
fields_duration(napi_env env, napi_value value, const char *name,
    uint64_t *out_ns)
{
	static const char accepted[] =
	    "a number of ms, or text such as '5m', '1h30m' or '30d'";
	napi_valuetype type = napi_undefined;
	size_t length = 0;
	char text[40];
	double ms;

	napi_typeof(env, value, &type);
	if (type == napi_string) {
		napi_get_value_string_utf8(env, value, text, sizeof(text),
		    &length);
		ms = strlen(text) == length ? parse_duration(text) : -1;
		if (ms < 0)
			return refuse(env, value, name, SLI_EINVAL, accepted);
	} else if (!is_number(env, value, &ms) || isnan(ms))
		return refuse(env, value, name, SLI_EINVAL, accepted);
	if (ms < 0 || ms > TIME_MAX_MS)
		return refuse(env, value, name, SLI_ERANGE, "0 to 146 years");
	*out_ns = (uint64_t)(ms * 1e6 + 0.5);
	return true;
}

bool
fields_time(napi_env env, napi_value value, const char *name, uint64_t *out_ns)
{
	double ms, whole;

	if (!is_number(env, value, &ms) || isnan(ms))
		return refuse(env, value, name, SLI_EINVAL,
		    "a number of ms since 1970, such as Date.now()");
	if (ms < 0 || ms > TIME_MAX_MS)
		return refuse(env, value, name, SLI_ERANGE,
		    "ms since 1970, up to the year 2116");
	/* A double of ns would be off by some hundred. */
	whole = floor(ms);
	*out_ns = (uint64_t)whole * 1000000 + (uint64_t)((ms - whole) * 1e6);
	return true;
}

bool
fields_count(napi_env env, napi_value value, const char *name, double max,
    double *out)
{
	char accepted[80];

	if (is_number(env, value, out) && *out >= 0 && *out <= max &&
	    floor(*out) == *out)
		return true;
	snprintf(accepted, sizeof(accepted), "a whole number from 0 to %.16g%s",
	    max,
	    strcmp(name, "outcome") == 0 ? " (GOOD, BAD, SHED, IGNORED)" : "");
	return refuse(env, value, name,
	    is_number(env, value, out) && !isnan(*out) ? SLI_ERANGE :
							 SLI_EINVAL,
	    accepted);
}

bool
fields_named(napi_env env, napi_value value, const char *name,
    const char *const *names, uint32_t *out)
{
	napi_valuetype type = napi_undefined;
	char text[40], accepted[256];
	size_t n = 0, length = 0;
	uint32_t i;

	napi_typeof(env, value, &type);
	if (type == napi_string)
		napi_get_value_string_utf8(env, value, text, sizeof(text),
		    &length);
	for (i = 0; names[i] != NULL; i++) {
		if (type == napi_string && strcmp(text, names[i]) == 0) {
			*out = i;
			return true;
		}
		n += (size_t)snprintf(accepted + n, sizeof(accepted) - n,
		    "%s'%s'", i == 0 ? "" : ", ", names[i]);
	}
	return refuse(env, value, name, SLI_EINVAL, accepted);
}

bool
fields_double(napi_env env, napi_value value, const char *name, double *out)
{
	if (is_number(env, value, out) && !isnan(*out))
		return true;
	return refuse(env, value, name, SLI_EINVAL, "a number");
}

bool
fields_bool(napi_env env, napi_value value, const char *name, bool *out)
{
	return napi_get_value_bool(env, value, out) == napi_ok ||
	    refuse(env, value, name, SLI_EINVAL, "true or false");
}

bool
fields_signed(napi_env env, napi_value value, const char *name, int64_t *out)
{
	double number;

	if (!is_number(env, value, &number) || floor(number) != number ||
	    fabs(number) > 9007199254740991.0)
		return refuse(env, value, name, SLI_EINVAL,
		    "a whole number, of at most 2^53 - 1");
	*out = (int64_t)number;
	return true;
}

bool
fields_names(napi_env env, napi_value object, napi_value *out)
{
	return napi_get_all_property_names(env, object, napi_key_own_only,
		   napi_key_enumerable | napi_key_skip_symbols,
		   napi_key_numbers_to_strings, out) == napi_ok;
}

bool
fields_array(napi_env env, napi_value value, const char *name, uint32_t max,
    uint32_t *out)
{
	char accepted[48];
	bool is_array = false;

	napi_is_array(env, value, &is_array);
	if (is_array && napi_get_array_length(env, value, out) == napi_ok &&
	    *out <= max)
		return true;
	snprintf(accepted, sizeof(accepted), "an array of up to %u", max);
	if (is_array) {
		throw_error(env, SLI_ERANGE, name,
		    "%s has %u elements; accepted: %s", name, *out, accepted);
		return false;
	}
	return refuse(env, value, name, SLI_EINVAL, accepted);
}
