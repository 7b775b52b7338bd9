/* SPDX-License-Identifier: MIT */
#ifndef SLI_BENCH_FIXTURE_H
#define SLI_BENCH_FIXTURE_H

#include <stdint.h>

#include <sli/sli.h>

#include "bench.h"

/*
 * What is measured: a registry of indicators with two thresholds each, 99.9 %
 * SLOs over 30 d on the first of them, and a past.
 */

/* 2024-10-04 00:00 UTC: on a boundary of every slot. */
#define FIXTURE_EPOCH_NS SLI_DAYS(20000)
/* Longer than the longest default ring. */
#define FIXTURE_LIFE_NS SLI_DAYS(34)

#define FIXTURE_THRESHOLDS 2
#define FIXTURE_INDICATORS_MAX 1024
#define FIXTURE_SLOS_MAX 16
#define FIXTURE_WRITERS_MAX 256

struct fixture {
	struct sli_registry *reg;
	struct sli_indicator *indicators[FIXTURE_INDICATORS_MAX];
	struct sli_slo *slos[FIXTURE_SLOS_MAX];
	struct sli_writer *writers[FIXTURE_WRITERS_MAX];
	uint32_t indicator_count, slo_count, writer_count;
	uint64_t now_ns;
	uint64_t recorded;
};

/*
 * max_indicators, max_slos and writer_shards say how many of each there are to
 * be: 0 means one, one and none. What else is in cfg is passed on.
 */
struct fixture *fixture_open(const struct sli_registry_config *cfg);

/*
 * The same in a file. If it is there, it is opened again: `recorded` must be
 * put back to what the last fixture had in it.
 */
struct fixture *fixture_open_file(const char *path,
    const struct sli_registry_config *cfg);

/* The same with 64 shards configured, so many writers, and a life behind it. */
struct fixture *fixture_open_64_shards(const struct sli_registry_config *cfg,
    uint32_t writers);

/*
 * The same with an SLO of another kind: of slices of 1 min, over a calendar
 * month in a time zone with daylight saving, and one as ever with as many
 * exclusions in its last day as there can be.
 */
struct fixture *fixture_open_slices(const struct sli_registry_config *cfg,
    uint32_t writers);
struct fixture *fixture_open_month(const struct sli_registry_config *cfg,
    uint32_t writers);
struct fixture *fixture_open_exclusions(const struct sli_registry_config *cfg,
    uint32_t writers);

/*
 * The two tables of a bench that opens such fixtures: with no writers, where
 * the limits of its cases hold, and with 64, where there are none.
 */
typedef void fixture_measure_fn(const char *title, uint32_t writers,
    int limited, unsigned rounds);

void fixture_measure_64_shards(fixture_measure_fn *measure, unsigned rounds);

/*
 * Time and report such a table, whose first case is the baseline of the others.
 */
void fixture_run_table(const char *title, struct bench_case *cases,
    size_t count, int limited, unsigned rounds);

/* Check that every event recorded was counted, and close. */
void fixture_close(struct fixture *fixture);

/*
 * Record one event at now_ns, one in 4093 of them bad (a prime, so that bad
 * ones have all sorts of latencies): by sli_record(), or through the writers'
 * shards in turn if there are any.
 */
void fixture_record(struct fixture *fixture, struct sli_indicator *ind);

/*
 * Live through span_ns: on each indicator 64 events in every slot of the
 * default rings that can be seen at the end of it.
 */
void fixture_live(struct fixture *fixture, uint64_t span_ns);

/* Reads of the first indicator and SLO, as cases: arg is a struct reader. */
struct reader {
	struct fixture *fixture;
	uint64_t window_ns;
};

void reader_run_counts(void *arg, uint64_t calls);
void reader_run_p99(void *arg, uint64_t calls);
void reader_run_burn_rate(void *arg, uint64_t calls);
void reader_run_budget(void *arg, uint64_t calls);

#endif /* SLI_BENCH_FIXTURE_H */
