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

/* The drawing's own units, whatever its size on the page. */
#define SVG_WIDTH 1000.0
#define SVG_HEIGHT 200.0

/*
 * A figure up to its drawing, its rules, and from behind its left axis to its
 * end. `what` and `more` are what a blind person hears; `more` is freed. A
 * share of the height is from above.
 */
void svg_open(const char *id, uint32_t number, const char *what, char *more,
    FILE *to);
void svg_rule(const char *class, double share, FILE *to);
void svg_time_rules(const struct review *r, FILE *to);
void svg_mark(double share, const char *text, FILE *to);
void svg_close(const struct review *r, const struct review_slo *s, FILE *to);
double svg_x(const struct review *r, uint64_t at_ns);

/* Each a figure; the caller counts SLOs, for ids. */
void svg_budget(const struct review *r, const struct review_slo *s,
    uint32_t number, FILE *to);
void svg_errors(const struct review *r, const struct review_slo *s,
    uint32_t number, FILE *to);
void svg_latency(const struct review *r, const struct review_slo *s,
    uint32_t number, FILE *to);

#endif /* TOOL_REVIEW_SVG_H */
