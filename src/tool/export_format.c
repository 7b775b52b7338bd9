/* SPDX-License-Identifier: MIT */
#include "export_format.h"

#include <stdlib.h>
#include <string.h>

#include <sli/export_ecs.h>
#include <sli/export_otlp.h>
#include <sli/export_proto.h>
#include <sli/export_slo.h>

#include "mem.h"

static int
write_text(struct exporter *e, const struct sli_snapshot *snapshot,
    enum sli_text_format format, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;

	cfg.format = format;
	cfg.service = e->service;
	return sli_text_export(snapshot, &cfg, write, arg, err);
}

static int
write_openmetrics(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	return write_text(e, snapshot, SLI_TEXT_OPENMETRICS, write, arg, err);
}

static int
write_prometheus(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	return write_text(e, snapshot, SLI_TEXT_PROMETHEUS, write, arg, err);
}

static int
write_protobuf(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;

	cfg.service = e->service;
	return sli_proto_export(snapshot, &cfg, write, arg, err);
}

static int
end_line(int status, sli_export_write_fn *write, void *arg,
    struct sli_error *err)
{
	if (status != SLI_OK || write("\n", 1, arg) == 0)
		return status;
	err->status = SLI_EIO;
	strcpy(err->message, "the write function failed");
	return SLI_EIO;
}

static int
write_otlp(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct sli_otlp_config cfg = SLI_OTLP_CONFIG_INIT;

	cfg.service = e->service;
	return end_line(sli_otlp_export(snapshot, &cfg, write, arg, err), write,
	    arg, err);
}

static int
write_slo(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct sli_slo_json_config cfg = SLI_SLO_JSON_CONFIG_INIT;

	cfg.service = e->service;
	return end_line(sli_slo_json_export(snapshot, &cfg, write, arg, err),
	    write, arg, err);
}

static int
write_ecs(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct sli_ecs_config cfg = SLI_ECS_CONFIG_INIT;

	cfg.service = e->service;
	return sli_ecs_export(snapshot, &cfg, write, arg, err);
}

static int
write_hlog(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	return sli_interval_log_export(e->log, snapshot, write, arg, err);
}

/* ---- statsd ---- */

struct lines {
	sli_export_write_fn *write;
	void *arg;
	char packet[SLI_STATSD_PACKET_UDP + 1];
};

static int
send_lines(const void *packet, size_t length, void *arg)
{
	struct lines *to = arg;

	if (length >= sizeof(to->packet))
		return SLI_STATSD_TOO_LONG;
	memcpy(to->packet, packet, length);
	to->packet[length] = '\n';
	return to->write(to->packet, length + 1, to->arg) == 0 ?
	    0 :
	    SLI_STATSD_FULL;
}

static int
write_statsd(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct lines to = { .write = write, .arg = arg };

	return sli_statsd_export(e->statsd, snapshot, send_lines, &to, err);
}

/* ---- all of them ---- */

static const struct export_format formats[] = {
	{ "openmetrics", FORMAT_HAS_SERVICE, write_openmetrics },
	{ "prometheus", FORMAT_HAS_SERVICE, write_prometheus },
	{ "protobuf", FORMAT_HAS_SERVICE | FORMAT_IS_BINARY, write_protobuf },
	{ "otlp", FORMAT_HAS_SERVICE | FORMAT_IS_LINES | FORMAT_IS_OTLP,
	    write_otlp },
	{ "statsd", FORMAT_IS_NEWS | FORMAT_IS_LINES | FORMAT_IS_STATSD,
	    write_statsd },
	{ "dogstatsd",
	    FORMAT_HAS_SERVICE | FORMAT_IS_NEWS | FORMAT_IS_LINES |
		FORMAT_IS_STATSD,
	    write_statsd },
	{ "ecs", FORMAT_HAS_SERVICE | FORMAT_IS_NEWS | FORMAT_IS_LINES,
	    write_ecs },
	{ "hlog", FORMAT_IS_NEWS | FORMAT_IS_LINES, write_hlog },
	{ "slo", FORMAT_HAS_SERVICE | FORMAT_IS_LINES, write_slo },
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

char *
export_format_names_new(uint32_t flags)
{
	char *names = mem_array(16, FORMATS);
	size_t i;

	for (i = 0; i < FORMATS; i++) {
		if ((formats[i].flags & flags) != flags)
			continue;
		if (*names != '\0')
			strcat(names, ", ");
		strcat(names, formats[i].name);
	}
	return names;
}

const struct export_format *
export_format_find(const char *name)
{
	size_t i;

	for (i = 0; i < FORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

struct sli_statsd_config
exporter_statsd_config(struct exporter *e)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;

	if ((e->format->flags & FORMAT_HAS_SERVICE) == 0)
		cfg.dialect = SLI_STATSD_PLAIN;
	if (e->service != NULL) {
		cfg.tags = &e->service_label;
		cfg.tag_count = 1;
	}
	return cfg;
}

int
exporter_open(struct exporter *e, const struct export_format *format,
    const char *service, struct sli_error *err)
{
	struct sli_statsd_config cfg;

	memset(e, 0, sizeof(*e));
	e->format = format;
	e->service = service;
	e->service_label.name = "service";
	e->service_label.value = service;
	if (format->write == write_hlog)
		return sli_interval_log_create(&e->log, err);
	if ((format->flags & FORMAT_IS_STATSD) == 0)
		return SLI_OK;
	cfg = exporter_statsd_config(e);
	return sli_statsd_create(&cfg, &e->statsd, err);
}

void
exporter_close(struct exporter *e)
{
	sli_interval_log_destroy(e->log);
	sli_statsd_destroy(e->statsd);
	memset(e, 0, sizeof(*e));
}

int
exporter_write(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	return e->format->write(e, snapshot, write, arg, err);
}

static int
write_nowhere(const void *bytes, size_t length, void *arg)
{
	(void)bytes;
	(void)length;
	(void)arg;
	return 0;
}

/* Of the others, that there was a flush is all that has to be known. */
int
exporter_skip(struct exporter *e, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	int status = SLI_OK;

	if (e->statsd != NULL)
		return sli_statsd_skip(e->statsd, snapshot, err);
	if (e->log == NULL)
		return SLI_OK;
	status = sli_interval_log_export(e->log, snapshot, write_nowhere, NULL,
	    err);
	sli_interval_log_restart(e->log);
	return status;
}
