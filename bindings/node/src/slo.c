/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "addon.h"
#include "fields.h"

static const char *const methods[] = { "occurrences", "timeslices",
	"ratio_timeslices", NULL };
static const char *const calendars[] = { "rolling", "day", "week", "month",
	"quarter", "year", NULL };
static const char *const criticalities[] = { "critical_plus", "critical",
	"sheddable_plus", "sheddable", NULL };
static const char *const severities[] = { "page", "ticket", NULL };
static const char *const states[] = { "ok", "firing", NULL };

#define CFG(field) offsetof(struct sli_slo_config, field)

static const struct field slo_fields[] = { { "name", TEXT, CFG(name), NULL, 0 },
	{ "objective", DOUBLE, CFG(objective), NULL, 0 },
	{ "period", MS, CFG(period_ns), NULL, 0 },
	{ "thresholdMs", MS, CFG(threshold_ns), NULL, 0 },
	{ "method", NAMED, CFG(method), methods, 0 },
	{ "slice", MS, CFG(slice_ns), NULL, 0 },
	{ "sliceObjective", DOUBLE, CFG(slice_objective), NULL, 0 },
	{ "sliceMinEvents", U64, CFG(slice_min_events), NULL, 0 },
	{ "calendar", NAMED, CFG(calendar), calendars, 0 },
	{ "calendarCount", U32, CFG(calendar_count), NULL, 0 },
	{ "weekStart", U32, CFG(week_start), NULL, 0 },
	{ "timeZone", TEXT, CFG(time_zone), NULL, 0 },
	{ "calendarStartMs", TIME, CFG(calendar_start_ns), NULL, 0 },
	{ "alerts", ALERTS, CFG(alerts), NULL, CFG(alert_count) },
	{ "alertMinEvents", U64, CFG(alert_min_events), NULL, 0 },
	{ "alertMinBad", U64, CFG(alert_min_bad), NULL, 0 },
	{ "alertByRatio", FLAG, CFG(flags), NULL, SLI_SLO_ALERT_BY_RATIO },
	{ "admitMinEvents", U64, CFG(admit_min_events), NULL, 0 },
	{ "shedIsBad", FLAG, CFG(flags), NULL, SLI_SLO_SHED_IS_BAD },
	{ "noAlerts", FLAG, CFG(flags), NULL, SLI_SLO_NO_ALERTS },
	{ "noPages", FLAG, CFG(flags), NULL, SLI_SLO_NO_PAGES },
	{ "noTickets", FLAG, CFG(flags), NULL, SLI_SLO_NO_TICKETS },
	{ "noOutages", FLAG, CFG(flags), NULL, SLI_SLO_NO_OUTAGES },
	{ "outageRatio", DOUBLE, CFG(outage_ratio), NULL, 0 },
	{ "outageMinEvents", U64, CFG(outage_min_events), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 } };

/* slo(indicator, config): its id */
static napi_value
slo_register(napi_env env, napi_callback_info info)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_error err = { 0 };
	struct sli_slo *slo;
	struct object *o;
	struct pool pool;
	struct call c;
	int status;

	pool.used = 0;
	if (!call_begin(&c, env, info) ||
	    !fields_read(env, c.arg[1], slo_fields, &pool, &cfg) ||
	    (o = call_object(&c, 0, INDICATOR)) == NULL)
		return NULL;
	status = sli_slo_register(o->it, &cfg, &slo, &err);
	if (status != SLI_OK)
		return throw_status(env, status, &err);
	return object_id(o->member, SLO, slo);
}

/* sloName(slo) */
static napi_value
slo_name(napi_env env, napi_callback_info info)
{
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) || (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	return text_of(env, sli_slo_name(o->it));
}

/* verdictCell(slo): the word that is 0 while all are admitted */
static napi_value
slo_verdict_cell(napi_env env, napi_callback_info info)
{
	napi_value buffer, out = NULL;
	struct object *o;
	struct call c;

	if (!call_begin(&c, env, info) || (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	if (napi_create_external_arraybuffer(env,
		(void *)(uintptr_t)sli_slo_verdict_cell(o->it), 8, NULL, NULL,
		&buffer) != napi_ok ||
	    napi_create_typedarray(env, napi_uint32_array, 2, buffer, 0,
		&out) != napi_ok)
		return throw_error(env, SLI_ENOMEM, NULL,
		    "this runtime has no external memory for libsli");
	return out;
}

/* budget(slo, nowMs): struct sli_budget, in the scratch */
static napi_value
slo_budget(napi_env env, napi_callback_info info)
{
	struct sli_budget b;
	struct object *o;
	struct call c;
	uint64_t now;
	double *out;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	sli_slo_budget(o->it, now, &b);
	out = c.isolate->scratch;
	out[0] = (double)b.good;
	out[1] = (double)b.bad;
	out[2] = (double)b.total;
	out[3] = b.sli;
	out[4] = b.objective;
	out[5] = b.remaining;
	out[6] = b.burn_rate_1h;
	out[7] = b.burn_rate_6h;
	out[8] = b.exhausted_in_ns == UINT64_MAX ? INFINITY :
						   ms_of(b.exhausted_in_ns);
	out[9] = b.has_data != 0;
	out[10] = b.page == SLI_ALERT_FIRING;
	out[11] = b.ticket == SLI_ALERT_FIRING;
	out[12] = ms_of(b.covered_ns);
	out[13] = ms_of(b.reset_ns);
	out[14] = ms_of(b.from_ns);
	out[15] = ms_of(b.to_ns);
	out[16] = (double)b.slices;
	out[17] = ms_of(b.excluded_ns);
	out[18] = (double)b.excluded;
	out[19] = (double)b.corrected_good;
	out[20] = (double)b.corrected_bad;
	return NULL;
}

/* burnRate(slo, window, nowMs): undefined without events */
static napi_value
slo_burn_rate(napi_env env, napi_callback_info info)
{
	uint64_t now, window;
	struct object *o;
	struct call c;
	double rate;
	int status;

	if (!call_begin(&c, env, info) ||
	    !call_duration(&c, 1, "window", &window) ||
	    !call_time(&c, 2, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	status = sli_slo_burn_rate(o->it, now, window, &rate);
	if (status == SLI_ENODATA)
		return NULL;
	if (status != SLI_OK)
		return throw_error(env, status, "window",
		    "window is 0; accepted: a length of time above 0");
	return number_of(env, rate);
}

/* FNV-1a (Fowler, Noll, Vo): sli_admit() mixes it. */
static uint64_t
hash_of(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) *
		    UINT64_C(0x100000001b3);
	return hash == 0 ? 1 : hash;
}

static bool
hash_text(const struct call *c, uint32_t i, uint64_t *out)
{
	char small[256], *text = small;
	size_t length;

	if (napi_get_value_string_utf8(c->env, c->arg[i], NULL, 0, &length) !=
	    napi_ok)
		return false;
	if (length >= sizeof(small) && (text = malloc(length + 1)) == NULL)
		return false;
	napi_get_value_string_utf8(c->env, c->arg[i], text, length + 1,
	    &length);
	*out = hash_of(text, length);
	if (text != small)
		free(text);
	return true;
}

/* A user's key: text, a number or a bigint; undefined or null: none. */
static bool
read_key(const struct call *c, uint32_t i, uint64_t *out)
{
	napi_valuetype type = napi_undefined;
	bool is_lossless;
	double number;

	napi_typeof(c->env, c->arg[i], &type);
	*out = 0;
	if (type == napi_undefined || type == napi_null)
		return true;
	if (type == napi_number) {
		number = call_double(c, i);
		*out = hash_of((const char *)&number, sizeof(number));
		return true;
	}
	if (type == napi_bigint)
		return napi_get_value_bigint_uint64(c->env, c->arg[i], out,
			   &is_lossless) == napi_ok;
	if (type == napi_string && hash_text(c, i, out))
		return true;
	throw_error(c->env, SLI_EINVAL, "key",
	    "key is no string, number or bigint; accepted: one of them, or "
	    "undefined for no user");
	return false;
}

/* criticality(text): its number, checked */
static napi_value
slo_criticality(napi_env env, napi_callback_info info)
{
	uint32_t criticality;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    !fields_named(env, c.arg[0], "criticality", criticalities,
		&criticality))
		return NULL;
	return number_of(env, criticality);
}

/* admit(slo, criticality, key, nowMs) */
static napi_value
slo_admit(napi_env env, napi_callback_info info)
{
	napi_value out = NULL;
	struct object *o;
	uint64_t key, now;
	struct call c;
	double criticality;

	if (!call_begin(&c, env, info))
		return NULL;
	criticality = call_double(&c, 1);
	if (!read_key(&c, 2, &key) || !call_time(&c, 3, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	napi_get_boolean(env,
	    sli_admit(o->it, now,
		criticality >= 0 && criticality < SLI_CRITICALITIES ?
		    (enum sli_criticality)criticality :
		    SLI_SHEDDABLE,
		key) != 0,
	    &out);
	return out;
}

static const struct field verdict_fields[] = {
	{ "critical_plus", DOUBLE,
	    offsetof(struct sli_verdict, shed_probability[0]), NULL, 0 },
	{ "critical", DOUBLE, offsetof(struct sli_verdict, shed_probability[1]),
	    NULL, 0 },
	{ "sheddable_plus", DOUBLE,
	    offsetof(struct sli_verdict, shed_probability[2]), NULL, 0 },
	{ "sheddable", DOUBLE,
	    offsetof(struct sli_verdict, shed_probability[3]), NULL, 0 },
	{ "atMs", TIME, offsetof(struct sli_verdict, at_ns), NULL, 0 },
	{ "isFresh", BOOL, offsetof(struct sli_verdict, fresh), NULL, 0 },
	{ NULL, OTHER, 0, NULL, 0 }
};

/* verdict(slo, nowMs) */
static napi_value
slo_verdict(napi_env env, napi_callback_info info)
{
	struct sli_verdict verdict;
	struct object *o;
	struct call c;
	uint64_t now;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	sli_slo_verdict(o->it, now, &verdict);
	return fields_write(env, verdict_fields, &verdict);
}

#define ALERT(field) offsetof(struct sli_alert, field)

static const struct field alert_fields[] = {
	{ "severity", NAMED, ALERT(severity), severities, 0 },
	{ "state", NAMED, ALERT(state), states, 0 },
	{ "longMs", MS, ALERT(long_ns), NULL, 0 },
	{ "shortMs", MS, ALERT(short_ns), NULL, 0 },
	{ "factor", DOUBLE, ALERT(factor), NULL, 0 },
	{ "longBurn", DOUBLE, ALERT(long_burn), NULL, 0 },
	{ "shortBurn", DOUBLE, ALERT(short_burn), NULL, 0 },
	{ "minEvents", U64, ALERT(min_events), NULL, 0 },
	{ "minBad", U64, ALERT(min_bad), NULL, 0 },
	{ "afterMs", MS, ALERT(after_ns), NULL, 0 },
	{ "pendingSinceMs", TIME, ALERT(pending_ns), NULL, 0 },
	{ "dropped", TEXT, ALERT(reason), NULL, 1 }, { NULL, OTHER, 0, NULL, 0 }
};

/* alerts(slo, nowMs) */
static napi_value
slo_alerts(napi_env env, napi_callback_info info)
{
	napi_value out = NULL;
	struct sli_alert alert;
	struct object *o;
	struct call c;
	uint64_t now;
	uint32_t i;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	napi_create_array(env, &out);
	for (i = 0; sli_slo_alert(o->it, now, i, &alert) == SLI_OK; i++)
		napi_set_element(env, out, i,
		    fields_write(env, alert_fields, &alert));
	return out;
}

#define OUTAGE(field) offsetof(struct sli_outage, field)

static const struct field outage_fields[] = { { "state", NAMED, OUTAGE(state),
						  states, 0 },
	{ "fromMs", TIME, OUTAGE(from_ns), NULL, 0 },
	{ "lengthMs", MS, OUTAGE(length_ns), NULL, 0 },
	{ "traffic", DOUBLE, OUTAGE(traffic), NULL, 0 },
	{ "resting", TEXT, OUTAGE(reason), NULL, 1 },
	{ NULL, OTHER, 0, NULL, 0 } };

/* outage(slo, nowMs) */
static napi_value
slo_outage(napi_env env, napi_callback_info info)
{
	struct sli_outage outage;
	struct object *o;
	struct call c;
	uint64_t now;

	if (!call_begin(&c, env, info) || !call_time(&c, 1, "nowMs", &now) ||
	    (o = call_object(&c, 0, SLO)) == NULL)
		return NULL;
	if (sli_slo_outage(o->it, now, &outage) != SLI_OK)
		return NULL;
	return fields_write(env, outage_fields, &outage);
}

const struct function slo_functions[] = {
	{ "slo", slo_register },
	{ "sloName", slo_name },
	{ "verdictCell", slo_verdict_cell },
	{ "budget", slo_budget },
	{ "burnRate", slo_burn_rate },
	{ "criticality", slo_criticality },
	{ "admit", slo_admit },
	{ "verdict", slo_verdict },
	{ "alerts", slo_alerts },
	{ "outage", slo_outage },
	{ NULL, NULL },
};
