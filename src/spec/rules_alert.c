/* SPDX-License-Identifier: MIT */
/*
 * Alerting rules. The library's alert fires while, in both windows,
 *
 *   bad * W / (w * N * B) > factor                       (src/slo/alert.c)
 *
 * which is, in rates,  bad / w > factor * B * N / W: the window's bad events
 * per second against the period's events per second. Prometheus has the first
 * as slo:sli_bad:rate, the second as slo:sli_total:mean_rate. By ratio it is
 * bad / n > factor * B.
 *
 * The gates are the library's too: so many events in the long window, and so
 * many bad ones. Prometheus extrapolates, so a count may be a little below the
 * whole number that it is: half an event less will do.
 */
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"
#include "spec/rules.h"

#define MIN_BAD_DEFAULT 2
#define WHOLE ((unsigned __int128)SLI__SPEC_PPM * SLI__SPEC_PPB)

static unsigned __int128
limit_of(const struct sli__spec_rules *rules,
    const struct sli_spec_alert *alert)
{
	return (unsigned __int128)alert->factor_ppm *
	    (SLI__SPEC_PPB - rules->slo->objective_ppb);
}

/* max without (sloth_window) (metric<window>{...}) */
static void
put_metric(struct sli__spec_output *out, const struct sli__spec_rules *rules,
    const char *metric, uint64_t window_ns)
{
	char window[SLI__SPEC_TEXT_BYTES];

	sli__spec_put(out, "max without (sloth_window) (%s%s%s)", metric,
	    sli__spec_duration_text(window_ns, window), rules->filter);
}

static void
put_condition(struct sli__spec_output *out, const struct sli__spec_rules *rules,
    const struct sli_spec_alert *alert, uint64_t window_ns)
{
	const char *op = alert->at_factor ? ">=" : ">";
	char limit[SLI__SPEC_TEXT_BYTES];

	sli__spec_decimal_text(limit_of(rules, alert), 15, limit);
	sli__spec_put(out, "  ");
	if ((rules->cfg->flags & SLI_SPEC_RULES_BY_RATIO) != 0) {
		put_metric(out, rules, "slo:sli_error:ratio_rate", window_ns);
		sli__spec_put(out, " %s %s\n", op, limit);
		return;
	}
	put_metric(out, rules, "slo:sli_bad:rate", window_ns);
	sli__spec_put(out, " %s %s * ", op, limit);
	put_metric(out, rules, "slo:sli_total:mean_rate",
	    rules->slo->period.rolling_ns);
	sli__spec_put(out, "\n");
}

/* At least so many in the window. */
static void
put_gate(struct sli__spec_output *out, const struct sli__spec_rules *rules,
    const char *metric, uint64_t window_ns, uint64_t count)
{
	char seconds[SLI__SPEC_TEXT_BYTES], least[SLI__SPEC_TEXT_BYTES];

	sli__spec_put(out, "  and\n  ");
	put_metric(out, rules, metric, window_ns);
	sli__spec_put(out, " * %s > %s\n",
	    sli__spec_decimal_text(window_ns, 9, seconds),
	    sli__spec_decimal_text((unsigned __int128)count * 10 - 5, 1,
		least));
}

static void
put_gates(struct sli__spec_output *out, const struct sli__spec_rules *rules,
    const struct sli_spec_alert *alert)
{
	uint64_t min_events = rules->cfg->alert_min_events;
	uint64_t min_bad = rules->cfg->alert_min_bad;
	unsigned __int128 limit = limit_of(rules, alert), least;

	if (!rules->has_counts)
		return;
	/* So many that one bad one of them does not exceed the factor. */
	least = limit > 0 ? (WHOLE - 1) / limit + 1 : UINT64_MAX;
	if (rules->slo->method != SLI_OCCURRENCES)
		least = 1; /* a window has few slices */
	if (min_events == 0)
		min_events = least < UINT64_MAX / 16 ? (uint64_t)least :
						       UINT64_MAX / 16;
	if (min_bad == 0 && rules->slo->method != SLI_RATIO_TIMESLICES)
		min_bad = MIN_BAD_DEFAULT;
	put_gate(out, rules, "slo:sli_total:rate", alert->long_ns, min_events);
	if (min_bad > 0)
		put_gate(out, rules, "slo:sli_bad:rate", alert->long_ns,
		    min_bad);
}

/* One pair of windows, in parentheses. */
static void
put_pair(struct sli__spec_output *out, const struct sli__spec_rules *rules,
    const struct sli_spec_alert *alert)
{
	if (out->len > 0)
		sli__spec_put(out, "or\n");
	sli__spec_put(out, "(\n");
	if (alert->short_ns > 0) {
		put_condition(out, rules, alert, alert->short_ns);
		sli__spec_put(out, "  and\n");
	}
	put_condition(out, rules, alert, alert->long_ns);
	put_gates(out, rules, alert);
	sli__spec_put(out, ")\n");
}

static bool
are_one_rule(bool are_pairs, const struct sli_spec_alert *a,
    const struct sli_spec_alert *b)
{
	return are_pairs && a->severity == b->severity;
}

/* As pyrra has them: rules of one name have to differ in their labels. */
static struct sli_spec_labels
window_labels(struct sli__spec_rules *rules, const struct sli_spec_alert *alert)
{
	char window[SLI__SPEC_TEXT_BYTES];
	struct sli_spec_labels labels = sli__spec_one_label(rules, "long",
	    sli__spec_format(rules->pool, "%s",
		sli__spec_duration_text(alert->long_ns, window)));

	if (alert->short_ns == 0)
		return labels;
	return sli__spec_join_labels(rules->pool, labels,
	    sli__spec_one_label(rules, "short",
		sli__spec_format(rules->pool, "%s",
		    sli__spec_duration_text(alert->short_ns, window))));
}

/* What a rule says beside its expression. */
static void
put_notes(struct sli__spec_rules *rules, const struct sli_spec_alert *alert)
{
	const struct sli_spec_slo *slo = rules->slo;
	bool is_page = alert->severity == SLI_PAGE;
	const char *severity = is_page ? "page" : "ticket";
	struct sli__spec_pool *pool = rules->pool;
	struct sli_spec_labels labels, notes;
	char after[SLI__SPEC_TEXT_BYTES];

	if (alert->after_ns > 0)
		sli__spec_put(rules->out, "    for: %s\n",
		    sli__spec_duration_text(alert->after_ns, after));
	labels = sli__spec_join_labels(pool, slo->alert_labels,
	    is_page ? slo->page_labels : slo->ticket_labels);
	labels = sli__spec_join_labels(pool,
	    sli__spec_one_label(rules, "sloth_severity", severity), labels);
	/* As the definition has it, where that is another word. */
	if (alert->severity_name[0] != '\0' &&
	    strcmp(alert->severity_name, severity) != 0)
		labels = sli__spec_join_labels(pool,
		    sli__spec_one_label(rules, "severity",
			alert->severity_name),
		    labels);
	if (slo->alert_count > 0 && slo->format != SLI_SPEC_SLOTH)
		labels = sli__spec_join_labels(pool, labels,
		    window_labels(rules, alert));
	sli__spec_put_labels(rules, "labels", labels);
	notes = sli__spec_join_labels(pool,
	    sli__spec_one_label(rules, "title",
		sli__spec_format(pool,
		    "(%s) {{$labels.sloth_service}} "
		    "{{$labels.sloth_slo}} SLO error budget "
		    "burn rate is too fast.",
		    severity)),
	    sli__spec_one_label(rules, "summary",
		"{{$labels.sloth_service}} {{$labels.sloth_slo}} SLO error "
		"budget burn rate is over expected."));
	notes = sli__spec_join_labels(pool, notes, slo->alert_annotations);
	notes = sli__spec_join_labels(pool, notes,
	    is_page ? slo->page_annotations : slo->ticket_annotations);
	sli__spec_put_labels(rules, "annotations", notes);
}

/* No total is no data: failures may be missing for lack of failures. */
static void
put_absent(struct sli__spec_rules *rules)
{
	struct sli__spec_output expression = { 0 };
	char base[SLI__SPEC_TEXT_BYTES];

	sli__spec_duration_text(rules->base_ns, base);
	sli__spec_put(&expression, "absent(slo:%s%s%s)",
	    rules->has_counts ? "sli_total:rate" : "sli_error:ratio_rate", base,
	    rules->filter);
	sli__spec_put_rule(rules, "alert", "SLOMetricAbsent", &expression);
	sli__spec_put(rules->out, "    for: %s\n", base);
	sli__spec_put_labels(rules, "labels",
	    sli__spec_join_labels(rules->pool, rules->labels,
		sli__spec_one_label(rules, "sloth_severity", "page")));
}

/* Whoever looks for a rule that is not there. */
static void
put_dropped(const struct sli__spec_rules *rules)
{
	char why[SLI__SPEC_DROPPED_BYTES];
	uint32_t i;

	for (i = 0; i < rules->alert_count; i++) {
		if (!sli__spec_is_dropped(rules->slo, &rules->alerts[i], why))
			continue;
		sli__spec_put(rules->out, "# ");
		sli__spec_put_quoted(rules->out, rules->slo->id);
		sli__spec_put(rules->out, ": %s\n", why);
	}
}

void
sli__spec_put_alerts(struct sli__spec_rules *rules)
{
	bool has_group = false,
	     is_absent = (rules->slo->flags & SLI_SPEC_ALERT_NO_DATA) != 0;
	/* sloth's are one rule for each severity; others have their own. */
	bool are_pairs = rules->slo->alert_count == 0 ||
	    rules->slo->format == SLI_SPEC_SLOTH;
	struct sli__spec_output expression = { 0 };
	const struct sli_spec_alert *first = NULL, *alert;
	uint32_t i;

	put_dropped(rules);
	for (i = 0; i <= rules->alert_count; i++) {
		alert = i < rules->alert_count ? &rules->alerts[i] : NULL;
		if (alert != NULL && !sli__spec_is_wanted(rules->slo, alert))
			continue;
		if (!has_group && (alert != NULL || is_absent))
			sli__spec_put_group(rules, "alerts",
			    rules->slo->interval_alert_ns);
		has_group = has_group || alert != NULL || is_absent;
		if (first != NULL &&
		    (alert == NULL || !are_one_rule(are_pairs, first, alert))) {
			sli__spec_put_rule(rules, "alert",
			    first->name[0] != '\0' ? first->name :
						     rules->slo->alert_name,
			    &expression);
			memset(&expression, 0, sizeof(expression));
			put_notes(rules, first);
			first = NULL;
		}
		if (alert == NULL)
			break;
		if (first == NULL)
			first = alert;
		put_pair(&expression, rules, alert);
	}
	if (is_absent)
		put_absent(rules);
}
