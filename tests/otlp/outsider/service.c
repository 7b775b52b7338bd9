/* SPDX-License-Identifier: MIT */
/*
 * A service with a poster, as anybody would write it:
 *
 *   service URL gzip|plain
 *
 * It counts and flushes until its standard input ends; then it prints what it
 * has counted, as "good bad latencies", and what became of the requests.
 */
#define _POSIX_C_SOURCE 200809L /* nanosleep */

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <sli/otlp.h>
#include <sli/sli.h>

static struct sli_registry *reg;
static struct sli_indicator *ind;
static struct sli_otlp_poster *poster;
static struct sli_error err;

static int
setup(const char *url, int gzip)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	struct sli_otlp_poster_config cfg = SLI_OTLP_POSTER_CONFIG_INIT;
	struct sli_label label = { "route", "/caf\xc3\xa9 \"x\"\\" };
	struct sli_slo *slo;

	icfg.name = "checkout";
	icfg.labels = &label;
	icfg.label_count = 1;
	scfg.name = "checkout-up";
	scfg.objective = 0.999;
	cfg.url = url;
	cfg.flags = gzip ? SLI_OTLP_GZIP : 0;
	cfg.retry_min_ns = SLI_MILLIS(20);
	cfg.retry_max_ns = SLI_MILLIS(100);
	if (sli_registry_create(&rcfg, &reg, &err) != SLI_OK ||
	    sli_indicator_register(reg, &icfg, &ind, &err) != SLI_OK ||
	    sli_slo_register(ind, &scfg, &slo, &err) != SLI_OK ||
	    sli_otlp_poster_create(&cfg, &poster, &err) != SLI_OK)
		return err.status;
	return sli_otlp_poster_start(poster, &err);
}

static void
flush(const struct sli_snapshot *snapshot, void *arg)
{
	*(int *)arg = sli_otlp_flush(snapshot, poster, &err);
}

static int
flush_now(void)
{
	int status = SLI_OK, flushed;

	flushed = sli_flush(reg, sli_clock_ns(), flush, &status);
	return flushed != SLI_OK ? flushed : status;
}

static void
work(uint64_t i)
{
	uint64_t now_ns = sli_clock_ns();

	sli_begin(ind);
	sli_record(ind, now_ns, SLI_GOOD, SLI_MICROS(i * i % 5000000));
	sli_record_exemplar(ind, now_ns, SLI_BAD, SLI_MILLIS(i % 900),
	    i % 2 == 0 ? "4bf92f3577b34da6a3ce929d0e0e4736" : "mine");
	sli_count(ind, now_ns, SLI_GOOD, i % 3);
	sli_end(ind);
}

static int
finish(void)
{
	int status = flush_now();
	struct sli_otlp_stats stats;
	struct sli_counts counts;

	if (status == SLI_OK)
		status = sli_otlp_poster_stop(poster, SLI_SECONDS(20), &err);
	(void)sli_otlp_poster_stats(poster, &stats);
	(void)sli_total_counts(ind, &counts);
	sli_otlp_poster_destroy(poster);
	sli_registry_close(reg);
	/* Each bad event has a latency, and as many good ones. */
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", counts.good, counts.bad,
	    2 * counts.bad);
	printf("flushed %" PRIu64 " posted %" PRIu64 " replaced %" PRIu64
	       " failed %" PRIu64 " retries %" PRIu64 "\n",
	    stats.flushed, stats.posted, stats.replaced, stats.failed,
	    stats.retries);
	return status;
}

int
main(int argc, char **argv)
{
	struct pollfd input = { 0, POLLIN, 0 };
	int status;
	uint64_t i;

	if (argc != 3)
		return 2;
	status = setup(argv[1], strcmp(argv[2], "gzip") == 0);
	for (i = 1; status == SLI_OK && poll(&input, 1, 3) == 0; i++) {
		work(i);
		status = flush_now();
	}
	if (status == SLI_OK)
		status = finish();
	if (status != SLI_OK)
		fprintf(stderr, "%s\n", err.message);
	return status != SLI_OK;
}
