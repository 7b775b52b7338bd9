/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_DECODE_H
#define EXPORT_DECODE_H

#include <sli/export_proto.h>

#include "metrics.pb-c.h"
#include "scrape.h"

#define FAMILIES_MAX 32

/* What a scrape gave. */
struct families {
	size_t count;
	Sli__Prom__MetricFamily *family[FAMILIES_MAX];
};

/* Asserts that it went well, and that every byte of it is a family. */
void scrape_proto(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_proto_config *cfg, struct families *out);
void free_families(struct families *families);

/* NULL: there is none. */
const Sli__Prom__MetricFamily *find_family(const struct families *families,
    const char *name);

/* By all its labels, "name=value,name=value"; asserts that it is there. */
const Sli__Prom__Metric *metric_of(const struct families *families,
    const char *name, const char *labels);

/* A histogram's native buckets, by index, from what was read. */
#define NATIVE_MAX 4096
struct native {
	int32_t first;
	uint32_t length;
	uint64_t count[NATIVE_MAX];
};

/* Asserts that spans and deltas are well formed, and the counts consistent. */
void read_native(const Sli__Prom__Histogram *h, struct native *out);

#endif /* EXPORT_DECODE_H */
