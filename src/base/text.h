/* SPDX-License-Identifier: MIT */
#ifndef SLI_BASE_TEXT_H
#define SLI_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The names and texts that a user may give, and their grammar. */

/* [A-Za-z_][A-Za-z0-9_.:-]*, at most max bytes */
bool sli__is_indicator_name(const char *s, size_t max);

/* [A-Za-z0-9_][A-Za-z0-9_.:-]*, at most max bytes */
bool sli__is_slo_name(const char *s, size_t max);

/* [A-Za-z_][A-Za-z0-9_]*, not starting with __ (which Prometheus reserves) */
bool sli__is_label_name(const char *s, size_t max);

/* [a-z][a-z0-9_-]*, at most max bytes */
bool sli__is_kind(const char *s, size_t max);

/* UTF-8 (RFC 3629) without control characters, at most max bytes */
bool sli__is_text(const char *s, size_t max);

/* How many bytes of valid UTF-8 to keep, at most max, to cut no character. */
size_t sli__text_cut(const char *s, size_t max);

#endif /* SLI_BASE_TEXT_H */
