/* SPDX-License-Identifier: MIT */
/*
 * What an SLO counts, and over which period: time slices and calendars of a
 * configuration, and of a spec.
 */
#include <string.h>

#include "base/status.h"
#include "slo/config.h"

#define DEFAULT_PERIOD_NS SLI_DAYS(30)
#define DEFAULT_SLICE_NS SLI_MINUTES(1)
#define SLICE_NS_MAX SLI_DAYS(1)

/* A field that would be ignored is a mistake. */
static int
refuse_unused(const char *field, uint64_t value, const char *goes_with,
    struct sli_error *err)
{
	if (value == 0)
		return SLI_OK;
	return sli__fail(err, SLI_EINVAL,
	    "%s %u has no effect; accepted: 0, or together with %s", field,
	    value, goes_with);
}

/* ---- slices ---- */

static int
check_no_slices(const struct sli_slo_config *cfg, struct sli_error *err)
{
	static const char *const methods = "a method of slices";
	int status = refuse_unused("slice_ns", cfg->slice_ns, methods, err);

	if (status == SLI_OK)
		status = refuse_unused("slice_min_events",
		    cfg->slice_min_events, methods, err);
	if (status == SLI_OK && cfg->slice_objective != 0.0)
		status = sli__fail(err, SLI_EINVAL,
		    "slice_objective %g has no effect; accepted: 0, or "
		    "together with SLI_TIMESLICES",
		    cfg->slice_objective);
	return status;
}

static int
find_slice_objective(const struct sli_slo_config *cfg,
    struct sli__slo_spec *spec, struct sli_error *err)
{
	double ratio = cfg->slice_objective;

	if (cfg->method == SLI_RATIO_TIMESLICES && ratio != 0.0)
		return sli__fail(err, SLI_EINVAL,
		    "slice_objective %g has no effect: with "
		    "SLI_RATIO_TIMESLICES a slice counts by its share; "
		    "accepted: 0, or together with SLI_TIMESLICES",
		    ratio);
	if (cfg->method == SLI_RATIO_TIMESLICES)
		return SLI_OK;
	spec->slice_objective_ppb = spec->objective_ppb;
	if (ratio == 0.0)
		return SLI_OK;
	/* Written so that a NaN fails too. */
	if (!(ratio > 0.0 && ratio <= 1.0) || ratio * (double)PPB < 0.5)
		return sli__fail(err, SLI_ERANGE,
		    "slice_objective %g is out of range; accepted: a ratio "
		    "from 1e-9 to 1, or 0 for the objective",
		    ratio);
	spec->slice_objective_ppb = (uint64_t)(ratio * (double)PPB + 0.5);
	return SLI_OK;
}

static int
find_slices(const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli_error *err)
{
	if ((unsigned int)cfg->method > SLI_RATIO_TIMESLICES)
		return sli__fail(err, SLI_EINVAL,
		    "method %u is not known; accepted: SLI_OCCURRENCES, "
		    "SLI_TIMESLICES, SLI_RATIO_TIMESLICES",
		    (uint64_t)cfg->method);
	spec->method = (uint32_t)cfg->method;
	if (cfg->method == SLI_OCCURRENCES)
		return check_no_slices(cfg, err);
	spec->slice_ns = cfg->slice_ns > 0 ? cfg->slice_ns : DEFAULT_SLICE_NS;
	spec->slice_min_events = max_u64(cfg->slice_min_events, 1);
	return find_slice_objective(cfg, spec, err);
}

static int
check_slice_ns(const struct sli_indicator *ind, uint64_t slice_ns,
    struct sli_error *err)
{
	uint64_t slot = ind->slot_ns;
	uint64_t first = ind->registry->arena.geometry.history[0].slot_ns;

	if (slice_ns > 0 && slice_ns <= SLICE_NS_MAX && slice_ns % slot == 0 &&
	    slice_ns % first == 0)
		return SLI_OK;
	return sli__fail(err, SLI_ERANGE,
	    "slice_ns %u is not valid; accepted: up to 1 d, in whole slots of "
	    "the indicator, of %u, and of the registry's history[0], of %u",
	    slice_ns, slot, first);
}

/* ---- periods ---- */

static int
check_no_calendar(const struct sli_slo_config *cfg, struct sli_error *err)
{
	static const char *const calendar = "a calendar";
	int status = refuse_unused("calendar_count", cfg->calendar_count,
	    calendar, err);

	if (status == SLI_OK)
		status = refuse_unused("week_start", cfg->week_start,
		    "SLI_WEEK", err);
	if (status == SLI_OK)
		status = refuse_unused("calendar_start_ns",
		    cfg->calendar_start_ns, calendar, err);
	if (status == SLI_OK && sli__zone_plain_name(cfg->time_zone)[0] != '\0')
		status = sli__fail(err, SLI_EINVAL,
		    "time_zone \"%s\" has no effect; accepted: none, or "
		    "together with a calendar",
		    cfg->time_zone);
	return status;
}

/* What alerts are derived from. */
static uint64_t
nominal_ns(const struct sli__calendar *calendar)
{
	static const uint32_t days[] = {
		[SLI_DAY] = 1,
		[SLI_WEEK] = 7,
		[SLI_MONTH] = 30,
		[SLI_QUARTER] = 90,
		[SLI_YEAR] = 365,
	};

	return SLI_DAYS(days[calendar->unit]) * calendar->count;
}

/* The registry's rules, if it has the zone; else the system's. */
static int
find_zone(struct sli_registry *reg, const char *name, struct sli__zone *zone,
    struct sli_error *err)
{
	const struct sli__zone *there;

	sli__zones_wait(reg);
	there = sli__zones_at(reg, sli__zone_plain_name(name));
	if (there == NULL)
		return sli__zone_load(name, zone, err);
	memcpy(zone, there, sizeof(*zone));
	return SLI_OK;
}

static int
find_period(struct sli_registry *reg, const struct sli_slo_config *cfg,
    struct sli__slo_spec *spec, struct sli__zone *zone, struct sli_error *err)
{
	const char *name = sli__zone_plain_name(cfg->time_zone);
	struct sli__calendar_config calendar = { cfg->calendar,
		cfg->calendar_count, cfg->week_start, cfg->calendar_start_ns };
	int status;

	spec->period_ns = cfg->period_ns > 0 ? cfg->period_ns :
					       DEFAULT_PERIOD_NS;
	if (cfg->calendar == SLI_ROLLING)
		return check_no_calendar(cfg, err);
	status = refuse_unused("period_ns", cfg->period_ns, "SLI_ROLLING", err);
	if (status == SLI_OK)
		status = find_zone(reg, name, zone, err);
	if (status == SLI_OK)
		status = sli__calendar_make(&calendar, zone, &spec->calendar,
		    err);
	if (status != SLI_OK)
		return status;
	spec->period_ns = nominal_ns(&spec->calendar);
	spec->week_start = cfg->week_start;
	if (cfg->calendar == SLI_WEEK && cfg->calendar_start_ns == 0)
		spec->week_start = cfg->week_start > 0 ? cfg->week_start : 1;
	spec->calendar_start_ns = cfg->calendar_start_ns;
	/* The name of a zone that was found fits. */
	memcpy(spec->time_zone, name, strlen(name));
	return SLI_OK;
}

int
sli__slo_check_method(const struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli__zone *zone, struct sli_error *err)
{
	int status = find_slices(cfg, spec, err);

	return status == SLI_OK ?
	    find_period(ind->registry, cfg, spec, zone, err) :
	    status;
}

/* What a counter of slices reaches, it being in slots of history[0]. */
static uint64_t
reach_ns(const struct sli_indicator *ind, bool has_slices)
{
	const struct sli__history *h = &ind->counts;
	uint64_t reach = sli__history_reach_ns(h);

	if (has_slices && h->levels == 1)
		reach = ind->registry->arena.geometry.history[0].slot_ns *
		    (h->level[0].slots - 1);
	return reach;
}

static int
check_rolling(const struct sli_indicator *ind, const struct sli__slo_spec *spec,
    struct sli_error *err)
{
	bool has_slices = sli__slo_has_slices(spec);
	uint64_t least = has_slices ? spec->slice_ns : ind->slot_ns;
	uint64_t reach = reach_ns(ind, has_slices);

	if (spec->period_ns >= least && spec->period_ns <= reach)
		return SLI_OK;
	return sli__fail(err, SLI_ERANGE,
	    "period_ns %u (%t) is out of range; accepted: from one %s, %u "
	    "(%t), to what its history reaches, %u (%t); more slots in the "
	    "last level of history[] reach further",
	    spec->period_ns, spec->period_ns,
	    has_slices ? "slice" : "slot of the indicator", least, least, reach,
	    reach);
}

int
sli__slo_check_period(const struct sli_indicator *ind,
    const struct sli__slo_spec *spec, struct sli_error *err)
{
	int status = SLI_OK;

	if (sli__slo_has_slices(spec))
		status = check_slice_ns(ind, spec->slice_ns, err);
	if (status == SLI_OK && !sli__slo_is_calendar(spec))
		status = check_rolling(ind, spec, err);
	return status;
}

/* ---- what a file says ---- */

static bool
is_sound(const struct sli__slo_spec *spec)
{
	if (spec->method > SLI_RATIO_TIMESLICES || spec->week_start > 7 ||
	    memchr(spec->time_zone, '\0', sizeof(spec->time_zone)) == NULL)
		return false;
	if (spec->method == SLI_OCCURRENCES) {
		if (spec->slice_ns != 0)
			return false;
	} else if (spec->slice_min_events == 0 ||
	    spec->slice_objective_ppb > PPB ||
	    (spec->slice_objective_ppb > 0) !=
		(spec->method == SLI_TIMESLICES)) {
		return false;
	}
	if (!sli__slo_is_calendar(spec))
		return spec->time_zone[0] == '\0';
	return sli__calendar_check(&spec->calendar, NULL) == SLI_OK &&
	    spec->period_ns == nominal_ns(&spec->calendar);
}

int
sli__slo_spec_check_method(struct sli_registry *reg,
    const struct sli__slo_spec *spec, struct sli_error *err)
{
	if (!is_sound(spec))
		return sli__fail(err, SLI_ECORRUPT,
		    "the method or period of SLO \"%s\" is damaged",
		    spec->name);
	if (sli__slo_is_calendar(spec) &&
	    sli__zones_at(reg, spec->time_zone) == NULL)
		return sli__fail(err, SLI_ECORRUPT,
		    "time zone \"%s\" of SLO \"%s\" is damaged or not there",
		    spec->time_zone, spec->name);
	return SLI_OK;
}
