/* SPDX-License-Identifier: MIT */
#include "addon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

#define PLACES 16777216.0 /* 2^24: ids are exact for 2^29 turns */

bool
call_begin(struct call *c, napi_env env, napi_callback_info info)
{
	size_t argc = ARGS_MAX;

	c->env = env;
	c->isolate = NULL;
	return napi_get_cb_info(env, info, &argc, c->arg, &c->self, NULL) ==
	    napi_ok &&
	    napi_get_instance_data(env, (void **)&c->isolate) == napi_ok &&
	    c->isolate != NULL;
}

double
call_double(const struct call *c, uint32_t i)
{
	double value;

	return napi_get_value_double(c->env, c->arg[i], &value) == napi_ok ?
	    value :
	    NAN;
}

bool
call_is_undefined(const struct call *c, uint32_t i)
{
	napi_valuetype type;

	return napi_typeof(c->env, c->arg[i], &type) == napi_ok &&
	    type == napi_undefined;
}

bool
call_time(const struct call *c, uint32_t i, const char *name, uint64_t *out_ns)
{
	if (!call_is_undefined(c, i))
		return fields_time(c->env, c->arg[i], name, out_ns);
	*out_ns = sli_clock_ns();
	return true;
}

bool
call_duration(const struct call *c, uint32_t i, const char *name,
    uint64_t *out_ns)
{
	return fields_duration(c->env, c->arg[i], name, out_ns);
}

static double
id_of(const struct isolate *is, const struct object *o)
{
	return (double)o->turn * PLACES + (double)(o - is->objects);
}

struct object *
call_object(const struct call *c, uint32_t i, enum kind kind)
{
	static const char *const kinds[] = { "", "registry",
		"indicator's registry", "SLO's registry",
		"retry budget's registry", "watchdog's registry" };
	double id = call_double(c, i), place = fmod(id, PLACES);
	struct object *o;

	if (place >= 0 && place < c->isolate->object_count) {
		o = &c->isolate->objects[(uint32_t)place];
		if (o->kind == kind && id == id_of(c->isolate, o))
			return o;
	}
	throw_error(c->env, SLI_EINVAL, NULL, "this %s is closed", kinds[kind]);
	return NULL;
}

struct sli_registry *
object_registry(const struct object *o)
{
	return shared_registry(o->member->shared);
}

/* The place of an object that is there, or else of a free one. */
static uint32_t
find_object(const struct isolate *is, const struct member *m, const void *it)
{
	uint32_t i, free = is->object_count;

	for (i = 0; i < is->object_count; i++) {
		if (is->objects[i].kind == NONE)
			free = free == is->object_count ? i : free;
		else if (is->objects[i].member == m && is->objects[i].it == it)
			return i;
	}
	return free;
}

/* False: there is no memory for one more. */
static bool
make_room(struct isolate *is)
{
	uint32_t room = is->object_room == 0 ? 64 : 2 * is->object_room;
	struct object *more = NULL;

	if (room <= PLACES)
		more = realloc(is->objects, room * sizeof(*more));
	if (more == NULL)
		return false;
	is->objects = more;
	is->object_room = room;
	return true;
}

napi_value
object_id(struct member *m, enum kind kind, void *it)
{
	struct isolate *is = m->isolate;
	uint32_t i = find_object(is, m, it);
	struct object *o;

	if (i == is->object_room && !make_room(is))
		return throw_error(is->env, SLI_ENOMEM, NULL,
		    "no memory for a handle");
	o = &is->objects[i];
	if (i == is->object_count) {
		is->object_count++;
		*o = (struct object){ NONE, 0, NULL, NULL };
	}
	if (o->kind == NONE)
		*o = (struct object){ kind, o->turn + 1, m, it };
	return number_of(is->env, id_of(is, o));
}

void
objects_forget(struct member *m)
{
	struct isolate *is = m->isolate;
	uint32_t i;

	for (i = 0; i < is->object_count; i++) {
		if (is->objects[i].member != m)
			continue;
		if (is->objects[i].kind == RETRY)
			sli_retry_close(is->objects[i].it);
		else if (is->objects[i].kind == WATCHDOG)
			watchdog_close(is->objects[i].it);
		is->objects[i].kind = NONE;
	}
}

/* Before the isolate ends: its shards go back, nothing that it counted does. */
static void
isolate_end(void *arg)
{
	struct isolate *is = arg;
	struct member *m;

	while ((m = is->members) != NULL) {
		is->members = m->next;
		member_close(m);
		m->isolate = NULL; /* its finalizer may come after ours */
	}
}

static void
isolate_free(napi_env env, void *data, void *hint)
{
	struct isolate *is = data;

	(void)env, (void)hint;
	isolate_end(is);
	free(is->objects);
	free(is->scratch);
	free(is);
}

/* init(SliError): the array that results come in. */
static napi_value
init(napi_env env, napi_callback_info info)
{
	napi_value buffer, out = NULL;
	struct call c;

	if (!call_begin(&c, env, info))
		return NULL;
	if (c.isolate->error != NULL)
		napi_delete_reference(env, c.isolate->error);
	if (napi_create_reference(env, c.arg[0], 1, &c.isolate->error) !=
		napi_ok ||
	    napi_create_external_arraybuffer(env, c.isolate->scratch,
		SCRATCH * sizeof(double), NULL, NULL, &buffer) != napi_ok ||
	    napi_create_typedarray(env, napi_float64_array, SCRATCH, buffer, 0,
		&out) != napi_ok)
		napi_throw_error(env, "SLI_ENOMEM",
		    "this runtime has no external memory for libsli");
	return out;
}

/* now(): ms since 1970, by the clock that records go by. */
static napi_value
now(napi_env env, napi_callback_info info)
{
	(void)info;
	return number_of(env, ms_of(sli_clock_ns()));
}

/* duration(value, name): in ms */
static napi_value
duration(napi_env env, napi_callback_info info)
{
	char name[32] = "";
	uint64_t ns;
	struct call c;

	if (!call_begin(&c, env, info))
		return NULL;
	napi_get_value_string_utf8(env, c.arg[1], name, sizeof(name), NULL);
	if (!call_duration(&c, 0, name, &ns))
		return NULL;
	return number_of(env, ms_of(ns));
}

/* detach(buffer): nobody will see this memory through it any more. */
static napi_value
detach(napi_env env, napi_callback_info info)
{
	struct call c;

	if (call_begin(&c, env, info))
		napi_detach_arraybuffer(env, c.arg[0]);
	return NULL;
}

static const struct function own_functions[] = {
	{ "init", init },
	{ "now", now },
	{ "duration", duration },
	{ "detach", detach },
	{ NULL, NULL },
};

static bool
define(napi_env env, napi_value exports, const struct function *f)
{
	napi_value function;

	for (; f->name != NULL; f++)
		if (napi_create_function(env, f->name, NAPI_AUTO_LENGTH,
			f->call, NULL, &function) != napi_ok ||
		    napi_set_named_property(env, exports, f->name, function) !=
			napi_ok)
			return false;
	return true;
}

static struct isolate *
isolate_new(napi_env env)
{
	struct isolate *is = calloc(1, sizeof(*is));

	if (is == NULL)
		return NULL;
	is->env = env;
	is->scratch = calloc(SCRATCH, sizeof(*is->scratch));
	if (is->scratch == NULL ||
	    napi_set_instance_data(env, is, isolate_free, NULL) != napi_ok) {
		free(is->scratch);
		free(is);
		return NULL;
	}
	napi_add_env_cleanup_hook(env, isolate_end, is);
	return is;
}

__attribute__((visibility("default"))) NAPI_MODULE_INIT()
{
	const struct function *const groups[] = { own_functions,
		registry_functions, indicator_functions, slo_functions,
		adjust_functions, retry_functions, watchdog_functions,
		report_functions, metrics_functions };
	size_t i;

	if (isolate_new(env) == NULL) {
		napi_throw_error(env, "SLI_ENOMEM", "no memory for libsli");
		return NULL;
	}
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (!define(env, exports, groups[i]))
			return NULL;
	return exports;
}
