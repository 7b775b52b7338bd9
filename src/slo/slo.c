/* SPDX-License-Identifier: MIT */
/*
 * Registration of SLOs: check what the user gave, find it or make it.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "base/status.h"
#include "base/text.h"
#include "slo/slo.h"

#define DEFAULT_PERIOD_NS SLI_DAYS(30)
#define DEFAULT_ADMIT_MIN_EVENTS 20
#define KNOWN_FLAGS                                                            \
	(SLI_SLO_SHED_IS_BAD | SLI_SLO_NO_ALERTS | SLI_SLO_ALERT_BY_RATIO)

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
	for (k = 0; k < ind->entry->threshold_count; k++) {
		if (ind->entry->threshold_ns[k] != threshold_ns)
			continue;
		*slow_from = k + 1;
		return SLI_OK;
	}
	return sli__fail(err, SLI_EINVAL,
	    "threshold_ns %u is none of the %u thresholds of indicator \"%s\"; "
	    "accepted: one of them, or 0 for availability only",
	    threshold_ns, (uint64_t)ind->entry->threshold_count,
	    ind->entry->name);
}

/* cfg with its defaults filled in, as an entry. */
static int
check_config(const struct sli_indicator *ind, const struct sli_slo_config *cfg,
    struct sli__slo_entry *e, struct sli_error *err)
{
	uint32_t slow_from;
	int status;

	if (cfg->name == NULL || !sli__is_slo_name(cfg->name, SLI_NAME_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "name \"%s\" is not valid; accepted: "
		    "[A-Za-z0-9_][A-Za-z0-9_.:-]*, up to %u bytes",
		    cfg->name, (uint64_t)SLI_NAME_MAX);
	if (cfg->method != SLI_OCCURRENCES)
		return sli__fail(err, SLI_EINVAL,
		    "method %u is not supported; accepted: SLI_OCCURRENCES, 0",
		    (uint64_t)cfg->method);
	if ((cfg->flags & ~KNOWN_FLAGS) != 0)
		return sli__fail(err, SLI_EINVAL,
		    "flags %u has unknown bits; accepted: SLI_SLO_* flags, of "
		    "the bits in %u",
		    (uint64_t)cfg->flags, (uint64_t)KNOWN_FLAGS);
	memset(e, 0, sizeof(*e));
	memcpy(e->name, cfg->name, strlen(cfg->name));
	e->indicator_index = (uint32_t)(ind - ind->registry->indicators);
	e->flags = cfg->flags;
	e->period_ns = cfg->period_ns > 0 ? cfg->period_ns : DEFAULT_PERIOD_NS;
	e->threshold_ns = cfg->threshold_ns;
	e->alert_min_events = cfg->alert_min_events;
	e->alert_min_bad = cfg->alert_min_bad;
	e->admit_min_events = cfg->admit_min_events > 0 ?
	    cfg->admit_min_events :
	    DEFAULT_ADMIT_MIN_EVENTS;
	status = check_objective(cfg->objective, &e->objective_ppb, err);
	if (status == SLI_OK)
		status = check_period(ind, e->period_ns, err);
	if (status == SLI_OK)
		status = find_threshold(ind, e->threshold_ns, &slow_from, err);
	return status;
}

/* The field in which two entries of a name differ; NULL: none. */
static const char *
difference(const struct sli__slo_entry *a, const struct sli__slo_entry *b)
{
	if (a->indicator_index != b->indicator_index)
		return "indicator";
	if (a->objective_ppb != b->objective_ppb)
		return "objective";
	if (a->period_ns != b->period_ns)
		return "period_ns";
	if (a->threshold_ns != b->threshold_ns)
		return "threshold_ns";
	if (a->flags != b->flags)
		return "flags";
	if (a->alert_min_events != b->alert_min_events)
		return "alert_min_events";
	if (a->alert_min_bad != b->alert_min_bad)
		return "alert_min_bad";
	if (a->admit_min_events != b->admit_min_events)
		return "admit_min_events";
	return NULL;
}

/*
 * Put an SLO on its indicator's list, unless it is there: its first maker may
 * have died before it did.
 */
static void
link_slo(struct sli_slo *slo)
{
	struct sli_registry *reg = slo->ind->registry;
	uint64_t index = (uint64_t)(slo - reg->slos) + 1, at;

	for (at = slo->ind->first_slo; at != 0; at = reg->slos[at - 1].next)
		if (at == index)
			return;
	slo->next = slo->ind->first_slo;
	/* Pairs with the acquire in sli__slo_on_slot(). */
	store_release(&slo->ind->first_slo, index);
}

/* Make this process's handle to an entry. */
static void
map_slo(struct sli_indicator *ind, struct sli_slo *slo,
    struct sli__slo_entry *e)
{
	slo->state = &e->state;
	slo->ind = ind;
	slo->entry = e;
	slo->budget_ppb = PPB - e->objective_ppb;
	find_threshold(ind, e->threshold_ns, &slo->slow_from, NULL);
	slo->alert_count = e->flags & SLI_SLO_NO_ALERTS ? 0 : SLI__ALERTS;
	sli__alert_rules(e->period_ns, ind->slot_ns, slo->budget_ppb,
	    e->alert_min_events, e->alert_min_bad, slo->alert);
}

static int
find_or_add(struct sli_indicator *ind, const struct sli__slo_entry *wanted,
    struct sli_slo **out, struct sli_error *err)
{
	struct sli_registry *reg = ind->registry;
	struct sli__block *block = reg->block;
	uint64_t i, count = block->slo_count;
	struct sli__slo_entry *e;
	const char *field;

	for (i = 0; i < count; i++) {
		if (strcmp(reg->slos[i].entry->name, wanted->name) != 0)
			continue;
		field = difference(reg->slos[i].entry, wanted);
		if (field != NULL)
			return sli__fail(err, SLI_EEXIST,
			    "name \"%s\" is taken, on indicator \"%s\", with "
			    "another %s; accepted: the same configuration, or "
			    "another name",
			    wanted->name, reg->slos[i].ind->entry->name, field);
		link_slo(&reg->slos[i]);
		*out = &reg->slos[i];
		return SLI_OK;
	}
	if (count == block->max_slos)
		return sli__fail(err, SLI_ENOSPC,
		    "the registry is full: it has max_slos %u",
		    (uint64_t)block->max_slos);
	e = (struct sli__slo_entry *)sli__at(block, block->slos_offset) + count;
	memcpy(e, wanted, sizeof(*e));
	map_slo(ind, &reg->slos[count], e);
	*out = &reg->slos[count];
	/* Pairs with the acquire in sli_flush(). */
	store_release(&block->slo_count, count + 1);
	link_slo(*out);
	return SLI_OK;
}

int
sli_slo_register(struct sli_indicator *ind, const struct sli_slo_config *config,
    struct sli_slo **out, struct sli_error *err)
{
	struct sli__slo_entry wanted;
	struct sli_slo_config cfg;
	int status;

	if (ind == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    ind == NULL ? "indicator" : "out");
	status = sli__config_copy(&cfg, sizeof(cfg), config, "sli_slo_config",
	    err);
	if (status == SLI_OK)
		status = check_config(ind, &cfg, &wanted, err);
	if (status == SLI_OK)
		status = sli__lock(ind->registry->block, err);
	if (status != SLI_OK)
		return status;
	status = find_or_add(ind, &wanted, out, err);
	sli__unlock(ind->registry->block);
	return status;
}

const char *
sli_slo_name(const struct sli_slo *slo)
{
	return slo == NULL ? "" : slo->entry->name;
}
