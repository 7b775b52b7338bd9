/* SPDX-License-Identifier: MIT */
/* Which fields the documents for Elasticsearch have, and of what types. */
#include "ecs_documents.h"

enum type { KEYWORD, LONG, DOUBLE, DATE, BOOLEAN };

/* Of ECS 8.11 and Metricbeat's metricset, with their types; then our own. */
static const struct field {
	const char *path;
	enum type type;
} fields[] = {
	{ "@timestamp", DATE },
	{ "ecs.version", KEYWORD },
	{ "event.action", KEYWORD },
	{ "event.dataset", KEYWORD },
	{ "event.duration", LONG },
	{ "event.end", DATE },
	{ "event.id", KEYWORD },
	{ "event.kind", KEYWORD },
	{ "event.module", KEYWORD },
	{ "event.severity", LONG },
	{ "event.start", DATE },
	{ "event.type", KEYWORD },
	{ "host.name", KEYWORD },
	{ "labels.code", KEYWORD },
	{ "labels.route", KEYWORD },
	{ "metricset.name", KEYWORD },
	{ "metricset.period", LONG },
	{ "rule.name", KEYWORD },
	{ "service.environment", KEYWORD },
	{ "service.name", KEYWORD },
	{ "service.node.name", KEYWORD },

	{ "sli.alert.bad", LONG },
	{ "sli.alert.budget_cost", DOUBLE },
	{ "sli.alert.end_at", DATE },
	{ "sli.alert.end_ns", LONG },
	{ "sli.alert.factor", DOUBLE },
	{ "sli.alert.kind", KEYWORD },
	{ "sli.alert.long_ns", LONG },
	{ "sli.alert.missing", LONG },
	{ "sli.alert.number", LONG },
	{ "sli.alert.onset_at", DATE },
	{ "sli.alert.onset_ns", LONG },
	{ "sli.alert.peak_burn", DOUBLE },
	{ "sli.alert.recovered_at", DATE },
	{ "sli.alert.recovered_ns", LONG },
	{ "sli.alert.severity", KEYWORD },
	{ "sli.alert.short_ns", LONG },
	{ "sli.alert.silent", BOOLEAN },
	{ "sli.alert.slo", KEYWORD },
	{ "sli.alert.start_at", DATE },
	{ "sli.alert.start_ns", LONG },
	{ "sli.alert.total", LONG },
	{ "sli.delta.bad", LONG },
	{ "sli.delta.good", LONG },
	{ "sli.delta.ignored", LONG },
	{ "sli.delta.shed", LONG },
	{ "sli.indicator.in_flight", LONG },
	{ "sli.indicator.late", LONG },
	{ "sli.indicator.name", KEYWORD },
	{ "sli.indicator.title", KEYWORD },
	{ "sli.latency.bad.count", LONG },
	{ "sli.latency.bad.max_ns", LONG },
	{ "sli.latency.bad.mean_ns", DOUBLE },
	{ "sli.latency.bad.p50_ns", LONG },
	{ "sli.latency.bad.p90_ns", LONG },
	{ "sli.latency.bad.p99_ns", LONG },
	{ "sli.latency.bad.window_ns", LONG },
	{ "sli.latency.good.count", LONG },
	{ "sli.latency.good.max_ns", LONG },
	{ "sli.latency.good.mean_ns", DOUBLE },
	{ "sli.latency.good.p50_ns", LONG },
	{ "sli.latency.good.p90_ns", LONG },
	{ "sli.latency.good.p99_ns", LONG },
	{ "sli.latency.good.window_ns", LONG },
	{ "sli.slo.active", BOOLEAN },
	{ "sli.slo.budget.bad", LONG },
	{ "sli.slo.budget.burn_rate_1h", DOUBLE },
	{ "sli.slo.budget.burn_rate_6h", DOUBLE },
	{ "sli.slo.budget.corrected_bad", LONG },
	{ "sli.slo.budget.corrected_good", LONG },
	{ "sli.slo.budget.covered_ns", LONG },
	{ "sli.slo.budget.excluded", LONG },
	{ "sli.slo.budget.excluded_ns", LONG },
	{ "sli.slo.budget.exhausted_in_ns", LONG },
	{ "sli.slo.budget.good", LONG },
	{ "sli.slo.budget.has_data", BOOLEAN },
	{ "sli.slo.budget.remaining", DOUBLE },
	{ "sli.slo.budget.reset_at", DATE },
	{ "sli.slo.budget.reset_ns", LONG },
	{ "sli.slo.budget.sli", DOUBLE },
	{ "sli.slo.budget.total", LONG },
	{ "sli.slo.burn_rate.1d", DOUBLE },
	{ "sli.slo.burn_rate.1h", DOUBLE },
	{ "sli.slo.burn_rate.2h", DOUBLE },
	{ "sli.slo.burn_rate.30m", DOUBLE },
	{ "sli.slo.burn_rate.3d", DOUBLE },
	{ "sli.slo.burn_rate.5m", DOUBLE },
	{ "sli.slo.burn_rate.6h", DOUBLE },
	{ "sli.slo.indicator", KEYWORD },
	{ "sli.slo.method", KEYWORD },
	{ "sli.slo.name", KEYWORD },
	{ "sli.slo.objective", DOUBLE },
	{ "sli.slo.outage", KEYWORD },
	{ "sli.slo.page", KEYWORD },
	{ "sli.slo.period_ns", LONG },
	{ "sli.slo.shed_probability.critical", DOUBLE },
	{ "sli.slo.shed_probability.critical_plus", DOUBLE },
	{ "sli.slo.shed_probability.sheddable", DOUBLE },
	{ "sli.slo.shed_probability.sheddable_plus", DOUBLE },
	{ "sli.slo.threshold_ns", LONG },
	{ "sli.slo.ticket", KEYWORD },
	{ "sli.slow.100ms.delta", LONG },
	{ "sli.slow.100ms.total", LONG },
	{ "sli.slow.1s500ms.delta", LONG },
	{ "sli.slow.1s500ms.total", LONG },
	{ "sli.total.bad", LONG },
	{ "sli.total.good", LONG },
	{ "sli.total.ignored", LONG },
	{ "sli.total.shed", LONG },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static int seen[FIELDS];

static int
is_date(const char *text)
{
	const char *form = "0000-00-00T00:00:00.000Z";
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' :
				     text[i] != form[i])
			return 0;
	return text[i] == '\0';
}

static int
has_type(const json_t *value, enum type type)
{
	switch (type) {
	case KEYWORD:
		return json_is_string(value);
	case DATE:
		return json_is_string(value) &&
		    is_date(json_string_value(value));
	case LONG:
		return json_is_integer(value);
	case BOOLEAN:
		return json_is_boolean(value);
	default:
		return json_is_number(value);
	}
}

static void
check_leaf(const char *path, const json_t *value)
{
	size_t i;

	for (i = 0; i < FIELDS && strcmp(fields[i].path, path) != 0; i++)
		;
	if (i == FIELDS)
		fail_msg("%s is no known field", path);
	if (json_is_null(value) && strncmp(path, "sli.", 4) == 0)
		return;
	if (!has_type(value, fields[i].type))
		fail_msg("%s is of another type: %s", path,
		    json_dumps(value, JSON_ENCODE_ANY));
	seen[i] = 1;
}

static void
check_fields(const char *path, json_t *value)
{
	char below[128];
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_array(value)) {
		for (i = 0; i < json_array_size(value); i++)
			check_leaf(path, json_array_get(value, i));
	} else if (json_is_object(value)) {
		json_object_foreach(value, key, member)
		{
			/* A dot would be another way to nest. */
			assert_null(strchr(key, '.'));
			snprintf(below, sizeof(below), "%s%s%s", path,
			    *path == '\0' ? "" : ".", key);
			check_fields(below, member);
		}
	} else {
		check_leaf(path, value);
	}
}

static void
test_ecs_fields_are_known_and_of_their_types(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = ecs_indicator(reg);
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;
	uint64_t now = START;
	size_t i, step;

	(void)state;
	ecs_slo(ind);
	cfg.service = "shop";
	cfg.environment = "production";
	cfg.node = "shop-3";
	cfg.host = "host.example";
	memset(seen, 0, sizeof(seen));
	for (step = 0; step < 4; step++) {
		ecs_flush(reg, now, &cfg);
		for (i = 0; i < document_count; i++)
			check_fields("", documents[i]);
		now = ecs_traffic(ind, now, step == 2 ? 180 : 20,
		    step == 1 ? SLI_BAD : SLI_GOOD);
	}
	for (i = 0; i < FIELDS; i++)
		if (!seen[i] && strstr(fields[i].path, "reset_at") == NULL &&
		    strstr(fields[i].path, "exhausted") == NULL)
			fail_msg("%s was in no document", fields[i].path);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ecs_fields_are_known_and_of_their_types),
	};

	return cmocka_run_group_tests(tests, NULL, ecs_forget);
}
