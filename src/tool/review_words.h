/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REVIEW_WORDS_H
#define TOOL_REVIEW_WORDS_H

#include "format.h"
#include "review.h"
#include "table.h"

/*
 * What the text, Markdown and HTML of a review have in common: the same words
 * and numbers, cleaned for a terminal. They only differ in how they are set.
 */

#define WORDS_MAX 160

const char *words_when(char *buf, uint64_t at_ns); /* Tue 17 Nov 14:05 */
const char *words_until(char *buf, uint64_t from_ns, uint64_t to_ns);
const char *words_percent(char *buf, double share); /* 12.3%, <0.1% */
const char *words_state(enum review_state state);
enum style words_style(enum review_state state);
const char *words_actual(char *buf, const struct review_counts *c);
const char *words_left(char *buf, const struct review_slo *s);
const char *words_trend(char *buf, const struct review *r,
    const struct review_slo *s);
const char *words_worst(char *buf, const struct review_slo *s);
const char *words_period(char *buf, const struct review_slo *s);
const char *words_alert(char *buf, const struct sli_alert_record *a);
const char *words_verdict(const struct review_alert *a);
const char *words_woken(const struct review_alert *a);

/* One line each; the caller frees. */
char *words_title_new(const struct review *r);
char *words_spent_new(const struct review *r, const struct review_slo *s);
char *words_days_new(const struct review_slo *s);
char *words_span_new(const struct review_slo *s,
    const struct review_span *span);
char *words_adjustment_new(const struct review_slo *s,
    const struct sli_adjustment *a);
char *words_change_new(const struct review_change *c);
char *words_dependency_new(const struct review_dependency *d);
char *words_seen_new(const struct review_span *span);
char *words_fatigue_new(const struct review *r);

/* Sentences on what can be told and what cannot; NULL: no more. */
char *words_note_new(const struct review *r, uint32_t index);

/* The tables; the caller ends each. */
void words_summary(struct table *t, const struct review *r);
void words_alerts(struct table *t, const struct review *r);
void words_outages(struct table *t, const struct review *r);
void words_changes(struct table *t, const struct review *r);
void words_audits(struct table *t, const struct review *r);

#endif /* TOOL_REVIEW_WORDS_H */
