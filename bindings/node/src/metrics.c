/* SPDX-License-Identifier: MIT */
/*
 * A registry in the formats of others, by libsli-export.
 */
#include <stdlib.h>
#include <string.h>

#include <sli/export.h>

#include "fields.h"
#include "report.h"

/* What has been written; `bytes` grows. */
struct output {
	const struct options *options;
	char *bytes;
	size_t length, room;
	int status;
	struct sli_error err;
};

struct options {
	uint32_t format;
	uint32_t as_buffer;
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

/* In the order of `names`. */
static const struct format {
	int (*write)(const struct sli_snapshot *snapshot, struct output *out);
	const char *content_type;
	bool is_binary;
} formats[] = {
	{ write_openmetrics,
	    "application/openmetrics-text; version=1.0.0; charset=utf-8",
	    false },
	{ write_prometheus, "text/plain; version=0.0.4; charset=utf-8", false },
};

static const char *const names[] = { "openmetrics", "prometheus", NULL };

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

static void
write_metrics(const struct sli_snapshot *snapshot, void *arg)
{
	struct output *out = arg;

	out->status = formats[out->options->format].write(snapshot, out);
}

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

/* metrics(registry, options, nowMs): text, or a Buffer */
static napi_value
metrics(napi_env env, napi_callback_info info)
{
	struct options options = { 0 };
	struct output out = { &options, NULL, 0, 0, SLI_OK, { 0, "" } };
	napi_value value = NULL;
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
	flush_once(env, o, now, write_metrics, &out);
	if (out.status == SLI_OK)
		value = result(env, &out);
	else
		throw_status(env, out.status, &out.err);
	free(out.bytes);
	return value;
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
