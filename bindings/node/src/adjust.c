/* SPDX-License-Identifier: MIT */
/*
 * Changes of a budget. Each takes an object with a reason.
 */
#include "addon.h"
#include "fields.h"

struct change {
	const char *why;
	uint64_t from_ns, to_ns, at_ns;
	int64_t good, bad;
};

static const struct field span_fields[] = {
	{ "fromMs", TIME, offsetof(struct change, from_ns), NULL, 0 },
	{ "toMs", TIME, offsetof(struct change, to_ns), NULL, 0 },
	{ "why", TEXT, offsetof(struct change, why), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

static const struct field correction_fields[] = {
	{ "atMs", TIME, offsetof(struct change, at_ns), NULL, 0 },
	{ "good", I64, offsetof(struct change, good), NULL, 0 },
	{ "bad", I64, offsetof(struct change, bad), NULL, 0 },
	{ "why", TEXT, offsetof(struct change, why), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

/* (slo, change, nowMs) */
static struct object *
read_change(struct call *c, napi_env env, napi_callback_info info,
    const struct field *fields, struct pool *pool, struct change *change,
    uint64_t *now)
{
	*change = (struct change){ 0 };
	pool->used = 0;
	if (!call_begin(c, env, info) || !call_time(c, 2, "nowMs", now))
		return NULL;
	change->at_ns = *now;
	if (!fields_read(env, c->arg[1], fields, pool, change))
		return NULL;
	return call_object(c, 0, SLO);
}

static napi_value
result(napi_env env, int status, const struct sli_error *err)
{
	return status == SLI_OK ? NULL : throw_status(env, status, err);
}

typedef int span_fn(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns,
    uint64_t to_ns, const char *why, struct sli_error *err);

static napi_value
change_span(napi_env env, napi_callback_info info, span_fn *fn)
{
	struct sli_error err = { 0 };
	struct change change;
	struct object *o;
	struct pool pool;
	struct call c;
	uint64_t now;

	o = read_change(&c, env, info, span_fields, &pool, &change, &now);
	if (o == NULL)
		return NULL;
	return result(env,
	    fn(o->it, now, change.from_ns, change.to_ns, change.why, &err),
	    &err);
}

static napi_value
slo_exclude(napi_env env, napi_callback_info info)
{
	return change_span(env, info, sli_slo_exclude);
}

static napi_value
slo_include(napi_env env, napi_callback_info info)
{
	return change_span(env, info, sli_slo_include);
}

static napi_value
slo_correct(napi_env env, napi_callback_info info)
{
	struct sli_error err = { 0 };
	struct change change;
	struct object *o;
	struct pool pool;
	struct call c;
	uint64_t now;

	o = read_change(&c, env, info, correction_fields, &pool, &change, &now);
	if (o == NULL)
		return NULL;
	return result(env,
	    sli_slo_correct(o->it, now, change.at_ns, change.good, change.bad,
		change.why, &err),
	    &err);
}

/* resetBudget(slo, why, nowMs) */
static napi_value
slo_reset(napi_env env, napi_callback_info info)
{
	struct sli_error err = { 0 };
	struct object *o;
	struct pool pool;
	const char *why;
	struct call c;
	uint64_t now;

	pool.used = 0;
	if (!call_begin(&c, env, info) ||
	    (why = fields_text(env, c.arg[1], "why", &pool)) == NULL ||
	    !call_time(&c, 2, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	return result(env, sli_slo_reset_budget(o->it, now, why, &err), &err);
}

static const char *const kinds[] = { "exclusion", "correction", NULL };

#define ADJUSTMENT(field) offsetof(struct sli_adjustment, field)

static const struct field adjustment_fields[] = {
	{ "kind", NAMED, ADJUSTMENT(kind), kinds, 0 },
	{ "fromMs", TIME, ADJUSTMENT(from_ns), NULL, 0 },
	{ "toMs", TIME, ADJUSTMENT(to_ns), NULL, 0 },
	{ "isSettled", FLAG, ADJUSTMENT(settled), NULL, 1 },
	{ "good", U64, ADJUSTMENT(good), NULL, 0 },
	{ "bad", U64, ADJUSTMENT(bad), NULL, 0 },
	{ "addGood", I64, ADJUSTMENT(add_good), NULL, 0 },
	{ "addBad", I64, ADJUSTMENT(add_bad), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

/* adjustments(slo, nowMs) */
static napi_value
slo_adjustments(napi_env env, napi_callback_info info)
{
	struct sli_adjustment adjustment;
	napi_value out = NULL;
	struct object *o;
	struct call c;
	uint64_t now;
	uint32_t i;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	napi_create_array(env, &out);
	for (i = 0; sli_slo_adjustment(o->it, now, i, &adjustment) == SLI_OK;
	     i++)
		napi_set_element(env, out, i,
		    fields_write(env, adjustment_fields, &adjustment));
	return out;
}

const struct function adjust_functions[] = {
	{ "exclude", slo_exclude },
	{ "include", slo_include },
	{ "correct", slo_correct },
	{ "resetBudget", slo_reset },
	{ "adjustments", slo_adjustments },
	{ NULL, NULL },
};
