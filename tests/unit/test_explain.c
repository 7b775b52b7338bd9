/* SPDX-License-Identifier: MIT */
#include "shop.h"

#define SAME(got, expected)                                                    \
	do {                                                                   \
		double same_got = (got), same_expected = (expected);           \
                                                                               \
		if (!(same_got > 0.97 * same_expected &&                       \
			same_got < 1.03 * same_expected))                      \
			fail_msg("%s is %g, not %g", #got, same_got,           \
			    same_expected);                                    \
	} while (0)

static void
test_explain_without_an_alert(void **state)
{
	struct sli_explanation e;

	(void)state;
	assert_int_equal(sli_explain(NULL, T0, &e), SLI_EINVAL);
	assert_int_equal(sli_explain(shop.slo, T0, NULL), SLI_EINVAL);
	play(600, fine);
	e = explain(shop.now_ns);
	assert_string_equal(e.slo, "checkout-availability");
	assert_string_equal(e.series, "checkout");
	assert_false(e.burning);
	assert_false(e.has_record);
	assert_int_equal(e.onset_ns, shop.now_ns);
	assert_near(e.burn_rate, 0);
	assert_near(e.burn_rate_onset, 0);
	assert_int_equal(e.budget.good, 600000);
	assert_int_equal(e.dependency_count, 0);
	assert_int_equal(e.annotation_count, 0);
	assert_int_equal(e.exemplar_count, 0);
}

static void
test_explain_tells_when_it_began_and_how_it_burns(void **state)
{
	struct sli_explanation e;
	uint64_t off;

	(void)state;
	play_the_night(900);
	e = explain(shop.now_ns);
	assert_true(e.burning && e.has_record);
	assert_int_equal(e.record.severity, SLI_PAGE);
	off = e.onset_ns > ONSET ? e.onset_ns - ONSET : ONSET - e.onset_ns;
	assert_in_range(off, 0, SLI_MINUTES(1));
	SAME(e.burn_rate, 120);
	/* The onset is found to a minute of the five. */
	assert_true(e.burn_rate_onset > 90 && e.burn_rate_onset < 121);
}

static void
test_explain_ranks_dependencies_by_their_burn(void **state)
{
	struct sli_explained_dependency *d;
	struct sli_explanation e;

	(void)state;
	play_the_night(900);
	depend(BANK, UNUSED);
	e = explain(shop.now_ns);
	d = e.dependency;
	assert_int_equal(e.dependency_count, 5);
	/* The bank has no SLO of its own: by our budget. */
	assert_string_equal(d[0].series, "bank");
	assert_string_equal(d[0].slo, "");
	assert_int_equal(d[0].depth, 2);
	SAME(d[0].burn_rate, 300);
	SAME(d[0].error_ratio, 0.3);
	assert_true(d[0].burn_rate_onset > 230);
	assert_true(d[0].burn_rate_onset < 301);
	assert_string_equal(d[1].series, "payments");
	assert_string_equal(d[1].slo, "payments");
	assert_int_equal(d[1].depth, 1);
	SAME(d[1].burn_rate, 15);
	assert_string_equal(d[2].series, "ledger");
	SAME(d[2].burn_rate, 2);
	/* The nearer one first. */
	assert_string_equal(d[3].series, "cart");
	assert_true(d[3].has_data && d[3].had_data);
	assert_string_equal(d[4].series, "unused");
	assert_false(d[4].has_data || d[4].had_data);
	assert_int_equal(d[4].depth, 3);
}

/* What burned at the onset stays in sight when it has recovered. */
static void
test_explain_remembers_the_onset(void **state)
{
	static const uint64_t recovered[INDICATORS] = { 120, 150, 0, 0, 2, 0 };
	struct sli_explanation e;

	(void)state;
	play_the_night(600);
	play(900, recovered);
	e = explain(shop.now_ns);
	assert_string_equal(e.dependency[0].series, "bank");
	assert_near(e.dependency[0].burn_rate, 0);
	assert_true(e.dependency[0].burn_rate_onset > 230);
}

static void
test_explain_stops_at_four_calls_away(void **state)
{
	struct sli_explanation e;
	size_t i;

	(void)state;
	for (i = 0; i + 1 < INDICATORS; i++)
		depend(i, i + 1);
	depend(INDICATORS - 1, CHECKOUT);
	e = explain(shop.now_ns);
	assert_int_equal(e.dependency_count, 4);
	assert_int_equal(e.dependency[3].depth, 4);
}

static void
test_explain_ranks_changes_by_distance(void **state)
{
	static const char *const expected[] = { "at", "before 1", "after 1",
		"before 2", "after 3", "hour after", "day before" };
	struct sli_explanation e;
	uint64_t onset;
	int i;

	(void)state;
	play_the_night(4000);
	onset = explain(shop.now_ns).onset_ns;
	annotate(onset, 3600, "hour after");
	annotate(onset, -86400, "day before");
	annotate(onset, 3, "after 3");
	annotate(onset, -2, "before 2");
	annotate(onset, 1, "after 1");
	annotate(onset, -1, "before 1");
	annotate(onset, 0, "at");
	annotate(onset, -86401, "too early");
	annotate(onset, 3601, "too late");
	e = explain(shop.now_ns);
	assert_int_equal(e.onset_ns, onset);
	assert_int_equal(e.annotation_count, LENGTH(expected));
	for (i = 0; i < (int)LENGTH(expected); i++)
		assert_string_equal(e.annotation[i].annotation.text,
		    expected[i]);
	assert_int_equal(e.annotation[1].distance_ns, -INT64_C(1000000000));
	/* Of many, the nearest. */
	for (i = 0; i < 100; i++)
		annotate(onset, -10 * i, "many");
	e = explain(shop.now_ns);
	assert_int_equal(e.annotation_count, SLI_EXPLAIN_ANNOTATIONS);
	assert_string_equal(e.annotation[7].annotation.text, "many");
	assert_int_equal(e.annotation[7].distance_ns, -INT64_C(20000000000));
}

static void
test_explain_has_the_worst_traces_since_the_onset(void **state)
{
	struct sli_explanation e;

	(void)state;
	play(60, fine);
	sli_record_exemplar(shop.ind[CHECKOUT], shop.now_ns, SLI_BAD,
	    SLI_SECONDS(50), "too-early");
	play(PERIOD_BEFORE_S - 60, fine);
	play(600, failing);
	sli_record_exemplar(shop.ind[CHECKOUT], shop.now_ns, SLI_GOOD,
	    SLI_SECONDS(9), "slow");
	sli_record_exemplar(shop.ind[CHECKOUT], shop.now_ns, SLI_BAD,
	    SLI_SECONDS(3), "bad");
	play(300, failing);
	e = explain(shop.now_ns);
	assert_true(e.burning);
	assert_int_equal(e.exemplar_count, 2);
	assert_string_equal(e.exemplar[0].trace_id, "bad");
	assert_string_equal(e.exemplar[1].trace_id, "slow");
}

/* Of what was, when it is over: not the traces that came after. */
static void
test_explain_of_an_alert_that_is_over(void **state)
{
	struct sli_explanation e;

	(void)state;
	play_the_night(600);
	play(3600, fine);
	sli_record_exemplar(shop.ind[CHECKOUT], shop.now_ns, SLI_BAD,
	    SLI_SECONDS(3), "later");
	play(3600, fine);
	e = explain(shop.now_ns);
	assert_true(e.has_record);
	if (e.burning)
		skip(); /* a ticket of days may still fire */
	assert_true(e.record.end_ns > 0);
	assert_int_equal(e.exemplar_count, 0);
}

static struct sli_explanation
explain_pages(struct sli_slo *slo)
{
	struct sli_explanation e;

	assert_int_equal(sli_explain(slo, shop.now_ns, &e), SLI_OK);
	assert_true(e.has_record && !e.burning);
	return e;
}

/* A splinter of what paged is not what it was about; one for itself is. */
static void
test_explain_of_an_incident_is_of_its_page(void **state)
{
	static const uint64_t out[INDICATORS] = { 600, 0, 0, 0, 0, 0 };
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_alert_record last;
	struct sli_explanation e;
	struct sli_slo *slo;

	(void)state;
	cfg.name = "pages";
	cfg.objective = 0.999;
	cfg.flags = SLI_SLO_NO_TICKETS;
	assert_int_equal(sli_slo_register(shop.ind[CHECKOUT], &cfg, &slo, NULL),
	    SLI_OK);
	play_the_night(600);
	play(2400, fine);
	play(5, out);
	play(60, fine);
	assert_int_equal(sli_alert_read(shop.reg, 0, &last), SLI_OK);
	assert_int_equal(last.kind, SLI_ALERT_OUTAGE);
	e = explain_pages(slo);
	assert_int_equal(e.record.kind, SLI_ALERT_BURN);
	assert_int_equal(e.record.severity, SLI_PAGE);
	play(7200, fine);
	play(5, out);
	play(60, fine);
	assert_int_equal(explain_pages(slo).record.kind, SLI_ALERT_OUTAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_explain_without_an_alert),
		TEST(test_explain_tells_when_it_began_and_how_it_burns),
		TEST(test_explain_ranks_dependencies_by_their_burn),
		TEST(test_explain_remembers_the_onset),
		TEST(test_explain_stops_at_four_calls_away),
		TEST(test_explain_ranks_changes_by_distance),
		TEST(test_explain_has_the_worst_traces_since_the_onset),
		TEST(test_explain_of_an_alert_that_is_over),
		TEST(test_explain_of_an_incident_is_of_its_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
