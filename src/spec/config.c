/* SPDX-License-Identifier: MIT */
/*
 * A definition as a configuration of the library; and what it cannot do.
 */
#include <stdio.h>
#include <string.h>

#include "spec/alerts.h"
#include "spec/format.h"
#include "spec/loader.h"
#include "spec/number.h"

static bool
has_name_characters(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	static const char all[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-";

	return name[0] != '\0' && strchr(first, name[0]) != NULL &&
	    strspn(name, all) == strlen(name);
}

#define REFUSAL_BYTES 128

/* What is asked for that the core does not do; NULL: nothing. */
static const char *
refusal(const struct sli_spec_slo *slo, uint32_t flags,
    char text[REFUSAL_BYTES])
{
	if (strlen(slo->id) > SLI_NAME_MAX) {
		snprintf(text, REFUSAL_BYTES,
		    "the name that service and name make has %zu bytes; "
		    "accepted: up to %d",
		    strlen(slo->id), SLI_NAME_MAX);
		return text;
	}
	if (!has_name_characters(slo->id))
		return "service and name make no name of an SLO; accepted: "
		       "letters, digits and _ . : -, the first a letter, digit "
		       "or _";
	if (slo->indicator.kind == SLI_SPEC_RAW_GOOD ||
	    slo->indicator.kind == SLI_SPEC_RAW_BAD)
		return "the indicator is a ratio already, and events are "
		       "counted here; accepted: good or bad, and total";
	if (slo->indicator.kind == SLI_SPEC_BOOL_GAUGE)
		return "the indicator is a gauge, and events are counted here; "
		       "accepted: a ratio or a latency";
	if (slo->slice_ns > SLI__SPEC_DAY_NS)
		return "its time slices are longer than the library counts; "
		       "accepted: up to 1 d";
	if ((flags & SLI_SPEC_USE_DEFAULT_ALERTS) == 0 &&
	    slo->alert_config_count > SLI_ALERTS_MAX)
		return "it has more than 6 alerts; accepted: up to 6, or "
		       "SLI_SPEC_USE_DEFAULT_ALERTS";
	return NULL;
}

_Static_assert(SLI_ALERTS_MAX == 6, "refusal() tells the number");
_Static_assert(
    (int)SLI_SPEC_DAY == (int)SLI_DAY && (int)SLI_SPEC_YEAR == (int)SLI_YEAR,
    "the units are those of the library");

static void
set_alerts(const struct sli_spec_slo *slo, uint32_t flags,
    struct sli_slo_config *cfg)
{
	const uint32_t none = SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET;
	bool are_default = slo->alert_count == 0 ||
	    (flags & SLI_SPEC_USE_DEFAULT_ALERTS) != 0;

	if ((slo->flags & none) == none ||
	    (!are_default && slo->alert_config_count == 0))
		cfg->flags |= SLI_SLO_NO_ALERTS;
	else if (!are_default) {
		cfg->alerts = slo->alert_configs;
		cfg->alert_count = slo->alert_config_count;
	} else if ((slo->flags & SLI_SPEC_NO_PAGE) != 0)
		cfg->flags |= SLI_SLO_NO_PAGES;
	else if ((slo->flags & SLI_SPEC_NO_TICKET) != 0)
		cfg->flags |= SLI_SLO_NO_TICKETS;
}

static void
set_period(const struct sli_spec_period *period, struct sli_slo_config *cfg)
{
	cfg->period_ns = period->rolling_ns;
	if (period->unit == SLI_SPEC_ROLLING)
		return;
	cfg->calendar = (enum sli_calendar)period->unit;
	cfg->calendar_count = period->count;
	cfg->calendar_start_ns = period->start_ns;
	cfg->time_zone = period->time_zone;
}

static double
ratio_of(uint64_t ppb)
{
	return (double)ppb / (double)SLI__SPEC_PPB;
}

int
sli_spec_slo_config(const struct sli_spec_slo *slo, uint32_t flags,
    struct sli_slo_config *cfg, struct sli_error *err)
{
	struct sli_slo_config made = SLI_SLO_CONFIG_INIT;
	char text[REFUSAL_BYTES];
	const char *why;

	if (slo == NULL || cfg == NULL ||
	    (flags & ~SLI_SPEC_USE_DEFAULT_ALERTS) != 0)
		return sli__spec_fail(err, SLI_EINVAL,
		    "slo or cfg is NULL, or flags 0x%x are unknown; accepted: "
		    "0 or SLI_SPEC_USE_DEFAULT_ALERTS",
		    flags);
	why = refusal(slo, flags, text);
	if (why != NULL)
		return sli__spec_fail(err, SLI_EINVAL, "%.100s:%u: %.64s: %s",
		    slo->file, slo->line, slo->id, why);
	made.name = slo->id;
	made.objective = ratio_of(slo->objective_ppb);
	made.threshold_ns = slo->indicator.kind == SLI_SPEC_LATENCY ?
	    slo->indicator.threshold_ns :
	    0;
	made.method = slo->method;
	made.slice_ns = slo->slice_ns;
	made.slice_objective = ratio_of(slo->slice_objective_ppb);
	set_period(&slo->period, &made);
	set_alerts(slo, flags, &made);
	*cfg = made;
	return SLI_OK;
}

/* What history reaches as a registry has it by default. */
#define DEFAULT_REACH_NS (33 * SLI__SPEC_DAY_NS)

static bool
is_beyond_history(const struct sli_spec_slo *slo)
{
	uint32_t i;

	for (i = 0; i < slo->alert_config_count; i++) {
		if (slo->alert_configs[i].long_ns > DEFAULT_REACH_NS)
			return true;
	}
	return slo->period.rolling_ns > DEFAULT_REACH_NS;
}

static void
warn_of_limits(const struct sli__spec_at *at, const struct sli_spec_slo *slo)
{
	char text[REFUSAL_BYTES];
	const char *why = refusal(slo, 0, text);

	if (why != NULL)
		sli__spec_warn(at,
		    "\"%.64s\" cannot be registered as it is: %s", slo->id,
		    why);
	if (is_beyond_history(slo))
		sli__spec_warn(at,
		    "\"%.64s\" has a window or period longer than 33 d, which "
		    "a registry's history does not reach by default: its last "
		    "level needs more slots",
		    slo->id);
	if ((slo->flags & SLI_SPEC_ALERT_NO_DATA) != 0)
		sli__spec_warn(at,
		    "\"%.64s\" is to alert without data, which is up to "
		    "Prometheus: sli export-rules makes a rule of it, and the "
		    "library does not alert",
		    slo->id);
}

/* Those that a file has are complained of where it is read. */
static void
warn_of_defaults(const struct sli__spec_at *at, const struct sli_spec_slo *slo)
{
	struct sli_spec_alert alerts[SLI__SPEC_DEFAULT_ALERTS];
	char why[SLI__SPEC_DROPPED_BYTES];
	uint32_t i, count;

	if (slo->alert_count > 0 || slo->period.unit != SLI_SPEC_ROLLING)
		return;
	count = sli__spec_default_alerts(slo, alerts);
	for (i = 0; i < count; i++) {
		if (sli__spec_is_dropped(slo, &alerts[i], why))
			sli__spec_warn(at, "\"%.64s\": %s", slo->id, why);
	}
}

static void
warn_of_all_limits(const struct sli_spec *spec, sli_spec_problem_fn *report,
    void *arg)
{
	struct sli__spec_loader loader;
	struct sli__spec_node node;
	struct sli__spec_at at;
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
		at.file = spec->slos[i]->file;
		node.line = spec->slos[i]->line;
		warn_of_limits(&at, spec->slos[i]);
		warn_of_defaults(&at, spec->slos[i]);
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
	warn_of_all_limits(spec, report, arg);
	sli_spec_free(spec);
	return SLI_OK;
}
