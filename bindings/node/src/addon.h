/* SPDX-License-Identifier: MIT */
#ifndef NODE_ADDON_H
#define NODE_ADDON_H

/*
 * The native half of the addon: the C API as flat functions of numbers, which
 * lib/ makes classes of. JavaScript holds no pointers: what it has is an id, a
 * place in the isolate's table of objects, looked up and checked on each call,
 * and the place's turn: who closes a registry while its id is in use, as a
 * getter may, does not reach what is put there next.
 *
 * An isolate is a thread with its own napi_env: the main one, or a worker. All
 * that is here belongs to one, but for struct shared (shared.h). JavaScript
 * (getters, constructors of errors) runs only while a config is read or an
 * error is thrown; who has read one looks its objects up afterwards.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAPI_VERSION 8
#include <node_api.h>
#include <sli/sli.h>

#include "shared.h"

enum kind { NONE, REGISTRY, INDICATOR, SLO, RETRY, WATCHDOG };

/* This isolate's part of a registry: one createRegistry(). */
struct member {
	struct isolate *isolate;
	struct member *next;
	struct shared *shared;	   /* NULL: closed */
	struct sli_writer *writer; /* NULL: there was none to be had */
	napi_value transitions;	   /* while they are being written */
	/* Of metrics() in formats that tell what is new; NULL: not used yet. */
	struct sli_statsd *statsd[2];
	struct sli_interval_log *log;
	struct output *output; /* of the call that is under way */
};

struct object {
	enum kind kind;
	uint32_t turn; /* how often this place has been taken */
	struct member *member;
	void *it; /* struct sli_indicator, sli_slo, ... */
};

#define SCRATCH 32

struct isolate {
	napi_env env;
	napi_ref error; /* class SliError */
	struct member *members;
	struct object *objects;
	uint32_t object_count, object_room;
	double *scratch; /* results that are numbers; JavaScript sees it, too */
};

/* A call from JavaScript. Arguments that were not given are undefined. */
#define ARGS_MAX 6

struct call {
	napi_env env;
	struct isolate *isolate;
	napi_value self;
	napi_value arg[ARGS_MAX];
};

/* False: an exception is pending, as always when something fails here. */
bool call_begin(struct call *c, napi_env env, napi_callback_info info);

/* An argument as a number; NaN if it is none. */
double call_double(const struct call *c, uint32_t i);
bool call_is_undefined(const struct call *c, uint32_t i);

/* A time in ms since 1970; undefined: now. */
bool call_time(const struct call *c, uint32_t i, const char *name,
    uint64_t *out_ns);

/* A window, or another length of time: ms, or "5m". */
bool call_duration(const struct call *c, uint32_t i, const char *name,
    uint64_t *out_ns);

/* The object of this id; NULL and an exception if it is none, or closed. */
struct object *call_object(const struct call *c, uint32_t i, enum kind kind);

/* The id of an object of a member, a new one if need be. */
napi_value object_id(struct member *m, enum kind kind, void *it);
void objects_forget(struct member *m);

/* Give back what a member has; twice is once. */
void member_close(struct member *m);

/* What it takes as a consumer. */
void metrics_forget(struct member *m);
void transitions_forget(struct member *m);

/* The registry of an object that is one, or of what is in it. */
struct sli_registry *object_registry(const struct object *o);

/* Throw a SliError. field may be NULL; text and format as in printf. */
napi_value throw_error(napi_env env, int status, const char *field,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What a C function said, in the words of JavaScript. */
napi_value throw_status(napi_env env, int status, const struct sli_error *err);

struct loop_watch;

/* Stop it, and let no other isolate find it. */
void watchdog_close(struct loop_watch *watch);

/* Values. */
napi_value number_of(napi_env env, double value);
napi_value text_of(napi_env env, const char *text);

/* The functions that JavaScript sees, a group for each file. */
struct function {
	const char *name;
	napi_callback call;
};

extern const struct function registry_functions[];
extern const struct function indicator_functions[];
extern const struct function slo_functions[];
extern const struct function adjust_functions[];
extern const struct function retry_functions[];
extern const struct function watchdog_functions[];
extern const struct function report_functions[];
extern const struct function metrics_functions[];

#endif /* NODE_ADDON_H */
