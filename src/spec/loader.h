/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_LOADER_H
#define SLI__SPEC_LOADER_H

#include <stdarg.h>

#include <sli/spec.h>

#include "spec/node.h"
#include "spec/pool.h"

struct sli_spec {
	struct sli__spec_pool pool;
	struct sli_spec_slo **slos;
	uint32_t count, room;
};

/* What a loading is about; a reader of a format adds SLOs to its spec. */
struct sli__spec_loader {
	struct sli_spec *spec;
	struct sli__spec_pool *pool; /* of spec */
	struct sli_spec_config cfg;
	sli_spec_problem_fn *report;
	void *arg;
	struct sli_error first; /* error there was */
	uint32_t error_count, problem_count;
	uint32_t muted; /* above 0: what is wrong is told elsewhere */
	struct sli__spec_document *documents, **documents_end;
	/* sloth's: of definitions over the period of the windows. */
	const struct sli_spec_alert *windows;
	uint32_t window_count;
	uint64_t windows_period_ns;
};

/* Writes err, if there is one, and returns status. */
int sli__spec_fail(struct sli_error *err, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void sli__spec_problem(struct sli__spec_loader *loader,
    enum sli_spec_gravity gravity, const char *file, uint32_t line,
    uint32_t column, const char *field, const char *format, va_list args);
void sli__spec_complain_of(struct sli__spec_loader *loader, const char *file,
    uint32_t line, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A new SLO that is all "" and 0; NULL: no memory. It isn't in the spec yet. */
struct sli_spec_slo *sli__spec_new_slo(struct sli__spec_loader *loader);
/* Into the spec, unless its id is taken there. */
void sli__spec_add_slo(struct sli__spec_loader *loader,
    struct sli_spec_slo *slo, uint32_t column);

#endif /* SLI__SPEC_LOADER_H */
