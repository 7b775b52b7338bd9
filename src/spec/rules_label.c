/* SPDX-License-Identifier: MIT */
/*
 * Labels of rules: those of the definition, as Prometheus may have them, and
 * sloth's, which say whose rule it is.
 */
#include <string.h>

#include "spec/field.h"
#include "spec/rules.h"

/* Names as Prometheus has them: [a-zA-Z_][a-zA-Z0-9_]*, and no __ first. */
static const char *
label_name(struct sli__spec_pool *pool, const char *name)
{
	char *made = sli__spec_get(pool, strlen(name) + 3), *at;
	size_t i;

	if (made == NULL)
		return "_";
	at = made;
	if (name[0] == '\0' || (name[0] >= '0' && name[0] <= '9') ||
	    strncmp(name, "__", 2) == 0)
		*at++ = name[0] == '_' ? 'x' : '_';
	for (i = 0; name[i] != '\0'; i++)
		*at++ = (name[i] >= '0' && name[i] <= '9') ||
			(name[i] >= 'a' && name[i] <= 'z') ||
			(name[i] >= 'A' && name[i] <= 'Z') ?
		    name[i] :
		    '_';
	return made;
}

struct sli_spec_labels
sli__spec_one_label(struct sli__spec_rules *rules, const char *name,
    const char *value)
{
	struct sli_spec_labels one = { NULL, 0 };
	struct sli_label *label = sli__spec_get(rules->pool, sizeof(*label));

	if (label == NULL)
		return one;
	label->name = name;
	label->value = value;
	one.list = label;
	one.count = 1;
	return one;
}

struct sli_spec_labels
sli__spec_rule_labels(struct sli__spec_rules *rules,
    struct sli_spec_labels labels)
{
	struct sli_spec_labels made = { NULL, 0 };
	uint32_t i;

	for (i = 0; i < labels.count; i++)
		made = sli__spec_join_labels(rules->pool, made,
		    sli__spec_one_label(rules,
			label_name(rules->pool, labels.list[i].name),
			labels.list[i].value));
	return made;
}

void
sli__spec_put_labels(struct sli__spec_rules *rules, const char *key,
    struct sli_spec_labels labels)
{
	struct sli_spec_labels made = sli__spec_rule_labels(rules, labels);
	uint32_t i;

	if (made.count > 0)
		sli__spec_put(rules->out, "    %s:\n", key);
	for (i = 0; i < made.count; i++) {
		sli__spec_put(rules->out, "      %s: ", made.list[i].name);
		sli__spec_put_quoted(rules->out, made.list[i].value);
		sli__spec_put(rules->out, "\n");
	}
}

void
sli__spec_make_ids(struct sli__spec_rules *rules)
{
	const struct sli_spec_slo *slo = rules->slo;
	struct sli__spec_output filter = { 0 };
	uint32_t i;

	rules->ids = sli__spec_join_labels(rules->pool,
	    sli__spec_join_labels(rules->pool,
		sli__spec_one_label(rules, "sloth_id", slo->id),
		sli__spec_one_label(rules, "sloth_service", slo->service)),
	    sli__spec_one_label(rules, "sloth_slo", slo->name));
	rules->labels = sli__spec_join_labels(rules->pool,
	    sli__spec_rule_labels(rules, slo->labels), rules->ids);
	for (i = 0; i < rules->ids.count; i++) {
		sli__spec_put(&filter, "%s%s=", i == 0 ? "{" : ", ",
		    rules->ids.list[i].name);
		sli__spec_put_promql_text(&filter, rules->ids.list[i].value);
	}
	sli__spec_put(&filter, "}");
	rules->filter = sli__spec_copy(rules->pool,
	    filter.text != NULL ? filter.text : "", filter.len);
	if (filter.failed)
		rules->out->failed = true;
	sli__spec_output_free(&filter);
}
