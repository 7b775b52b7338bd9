/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "fixture.h"

static void
register_indicator(struct fixture *fixture)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_error err;
	char name[32];

	snprintf(name, sizeof(name), "requests_%u", fixture->indicator_count);
	cfg.name = name;
	cfg.threshold_ns[0] = SLI_MILLIS(25);
	cfg.threshold_ns[1] = SLI_MILLIS(100);
	cfg.threshold_count = FIXTURE_THRESHOLDS;
	bench_check_err(
	    sli_indicator_register(fixture->reg, &cfg,
		&fixture->indicators[fixture->indicator_count++], &err),
	    &err);
}

static void
register_slo(struct fixture *fixture, const struct sli_slo_config *kind)
{
	struct sli_slo_config cfg = *kind;
	struct sli_error err;
	char name[32];

	snprintf(name, sizeof(name), "available_%u", fixture->slo_count);
	cfg.name = name;
	cfg.objective = 0.999;
	bench_check_err(sli_slo_register(fixture->indicators[0], &cfg,
			    &fixture->slos[fixture->slo_count++], &err),
	    &err);
}

/* What a fixture has unless it is told otherwise. */
static const struct sli_slo_config rolling = {
	.struct_size = sizeof(rolling),
	.period_ns = SLI_DAYS(30),
};

/* path: NULL for memory. */
static struct fixture *
open_at(const char *path, const struct sli_registry_config *cfg,
    const struct sli_slo_config *slo)
{
	struct sli_registry_config sized = *cfg;
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	uint32_t writers = cfg->writer_shards, indicators;
	struct sli_error err;

	bench_require(fixture != NULL, "out of memory");
	if (sized.max_indicators == 0)
		sized.max_indicators = 1;
	if (sized.max_slos == 0)
		sized.max_slos = 1;
	bench_require(sized.max_indicators <= FIXTURE_INDICATORS_MAX &&
		sized.max_slos <= FIXTURE_SLOS_MAX &&
		writers <= FIXTURE_WRITERS_MAX,
	    "a bench wants more than struct fixture holds");

	indicators = sized.max_indicators;
	if (slo->method != SLI_OCCURRENCES)
		sized.max_indicators += sized.max_slos; /* of their slices */
	fixture->now_ns = FIXTURE_EPOCH_NS;
	bench_check_err(path == NULL ?
		sli_registry_create(&sized, &fixture->reg, &err) :
		sli_registry_open(path, &sized, &fixture->reg, &err),
	    &err);
	while (fixture->indicator_count < indicators)
		register_indicator(fixture);
	while (fixture->slo_count < sized.max_slos)
		register_slo(fixture, slo);
	while (fixture->writer_count < writers)
		bench_check_err(
		    sli_writer_acquire(fixture->reg,
			&fixture->writers[fixture->writer_count++], &err),
		    &err);
	return fixture;
}

struct fixture *
fixture_open(const struct sli_registry_config *cfg)
{
	return open_at(NULL, cfg, &rolling);
}

struct fixture *
fixture_open_file(const char *path, const struct sli_registry_config *cfg)
{
	return open_at(path, cfg, &rolling);
}

static struct fixture *
open_64_shards(const struct sli_registry_config *cfg,
    const struct sli_slo_config *slo, uint32_t writers)
{
	struct sli_registry_config wide = *cfg;
	struct fixture *fixture;

	wide.shards = 64;
	wide.writer_shards = writers;
	fixture = open_at(NULL, &wide, slo);
	fixture_live(fixture, FIXTURE_LIFE_NS);
	return fixture;
}

struct fixture *
fixture_open_64_shards(const struct sli_registry_config *cfg, uint32_t writers)
{
	return open_64_shards(cfg, &rolling, writers);
}

static struct sli_budget
read_budget(const struct fixture *fixture)
{
	struct sli_budget budget;

	bench_check(sli_slo_budget(fixture->slos[0], fixture->now_ns, &budget));
	return budget;
}

struct fixture *
fixture_open_slices(const struct sli_registry_config *cfg, uint32_t writers)
{
	struct sli_slo_config slo = rolling;
	struct fixture *fixture;

	slo.method = SLI_TIMESLICES;
	fixture = open_64_shards(cfg, &slo, writers);
	bench_require(read_budget(fixture).total > 0, "no slice was counted");
	return fixture;
}

struct fixture *
fixture_open_month(const struct sli_registry_config *cfg, uint32_t writers)
{
	struct sli_slo_config slo = rolling;

	slo.period_ns = 0;
	slo.calendar = SLI_MONTH;
	slo.time_zone = "Europe/Berlin";
	return open_64_shards(cfg, &slo, writers);
}

struct fixture *
fixture_open_exclusions(const struct sli_registry_config *cfg, uint32_t writers)
{
	struct fixture *fixture = fixture_open_64_shards(cfg, writers);
	uint64_t end_ns = fixture->now_ns;
	struct sli_error err;
	uint32_t i;

	for (i = 0; i < SLI_ADJUSTMENTS_MAX; i++) {
		end_ns -= SLI_HOURS(1);
		bench_check_err(
		    sli_slo_exclude(fixture->slos[0], fixture->now_ns,
			end_ns - SLI_MINUTES(10), end_ns, "maintenance", &err),
		    &err);
	}
	bench_require(read_budget(fixture).excluded > 0, "nothing is excluded");
	return fixture;
}

void
fixture_measure_64_shards(fixture_measure_fn *measure, unsigned rounds)
{
	measure("64 shards configured, those of this machine written", 0, 1,
	    rounds);
	measure("As many as on 64 busy CPUs: 64 writers' shards written too",
	    64, 0, rounds);
}

void
fixture_run_table(const char *title, struct bench_case *cases, size_t count,
    int limited, unsigned rounds)
{
	size_t i;

	for (i = 1; i < count; i++) {
		cases[i].baseline = &cases[0];
		if (!limited)
			cases[i].ns_max = 0;
	}
	bench_run(cases, count, rounds);
	bench_report(title, cases, count, rounds);
}

void
fixture_close(struct fixture *fixture)
{
	uint64_t counted = 0;
	uint32_t i;

	for (i = 0; i < fixture->indicator_count; i++) {
		struct sli_counts counts;

		bench_check(sli_total_counts(fixture->indicators[i], &counts));
		counted += counts.good + counts.bad;
	}
	bench_require(counted == fixture->recorded,
	    "libsli lost or invented an event");
	for (i = 0; i < fixture->writer_count; i++)
		sli_writer_release(fixture->writers[i]);
	sli_registry_close(fixture->reg);
	free(fixture);
}

void
fixture_record(struct fixture *fixture, struct sli_indicator *ind)
{
	uint64_t event = fixture->recorded++;
	uint64_t latency_ns = bench_latency(event);
	enum sli_outcome outcome = event % 4093 == 0 ? SLI_BAD : SLI_GOOD;

	if (fixture->writer_count == 0)
		sli_record(ind, fixture->now_ns, outcome, latency_ns);
	else
		sli_writer_record(
		    fixture->writers[event % fixture->writer_count], ind,
		    fixture->now_ns, outcome, latency_ns);
}

void
fixture_live(struct fixture *fixture, uint64_t span_ns)
{
	/* A slot of each default ring, coarsest first, and its reach. */
	static const struct {
		uint64_t slot_ns, reach_ns;
	} rings[] = {
		{ SLI_HOURS(2), FIXTURE_LIFE_NS },
		{ SLI_MINUTES(5), SLI_HOURS(75) },
		{ SLI_SECONDS(10), SLI_MINUTES(64) },
		{ SLI_SECONDS(1), SLI_SECONDS(128) },
	};
	uint64_t end_ns = fixture->now_ns + span_ns;
	size_t ring = 0;

	while (fixture->now_ns < end_ns) {
		uint32_t i, event;

		while (ring + 1 < BENCH_LENGTH(rings) &&
		    end_ns - fixture->now_ns <= rings[ring + 1].reach_ns)
			ring++;
		fixture->now_ns += rings[ring].slot_ns;
		for (i = 0; i < fixture->indicator_count; i++)
			for (event = 0; event < 64; event++)
				fixture_record(fixture, fixture->indicators[i]);
	}
}

void
reader_run_counts(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	const struct fixture *fixture = reader->fixture;
	struct sli_counts counts;

	while (calls-- > 0) {
		bench_check(sli_window_counts(fixture->indicators[0],
		    fixture->now_ns, reader->window_ns, &counts));
		bench_sink(counts.good);
	}
}

void
reader_run_p99(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	const struct fixture *fixture = reader->fixture;
	uint64_t p99_ns;

	while (calls-- > 0) {
		bench_check(
		    sli_window_quantile(fixture->indicators[0], fixture->now_ns,
			reader->window_ns, SLI_GOOD, 0.99, &p99_ns));
		bench_sink(p99_ns);
	}
}

void
reader_run_burn_rate(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	const struct fixture *fixture = reader->fixture;
	double rate;

	while (calls-- > 0) {
		bench_check(sli_slo_burn_rate(fixture->slos[0], fixture->now_ns,
		    reader->window_ns, &rate));
		bench_sink((uint64_t)rate);
	}
}

void
reader_run_budget(void *arg, uint64_t calls)
{
	const struct reader *reader = arg;
	const struct fixture *fixture = reader->fixture;
	struct sli_budget budget;

	while (calls-- > 0) {
		bench_check(
		    sli_slo_budget(fixture->slos[0], fixture->now_ns, &budget));
		bench_sink(budget.bad);
	}
}
