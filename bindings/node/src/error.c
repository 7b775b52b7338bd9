/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "addon.h"

#define CODE(name, number, text) { number, "SLI_" #name },

static const char *
code_of(int status)
{
	static const struct {
		int status;
		const char *code;
	} table[] = { SLI_STATUS_MAP(CODE) };
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].status == status)
			return table[i].code;
	return "SLI_EUNKNOWN";
}

napi_value
text_of(napi_env env, const char *text)
{
	napi_value out = NULL;

	napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &out);
	return out;
}

static void
throw_text(napi_env env, int status, const char *field, const char *message)
{
	struct isolate *isolate = NULL;
	napi_value class, error, arg[3];

	if (napi_get_instance_data(env, (void **)&isolate) != napi_ok ||
	    isolate == NULL ||
	    napi_get_reference_value(env, isolate->error, &class) != napi_ok ||
	    class == NULL) {
		napi_throw_error(env, code_of(status), message);
		return;
	}
	arg[0] = text_of(env, code_of(status));
	arg[1] = text_of(env, message);
	napi_get_undefined(env, &arg[2]);
	if (field != NULL)
		arg[2] = text_of(env, field);
	if (napi_new_instance(env, class, 3, arg, &error) == napi_ok)
		napi_throw(env, error);
}

napi_value
throw_error(napi_env env, int status, const char *field, const char *format,
    ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	throw_text(env, status, field, message);
	return NULL;
}

/* Fields of C that are called otherwise in JavaScript. */
static const struct {
	const char *c, *javascript;
} names[] = {
	{ "threshold_ns", "thresholdMs" },
	{ "threshold_count", "thresholdsMs" },
	{ "lowest_ns", "lowestMs" },
	{ "highest_ns", "highestMs" },
	{ "precision_bits", "precisionBits" },
	{ "slot_ns", "slot" },
	{ "period_ns", "period" },
	{ "window_ns", "window" },
	{ "slice_ns", "slice" },
	{ "slice_objective", "sliceObjective" },
	{ "slice_min_events", "sliceMinEvents" },
	{ "alert_min_events", "alertMinEvents" },
	{ "alert_min_bad", "alertMinBad" },
	{ "admit_min_events", "admitMinEvents" },
	{ "calendar_start_ns", "calendarStartMs" },
	{ "calendar_count", "calendarCount" },
	{ "week_start", "weekStart" },
	{ "time_zone", "timeZone" },
	{ "outage_ratio", "outageRatio" },
	{ "outage_min_events", "outageMinEvents" },
	{ "long_ns", "long" },
	{ "short_ns", "short" },
	{ "after_ns", "after" },
	{ "budget_share", "budgetShare" },
	{ "min_events", "minEvents" },
	{ "min_bad", "minBad" },
	{ "max_indicators", "maxIndicators" },
	{ "max_slos", "maxSlos" },
	{ "atomic_shards", "atomicShards" },
	{ "writer_shards", "writerShards" },
	{ "max_consumers", "maxConsumers" },
	{ "arena_bytes", "arenaBytes" },
	{ "sync_ns", "sync" },
	{ "reserve_per_s", "reservePerS" },
	{ "bound_ns", "boundsMs" },
	{ "at_ns", "atMs" },
	{ "from_ns", "fromMs" },
	{ "to_ns", "toMs" },
	/* The same in both: for error.field. */
	{ "objective", "objective" },
	{ "method", "method" },
	{ "calendar", "calendar" },
	{ "capacity", "capacity" },
	{ "shards", "shards" },
	{ "history", "history" },
	{ "latency", "latency" },
	{ "labels", "labels" },
	{ "label", "labels" },
	{ "factor", "factor" },
	{ "ratio", "ratio" },
	{ "name", "name" },
	{ "help", "help" },
	{ "kind", "kind" },
	{ "text", "text" },
	{ "why", "why" },
	{ "path", "path" },
};

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* The name in JavaScript of the word at the start of text; NULL: none. */
static const char *
name_of(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].c) == length &&
		    memcmp(names[i].c, text, length) == 0)
			return names[i].javascript;
	return NULL;
}

/* The name, the index behind the word in C, and the unit of its number. */
static size_t
append(char *to, size_t size, const char *name, const char *word,
    size_t *length)
{
	bool is_ns = *length > 3 && memcmp(word + *length - 3, "_ns", 3) == 0;
	size_t index = word[*length] == '[' ? strcspn(word + *length, "]") + 1 :
					      0;
	int n = snprintf(to, size, "%s%.*s%s", name, (int)index, word + *length,
	    is_ns ? " (in ns)" : "");

	*length += index;
	return (size_t)n < size ? (size_t)n : size - 1;
}

/*
 * A C message speaks of nanoseconds, in fields that JavaScript has in other
 * units and by other names: put those in, with the unit that the number has.
 */
static const char *
translate(const char *from, char *to, size_t size)
{
	const char *field = NULL, *name;
	size_t n = 0, length;
	bool is_quoted = false;

	while (*from != '\0' && n + 40 < size) {
		for (length = 0; is_word(from[length]); length++)
			;
		is_quoted ^= *from == '"';
		name = length == 0 || is_quoted ? NULL : name_of(from, length);
		/* An SLO has one, an indicator a list. */
		if (from[length] == '[' && name != NULL &&
		    strcmp(name, "thresholdMs") == 0)
			name = "thresholdsMs";
		if (name == NULL) {
			length = length == 0 ? 1 : length;
			length = length < size - n - 1 ? length : size - n - 1;
			memcpy(to + n, from, length);
			n += length;
		} else {
			if (field == NULL)
				field = name;
			n += append(to + n, size - n, name, from, &length);
		}
		from += length;
	}
	to[n] = '\0';
	return field;
}

napi_value
throw_status(napi_env env, int status, const struct sli_error *err)
{
	char message[512];
	const char *field = NULL;

	if (err == NULL || err->message[0] == '\0')
		throw_text(env, status, NULL, sli_strerror(status));
	else {
		field = translate(err->message, message, sizeof(message));
		throw_text(env, status, field, message);
	}
	return NULL;
}
