/* SPDX-License-Identifier: MIT */
/*
 * A registry in the formats of others, by libsli-export.
 */
#include <stdlib.h>
#include <string.h>

#include <sli/export.h>
#include <sli/export_ecs.h>
#include <sli/export_otlp.h>
#include <sli/export_proto.h>
#include <sli/export_slo.h>
#include <sli/export_snapshot.h>
#include <sli/export_statsd.h>

#include "fields.h"
#include "report.h"

/* What has been written; `bytes` grows. */
struct output {
	const struct options *options;
	struct member *member;
	char *bytes;
	size_t length, room;
	int status;
	struct sli_error err;
	napi_value value;
};

struct options {
	uint32_t format;
	uint32_t as_buffer;
	/* The bits of SLI_TEXT_NO_*, which those of proto and OTLP are too. */
	uint32_t flags;
	uint32_t bound_count;
	const uint64_t *bound_ns;
	const char *service;
};

#define OPTION(field) offsetof(struct options, field)

static int
append(const void *bytes, size_t length, void *arg)
{
	struct output *out = arg;
	size_t room = out->room == 0 ? 16384 : out->room;
	char *more;

	while (room - out->length < length)
		room *= 2;
	if (room != out->room) {
		more = realloc(out->bytes, room);
		if (more == NULL)
			return -1;
		out->bytes = more;
		out->room = room;
	}
	memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
	return 0;
}

static int
write_text(const struct sli_snapshot *snapshot, struct output *out,
    enum sli_text_format format)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;

	cfg.format = format;
	cfg.flags = out->options->flags;
	cfg.bound_count = out->options->bound_count;
	cfg.bound_ns = out->options->bound_ns;
	cfg.service = out->options->service;
	return sli_text_export(snapshot, &cfg, append, out, &out->err);
}

static int
write_openmetrics(const struct sli_snapshot *snapshot, struct output *out)
{
	return write_text(snapshot, out, SLI_TEXT_OPENMETRICS);
}

static int
write_prometheus(const struct sli_snapshot *snapshot, struct output *out)
{
	return write_text(snapshot, out, SLI_TEXT_PROMETHEUS);
}

static int
write_protobuf(const struct sli_snapshot *snapshot, struct output *out)
{
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;

	cfg.flags = out->options->flags;
	if (out->options->bound_count != 0)
		cfg.flags |= SLI_PROTO_CLASSIC;
	cfg.bound_count = out->options->bound_count;
	cfg.bound_ns = out->options->bound_ns;
	cfg.service = out->options->service;
	return sli_proto_export(snapshot, &cfg, append, out, &out->err);
}

static int
write_otlp(const struct sli_snapshot *snapshot, struct output *out)
{
	struct sli_otlp_config cfg = SLI_OTLP_CONFIG_INIT;

	cfg.flags = out->options->flags &
	    (SLI_OTLP_NO_HISTOGRAMS | SLI_OTLP_NO_SLOS | SLI_OTLP_NO_EXEMPLARS);
	cfg.service = out->options->service;
	return sli_otlp_export(snapshot, &cfg, append, out, &out->err);
}

static int
write_ecs(const struct sli_snapshot *snapshot, struct output *out)
{
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;

	cfg.flags = out->options->flags & SLI_ECS_NO_SLOS;
	cfg.service = out->options->service;
	return sli_ecs_export(snapshot, &cfg, append, out, &out->err);
}

static int
write_slo(const struct sli_snapshot *snapshot, struct output *out)
{
	struct sli_slo_json_config cfg = SLI_SLO_JSON_CONFIG_INIT;

	cfg.service = out->options->service;
	return sli_slo_json_export(snapshot, &cfg, append, out, &out->err);
}

/* A packet is whole lines, without a newline at its end. */
static int
append_packet(const void *packet, size_t length, void *out)
{
	return append(packet, length, out) != 0 || append("\n", 1, out) != 0 ?
	    SLI_STATSD_OTHER :
	    0;
}

static int
write_packets(const struct sli_snapshot *snapshot, struct output *out,
    enum sli_statsd_dialect dialect)
{
	struct sli_statsd **statsd = &out->member->statsd[dialect];
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	int status = SLI_OK;

	cfg.dialect = dialect;
	if (*statsd == NULL)
		status = sli_statsd_create(&cfg, statsd, &out->err);
	return status != SLI_OK ?
	    status :
	    sli_statsd_export(*statsd, snapshot, append_packet, out, &out->err);
}

static int
write_statsd(const struct sli_snapshot *snapshot, struct output *out)
{
	return write_packets(snapshot, out, SLI_STATSD_PLAIN);
}

static int
write_dogstatsd(const struct sli_snapshot *snapshot, struct output *out)
{
	return write_packets(snapshot, out, SLI_STATSD_DATADOG);
}

static int
write_hlog(const struct sli_snapshot *snapshot, struct output *out)
{
	struct sli_interval_log **log = &out->member->log;
	int status = SLI_OK;

	if (*log == NULL)
		status = sli_interval_log_create(log, &out->err);
	return status != SLI_OK ?
	    status :
	    sli_interval_log_export(*log, snapshot, append, out, &out->err);
}

/* In the order of `names`. */
static const struct format {
	int (*write)(const struct sli_snapshot *snapshot, struct output *out);
	const char *content_type;
	bool is_binary;
	bool is_consumer; /* tells what is new since its last flush */
} formats[] = {
	{ write_openmetrics,
	    "application/openmetrics-text; version=1.0.0; charset=utf-8", false,
	    false },
	{ write_prometheus, "text/plain; version=0.0.4; charset=utf-8", false,
	    false },
	{ write_protobuf,
	    "application/vnd.google.protobuf; "
	    "proto=io.prometheus.client.MetricFamily; encoding=delimited",
	    true, false },
	{ write_otlp, "application/json", false, false },
	{ write_ecs, SLI_ECS_CONTENT_TYPE, false, true },
	{ write_slo, "application/json", false, false },
	{ write_statsd, "text/plain; charset=utf-8", false, false },
	{ write_dogstatsd, "text/plain; charset=utf-8", false, false },
	{ write_hlog, "text/plain; charset=utf-8", false, false },
};

static const char *const names[] = { "openmetrics", "prometheus", "protobuf",
	"otlp", "ecs", "slo", "statsd", "dogstatsd", "hlog", NULL };

static const struct field option_fields[] = { { "format", NAMED, OPTION(format),
						  names, 0 },
	{ "asBuffer", FLAG, OPTION(as_buffer), NULL, 1 },
	{ "boundsMs", BOUNDS, OPTION(bound_ns), NULL, OPTION(bound_count) },
	{ "service", TEXT, OPTION(service), NULL, 0 },
	{ "noHistograms", FLAG, OPTION(flags), NULL, SLI_TEXT_NO_HISTOGRAMS },
	{ "noSlos", FLAG, OPTION(flags), NULL, SLI_TEXT_NO_SLOS },
	{ "noExemplars", FLAG, OPTION(flags), NULL, SLI_TEXT_NO_EXEMPLARS },
	{ "noCreated", FLAG, OPTION(flags), NULL, SLI_TEXT_NO_CREATED },
	{ NULL, OTHER, 0, NULL, 0 } };

static napi_value
result(napi_env env, const struct output *out)
{
	napi_value value = NULL;

	if (out->options->as_buffer || formats[out->options->format].is_binary)
		napi_create_buffer_copy(env, out->length, out->bytes, NULL,
		    &value);
	else
		napi_create_string_utf8(env, out->length == 0 ? "" : out->bytes,
		    out->length, &value);
	return value;
}

/* What JavaScript does not get has not been told: the next one has it again. */
static void
write_metrics(const struct sli_snapshot *snapshot, void *arg)
{
	struct output *out = arg;
	const struct format *format = &formats[out->options->format];

	out->status = format->write(snapshot, out);
	if (out->status == SLI_OK &&
	    (out->value = result(out->member->isolate->env, out)) == NULL)
		out->status = SLI_ENOMEM;
	if (out->status != SLI_OK && format->write == write_hlog)
		sli_interval_log_undo(out->member->log);
}

/* A consumer is known by its arg: the member, for as long as it is one. */
static int
write_since(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct member *m = arg;

	(void)err; /* the output has its own */
	write_metrics(snapshot, m->output);
	return m->output->status;
}

void
metrics_forget(struct member *m)
{
	sli_statsd_destroy(m->statsd[SLI_STATSD_PLAIN]);
	sli_statsd_destroy(m->statsd[SLI_STATSD_DATADOG]);
	sli_interval_log_destroy(m->log);
	m->statsd[SLI_STATSD_PLAIN] = m->statsd[SLI_STATSD_DATADOG] = NULL;
	m->log = NULL;
	sli_flush_try_forget(shared_registry(m->shared), write_since, m);
}

static void
flush(napi_env env, const struct object *o, uint64_t now, struct output *out)
{
	struct member *m = o->member;
	int status;

	if (!formats[out->options->format].is_consumer) {
		flush_once(env, o, now, write_metrics, out);
		return;
	}
	m->output = out;
	status = sli_flush_try(object_registry(o), now, write_since, m, NULL);
	m->output = NULL;
	if (status != out->status)
		throw_flush(env, status);
}

/* metrics(registry, options, nowMs): text, or a Buffer */
static napi_value
metrics(napi_env env, napi_callback_info info)
{
	struct options options = { 0 };
	struct output out = { .options = &options, .status = SLI_EBUSY };
	bool is_thrown = false;
	struct object *o;
	struct pool pool;
	struct call c;
	uint64_t now;

	pool.used = 0;
	if (!call_begin(&c, env, info) ||
	    !fields_read(env, c.arg[1], option_fields, &pool, &options) ||
	    !call_time(&c, 2, "nowMs", &now) ||
	    (o = call_object(&c, 0, REGISTRY)) == NULL)
		return NULL;
	out.member = o->member;
	flush(env, o, now, &out);
	napi_is_exception_pending(env, &is_thrown);
	if (out.status != SLI_OK && !is_thrown)
		throw_status(env, out.status, &out.err);
	free(out.bytes);
	return out.value;
}

/* contentType(format) */
static napi_value
content_type(napi_env env, napi_callback_info info)
{
	uint32_t format = 0;
	struct call c;

	if (!call_begin(&c, env, info) ||
	    (!call_is_undefined(&c, 0) &&
		!fields_named(env, c.arg[0], "format", names, &format)))
		return NULL;
	return text_of(env, formats[format].content_type);
}

const struct function metrics_functions[] = {
	{ "metrics", metrics },
	{ "contentType", content_type },
	{ NULL, NULL },
};
