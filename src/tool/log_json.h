/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LOG_JSON_H
#define TOOL_LOG_JSON_H

#include "log.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Lines of JSON, each an object, by simdjson. */

struct log_json;

struct log_json *log_json_new(void);
void log_json_free(struct log_json *json);

/*
 * Look up to LOG_FIELDS fields up; NULL in keys: not wanted. "a.b" is a field
 * of that name, or field b of the object a. Of what is there twice the last
 * counts; null, objects and arrays are as if they were not there. The texts
 * live until the next line; there are LOG_PADDING readable bytes behind it.
 */
int log_json_line(struct log_json *json, const char *line, size_t length,
    const char *const *keys, struct log_text *out, size_t count,
    struct log_why *why);

#ifdef __cplusplus
}
#endif

#endif /* TOOL_LOG_JSON_H */
