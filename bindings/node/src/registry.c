/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addon.h"
#include "fields.h"

/* What an isolate may take by default: workers come and go. */
#define WRITER_SHARDS 16
#define CONSUMERS 16

struct open_config {
	const char *path;
	uint64_t attach;
	struct sli_registry_config cfg;
};

static const char *const syncs[] = { "periodic", "none", NULL };

#define CFG(field) offsetof(struct open_config, cfg.field)

static const struct field open_fields[] = {
	{ "path", TEXT, offsetof(struct open_config, path), NULL, 0 },
	{ "attach", U64, offsetof(struct open_config, attach), NULL, 0 },
	{ "now", OTHER, 0, NULL, 0 },
	{ "maxIndicators", U32, CFG(max_indicators), NULL, 0 },
	{ "maxSlos", U32, CFG(max_slos), NULL, 0 },
	{ "shards", U32, CFG(shards), NULL, 0 },
	{ "atomicShards", U32, CFG(atomic_shards), NULL, 0 },
	{ "writerShards", U32, CFG(writer_shards), NULL, 0 },
	{ "maxConsumers", U32, CFG(max_consumers), NULL, 0 },
	{ "arenaBytes", BYTES, CFG(arena_bytes), NULL, 0 },
	{ "history", LEVELS, CFG(history), NULL, 0 },
	{ "latency", LEVELS, CFG(latency), NULL, 0 },
	{ "sync", NAMED, CFG(sync), syncs, 0 },
	{ "syncEvery", MS, CFG(sync_ns), NULL, 0 },
	{ "mustExist", FLAG, CFG(flags), NULL, SLI_REGISTRY_MUST_EXIST },
	{ NULL, OTHER, 0, NULL, 0 }
};

void
member_close(struct member *m)
{
	if (m->shared == NULL)
		return;
	objects_forget(m);
	metrics_forget(m);
	transitions_forget(m);
	sli_writer_release(m->writer);
	shared_close(m->shared);
	m->shared = NULL;
}

/* Its object is garbage, or its isolate ends. */
static void
member_free(napi_env env, void *data, void *hint)
{
	struct member *m = data, **p;

	(void)env, (void)hint;
	if (m->isolate != NULL) {
		for (p = &m->isolate->members; *p != m; p = &(*p)->next)
			;
		*p = m->next;
		member_close(m);
	}
	free(m);
}

static napi_value
join(struct call *c, struct shared *s)
{
	struct member *m = calloc(1, sizeof(*m));
	napi_value id = NULL;

	if (m == NULL) {
		shared_close(s);
		return throw_error(c->env, SLI_ENOMEM, NULL,
		    "no memory for a registry");
	}
	m->isolate = c->isolate;
	m->shared = s;
	/* Without a shard of its own it records by calling C. */
	if (sli_writer_acquire(shared_registry(s), &m->writer, NULL) != SLI_OK)
		m->writer = NULL;
	m->next = c->isolate->members;
	c->isolate->members = m;
	if (napi_add_finalizer(c->env, c->arg[0], m, member_free, NULL, NULL) ==
	    napi_ok)
		id = object_id(m, REGISTRY, m);
	if (id == NULL)
		member_close(m);
	return id;
}

/* open(owner, config): the id of a registry, closed when owner is garbage. */
static napi_value
registry_open(napi_env env, napi_callback_info info)
{
	struct open_config config = { 0 };
	struct sli_error err = { 0 }, named;
	struct shared *s;
	struct pool pool;
	struct call c;
	int status;

	config.cfg.struct_size = sizeof(config.cfg);
	pool.used = 0;
	if (!call_begin(&c, env, info) ||
	    !fields_read(env, c.arg[1], open_fields, &pool, &config))
		return NULL;
	if (config.cfg.writer_shards == 0)
		config.cfg.writer_shards = WRITER_SHARDS;
	if (config.cfg.max_consumers == 0)
		config.cfg.max_consumers = CONSUMERS;
	status = config.attach != 0 ?
	    shared_attach(config.attach, &s, &err) :
	    shared_open(config.path, &config.cfg, &s, &err);
	if (status == SLI_OK)
		return join(&c, s);
	/* What is wrong with a file says which it is. */
	named = err;
	if (config.path != NULL && status != SLI_EINVAL && status != SLI_ERANGE)
		snprintf(named.message, sizeof(named.message),
		    "path \"%.90s\": %.150s", config.path, err.message);
	return throw_status(env, status, &named);
}

/* close(registry) */
static napi_value
registry_close(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info))
		return NULL;
	o = call_object(&c, 0, REGISTRY);
	if (o != NULL)
		member_close(o->member);
	return NULL;
}

/* token(registry): for attach, in another isolate */
static napi_value
registry_token(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	return number_of(env, (double)shared_token(o->member->shared));
}

#define INFO(field) offsetof(struct sli_registry_info, field)

static const struct field info_fields[] = { { "version", TEXT, INFO(version),
						NULL, 0 },
	{ "isFile", BOOL, INFO(is_file), NULL, 0 },
	{ "createdMs", TIME, INFO(created_ns), NULL, 0 },
	{ "sizeBytes", BYTES, INFO(size_bytes), NULL, 0 },
	{ "usedBytes", BYTES, INFO(used_bytes), NULL, 0 },
	{ "indicators", U32, INFO(indicator_count), NULL, 0 },
	{ "maxIndicators", U32, INFO(max_indicators), NULL, 0 },
	{ "slos", U32, INFO(slo_count), NULL, 0 },
	{ "maxSlos", U32, INFO(max_slos), NULL, 0 },
	{ "shards", U32, INFO(shards), NULL, 0 },
	{ "atomicShards", U32, INFO(atomic_shards), NULL, 0 },
	{ "writerShards", U32, INFO(writer_shards), NULL, 0 },
	{ "processes", U32, INFO(process_count), NULL, 0 },
	{ "opened", U64, INFO(open_count), NULL, 0 },
	{ "syncedMs", TIME, INFO(synced_ns), NULL, 0 },
	{ "history", LEVELS, INFO(history), NULL, 0 },
	{ "latency", LEVELS, INFO(latency), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 } };

/* info(registry) */
static napi_value
registry_info(napi_env env, napi_callback_info info)
{
	struct sli_registry_info what;
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	sli_registry_info(object_registry(o), &what);
	return fields_write(env, info_fields, &what);
}

/* sync(registry): to the disk */
static napi_value
registry_sync(napi_env env, napi_callback_info info)
{
	struct sli_error err = { 0 };
	struct object *o;
	struct call c;
	int status;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	status = sli_registry_sync(object_registry(o), &err);
	return status == SLI_OK ? NULL : throw_status(env, status, &err);
}

/* check(registry): throws if the file is not what was opened any more */
static napi_value
registry_check(napi_env env, napi_callback_info info)
{
	struct sli_error err = { 0 };
	struct object *o;
	struct call c;
	int status;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	status = sli_registry_status(object_registry(o), &err);
	return status == SLI_OK ? NULL : throw_status(env, status, &err);
}

/* advance(registry, nowMs) */
static napi_value
registry_advance(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;
	uint64_t now;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	sli_advance(object_registry(o), now);
	return NULL;
}

/* annotate(registry, kind, text, atMs) */
static napi_value
registry_annotate(napi_env env, napi_callback_info info)
{
	struct sli_error err = { 0 };
	const char *kind, *text;
	struct object *o;
	struct pool pool;
	struct call c;
	uint64_t at;
	int status;

	pool.used = 0;
	if (!call_begin(&c, env, info) ||
	    (kind = fields_text(env, c.arg[1], "kind", &pool)) == NULL ||
	    (text = fields_text(env, c.arg[2], "text", &pool)) == NULL ||
	    !call_time(&c, 3, "atMs", &at) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	status = sli_annotate(object_registry(o), at, kind, text, &err);
	return status == SLI_OK ? NULL : throw_status(env, status, &err);
}

static const struct field annotation_fields[] = {
	{ "atMs", TIME, offsetof(struct sli_annotation, at_ns), NULL, 0 },
	{ "kind", TEXT, offsetof(struct sli_annotation, kind), NULL, 0 },
	{ "text", TEXT, offsetof(struct sli_annotation, text), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

/* annotations(registry): the last first */
static napi_value
registry_annotations(napi_env env, napi_callback_info info)
{
	struct sli_annotation annotation;
	napi_value out = NULL;
	struct object *o;
	uint32_t i, n = 0;
	struct call c;
	int status;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	napi_create_array(env, &out);
	for (i = 0;; i++) {
		status = sli_annotation_read(object_registry(o), i,
		    &annotation);
		if (status == SLI_OK)
			napi_set_element(env, out, n++,
			    fields_write(env, annotation_fields, &annotation));
		else if (status != SLI_EBUSY)
			return out;
	}
}

const struct function registry_functions[] = {
	{ "open", registry_open },
	{ "close", registry_close },
	{ "token", registry_token },
	{ "info", registry_info },
	{ "sync", registry_sync },
	{ "check", registry_check },
	{ "advance", registry_advance },
	{ "annotate", registry_annotate },
	{ "annotations", registry_annotations },
	{ NULL, NULL },
};
