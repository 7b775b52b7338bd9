/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <time.h>

#include "posting.h"

struct sli_otlp_poster_config
posting_config(void)
{
	struct sli_otlp_poster_config cfg = SLI_OTLP_POSTER_CONFIG_INIT;

	cfg.retry_min_ns = SLI_MILLIS(10);
	cfg.retry_max_ns = SLI_MILLIS(40);
	cfg.connect_timeout_ns = SLI_SECONDS(2);
	cfg.timeout_ns = SLI_SECONDS(2);
	return cfg;
}

void
posting_open(struct posting *p, const struct sli_otlp_poster_config *cfg)
{
	struct sli_otlp_poster_config with_url = cfg == NULL ?
	    posting_config() :
	    *cfg;
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_error err = { SLI_OK, "" };

	memset(p, 0, sizeof(*p));
	receiver_open(&p->receiver);
	with_url.url = p->receiver.url;
	rcfg.max_indicators = 1;
	rcfg.max_slos = 1;
	icfg.name = "checkout";
	assert_int_equal(sli_registry_create(&rcfg, &p->reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(p->reg, &icfg, &p->ind, NULL),
	    SLI_OK);
	if (sli_otlp_poster_create(&with_url, &p->poster, &err) != SLI_OK)
		fail_msg("%s", err.message);
	assert_int_equal(sli_otlp_poster_start(p->poster, NULL), SLI_OK);
}

void
posting_close(struct posting *p)
{
	sli_otlp_poster_destroy(p->poster);
	receiver_close(&p->receiver);
	sli_registry_close(p->reg);
}

struct flush {
	struct sli_otlp_poster *poster;
	int status;
};

static void
flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct flush *f = arg;

	f->status = sli_otlp_flush(snapshot, f->poster, NULL);
}

void
posting_flush(struct posting *p, uint64_t good)
{
	static struct flush f;

	f.poster = p->poster;
	sli_count(p->ind, sli_clock_ns(), SLI_GOOD, good);
	assert_int_equal(sli_flush(p->reg, sli_clock_ns(), flush, &f), SLI_OK);
	assert_int_equal(f.status, SLI_OK);
}

struct sli_otlp_stats
posting_stats(struct posting *p)
{
	struct sli_otlp_stats stats;

	assert_int_equal(sli_otlp_poster_stats(p->poster, &stats), SLI_OK);
	return stats;
}

void
posting_await_at(struct posting *p, size_t offset, uint64_t least)
{
	struct sli_otlp_stats stats;
	uint64_t value = 0;
	int left;

	for (left = 20000; left > 0; left--) {
		stats = posting_stats(p);
		memcpy(&value, (const char *)&stats + offset, sizeof(value));
		if (value >= least)
			return;
		poll(NULL, 0, 1);
	}
	fail_msg("%llu, where %llu was to come; %s", (unsigned long long)value,
	    (unsigned long long)least, stats.error.message);
}

double
posting_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
