/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_TEXT_H
#define SLI_EXPORT_TEXT_H

#include "export/series.h"

/* An export that is under way. */
struct sli__text {
	struct sli__sink sink;
	const struct sli_snapshot *snapshot;
	struct sli_text_config cfg;
	struct sli__sink labels; /* of the present indicator, rendered once */
};

/* Is it OpenMetrics? */
bool sli__text_is_open(const struct sli__text *text);

/* What stands before a family's lines; unit "" none. */
void sli__text_family(struct sli__text *text, const char *name,
    const char *type, const char *unit, const char *help);

/* name, suffix, and the labels of the present indicator, without a }. */
void sli__text_series(struct sli__text *text, const char *name,
    const char *suffix);

/* ,outcome="..." */
void sli__text_outcome(struct sli__text *text, enum sli_outcome outcome);

/* } value */
void sli__text_count(struct sli__text *text, uint64_t value);

/* The line that says since when the present indicator counts. */
void sli__text_created(struct sli__text *text, const char *name,
    const struct sli_indicator_view *view, const enum sli_outcome *outcome);

/* The latencies of an indicator: buckets, sum, count of good and of bad. */
void sli__text_histogram(struct sli__text *text,
    const struct sli_indicator_view *view);

/* The families of all SLOs. */
void sli__text_slos(struct sli__text *text);

#endif /* SLI_EXPORT_TEXT_H */
