/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_OTLP_JSON_H
#define EXPORT_OTLP_JSON_H

#include <jansson.h>

#include <sli/export_otlp.h>

#include "scrape.h"

/*
 * The request of a flush, read again; asserts that it went well and that it is
 * JSON. Whoever asked gives it up by json_decref().
 */
json_t *otlp_request(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_otlp_config *cfg);

/* Its bytes, until the next call. */
const char *otlp_text(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_otlp_config *cfg);

/* What the request has once: "resource", "scope" and its like. */
json_t *otlp_resource(const json_t *request);
json_t *otlp_scope(const json_t *request);

/* NULL: it has no such metric. */
json_t *otlp_metric(const json_t *request, const char *name);

/* The points of a gauge, sum or histogram; NULL: there is no such metric. */
json_t *otlp_points(const json_t *request, const char *name);

/*
 * The only point with these attributes: pairs of name and value, ended by NULL.
 * It may have others. NULL: there is none.
 */
json_t *otlp_point(const json_t *request, const char *metric, ...);

/* Of a list of attributes; NULL: it is not there. */
const char *otlp_attribute(const json_t *attributes, const char *name);

/* Of an object: 64 bits in a string, as protobuf's JSON has them. */
uint64_t otlp_u64(const json_t *object, const char *key);

#endif /* EXPORT_OTLP_JSON_H */
