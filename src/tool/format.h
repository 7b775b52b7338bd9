/* SPDX-License-Identifier: MIT */
#ifndef TOOL_FORMAT_H
#define TOOL_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include <sli/sli.h>

/*
 * Numbers for people. Each writes into the caller's buffer and returns it. What
 * is a share is cut, not rounded: 100 means all, 0 means none.
 */

#define FORMAT_MAX 48

const char *format_number(char *buf, uint64_t n); /* every digit */
const char *format_count(char *buf, uint64_t n);  /* 5 columns: 12.3k */
const char *format_rate(char *buf, double rate);  /* 6 columns */

/* Three digits: 12.3ms; 6 columns. */
const char *format_latency(char *buf, uint64_t ns);

/* Its two greatest units: 30d, 1m30s, 4d6h. UINT64_MAX: never. */
const char *format_duration(char *buf, uint64_t ns);

/* The same to the second, for what was measured. */
const char *format_span(char *buf, uint64_t ns);

/* How long a budget lasts: 4d6h, spent, never. */
const char *format_left(char *buf, uint64_t ns);

/* 99.987, of part / whole; 7 columns; "-" of nothing. */
const char *format_percent(char *buf, uint64_t part, uint64_t whole);

/* 71.3%, of a fraction; below 0 when a budget is overspent. */
const char *format_share(char *buf, double share);

/* 0.386%, of a fraction: what something cost; rounded, 6 columns. */
const char *format_cost(char *buf, double share);

const char *format_burn(char *buf, double burn_rate);  /* 6 columns */
const char *format_bytes(char *buf, uint64_t bytes);   /* 12.3 MiB */
const char *format_time(char *buf, uint64_t at_ns);    /* ISO 8601, UTC */
const char *format_objective(char *buf, double share); /* 99.9 */

/* As strftime() has it, in UTC; "-" of what is no time. */
const char *format_date(char *buf, const char *format, uint64_t at_ns);

const char *format_audit(enum sli_audit_kind kind);
const char *format_severity(enum sli_severity severity); /* page, ticket */
const char *format_method(enum sli_method method);
const char *format_calendar(enum sli_calendar calendar); /* rolling, month */

/* "10s", "1m30s", "1.5h", "30d", "250ms"; 0, or -1 if it is none. */
int format_parse_duration(const char *text, uint64_t *out_ns);

#endif /* TOOL_FORMAT_H */
