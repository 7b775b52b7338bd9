/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_TEXT_H
#define SLI_EXPORT_TEXT_H

#include "export/sink.h"
#include "export/walk.h"

/* An export that is under way. */
struct sli__text {
	struct sli__sink sink;
	struct sli_text_config cfg;
	const struct sli__family *family; /* the present one */
	/* The labels of the present series, rendered once. */
	struct sli__sink labels;
};

/* Is it OpenMetrics? */
bool sli__text_is_open(const struct sli__text *text);

/* The present family's name, suffix, and the series' labels, without a }. */
void sli__text_series(struct sli__text *text, const char *suffix);

/* {name="value" or ,name="value" */
void sli__text_label(struct sli__sink *sink, bool first,
    const struct sli_label *label);

/* } and a space; what begins there ends with sli__text_end() */
void sli__text_value(struct sli__text *text);
void sli__text_end(struct sli__text *text, const struct sli_exemplar *exemplar);

/* The line that says since when a counter counts; label: NULL none. */
void sli__text_created(struct sli__text *text, const struct sli_label *label,
    uint64_t created_ns);

/* Of struct sli__form: buckets, sum, count. */
void sli__text_histogram(void *to, const struct sli__latencies *latencies);

#endif /* SLI_EXPORT_TEXT_H */
