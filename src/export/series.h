/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_SERIES_H
#define SLI_EXPORT_SERIES_H

/* How the labels of an indicator, and outcomes, are called in all formats. */

#include <sli/indicator.h>

#define SLI__EXPORTED "exported_"

/* What goes before a label's name: "", or "exported_" if it is taken. */
const char *sli__label_prefix(const char *name);

/* "good", "bad", "shed", "ignored" */
const char *sli__outcome_name(enum sli_outcome outcome);

#endif /* SLI_EXPORT_SERIES_H */
