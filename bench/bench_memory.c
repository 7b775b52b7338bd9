/* SPDX-License-Identifier: MIT */
/*
 * Memory: what an indicator takes once every ring is full and two CPUs have
 * recorded, by the kernel's account, against the formula of the README.
 */
#include <math.h>
#include <stdio.h>

#include "bench.h"
#include "fixture.h"

/* Enough that one indicator is the difference of two registries over it. */
#define MORE 8

#define KIB 1024.0

/*
 * Of a registry whose indicators have lived through all rings twice: on the
 * second CPU if there is one, then on the first.
 */
static double
footprint_of(uint32_t indicators)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct fixture *fixture;
	double before = bench_resident_bytes("Anonymous"), after;

	cfg.max_indicators = indicators;
	fixture = fixture_open(&cfg);
	if (bench_cpu(1) >= 0)
		bench_pin(bench_cpu(1));
	fixture_live(fixture, FIXTURE_LIFE_NS);
	bench_pin(bench_cpu(0));
	fixture_live(fixture, FIXTURE_LIFE_NS);
	after = bench_resident_bytes("Anonymous");
	fixture_close(fixture);
	return after - before;
}

/* Buckets of the default range from the least to the greatest latency. */
static unsigned
buckets_spanned(void)
{
	struct sli_histogram *h;
	struct sli_error err;
	uint64_t lower, value, greatest;
	unsigned spanned = 0;
	size_t i;

	bench_check_err(sli_histogram_create(SLI_MICROS(1), SLI_SECONDS(60),
			    SLI_PRECISION_BITS_DEFAULT, &h, &err),
	    &err);
	for (i = 0; i < BENCH_LATENCIES; i++)
		sli_histogram_record(h, bench_latency_ns[i], 1);
	bench_check(sli_histogram_min(h, &value));
	bench_check(sli_histogram_max(h, &greatest));
	for (; value <= greatest; spanned++)
		bench_check(sli_histogram_bounds(h, value, &lower, &value));
	sli_histogram_destroy(h);
	return spanned;
}

/*
 * The rings of counts: in every slot a stamp and a word for bad and good events
 * and for each threshold (pages of outcomes that do not occur, here shed and
 * ignored, are not backed). And for each bucket of latencies that occur, of
 * good and of bad events, a word in every slot of the rings of latency and in
 * the shard of every CPU.
 */
static double
formula_bytes(unsigned cpus)
{
	const unsigned history_slots = 128 + 384 + 900 + 400;
	const unsigned latency_slots = 8 + 12 + 8;

	return 8.0 * history_slots * (3 + FIXTURE_THRESHOLDS) +
	    8.0 * 2 * buckets_spanned() * (latency_slots + cpus);
}

static void
measure(double sigma)
{
	unsigned cpus = bench_cpu(1) >= 0 ? 2 : 1;
	double one, many, full, formula;

	bench_draw_latencies(sigma);
	one = footprint_of(1);
	many = footprint_of(1 + MORE);
	full = (many - one) / MORE;
	formula = formula_bytes(cpus);
	printf("| indicator, every ring full, sigma %g (p99 = %.1f x median),"
	       " %u CPUs | %.0f | %.2f of the formula |"
	       " below 256 KiB: %s |\n",
	    sigma, exp(2.326 * sigma), cpus, full / KIB, full / formula,
	    full < 256 * KIB ? "PASS" : "over");
	printf("| the formula for it | %.0f | | |\n", formula / KIB);
}

int
main(int argc, char **argv)
{
	struct sli_registry_config one = SLI_REGISTRY_CONFIG_INIT, two = one;

	bench_start(argc, argv);
	one.max_indicators = 1;
	two.max_indicators = 2;
	/* What the heap takes for a fixture it keeps: it is not counted. */
	fixture_close(fixture_open(&two));

	printf("\n### Memory, default configuration, two thresholds\n\n"
	       "| what | KiB | ratio | must reach |\n|---|--:|---|---|\n");
	printf("| indicator, address space reserved | %.0f | | |\n",
	    (double)(sli_registry_size(&two) - sli_registry_size(&one)) / KIB);
	measure(0.5);
	measure(1.0);
	return 0;
}
