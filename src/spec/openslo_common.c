/* SPDX-License-Identifier: MIT */
/*
 * What openslo/v1 and openslo/v1alpha have in common.
 */
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"
#include "spec/query.h"

#define NAME_MAX_CHARS 255
#define DESCRIPTION_MAX_CHARS 1050

/*
 * RFC 1123 is what must be supported, and 255 characters with . | / \ what
 * should be; the specification's own examples also have capitals.
 */
static bool
is_name(const char *name)
{
	size_t len = strlen(name);
	size_t i;

	for (i = 0; i < len; i++) {
		if ((name[i] >= '0' && name[i] <= '9') ||
		    (name[i] >= 'a' && name[i] <= 'z') ||
		    (name[i] >= 'A' && name[i] <= 'Z'))
			continue;
		if (i == 0 || i == len - 1 ||
		    strchr("-._|/\\", name[i]) == NULL)
			return false;
	}
	return len > 0 && len <= NAME_MAX_CHARS;
}

const char *
sli__spec_openslo_metadata(const struct sli__spec_at *at, bool is_v1,
    struct sli_spec_slo *slo)
{
	static const char *const of_v1[] = { "name", "displayName", "labels",
		"annotations", NULL };
	static const char *const of_alpha[] = { "name", "displayName", NULL };
	struct sli__spec_at metadata = sli__spec_field(at, "metadata"), field;
	const char *name;

	if (!sli__spec_mapping(&metadata, is_v1 ? of_v1 : of_alpha, true))
		return "";
	field = sli__spec_field(&metadata, "name");
	name = sli__spec_text(&field, true);
	if (name == NULL || name[0] == '\0')
		return "";
	if (!is_name(name)) {
		sli__spec_complain(&field,
		    "\"%.64s\" is no name; accepted: up to 255 letters, digits "
		    "and - _ . | / \\, the first and last a letter or digit",
		    name);
		return "";
	}
	if (slo == NULL)
		return name;
	field = sli__spec_field(&metadata, "displayName");
	slo->display_name = sli__spec_text_or_none(&field);
	field = sli__spec_field(&metadata, "labels");
	slo->labels = sli__spec_labels(&field);
	return name;
}

const char *
sli__spec_openslo_metadata_name(const struct sli__spec_at *at)
{
	struct sli__spec_at metadata = sli__spec_field(at, "metadata");
	const struct sli__spec_node *name = metadata.node != NULL ?
	    sli__spec_value(metadata.node, "name") :
	    NULL;

	return name != NULL && name->kind == SLI__SPEC_SCALAR ? name->text : "";
}

void
sli__spec_openslo_description(const struct sli__spec_at *spec, const char **out)
{
	struct sli__spec_at at = sli__spec_field(spec, "description");
	const char *text = sli__spec_text_or_none(&at), *c;
	uint32_t count = 0;

	for (c = text; *c != '\0'; c++)
		count += ((unsigned char)*c & 0xc0) != 0x80;
	if (count > DESCRIPTION_MAX_CHARS)
		sli__spec_complain(&at, "has %u characters; accepted: up to %u",
		    count, DESCRIPTION_MAX_CHARS);
	if (out != NULL)
		*out = text;
}

static void
read_start(const struct sli__spec_at *at, struct sli_spec_period *period)
{
	const char *text = sli__spec_text(at, true), *why;

	if (text == NULL)
		return;
	why = sli__spec_read_civil(text, &period->start_s);
	if (why != NULL)
		sli__spec_complain(at, "\"%.64s\" %s", text, why);
	else
		period->start = sli__spec_format(at->loader->pool, "%.10s %s",
		    text, text + 11);
}

void
sli__spec_openslo_calendar(const struct sli__spec_at *at,
    struct sli_spec_period *period)
{
	static const char *const fields[] = { "startTime", "timeZone", NULL };
	struct sli__spec_at start = sli__spec_field(at, "startTime");
	struct sli__spec_at zone = sli__spec_field(at, "timeZone");
	struct sli_error err = { SLI_OK, "" };
	const char *text;

	if (!sli__spec_mapping(at, fields, true))
		return;
	read_start(&start, period);
	text = sli__spec_text(&zone, true);
	if (text == NULL || text[0] == '\0')
		return;
	period->time_zone = text;
	/* 0 would mean to the library that there is no start. */
	if (sli_time_zone_resolve(text, period->start_s, &period->start_ns,
		&err) != SLI_OK &&
	    err.status != SLI_ERANGE)
		sli__spec_complain(&zone, "%s", err.message);
	else if (period->start_ns == 0 && period->start[0] != '\0')
		sli__spec_complain(&start,
		    "\"%.64s\" is out of range; accepted: after 1970-01-01 "
		    "00:00:00 and before 2116, in UTC",
		    period->start);
}

enum sli_method
sli__spec_openslo_method(const struct sli__spec_at *at)
{
	static const char *const methods[] = { "Occurrences", "Timeslices",
		"RatioTimeslices", NULL };
	struct sli__spec_at method = sli__spec_field(at, "budgetingMethod");

	switch (sli__spec_choice(&method, methods, true)) {
	case 1:
		return SLI_TIMESLICES;
	case 2:
		return SLI_RATIO_TIMESLICES;
	default:
		return SLI_OCCURRENCES;
	}
}

void
sli__spec_openslo_add(const struct sli__spec_at *objective,
    const struct sli_spec_slo *common, uint32_t count,
    const struct sli_spec_slo *slo)
{
	struct sli_spec_slo *copy = sli__spec_new_slo(objective->loader);
	struct sli__spec_at name = sli__spec_field(objective, "displayName");
	const char *text = sli__spec_text_or_none(&name);

	if (copy == NULL || common->name[0] == '\0')
		return;
	*copy = *slo;
	if (text[0] != '\0')
		copy->display_name = text;
	if (count > 1) {
		copy->line = objective->node->line;
		copy->name = sli__spec_format(objective->loader->pool, "%s-%u",
		    common->name, objective->index);
	}
	sli__spec_add_slo(objective->loader, copy, objective->node->column);
}

void
sli__spec_openslo_objectives(const struct sli__spec_at *spec,
    const struct sli_spec_slo *common,
    void (*read)(const struct sli__spec_at *at,
	const struct sli_spec_slo *common, uint32_t count))
{
	struct sli__spec_at list = sli__spec_field(spec, "objectives"), item;
	const struct sli__spec_link *link = sli__spec_sequence(&list, true);
	uint32_t i = 0;

	for (; link != NULL; link = link->next) {
		item = sli__spec_item(&list, link, i++);
		read(&item, common, list.node->count);
	}
}

/* op and value: what a latency has to be for its event to be good. */
void
sli__spec_openslo_threshold(const struct sli__spec_at *objective,
    struct sli_spec_slo *slo)
{
	static const char *const ops[] = { "lte", "lt", "gte", "gt", NULL };
	struct sli__spec_at op = sli__spec_field(objective, "op");
	struct sli__spec_at value = sli__spec_field(objective, "value");
	uint64_t unit_ns = objective->loader->cfg.threshold_unit_ns, billionths;
	unsigned __int128 ns;
	int choice;

	if (slo->indicator.kind != SLI_SPEC_LATENCY) {
		/* v1alpha has a value everywhere: 1 where it says nothing. */
		if (op.node != NULL)
			sli__spec_complain(&op,
			    "has no meaning; accepted: with a thresholdMetric");
		if (value.node != NULL && slo->format == SLI_SPEC_OPENSLO_V1)
			sli__spec_complain(&value,
			    "has no meaning; accepted: with a thresholdMetric");
		return;
	}
	choice = sli__spec_choice(&op, ops, true);
	if (choice >= 2)
		sli__spec_complain(&op,
		    "\"%.64s\" makes a low value bad; accepted: lte, lt (a "
		    "latency, of which high ones are bad)",
		    op.node->text);
	if (!sli__spec_decimal(&value, 9, true, &billionths))
		return;
	ns = (unsigned __int128)billionths * unit_ns;
	if (ns == 0 || ns % 1000000000 != 0 ||
	    ns / 1000000000 > UINT64_MAX / 2) {
		sli__spec_complain(&value,
		    "\"%.64s\" is out of range; accepted: whole nanoseconds "
		    "above 0, where 1 stands for %llu ns",
		    value.node->text, (unsigned long long)unit_ns);
		return;
	}
	slo->indicator.threshold_ns = (uint64_t)(ns / 1000000000);
	/* Good is what is at most the threshold. */
	if (choice == 1)
		slo->indicator.threshold_ns--;
}

void
sli__spec_set_query(struct sli_spec_query *query, const struct sli__spec_at *at,
    const char *text, const char *source, bool is_counter)
{
	query->text = text;
	query->source = source;
	query->line = at->node != NULL ? at->node->line : 0;
	if (strcmp(source, "prometheus") != 0 &&
	    strcmp(source, "Prometheus") != 0 && strcmp(source, "promql") != 0)
		query->kind = SLI_SPEC_QUERY_OPAQUE;
	else if (strstr(text, "{{") != NULL)
		query->kind = sli__spec_is_template(text) ?
		    SLI_SPEC_QUERY_TEMPLATE :
		    SLI_SPEC_QUERY_OPAQUE;
	else if (is_counter && sli__spec_selector_length(text) > 0)
		query->kind = SLI_SPEC_QUERY_COUNTER;
	else
		query->kind = SLI_SPEC_QUERY_OPAQUE;
}
