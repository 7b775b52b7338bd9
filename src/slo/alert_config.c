/* SPDX-License-Identifier: MIT */
/*
 * Alerts of an SLO's own: whether they make sense, with the arithmetic.
 */
#include <string.h>

#include "base/arith.h"
#include "base/status.h"
#include "slo/alert.h"

static double
ratio_of(uint64_t budget_ppb)
{
	return (double)budget_ppb / (double)PPB;
}

/* A message has the windows as they were given. */
static int
check_windows(const struct sli__alert_bounds *b, uint64_t i,
    const struct sli__alert_spec *spec, uint64_t long_ns, uint64_t short_ns,
    struct sli_error *err)
{
	if (spec->long_ns < 2 * b->slot_ns || spec->long_ns > b->reach_ns)
		return sli__fail(err, SLI_ERANGE,
		    "alerts[%u].long_ns %u is out of range; accepted: two "
		    "slots, %u, to what the history reaches, %u",
		    i, long_ns, 2 * b->slot_ns, b->reach_ns);
	if (spec->short_ns < b->slot_ns || spec->short_ns > spec->long_ns)
		return sli__fail(err, SLI_ERANGE,
		    "alerts[%u].short_ns %u is out of range; accepted: one "
		    "slot, %u, to the long window, %u, or 0 for a twelfth of "
		    "that",
		    i, short_ns, b->slot_ns, spec->long_ns);
	if (spec->after_ns > b->reach_ns)
		return sli__fail(err, SLI_ERANGE,
		    "alerts[%u].after_ns %u is out of range; accepted: 0 to "
		    "what the history reaches, %u",
		    i, spec->after_ns, b->reach_ns);
	return SLI_OK;
}

/* The first factor, in parts per million, that can never be exceeded. */
static uint64_t
factor_limit(uint64_t budget_ppb)
{
	return (PPM * PPB - 1) / budget_ppb + 1;
}

/* Factors are told as shares of the budget, too: either may be given. */
static int
check_factor(const struct sli__alert_bounds *b, uint64_t i, uint64_t long_ns,
    double factor, struct sli_error *err)
{
	double budget = ratio_of(b->budget_ppb);
	double share = (double)long_ns / (double)b->period_ns;

	/* As it will be rounded; written so that a NaN of a file fails too. */
	if (!(factor * (double)PPM + 0.5 >= (double)PPM))
		return sli__fail(err, SLI_ERANGE,
		    "alerts[%u] would fire at an error ratio of %g, which is "
		    "%g times the budget of %g: for ever, though the objective "
		    "is met; accepted: a factor from 1, a budget_share from %g",
		    i, factor * budget, factor, budget, share);
	if (!(factor * (double)PPM + 0.5 < (double)factor_limit(b->budget_ppb)))
		return sli__fail(err, SLI_ERANGE,
		    "alerts[%u] can never fire: %g times the budget of %g is "
		    "an error ratio of %g, and it has to be exceeded; "
		    "accepted: a factor below %g, a budget_share below %g, or "
		    "an objective above %g",
		    i, factor, budget, factor * budget, 1.0 / budget,
		    share < budget ? share / budget : 1.0, 1.0 - 1.0 / factor);
	return SLI_OK;
}

/* One of factor and budget_share is given. */
static int
find_factor(const struct sli__alert_bounds *b, uint64_t i,
    const struct sli_alert_config *cfg, uint64_t long_ns, double *factor,
    struct sli_error *err)
{
	*factor = cfg->factor;
	if ((cfg->factor != 0.0) == (cfg->budget_share != 0.0))
		return sli__fail(err, SLI_EINVAL,
		    "alerts[%u] has factor %g and budget_share %g; accepted: "
		    "one of the two, the other 0",
		    i, cfg->factor, cfg->budget_share);
	if (cfg->factor != cfg->factor)
		return sli__fail(err, SLI_ERANGE,
		    "alerts[%u].factor %g is not a number; accepted: 1 to %g",
		    i, cfg->factor, 1.0 / ratio_of(b->budget_ppb));
	if (cfg->factor != 0.0)
		return SLI_OK;
	if (!(cfg->budget_share > 0.0 && cfg->budget_share <= 1.0))
		return sli__fail(err, SLI_ERANGE,
		    "alerts[%u].budget_share %g is out of range; accepted: "
		    "above 0, up to 1, such as 0.02 (not a percentage)",
		    i, cfg->budget_share);
	*factor = cfg->budget_share * (double)b->period_ns / (double)long_ns;
	return SLI_OK;
}

static int
check_kind(uint64_t i, uint64_t severity, uint64_t reserved,
    struct sli_error *err)
{
	if (severity > SLI_TICKET)
		return sli__fail(err, SLI_EINVAL,
		    "alerts[%u].severity %u is not valid; accepted: SLI_PAGE, "
		    "SLI_TICKET",
		    i, severity);
	if (reserved != 0)
		return sli__fail(err, SLI_EINVAL,
		    "alerts[%u].reserved %u is not valid; accepted: 0", i,
		    reserved);
	return SLI_OK;
}

int
sli__alert_check(const struct sli__alert_bounds *b, uint64_t i,
    const struct sli_alert_config *cfg, struct sli__alert_spec *out,
    struct sli_error *err)
{
	struct sli__alert_spec spec;
	double factor = 0;
	int status = check_kind(i, (uint64_t)cfg->severity, cfg->reserved, err);

	memset(&spec, 0, sizeof(spec));
	spec.severity = (uint32_t)cfg->severity;
	spec.long_ns = sli__alert_window(cfg->long_ns, b->slot_ns);
	spec.short_ns = cfg->short_ns > 0 ?
	    sli__alert_window(cfg->short_ns, b->slot_ns) :
	    sli__alert_short_window(spec.long_ns, b->slot_ns);
	spec.min_events = cfg->min_events;
	spec.min_bad = cfg->min_bad;
	spec.after_ns = cfg->after_ns;
	if (status == SLI_OK)
		status = check_windows(b, i, &spec, cfg->long_ns, cfg->short_ns,
		    err);
	if (status == SLI_OK)
		status = find_factor(b, i, cfg, spec.long_ns, &factor, err);
	if (status == SLI_OK)
		status = check_factor(b, i, spec.long_ns, factor, err);
	if (status != SLI_OK)
		return status;
	spec.factor_ppm = (uint64_t)(factor * (double)PPM + 0.5);
	*out = spec;
	return SLI_OK;
}

int
sli__alert_spec_check(const struct sli__alert_bounds *b, uint64_t i,
    const struct sli__alert_spec *spec, struct sli_error *err)
{
	int status = check_kind(i, spec->severity, spec->reserved, err);

	if (status == SLI_OK)
		status = check_windows(b, i, spec, spec->long_ns,
		    spec->short_ns, err);
	if (status == SLI_OK)
		status = check_factor(b, i, spec->long_ns,
		    (double)spec->factor_ppm / (double)PPM, err);
	return status;
}

struct sli_alert_config
sli__alert_spec_config(const struct sli__alert_spec *spec)
{
	struct sli_alert_config cfg;

	memset(&cfg, 0, sizeof(cfg));
	cfg.severity = (enum sli_severity)spec->severity;
	cfg.long_ns = spec->long_ns;
	cfg.short_ns = spec->short_ns;
	cfg.factor = (double)spec->factor_ppm / (double)PPM;
	cfg.min_events = spec->min_events;
	cfg.min_bad = spec->min_bad;
	cfg.after_ns = spec->after_ns;
	return cfg;
}
