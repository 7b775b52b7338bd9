/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_OTLP_INTERNAL_H
#define SLI_EXPORT_OTLP_INTERNAL_H

#include <sli/export_otlp.h>

#include "export/json.h"

/* An attribute that each resource has. */
#define SLI__OTLP_SERVICE "service.name"

/*
 * What OTLP calls a metric: a name with what it holds, and its points. One
 * without points is not written.
 */
enum sli__otlp_kind {
	SLI__OTLP_GAUGE,
	SLI__OTLP_SUM, /* cumulative, monotonic */
	SLI__OTLP_HISTOGRAM
};

struct sli__otlp_metric {
	const char *name;
	const char *unit; /* as UCUM has them */
	const char *description;
	enum sli__otlp_kind kind;
};

/* An export that is under way. */
struct sli__otlp {
	struct sli__json json;
	const struct sli_snapshot *snapshot;
	struct sli_otlp_config cfg;
	const struct sli__otlp_metric *metric; /* the present one ... */
	bool has_points;		       /* ... and that it is open */
};

void sli__otlp_begin(struct sli__otlp *otlp,
    const struct sli__otlp_metric *metric);
void sli__otlp_end(struct sli__otlp *otlp);

/*
 * A point: its attributes, its times, what it holds, its end. start_ns: what it
 * is cumulative since; 0: it is not.
 */
void sli__otlp_point(struct sli__otlp *otlp);
void sli__otlp_attribute(struct sli__otlp *otlp, const char *name,
    const char *value);
void sli__otlp_times(struct sli__otlp *otlp, uint64_t start_ns);
void sli__otlp_point_end(struct sli__otlp *otlp);

/* An element of a list of attributes. */
void sli__otlp_key_value(struct sli__json *json, const char *key,
    const char *value);

/* Check, and fill the defaults in. Errors as of sli_otlp_export(). */
int sli__otlp_config_check(const struct sli_otlp_config *cfg,
    struct sli_otlp_config *out, struct sli_error *err);

/* The metrics of all indicators, and of all SLOs. */
void sli__otlp_indicators(struct sli__otlp *otlp);
void sli__otlp_slos(struct sli__otlp *otlp);

#endif /* SLI_EXPORT_OTLP_INTERNAL_H */
