/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_TEXT_H
#define SLI_EXPORT_TEXT_H

#include "export/series.h"

/* An export that is under way. */
struct sli__text {
	struct sli__sink sink;
	const struct sli_snapshot *snapshot;
	struct sli_text_config cfg;
};

/* Is it OpenMetrics? */
bool sli__text_is_open(const struct sli__text *text);

/* What stands before a family's lines; unit "" none. */
void sli__text_family(struct sli__text *text, const char *name,
    const char *type, const char *unit, const char *help);

/* The latencies of an indicator: buckets, sum, count of good and of bad. */
void sli__text_histogram(struct sli__text *text,
    const struct sli_indicator_view *view);

/* The families of all SLOs. */
void sli__text_slos(struct sli__text *text);

#endif /* SLI_EXPORT_TEXT_H */
