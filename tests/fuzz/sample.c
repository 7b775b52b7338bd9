/* SPDX-License-Identifier: MIT */
#include "sample.h"
#include "expect.h"
#include "still.h"

static const struct sli_label labels[] = {
	{ "method", "GET" },
	{ "route", "/" },
};

struct sli_registry_config
sample_config(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	cfg.max_indicators = 4;
	cfg.max_slos = 3;
	cfg.shards = 1;
	cfg.atomic_shards = 1;
	cfg.writer_shards = 1;
	cfg.max_consumers = 2;
	cfg.arena_bytes = 128 * 1024;
	cfg.history[0] = (struct sli_level){ SLI_SECONDS(1), 10, 0 };
	cfg.history[1] = (struct sli_level){ SLI_SECONDS(4), 8, 0 };
	cfg.history[2] = (struct sli_level){ SLI_SECONDS(16), 4, 0 };
	cfg.latency[0] = (struct sli_level){ SLI_SECONDS(2), 5, 0 };
	cfg.latency[1] = (struct sli_level){ SLI_SECONDS(8), 4, 0 };
	return cfg;
}

uint64_t
sample_slot_ns(uint64_t which)
{
	static const uint64_t seconds[] = { 1, 4, 16, 2, 8 };

	return SLI_SECONDS(seconds[which % 5]);
}

struct sli_indicator_config
sample_indicator(uint32_t which)
{
	static const char *const names[] = { "requests", "calls", "jobs" };
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;

	cfg.name = names[which % 3];
	cfg.help = "What there is.";
	cfg.labels = labels;
	cfg.label_count = which % 3;
	cfg.threshold_count = which % 3;
	cfg.threshold_ns[0] = SLI_MILLIS(5);
	cfg.threshold_ns[1] = SLI_MILLIS(50);
	cfg.lowest_ns = SLI_MILLIS(1);
	cfg.highest_ns = SLI_MILLIS(100);
	cfg.precision_bits = 3;
	return cfg;
}

struct sli_slo_config
sample_slo(uint32_t which)
{
	static const char *const names[] = { "availability", "latency", "x" };
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;

	cfg.name = names[which % 3];
	cfg.objective = 0.95;
	if (which % 3 == 0) {
		cfg.method = SLI_TIMESLICES;
		cfg.slice_ns = SLI_SECONDS(4);
		cfg.calendar = SLI_DAY;
		cfg.time_zone = "Europe/Berlin";
	} else {
		cfg.period_ns = SLI_SECONDS(40);
	}
	return cfg;
}

struct sli_indicator *
sample_add_indicator(struct sli_registry *reg, uint32_t which)
{
	struct sli_indicator_config cfg = sample_indicator(which);
	struct sli_indicator *ind = NULL;

	forget_error();
	return said(sli_indicator_register(reg, &cfg, &ind, &err)) == SLI_OK ?
	    ind :
	    NULL;
}

struct sli_slo *
sample_add_slo(struct sli_indicator *ind, uint32_t which)
{
	struct sli_slo_config cfg = sample_slo(which);
	struct sli_slo *slo = NULL;

	forget_error();
	return said(sli_slo_register(ind, &cfg, &slo, &err)) == SLI_OK ? slo :
									 NULL;
}

void
sample_make_file(const char *path)
{
	const uint64_t end_ns = still_now();
	struct sli_registry_config cfg = sample_config();
	struct sli_registry *reg = NULL;
	uint64_t now_ns = end_ns - SLI_SECONDS(70);
	struct sli_indicator *ind[2];
	struct sli_slo *slo;
	uint32_t i;

	must(sli_registry_open(path, &cfg, &reg, NULL) == SLI_OK,
	    "there is no file to begin with");
	ind[0] = sample_add_indicator(reg, 1);
	ind[1] = sample_add_indicator(reg, 2);
	must(ind[0] != NULL && ind[1] != NULL, "no indicators");
	slo = sample_add_slo(ind[0], 0);
	must(slo != NULL && sample_add_slo(ind[1], 1) != NULL, "no SLOs");
	for (i = 0; i < 700; i++, now_ns += SLI_MILLIS(100)) {
		sli_begin(ind[i % 2]);
		sli_record(ind[i % 2], now_ns, i % 5 == 0 ? SLI_BAD : SLI_GOOD,
		    SLI_MILLIS(i % 130));
		sli_end(ind[i % 2]);
		if (i % 7 == 0)
			sli_count(ind[0], now_ns, SLI_SHED, 1);
		if (i == 350)
			must(sli_slo_reset_budget(slo, now_ns, "a rehearsal",
				 NULL) == SLI_OK,
			    "no new budget");
	}
	sli_registry_close(reg);
}
