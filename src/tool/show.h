/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SHOW_H
#define TOOL_SHOW_H

#include <stdio.h>

#include "rows.h"
#include "view.h"

/* A view as text. */

/* The tables of all indicators and SLOs, in the order they have. */
void show_tables(const struct view *v, enum sort_key key, FILE *to);

void show_file(const struct view *v, const char *path, FILE *to);
void show_audits(const struct view *v, FILE *to);

/* All that is known of one of them. */
void show_indicator(const struct view *v, const struct view_indicator *ind,
    FILE *to);
void show_slo(const struct view *v, const struct view_slo *slo, FILE *to);

/* Parts of an SLO. */
void show_adjusted(const struct view_slo *slo, FILE *to);
void show_adjustments(const struct view *v, const struct view_slo *slo,
    FILE *to);
void show_outage(const struct view *v, const struct view_slo *slo, FILE *to);
void show_burns(const struct view *v, const struct view_slo *slo, FILE *to);
void show_alerts(const struct view_slo *slo, FILE *to);

/* The last of the alert log. */
void show_records(const struct view *v, const char *indent, FILE *to);

/* What an indicator depends on; nothing of none. */
void show_depends(const struct view_names *depends, FILE *to);

/* So many events or slices; slices that count by a share, to thousandths. */
const char *show_amount(char *buf, const struct view_slo *slo, uint64_t n);

#endif /* TOOL_SHOW_H */
