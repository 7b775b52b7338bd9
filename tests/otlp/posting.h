/* SPDX-License-Identifier: MIT */
#ifndef OTLP_POSTING_H
#define OTLP_POSTING_H

#include <stdio.h>
#include <string.h>

#include <sli/otlp.h>

#include "../support/common.h"
#include "receiver.h"

#define TEST(f) cmocka_unit_test(f)

/* A registry, its only indicator, and a poster of it to a receiver. */
struct posting {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_otlp_poster *poster;
	struct receiver receiver;
};

/* Fast: retries after 5 to 10 ms, up to 40; time-outs of 2 s. */
struct sli_otlp_poster_config posting_config(void);

/* cfg: its url is filled in; NULL: posting_config(). The poster runs. */
void posting_open(struct posting *p, const struct sli_otlp_poster_config *cfg);
void posting_close(struct posting *p);

/* Count so many good events and flush them. */
void posting_flush(struct posting *p, uint64_t good);

/* Until a field of the stats is so large; asserts that it becomes so. */
#define posting_await(p, field, least)                                         \
	posting_await_at((p), offsetof(struct sli_otlp_stats, field), (least))
void posting_await_at(struct posting *p, size_t offset, uint64_t least);

struct sli_otlp_stats posting_stats(struct posting *p);

/* Of the monotonic clock. */
double posting_seconds(void);

#endif /* OTLP_POSTING_H */
