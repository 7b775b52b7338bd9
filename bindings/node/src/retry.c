/* SPDX-License-Identifier: MIT */
#include "addon.h"
#include "fields.h"

#define CFG(field) offsetof(struct sli_retry_config, field)

static const struct field retry_fields[] = { { "name", TEXT, CFG(name), NULL,
						 0 },
	{ "labels", LABELS, CFG(labels), NULL, 0 },
	{ "ratio", DOUBLE, CFG(ratio), NULL, 0 },
	{ "window", MS, CFG(window_ns), NULL, 0 },
	{ "reservePerS", U32, CFG(reserve_per_s), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 } };

/* retry(registry, config): its id */
static napi_value
retry_open(napi_env env, napi_callback_info info)
{
	struct sli_retry_config cfg = SLI_RETRY_CONFIG_INIT;
	struct sli_error err = { 0 };
	struct sli_retry *retry;
	struct object *o;
	struct pool pool;
	struct call c;
	napi_value id;
	int status;

	pool.used = 0;
	if (!call_begin(&c, env, info) ||
	    !fields_read(env, c.arg[1], retry_fields, &pool, &cfg) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	status = sli_retry_open(object_registry(o), &cfg, &retry, &err);
	if (status != SLI_OK)
		return throw_status(env, status, &err);
	id = object_id(o->member, RETRY, retry);
	if (id == NULL)
		sli_retry_close(retry);
	return id;
}

/* retryRequest(retry, nowMs) */
static napi_value
retry_request(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;
	uint64_t now;

	if (call_begin(&c, env, info) && call_time(&c, 1, "nowMs", &now) &&
	    (o = call_object(&c, 0, RETRY)) != NULL)
		sli_retry_request(o->it, now);
	return NULL;
}

/* retryAllow(retry, nowMs) */
static napi_value
retry_allow(napi_env env, napi_callback_info info)
{
	napi_value out = NULL;
	struct object *o;
	struct call c;
	uint64_t now;

	if (call_begin(&c, env, info) && call_time(&c, 1, "nowMs", &now) &&
	    (o = call_object(&c, 0, RETRY)) != NULL)
		napi_get_boolean(env, sli_retry_allow(o->it, now) != 0, &out);
	return out;
}

/* retryBalance(retry, nowMs) */
static napi_value
retry_balance(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;
	uint64_t now;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, RETRY)) == NULL)
		return NULL;
	return number_of(env, (double)sli_retry_balance(o->it, now));
}

/* retryIndicator(retry): the id of its indicator */
static napi_value
retry_indicator(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, RETRY)) == NULL)
		return NULL;
	return object_id(o->member, INDICATOR, sli_retry_indicator(o->it));
}

const struct function retry_functions[] = {
	{ "retry", retry_open },
	{ "retryRequest", retry_request },
	{ "retryAllow", retry_allow },
	{ "retryBalance", retry_balance },
	{ "retryIndicator", retry_indicator },
	{ NULL, NULL },
};
