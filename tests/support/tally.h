/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_TALLY_H
#define SUPPORT_TALLY_H

#include <stdint.h>

#include <sli/sli.h>

#include "random.h"

/*
 * The conservation law under load: whatever threads, handlers and processes
 * recorded is read again, per outcome, per threshold and per bucket.
 *
 * A tally is what one recorder knows that it recorded. It has one writer; it
 * may lie in shared memory, so that it outlives a process that is killed.
 */

/* So many latencies are in use, on and beside every edge that matters. */
#define TALLY_LATENCIES 12

/* The most events that one tally_record() counts. */
#define TALLY_STEP_MAX 3

struct tally {
	uint64_t outcome[4];
	uint64_t timed[2][TALLY_LATENCIES]; /* good and bad, by latency */
};

/* Register the indicator that tallies are kept of: 10 ms slots. */
struct sli_indicator *tally_register(struct sli_registry *reg);

/* And an SLO of it: 99 % good over an hour. */
struct sli_slo *tally_register_slo(struct sli_indicator *ind);

/* Rings that suit it: a window of TALLY_WINDOW_NS holds everything. */
#define TALLY_WINDOW_NS SLI_DAYS(2)

void tally_configure(struct sli_registry_config *cfg);

/*
 * Record something, and then count it in the tally: if the recorder dies in
 * between, the indicator is ahead by one step at most. Through `writer` if
 * there is one.
 */
void tally_record(struct tally *tally, struct sli_indicator *ind,
    struct sli_writer *writer, struct random *rnd, uint64_t now_ns);

void tally_add(struct tally *into, const struct tally *from);

/*
 * In how many respects the indicator does not lie in [tally, tally + slack];
 * each is printed. Everything must have been recorded in the two days up to
 * now_ns. Slack is in events, of each counter and of their sum.
 */
int tally_differences(const struct tally *tally, struct sli_indicator *ind,
    uint64_t now_ns, uint64_t slack);

/*
 * What a reader saw last. Whatever runs meanwhile: no total goes down, no
 * window and no budget holds more than the total read after it.
 */
struct witness {
	struct sli_counts total;
	uint64_t looks;
};

/* Read everything once; how many of these promises did not hold. */
int witness_look(struct witness *witness, struct sli_indicator *ind,
    struct sli_slo *slo, struct random *rnd, uint64_t now_ns);

#endif /* SUPPORT_TALLY_H */
