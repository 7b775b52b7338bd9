/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sli/export_proto.h>
#include <sli/export_slo.h>

#include "answer.h"

static int
write_text(const struct sli_snapshot *snapshot, struct sli__request *request)
{
	const struct sli_http_config *cfg = &request->http->cfg;
	struct sli_text_config text = SLI_TEXT_CONFIG_INIT;

	text.format = sli_text_negotiate(request->accept);
	text.flags = cfg->metrics_flags;
	text.service = cfg->service;
	text.bound_ns = cfg->bound_ns;
	text.bound_count = cfg->bound_count;
	request->type = sli_text_content_type(text.format);
	return sli_text_export(snapshot, &text, sli__body_write, request->body,
	    &request->err);
}

/*
 * With classic buckets: exemplars hang on them, and a Prometheus that asks for
 * this format may still have its native histograms turned off.
 */
static int
write_proto(const struct sli_snapshot *snapshot, struct sli__request *request)
{
	const struct sli_http_config *cfg = &request->http->cfg;
	struct sli_proto_config proto = SLI_PROTO_CONFIG_INIT;

	/* Those of the text are the same here. */
	proto.flags = cfg->metrics_flags | SLI_PROTO_CLASSIC;
	proto.service = cfg->service;
	proto.bound_ns = cfg->bound_ns;
	proto.bound_count = cfg->bound_count;
	request->type = sli_proto_content_type();
	return sli_proto_export(snapshot, &proto, sli__body_write,
	    request->body, &request->err);
}

int
sli__write_metrics(const struct sli_snapshot *snapshot,
    struct sli__request *request)
{
	return sli_proto_negotiate(request->accept) ?
	    write_proto(snapshot, request) :
	    write_text(snapshot, request);
}

int
sli__write_slos(const struct sli_snapshot *snapshot,
    struct sli__request *request)
{
	struct sli_slo_json_config json = SLI_SLO_JSON_CONFIG_INIT;

	json.service = request->http->cfg.service;
	request->type = SLI_SLO_JSON_CONTENT_TYPE;
	return sli_slo_json_export(snapshot, &json, sli__body_write,
	    request->body, &request->err);
}

static const char *
state_of(const struct sli_slo_view *slo, uint64_t now_ns)
{
	struct sli_outage outage;

	if (slo->budget.page == SLI_ALERT_FIRING)
		return "page";
	if (sli_slo_outage(slo->slo, now_ns, &outage) == SLI_OK &&
	    outage.state == SLI_ALERT_FIRING)
		return "outage";
	if (slo->budget.ticket == SLI_ALERT_FIRING)
		return "ticket";
	return slo->budget.remaining <= 0 ? "spent" : "ok";
}

/* A line per SLO: its state; its name; how much budget is left. */
int
sli__write_health(const struct sli_snapshot *snapshot,
    struct sli__request *request)
{
	uint32_t i, count = sli_snapshot_slo_count(snapshot);
	uint64_t now_ns = sli_snapshot_now(snapshot);
	struct sli_slo_view slo;
	char line[320];
	int length;

	request->type = "text/plain; charset=utf-8";
	if (sli__body_write("ok\n", 3, request->body) != 0)
		return SLI_EIO;
	for (i = 0; i < count; i++) {
		if (sli_snapshot_slo(snapshot, i, &slo) != SLI_OK)
			continue;
		length = snprintf(line, sizeof(line),
		    "%s %s %" PRId64 "%% left\n", state_of(&slo, now_ns),
		    slo.name, (int64_t)(100 * slo.budget.remaining));
		if (sli__body_write(line, (size_t)length, request->body) != 0)
			return SLI_EIO;
	}
	return SLI_OK;
}

sli__write_fn *
sli__writer_find(const char *path)
{
	static const struct {
		const char *path;
		sli__write_fn *write;
	} writers[] = {
		{ "/metrics", sli__write_metrics },
		{ "/slo", sli__write_slos },
		{ "/healthz", sli__write_health },
	};
	size_t i;

	for (i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (strcmp(path, writers[i].path) == 0)
			return writers[i].write;
	return NULL;
}
