/* SPDX-License-Identifier: MIT */
/*
 * Whatever is recorded and whatever is refused, a server that adds up what it
 * is told comes to what the registry has: each count, and each bucket.
 */
#include <stdlib.h>

#include <sli/latency.h>

#include "export/statsd_line.h"

#include "../support/scale.h"
#include "statsd_post.h"

#define INDICATORS 5

struct run {
	struct sli_registry *reg;
	struct sli_indicator *inds[INDICATORS];
	struct post *post;
	uint64_t now_ns;
};

static const char *const outcomes[] = { "good", "bad", "shed", "ignored" };

/* Names of up to 100 letters, of precisions from 3 to 10 bits. */
static void
run_begin(struct run *run, struct random *rnd)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	char name[101];
	uint32_t i;

	cfg.max_indicators = INDICATORS;
	cfg.arena_bytes = UINT64_C(1) << 28;
	assert_int_equal(sli_registry_create(&cfg, &run->reg, NULL), SLI_OK);
	for (i = 0; i < INDICATORS; i++) {
		memset(name, 'a' + (int)i, sizeof(name));
		name[1 + random_below(rnd, 100)] = '\0';
		icfg.name = name;
		icfg.precision_bits = 3 + (uint32_t)random_below(rnd, 8);
		assert_int_equal(sli_indicator_register(run->reg, &icfg,
				     &run->inds[i], NULL),
		    SLI_OK);
	}
	run->now_ns = START;
}

static void
record(struct run *run, struct random *rnd)
{
	uint64_t n = random_magnitude(rnd, 12), latency;
	struct sli_indicator *ind = run->inds[random_below(rnd, INDICATORS)];
	enum sli_outcome outcome = (enum sli_outcome)random_below(rnd, 4);

	run->now_ns += random_magnitude(rnd, 31);
	if (random_percent(rnd, 30)) {
		sli_count(ind, run->now_ns - random_magnitude(rnd, 34), outcome,
		    random_magnitude(rnd, 40));
		return;
	}
	latency = random_magnitude(rnd, 38);
	while (n-- > 0)
		sli_record(ind, run->now_ns, outcome,
		    latency + random_below(rnd, 1 + latency / 8));
}

/* Of the server's values, those that lie in this bucket. */
struct compare {
	const struct statsd_series *series;
	size_t at;
	bool exact;
	uint64_t count;
};

static void
compare_bucket(const struct sli_bucket *bucket, void *arg)
{
	struct compare *compare = arg;
	const struct statsd_series *s = compare->series;
	double ns;

	assert_non_null(s);
	compare->count += bucket->count;
	if (!compare->exact)
		return;
	assert_true(compare->at < s->value_count);
	ns = s->values[compare->at].value * 1e6;
	assert_true(ns >= (double)bucket->lower - 0.1 &&
	    ns <= (double)bucket->upper - 0.9);
	assert_true(s->values[compare->at].count == bucket->count);
	compare->at++;
}

static const struct statsd_series *
find(const struct run *run, const char *metric, const char *type,
    const char *ind, const char *outcome)
{
	const struct statsd_server *server = &run->post->server;
	char name[300];

	if (server->plain)
		snprintf(name, sizeof(name), "sli.%s.%s%s%s|%s", metric, ind,
		    *outcome == '\0' ? "" : ".", outcome, type);
	else
		snprintf(name, sizeof(name), "sli.%s|%s|%s%s%ssli:%s", metric,
		    type, *outcome == '\0' ? "" : "outcome:", outcome,
		    *outcome == '\0' ? "" : ",", ind);
	return statsd_server_find(server, name);
}

static void
compare_latencies(const struct run *run, struct sli_indicator *ind,
    enum sli_outcome outcome)
{
	bool plain = run->post->server.plain;
	struct compare compare = { find(run, "latency_ms", plain ? "ms" : "d",
				       sli_indicator_name(ind),
				       outcomes[outcome]),
		0, !plain, 0 };

	assert_int_equal(
	    sli_total_buckets(ind, outcome, compare_bucket, &compare), SLI_OK);
	if (compare.series == NULL)
		return;
	assert_true(compare.series->sum == compare.count);
	assert_true(plain || compare.at == compare.series->value_count);
}

static void
compare_counts(const struct run *run, struct sli_indicator *ind)
{
	const char *name = sli_indicator_name(ind);
	const struct statsd_series *s;
	struct sli_counts counts;
	uint32_t i;

	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	const uint64_t expected[] = { counts.good, counts.bad, counts.shed,
		counts.ignored };
	for (i = 0; i < LENGTH(expected); i++) {
		s = find(run, "events", "c", name, outcomes[i]);
		assert_true((s == NULL ? 0 : s->sum) == expected[i]);
	}
	s = find(run, "late_events", "c", name, "");
	assert_true((s == NULL ? 0 : s->sum) == sli_late_count(ind));
	compare_latencies(run, ind, SLI_GOOD);
	compare_latencies(run, ind, SLI_BAD);
}

/* As packets were refused, the server knows of each. */
static void
compare_dropped(const struct run *run)
{
	const struct statsd_server *server = &run->post->server;
	struct sli_statsd_stats stats;

	assert_int_equal(sli_statsd_stats(run->post->statsd, &stats), SLI_OK);
	assert_true(stats.dropped_packets[SLI_STATSD_FULL] ==
	    statsd_server_sum(server,
		server->plain ? "sli.statsd.dropped_packets.full|c" :
				"sli.statsd.dropped_packets|c|reason:full"));
	assert_true(stats.packets == server->packets);
	assert_true(stats.long_lines == 0);
}

/* Several exports, until nothing is left to be said. */
static void
settle(struct run *run)
{
	struct post *post = run->post;
	uint32_t i;

	post->percent = 0;
	for (i = 0; i < 1000; i++) {
		post_text(post, run->now_ns);
		if (strstr(post->text, "|c") == NULL &&
		    strstr(post->text, "|d") == NULL &&
		    strstr(post->text, "|ms") == NULL)
			break;
	}
	assert_true(i < 1000);
	for (i = 0; i < INDICATORS; i++)
		compare_counts(run, run->inds[i]);
	compare_dropped(run);
}

static void
run_once(uint64_t seed, enum sli_statsd_dialect dialect)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct random rnd = { seed };
	struct run run;
	uint32_t steps = 40, i;

	run_begin(&run, &rnd);
	cfg.dialect = dialect;
	cfg.max_packet = 300 + (uint32_t)random_magnitude(&rnd, 13);
	cfg.max_lines = 16 + (uint32_t)random_magnitude(&rnd, 10);
	if (dialect == SLI_STATSD_PLAIN)
		cfg.timer_lines = 1 + (uint32_t)random_magnitude(&rnd, 8);
	run.post = post_new(run.reg, &cfg);
	run.post->rnd.state = seed;
	while (steps-- > 0) {
		for (i = 0; i < 10; i++)
			record(&run, &rnd);
		/* Now and then it refuses all. */
		run.post->percent = random_percent(&rnd, 20) ?
		    100 :
		    (unsigned int)random_below(&rnd, 60);
		(void)post_export(run.post, run.now_ns);
		if (random_percent(&rnd, 5))
			settle(&run);
	}
	settle(&run);
	assert_true(run.post->server.longest <= cfg.max_packet);
	post_free(run.post);
	sli_registry_close(run.reg);
}

static void
run_many(enum sli_statsd_dialect dialect)
{
	uint64_t seed = random_seed(), i, runs = test_scaled(60);

	print_message("SLI_TEST_SEED=%ju\n", (uintmax_t)seed);
	for (i = 0; i < runs; i++)
		run_once(seed + i, dialect);
}

static void
test_statsd_datadog_server_comes_to_what_was_recorded(void **state)
{
	(void)state;
	run_many(SLI_STATSD_DATADOG);
}

static void
test_statsd_plain_server_comes_to_what_was_recorded(void **state)
{
	(void)state;
	run_many(SLI_STATSD_PLAIN);
}

/* The text of a rate, as a server reads it. */
static double
rate_of(uint64_t events, char text[64])
{
	static struct sli__sink sink;

	sink.used = 0;
	sli__put_rate(&sink, events);
	memcpy(text, sink.bytes, sink.used);
	text[sink.used] = '\0';
	assert_true(sink.used < 48);
	return strtod(text, NULL);
}

/* All there are. */
static void
test_statsd_rates_invert_exactly(void **state)
{
	uint64_t events, failures = 0;
	char text[64];
	uint32_t power;

	(void)state;
	for (events = 2; events <= SLI__STATSD_PLAIN_MAX; events++) {
		if (rate_of(events, text) != 1.0 / (double)events)
			fail_msg("%s is not 1 / %ju", text, (uintmax_t)events);
		failures += !sli__rate_inverts(events);
	}
	assert_false(sli__rate_inverts(49));
	assert_true(failures < SLI__STATSD_PLAIN_MAX / 4);
	for (power = 1; power <= SLI__STATSD_POWER_MAX; power++) {
		events = UINT64_C(1) << power;
		assert_true(1 / rate_of(events, text) == (double)events);
		assert_true((double)(1 / strtof(text, NULL)) == (double)events);
	}
	assert_true(rate_of(UINT64_C(1) << SLI__STATSD_POWER_MAX, text) > 0);
	assert_string_equal(text, "0.000000007450580596923828125");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_statsd_datadog_server_comes_to_what_was_recorded),
		TEST(test_statsd_plain_server_comes_to_what_was_recorded),
		TEST(test_statsd_rates_invert_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
