/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_LEDGER_H
#define SUPPORT_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <sli/sli.h>

#include "random.h"

/*
 * Books of what processes recorded that may be killed at any instruction: each
 * event is entered twice in shared memory, before it is recorded and after. So
 * of every kind of event, what an indicator has counted lies between what was
 * done and what was begun, and the two differ by one event at most for each
 * thread that was killed.
 */

#define LEDGER_LATENCIES 6
#define LEDGER_THRESHOLDS 2

/* Good and bad by latency, then one kind of each outcome without one. */
#define LEDGER_KINDS (2 * LEDGER_LATENCIES + 4)

/* A recorder's page of the books on one indicator: it alone writes it. */
struct ledger_line {
	_Atomic uint64_t begun[LEDGER_KINDS];
	_Atomic uint64_t done[LEDGER_KINDS];
};

/* What can be read of an indicator: outcomes, slow ones, buckets. */
#define LEDGER_ASPECTS (4 + LEDGER_THRESHOLDS + 2 * LEDGER_LATENCIES)

struct ledger_view {
	uint64_t aspect[LEDGER_ASPECTS];
};

/* Rings that suit it: 10 ms slots, and few bytes. */
void ledger_configure(struct sli_registry_config *cfg);
void ledger_configure_indicator(struct sli_indicator_config *cfg);

/*
 * Record an event of a random kind with its two entries, through `writer` if
 * there is one.
 */
void ledger_record(struct ledger_line *line, struct sli_indicator *ind,
    struct sli_writer *writer, struct random *rnd, uint64_t now_ns);

/* Add so many events of each kind to what they look like. */
void ledger_add(struct ledger_view *into, const uint64_t kinds[LEDGER_KINDS]);

/*
 * Read an indicator: of all time, and false if windows do not hold what the
 * totals do, which is printed.
 */
bool ledger_look(struct sli_indicator *ind, uint64_t now_ns,
    struct ledger_view *out);

/* In how many aspects `seen` is not in [least, most]; each is printed. */
int ledger_differences(const struct ledger_view *seen,
    const struct ledger_view *least, const struct ledger_view *most);

/*
 * How many of these do not hold at this moment, whoever is recording: no window
 * and no budget exceeds the total that is read after it. slo may be NULL.
 */
int ledger_witness(struct sli_indicator *ind, struct sli_slo *slo,
    struct random *rnd, uint64_t now_ns);

#endif /* SUPPORT_LEDGER_H */
