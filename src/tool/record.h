/* SPDX-License-Identifier: MIT */
#ifndef TOOL_RECORD_H
#define TOOL_RECORD_H

#include "doc.h"
#include "table.h"
#include "view.h"

/* Records of the alert log. */

/* "PAGE", "TICKET", "OUTAGE": as in the tables of SLOs. */
enum style record_style(const struct sli_alert_record *r);

/* How many of them fire. */
uint32_t record_firing(const struct view *v);

/*
 * "OUTAGE checkout-up for 12s", or "PAGE checkout-up for 4m12s, ended 20m ago".
 */
char *record_sentence_new(const struct view *v,
    const struct sli_alert_record *r);

/* Only those of one SLO, which may have been removed since. */
void record_keep(struct view *v, const char *slo);

/* What fires, pages first, then the newest; SLOs are named if asked for. */
void record_sort(struct view *v);
void record_table(struct table *t, const struct view *v, uint32_t most,
    int with_slos);

/*
 * What every document says of a record; of a view in which it may fire, that,
 * too. NULL: there is none.
 */
json_t *record_doc(const struct sli_alert_record *r, const struct view *v);
json_t *record_docs(const struct view *v);

#endif /* TOOL_RECORD_H */
