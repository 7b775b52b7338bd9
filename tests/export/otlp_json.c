/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "otlp_json.h"

static char text[16 << 20];
static size_t text_length;

struct request {
	const struct sli_otlp_config *cfg;
	struct sli_error err;
	int status;
};

static int
append(const void *bytes, size_t length, void *arg)
{
	(void)arg;
	if (length >= sizeof(text) - text_length)
		return -1;
	memcpy(text + text_length, bytes, length);
	text_length += length;
	return 0;
}

static void
write_request(const struct sli_snapshot *snapshot, void *arg)
{
	struct request *r = arg;

	r->status = sli_otlp_export(snapshot, r->cfg, append, NULL, &r->err);
}

const char *
otlp_text(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_otlp_config *cfg)
{
	static struct request r;

	r.cfg = cfg;
	text_length = 0;
	assert_int_equal(sli_flush(reg, now_ns, write_request, &r), SLI_OK);
	if (r.status != SLI_OK)
		fail_msg("%s", r.err.message);
	text[text_length] = '\0';
	return text;
}

json_t *
otlp_request(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_otlp_config *cfg)
{
	const char *bytes = otlp_text(reg, now_ns, cfg);
	json_error_t err;
	json_t *request = json_loads(bytes, JSON_REJECT_DUPLICATES, &err);

	if (request == NULL)
		fail_msg("%s at %d in %s", err.text, err.position, bytes);
	return request;
}

/* The only element of an array in an object. */
static json_t *
only(const json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);

	assert_int_equal(json_array_size(list), 1);
	return json_array_get(list, 0);
}

json_t *
otlp_resource(const json_t *request)
{
	return json_object_get(only(request, "resourceMetrics"), "resource");
}

static json_t *
scope_metrics(const json_t *request)
{
	return only(only(request, "resourceMetrics"), "scopeMetrics");
}

json_t *
otlp_scope(const json_t *request)
{
	return json_object_get(scope_metrics(request), "scope");
}

json_t *
otlp_metric(const json_t *request, const char *name)
{
	json_t *metrics = json_object_get(scope_metrics(request), "metrics");
	json_t *metric, *found = NULL;
	size_t i;

	json_array_foreach(metrics, i, metric)
	{
		if (strcmp(json_string_value(json_object_get(metric, "name")),
			name) != 0)
			continue;
		assert_null(found);
		found = metric;
	}
	return found;
}

json_t *
otlp_points(const json_t *request, const char *name)
{
	static const char *const kinds[] = { "gauge", "sum",
		"exponentialHistogram" };
	json_t *metric = otlp_metric(request, name), *found = NULL, *data;
	size_t i;

	if (metric == NULL)
		return NULL;
	for (i = 0; i < LENGTH(kinds); i++) {
		data = json_object_get(metric, kinds[i]);
		if (data == NULL)
			continue;
		assert_null(found);
		found = json_object_get(data, "dataPoints");
	}
	assert_true(json_array_size(found) > 0);
	return found;
}

const char *
otlp_attribute(const json_t *attributes, const char *name)
{
	const char *found = NULL;
	json_t *attribute;
	size_t i;

	json_array_foreach(attributes, i, attribute)
	{
		if (strcmp(json_string_value(json_object_get(attribute, "key")),
			name) != 0)
			continue;
		assert_null(found);
		found = json_string_value(json_object_get(
		    json_object_get(attribute, "value"), "stringValue"));
		assert_non_null(found);
	}
	return found;
}

static bool
has_attributes(const json_t *point, va_list pairs)
{
	const json_t *attributes = json_object_get(point, "attributes");
	const char *name, *value, *has;

	while ((name = va_arg(pairs, const char *)) != NULL) {
		value = va_arg(pairs, const char *);
		has = otlp_attribute(attributes, name);
		if (has == NULL || strcmp(has, value) != 0)
			return false;
	}
	return true;
}

json_t *
otlp_point(const json_t *request, const char *metric, ...)
{
	json_t *points = otlp_points(request, metric), *point, *found = NULL;
	va_list pairs;
	size_t i;

	json_array_foreach(points, i, point)
	{
		va_start(pairs, metric);
		if (has_attributes(point, pairs)) {
			assert_null(found);
			found = point;
		}
		va_end(pairs);
	}
	return found;
}

uint64_t
otlp_u64(const json_t *object, const char *key)
{
	const char *digits = json_string_value(json_object_get(object, key));
	char *end = NULL;
	uint64_t value;

	if (digits == NULL)
		fail_msg("%s is no string", key);
	errno = 0;
	value = strtoull(digits, &end, 10);
	assert_true(errno == 0 && end != digits && *end == '\0');
	return value;
}
