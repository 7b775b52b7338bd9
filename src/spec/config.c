/* SPDX-License-Identifier: MIT */
/*
 * A definition as a configuration of the library; and what it cannot do yet.
 */
#include <string.h>

#include "spec/alerts.h"
#include "spec/format.h"
#include "spec/loader.h"

static bool
is_slo_name(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	static const char all[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-";

	return name[0] != '\0' && strchr(first, name[0]) != NULL &&
	    strlen(name) <= SLI_NAME_MAX && strspn(name, all) == strlen(name);
}

static bool
has_default_alerts(const struct sli_spec_slo *slo)
{
	struct sli_spec_alert alerts[SLI__SPEC_DEFAULT_ALERTS];
	const struct sli_spec_alert *alert;
	uint32_t i;

	if (slo->alert_count == 0)
		return true;
	if (slo->alert_count != SLI__SPEC_DEFAULT_ALERTS)
		return false;
	sli__spec_default_alerts(slo->period.rolling_ns, alerts);
	for (i = 0; i < SLI__SPEC_DEFAULT_ALERTS; i++) {
		alert = &slo->alerts[i];
		if (alert->severity != alerts[i].severity ||
		    alert->long_ns != alerts[i].long_ns ||
		    alert->short_ns != alerts[i].short_ns ||
		    alert->factor_ppm != alerts[i].factor_ppm ||
		    alert->after_ns != 0 || alert->at_factor)
			return false;
	}
	return true;
}

/* What is asked for that the core does not do; NULL: nothing. */
static const char *
refusal(const struct sli_spec_slo *slo, uint32_t flags)
{
	const uint32_t none = SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET;
	uint32_t off = slo->flags & none;

	if (!is_slo_name(slo->id))
		return "service and name make no name of an SLO; accepted: "
		       "letters, digits and _ . : -, the first a letter, digit "
		       "or _";
	if (slo->method != SLI_OCCURRENCES)
		return "time slices are not supported yet; accepted: "
		       "Occurrences";
	if (slo->period.unit != SLI_SPEC_ROLLING)
		return "calendar periods are not supported yet; accepted: a "
		       "rolling one";
	if (slo->indicator.kind == SLI_SPEC_RAW_GOOD ||
	    slo->indicator.kind == SLI_SPEC_RAW_BAD)
		return "the indicator is a ratio already, and events are "
		       "counted here; accepted: good or bad, and total";
	if (slo->indicator.kind == SLI_SPEC_BOOL_GAUGE)
		return "the indicator is a gauge, and events are counted here; "
		       "accepted: a ratio or a latency";
	if ((flags & SLI_SPEC_USE_DEFAULT_ALERTS) != 0 || off == none)
		return NULL;
	if (off != 0)
		return "pages or tickets alone are not supported yet; "
		       "accepted: both or none, or "
		       "SLI_SPEC_USE_DEFAULT_ALERTS";
	if (!has_default_alerts(slo))
		return "alert windows of its own are not supported yet; "
		       "accepted: the default pairs, or "
		       "SLI_SPEC_USE_DEFAULT_ALERTS";
	return NULL;
}

int
sli_spec_slo_config(const struct sli_spec_slo *slo, uint32_t flags,
    struct sli_slo_config *cfg, struct sli_error *err)
{
	const uint32_t none = SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET;
	struct sli_slo_config made = SLI_SLO_CONFIG_INIT;
	const char *why;

	if (slo == NULL || cfg == NULL ||
	    (flags & ~SLI_SPEC_USE_DEFAULT_ALERTS) != 0)
		return sli__spec_fail(err, SLI_EINVAL,
		    "slo or cfg is NULL, or flags 0x%x are unknown; accepted: "
		    "0 or SLI_SPEC_USE_DEFAULT_ALERTS",
		    flags);
	why = refusal(slo, flags);
	if (why != NULL)
		return sli__spec_fail(err, SLI_EINVAL, "%.100s:%u: %.64s: %s",
		    slo->file, slo->line, slo->id, why);
	made.name = slo->id;
	made.objective = (double)slo->objective_ppb / (double)SLI__SPEC_PPB;
	made.period_ns = slo->period.rolling_ns;
	made.threshold_ns = slo->indicator.kind == SLI_SPEC_LATENCY ?
	    slo->indicator.threshold_ns :
	    0;
	made.method = slo->method;
	if ((slo->flags & none) == none)
		made.flags |= SLI_SLO_NO_ALERTS;
	*cfg = made;
	return SLI_OK;
}

static void
warn_of_refusals(const struct sli_spec *spec, sli_spec_problem_fn *report,
    void *arg)
{
	struct sli__spec_loader loader;
	struct sli__spec_node node;
	struct sli__spec_at at;
	const char *why;
	uint32_t i;

	memset(&loader, 0, sizeof(loader));
	memset(&node, 0, sizeof(node));
	memset(&at, 0, sizeof(at));
	loader.report = report;
	loader.arg = arg;
	at.loader = &loader;
	at.node = &node;
	node.column = 1;
	for (i = 0; i < spec->count; i++) {
		why = refusal(spec->slos[i], 0);
		at.file = spec->slos[i]->file;
		node.line = spec->slos[i]->line;
		if (why != NULL)
			sli__spec_warn(&at,
			    "\"%.64s\" cannot be registered as it is: %s",
			    spec->slos[i]->id, why);
	}
}

int
sli_spec_validate(const char *const *paths, uint32_t path_count,
    const struct sli_spec_config *cfg, sli_spec_problem_fn *report, void *arg,
    struct sli_error *err)
{
	struct sli_spec *spec;
	int status = sli_spec_load(paths, path_count, cfg, report, arg, &spec,
	    err);

	if (status != SLI_OK)
		return status;
	warn_of_refusals(spec, report, arg);
	sli_spec_free(spec);
	return SLI_OK;
}
