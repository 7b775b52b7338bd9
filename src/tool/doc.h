/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DOC_H
#define TOOL_DOC_H

#include <jansson.h>
#include <stdint.h>

/* What JSON documents are made of. */

/* A string, also of bytes that are no UTF-8. */
json_t *doc_text(const char *text);

/* JSON's numbers have no bound, but those of jansson do: then it is a real. */
json_t *doc_number(uint64_t n);

json_t *doc_real(double value);	  /* null if it is not finite */
json_t *doc_time(uint64_t at_ns); /* ISO 8601; null of 0 */

/* These take the reference of a value. */
void doc_put(json_t *object, const char *key, json_t *value);
void doc_put_number(json_t *object, const char *key, uint64_t n);
void doc_put_time(json_t *object, const char *key_ns, const char *key_at,
    uint64_t at_ns);

/* One document on stdout; takes the reference. */
void doc_print(json_t *root);

#endif /* TOOL_DOC_H */
