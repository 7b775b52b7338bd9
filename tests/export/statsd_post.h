/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_STATSD_POST_H
#define EXPORT_STATSD_POST_H

#include <stdio.h>
#include <string.h>

#include <sli/export_statsd.h>

#include "../support/common.h"
#include "../support/random.h"
#include "../support/statsd_server.h"
#include "scrape.h"

/* A postman between an exporter and a server, who may refuse packets. */
struct post {
	struct sli_statsd *statsd;
	struct statsd_server server;
	struct sli_registry *reg;
	int status;
	struct sli_error err;
	size_t used;
	char text[1 << 20]; /* what the last export sent, packets by lines */
	uint32_t packets;   /* of the last export, refused ones too */
	/* A packet is refused for this reason if it has this text. */
	int reason;
	const char *refuses; /* NULL: none; "": all */
	/* Or so many of a hundred. */
	unsigned int percent;
	struct random rnd;
};

/* Of this registry; asserts that all goes well. */
struct post *post_new(struct sli_registry *reg,
    const struct sli_statsd_config *cfg);
void post_free(struct post *post);

/* One export, and what came of it in post. What the server refuses fails. */
int post_export(struct post *post, uint64_t now_ns);

/* An export that is to go well, and its text. */
const char *post_text(struct post *post, uint64_t now_ns);

#endif /* EXPORT_STATSD_POST_H */
