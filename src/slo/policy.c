/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/status.h"
#include "slo/policy.h"

#define DEFAULT_OUTAGE_PPM (PPM / 2)
#define DEFAULT_OUTAGE_EVENTS 10
#define OUTAGE_EVENTS_MIN 5

static struct sli__alert_bounds
alert_bounds(const struct sli_indicator *ind, const struct sli__slo_spec *spec)
{
	struct sli__alert_bounds b;

	b.period_ns = spec->period_ns;
	b.slot_ns = sli__slo_slot_ns(ind, spec);
	b.reach_ns = sli__history_reach_ns(&ind->counts);
	b.budget_ppb = PPB - spec->objective_ppb;
	return b;
}

static int
check_alert_count(uint64_t count, const void *alerts, uint32_t flags,
    struct sli_error *err)
{
	const uint32_t fewer = SLI_SLO_NO_ALERTS | SLI_SLO_NO_PAGES |
	    SLI_SLO_NO_TICKETS;

	if (count > SLI_ALERTS_MAX || (count > 0) != (alerts != NULL))
		return sli__fail(err, SLI_EINVAL,
		    "alert_count %u is not valid with %s; accepted: 1 to %u "
		    "with alerts, or 0 with NULL for the default ones",
		    count, alerts == NULL ? "alerts NULL" : "alerts",
		    (uint64_t)SLI_ALERTS_MAX);
	if (count > 0 && (flags & fewer) != 0)
		return sli__fail(err, SLI_EINVAL,
		    "flags %u leave out default alerts, and alert_count is %u; "
		    "accepted: one of the two",
		    (uint64_t)flags, count);
	return SLI_OK;
}

static int
check_alerts(const struct sli_indicator *ind, const struct sli_slo_config *cfg,
    struct sli__slo_spec *spec, struct sli_error *err)
{
	struct sli__alert_bounds bounds = alert_bounds(ind, spec);
	int status = check_alert_count(cfg->alert_count, cfg->alerts,
	    cfg->flags, err);
	uint32_t i;

	for (i = 0; i < cfg->alert_count && status == SLI_OK; i++)
		status = sli__alert_check(&bounds, i, &cfg->alerts[i],
		    &spec->alert[i], err);
	spec->alert_count = cfg->alert_count;
	return status;
}

static int
check_outages(const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli_error *err)
{
	double ppm = cfg->outage_ratio * (double)PPM + 0.5;

	spec->outage_ratio_ppm = DEFAULT_OUTAGE_PPM;
	spec->outage_min_events = DEFAULT_OUTAGE_EVENTS;
	/* Written so that a NaN fails too. */
	if (cfg->outage_ratio != 0.0 && !(ppm >= 1.0 && ppm < (double)PPM))
		return sli__fail(err, SLI_ERANGE,
		    "outage_ratio %g is out of range; accepted: above 0 and "
		    "below 1, in steps of 1e-6, or 0 for the default 0.5",
		    cfg->outage_ratio);
	if (cfg->outage_min_events != 0 &&
	    (cfg->outage_min_events < OUTAGE_EVENTS_MIN ||
		cfg->outage_min_events > UINT32_MAX))
		return sli__fail(err, SLI_ERANGE,
		    "outage_min_events %u is out of range; accepted: %u to "
		    "2^32 - 1, or 0 for the default %u",
		    cfg->outage_min_events, (uint64_t)OUTAGE_EVENTS_MIN,
		    (uint64_t)DEFAULT_OUTAGE_EVENTS);
	if (cfg->outage_ratio != 0.0)
		spec->outage_ratio_ppm = (uint32_t)ppm;
	if (cfg->outage_min_events != 0)
		spec->outage_min_events = (uint32_t)cfg->outage_min_events;
	return SLI_OK;
}

int
sli__policy_check(const struct sli_indicator *ind,
    const struct sli_slo_config *cfg, struct sli__slo_spec *spec,
    struct sli_error *err)
{
	int status = check_outages(cfg, spec, err);

	return status == SLI_OK ? check_alerts(ind, cfg, spec, err) : status;
}

int
sli__policy_spec_check(const struct sli_indicator *ind,
    const struct sli__slo_spec *spec, struct sli_error *err)
{
	struct sli__alert_bounds bounds = alert_bounds(ind, spec);
	int status = check_alert_count(spec->alert_count,
	    spec->alert_count > 0 ? spec->alert : NULL, spec->flags, err);
	uint32_t i;

	for (i = 0; status == SLI_OK && i < spec->alert_count; i++)
		status = sli__alert_spec_check(&bounds, i, &spec->alert[i],
		    err);
	if (status == SLI_OK &&
	    (spec->outage_ratio_ppm == 0 || spec->outage_ratio_ppm >= PPM ||
		spec->outage_min_events < OUTAGE_EVENTS_MIN))
		status = sli__fail(err, SLI_ECORRUPT,
		    "SLO \"%s\" has outages of %u in a million of %u events",
		    spec->name, (uint64_t)spec->outage_ratio_ppm,
		    (uint64_t)spec->outage_min_events);
	return status;
}

/* A calendar period may be longer than history. */
static void
drop_beyond_reach(struct sli_slo *slo)
{
	uint64_t reach = sli__history_reach_ns(&slo->counted->counts);
	struct sli__alert_rule *rule;
	uint32_t i;

	for (i = 0; i < slo->alert_count; i++) {
		rule = &slo->alert[i];
		if (rule->long_ns > reach && rule->dropped.status == SLI_OK)
			sli__fail(&rule->dropped, SLI_ERANGE,
			    "dropped: the long window, %u ns, is longer than "
			    "history reaches, %u ns; more slots in the last "
			    "level of the registry's history[] would allow it",
			    rule->long_ns, reach);
	}
}

static uint32_t
map_defaults(struct sli_slo *slo, uint64_t min_events, uint64_t min_bad)
{
	const struct sli__slo_spec *spec = &slo->spec;
	struct sli__alert_rule rules[SLI__ALERTS];
	uint32_t i, count = 0, without = 0;

	if (spec->flags & SLI_SLO_NO_ALERTS)
		return 0;
	if (spec->flags & SLI_SLO_NO_PAGES)
		without |= 1u << SLI_PAGE;
	if (spec->flags & SLI_SLO_NO_TICKETS)
		without |= 1u << SLI_TICKET;
	sli__alert_rules(spec->period_ns, sli__slo_slot_ns(slo->ind, spec),
	    slo->budget_ppb, min_events, min_bad, rules);
	for (i = 0; i < SLI__ALERTS; i++)
		if (!(without >> rules[i].severity & 1))
			slo->alert[count++] = rules[i];
	return count;
}

/*
 * Of slices a window has few: one is enough for a ratio, and of those that are
 * bad by a share none is too few.
 */
void
sli__policy_map(struct sli_slo *slo)
{
	const struct sli__slo_spec *spec = &slo->spec;
	uint64_t min_events = spec->alert_min_events;
	uint64_t min_bad = spec->alert_min_bad;
	uint32_t i;

	if (sli__slo_has_slices(spec) && min_events == 0)
		min_events = slo->unit;
	if (spec->method == SLI_RATIO_TIMESLICES)
		min_bad = max_u64(min_bad, 1);
	for (i = 0; i < spec->alert_count; i++)
		sli__alert_rule_of(&spec->alert[i], slo->budget_ppb, min_events,
		    min_bad, &slo->alert[i]);
	slo->alert_count = spec->alert_count > 0 ?
	    spec->alert_count :
	    map_defaults(slo, min_events, min_bad);
	drop_beyond_reach(slo);
}
