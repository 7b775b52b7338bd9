/* SPDX-License-Identifier: MIT */
/*
 * The watchdog of an event loop, for JavaScript. Another isolate can reach one
 * by its token, while the loop that it watches is blocked.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "addon.h"
#include "fields.h"
#include "loop_watch.h"

#define WATCHDOGS 256 /* of a process: one for each isolate, as a rule */

static struct {
	pthread_mutex_t lock;
	uint64_t tokens; /* given out */
	struct {
		uint64_t token; /* 0: free */
		struct loop_watch *watch;
	} place[WATCHDOGS];
} watchdogs = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* False: there is no place. */
static bool
enlist(struct loop_watch *watch)
{
	uint32_t i = 0;

	pthread_mutex_lock(&watchdogs.lock);
	while (i < WATCHDOGS && watchdogs.place[i].token != 0)
		i++;
	if (i < WATCHDOGS) {
		watchdogs.place[i].token = ++watchdogs.tokens;
		watchdogs.place[i].watch = watch;
	}
	pthread_mutex_unlock(&watchdogs.lock);
	return i < WATCHDOGS;
}

static void
strike(const struct loop_watch *watch)
{
	uint32_t i;

	pthread_mutex_lock(&watchdogs.lock);
	for (i = 0; i < WATCHDOGS; i++)
		if (watchdogs.place[i].watch == watch)
			memset(&watchdogs.place[i], 0,
			    sizeof(watchdogs.place[i]));
	pthread_mutex_unlock(&watchdogs.lock);
}

/* With the lock held, which keeps it from being stopped; NULL: it was. */
static struct loop_watch *
find(uint64_t token)
{
	uint32_t i;

	for (i = 0; i < WATCHDOGS; i++)
		if (watchdogs.place[i].token == token && token != 0)
			return watchdogs.place[i].watch;
	return NULL;
}

static uint64_t
token_of(const struct loop_watch *watch)
{
	uint64_t token = 0;
	uint32_t i;

	pthread_mutex_lock(&watchdogs.lock);
	for (i = 0; i < WATCHDOGS; i++)
		if (watchdogs.place[i].watch == watch)
			token = watchdogs.place[i].token;
	pthread_mutex_unlock(&watchdogs.lock);
	return token;
}

void
watchdog_close(struct loop_watch *watch)
{
	strike(watch);
	loop_watch_stop(watch);
}

static napi_value
throw_start(napi_env env, int error)
{
	if (error == ENOSYS)
		return throw_error(env, SLI_EVERSION, NULL,
		    "this runtime's libuv has no metrics of its loop");
	return throw_error(env, error == ENOMEM ? SLI_ENOMEM : SLI_EBUSY, NULL,
	    "the watchdog's thread could not be started: errno %d", error);
}

/* watchdogStart(indicator, tickMs, thresholdMs): its id */
static napi_value
watchdog_start(napi_env env, napi_callback_info info)
{
	struct loop_watch_config cfg = { 0 };
	struct uv_loop_s *loop = NULL;
	struct loop_watch *watch;
	struct object *o;
	struct call c;
	napi_value id;
	int error;

	if (!call_begin(&c, env, info) ||
	    !call_duration(&c, 1, "tickMs", &cfg.tick_ns) ||
	    !call_duration(&c, 2, "thresholdMs", &cfg.threshold_ns) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	napi_get_uv_event_loop(env, &loop);
	cfg.loop = loop;
	cfg.registry = object_registry(o);
	cfg.indicator = o->it;
	error = loop_watch_start(&cfg, &watch);
	if (error != 0)
		return throw_start(env, error);
	if (!enlist(watch)) {
		loop_watch_stop(watch);
		return throw_error(env, SLI_ENOSPC, NULL,
		    "all %d watchdogs of the process run", WATCHDOGS);
	}
	id = object_id(o->member, WATCHDOG, watch);
	if (id == NULL)
		watchdog_close(watch);
	return id;
}

/* watchdogStop(watchdog) */
static napi_value
watchdog_stop(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (call_begin(&c, env, info) &&
	    (o = call_object(&c, 0, WATCHDOG)) != NULL) {
		watchdog_close(o->it);
		o->kind = NONE;
	}
	return NULL;
}

/* watchdogToken(watchdog): by which other isolates know it */
static napi_value
watchdog_token(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, WATCHDOG)) == NULL)
		return NULL;
	return number_of(env, (double)token_of(o->it));
}

static const char *const causes[] = { "unknown", "code", "cpu", "call", NULL };

#define BLOCK(field) offsetof(struct loop_block, field)

static const struct field block_fields[] = {
	{ "number", U64, BLOCK(number), NULL, 0 },
	{ "begin", TIME, BLOCK(begin_ns), NULL, 0 },
	{ "end", TIME, BLOCK(end_ns), NULL, 0 },
	{ "cause", NAMED, BLOCK(cause), causes, 0 },
	{ "codeMs", MS, BLOCK(code_ns), NULL, 0 },
	{ "cpuMs", MS, BLOCK(cpu_ns), NULL, 0 },
	{ "callMs", MS, BLOCK(call_ns), NULL, 0 },
	{ "stack", TEXT, BLOCK(stack), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 },
};

/* watchdogRead(watchdog, number): that block or the next, or null */
static napi_value
watchdog_read(napi_env env, napi_callback_info info)
{
	struct loop_block block;
	napi_value out = NULL;
	struct object *o;
	double number;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    !fields_count(env, c.arg[1], "from", 9007199254740991.0, &number) ||
	    (o = call_object(&c, 0, WATCHDOG)) == NULL)
		return NULL;
	if (!loop_watch_read(o->it, (uint64_t)number, &block)) {
		napi_get_null(env, &out);
		return out;
	}
	out = fields_write(env, block_fields, &block);
	if (out != NULL)
		napi_set_named_property(env, out, "call",
		    text_of(env,
			block.cause == THREAD_CALL ?
			    thread_call_name(block.call) :
			    ""));
	return out;
}

/* A token or a number of a block; 0, which is none, if it is nothing of it. */
static uint64_t
whole(const struct call *c, uint32_t i)
{
	double number = call_double(c, i);

	return number >= 0 && number <= 9007199254740991.0 ? (uint64_t)number :
							     0;
}

/* watchdogBlocked(token): the number of the block that lasts, else 0 */
static napi_value
watchdog_blocked(napi_env env, napi_callback_info info)
{
	struct loop_watch *watch;
	uint64_t number = 0;
	struct call c;

	if (!call_begin(&c, env, info))
		return NULL;
	pthread_mutex_lock(&watchdogs.lock);
	watch = find(whole(&c, 0));
	if (watch != NULL)
		number = loop_watch_blocked(watch);
	pthread_mutex_unlock(&watchdogs.lock);
	return number_of(env, (double)number);
}

/* watchdogStack(token, number, text) */
static napi_value
watchdog_stack(napi_env env, napi_callback_info info)
{
	char text[LOOP_STACK_BYTES];
	struct loop_watch *watch;
	size_t length = 0;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    napi_get_value_string_utf8(env, c.arg[2], text, sizeof(text),
		&length) != napi_ok)
		return NULL;
	pthread_mutex_lock(&watchdogs.lock);
	watch = find(whole(&c, 0));
	if (watch != NULL)
		loop_watch_stack(watch, whole(&c, 1), text, length);
	pthread_mutex_unlock(&watchdogs.lock);
	return NULL;
}

const struct function watchdog_functions[] = {
	{ "watchdogStart", watchdog_start },
	{ "watchdogStop", watchdog_stop },
	{ "watchdogToken", watchdog_token },
	{ "watchdogRead", watchdog_read },
	{ "watchdogBlocked", watchdog_blocked },
	{ "watchdogStack", watchdog_stack },
	{ NULL, NULL },
};
