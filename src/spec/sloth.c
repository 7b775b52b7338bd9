/* SPDX-License-Identifier: MIT */
/*
 * sloth's prometheus/v1. Objectives are percentages; definitions have no period
 * of their own, and alert in the four default pairs, or in those of an
 * AlertWindows document over the same period.
 */
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

/* ^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$: of two characters or more. */
static const char *
read_name(const struct sli__spec_at *at)
{
	const char *name = sli__spec_text(at, true);
	size_t len, i;

	if (name == NULL || name[0] == '\0')
		return "";
	len = strlen(name);
	for (i = 0; i < len; i++) {
		if (!is_alphanumeric(name[i]) &&
		    (i == 0 || i == len - 1 || strchr("-_.", name[i]) == NULL))
			break;
	}
	if (i == len && len >= 2 && len <= 128)
		return name;
	sli__spec_complain(at,
	    "\"%.64s\" is no name of sloth's; accepted: 2 to 128 letters, "
	    "digits, - _ and ., the first and last a letter or digit",
	    name);
	return "";
}

static void
read_query(const struct sli__spec_at *at, struct sli_spec_query *query)
{
	const char *text = sli__spec_text(at, true);

	if (text == NULL || text[0] == '\0')
		return;
	sli__spec_set_query(query, at, text, "prometheus", false);
	if (query->kind != SLI_SPEC_QUERY_TEMPLATE)
		sli__spec_complain(at,
		    "\"%.64s\" is no template for a window; accepted: "
		    "{{.window}} one or more times, and no other {{",
		    text);
}

static void
read_indicator(const struct sli__spec_at *slo_at, struct sli_spec_slo *slo)
{
	static const char *const fields[] = { "events", "raw", "plugin", NULL };
	static const char *const of_events[] = { "error_query", "total_query",
		NULL };
	static const char *const of_raw[] = { "error_ratio_query", NULL };
	struct sli__spec_at sli = sli__spec_field(slo_at, "sli");
	struct sli__spec_at events = sli__spec_field(&sli, "events");
	struct sli__spec_at raw = sli__spec_field(&sli, "raw");
	struct sli__spec_at plugin = sli__spec_field(&sli, "plugin");
	struct sli__spec_at query;

	if (!sli__spec_mapping(&sli, fields, true))
		return;
	if (plugin.node != NULL)
		sli__spec_complain(&plugin,
		    "is code of sloth's that makes the queries; accepted: "
		    "events, raw");
	else if ((events.node != NULL) == (raw.node != NULL))
		sli__spec_complain(&sli, "has %s; accepted: one of events, raw",
		    raw.node != NULL ? "both" : "neither");
	if (sli__spec_mapping(&events, of_events, false)) {
		slo->indicator.kind = SLI_SPEC_BAD_TOTAL;
		query = sli__spec_field(&events, "error_query");
		read_query(&query, &slo->indicator.bad);
		query = sli__spec_field(&events, "total_query");
		read_query(&query, &slo->indicator.total);
	}
	if (sli__spec_mapping(&raw, of_raw, false)) {
		slo->indicator.kind = SLI_SPEC_RAW_BAD;
		query = sli__spec_field(&raw, "error_ratio_query");
		read_query(&query, &slo->indicator.value);
	}
}

static void
read_alert(const struct sli__spec_at *at, uint32_t flag, uint32_t *flags,
    struct sli_spec_labels *labels, struct sli_spec_labels *annotations)
{
	static const char *const fields[] = { "disable", "labels",
		"annotations", NULL };
	struct sli__spec_at field;

	if (!sli__spec_mapping(at, fields, false))
		return;
	field = sli__spec_field(at, "disable");
	if (sli__spec_bool(&field, false))
		*flags |= flag;
	field = sli__spec_field(at, "labels");
	*labels = sli__spec_labels(&field);
	field = sli__spec_field(at, "annotations");
	*annotations = sli__spec_labels(&field);
}

static void
read_alerting(const struct sli__spec_at *slo_at, struct sli_spec_slo *slo)
{
	static const char *const fields[] = { "name", "labels", "annotations",
		"page_alert", "ticket_alert", NULL };
	struct sli__spec_at at = sli__spec_field(slo_at, "alerting");
	struct sli__spec_at name = sli__spec_field(&at, "name"), field;

	if (sli__spec_mapping(&at, fields, false)) {
		field = sli__spec_field(&at, "labels");
		slo->alert_labels = sli__spec_labels(&field);
		field = sli__spec_field(&at, "annotations");
		slo->alert_annotations = sli__spec_labels(&field);
		field = sli__spec_field(&at, "page_alert");
		read_alert(&field, SLI_SPEC_NO_PAGE, &slo->flags,
		    &slo->page_labels, &slo->page_annotations);
		field = sli__spec_field(&at, "ticket_alert");
		read_alert(&field, SLI_SPEC_NO_TICKET, &slo->flags,
		    &slo->ticket_labels, &slo->ticket_annotations);
	}
	slo->alert_name = sli__spec_text_or_none(&name);
	if (slo->alert_name[0] == '\0' &&
	    (~slo->flags & (SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET)) != 0)
		sli__spec_complain(&name,
		    "is missing; accepted: a name, or page_alert and "
		    "ticket_alert with disable: true");
}

static void
read_intervals(const struct sli__spec_at *slo_at, struct sli_spec_slo *slo)
{
	static const char *const fields[] = { "all", "slierror", "metadata",
		"alert", NULL };
	struct sli__spec_at at = sli__spec_field(slo_at, "interval");
	struct sli__spec_at field;
	uint64_t all_ns = 0;

	if (!sli__spec_mapping(&at, fields, false))
		return;
	field = sli__spec_field(&at, "all");
	sli__spec_go_ns(&field, &all_ns);
	slo->interval_sli_ns = all_ns;
	slo->interval_meta_ns = all_ns;
	slo->interval_alert_ns = all_ns;
	field = sli__spec_field(&at, "slierror");
	sli__spec_go_ns(&field, &slo->interval_sli_ns);
	field = sli__spec_field(&at, "metadata");
	sli__spec_go_ns(&field, &slo->interval_meta_ns);
	field = sli__spec_field(&at, "alert");
	sli__spec_go_ns(&field, &slo->interval_alert_ns);
}

static void
refuse_plugins(const struct sli__spec_at *at, const char *key)
{
	struct sli__spec_at field = sli__spec_field(at, key);

	if (field.node != NULL)
		sli__spec_complain(&field,
		    "is code of sloth's that changes the rules; accepted: "
		    "definitions without it");
}

static void
read_slo(const struct sli__spec_at *at, const char *service,
    struct sli_spec_labels labels)
{
	static const char *const fields[] = { "name", "description",
		"objective", "labels", "infoLabels", "sli", "alerting",
		"interval", "plugins", NULL };
	struct sli__spec_loader *loader = at->loader;
	struct sli__spec_at field;
	struct sli_spec_slo *slo;

	if (!sli__spec_mapping(at, fields, true))
		return;
	slo = sli__spec_begin_slo(at, SLI_SPEC_SLOTH);
	if (slo == NULL)
		return;
	slo->service = service;
	field = sli__spec_field(at, "name");
	slo->name = read_name(&field);
	field = sli__spec_field(at, "description");
	slo->description = sli__spec_text_or_none(&field);
	field = sli__spec_field(at, "objective");
	sli__spec_objective(&field, 7, &slo->objective_ppb);
	field = sli__spec_field(at, "labels");
	slo->labels = sli__spec_join_labels(loader->pool, labels,
	    sli__spec_labels(&field));
	field = sli__spec_field(at, "infoLabels");
	slo->info_labels = sli__spec_labels(&field);
	slo->method = SLI_OCCURRENCES;
	slo->period.rolling_ns = loader->cfg.period_ns;
	read_indicator(at, slo);
	read_alerting(at, slo);
	read_intervals(at, slo);
	refuse_plugins(at, "plugins");
	if (loader->windows_period_ns == slo->period.rolling_ns) {
		slo->alerts = loader->windows;
		slo->alert_count = loader->window_count;
		sli__spec_check_alerts(at, slo, false);
	}
	if (slo->name[0] != '\0')
		sli__spec_add_slo(loader, slo, at->node->column);
}

void
sli__spec_read_sloth(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "version", "service", "labels",
		"slos", "slo_plugins", NULL };
	struct sli__spec_at service = sli__spec_field(root, "service");
	struct sli__spec_at labels = sli__spec_field(root, "labels");
	struct sli__spec_at slos = sli__spec_field(root, "slos"), item;
	const struct sli__spec_link *link;
	const char *service_name;
	struct sli_spec_labels list;
	uint32_t i = 0;

	if (!sli__spec_mapping(root, fields, true))
		return;
	service_name = read_name(&service);
	list = sli__spec_labels(&labels);
	refuse_plugins(root, "slo_plugins");
	for (link = sli__spec_sequence(&slos, true); link != NULL;
	     link = link->next) {
		item = sli__spec_item(&slos, link, i++);
		read_slo(&item, service_name, list);
	}
}

/* ---- AlertWindows ---- */

static void
read_window(const struct sli__spec_at *spec, const char *severity,
    const char *speed, uint64_t period_ns, struct sli_spec_alert *alert)
{
	static const char *const speeds[] = { "quick", "slow", NULL };
	static const char *const fields[] = { "errorBudgetPercent",
		"shortWindow", "longWindow", NULL };
	struct sli__spec_at pair = sli__spec_field(spec, severity);
	struct sli__spec_at at = sli__spec_field(&pair, speed), field;
	uint64_t share_ppm = 0;

	/* Once for the pair, not for each of its two. */
	if (strcmp(speed, "quick") == 0 &&
	    !sli__spec_mapping(&pair, speeds, true))
		return;
	if (pair.node == NULL || !sli__spec_mapping(&at, fields, true))
		return;
	alert->line = at.node->line;
	alert->severity = strcmp(severity, "page") == 0 ? SLI_PAGE : SLI_TICKET;
	alert->severity_name = severity;
	alert->name = "";
	field = sli__spec_field(&at, "longWindow");
	if (sli__spec_prometheus_ns(&field, true, &alert->long_ns) &&
	    (alert->long_ns == 0 || alert->long_ns > period_ns))
		sli__spec_complain(&field,
		    "\"%.64s\" is out of range; accepted: above 0, up to "
		    "sloPeriod",
		    field.node->text);
	field = sli__spec_field(&at, "shortWindow");
	if (sli__spec_prometheus_ns(&field, true, &alert->short_ns) &&
	    (alert->short_ns == 0 || alert->short_ns >= alert->long_ns))
		sli__spec_complain(&field,
		    "\"%.64s\" is out of range; accepted: above 0, below "
		    "longWindow",
		    field.node->text);
	field = sli__spec_field(&at, "errorBudgetPercent");
	if (sli__spec_decimal(&field, 4, true, &share_ppm) &&
	    (share_ppm == 0 || share_ppm > SLI__SPEC_PPM))
		sli__spec_complain(&field,
		    "\"%.64s\" is out of range; accepted: above 0, up to 100, "
		    "in percent",
		    field.node->text);
	alert->share_ppm = share_ppm;
	alert->factor_ppm = sli__spec_factor_ppm(share_ppm, alert->long_ns,
	    period_ns);
}

void
sli__spec_read_sloth_windows(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "apiVersion", "kind", "metadata",
		"spec", NULL };
	static const char *const of_spec[] = { "sloPeriod", "page", "ticket",
		NULL };
	struct sli__spec_loader *loader = root->loader;
	struct sli__spec_at spec = sli__spec_field(root, "spec");
	struct sli__spec_at period = sli__spec_field(&spec, "sloPeriod");
	struct sli_spec_alert *alerts;
	uint64_t period_ns;

	if (!sli__spec_mapping(root, fields, true) ||
	    !sli__spec_mapping(&spec, of_spec, true) ||
	    !sli__spec_prometheus_ns(&period, true, &period_ns))
		return;
	alerts = sli__spec_get(loader->pool, 4 * sizeof(*alerts));
	if (alerts == NULL)
		return;
	read_window(&spec, "page", "quick", period_ns, &alerts[0]);
	read_window(&spec, "page", "slow", period_ns, &alerts[1]);
	read_window(&spec, "ticket", "quick", period_ns, &alerts[2]);
	read_window(&spec, "ticket", "slow", period_ns, &alerts[3]);
	if (period_ns != loader->cfg.period_ns) {
		sli__spec_warn(&period,
		    "\"%.64s\" is not the period that sloth's definitions are "
		    "loaded with, so these windows are not used",
		    period.node->text);
		return;
	}
	if (loader->windows != NULL) {
		sli__spec_complain(&spec,
		    "is the second AlertWindows of this period, after line %u",
		    loader->windows[0].line);
		return;
	}
	loader->windows = alerts;
	loader->window_count = 4;
	loader->windows_period_ns = period_ns;
}
