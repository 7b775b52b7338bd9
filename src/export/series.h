/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_SERIES_H
#define SLI_EXPORT_SERIES_H

/* What a line of Prometheus' text begins with: a name and its labels. */

#include <sli/flush.h>

#include "export/sink.h"

/* Text with \, newline and (of a label's value) " escaped. */
void sli__put_escaped(struct sli__sink *sink, const char *text, bool quoted);

/* {name="value" ... of which all but the last call leaves it open. */
void sli__put_label(struct sli__sink *sink, bool first, const char *name,
    const char *value);

/* The labels that every series of an indicator has, without a closing }. */
void sli__put_indicator(struct sli__sink *sink,
    const struct sli_indicator_view *view);

/* "good", "bad", "shed", "ignored" */
const char *sli__outcome_name(enum sli_outcome outcome);

#endif /* SLI_EXPORT_SERIES_H */
