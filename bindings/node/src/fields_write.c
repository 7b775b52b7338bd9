/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "fields.h"

#define AT(type, from, offset)                                                 \
	(*(type const *)(const void *)((const char *)(from) + (offset)))

napi_value
number_of(napi_env env, double value)
{
	napi_value out = NULL;

	napi_create_double(env, value, &out);
	return out;
}

static napi_value
null_of(napi_env env)
{
	napi_value out = NULL;

	napi_get_null(env, &out);
	return out;
}

static napi_value
bool_of(napi_env env, bool value)
{
	napi_value out = NULL;

	napi_get_boolean(env, value, &out);
	return out;
}

static napi_value
ms_list(napi_env env, const uint64_t *ns, uint32_t count)
{
	napi_value out = NULL;
	uint32_t i;

	napi_create_array_with_length(env, count, &out);
	for (i = 0; i < count; i++)
		napi_set_element(env, out, i, number_of(env, ms_of(ns[i])));
	return out;
}

static napi_value
labels_of(napi_env env, const struct sli_label *labels, uint32_t count)
{
	napi_value out = NULL;
	uint32_t i;

	napi_create_object(env, &out);
	for (i = 0; i < count; i++)
		napi_set_named_property(env, out, labels[i].name,
		    text_of(env, labels[i].value));
	return out;
}

static napi_value
levels_of(napi_env env, const struct sli_level *levels)
{
	napi_value out = NULL, level;
	uint32_t i;

	napi_create_array(env, &out);
	for (i = 0; i < SLI_LEVELS_MAX && levels[i].slot_ns != 0; i++) {
		napi_create_object(env, &level);
		napi_set_named_property(env, level, "slot",
		    number_of(env, ms_of(levels[i].slot_ns)));
		napi_set_named_property(env, level, "slots",
		    number_of(env, levels[i].slots));
		napi_set_element(env, out, i, level);
	}
	return out;
}

static napi_value
value_of(napi_env env, const struct field *f, const void *from)
{
	uint64_t ns;

	switch (f->type) {
	case TEXT: /* char[]; or const char *, if there is a bit */
		return text_of(env,
		    f->bit != 0 ? AT(char *, from, f->offset) :
				  (const char *)from + f->offset);
	case DOUBLE:
		return number_of(env, AT(double, from, f->offset));
	case U32:
		return number_of(env, AT(uint32_t, from, f->offset));
	case U64:
	case BYTES:
		return number_of(env, (double)AT(uint64_t, from, f->offset));
	case I64:
		return number_of(env, (double)AT(int64_t, from, f->offset));
	case MS:
		return number_of(env, ms_of(AT(uint64_t, from, f->offset)));
	case SIGNED_MS:
		return number_of(env,
		    (double)AT(int64_t, from, f->offset) / 1e6);
	case TIME:
		ns = AT(uint64_t, from, f->offset);
		return ns == 0 ? null_of(env) : number_of(env, ms_of(ns));
	case NEVER:
		ns = AT(uint64_t, from, f->offset);
		return number_of(env, ns == UINT64_MAX ? INFINITY : ms_of(ns));
	case NAMED:
		return text_of(env, f->names[AT(uint32_t, from, f->offset)]);
	case FLAG:
		return bool_of(env,
		    (AT(uint32_t, from, f->offset) & f->bit) != 0);
	case BOOL:
		return bool_of(env, AT(int, from, f->offset) != 0);
	case RATIO:
		return AT(int, from, f->bit) == 0 ?
		    null_of(env) :
		    number_of(env, AT(double, from, f->offset));
	case MS_IF:
		return AT(int, from, f->bit) == 0 ?
		    null_of(env) :
		    number_of(env, ms_of(AT(uint64_t, from, f->offset)));
	case THRESHOLDS:
		return ms_list(env, &AT(uint64_t, from, f->offset),
		    AT(uint32_t, from, f->offset + 8 * SLI_THRESHOLDS_MAX));
	case LABELS:
		return labels_of(env, AT(struct sli_label *, from, f->offset),
		    AT(uint32_t, from, f->offset + sizeof(void *)));
	case LEVELS:
		return levels_of(env, &AT(struct sli_level, from, f->offset));
	default:
		return null_of(env);
	}
}

bool
fields_write_to(napi_env env, napi_value object, const struct field *fields,
    const void *from)
{
	for (; fields->name != NULL; fields++)
		if (napi_set_named_property(env, object, fields->name,
			value_of(env, fields, from)) != napi_ok)
			return false;
	return true;
}

napi_value
fields_write(napi_env env, const struct field *fields, const void *from)
{
	napi_value object = NULL;

	if (napi_create_object(env, &object) != napi_ok ||
	    !fields_write_to(env, object, fields, from))
		return NULL;
	return object;
}
