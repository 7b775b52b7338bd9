/* SPDX-License-Identifier: MIT */
#ifndef TOOL_EXPORT_PLACE_H
#define TOOL_EXPORT_PLACE_H

#include <sli/deliver.h>
#include <sli/deliver_file.h>
#include <sli/deliver_statsd.h>
#include <sli/otlp.h>

#include "export_format.h"

/* Where it goes: --to of sli export. */

enum place_kind {
	PLACE_STDOUT,
	PLACE_FILE,   /* a path */
	PLACE_SOCKET, /* udp://, unix:// */
	PLACE_HTTP    /* http://, https:// */
};

struct place {
	enum place_kind kind;
	const char *name; /* as it was given; "stdout" */
	struct exporter *exporter;
	struct sli_registry *registry; /* that is flushed */
	int is_skipping;	       /* take what there is as written */
	struct sli_appender *appender;
	struct sli_statsd_sender *sender;
	struct sli_otlp_poster *poster;
	size_t batch_bytes;
};

enum place_kind place_kind_of(const char *to); /* NULL: stdout */

/* What of a kind's formats is asked; 0: any will do. */
uint32_t place_flags(enum place_kind kind);

int place_open(struct place *p, const char *to, struct exporter *e,
    struct sli_registry *reg, struct sli_error *err);

/* What is still under way is waited for, for some seconds. */
int place_close(struct place *p, struct sli_error *err);

/* A sink: struct place. */
sli_sink_fn place_flush;

#endif /* TOOL_EXPORT_PLACE_H */
