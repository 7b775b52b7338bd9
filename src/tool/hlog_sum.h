/* SPDX-License-Identifier: MIT */
#ifndef TOOL_HLOG_SUM_H
#define TOOL_HLOG_SUM_H

#include <stddef.h>

#include <sli/export_hlog.h>

/* Intervals of one tag, merged. */
struct hlog_sum {
	char *tag;
	uint64_t from_ns, to_ns; /* from the first's start to the last's end */
	uint64_t interval_count;
	struct sli_hdr *h; /* NULL: there is none yet */
	struct hlog_sum *next;
};

/* In the order of their tags; in the beginning NULL. */
typedef struct hlog_sum *hlog_sums;

/* The one of a tag, which is made if there is none. */
struct hlog_sum *hlog_sum_of(hlog_sums *sums, const char *tag, size_t length);

/* Add an interval, whose histogram is freed or kept. */
void hlog_sum_add(struct hlog_sum *sum,
    const struct sli_hlog_interval *interval, struct sli_hdr *h);

/* Let it have no intervals. */
void hlog_sum_reset(struct hlog_sum *sum);

void hlog_sums_free(hlog_sums *sums);

#endif /* TOOL_HLOG_SUM_H */
