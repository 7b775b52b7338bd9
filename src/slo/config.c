/* SPDX-License-Identifier: MIT */
/*
 * Checking what an SLO is to be, or is said to be in a file; and its handle.
 */
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "indicator/bind.h"
#include "slo/config.h"
#include "slo/policy.h"

#define DEFAULT_ADMIT_MIN_EVENTS 20
#define KNOWN_FLAGS                                                            \
	(SLI_SLO_SHED_IS_BAD | SLI_SLO_NO_ALERTS | SLI_SLO_ALERT_BY_RATIO |    \
	    SLI_SLO_NO_PAGES | SLI_SLO_NO_TICKETS | SLI_SLO_NO_OUTAGES)

static int
check_objective(double objective, uint64_t *ppb, struct sli_error *err)
{
	/* Written so that a NaN fails too. */
	if (!(objective > 0.0 && objective < 1.0))
		return sli__fail(err, SLI_ERANGE,
		    "objective %g is out of range; accepted: a ratio above 0 "
		    "and below 1, such as 0.999 (not a percentage)",
		    objective);
	*ppb = (uint64_t)(objective * (double)PPB + 0.5);
	if (*ppb == 0 || *ppb == PPB)
		return sli__fail(err, SLI_ERANGE,
		    "objective is within a billionth of %s; accepted: steps "
		    "of 1e-9 from 1e-9 to 1 - 1e-9",
		    *ppb == 0 ? "0" : "1");
	return SLI_OK;
}

/* Which events are slow enough to be bad: sli_slo.slow_from. */
static int
find_threshold(const struct sli_indicator *ind, uint64_t threshold_ns,
    uint32_t *slow_from, struct sli_error *err)
{
	uint32_t k;

	*slow_from = SLI_THRESHOLDS_MAX + 1;
	if (threshold_ns == 0)
		return SLI_OK;
	for (k = 0; k < ind->spec.threshold_count; k++) {
		if (ind->spec.threshold_ns[k] != threshold_ns)
			continue;
		*slow_from = k + 1;
		return SLI_OK;
	}
	return sli__fail(err, SLI_EINVAL,
	    "threshold_ns %u is none of the %u thresholds of indicator \"%s\"; "
	    "accepted: one of them, or 0 for availability only",
	    threshold_ns, (uint64_t)ind->spec.threshold_count, ind->spec.name);
}

/* Does the indicator have what the SLO needs? */
static int
check_fit(const struct sli_indicator *ind, const struct sli__slo_spec *spec,
    struct sli_error *err)
{
	uint32_t slow_from;
	int status = sli__slo_check_period(ind, spec, err);

	return status == SLI_OK ?
	    find_threshold(ind, spec->threshold_ns, &slow_from, err) :
	    status;
}

static int
check_name(const char *name, struct sli_error *err)
{
	if (name != NULL && sli__is_slo_name(name, SLI_NAME_MAX))
		return SLI_OK;
	return sli__fail(err, SLI_EINVAL,
	    "name \"%s\" is not valid; accepted: "
	    "[A-Za-z0-9_][A-Za-z0-9_.:-]*, up to %u bytes",
	    name, (uint64_t)SLI_NAME_MAX);
}

static int
check_flags(uint32_t flags, struct sli_error *err)
{
	if ((flags & ~KNOWN_FLAGS) == 0)
		return SLI_OK;
	return sli__fail(err, SLI_EINVAL,
	    "flags %u has unknown bits; accepted: SLI_SLO_* flags, of the bits "
	    "in %u",
	    (uint64_t)flags, (uint64_t)KNOWN_FLAGS);
}

int
sli__slo_check(const struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli__zone *zone, struct sli_error *err)
{
	int status = check_name(cfg->name, err);

	if (status != SLI_OK)
		return status;
	status = check_flags(cfg->flags, err);
	if (status != SLI_OK)
		return status;
	memset(spec, 0, sizeof(*spec));
	memcpy(spec->name, cfg->name, strlen(cfg->name));
	spec->indicator_index = (uint32_t)(ind - ind->registry->indicators);
	spec->flags = cfg->flags;
	spec->threshold_ns = cfg->threshold_ns;
	spec->alert_min_events = cfg->alert_min_events;
	spec->alert_min_bad = cfg->alert_min_bad;
	spec->admit_min_events = cfg->admit_min_events > 0 ?
	    cfg->admit_min_events :
	    DEFAULT_ADMIT_MIN_EVENTS;
	status = check_objective(cfg->objective, &spec->objective_ppb, err);
	if (status == SLI_OK)
		status = sli__slo_check_method(ind, cfg, spec, zone, err);
	if (status == SLI_OK)
		status = check_fit(ind, spec, err);
	return status == SLI_OK ? sli__policy_check(ind, cfg, spec, err) :
				  status;
}

int
sli__slo_spec_check(const struct sli_indicator *ind,
    const struct sli__slo_spec *spec, struct sli_error *err)
{
	int status;

	if (memchr(spec->name, '\0', sizeof(spec->name)) == NULL)
		return sli__fail(err, SLI_ECORRUPT,
		    "an SLO has no end to its name");
	if (spec->objective_ppb == 0 || spec->objective_ppb >= PPB)
		return sli__fail(err, SLI_ECORRUPT,
		    "SLO \"%s\" has an objective of %u parts per billion",
		    spec->name, spec->objective_ppb);
	status = check_name(spec->name, err);
	if (status == SLI_OK)
		status = check_flags(spec->flags, err);
	if (status == SLI_OK)
		status = sli__slo_spec_check_method(ind->registry, spec, err);
	if (status == SLI_OK)
		status = check_fit(ind, spec, err);
	return status == SLI_OK ? sli__policy_spec_check(ind, spec, err) :
				  status;
}

struct sli_slo_config
sli__slo_spec_config(const struct sli__slo_spec *spec,
    struct sli_alert_config alerts[SLI_ALERTS_MAX])
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	uint32_t i;

	cfg.name = spec->name;
	cfg.objective = (double)spec->objective_ppb / (double)PPB;
	cfg.threshold_ns = spec->threshold_ns;
	cfg.method = (enum sli_method)spec->method;
	cfg.flags = spec->flags;
	cfg.alert_min_events = spec->alert_min_events;
	cfg.alert_min_bad = spec->alert_min_bad;
	cfg.admit_min_events = spec->admit_min_events;
	for (i = 0; i < spec->alert_count; i++)
		alerts[i] = sli__alert_spec_config(&spec->alert[i]);
	cfg.alerts = spec->alert_count > 0 ? alerts : NULL;
	cfg.alert_count = spec->alert_count;
	cfg.outage_ratio = (double)spec->outage_ratio_ppm / (double)PPM;
	cfg.outage_min_events = spec->outage_min_events;
	cfg.slice_ns = spec->slice_ns;
	cfg.slice_objective = (double)spec->slice_objective_ppb / (double)PPB;
	cfg.slice_min_events = spec->slice_min_events;
	cfg.calendar = (enum sli_calendar)spec->calendar.unit;
	if (!sli__slo_is_calendar(spec)) {
		cfg.period_ns = spec->period_ns;
		return cfg;
	}
	cfg.calendar_count = spec->calendar.count;
	cfg.week_start = spec->week_start;
	cfg.calendar_start_ns = spec->calendar_start_ns;
	cfg.time_zone = spec->time_zone;
	return cfg;
}

static void
map_slo(struct sli_slo *slo, struct sli_indicator *ind,
    struct sli_indicator *counted, struct sli__slo_entry *e)
{
	const struct sli__slo_spec *spec = &slo->spec;
	uint32_t slow_from;

	slo->state = &e->state;
	slo->ind = ind;
	slo->counted = counted;
	slo->zone = sli__slo_is_calendar(spec) ?
	    sli__zones_at(ind->registry, spec->time_zone) :
	    NULL;
	slo->unit = spec->method == SLI_RATIO_TIMESLICES ? PPB : 1;
	slo->entry = e;
	slo->budget_ppb = PPB - spec->objective_ppb;
	find_threshold(ind, spec->threshold_ns, &slow_from, NULL);
	slo->slow_from = slow_from;
	sli__policy_map(slo);
}

static struct sli_indicator *
indicator_at(struct sli_registry *reg, uint64_t index)
{
	return index < reg->arena.geometry.max_indicators ?
	    sli__indicator_at(reg, index) :
	    NULL;
}

/* The indicator that the SLO's budget is of. */
static int
find_counted(struct sli_registry *reg, const struct sli__slo_spec *spec,
    struct sli_indicator *ind, struct sli_indicator **counted,
    struct sli_error *err)
{
	*counted = ind;
	if (!sli__slo_has_slices(spec))
		return SLI_OK;
	*counted = indicator_at(reg, spec->slices_index);
	if (*counted != NULL &&
	    sli__indicator_counts_slices(*counted, spec->name))
		return SLI_OK;
	return sli__fail(err, SLI_ECORRUPT,
	    "what counts the slices of SLO \"%s\", number %u, is not there",
	    spec->name, (uint64_t)spec->slices_index);
}

/* The spec is copied before it is looked at (I10). */
static int
read_spec(struct sli_registry *reg, uint64_t index, uint64_t life,
    struct sli_indicator **ind, struct sli_indicator **counted,
    struct sli_error *err)
{
	struct sli__slo_spec *spec = &reg->slos[index].spec;
	int status;

	memcpy(spec, &sli__slo_entry(reg, index)->spec, sizeof(*spec));
	if (sli__life_of(spec, sizeof(*spec)) != life)
		return sli__fail(err, SLI_ECORRUPT,
		    "the description of SLO %u is damaged", index);
	*ind = indicator_at(reg, spec->indicator_index);
	if (*ind == NULL || (*ind)->spec.kind != SLI__OF_USERS)
		return sli__fail(err, SLI_ECORRUPT,
		    "the indicator of SLO %u, number %u, is not there", index,
		    (uint64_t)spec->indicator_index);
	status = sli__slo_spec_check(*ind, spec, err);
	return status == SLI_OK ? find_counted(reg, spec, *ind, counted, err) :
				  status;
}

bool
sli__slo_bind(struct sli_registry *reg, uint64_t index, struct sli_error *err)
{
	struct sli_slo *slo = &reg->slos[index];
	struct sli__slo_entry *e = sli__slo_entry(reg, index);
	uint64_t life = load_acquire(&e->life);
	struct sli_indicator *ind = NULL, *counted = NULL;
	int status;

	if (!sli__bind_begin(&slo->bound, life))
		return false;
	if (load_acquire(&slo->bound) == life)
		return true;
	status = read_spec(reg, index, life, &ind, &counted, err);
	if (status == SLI_OK && ind != NULL)
		map_slo(slo, ind, counted, e);
	sli__bind_end(&slo->bound, status == SLI_OK ? life : 0);
	return status == SLI_OK;
}

struct sli_slo *
sli__slo_at(struct sli_registry *reg, uint64_t index)
{
	struct sli_slo *slo = &reg->slos[index];
	/* Pairs with the releases in registration, removal and binding. */
	uint64_t life = load_acquire(&sli__slo_entry(reg, index)->life);

	if (life < SLI__LIFE_ALIVE)
		return NULL;
	if (load_acquire(&slo->bound) != life &&
	    !sli__slo_bind(reg, index, NULL))
		return NULL;
	return slo;
}

/* Another thread may just be binding what it is made of. */
static void
wait_for_parts(struct sli_registry *reg, uint64_t index)
{
	const struct sli__slo_spec *spec = &sli__slo_entry(reg, index)->spec;
	const uint64_t parts[] = { spec->indicator_index, spec->slices_index };
	uint32_t i;

	for (i = 0; i < 2; i++)
		if (parts[i] < reg->arena.geometry.max_indicators)
			sli__indicator_get(reg, parts[i]);
	sli__zones_wait(reg);
}

struct sli_slo *
sli__slo_get(struct sli_registry *reg, uint64_t index)
{
	const uint64_t *bound = &reg->slos[index].bound;
	struct sli_slo *slo = sli__slo_at(reg, index);
	uint64_t before;

	if (slo == NULL &&
	    load_relaxed(&sli__slo_entry(reg, index)->life) >= SLI__LIFE_ALIVE)
		wait_for_parts(reg, index);
	for (;;) {
		before = load_acquire(bound);
		slo = sli__slo_at(reg, index);
		if (slo != NULL || !sli__bind_wait(bound, before))
			return slo;
	}
}
