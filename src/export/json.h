/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_JSON_H
#define SLI_EXPORT_JSON_H

/*
 * JSON as a stream through the sink, so that a document of any length takes no
 * memory. (jansson would build it first, and writes no number that can be read
 * in a locale whose decimal point takes two bytes.)
 *
 * Commas come by themselves. That what is opened is closed, and that an object
 * has keys, is the caller's business.
 */

#include "export/sink.h"

struct sli__json {
	struct sli__sink sink;
	bool is_next; /* in its array or object the next comes after another */
	bool is_long; /* a number above 2^63 - 1 is null: there is no place */
};

bool sli__is_utf8(const char *text);

void sli__json_begin(struct sli__json *json, sli_export_write_fn *write,
    void *arg);

/* A '{' or a '[', and its end. */
void sli__json_open(struct sli__json *json, char bracket);
void sli__json_close(struct sli__json *json, char bracket);

/* Whatever is put next is its value. */
void sli__json_key(struct sli__json *json, const char *name);

/*
 * Bytes that are no UTF-8 become U+FFFD; what a reader of lines could take for
 * the end of one is escaped.
 */
void sli__json_string(struct sli__json *json, const char *text);
void sli__json_bytes(struct sli__json *json, const char *text, size_t length);

/* A number; null if the value is not finite. */
void sli__json_double(struct sli__json *json, double value);
void sli__json_int(struct sli__json *json, int64_t value);
void sli__json_number(struct sli__json *json, uint64_t value);

/* In quotes, which is how the JSON of protobuf has 64-bit integers. */
void sli__json_u64(struct sli__json *json, uint64_t value);

void sli__json_true(struct sli__json *json);
void sli__json_false(struct sli__json *json);
void sli__json_null(struct sli__json *json);

#endif /* SLI_EXPORT_JSON_H */
