/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_MODEL_H
#define SUPPORT_MODEL_H

#include <stdint.h>

#include <sli/sli.h>

#include "oracle.h"
#include "random.h"

/*
 * One random run of an indicator beside its oracle. Everything about a run
 * follows from its seed: the rings, the thresholds, the latency range, and how
 * a clock of doubtful quality moves on between the calls.
 */
struct model {
	uint64_t seed;
	struct random rnd;
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_indicator_config cfg;
	struct sli_level history[SLI_LEVELS_MAX + 1];
	struct sli_level latency[SLI_LEVELS_MAX + 1];
	struct oracle oracle;
	uint64_t now_ns; /* of the caller's clock */
};

/*
 * Do so many runs (at scale 100) of so many steps. Before each step the clock
 * goes on; a step is an event, or one call of check.
 */
void model_check(uint64_t runs, uint64_t steps, void (*check)(struct model *));

/* A window that is worth asking for: edges on boundaries, and beyond all. */
uint64_t model_window(struct model *);

/* As fail_msg(), and how to have the run again. */
#define model_fail(model, ...)                                                 \
	do {                                                                   \
		print_error(__VA_ARGS__);                                      \
		fail_msg("SLI_TEST_SEED=%llu fails",                           \
		    (unsigned long long)(model)->seed);                        \
	} while (0)

/* Fail unless got is in [least, most]. */
void model_expect(const struct model *, const char *what, uint64_t got,
    uint64_t least, uint64_t most);

#endif /* SUPPORT_MODEL_H */
