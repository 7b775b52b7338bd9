/* SPDX-License-Identifier: MIT */
/* What is sent, line by line, and what is sent again. */
#include "statsd_post.h"

static void
test_statsd_counts_are_what_came_since(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "checkout", NULL);
	struct post *post = post_new(reg, NULL);
	const char *text;

	(void)state;
	sli_count(ind, START, SLI_GOOD, 1000);
	sli_count(ind, START, SLI_BAD, 2);
	sli_count(ind, START, SLI_SHED, 3);
	sli_count(ind, START + SLI_SECONDS(1), SLI_IGNORED, 4);
	sli_count(ind, START, SLI_BAD, 5); /* late */
	sli_begin(ind);
	assert_string_equal(post_text(post, START + SLI_SECONDS(1)),
	    "sli.events:1000|c|#sli:checkout,outcome:good\n"
	    "sli.events:7|c|#sli:checkout,outcome:bad\n"
	    "sli.events:3|c|#sli:checkout,outcome:shed\n"
	    "sli.events:4|c|#sli:checkout,outcome:ignored\n"
	    "sli.late_events:5|c|#sli:checkout\n"
	    "sli.in_flight:1|g|#sli:checkout\n");
	sli_count(ind, START + SLI_SECONDS(2), SLI_BAD, 1);
	sli_end(ind);
	text = post_text(post, START + SLI_SECONDS(2));
	assert_string_equal(text,
	    "sli.events:1|c|#sli:checkout,outcome:bad\n"
	    "sli.in_flight:0|g|#sli:checkout\n");
	assert_string_equal(post_text(post, START + SLI_SECONDS(3)),
	    "sli.in_flight:0|g|#sli:checkout\n");
	post_free(post);
	sli_registry_close(reg);
}

static void
test_statsd_dropped_counts_go_with_the_next(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);
	struct sli_statsd_stats stats;
	char line[80];

	(void)state;
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(1));
	post->refuses = "";
	assert_int_equal(post_export(post, START), SLI_EIO);
	assert_string_equal(post->err.message,
	    "packets dropped: 1, the last because the receiver is slow "
	    "(full); what was in them goes with the next export");
	assert_int_equal(sli_statsd_stats(post->statsd, &stats), SLI_OK);
	assert_int_equal(stats.packets, 0);
	assert_int_equal(stats.dropped_packets[SLI_STATSD_FULL], 1);
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(1));
	post->refuses = NULL;
	post_text(post, START);
	assert_line(post->text, "sli.events:2|c|#sli:a,outcome:good");
	assert_line(post->text,
	    "sli.latency_ms:1.0036|d|@0.5|#sli:a,outcome:good");
	assert_line(post->text, "sli.statsd.dropped_packets:1|c|#reason:full");
	snprintf(line, sizeof(line),
	    "sli.statsd.dropped_bytes:%u|c|#reason:full",
	    (unsigned int)stats.dropped_bytes[SLI_STATSD_FULL]);
	assert_line(post->text, line);
	assert_string_equal(post_text(post, START),
	    "sli.in_flight:0|g|#sli:a\n");
	post_free(post);
	sli_registry_close(reg);
}

/* A number that is no reason is one all the same. */
static void
test_statsd_reasons_are_told_apart(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);
	const int reasons[] = { SLI_STATSD_GONE, SLI_STATSD_TOO_LONG, -1, 99 };
	uint32_t i;

	(void)state;
	(void)ind;
	post->refuses = "";
	for (i = 0; i < LENGTH(reasons); i++) {
		post->reason = reasons[i];
		assert_int_equal(post_export(post, START), SLI_EIO);
	}
	sli_statsd_lost(post->statsd, SLI_STATSD_REFUSED, 700);
	sli_statsd_lost(post->statsd, 0, 20);
	sli_statsd_lost(NULL, 0, 20);
	post->refuses = NULL;
	post_text(post, START);
	assert_line(post->text, "sli.statsd.dropped_packets:1|c|#reason:gone");
	assert_line(post->text,
	    "sli.statsd.dropped_packets:1|c|#reason:too_long");
	assert_line(post->text, "sli.statsd.dropped_packets:3|c|#reason:other");
	assert_line(post->text,
	    "sli.statsd.dropped_packets:1|c|#reason:refused");
	assert_line(post->text,
	    "sli.statsd.dropped_bytes:700|c|#reason:refused");
	post_free(post);
	sli_registry_close(reg);
}

static struct sli_indicator *
new_labelled(struct sli_registry *reg, const struct sli_label *labels,
    uint32_t count)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;

	cfg.name = "check.out:x";
	cfg.labels = labels;
	cfg.label_count = count;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	return ind;
}

static const struct sli_label hostile[] = {
	{ "zone", "K\xc3\xb6ln, a|b#c:d@e" },
	{ "path", "/v1/x.y" },
	{ "outcome", "mine" },
};

static void
test_statsd_tags_keep_the_grammar(void **state)
{
	const struct sli_label tags[] = { { "env", "prod" },
		{ "a|b", "c,\nd" } };
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_labelled(reg, hostile, LENGTH(hostile));
	struct post *post;

	(void)state;
	cfg.tags = tags;
	cfg.tag_count = LENGTH(tags);
	cfg.container_id = "ci-0123abc";
	cfg.prefix = "my_app.";
	post = post_new(reg, &cfg);
	sli_count(ind, START, SLI_GOOD, 1);
	assert_string_equal(post_text(post, START),
	    "my_app.events:1|c|#sli:check.out:x,exported_outcome:mine,"
	    "path:/v1/x.y,zone:K\xc3\xb6ln_ a_b#c:d@e,env:prod,a_b:c__d,"
	    "outcome:good|c:ci-0123abc\n"
	    "my_app.in_flight:0|g|#sli:check.out:x,exported_outcome:mine,"
	    "path:/v1/x.y,zone:K\xc3\xb6ln_ a_b#c:d@e,env:prod,a_b:c__d"
	    "|c:ci-0123abc\n");
	post_free(post);
	sli_registry_close(reg);
}

static void
test_statsd_plain_names_keep_the_grammar(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_labelled(reg, hostile, LENGTH(hostile));
	struct post *post;

	(void)state;
	cfg.dialect = SLI_STATSD_PLAIN;
	post = post_new(reg, &cfg);
	sli_count(ind, START, SLI_GOOD, 1);
	assert_string_equal(post_text(post, START),
	    "sli.events.check.out_x.outcome_mine.path__v1_x_y."
	    "zone_K__ln__a_b_c_d_e.good:1|c\n"
	    "sli.in_flight.check.out_x.outcome_mine.path__v1_x_y."
	    "zone_K__ln__a_b_c_d_e:0|g\n");
	post_free(post);
	/* Without labels, the gauge of one would hide that of another. */
	cfg.flags = SLI_STATSD_DROP_LABELS;
	post = post_new(reg, &cfg);
	assert_string_equal(post_text(post, START),
	    "sli.events.check.out_x.good:1|c\n");
	post_free(post);
	sli_registry_close(reg);
}

/* An SLO of which six times the budget was spent. */
static struct sli_slo *
overspend(struct sli_indicator *ind, const char *name)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	cfg.name = name;
	cfg.objective = 0.99;
	cfg.flags = SLI_SLO_ALERT_BY_RATIO;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	sli_count(ind, START, SLI_GOOD, 940);
	sli_count(ind, START, SLI_BAD, 60);
	return slo;
}

static void
test_statsd_slos_are_gauges(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_slo *slo = overspend(new_indicator(reg, "a", NULL), "up");
	struct post *post = post_new(reg, NULL);
	struct sli_budget budget;
	const char *text = post_text(post, START + SLI_SECONDS(1));

	(void)state;
	sli_slo_budget(slo, START + SLI_SECONDS(1), &budget);
	assert_true(budget.ticket == SLI_ALERT_FIRING);
	assert_line(text, "sli.slo.budget_remaining:-5|g|#slo:up");
	assert_line(text, "sli.slo.burn_rate:6|g|#slo:up,window:5m");
	assert_line(text, "sli.slo.burn_rate:6|g|#slo:up,window:3d");
	assert_line(text, "sli.slo.alert_firing:1|g|#slo:up,severity:ticket");
	assert_line(text, "sli.slo.outage_firing:0|g|#slo:up");
	assert_line(text,
	    "sli.slo.shed_probability:0|g|#slo:up,criticality:critical_plus");
	post_free(post);
	/* Where a sign is a difference, zero comes before it. */
	cfg.dialect = SLI_STATSD_PLAIN;
	post = post_new(reg, &cfg);
	post_text(post, START);
	assert_line(post_text(post, START),
	    "sli.slo.budget_remaining.up:0|g\n"
	    "sli.slo.budget_remaining.up:-5|g");
	assert_true(
	    statsd_server_find(&post->server, "sli.slo.budget_remaining.up|g")
		->gauge == -5);
	post_free(post);
	cfg.flags = SLI_STATSD_NO_SLOS;
	post = post_new(reg, &cfg);
	assert_null(strstr(post_text(post, START), "slo."));
	post_free(post);
	sli_registry_close(reg);
}

static void
test_statsd_a_line_has_no_more_than_a_double_counts(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);
	const uint64_t most = UINT64_C(1) << 53;

	(void)state;
	sli_count(ind, START, SLI_GOOD, 2 * most + 7);
	assert_line(post_text(post, START),
	    "sli.events:9007199254740992|c|#sli:a,outcome:good");
	post_text(post, START);
	assert_line(post_text(post, START),
	    "sli.events:7|c|#sli:a,outcome:good");
	assert_int_equal(
	    statsd_server_sum(&post->server, "sli.events|c|outcome:good,sli:a"),
	    2 * most + 7);
	post_free(post);
	sli_registry_close(reg);
}

static void
test_statsd_timestamps_are_sent_once_a_second(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post;

	(void)state;
	cfg.flags = SLI_STATSD_TIMESTAMPS;
	post = post_new(reg, &cfg);
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(20));
	assert_string_equal(post_text(post, START),
	    "sli.events:1|c|#sli:a,outcome:good|T1728000000\n"
	    "sli.in_flight:0|g|#sli:a|T1728000000\n"
	    "sli.latency_ms:20.055|d|#sli:a,outcome:good\n");
	/* The server would keep only the second of two. */
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(20));
	assert_string_equal(post_text(post, START + SLI_MILLIS(999)),
	    "sli.latency_ms:20.055|d|#sli:a,outcome:good\n");
	assert_string_equal(post_text(post, START + SLI_SECONDS(1)),
	    "sli.events:1|c|#sli:a,outcome:good|T1728000001\n"
	    "sli.in_flight:0|g|#sli:a|T1728000001\n");
	post_free(post);
	sli_registry_close(reg);
}

static void
skip_past(const struct sli_snapshot *snapshot, void *arg)
{
	struct post *post = arg;

	post->status = sli_statsd_skip(post->statsd, snapshot, &post->err);
}

static void
test_statsd_skip_leaves_out_what_was_before(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);

	(void)state;
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(20));
	sli_record(ind, START, SLI_BAD, SLI_MILLIS(20));
	assert_int_equal(sli_flush(reg, START, skip_past, post), SLI_OK);
	assert_int_equal(post->status, SLI_OK);
	sli_record(ind, START, SLI_BAD, SLI_MILLIS(20));
	assert_string_equal(post_text(post, START),
	    "sli.events:1|c|#sli:a,outcome:bad\n"
	    "sli.in_flight:0|g|#sli:a\n"
	    "sli.latency_ms:20.055|d|#sli:a,outcome:bad\n");
	post_free(post);
	sli_registry_close(reg);
}

static void
test_statsd_refuses_another_registry(void **state)
{
	struct sli_registry *reg = new_registry(), *other = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post = post_new(reg, NULL);

	(void)state;
	(void)ind;
	post_text(post, START);
	(void)new_indicator(other, "a", NULL);
	post->reg = other;
	assert_int_equal(post_export(post, START), SLI_EINVAL);
	assert_non_null(strstr(post->err.message, "another registry"));
	assert_int_equal(post->packets, 0);
	post_free(post);
	sli_registry_close(reg);
	sli_registry_close(other);
}

static void
test_statsd_without_latencies_sends_none(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	struct post *post;

	(void)state;
	cfg.flags = SLI_STATSD_NO_LATENCIES;
	post = post_new(reg, &cfg);
	sli_record(ind, START, SLI_GOOD, SLI_MILLIS(20));
	assert_string_equal(post_text(post, START),
	    "sli.events:1|c|#sli:a,outcome:good\n"
	    "sli.in_flight:0|g|#sli:a\n");
	post_free(post);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_statsd_counts_are_what_came_since),
		TEST(test_statsd_dropped_counts_go_with_the_next),
		TEST(test_statsd_reasons_are_told_apart),
		TEST(test_statsd_tags_keep_the_grammar),
		TEST(test_statsd_plain_names_keep_the_grammar),
		TEST(test_statsd_slos_are_gauges),
		TEST(test_statsd_a_line_has_no_more_than_a_double_counts),
		TEST(test_statsd_timestamps_are_sent_once_a_second),
		TEST(test_statsd_skip_leaves_out_what_was_before),
		TEST(test_statsd_refuses_another_registry),
		TEST(test_statsd_without_latencies_sends_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
