/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DOC_VIEW_H
#define TOOL_DOC_VIEW_H

#include "doc.h"
#include "view.h"

/*
 * The same as the tables, for programs. Times and latencies are integers of
 * nanoseconds, with _ns in their names; with _at they are as people write
 * them. What is not known is null.
 */

/* Indicators and SLOs; with their details if the view has them. */
json_t *doc_view(const struct view *v, const char *path);

/* Their parts. */
json_t *doc_slo(const struct view *v, const struct view_slo *s, int details);
json_t *doc_titles(const struct view_names *names);
json_t *doc_budget(const struct sli_budget *b);
json_t *doc_annotations(const struct view *v);
json_t *doc_audits(const struct sli_audit *audits, uint32_t count);

#endif /* TOOL_DOC_VIEW_H */
