/* SPDX-License-Identifier: MIT */
/*
 * feed ADDRESS plain|datadog: a service with an indicator "shop" and an SLO
 * "up", which does what it is told on its standard input, and answers each with
 * a line of JSON:
 *
 *	good N US, bad N US	record N events of so many microseconds
 *	export			send what was not accepted yet
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sli/deliver_statsd.h>
#include <sli/sli.h>

struct feed {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_statsd_sender *sender;
	int status;
};

static int
begin(struct feed *feed, const char *address, int plain)
{
	const struct sli_label labels[] = { { "region", "eu-1" },
		{ "tier", "gold" } };
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config scfg = SLI_SLO_CONFIG_INIT;
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_error err = { 0, "" };
	struct sli_slo *slo;

	rcfg.max_indicators = 1;
	icfg.name = "shop";
	icfg.labels = labels;
	icfg.label_count = 2;
	scfg.name = "up";
	scfg.objective = 0.99;
	cfg.dialect = plain ? SLI_STATSD_PLAIN : SLI_STATSD_DATADOG;
	if (sli_registry_create(&rcfg, &feed->reg, &err) == SLI_OK &&
	    sli_indicator_register(feed->reg, &icfg, &feed->ind, &err) ==
		SLI_OK &&
	    sli_slo_register(feed->ind, &scfg, &slo, &err) == SLI_OK &&
	    sli_statsd_open(address, &cfg, &feed->sender, &err) == SLI_OK)
		return 1;
	fprintf(stderr, "feed: %s\n", err.message);
	return 0;
}

static void
flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct feed *feed = arg;

	feed->status = sli_statsd_sink(snapshot, feed->sender, NULL);
}

static void
answer(const struct feed *feed)
{
	struct sli_statsd_stats stats;
	struct sli_counts total;

	(void)sli_total_counts(feed->ind, &total);
	(void)sli_statsd_sender_stats(feed->sender, &stats);
	printf("{\"status\":%d,\"good\":%" PRIu64 ",\"bad\":%" PRIu64
	       ",\"packets\":%" PRIu64 ",\"gone\":%" PRIu64
	       ",\"refused\":%" PRIu64 "}\n",
	    feed->status, total.good, total.bad, stats.packets,
	    stats.dropped_packets[SLI_STATSD_GONE],
	    stats.dropped_packets[SLI_STATSD_REFUSED]);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct feed feed = { NULL, NULL, NULL, SLI_OK };
	unsigned long long n, us;
	char line[128], word[16];

	if (argc != 3 || !begin(&feed, argv[1], strcmp(argv[2], "plain") == 0))
		return 1;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (strcmp(line, "export\n") == 0) {
			if (sli_flush(feed.reg, sli_clock_ns(), flush, &feed) !=
			    SLI_OK)
				return 1;
		} else if (sscanf(line, "%15s %llu %llu", word, &n, &us) == 3) {
			while (n-- > 0)
				sli_record(feed.ind, sli_clock_ns(),
				    *word == 'b' ? SLI_BAD : SLI_GOOD,
				    us * 1000);
		} else {
			return 1;
		}
		answer(&feed);
	}
	sli_statsd_close(feed.sender);
	sli_registry_close(feed.reg);
	return 0;
}
