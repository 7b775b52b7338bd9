/* SPDX-License-Identifier: MIT */
#ifndef SLI_INDICATOR_LABELS_H
#define SLI_INDICATOR_LABELS_H

#include <stdint.h>

#include <sli/indicator.h>

#include "indicator/indicator.h"

/* Labels sorted by name, as they lie in an entry: name\0value\0... */
struct sli__labels {
	char text[SLI_LABEL_BYTES_MAX];
	uint32_t count;
};

/* Check what a user gave, and sort it. */
int sli__labels_check(const struct sli_label *labels, uint32_t count,
    struct sli__labels *out, struct sli_error *err);

/* Point at the labels of such a text. */
void sli__labels_map(const char *text, uint32_t count, struct sli_label *out);

/* A name, and per label two texts, four marks; all of it may be escaped. */
#define SLI__SERIES_MAX                                                        \
	(SLI_NAME_MAX + 2 * SLI_LABEL_BYTES_MAX + 4 * SLI_LABELS_MAX + 2)

/* name{label="value",...}, with \" and \\ as in OpenMetrics */
void sli__labels_series(const struct sli__indicator_spec *spec,
    char series[SLI__SERIES_MAX + 1]);

#endif /* SLI_INDICATOR_LABELS_H */
