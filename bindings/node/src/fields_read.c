/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <sli/export.h>

#include "fields.h"

#define AT(type, out, offset) ((type *)(void *)((char *)(out) + (offset)))

static const char *const severities[] = { "page", "ticket", NULL };

static const struct field alert_fields[] = {
	{ "severity", NAMED, offsetof(struct sli_alert_config, severity),
	    severities, 0 },
	{ "long", MS, offsetof(struct sli_alert_config, long_ns), NULL, 0 },
	{ "short", MS, offsetof(struct sli_alert_config, short_ns), NULL, 0 },
	{ "factor", DOUBLE, offsetof(struct sli_alert_config, factor), NULL,
	    0 },
	{ "budgetShare", DOUBLE,
	    offsetof(struct sli_alert_config, budget_share), NULL, 0 },
	{ "minEvents", U64, offsetof(struct sli_alert_config, min_events), NULL,
	    0 },
	{ "minBad", U64, offsetof(struct sli_alert_config, min_bad), NULL, 0 },
	{ "after", MS, offsetof(struct sli_alert_config, after_ns), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

static const struct field level_fields[] = {
	{ "slot", MS, offsetof(struct sli_level, slot_ns), NULL, 0 },
	{ "slots", U32, offsetof(struct sli_level, slots), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

/* Room in the pool, aligned for anything. */
static void *
take(napi_env env, struct pool *pool, const char *name, size_t bytes)
{
	size_t at = (pool->used + 15) & ~(size_t)15;

	if (at + bytes > POOL_BYTES) {
		throw_error(env, SLI_ERANGE, name, "%s is too large", name);
		return NULL;
	}
	pool->used = at + bytes;
	return memset(pool->bytes + at, 0, bytes);
}

/* Elements of an array that are numbers of ms. */
static bool
read_list(napi_env env, napi_value array, const char *name, uint32_t count,
    uint64_t *out)
{
	napi_value value;
	char label[64];
	uint32_t i;

	for (i = 0; i < count; i++) {
		snprintf(label, sizeof(label), "%s[%u]", name, i);
		if (napi_get_element(env, array, i, &value) != napi_ok ||
		    !fields_duration(env, value, label, &out[i]))
			return false;
	}
	return true;
}

static bool
read_objects(napi_env env, napi_value array, uint32_t count,
    const struct field *fields, struct pool *pool, size_t size, char *out)
{
	napi_value value;
	uint32_t i;

	for (i = 0; i < count; i++)
		if (napi_get_element(env, array, i, &value) != napi_ok ||
		    !fields_read(env, value, fields, pool, out + i * size))
			return false;
	return true;
}

/* { method: 'GET', ... }, by the names and values of an object. */
static bool
read_labels(napi_env env, napi_value object, struct pool *pool,
    const struct sli_label **out, uint32_t *count)
{
	napi_value names, name, value;
	napi_valuetype type;
	struct sli_label *label;
	char field[64];
	uint32_t i, n;

	if (napi_typeof(env, object, &type) != napi_ok || type != napi_object ||
	    !fields_names(env, object, &names)) {
		throw_error(env, SLI_EINVAL, "labels",
		    "labels is not an object; accepted: such as "
		    "{ method: 'GET' }");
		return false;
	}
	if (!fields_array(env, names, "labels", SLI_LABELS_MAX, &n))
		return false;
	label = take(env, pool, "labels", n * sizeof(*label));
	for (i = 0; label != NULL && i < n; i++) {
		if (napi_get_element(env, names, i, &name) != napi_ok)
			return false;
		label[i].name = fields_text(env, name, "labels", pool);
		if (label[i].name == NULL ||
		    napi_get_property(env, object, name, &value) != napi_ok)
			return false;
		snprintf(field, sizeof(field), "labels.%s", label[i].name);
		label[i].value = fields_text(env, value, field, pool);
		if (label[i].value == NULL)
			return false;
	}
	*out = label;
	*count = n;
	return label != NULL;
}

static bool
read_array(napi_env env, napi_value value, const struct field *f,
    struct pool *pool, void *out)
{
	uint64_t *list;
	uint32_t n;
	void *alerts;

	switch (f->type) {
	case THRESHOLDS:
		list = AT(uint64_t, out, f->offset);
		if (!fields_array(env, value, f->name, SLI_THRESHOLDS_MAX, &n))
			return false;
		*AT(uint32_t, out, f->offset + 8 * SLI_THRESHOLDS_MAX) = n;
		return read_list(env, value, f->name, n, list);
	case BOUNDS:
		if (!fields_array(env, value, f->name, SLI_BOUNDS_MAX, &n))
			return false;
		list = take(env, pool, f->name, n * sizeof(*list));
		*AT(const uint64_t *, out, f->offset) = list;
		*AT(uint32_t, out, f->bit) = n;
		return list != NULL && read_list(env, value, f->name, n, list);
	case LEVELS:
		return fields_array(env, value, f->name, SLI_LEVELS_MAX, &n) &&
		    read_objects(env, value, n, level_fields, pool,
			sizeof(struct sli_level), AT(char, out, f->offset));
	default: /* ALERTS */
		if (!fields_array(env, value, f->name, SLI_ALERTS_MAX, &n))
			return false;
		alerts = take(env, pool, f->name,
		    n * sizeof(struct sli_alert_config));
		*AT(const void *, out, f->offset) = alerts;
		*AT(uint32_t, out, f->bit) = n;
		return alerts != NULL &&
		    read_objects(env, value, n, alert_fields, pool,
			sizeof(struct sli_alert_config), alerts);
	}
}

static bool
read_whole(napi_env env, napi_value value, const struct field *f, void *out)
{
	double number;

	if (f->type == U32) {
		if (!fields_count(env, value, f->name, 4294967295.0, &number))
			return false;
		*AT(uint32_t, out, f->offset) = (uint32_t)number;
		return true;
	}
	if (!fields_count(env, value, f->name, 9007199254740991.0, &number))
		return false;
	*AT(uint64_t, out, f->offset) = (uint64_t)number;
	return true;
}

static bool
read_field(napi_env env, napi_value value, const struct field *f,
    struct pool *pool, void *out)
{
	const char *text;
	bool is_set;

	switch (f->type) {
	case TEXT:
		text = fields_text(env, value, f->name, pool);
		*AT(const char *, out, f->offset) = text;
		return text != NULL;
	case DOUBLE:
		return fields_double(env, value, f->name,
		    AT(double, out, f->offset));
	case U32:
	case U64:
	case BYTES:
		return read_whole(env, value, f, out);
	case I64:
		return fields_signed(env, value, f->name,
		    AT(int64_t, out, f->offset));
	case MS:
		return fields_duration(env, value, f->name,
		    AT(uint64_t, out, f->offset));
	case TIME:
		return fields_time(env, value, f->name,
		    AT(uint64_t, out, f->offset));
	case NAMED:
		return fields_named(env, value, f->name, f->names,
		    AT(uint32_t, out, f->offset));
	case FLAG:
		if (!fields_bool(env, value, f->name, &is_set))
			return false;
		if (is_set)
			*AT(uint32_t, out, f->offset) |= f->bit;
		return true;
	case LABELS:
		return read_labels(env, value, pool,
		    AT(const struct sli_label *, out, f->offset),
		    AT(uint32_t, out, f->offset + sizeof(void *)));
	default:
		return read_array(env, value, f, pool, out);
	}
}

static bool
is_known(const char *name, const struct field *fields)
{
	for (; fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0)
			return true;
	return false;
}

static bool
check_names(napi_env env, napi_value object, const struct field *fields)
{
	char accepted[512], name[64];
	napi_value names, value;
	uint32_t i, count = 0;
	size_t n = 0, length;

	if (!fields_names(env, object, &names) ||
	    napi_get_array_length(env, names, &count) != napi_ok)
		return false;
	for (i = 0; i < count; i++) {
		napi_get_element(env, names, i, &value);
		napi_get_value_string_utf8(env, value, name, sizeof(name),
		    &length);
		if (!is_known(name, fields))
			break;
	}
	if (i == count)
		return true;
	for (; fields->name != NULL && n + 40 < sizeof(accepted); fields++)
		n += (size_t)snprintf(accepted + n, sizeof(accepted) - n,
		    "%s%s", n == 0 ? "" : ", ", fields->name);
	throw_error(env, SLI_EINVAL, name, "%s is not known here; accepted: %s",
	    name, accepted);
	return false;
}

bool
fields_read(napi_env env, napi_value object, const struct field *fields,
    struct pool *pool, void *out)
{
	napi_valuetype type;
	napi_value value;

	if (napi_typeof(env, object, &type) != napi_ok)
		return false;
	if (type == napi_undefined)
		return true;
	if (type != napi_object) {
		throw_error(env, SLI_EINVAL, NULL,
		    "the configuration is not an object");
		return false;
	}
	if (!check_names(env, object, fields))
		return false;
	for (; fields->name != NULL; fields++) {
		if (fields->type == OTHER)
			continue;
		if (napi_get_named_property(env, object, fields->name,
			&value) != napi_ok ||
		    napi_typeof(env, value, &type) != napi_ok)
			return false;
		if (type != napi_undefined &&
		    !read_field(env, value, fields, pool, out))
			return false;
	}
	return true;
}
