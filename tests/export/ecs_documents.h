/* SPDX-License-Identifier: MIT */
#ifndef EXPORT_ECS_DOCUMENTS_H
#define EXPORT_ECS_DOCUMENTS_H

#include <sli/export_ecs.h>

#include "document.h"

#define MS SLI_MILLIS(1)
#define DOCUMENTS_MAX 64

/* Of the last flush. */
extern json_t *documents[DOCUMENTS_MAX];
extern size_t document_count;

struct ecs_request {
	const struct sli_ecs_config *cfg;
	sli_export_write_fn *write;
	struct sli_error err;
	int status;
};

/* Of a consumer of its own: what sli_ecs_export() says. */
int ecs_request(struct sli_registry *reg, uint64_t now_ns,
    struct ecs_request *r);

/* The next flush of one consumer, the same in all tests, as documents. */
void ecs_flush(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_ecs_config *cfg);

/* The n-th document of a dataset; NULL: there are fewer. */
json_t *ecs_find(const char *dataset, size_t n);

/* checkout, with hostile labels and thresholds of 100 ms and 1.5 s. */
struct sli_indicator *ecs_indicator(struct sli_registry *reg);

/* checkout-fast: 99.9 % within 100 ms. */
void ecs_slo(struct sli_indicator *ind);

/* 20 requests a second, of 4 to 80 ms; returns when they end. */
uint64_t ecs_traffic(struct sli_indicator *ind, uint64_t now, uint32_t minutes,
    enum sli_outcome outcome);

/* For the end of a group of tests. */
int ecs_forget(void **state);

#endif /* EXPORT_ECS_DOCUMENTS_H */
