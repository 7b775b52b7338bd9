/* SPDX-License-Identifier: MIT */
#ifndef NODE_FIELDS_H
#define NODE_FIELDS_H

/*
 * Objects of JavaScript and structs of C, by tables: which property is which
 * field. A config that is read has a getter for each field or none, and no
 * property that the table does not know: a typing error is no default.
 */

#include "addon.h"

enum type {
	TEXT,	/* const char *; when written, char[] */
	DOUBLE, /* double */
	U32,	/* uint32_t */
	U64,	/* uint64_t, a count */
	I64,	/* int64_t */
	BYTES,	/* uint64_t, as U64 */
	MS,	/* uint64_t of ns, a length of time: a number of ms, or "5m" */
	TIME,	/* uint64_t of ns, a time: ms since 1970; written, 0 is null */
	NEVER,	/* MS; written, UINT64_MAX is Infinity */
	SIGNED_MS, /* int64_t of ns */
	NAMED,	   /* an enum, by names */
	FLAG,	   /* bit of a uint32_t */
	BOOL,	   /* int */
	RATIO, /* double, null unless what is at `valid` (an int) is not 0 */
	MS_IF, /* MS, by the same rule */
	THRESHOLDS, /* uint64_t[SLI_THRESHOLDS_MAX] and a uint32_t after it */
	LABELS,	    /* const struct sli_label *, and a uint32_t after it */
	LEVELS,	    /* struct sli_level[SLI_LEVELS_MAX] */
	ALERTS,	    /* const struct sli_alert_config *; the count is at `bit` */
	BOUNDS,	    /* const uint64_t *; the count is at `bit` */
	OTHER	    /* read by somebody else */
};

struct field {
	const char *name;
	enum type type;
	size_t offset;
	const char *const *names; /* NAMED: ended by NULL */
	uint32_t bit;		  /* FLAG; else an offset, see above */
};

/* Where a config's strings and arrays are kept while it is used. */
#define POOL_BYTES 6144

struct pool {
	_Alignas(16) char bytes[POOL_BYTES];
	size_t used;
};

/*
 * Read a config. Undefined fields are left as they are, and so is all of it if
 * the object is undefined. False: an exception is pending.
 */
bool fields_read(napi_env env, napi_value object, const struct field *fields,
    struct pool *pool, void *out);

/* One string, in the pool; NULL: an exception is pending. */
const char *fields_text(napi_env env, napi_value value, const char *name,
    struct pool *pool);

/*
 * Names of an object's own properties, an array of strings. What a program has
 * added to Object.prototype is in no config.
 */
bool fields_names(napi_env env, napi_value object, napi_value *out);

/* A number of ms, or text such as "1h30m". */
bool fields_duration(napi_env env, napi_value value, const char *name,
    uint64_t *out_ns);

/* ms since 1970. */
bool fields_time(napi_env env, napi_value value, const char *name,
    uint64_t *out_ns);

/* A whole number of [0, max]. */
bool fields_count(napi_env env, napi_value value, const char *name, double max,
    double *out);

/* The index in a table of names. */
bool fields_named(napi_env env, napi_value value, const char *name,
    const char *const *names, uint32_t *out);

bool fields_double(napi_env env, napi_value value, const char *name,
    double *out);
bool fields_bool(napi_env env, napi_value value, const char *name, bool *out);

/* A whole number of either sign. */
bool fields_signed(napi_env env, napi_value value, const char *name,
    int64_t *out);

/* The length of an array of up to so many. */
bool fields_array(napi_env env, napi_value value, const char *name,
    uint32_t max, uint32_t *out);

/* An object of a struct's fields; NULL: an exception is pending. */
napi_value fields_write(napi_env env, const struct field *fields,
    const void *from);

/* The same, into an object that is there. */
bool fields_write_to(napi_env env, napi_value object,
    const struct field *fields, const void *from);

/* ns as ms: exact to 2^53 ns, and of times to a quarter of a us. */
static inline double
ms_of(uint64_t ns)
{
	return (double)(ns / 1000000) + (double)(ns % 1000000) / 1e6;
}

#endif /* NODE_FIELDS_H */
