/* SPDX-License-Identifier: MIT */
/*
 * Alerts of openslo/v1: a policy has one condition, and a condition one window.
 * So each policy is one alert without a short window; what the default pairs
 * are cannot be said in it.
 */
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"

#define POLICIES_MAX 100
#define TARGETS_MAX 100

/* What a policy says, as it is put together. */
struct policy {
	struct sli_spec_alert alert;
	bool is_breaching, is_resolved, is_no_data, has_alert;
	struct sli_label targets[TARGETS_MAX];
	uint32_t target_count;
};

static enum sli_severity
severity_of(const struct sli__spec_at *at, const char *text)
{
	static const char *const pages[] = { "page", "critical", NULL };
	static const char *const tickets[] = { "ticket", "warning", NULL };
	uint32_t i;

	for (i = 0; pages[i] != NULL; i++) {
		if (strcmp(text, pages[i]) == 0)
			return SLI_PAGE;
		if (strcmp(text, tickets[i]) == 0)
			return SLI_TICKET;
	}
	sli__spec_warn(at,
	    "\"%.64s\" is neither page, critical, ticket nor warning: taken "
	    "for "
	    "a page",
	    text);
	return SLI_PAGE;
}

/* spec of an AlertCondition */
static void
read_condition_spec(const struct sli__spec_at *spec, struct policy *policy)
{
	static const char *const fields[] = { "description", "severity",
		"condition", NULL };
	static const char *const of_condition[] = { "kind", "op", "threshold",
		"lookbackWindow", "alertAfter", NULL };
	static const char *const kinds[] = { "burnrate", NULL };
	static const char *const ops[] = { "gt", "gte", "lt", "lte", NULL };
	struct sli__spec_at condition = sli__spec_field(spec, "condition");
	struct sli_spec_alert *alert = &policy->alert;
	struct sli__spec_at field;
	const char *text;
	int op;

	if (!sli__spec_mapping(spec, fields, true))
		return;
	alert->line = spec->node->line;
	sli__spec_openslo_description(spec, NULL);
	field = sli__spec_field(spec, "severity");
	text = sli__spec_text(&field, true);
	alert->severity_name = text != NULL ? text : "";
	if (text != NULL)
		alert->severity = severity_of(&field, text);
	if (!sli__spec_mapping(&condition, of_condition, true))
		return;
	field = sli__spec_field(&condition, "kind");
	sli__spec_choice(&field, kinds, false);
	field = sli__spec_field(&condition, "op");
	op = sli__spec_choice(&field, ops, true);
	/* The specification's own examples write lte for "exceeds". */
	if (op >= 2)
		sli__spec_warn(&field,
		    "\"%.64s\" would fire while all is well; taken for \"%s\", "
		    "as the specification's examples have it",
		    field.node->text, ops[op - 2]);
	alert->at_factor = op == 1 || op == 3;
	field = sli__spec_field(&condition, "threshold");
	if (sli__spec_decimal(&field, 6, true, &alert->factor_ppm) &&
	    (alert->factor_ppm == 0 || alert->factor_ppm > UINT32_MAX))
		sli__spec_complain(&field,
		    "\"%.64s\" is out of range; accepted: a burn rate above 0, "
		    "up to 4294",
		    field.node->text);
	field = sli__spec_field(&condition, "lookbackWindow");
	sli__spec_openslo_ns(&field, true, &alert->long_ns);
	field = sli__spec_field(&condition, "alertAfter");
	text = field.node != NULL && field.node->kind == SLI__SPEC_SCALAR ?
	    field.node->text :
	    "";
	/* 0m is its default, though no duration otherwise. */
	if (strcmp(text, "0m") != 0)
		sli__spec_openslo_ns(&field, false, &alert->after_ns);
	policy->has_alert = true;
}

/* Either what it refers to, or itself; its kind may be said again. */
static struct sli__spec_at
follow(const struct sli__spec_at *at, const char *ref_key, const char *kind,
    struct sli__spec_at *found, bool *is_ok)
{
	const char *const of_ref[] = { ref_key, NULL };
	static const char *const of_inline[] = { "kind", "metadata", "spec",
		NULL };
	const char *const kinds[] = { kind, NULL };
	struct sli__spec_at ref = sli__spec_field(at, ref_key), field;
	const char *name;

	*is_ok = false;
	if (ref.node != NULL) {
		name = sli__spec_text(&ref, true);
		if (!sli__spec_mapping(at, of_ref, true) || name == NULL)
			return *at;
		*found = sli__spec_resolve(&ref, kind, name, is_ok);
		return sli__spec_field(found, "spec");
	}
	if (!sli__spec_mapping(at, of_inline, true))
		return *at;
	*is_ok = true;
	field = sli__spec_field(at, "kind");
	sli__spec_choice(&field, kinds, false);
	field = sli__spec_field(at, "metadata");
	if (field.node != NULL)
		sli__spec_openslo_metadata(at, true, NULL);
	return sli__spec_field(at, "spec");
}

static void
read_conditions(const struct sli__spec_at *policy_spec, struct policy *policy)
{
	struct sli__spec_at conditions = sli__spec_field(policy_spec,
	    "conditions");
	const struct sli__spec_link *link = sli__spec_sequence(&conditions,
	    true);
	struct sli__spec_at item, found, spec;
	bool is_ok, is_ref;

	if (link == NULL)
		return;
	if (link->next != NULL)
		sli__spec_complain(&conditions,
		    "has %u items; accepted: one, as the specification says",
		    conditions.node->count);
	item = sli__spec_item(&conditions, link, 0);
	found = item;
	spec = follow(&item, "conditionRef", "AlertCondition", &found, &is_ok);
	is_ref = found.up == NULL;
	policy->alert.name = "";
	if (!is_ok)
		return;
	policy->alert.name = sli__spec_openslo_metadata_name(
	    is_ref ? &found : &item);
	policy->alert.line = spec.node != NULL ? spec.node->line : 0;
	policy->alert.severity_name = "";
	policy->has_alert = false;
	if (is_ref)
		item.loader->muted++;
	read_condition_spec(&spec, policy);
	if (is_ref)
		item.loader->muted--;
}

static void
read_targets(const struct sli__spec_at *policy_spec, struct policy *policy)
{
	static const char *const fields[] = { "target", "description", NULL };
	struct sli__spec_at targets = sli__spec_field(policy_spec,
	    "notificationTargets");
	const struct sli__spec_link *link = sli__spec_sequence(&targets, false);
	struct sli__spec_at item, found, spec, field;
	uint32_t i = 0;
	bool is_ok, is_ref;

	if (targets.node != NULL && targets.node->count > TARGETS_MAX) {
		sli__spec_complain(&targets, "has %u items; accepted: up to %u",
		    targets.node->count, TARGETS_MAX);
		return;
	}
	for (; link != NULL; link = link->next) {
		item = sli__spec_item(&targets, link, i++);
		found = item;
		spec = follow(&item, "targetRef", "AlertNotificationTarget",
		    &found, &is_ok);
		is_ref = found.up == NULL;
		if (!is_ok ||
		    (!is_ref && !sli__spec_mapping(&spec, fields, true)))
			continue;
		field = sli__spec_field(&spec, "target");
		policy->targets[policy->target_count].name =
		    sli__spec_openslo_metadata_name(is_ref ? &found : &item);
		policy->targets[policy->target_count++].value = field.node !=
			    NULL &&
			field.node->kind == SLI__SPEC_SCALAR ?
		    field.node->text :
		    "";
	}
}

static void
read_policy_spec(const struct sli__spec_at *spec, struct policy *policy)
{
	static const char *const fields[] = { "description", "alertWhenNoData",
		"alertWhenResolved", "alertWhenBreaching", "conditions",
		"notificationTargets", NULL };
	struct sli__spec_at field;

	memset(policy, 0, sizeof(*policy));
	if (!sli__spec_mapping(spec, fields, true))
		return;
	sli__spec_openslo_description(spec, NULL);
	field = sli__spec_field(spec, "alertWhenBreaching");
	policy->is_breaching = sli__spec_bool(&field, false);
	field = sli__spec_field(spec, "alertWhenResolved");
	policy->is_resolved = sli__spec_bool(&field, false);
	field = sli__spec_field(spec, "alertWhenNoData");
	policy->is_no_data = sli__spec_bool(&field, false);
	read_conditions(spec, policy);
	read_targets(spec, policy);
}

static void
add_policy(const struct sli__spec_at *at, const struct policy *policy,
    const char *name, struct sli_spec_slo *slo, struct sli_spec_alert *alerts)
{
	struct sli_spec_labels targets = { NULL, policy->target_count };
	struct sli_label *list;

	if (policy->is_resolved)
		slo->flags |= SLI_SPEC_ALERT_RESOLVED;
	if (policy->is_no_data)
		slo->flags |= SLI_SPEC_ALERT_NO_DATA;
	if (policy->is_breaching && policy->has_alert) {
		alerts[slo->alert_count] = policy->alert;
		alerts[slo->alert_count].name = name;
		alerts[slo->alert_count].share_ppm = slo->period.unit ==
			SLI_SPEC_ROLLING ?
		    sli__spec_share_ppm(policy->alert.factor_ppm,
			policy->alert.long_ns, slo->period.rolling_ns) :
		    0;
		slo->alert_count++;
	}
	if (targets.count == 0)
		return;
	list = sli__spec_get(at->loader->pool, targets.count * sizeof(*list));
	if (list == NULL)
		return;
	memcpy(list, policy->targets, targets.count * sizeof(*list));
	targets.list = list;
	slo->alert_targets = sli__spec_join_labels(at->loader->pool,
	    slo->alert_targets, targets);
}

void
sli__spec_openslo_alerts(const struct sli__spec_at *policies,
    struct sli_spec_slo *slo)
{
	const struct sli__spec_link *link = sli__spec_sequence(policies, false);
	struct sli_spec_alert *alerts = NULL;
	struct sli__spec_at item, found, spec;
	struct policy policy;
	uint32_t i = 0;
	bool is_ok, is_ref;

	if (link != NULL && policies->node->count > POLICIES_MAX) {
		sli__spec_complain(policies, "has %u items; accepted: up to %u",
		    policies->node->count, POLICIES_MAX);
		return;
	}
	if (link != NULL)
		alerts = sli__spec_get(policies->loader->pool,
		    policies->node->count * sizeof(*alerts));
	for (; link != NULL && alerts != NULL; link = link->next) {
		item = sli__spec_item(policies, link, i++);
		found = item;
		/* Some write the name alone where the specification has a
		 * mapping with alertPolicyRef. */
		if (item.node != NULL && item.node->kind == SLI__SPEC_SCALAR) {
			found = sli__spec_resolve(&item, "AlertPolicy",
			    item.node->text, &is_ok);
			spec = sli__spec_field(&found, "spec");
		} else
			spec = follow(&item, "alertPolicyRef", "AlertPolicy",
			    &found, &is_ok);
		if (!is_ok)
			continue;
		is_ref = found.up == NULL;
		if (is_ref)
			item.loader->muted++;
		read_policy_spec(&spec, &policy);
		if (is_ref)
			item.loader->muted--;
		add_policy(&item, &policy,
		    sli__spec_openslo_metadata_name(is_ref ? &found : &item),
		    slo, alerts);
	}
	slo->alerts = slo->alert_count > 0 ? alerts : NULL;
	/* No alert of its own: none at all, since nobody has asked for one. */
	if (slo->alert_count == 0 &&
	    (policies->node != NULL ||
		(policies->loader->cfg.flags & SLI_SPEC_DEFAULT_ALERTS) == 0))
		slo->flags |= SLI_SPEC_NO_PAGE | SLI_SPEC_NO_TICKET;
	slo->alert_name = "ErrorBudgetBurn";
}

/* ---- documents of their own ---- */

void
sli__spec_check_policy(const struct sli__spec_at *root)
{
	struct sli__spec_at spec = sli__spec_field(root, "spec");
	struct policy policy;

	sli__spec_openslo_metadata(root, true, NULL);
	read_policy_spec(&spec, &policy);
}

void
sli__spec_check_condition(const struct sli__spec_at *root)
{
	struct sli__spec_at spec = sli__spec_field(root, "spec");
	struct policy policy;

	memset(&policy, 0, sizeof(policy));
	sli__spec_openslo_metadata(root, true, NULL);
	read_condition_spec(&spec, &policy);
}

void
sli__spec_check_target(const struct sli__spec_at *root)
{
	static const char *const fields[] = { "target", "description", NULL };
	struct sli__spec_at spec = sli__spec_field(root, "spec"), field;

	sli__spec_openslo_metadata(root, true, NULL);
	if (!sli__spec_mapping(&spec, fields, true))
		return;
	sli__spec_openslo_description(&spec, NULL);
	field = sli__spec_field(&spec, "target");
	sli__spec_text(&field, true);
}
