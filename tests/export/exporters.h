/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_EXPORTERS_H
#define EXPORT_EXPORTERS_H

/* All exporters behind one call, for what is to hold for each of them. */

#include <stdbool.h>

#include <sli/export.h>

#include "scrape.h"

struct exporter {
	const char *name;
	/* What one export knows of those before; NULL: nothing. */
	void *(*open)(void);
	void (*close)(void *known);
	/* What it writes, line by line: NULL no text; "" text, else JSON. */
	const char *line;
	bool is_frugal; /* takes no memory */
	int (*export)(void *known, const struct sli_snapshot *snapshot,
	    sli_export_write_fn *write, void *arg, struct sli_error *err);
};

#define EXPORTERS 10
extern const struct exporter exporters[EXPORTERS];

const struct exporter *exporter_find(const char *name);

/* An export, its output, and what it is to be hindered by. */
struct run {
	const struct exporter *exporter;
	void *known;
	uint32_t fail_at; /* of the calls of write, from 1; 0: none */
	uint32_t calls;
	int status;
	struct sli_error err;
	char *bytes; /* ended by a NUL */
	size_t length, size;
};

/* Room for so many bytes; what is beyond them is an error. */
void run_open(struct run *run, const struct exporter *exporter, size_t size);
void run_close(struct run *run);

/* For sli_flush(); arg is a struct run, whose output begins anew. */
void run_export(const struct sli_snapshot *snapshot, void *arg);

/*
 * A registry with something of everything: no events and very many, labels that
 * have to be escaped, the finest and the coarsest buckets, exemplars, an
 * indicator that was removed, SLOs by every method, of calendars, that fire.
 */
struct sli_registry *new_motley(void);

/* The same in a file. */
void make_motley(const char *path);

#endif /* EXPORT_EXPORTERS_H */
