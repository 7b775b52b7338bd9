/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* stat */

#include "export_place.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

#define FILE_MAX_BYTES (UINT64_C(64) << 20)
#define CLOSE_TIMEOUT_NS SLI_SECONDS(5)

static int
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

enum place_kind
place_kind_of(const char *to)
{
	if (to == NULL || strcmp(to, "-") == 0)
		return PLACE_STDOUT;
	if (begins(to, "udp://") || begins(to, "unix://"))
		return PLACE_SOCKET;
	return begins(to, "http://") || begins(to, "https://") ? PLACE_HTTP :
								 PLACE_FILE;
}

uint32_t
place_flags(enum place_kind kind)
{
	static const uint32_t flags[] = {
		[PLACE_STDOUT] = 0,
		[PLACE_FILE] = FORMAT_IS_LINES,
		[PLACE_SOCKET] = FORMAT_IS_STATSD,
		[PLACE_HTTP] = FORMAT_IS_OTLP,
	};

	return flags[kind];
}

/* ---- opening ---- */

static void
tell(const struct sli_error *err, void *arg)
{
	const struct place *p = arg;

	report_notice(p->name, err);
}

static int
open_poster(struct place *p, struct sli_error *err)
{
	struct sli_otlp_poster_config cfg = SLI_OTLP_POSTER_CONFIG_INIT;
	struct sli_otlp_config request = SLI_OTLP_CONFIG_INIT;
	int status;

	request.service = p->exporter->service;
	cfg.url = p->name;
	cfg.flags = SLI_OTLP_GZIP;
	cfg.request = &request;
	cfg.error = tell;
	cfg.error_arg = p;
	status = sli_otlp_poster_create(&cfg, &p->poster, err);
	return status != SLI_OK ? status :
				  sli_otlp_poster_start(p->poster, err);
}

static int
open_appender(struct place *p, struct sli_error *err)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;

	cfg.fd = STDOUT_FILENO;
	if (p->kind == PLACE_FILE)
		cfg.path = p->name;
	cfg.max_bytes = FILE_MAX_BYTES;
	return sli_appender_open(&cfg, &p->appender, err);
}

int
place_open(struct place *p, const char *to, struct exporter *e,
    struct sli_registry *reg, struct sli_error *err)
{
	struct sli_statsd_config statsd;

	memset(p, 0, sizeof(*p));
	p->kind = place_kind_of(to);
	p->name = p->kind == PLACE_STDOUT ? "stdout" : to;
	p->exporter = e;
	p->registry = reg;
	if (p->kind == PLACE_HTTP)
		return open_poster(p, err);
	if (p->kind != PLACE_SOCKET)
		return open_appender(p, err);
	statsd = exporter_statsd_config(e);
	return sli_statsd_open(to, &statsd, &p->sender, err);
}

int
place_close(struct place *p, struct sli_error *err)
{
	int status = SLI_OK;

	if (p->poster != NULL) {
		status = sli_otlp_poster_stop(p->poster, CLOSE_TIMEOUT_NS, err);
		sli_otlp_poster_destroy(p->poster);
	}
	if (p->appender != NULL)
		status = sli_appender_close(p->appender, err);
	sli_statsd_close(p->sender);
	memset(p, 0, sizeof(*p));
	return status;
}

/* ---- a flush ---- */

/* Packets of statsd: each is taken or refused by itself. */
static int
append_packet(const void *bytes, size_t length, void *arg)
{
	struct place *p = arg;

	sli_appender_begin(p->appender);
	if (sli_appender_write(bytes, length, p->appender) != 0)
		return -1;
	return sli_appender_commit(p->appender, NULL);
}

static int
append(const void *bytes, size_t length, void *arg)
{
	struct place *p = arg;

	p->batch_bytes += length;
	return sli_appender_write(bytes, length, p->appender);
}

static int
gather(struct place *p, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	sli_appender_begin(p->appender);
	p->batch_bytes = 0;
	return exporter_write(p->exporter, snapshot, append, p, err);
}

/* A log has a header in each file, as the appender will begin one. */
static int
begins_file(const struct place *p)
{
	struct stat st;

	return p->kind == PLACE_FILE &&
	    (stat(p->name, &st) != 0 || st.st_size == 0 ||
		(uint64_t)st.st_size + p->batch_bytes > FILE_MAX_BYTES);
}

static int
gather_log(struct place *p, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	int status = gather(p, snapshot, err);

	if (status != SLI_OK || !begins_file(p))
		return status;
	sli_interval_log_undo(p->exporter->log);
	sli_interval_log_restart(p->exporter->log);
	return gather(p, snapshot, err);
}

static int
fill_batch(struct place *p, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	int status = p->exporter->log != NULL ? gather_log(p, snapshot, err) :
						gather(p, snapshot, err);

	/* The batch was refused; to commit it fails, too, and says why. */
	if (status == SLI_EIO)
		return sli_appender_commit(p->appender, err);
	if (status != SLI_OK)
		return status;
	/* What was read of a file that was cut meanwhile is not what it had. */
	if (sli_registry_status(p->registry, err) == SLI_EIO)
		return SLI_EIO;
	return sli_appender_commit(p->appender, err);
}

static int
append_batch(struct place *p, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	int status = fill_batch(p, snapshot, err);

	if (status != SLI_OK)
		sli_interval_log_undo(p->exporter->log);
	return status;
}

int
place_flush(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct place *p = arg;

	if (p->kind == PLACE_HTTP)
		return sli_otlp_flush(snapshot, p->poster, err);
	if (p->kind == PLACE_SOCKET)
		return p->is_skipping ?
		    sli_statsd_skip_sink(snapshot, p->sender, err) :
		    sli_statsd_sink(snapshot, p->sender, err);
	if (p->is_skipping)
		return exporter_skip(p->exporter, snapshot, err);
	if (p->exporter->statsd != NULL)
		return exporter_write(p->exporter, snapshot, append_packet, p,
		    err);
	return append_batch(p, snapshot, err);
}
