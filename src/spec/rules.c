/* SPDX-License-Identifier: MIT */
/*
 * Prometheus rules, with the names of sloth's conventions: three groups for
 * each SLO, for its error ratios, what is known of it, and its alerts.
 *
 * What sloth does otherwise: its ratio over the period is a mean of ratios, in
 * which a quiet hour weighs as much as a busy one. Here it is that of all
 * events, unless SLI_SPEC_RULES_MEAN_PERIOD asks for sloth's. And numbers are
 * written as decimals, so that 1 - 0.999 is 0.001.
 */
#include <stdlib.h>
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"
#include "spec/rules.h"

/* ---- windows ---- */

static void
add_window(struct sli__spec_rules *rules, uint64_t ns)
{
	uint32_t i, k;

	for (i = 0; i < rules->window_count && rules->windows[i] < ns; i++)
		continue;
	if (ns == 0 || (i < rules->window_count && rules->windows[i] == ns))
		return;
	for (k = rules->window_count++; k > i; k--)
		rules->windows[k] = rules->windows[k - 1];
	rules->windows[i] = ns;
}

static bool
has_window(const struct sli__spec_rules *rules, uint64_t ns)
{
	uint32_t i;

	for (i = 0; i < rules->window_count; i++) {
		if (rules->windows[i] == ns)
			return true;
	}
	return false;
}

static void
make_windows(struct sli__spec_rules *rules)
{
	uint32_t i;

	if (rules->slo->alert_count > 0) {
		rules->alerts = rules->slo->alerts;
		rules->alert_count = rules->slo->alert_count;
	} else {
		rules->alerts = rules->defaults;
		rules->alert_count = sli__spec_default_alerts(rules->slo,
		    rules->defaults);
	}
	for (i = 0; i < rules->alert_count; i++) {
		add_window(rules, rules->alerts[i].long_ns);
		add_window(rules, rules->alerts[i].short_ns);
	}
	rules->base_ns = rules->windows[0];
}

/* ---- rules ---- */

void
sli__spec_put_group(struct sli__spec_rules *rules, const char *name,
    uint64_t interval_ns)
{
	char interval[SLI__SPEC_TEXT_BYTES];
	const char *full = sli__spec_format(rules->pool, "sloth-slo-%s-%s",
	    name, rules->slo->id);

	sli__spec_put(rules->out, "- name: ");
	sli__spec_put_quoted(rules->out, full);
	sli__spec_put(rules->out, "\n");
	if (interval_ns >= 1000000)
		sli__spec_put(rules->out, "  interval: %s\n",
		    sli__spec_duration_text(interval_ns, interval));
	sli__spec_put(rules->out, "  rules:\n");
}

void
sli__spec_put_rule(struct sli__spec_rules *rules, const char *kind,
    const char *name, struct sli__spec_output *expression)
{
	sli__spec_put(rules->out, "  - %s: ", kind);
	sli__spec_put_quoted(rules->out, name);
	sli__spec_put(rules->out, "\n    expr: ");
	sli__spec_put_block(rules->out,
	    expression->text != NULL ? expression->text : "", 6);
	if (expression->failed)
		rules->out->failed = true;
	sli__spec_output_free(expression);
}

static void
put_record(struct sli__spec_rules *rules, const char *metric,
    uint64_t window_ns, struct sli__spec_output *expression)
{
	char window[SLI__SPEC_TEXT_BYTES];

	sli__spec_duration_text(window_ns, window);
	sli__spec_put_rule(rules, "record",
	    sli__spec_format(rules->pool, "%s%s", metric, window), expression);
	sli__spec_put_labels(rules, "labels",
	    sli__spec_join_labels(rules->pool, rules->labels,
		sli__spec_one_label(rules, "sloth_window",
		    sli__spec_format(rules->pool, "%s", window))));
}

static void
put_ratio(struct sli__spec_rules *rules, uint64_t window_ns)
{
	struct sli__spec_output expression = { 0 };

	if (rules->slo->method != SLI_OCCURRENCES)
		sli__spec_put_slice_ratio(&expression, rules->slo, window_ns);
	else
		sli__spec_put_ratio(&expression, &rules->slo->indicator,
		    window_ns);
	put_record(rules, "slo:sli_error:ratio_rate", window_ns, &expression);
}

/* Of the rates that the rules before have recorded: half as many ranges. */
static void
put_ratio_of_rates(struct sli__spec_rules *rules, uint64_t window_ns)
{
	struct sli__spec_output expression = { 0 };
	char window[SLI__SPEC_TEXT_BYTES];

	sli__spec_duration_text(window_ns, window);
	sli__spec_put(&expression,
	    "slo:sli_bad:rate%s%s\n/\n(slo:sli_total:rate%s%s > 0)", window,
	    rules->filter, window, rules->filter);
	put_record(rules, "slo:sli_error:ratio_rate", window_ns, &expression);
}

static void
put_rate(struct sli__spec_rules *rules, bool is_bad, uint64_t window_ns)
{
	const struct sli_spec_indicator *indicator = &rules->slo->indicator;
	struct sli__spec_output expression = { 0 };

	if (rules->slo->method != SLI_OCCURRENCES)
		sli__spec_put_slice_rate(&expression, rules->slo, is_bad,
		    window_ns);
	else if (is_bad)
		sli__spec_put_bad_rate(&expression, indicator, window_ns);
	else
		sli__spec_put_total_rate(&expression, indicator, window_ns);
	put_record(rules, is_bad ? "slo:sli_bad:rate" : "slo:sli_total:rate",
	    window_ns, &expression);
}

static void
put_period(struct sli__spec_rules *rules)
{
	struct sli__spec_output expression = { 0 };
	uint64_t period_ns = rules->slo->period.rolling_ns;
	char base[SLI__SPEC_TEXT_BYTES], period[SLI__SPEC_TEXT_BYTES];

	sli__spec_duration_text(rules->base_ns, base);
	sli__spec_duration_text(period_ns, period);
	if (!has_window(rules, period_ns) &&
	    (rules->cfg->flags & SLI_SPEC_RULES_MEAN_PERIOD) != 0 &&
	    period_ns > rules->base_ns) {
		sli__spec_put(&expression,
		    "sum_over_time(slo:sli_error:ratio_rate%s%s[%s])\n"
		    "/ ignoring (sloth_window)\n"
		    "count_over_time(slo:sli_error:ratio_rate%s%s[%s])",
		    base, rules->filter, period, base, rules->filter, period);
		put_record(rules, "slo:sli_error:ratio_rate", period_ns,
		    &expression);
	} else if (!has_window(rules, period_ns))
		put_ratio(rules, period_ns);
	if (!rules->has_counts ||
	    (rules->cfg->flags & SLI_SPEC_RULES_BY_RATIO) != 0)
		return;
	/* Time without a sample is before the first: it is not in the mean. */
	sli__spec_put(&expression, "avg_over_time(slo:sli_total:rate%s%s[%s])",
	    base, rules->filter, period);
	put_record(rules, "slo:sli_total:mean_rate", period_ns, &expression);
}

static void
put_window(struct sli__spec_rules *rules, uint64_t window_ns)
{
	if (rules->has_counts) {
		put_rate(rules, true, window_ns);
		put_rate(rules, false, window_ns);
	}
	/* A mean of slices is exact, a quotient of their rates only nearly. */
	if (rules->has_counts && rules->slo->method == SLI_OCCURRENCES)
		put_ratio_of_rates(rules, window_ns);
	else
		put_ratio(rules, window_ns);
}

static void
put_recordings(struct sli__spec_rules *rules)
{
	uint32_t i;

	sli__spec_put_group(rules, "sli-recordings",
	    rules->slo->interval_sli_ns);
	for (i = 0; i < rules->window_count; i++)
		put_window(rules, rules->windows[i]);
	put_period(rules);
}

static void
put_meta(struct sli__spec_rules *rules, const char *metric,
    struct sli__spec_output *expression)
{
	sli__spec_put_rule(rules, "record", metric, expression);
	sli__spec_put_labels(rules, "labels", rules->labels);
}

/* A ratio of errors, over the budget. */
static void
put_burn(struct sli__spec_rules *rules, const char *metric, uint64_t window_ns)
{
	struct sli__spec_output expression = { 0 };
	char window[SLI__SPEC_TEXT_BYTES];

	sli__spec_put(&expression,
	    "slo:sli_error:ratio_rate%s%s\n"
	    "/ on(sloth_id, sloth_slo, sloth_service) group_left\n"
	    "slo:error_budget:ratio%s",
	    sli__spec_duration_text(window_ns, window), rules->filter,
	    rules->filter);
	put_meta(rules, metric, &expression);
}

static void
put_info(struct sli__spec_rules *rules)
{
	static const char *const formats[] = { "openslo/v1", "openslo/v1alpha",
		"prometheus/v1", "pyrra.dev/v1alpha1" };
	const struct sli_spec_slo *slo = rules->slo;
	struct sli__spec_output expression = { 0 };
	struct sli_spec_labels labels = sli__spec_join_labels(rules->pool,
	    sli__spec_rule_labels(rules, slo->info_labels), rules->labels);
	char objective[SLI__SPEC_TEXT_BYTES];

	sli__spec_decimal_text(slo->objective_ppb, 7, objective);
	labels = sli__spec_join_labels(rules->pool, labels,
	    sli__spec_one_label(rules, "sloth_version", "libsli-" SLI_VERSION));
	labels = sli__spec_join_labels(rules->pool, labels,
	    sli__spec_one_label(rules, "sloth_mode", "libsli"));
	labels = sli__spec_join_labels(rules->pool, labels,
	    sli__spec_one_label(rules, "sloth_spec", formats[slo->format]));
	labels = sli__spec_join_labels(rules->pool, labels,
	    sli__spec_one_label(rules, "sloth_objective",
		sli__spec_format(rules->pool, "%s", objective)));
	sli__spec_put(&expression, "vector(1)");
	sli__spec_put_rule(rules, "record", "sloth_slo_info", &expression);
	sli__spec_put_labels(rules, "labels", labels);
}

static void
put_metadata(struct sli__spec_rules *rules)
{
	const struct sli_spec_slo *slo = rules->slo;
	struct sli__spec_output expression = { 0 };
	char number[SLI__SPEC_TEXT_BYTES];

	sli__spec_put_group(rules, "meta-recordings", slo->interval_meta_ns);
	sli__spec_put(&expression, "vector(%s)",
	    sli__spec_decimal_text(slo->objective_ppb, 9, number));
	put_meta(rules, "slo:objective:ratio", &expression);
	sli__spec_put(&expression, "vector(%s)",
	    sli__spec_decimal_text(SLI__SPEC_PPB - slo->objective_ppb, 9,
		number));
	put_meta(rules, "slo:error_budget:ratio", &expression);
	/* A quotient where a decimal would not be exact: of 1 h, say. */
	sli__spec_put(&expression, "vector(%s / 86400)",
	    sli__spec_decimal_text(slo->period.rolling_ns, 9, number));
	put_meta(rules, "slo:time_period:days", &expression);
	put_burn(rules, "slo:current_burn_rate:ratio", rules->base_ns);
	put_burn(rules, "slo:period_burn_rate:ratio", slo->period.rolling_ns);
	sli__spec_put(&expression, "1 - slo:period_burn_rate:ratio%s",
	    rules->filter);
	put_meta(rules, "slo:period_error_budget_remaining:ratio", &expression);
	put_info(rules);
}

/* ---- all of it ---- */

static bool
has_alerts(const struct sli__spec_rules *rules)
{
	return (~rules->slo->flags & (SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET)) !=
	    0;
}

static const char *
refusal(const struct sli__spec_rules *rules)
{
	const struct sli_spec_slo *slo = rules->slo;
	const char *why = sli__spec_not_askable(&slo->indicator);

	if (why != NULL)
		return why;
	if (slo->period.unit != SLI_SPEC_ROLLING)
		return "a range of Prometheus has a fixed length, and no time "
		       "zone: it cannot begin where a month or a day of the "
		       "calendar does; accepted: a rolling period";
	if (!rules->has_counts &&
	    (rules->cfg->flags & SLI_SPEC_RULES_BY_RATIO) == 0 &&
	    has_alerts(rules))
		return "its queries do not tell counts, which alerts weighted "
		       "by events need; accepted: rate() or increase() over "
		       "{{.window}} in both, or SLI_SPEC_RULES_BY_RATIO";
	return NULL;
}

static int
put_slo(struct sli__spec_output *out, struct sli__spec_pool *pool,
    const struct sli_spec_slo *slo, const struct sli_spec_rules_config *cfg,
    struct sli_error *err)
{
	struct sli__spec_rules rules;
	const char *why;

	memset(&rules, 0, sizeof(rules));
	rules.out = out;
	rules.pool = pool;
	rules.slo = slo;
	rules.cfg = cfg;
	/* Slices can be counted even if all there is are ratios. */
	rules.has_counts = sli__spec_not_askable(&slo->indicator) == NULL &&
	    (slo->method != SLI_OCCURRENCES ||
		sli__spec_indicator_measure(&slo->indicator) !=
		    SLI__SPEC_UNKNOWN);
	why = refusal(&rules);
	if (why != NULL)
		return sli__spec_fail(err, SLI_EINVAL, "%.80s:%u: %.50s: %s",
		    slo->file, slo->line, slo->id, why);
	sli__spec_make_ids(&rules);
	make_windows(&rules);
	put_recordings(&rules);
	put_metadata(&rules);
	sli__spec_put_alerts(&rules);
	return SLI_OK;
}

static int
check_config(const struct sli_spec_rules_config *given,
    struct sli_spec_rules_config *cfg, struct sli_error *err)
{
	const uint32_t known = SLI_SPEC_RULES_BY_RATIO |
	    SLI_SPEC_RULES_MEAN_PERIOD;
	const uint32_t least = 2 * sizeof(uint32_t);

	memset(cfg, 0, sizeof(*cfg));
	if (given == NULL)
		return SLI_OK;
	if (given->struct_size < least || given->struct_size > sizeof(*cfg))
		return sli__spec_fail(err, SLI_EVERSION,
		    "struct_size %u is unknown; accepted: %u to %zu, as "
		    "SLI_SPEC_RULES_CONFIG_INIT sets it",
		    given->struct_size, least, sizeof(*cfg));
	memcpy(cfg, given, given->struct_size);
	if ((cfg->flags & ~known) != 0)
		return sli__spec_fail(err, SLI_EINVAL,
		    "flags 0x%x are unknown; accepted: SLI_SPEC_RULES_*",
		    cfg->flags);
	return SLI_OK;
}

int
sli_spec_rules(const struct sli_spec *spec,
    const struct sli_spec_rules_config *cfg, char **text, size_t *len,
    struct sli_error *err)
{
	struct sli_spec_rules_config config;
	struct sli__spec_output out = { 0 };
	struct sli__spec_pool pool;
	uint32_t i;
	int status;

	if (spec == NULL || text == NULL)
		return sli__spec_fail(err, SLI_EINVAL, "spec or text is NULL");
	status = check_config(cfg, &config, err);
	memset(&pool, 0, sizeof(pool));
	sli__spec_put(&out, "# Made by libsli %s.\ngroups:\n", SLI_VERSION);
	for (i = 0; i < spec->count && status == SLI_OK; i++) {
		status = put_slo(&out, &pool, spec->slos[i], &config, err);
		if (status == SLI_OK && (out.failed || pool.failed))
			status = sli__spec_fail(err, SLI_ENOMEM,
			    "out of memory");
		sli__spec_pool_free(&pool);
	}
	if (status == SLI_OK && out.failed)
		status = sli__spec_fail(err, SLI_ENOMEM, "out of memory");
	if (status != SLI_OK) {
		sli__spec_output_free(&out);
		return status;
	}
	*text = out.text;
	if (len != NULL)
		*len = out.len;
	return SLI_OK;
}

void
sli_spec_text_free(char *text)
{
	free(text);
}
