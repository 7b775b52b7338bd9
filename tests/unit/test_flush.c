/* SPDX-License-Identifier: MIT */
#include "requests.h"

/* A consumer: what it was shown, and how its deltas add up. */
struct consumer {
	int calls;
	uint64_t now_ns, since_ns;
	uint32_t indicators, slos;
	struct sli_indicator_view view; /* of the last indicator */
	struct sli_counts sum;		/* of its deltas */
};

static void
add_counts(struct sli_counts *sum, const struct sli_counts *c)
{
	uint32_t k;

	sum->good += c->good;
	sum->bad += c->bad;
	sum->shed += c->shed;
	sum->ignored += c->ignored;
	for (k = 0; k < SLI_THRESHOLDS_MAX; k++)
		sum->slow[k] += c->slow[k];
}

static void
consume(const struct sli_snapshot *snapshot, void *arg)
{
	struct consumer *c = arg;

	c->calls++;
	c->now_ns = sli_snapshot_now(snapshot);
	c->since_ns = sli_snapshot_since(snapshot);
	c->indicators = sli_snapshot_indicator_count(snapshot);
	c->slos = sli_snapshot_slo_count(snapshot);
	assert_int_equal(
	    sli_snapshot_indicator(snapshot, c->indicators - 1, &c->view),
	    SLI_OK);
	add_counts(&c->sum, &c->view.delta);
}

static void
flush(struct consumer *c, uint64_t now_ns)
{
	assert_int_equal(sli_flush(reg, now_ns, consume, c), SLI_OK);
}

static void
test_flush_first_delta_is_the_total(void **state)
{
	struct consumer c = { 0 };

	(void)state;
	sli_record(ind, T0, SLI_GOOD, SLI_SECONDS(2));
	sli_count(ind, T0, SLI_BAD, 2);
	flush(&c, T0 + 5);
	assert_int_equal(c.calls, 1);
	assert_true(c.now_ns == T0 + 5 && c.since_ns == 0);
	assert_int_equal(c.indicators, 1);
	assert_int_equal(c.slos, 0);
	assert_memory_equal(&c.view.delta, &c.view.total, sizeof(c.view.total));
	assert_true(c.view.total.good == 1 && c.view.total.bad == 2);
	assert_true(c.view.total.slow[0] == 1 && c.view.total.slow[1] == 1);

	flush(&c, T0 + 6);
	assert_true(c.now_ns == T0 + 6 && c.since_ns == T0 + 5);
	assert_true(c.view.delta.good == 0 && c.view.delta.bad == 0);
	assert_true(c.view.total.good == 1 && c.view.total.bad == 2);
}

/* Conservation: whatever is recorded between flushes is in one delta. */
static void
test_flush_deltas_add_up_to_the_totals(void **state)
{
	struct consumer c = { 0 };
	struct sli_counts total;
	uint64_t i, now = T0;

	(void)state;
	for (i = 0; i < 500; i++) {
		now += SLI_MILLIS(37 * (i % 100));
		sli_record(ind, now, SLI_GOOD, SLI_MILLIS(i * 5));
		sli_count(ind, now, (enum sli_outcome)(i % 4), i);
		if (i % 7 == 0)
			flush(&c, now);
	}
	flush(&c, now);
	assert_int_equal(sli_total_counts(ind, &total), SLI_OK);
	assert_memory_equal(&c.sum, &total, sizeof(total));
	assert_memory_equal(&c.view.total, &total, sizeof(total));
}

static void
test_flush_consumers_have_deltas_of_their_own(void **state)
{
	struct consumer often = { 0 }, rarely = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		sli_count(ind, T0, SLI_GOOD, 1);
		flush(&often, T0);
		assert_int_equal(often.view.delta.good, 1);
	}
	flush(&rarely, T0);
	assert_int_equal(rarely.view.delta.good, 10);
	assert_int_equal(rarely.calls, 1);
	assert_int_equal(often.sum.good, 10);
}

/* The same function with another argument is another consumer. */
static void
test_flush_beyond_max_consumers_needs_one_forgotten(void **state)
{
	struct consumer a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 5);
	flush(&a, T0);
	flush(&b, T0);
	assert_int_equal(sli_flush(reg, T0, consume, &c), SLI_ENOSPC);
	assert_int_equal(c.calls, 0);
	assert_int_equal(sli_flush_forget(reg, consume, &c), SLI_ENOENT);

	sli_count(ind, T0, SLI_GOOD, 1);
	assert_int_equal(sli_flush_forget(reg, consume, &a), SLI_OK);
	assert_int_equal(sli_flush_forget(reg, consume, &a), SLI_ENOENT);
	flush(&c, T0);
	assert_true(c.since_ns == 0 && c.view.delta.good == 6);

	/* Its place is new: nothing of what it knew is left. */
	assert_int_equal(sli_flush_forget(reg, consume, &c), SLI_OK);
	flush(&a, T0);
	assert_true(a.since_ns == 0 && a.view.delta.good == 6);
	flush(&b, T0);
	assert_int_equal(b.view.delta.good, 1);
}

struct reentry {
	int again, other, forget;
	struct consumer inner;
};

static void
enter_again(const struct sli_snapshot *snapshot, void *arg)
{
	struct reentry *r = arg;

	r->again = sli_flush(reg, sli_snapshot_now(snapshot), enter_again, r);
	r->other = sli_flush(reg, sli_snapshot_now(snapshot), consume,
	    &r->inner);
	r->forget = sli_flush_forget(reg, enter_again, r);
}

static void
test_flush_of_a_consumer_being_flushed_is_busy(void **state)
{
	struct reentry r = { 1, 1, 1, { 0 } };

	(void)state;
	assert_int_equal(sli_flush(reg, T0, enter_again, &r), SLI_OK);
	assert_int_equal(r.again, SLI_EBUSY);
	assert_int_equal(r.forget, SLI_EBUSY);
	assert_int_equal(r.other, SLI_OK);
	assert_int_equal(r.inner.calls, 1);

	/* And not for ever. */
	assert_int_equal(sli_flush(reg, T0, enter_again, &r), SLI_OK);
	assert_int_equal(sli_flush_forget(reg, enter_again, &r), SLI_OK);
}

static void
record_meanwhile(const struct sli_snapshot *snapshot, void *arg)
{
	struct consumer *c = arg;
	struct sli_counts window;

	sli_count(ind, sli_snapshot_now(snapshot), SLI_GOOD, 100);
	consume(snapshot, arg);
	/* The snapshot is of before; a window is of now. */
	assert_int_equal(
	    sli_window_counts(c->view.indicator, sli_snapshot_now(snapshot),
		SLI_SECONDS(10), &window),
	    SLI_OK);
	assert_int_equal(window.good, c->view.total.good + 100);
}

static void
test_flush_callback_may_record_and_read(void **state)
{
	struct consumer c = { 0 };
	int i;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 1);
	for (i = 0; i < 3; i++) {
		assert_int_equal(sli_flush(reg, T0, record_meanwhile, &c),
		    SLI_OK);
		assert_int_equal(c.view.delta.good, i == 0 ? 1 : 100);
		assert_int_equal(c.view.total.good, 1 + 100 * i);
	}
}

static void
test_flush_view_tells_all_of_an_indicator(void **state)
{
	static const struct sli_label labels[] = { { "route", "/b" },
		{ "method", "GET" } };
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct consumer c = { 0 };

	(void)state;
	teardown(NULL);
	reg = small_registry();
	cfg.name = "http_requests";
	cfg.help = "Requests served.";
	cfg.labels = labels;
	cfg.label_count = 2;
	cfg.threshold_ns[0] = 5;
	cfg.threshold_count = 1;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	sli_begin(ind);
	sli_count(ind, T0, SLI_GOOD, 1);
	sli_count(ind, T0 - 1, SLI_GOOD, 1);
	flush(&c, T0);
	assert_string_equal(c.view.name, "http_requests");
	assert_string_equal(c.view.help, "Requests served.");
	assert_int_equal(c.view.label_count, 2);
	assert_string_equal(c.view.labels[0].name, "method");
	assert_string_equal(c.view.labels[0].value, "GET");
	assert_string_equal(c.view.labels[1].name, "route");
	assert_string_equal(c.view.labels[1].value, "/b");
	assert_int_equal(c.view.threshold_count, 1);
	assert_true(c.view.threshold_ns[0] == 5 && c.view.threshold_ns[1] == 0);
	assert_int_equal(c.view.in_flight, 1);
	assert_int_equal(c.view.late, 1);
	assert_ptr_equal(c.view.indicator, ind);
}

static void
look_at_slos(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_slo_view *views = arg;

	assert_int_equal(sli_snapshot_slo_count(snapshot), 2);
	assert_int_equal(sli_snapshot_slo(snapshot, 0, &views[0]), SLI_OK);
	assert_int_equal(sli_snapshot_slo(snapshot, 1, &views[1]), SLI_OK);
	assert_int_equal(sli_snapshot_slo(snapshot, 2, &views[1]), SLI_ENOENT);
	assert_int_equal(sli_snapshot_slo(snapshot, 0, NULL), SLI_EINVAL);
}

static void
test_flush_view_tells_all_of_an_slo(void **state)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_indicator *other = add_indicator(reg, "others");
	struct sli_slo *slo[2] = { NULL, NULL };
	struct sli_slo_view views[2];

	(void)state;
	cfg.name = "a";
	cfg.objective = 0.9;
	assert_int_equal(sli_slo_register(other, &cfg, &slo[0], NULL), SLI_OK);
	cfg.name = "b";
	cfg.objective = 0.99;
	cfg.threshold_ns = SLI_MILLIS(100);
	cfg.period_ns = SLI_DAYS(7);
	assert_int_equal(sli_slo_register(ind, &cfg, &slo[1], NULL), SLI_OK);
	sli_count(other, T0, SLI_GOOD, 90);
	sli_count(other, T0, SLI_BAD, 5);
	assert_int_equal(sli_flush(reg, T0, look_at_slos, views), SLI_OK);

	assert_string_equal(views[0].name, "a");
	assert_int_equal(views[0].indicator_index, 1);
	assert_true(views[0].period_ns == SLI_DAYS(30));
	assert_true(views[0].threshold_ns == 0);
	assert_int_equal(views[0].budget.total, 95);
	assert_int_equal(views[0].budget.bad, 5);
	assert_true(views[0].verdict.shed_probability[SLI_SHEDDABLE] == 0.0);
	assert_ptr_equal(views[0].slo, slo[0]);
	assert_true(views[0].slice_objective == 0.0);
	assert_true(views[0].outage_ratio == 0.5);
	assert_int_equal(views[0].outage_min_events, 10);

	assert_string_equal(views[1].name, "b");
	assert_int_equal(views[1].indicator_index, 0);
	assert_true(views[1].period_ns == SLI_DAYS(7));
	assert_true(views[1].threshold_ns == SLI_MILLIS(100));
	assert_int_equal(views[1].budget.has_data, 0);
	assert_ptr_equal(views[1].slo, slo[1]);
}

/* What is registered after a flush is wholly in the next delta. */
static void
test_flush_shows_an_indicator_registered_since(void **state)
{
	struct consumer c = { 0 };

	(void)state;
	flush(&c, T0);
	assert_int_equal(c.indicators, 1);
	sli_count(add_indicator(reg, "others"), T0, SLI_GOOD, 3);
	flush(&c, T0);
	assert_int_equal(c.indicators, 2);
	assert_string_equal(c.view.name, "others");
	assert_int_equal(c.view.delta.good, 3);
}

static void
test_flush_moves_idle_indicators_on(void **state)
{
	struct consumer c = { 0 };

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 1);
	flush(&c, T0 + SLI_SECONDS(5));
	sli_count(ind, T0, SLI_GOOD, 1);
	assert_int_equal(sli_late_count(ind), 1);
}

static void
expect_errors(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view;

	*(int *)arg = 1;
	assert_int_equal(sli_snapshot_indicator(snapshot, 0, NULL), SLI_EINVAL);
	assert_int_equal(sli_snapshot_indicator(snapshot, 1, &view),
	    SLI_ENOENT);
	assert_int_equal(sli_snapshot_indicator(snapshot, UINT32_MAX, &view),
	    SLI_ENOENT);
}

static void
test_flush_of_what_is_not_there_is_refused(void **state)
{
	struct sli_indicator_view view;
	struct sli_slo_view slo_view;
	int called = 0;

	(void)state;
	assert_int_equal(sli_flush(NULL, T0, consume, NULL), SLI_EINVAL);
	assert_int_equal(sli_flush(reg, T0, NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_flush_forget(NULL, consume, NULL), SLI_EINVAL);
	assert_int_equal(sli_flush_forget(reg, NULL, NULL), SLI_EINVAL);
	assert_true(sli_snapshot_now(NULL) == 0);
	assert_true(sli_snapshot_since(NULL) == 0);
	assert_int_equal(sli_snapshot_indicator_count(NULL), 0);
	assert_int_equal(sli_snapshot_slo_count(NULL), 0);
	assert_int_equal(sli_snapshot_indicator(NULL, 0, &view), SLI_EINVAL);
	assert_int_equal(sli_snapshot_slo(NULL, 0, &slo_view), SLI_EINVAL);
	assert_int_equal(sli_flush(reg, T0, expect_errors, &called), SLI_OK);
	assert_int_equal(called, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flush_first_delta_is_the_total),
		TEST(test_flush_deltas_add_up_to_the_totals),
		TEST(test_flush_consumers_have_deltas_of_their_own),
		TEST(test_flush_beyond_max_consumers_needs_one_forgotten),
		TEST(test_flush_of_a_consumer_being_flushed_is_busy),
		TEST(test_flush_callback_may_record_and_read),
		TEST(test_flush_view_tells_all_of_an_indicator),
		TEST(test_flush_view_tells_all_of_an_slo),
		TEST(test_flush_shows_an_indicator_registered_since),
		TEST(test_flush_moves_idle_indicators_on),
		TEST(test_flush_of_what_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
