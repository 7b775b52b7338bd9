/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_SERIES_H
#define SLI_EXPORT_SERIES_H

/* What a line of Prometheus' text begins with: a name and its labels. */

#include <sli/flush.h>

#include "export/sink.h"

/* Text with \, newline and (of a label's value) " escaped. */
void sli__put_escaped(struct sli__sink *sink, const char *text, bool quoted);

/* {name="value" or ,name="value" */
void sli__put_label(struct sli__sink *sink, bool first, const char *name,
    const char *value);

/* What goes before a label's name: "", or "exported_" if it is taken. */
const char *sli__label_prefix(const char *name);

/* The labels that every series of an indicator has, without a closing }. */
void sli__put_indicator(struct sli__sink *sink,
    const struct sli_indicator_view *view);

/* What that writes fits into a sink that has no function to write to. */
_Static_assert(SLI__SINK_BYTES >
	16 + SLI_NAME_MAX + 2 * SLI_LABEL_BYTES_MAX + 16 * SLI_LABELS_MAX,
    "labels are rendered in one piece");

/* "good", "bad", "shed", "ignored" */
const char *sli__outcome_name(enum sli_outcome outcome);

#endif /* SLI_EXPORT_SERIES_H */
