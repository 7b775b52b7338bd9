/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_JSON_H
#define SLI_EXPORT_JSON_H

/*
 * JSON, written as it comes: nothing is allocated, and nothing but a sink's
 * buffer kept. Text may be any bytes: what is no UTF-8 becomes U+FFFD, and what
 * a reader of lines could take for the end of one is escaped.
 *
 * A key of NULL: the value is an element of an array, or the document.
 */

#include "export/sink.h"

struct sli__json {
	struct sli__sink *sink;
	bool comma; /* before the next value */
};

void sli__json_open(struct sli__json *j, const char *key, char bracket);
void sli__json_close(struct sli__json *j, char bracket);

void sli__json_null(struct sli__json *j, const char *key);
void sli__json_bool(struct sli__json *j, const char *key, bool value);
void sli__json_u64(struct sli__json *j, const char *key, uint64_t value);
void sli__json_i64(struct sli__json *j, const char *key, int64_t value);

/* null if it is not finite, or NULL. */
void sli__json_real(struct sli__json *j, const char *key, double value);
void sli__json_text(struct sli__json *j, const char *key, const char *text);
void sli__json_bytes(struct sli__json *j, const char *key, const char *text,
    size_t length);

/* ISO 8601 with milliseconds, in UTC; null of 0. */
void sli__json_time(struct sli__json *j, const char *key, uint64_t at_ns);

#endif /* SLI_EXPORT_JSON_H */
