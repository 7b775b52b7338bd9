/* SPDX-License-Identifier: MIT */
#ifndef TOOL_EXPORT_FORMAT_H
#define TOOL_EXPORT_FORMAT_H

#include <sli/export.h>
#include <sli/export_snapshot.h>
#include <sli/export_statsd.h>

/* What sli export can write, and how: this is the one place that knows. */

/* It has what was counted since the last time, not totals alone. */
#define FORMAT_IS_NEWS 0x1u
/* It is no text. */
#define FORMAT_IS_BINARY 0x2u
/* One after the other may be appended to a file. */
#define FORMAT_IS_LINES 0x4u
/* It says whose it is. */
#define FORMAT_HAS_SERVICE 0x8u
/* It goes in packets, to a socket too; and else by HTTP. */
#define FORMAT_IS_STATSD 0x10u
#define FORMAT_IS_OTLP 0x20u

struct export_format;

/* A format, with what it remembers from one time to the next. */
struct exporter {
	const struct export_format *format;
	const char *service;		/* NULL: none */
	struct sli_interval_log *log;	/* of hlog */
	struct sli_statsd *statsd;	/* of lines that go to no socket */
	struct sli_label service_label; /* of dogstatsd */
};

struct export_format {
	const char *name;
	uint32_t flags;
	int (*write)(struct exporter *e, const struct sli_snapshot *snapshot,
	    sli_export_write_fn *write, void *arg, struct sli_error *err);
};

/* "openmetrics, prometheus, ..."; those with all of these flags. */
char *export_format_names_new(uint32_t flags);

/* NULL: there is none of that name. */
const struct export_format *export_format_find(const char *name);

int exporter_open(struct exporter *e, const struct export_format *format,
    const char *service, struct sli_error *err);
void exporter_close(struct exporter *e);

/*
 * Write a snapshot. What is to be lines ends in a newline; of statsd each piece
 * is a packet, and what `write` refuses is kept for the next time.
 */
int exporter_write(struct exporter *e, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err);

/* Take what is in it as written. */
int exporter_skip(struct exporter *e, const struct sli_snapshot *snapshot,
    struct sli_error *err);

/* What sli_statsd_open() is to be told. */
struct sli_statsd_config exporter_statsd_config(struct exporter *e);

#endif /* TOOL_EXPORT_FORMAT_H */
