/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_NUMBER_H
#define TOOL_LOG_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers and times as logs have them. All return 0, or -1 if it is none, and
 * read decimals exactly: what is past a nanosecond is cut.
 */

/* A number, maybe with a fraction and an exponent, times `scale`. */
int log_number_scaled(const char *text, size_t length, uint64_t scale,
    uint64_t *out);

/* An integer with a sign: what a status is. */
int log_number_integer(const char *text, size_t length, int64_t *out);

/* "300ms", "1.5s", "20us" as Go writes them; "0.3" in `unit_ns`, if not 0. */
int log_number_duration(const char *text, size_t length, uint64_t unit_ns,
    uint64_t *out_ns);

/*
 * RFC 3339 (also with a blank for the T, a comma for the point, or without a
 * zone: UTC; or a date alone), 10/Oct/2000:13:55:36 -0700, or a number since
 * 1970: of seconds below 1e11, of milliseconds below 1e14, of microseconds
 * below 1e17, else of nanoseconds.
 */
int log_number_time(const char *text, size_t length, uint64_t *out_ns);

#endif /* TOOL_LOG_NUMBER_H */
