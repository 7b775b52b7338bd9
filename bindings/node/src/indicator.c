/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include <sli/writer.h>

#include "addon.h"
#include "fields.h"

#define CFG(field) offsetof(struct sli_indicator_config, field)

static const struct field indicator_fields[] = {
	{ "name", TEXT, CFG(name), NULL, 0 },
	{ "help", TEXT, CFG(help), NULL, 0 },
	{ "labels", LABELS, CFG(labels), NULL, 0 },
	{ "thresholdsMs", THRESHOLDS, CFG(threshold_ns), NULL, 0 },
	{ "lowestMs", MS, CFG(lowest_ns), NULL, 0 },
	{ "highestMs", MS, CFG(highest_ns), NULL, 0 },
	{ "precisionBits", U32, CFG(precision_bits), NULL, 0 },
	{ "slot", MS, CFG(slot_ns), NULL, 0 },
	{ "capacity", U64, CFG(capacity), NULL, 0 }, { NULL, OTHER, 0, NULL, 0 }
};

/* indicator(registry, config): its id */
static napi_value
indicator_register(napi_env env, napi_callback_info info)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_error err = { 0 };
	struct sli_indicator *ind;
	struct object *o;
	struct pool pool;
	struct call c;
	int status;

	pool.used = 0;
	if (!call_begin(&c, env, info) ||
	    !fields_read(env, c.arg[1], indicator_fields, &pool, &cfg) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	status = sli_indicator_register(object_registry(o), &cfg, &ind, &err);
	if (status != SLI_OK)
		return throw_status(env, status, &err);
	if (cfg.slot_ns != 0)
		shared_slot(o->member->shared, cfg.slot_ns);
	return object_id(o->member, INDICATOR, ind);
}

/* indicatorName(indicator) */
static napi_value
indicator_name(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	return text_of(env, sli_indicator_name(o->it));
}

static napi_value
view(napi_env env, napi_typedarray_type type, const void *memory, size_t count,
    size_t size)
{
	napi_value buffer, out = NULL;
	/* What only C writes is JavaScript's to read, by this one's promise. */
	void *start = (void *)(uintptr_t)memory;

	if (napi_create_external_arraybuffer(env, start, count * size, NULL,
		NULL, &buffer) == napi_ok)
		napi_create_typedarray(env, type, count, buffer, 0, &out);
	return out;
}

/*
 * A latency v of JavaScript is a double that is to be cut to whole ns: it is
 * above a threshold t if v >= t + 1, or from the next double on if that has no
 * room for t + 1.
 */
static double
above(uint64_t threshold_ns)
{
	double v = (double)(threshold_ns + 1);

	return (uint64_t)v > threshold_ns ? v : nextafter(v, INFINITY);
}

/*
 * Values below 2^(p - 1) have no exponent to go by (see raw() in writer.h),
 * which is no matter where they are all in the underflow bucket.
 */
static bool
has_exponents(const struct sli_writer_cells *cells)
{
	return cells->below >= INT32_C(1) << (cells->precision_bits - 1);
}

/* The latency cell of a double. */
static double
cell_of(const struct isolate *is, double v)
{
	uint64_t bits;
	double i;

	memcpy(&bits, &v, sizeof(bits));
	i = (double)(bits >> 32 >> (uint32_t)is->scratch[0]) - is->scratch[1];
	return i < 0 ? 0 : fmin(i, is->scratch[2] - 1);
}

/*
 * cells(indicator): [events, latencies, next], and in the scratch what is
 * needed to find one's cell in them. Undefined: it has none to find so.
 */
static napi_value
indicator_cells(napi_env env, napi_callback_info info)
{
	struct sli_writer_cells cells;
	napi_value out = NULL, views[3];
	struct object *o;
	struct call c;
	uint32_t i;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL ||
	    o->member->writer == NULL ||
	    sli_writer_cells(o->member->writer, o->it, &cells) != SLI_OK ||
	    !has_exponents(&cells))
		return NULL;
	views[0] = view(env, napi_biguint64_array, cells.events, SLI_CELLS, 8);
	views[1] = view(env, napi_biguint64_array, cells.latencies[0],
	    2 * (size_t)cells.latency_count, 8);
	views[2] = view(env, napi_uint32_array, cells.next_ns, 2, 4);
	napi_create_array_with_length(env, 3, &out);
	for (i = 0; i < 3; i++) {
		if (views[i] == NULL)
			return throw_error(env, SLI_ENOMEM, NULL,
			    "this runtime has no external memory for libsli");
		napi_set_element(env, out, i, views[i]);
	}
	c.isolate->scratch[0] = 53 - 32 - cells.precision_bits;
	c.isolate->scratch[1] = (double)((1021 + cells.precision_bits)
				    << (cells.precision_bits - 1)) +
	    cells.below;
	c.isolate->scratch[2] = cells.latency_count;
	c.isolate->scratch[3] = cells.threshold_count == 0 ?
	    cells.latency_count :
	    cell_of(c.isolate, above(cells.threshold_ns[0]));
	for (i = 0; i < SLI_THRESHOLDS_MAX; i++)
		c.isolate->scratch[4 + i] = i < cells.threshold_count ?
		    above(cells.threshold_ns[i]) :
		    NAN;
	return out;
}

/* What JavaScript may do without C until the slot ends; see Indicator. */
static void
tell_slot(struct isolate *is, const struct object *o, bool is_clocked)
{
	struct sli_writer_cells cells;
	uint64_t next, skew;

	is->scratch[0] = 0;
	is->scratch[1] = is->scratch[2] = is->scratch[3] = NAN;
	if (o->member->writer == NULL ||
	    sli_writer_cells(o->member->writer, o->it, &cells) != SLI_OK)
		return;
	is->scratch[0] = is_clocked;
	next = __atomic_load_n(cells.next_ns, __ATOMIC_ACQUIRE);
	skew = __atomic_load_n(cells.skew_ns, __ATOMIC_ACQUIRE);
	if (next <= skew + cells.slot_ns)
		return;
	is->scratch[1] = ceil((double)(next - skew - cells.slot_ns) / 1e6);
	is->scratch[2] = floor((double)(next - skew) / 1e6);
	is->scratch[3] = (double)(uint32_t)next;
}

static bool
read_outcome(const struct call *c, uint32_t i, enum sli_outcome *out)
{
	double outcome;

	if (!fields_count(c->env, c->arg[i], "outcome", 3, &outcome))
		return false;
	*out = (enum sli_outcome)outcome;
	return true;
}

static bool
read_latency(const struct call *c, uint32_t i, uint64_t *out_ns)
{
	double ms;

	if (!fields_double(c->env, c->arg[i], "latencyMs", &ms))
		return false;
	if (ms < 0) {
		throw_error(c->env, SLI_ERANGE, "latencyMs",
		    "latencyMs is %.15g; accepted: 0 or more", ms);
		return false;
	}
	*out_ns = ms >= 9e12 ? UINT64_C(9000000000000000000) :
			       (uint64_t)(ms * 1e6 + 0.5);
	return true;
}

/* A record without a time of its own needs the clock to open its slots. */
static bool
is_clocked(const struct call *c, uint32_t time_arg, const struct object *o)
{
	return call_is_undefined(c, time_arg) &&
	    shared_start_clock(o->member->shared);
}

/* record(indicator, outcome, latencyMs, nowMs) */
static napi_value
indicator_record(napi_env env, napi_callback_info info)
{
	enum sli_outcome outcome;
	uint64_t latency, now;
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) || !read_outcome(&c, 1, &outcome) ||
	    !read_latency(&c, 2, &latency) ||
	    !call_time(&c, 3, "nowMs", &now) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	if (o->member->writer != NULL)
		sli_writer_record(o->member->writer, o->it, now, outcome,
		    latency);
	else
		sli_record(o->it, now, outcome, latency);
	tell_slot(c.isolate, o, is_clocked(&c, 3, o));
	return NULL;
}

/* exemplar(indicator, outcome, latencyMs, traceId, nowMs) */
static napi_value
indicator_exemplar(napi_env env, napi_callback_info info)
{
	enum sli_outcome outcome;
	uint64_t latency, now;
	const char *trace_id;
	struct object *o;
	struct pool pool;
	struct call c;

	pool.used = 0;
	if (!call_begin(&c, env, info) || !read_outcome(&c, 1, &outcome) ||
	    !read_latency(&c, 2, &latency) ||
	    (trace_id = fields_text(env, c.arg[3], "traceId", &pool)) == NULL ||
	    !call_time(&c, 4, "nowMs", &now) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	sli_record_exemplar(o->it, now, outcome, latency, trace_id);
	return NULL;
}

/* count(indicator, outcome, n, nowMs) */
static napi_value
indicator_count(napi_env env, napi_callback_info info)
{
	enum sli_outcome outcome;
	struct object *o;
	struct call c;
	uint64_t now;
	double n;

	if (!call_begin(&c, env, info) || !read_outcome(&c, 1, &outcome) ||
	    !fields_count(env, c.arg[2], "n", 9007199254740991.0, &n) ||
	    !call_time(&c, 3, "nowMs", &now) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	sli_count(o->it, now, outcome, (uint64_t)n);
	tell_slot(c.isolate, o, is_clocked(&c, 3, o));
	return NULL;
}

/* flight(indicator, ended): one has begun, or ended */
static napi_value
indicator_flight(napi_env env, napi_callback_info info)
{
	bool has_ended = false;
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	napi_get_value_bool(env, c.arg[1], &has_ended);
	if (has_ended)
		sli_end(o->it);
	else
		sli_begin(o->it);
	return NULL;
}

static void
tell_counts(double *out, const struct sli_counts *counts)
{
	uint32_t i;

	out[0] = (double)counts->good;
	out[1] = (double)counts->bad;
	out[2] = (double)counts->shed;
	out[3] = (double)counts->ignored;
	for (i = 0; i < SLI_THRESHOLDS_MAX; i++)
		out[4 + i] = (double)counts->slow[i];
}

/* window(indicator, window, nowMs): struct sli_signals, in the scratch */
static napi_value
indicator_window(napi_env env, napi_callback_info info)
{
	struct sli_signals s;
	uint64_t now, window;
	struct object *o;
	struct call c;
	double *out;
	int status;

	if (!call_begin(&c, env, info) ||
	    !call_duration(&c, 1, "window", &window) ||
	    !call_time(&c, 2, "nowMs", &now) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	status = sli_signals(o->it, now, window, &s);
	if (status != SLI_OK)
		return throw_error(env, status, "window",
		    "window is 0; accepted: a length of time above 0");
	out = c.isolate->scratch;
	tell_counts(out, &s.counts);
	out[8] = ms_of(s.window_ns);
	out[9] = ms_of(s.covered_ns);
	out[10] = s.rate;
	out[11] = s.error_ratio;
	out[12] = s.has_latency != 0;
	out[13] = ms_of(s.p50_ns);
	out[14] = ms_of(s.p90_ns);
	out[15] = ms_of(s.p99_ns);
	out[16] = (double)s.in_flight;
	out[17] = s.capacity;
	out[18] = s.capacity_is_learned != 0;
	out[19] = s.saturation;
	return NULL;
}

/* totals(indicator): in the scratch, with `late` and in flight behind */
static napi_value
indicator_totals(napi_env env, napi_callback_info info)
{
	struct sli_counts counts;
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	sli_total_counts(o->it, &counts);
	tell_counts(c.isolate->scratch, &counts);
	c.isolate->scratch[8] = (double)sli_late_count(o->it);
	c.isolate->scratch[9] = (double)sli_in_flight(o->it);
	return NULL;
}

/* quantile(indicator, window, q, outcome, nowMs): ms; undefined: no data */
static napi_value
indicator_quantile(napi_env env, napi_callback_info info)
{
	uint64_t now, window, ns;
	enum sli_outcome outcome;
	struct object *o;
	struct call c;
	int status;
	double q;

	if (!call_begin(&c, env, info) ||
	    !call_duration(&c, 1, "window", &window) ||
	    !fields_double(env, c.arg[2], "q", &q) ||
	    !read_outcome(&c, 3, &outcome) ||
	    !call_time(&c, 4, "nowMs", &now) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	if (!(q >= 0 && q <= 1))
		return throw_error(env, SLI_ERANGE, "q",
		    "q is %.15g; accepted: 0 to 1, such as 0.99", q);
	if (outcome > SLI_BAD)
		return throw_error(env, SLI_EINVAL, "outcome",
		    "outcome is %d; accepted: GOOD or BAD", (int)outcome);
	status = sli_window_quantile(o->it, now, window, outcome, q, &ns);
	if (status == SLI_ENODATA)
		return NULL;
	if (status == SLI_ERANGE)
		return throw_error(env, status, "window",
		    "window is longer than the latency history reaches; "
		    "accepted: shorter, or a longer `latency` of the registry");
	if (status != SLI_OK)
		return throw_error(env, status, "window",
		    "window is 0; accepted: a length of time above 0");
	return number_of(env, ms_of(ns));
}

/* depends(indicator, on) */
static napi_value
indicator_depends(napi_env env, napi_callback_info info)
{
	struct sli_error err = { 0 };
	struct object *o, *on;
	struct call c;
	int status;

	if (!call_begin(&c, env, info) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL ||
	    (on = call_object(&c, 1, INDICATOR)) == NULL)
		return NULL;
	status = sli_depends(o->it, on->it, &err);
	return status == SLI_OK ? NULL : throw_status(env, status, &err);
}

const struct function indicator_functions[] = {
	{ "indicator", indicator_register },
	{ "indicatorName", indicator_name },
	{ "cells", indicator_cells },
	{ "record", indicator_record },
	{ "exemplar", indicator_exemplar },
	{ "count", indicator_count },
	{ "flight", indicator_flight },
	{ "window", indicator_window },
	{ "totals", indicator_totals },
	{ "quantile", indicator_quantile },
	{ "depends", indicator_depends },
	{ NULL, NULL },
};
