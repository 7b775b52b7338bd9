/* SPDX-License-Identifier: MIT */
/*
 * The frame of a request (opentelemetry-proto, metrics.proto) in protobuf's
 * JSON: keys in lowerCamelCase, enums as numbers, 64-bit integers in quotes.
 */
#include <string.h>

#include <sli/version.h>

#include "export/config.h"
#include "export/otlp.h"

#define CUMULATIVE 2 /* enum AggregationTemporality */

void
sli__otlp_key_value(struct sli__json *json, const char *key, const char *value)
{
	sli__json_open(json, '{');
	sli__json_key(json, "key");
	sli__json_string(json, key);
	sli__json_key(json, "value");
	sli__json_open(json, '{');
	sli__json_key(json, "stringValue");
	sli__json_string(json, value);
	sli__json_close(json, '}');
	sli__json_close(json, '}');
}

void
sli__otlp_begin(struct sli__otlp *otlp, const struct sli__otlp_metric *metric)
{
	otlp->metric = metric;
	otlp->has_points = false;
}

static void
open_metric(struct sli__otlp *otlp)
{
	static const char *const kinds[] = { "gauge", "sum",
		"exponentialHistogram" };
	const struct sli__otlp_metric *metric = otlp->metric;
	struct sli__json *json = &otlp->json;

	sli__json_open(json, '{');
	sli__json_key(json, "name");
	sli__json_string(json, metric->name);
	sli__json_key(json, "description");
	sli__json_string(json, metric->description);
	sli__json_key(json, "unit");
	sli__json_string(json, metric->unit);
	sli__json_key(json, kinds[metric->kind]);
	sli__json_open(json, '{');
	if (metric->kind != SLI__OTLP_GAUGE) {
		sli__json_key(json, "aggregationTemporality");
		sli__json_int(json, CUMULATIVE);
	}
	if (metric->kind == SLI__OTLP_SUM) {
		sli__json_key(json, "isMonotonic");
		sli__json_true(json);
	}
	sli__json_key(json, "dataPoints");
	sli__json_open(json, '[');
}

void
sli__otlp_end(struct sli__otlp *otlp)
{
	if (!otlp->has_points)
		return;
	sli__json_close(&otlp->json, ']');
	sli__json_close(&otlp->json, '}');
	sli__json_close(&otlp->json, '}');
}

void
sli__otlp_point(struct sli__otlp *otlp)
{
	if (!otlp->has_points)
		open_metric(otlp);
	otlp->has_points = true;
	sli__json_open(&otlp->json, '{');
	sli__json_key(&otlp->json, "attributes");
	sli__json_open(&otlp->json, '[');
}

void
sli__otlp_attribute(struct sli__otlp *otlp, const char *name, const char *value)
{
	sli__otlp_key_value(&otlp->json, name, value);
}

void
sli__otlp_times(struct sli__otlp *otlp, uint64_t start_ns)
{
	struct sli__json *json = &otlp->json;

	sli__json_close(json, ']');
	if (start_ns > 0) {
		sli__json_key(json, "startTimeUnixNano");
		sli__json_u64(json, start_ns);
	}
	sli__json_key(json, "timeUnixNano");
	sli__json_u64(json, sli_snapshot_now(otlp->snapshot));
}

void
sli__otlp_point_end(struct sli__otlp *otlp)
{
	sli__json_close(&otlp->json, '}');
}

static void
put_resource(struct sli__otlp *otlp)
{
	struct sli__json *json = &otlp->json;
	const struct sli_otlp_config *cfg = &otlp->cfg;
	uint32_t i;

	sli__json_key(json, "resource");
	sli__json_open(json, '{');
	sli__json_key(json, "attributes");
	sli__json_open(json, '[');
	if (cfg->service != NULL)
		sli__otlp_key_value(json, SLI__OTLP_SERVICE, cfg->service);
	for (i = 0; i < cfg->attribute_count; i++)
		sli__otlp_key_value(json, cfg->attributes[i].name,
		    cfg->attributes[i].value);
	sli__json_close(json, ']');
	sli__json_close(json, '}');
}

static void
put_scope(struct sli__json *json)
{
	sli__json_key(json, "scope");
	sli__json_open(json, '{');
	sli__json_key(json, "name");
	sli__json_string(json, "libsli");
	sli__json_key(json, "version");
	sli__json_string(json, SLI_VERSION);
	sli__json_close(json, '}');
}

static void
put_request(struct sli__otlp *otlp)
{
	struct sli__json *json = &otlp->json;

	sli__json_open(json, '{');
	sli__json_key(json, "resourceMetrics");
	sli__json_open(json, '[');
	sli__json_open(json, '{');
	put_resource(otlp);
	sli__json_key(json, "scopeMetrics");
	sli__json_open(json, '[');
	sli__json_open(json, '{');
	put_scope(json);
	sli__json_key(json, "metrics");
	sli__json_open(json, '[');
	sli__otlp_indicators(otlp);
	if ((otlp->cfg.flags & SLI_OTLP_NO_SLOS) == 0)
		sli__otlp_slos(otlp);
	sli__json_close(json, ']');
	sli__json_close(json, '}');
	sli__json_close(json, ']');
	sli__json_close(json, '}');
	sli__json_close(json, ']');
	sli__json_close(json, '}');
}

int
sli_otlp_export(const struct sli_snapshot *snapshot,
    const struct sli_otlp_config *cfg, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	struct sli__otlp otlp;
	int status = sli__export_check(snapshot, write, err);

	if (status == SLI_OK)
		status = sli__otlp_config_check(cfg, &otlp.cfg, err);
	if (status != SLI_OK)
		return status;
	otlp.snapshot = snapshot;
	sli__json_begin(&otlp.json, write, arg);
	put_request(&otlp);
	return sli__sink_close(&otlp.json.sink, err);
}
