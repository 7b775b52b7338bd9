/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_RULES_H
#define SLI__SPEC_RULES_H

#include "spec/alerts.h"
#include "spec/expression.h"
#include "spec/loader.h"

#define SLI__SPEC_WINDOWS_MAX 202 /* two of each alert, the period, one more */

/* What the rules of one SLO are made with. */
struct sli__spec_rules {
	struct sli__spec_output *out;
	struct sli__spec_pool *pool; /* as long as the rules are written */
	const struct sli_spec_slo *slo;
	const struct sli_spec_rules_config *cfg;
	bool has_counts; /* of events or slices, not only their ratio */
	const struct sli_spec_alert *alerts;
	uint32_t alert_count;
	struct sli_spec_alert defaults[SLI__SPEC_DEFAULT_ALERTS];
	uint64_t windows[SLI__SPEC_WINDOWS_MAX]; /* the shortest first */
	uint32_t window_count;
	uint64_t base_ns; /* the shortest */
	struct sli_spec_labels ids, labels;
	const char *filter; /* {sloth_id="..."} */
};

bool sli__spec_has_alerts(const struct sli__spec_rules *rules);
void sli__spec_put_group(struct sli__spec_rules *rules, const char *name,
    uint64_t interval_ns);
/* Name, expression: freed. */
void sli__spec_put_rule(struct sli__spec_rules *rules, const char *kind,
    const char *name, struct sli__spec_output *expression);
/* As they may stand in a rule; two that become the same are one. */
struct sli_spec_labels sli__spec_rule_labels(struct sli__spec_rules *rules,
    struct sli_spec_labels labels);
/* ids, labels and filter */
void sli__spec_make_ids(struct sli__spec_rules *rules);
void sli__spec_put_labels(struct sli__spec_rules *rules, const char *key,
    struct sli_spec_labels labels);
struct sli_spec_labels sli__spec_one_label(struct sli__spec_rules *rules,
    const char *name, const char *value);
void sli__spec_put_alerts(struct sli__spec_rules *rules);

/* Of time slices: errors by all, and slices per second. */
void sli__spec_put_slice_ratio(struct sli__spec_output *out,
    const struct sli_spec_slo *slo, uint64_t window_ns);
void sli__spec_put_slice_rate(struct sli__spec_output *out,
    const struct sli_spec_slo *slo, bool is_bad, uint64_t window_ns);

#endif /* SLI__SPEC_RULES_H */
