/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REVIEW_SVG_H
#define TOOL_REVIEW_SVG_H

#include "review.h"

/*
 * The charts of the page. Only what may be stretched is SVG: it takes the
 * width that there is, and the words beside it are HTML, which on a phone are
 * no smaller than elsewhere.
 */

void html_text(const char *clean, FILE *to); /* escaped */

/* Each a figure; the caller counts SLOs, for ids. */
void svg_budget(const struct review *r, const struct review_slo *s,
    uint32_t number, FILE *to);
void svg_errors(const struct review *r, const struct review_slo *s,
    uint32_t number, FILE *to);
void svg_latency(const struct review *r, const struct review_slo *s,
    uint32_t number, FILE *to);

#endif /* TOOL_REVIEW_SVG_H */
