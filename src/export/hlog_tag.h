/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_HLOG_TAG_H
#define SLI_EXPORT_HLOG_TAG_H

#include <sli/export_hlog.h>
#include <sli/flush.h>

/* The tag of a series; see export_snapshot.h. */
void sli__hlog_tag(char out[SLI_HLOG_TAG_MAX + 1],
    const struct sli_indicator_view *view, const char *outcome);

#endif /* SLI_EXPORT_HLOG_TAG_H */
