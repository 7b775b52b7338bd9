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

#define DEFAULT_PERIOD_NS SLI_DAYS(30)
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

static int
check_period(const struct sli_indicator *ind, uint64_t period_ns,
    struct sli_error *err)
{
	uint64_t reach_ns = sli__history_reach_ns(&ind->counts);

	if (period_ns < ind->slot_ns || period_ns > reach_ns)
		return sli__fail(err, SLI_ERANGE,
		    "period_ns %u is out of range; accepted: from one slot of "
		    "the indicator, %u, to what its history reaches, %u",
		    period_ns, ind->slot_ns, reach_ns);
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
	int status = check_period(ind, spec->period_ns, err);

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
    struct sli_error *err)
{
	int status = check_name(cfg->name, err);

	if (status != SLI_OK)
		return status;
	if (cfg->method != SLI_OCCURRENCES)
		return sli__fail(err, SLI_EINVAL,
		    "method %u is not supported; accepted: SLI_OCCURRENCES, 0",
		    (uint64_t)cfg->method);
	status = check_flags(cfg->flags, err);
	if (status != SLI_OK)
		return status;
	memset(spec, 0, sizeof(*spec));
	memcpy(spec->name, cfg->name, strlen(cfg->name));
	spec->indicator_index = (uint32_t)(ind - ind->registry->indicators);
	spec->flags = cfg->flags;
	spec->period_ns = cfg->period_ns > 0 ? cfg->period_ns :
					       DEFAULT_PERIOD_NS;
	spec->threshold_ns = cfg->threshold_ns;
	spec->alert_min_events = cfg->alert_min_events;
	spec->alert_min_bad = cfg->alert_min_bad;
	spec->admit_min_events = cfg->admit_min_events > 0 ?
	    cfg->admit_min_events :
	    DEFAULT_ADMIT_MIN_EVENTS;
	status = check_objective(cfg->objective, &spec->objective_ppb, err);
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
		status = check_fit(ind, spec, err);
	return status == SLI_OK ? sli__policy_spec_check(ind, spec, err) :
				  status;
}

static void
map_slo(struct sli_slo *slo, struct sli_indicator *ind,
    struct sli__slo_entry *e)
{
	const struct sli__slo_spec *spec = &slo->spec;
	uint32_t slow_from;

	slo->state = &e->state;
	slo->ind = ind;
	slo->entry = e;
	slo->budget_ppb = PPB - spec->objective_ppb;
	find_threshold(ind, spec->threshold_ns, &slow_from, NULL);
	slo->slow_from = slow_from;
	sli__policy_map(slo);
}

/* The spec is copied before it is looked at (I10). */
static int
read_spec(struct sli_registry *reg, uint64_t index, uint64_t life,
    struct sli_indicator **ind, struct sli_error *err)
{
	struct sli__slo_spec *spec = &reg->slos[index].spec;

	memcpy(spec, &sli__slo_entry(reg, index)->spec, sizeof(*spec));
	if (sli__life_of(spec, sizeof(*spec)) != life)
		return sli__fail(err, SLI_ECORRUPT,
		    "the description of SLO %u is damaged", index);
	*ind = spec->indicator_index < reg->arena.geometry.max_indicators ?
	    sli__indicator_at(reg, spec->indicator_index) :
	    NULL;
	if (*ind == NULL)
		return sli__fail(err, SLI_ECORRUPT,
		    "the indicator of SLO %u, number %u, is not there", index,
		    (uint64_t)spec->indicator_index);
	return sli__slo_spec_check(*ind, spec, err);
}

bool
sli__slo_bind(struct sli_registry *reg, uint64_t index, struct sli_error *err)
{
	struct sli_slo *slo = &reg->slos[index];
	struct sli__slo_entry *e = sli__slo_entry(reg, index);
	uint64_t life = load_acquire(&e->life);
	struct sli_indicator *ind = NULL;
	int status;

	if (!sli__bind_begin(&slo->bound, life))
		return false;
	if (load_acquire(&slo->bound) == life)
		return true;
	status = read_spec(reg, index, life, &ind, err);
	if (status == SLI_OK && ind != NULL)
		map_slo(slo, ind, e);
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

struct sli_slo *
sli__slo_get(struct sli_registry *reg, uint64_t index)
{
	const uint64_t *bound = &reg->slos[index].bound;
	uint64_t before, its = sli__slo_entry(reg, index)->spec.indicator_index;
	struct sli_slo *slo = sli__slo_at(reg, index);

	/* Another thread may just be binding its indicator. */
	if (slo == NULL && its < reg->arena.geometry.max_indicators)
		sli__indicator_get(reg, its);
	for (;;) {
		before = load_acquire(bound);
		slo = sli__slo_at(reg, index);
		if (slo != NULL || !sli__bind_wait(bound, before))
			return slo;
	}
}
