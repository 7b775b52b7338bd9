/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_MEMBER_H
#define SLI_EXPORT_MEMBER_H

/* Members of an object of JSON: a key and its value. */

#include "export/json.h"

void sli__member_open(struct sli__json *j, const char *key, char bracket);
void sli__member_null(struct sli__json *j, const char *key);
void sli__member_bool(struct sli__json *j, const char *key, bool value);
void sli__member_u64(struct sli__json *j, const char *key, uint64_t value);
void sli__member_i64(struct sli__json *j, const char *key, int64_t value);
void sli__member_real(struct sli__json *j, const char *key, double value);

/* null of NULL */
void sli__member_text(struct sli__json *j, const char *key, const char *text);

/* ISO 8601 with milliseconds, in UTC; null of 0. */
void sli__member_time(struct sli__json *j, const char *key, uint64_t at_ns);

/* key_ns, and as people write it key_at */
void sli__member_when(struct sli__json *j, const char *key_ns,
    const char *key_at, uint64_t at_ns);

#endif /* SLI_EXPORT_MEMBER_H */
