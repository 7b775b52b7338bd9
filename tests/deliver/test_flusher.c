/* SPDX-License-Identifier: MIT */
/* When a flusher flushes what to whom, by a clock that the test sets. */
#include "../support/random.h"
#include "probe.h"

/* Of an event loop's form: run() is called whenever the test likes. */
static struct clock now;
static struct sli_flusher *flusher;

static void
open_flusher(const struct sli_flusher_config *like, struct sli_sink *sinks,
    uint32_t count, uint64_t now_ns)
{
	struct sli_flusher_config cfg = *like;
	int fd = -1;

	now.now_ns = now_ns;
	now.step_ns = 0;
	cfg.clock = clock_look;
	cfg.clock_arg = &now;
	cfg.sinks = sinks;
	cfg.sink_count = count;
	assert_int_equal(sli_flusher_create(reg, &cfg, &flusher, NULL), SLI_OK);
	assert_int_equal(sli_flusher_fd(flusher, &fd, NULL), SLI_OK);
	assert_true(fd >= 0);
}

static void
close_flusher(void)
{
	(void)sli_flusher_stop(flusher, 0, NULL);
	assert_int_equal(sli_flusher_destroy(flusher), SLI_OK);
}

static int
run_at(uint64_t now_ns)
{
	now.now_ns = now_ns;
	return sli_flusher_run(flusher, NULL);
}

static uint64_t
missed(void)
{
	struct sli_flusher_stats stats;

	assert_int_equal(sli_flusher_stats(flusher, 0, &stats), SLI_OK);
	return stats.missed;
}

static void
test_flusher_is_due_at_multiples_of_its_interval(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);

	(void)state;
	open_flusher(&cfg, &sink, 1, START + 3 * SECOND);
	assert_int_equal(run_at(START + 3 * SECOND), SLI_OK);
	assert_int_equal(run_at(START + 10 * SECOND - 1), SLI_OK);
	assert_int_equal(p.calls, 0);
	assert_int_equal(run_at(START + 10 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_true(p.now_ns == START + 10 * SECOND);
	/* A little late does not shift the next. */
	assert_int_equal(run_at(START + 24 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 2);
	assert_int_equal(run_at(START + 30 * SECOND - 1), SLI_OK);
	assert_int_equal(p.calls, 2);
	assert_int_equal(run_at(START + 30 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 3);
	assert_int_equal(missed(), 0);
	close_flusher();
	assert_int_equal(p.calls, 4);
}

/* As if opened on a boundary: the flush of that moment was before. */
static void
test_flusher_begun_on_a_boundary_is_due_at_the_next(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);

	(void)state;
	cfg.interval_ns = SECOND;
	open_flusher(&cfg, &sink, 1, START);
	assert_int_equal(run_at(START), SLI_OK);
	assert_int_equal(p.calls, 0);
	assert_int_equal(run_at(START + SECOND), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_int_equal(run_at(START + SECOND), SLI_OK);
	assert_int_equal(p.calls, 1);
	close_flusher();
}

static void
test_flusher_with_an_offset_is_due_so_much_later(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);

	(void)state;
	cfg.offset_ns = 4 * SECOND;
	open_flusher(&cfg, &sink, 1, START + 3 * SECOND);
	assert_int_equal(run_at(START + 4 * SECOND - 1), SLI_OK);
	assert_int_equal(p.calls, 0);
	assert_int_equal(run_at(START + 4 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_int_equal(run_at(START + 14 * SECOND - 1), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_int_equal(run_at(START + 14 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 2);
	close_flusher();
}

/* A suspend is a long interval. */
static void
test_flusher_that_comes_late_flushes_once(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);

	(void)state;
	open_flusher(&cfg, &sink, 1, START);
	assert_int_equal(run_at(START + 39 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_int_equal(missed(), 2); /* at 20 s and at 30 s */
	assert_int_equal(run_at(START + 39 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_int_equal(run_at(START + 40 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 2);
	assert_int_equal(run_at(START + SLI_HOURS(10)), SLI_OK);
	assert_int_equal(p.calls, 3);
	assert_int_equal(missed(), 2 + 3600 - 5);
	close_flusher();
}

static void
test_flusher_whose_clock_goes_back_follows_it(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);

	(void)state;
	open_flusher(&cfg, &sink, 1, START + SLI_HOURS(1));
	assert_int_equal(run_at(START + 5 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 0);
	assert_int_equal(run_at(START + 10 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 1);
	assert_int_equal(missed(), 0);
	close_flusher();
}

/* Whatever the steps: one flush per run that finds a multiple behind it. */
static void
test_flusher_counts_every_multiple_once(void **state)
{
	uint64_t seed = random_seed();
	struct random rnd = { seed };
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	uint64_t at = START + random_below(&rnd, SECOND), begin, i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	cfg.interval_ns = SLI_MILLIS(10) + random_below(&rnd, SECOND);
	cfg.offset_ns = random_below(&rnd, cfg.interval_ns);
	begin = at;
	open_flusher(&cfg, &sink, 1, at);
	for (i = 0; i < 5000; i++) {
		at += random_magnitude(&rnd, 33);
		assert_int_equal(run_at(at), SLI_OK);
		assert_int_equal((uint64_t)p.calls + missed(),
		    (at - cfg.offset_ns) / cfg.interval_ns -
			(begin - cfg.offset_ns) / cfg.interval_ns);
	}
	close_flusher();
}

static void
test_flusher_sink_that_fails_gets_what_it_missed(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe a = { 0 }, b = { 0 }, c = { 0 };
	struct sli_sink sinks[] = { sink_of("a", &a), sink_of("b", &b),
		sink_of("c", &c) };
	struct sli_flusher_stats stats;
	struct sli_error err;
	uint64_t i;

	(void)state;
	open_flusher(&cfg, sinks, 3, START);
	b.status = SLI_EIO;
	for (i = 1; i <= 5; i++) {
		sli_count(ind, START, SLI_GOOD, 7);
		now.now_ns = START + 10 * i * SECOND;
		assert_int_equal(sli_flusher_run(flusher, &err), SLI_EIO);
		assert_error(&err, SLI_EIO, "sink b", "the cable is out");
	}
	assert_true(a.taken == 35 && c.taken == 35 && b.taken == 0);
	assert_int_equal(sli_flusher_stats(flusher, 1, &stats), SLI_OK);
	assert_true(stats.flushes == 0 && stats.failures == 5);
	assert_true(stats.failures_in_a_row == 5 && stats.success_ns == 0);
	assert_true(stats.failure_ns == START + 50 * SECOND);
	assert_error(&stats.error, SLI_EIO, "cable", "out");

	b.status = SLI_OK;
	assert_int_equal(run_at(START + 60 * SECOND), SLI_OK);
	assert_true(b.taken == 35 && b.since_ns == 0);
	assert_int_equal(sli_flusher_stats(flusher, 1, &stats), SLI_OK);
	assert_true(stats.flushes == 1 && stats.failures == 5);
	assert_true(stats.failures_in_a_row == 0 && stats.running_ns == 0);
	assert_true(stats.success_ns == START + 60 * SECOND);
	assert_error(&stats.error, SLI_EIO, "cable", "out");
	assert_int_equal(sli_flusher_stats(flusher, 0, &stats), SLI_OK);
	assert_true(stats.flushes == 6 && stats.failures == 0);
	assert_int_equal(stats.error.status, SLI_OK);
	close_flusher();
}

/* A sink that leaves err alone, or that says what is no SLI_E*. */
static void
test_flusher_sink_without_a_word_has_its_number(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("mute", &p);
	struct sli_error err;

	(void)state;
	open_flusher(&cfg, &sink, 1, START);
	p.status = SLI_EACCES;
	assert_int_equal(sli_flusher_now(flusher, &err), SLI_EIO);
	assert_error(&err, SLI_EIO, "mute", "permission denied");
	p.status = 42;
	assert_int_equal(sli_flusher_now(flusher, &err), SLI_EIO);
	assert_error(&err, SLI_EIO, "mute", "42");
	close_flusher();
}

static void
test_flusher_tells_failures_at_a_limited_rate(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct report r = { 0 };
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	uint64_t i;

	(void)state;
	cfg.interval_ns = SECOND;
	cfg.error = report_error;
	cfg.error_arg = &r;
	open_flusher(&cfg, &sink, 1, START);
	p.status = SLI_EIO;
	assert_int_equal(run_at(START + SECOND), SLI_EIO);
	assert_true(r.calls == 1 && r.count == 1);
	assert_string_equal(r.sink, "probe");
	assert_error(&r.error, SLI_EIO, "cable", "out");
	/* Now and then it works: that changes nothing. */
	for (i = 2; i <= 60; i++) {
		p.status = i % 10 == 0 ? SLI_OK : SLI_EIO;
		assert_int_equal(run_at(START + i * SECOND), p.status);
		assert_int_equal(r.calls, 1);
	}
	assert_int_equal(run_at(START + 61 * SECOND), SLI_OK);
	p.status = SLI_EIO;
	assert_int_equal(run_at(START + 62 * SECOND), SLI_EIO);
	assert_int_equal(r.calls, 2);
	assert_int_equal(r.count, 53 + 1);
	close_flusher();
}

static void
test_flusher_now_leaves_the_interval_alone(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);

	(void)state;
	open_flusher(&cfg, &sink, 1, START);
	now.now_ns = START + 9 * SECOND;
	sli_count(ind, START, SLI_GOOD, 3);
	assert_int_equal(sli_flusher_now(flusher, NULL), SLI_OK);
	assert_true(p.calls == 1 && p.taken == 3);
	assert_int_equal(run_at(START + 10 * SECOND), SLI_OK);
	assert_int_equal(p.calls, 2);
	close_flusher();
}

static void
test_flusher_times_its_sinks(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);
	struct sli_flusher_stats stats;

	(void)state;
	open_flusher(&cfg, &sink, 1, START);
	now.step_ns = 500;
	assert_int_equal(sli_flusher_now(flusher, NULL), SLI_OK);
	now.step_ns = 300;
	assert_int_equal(sli_flusher_now(flusher, NULL), SLI_OK);
	assert_int_equal(sli_flusher_stats(flusher, 0, &stats), SLI_OK);
	assert_int_equal(stats.duration_ns, 300);
	assert_int_equal(stats.duration_max_ns, 500);
	close_flusher();
}

struct meddler {
	struct sli_error now, run, stop;
	int destroyed;
	struct sli_flusher_stats stats;
};

static int
meddle(const struct sli_snapshot *snapshot, void *arg, struct sli_error *err)
{
	struct meddler *m = arg;

	(void)snapshot;
	(void)err;
	(void)sli_flusher_now(flusher, &m->now);
	now.now_ns += 10 * SECOND;
	(void)sli_flusher_run(flusher, &m->run);
	(void)sli_flusher_stop(flusher, 0, &m->stop);
	m->destroyed = sli_flusher_destroy(flusher);
	return sli_flusher_stats(flusher, 0, &m->stats);
}

static void
test_flusher_sink_that_meddles_is_refused(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct meddler m = { 0 };
	struct sli_sink sink = { "meddler", meddle, &m };

	(void)state;
	open_flusher(&cfg, &sink, 1, START);
	assert_int_equal(run_at(START + 10 * SECOND), SLI_OK);
	assert_error(&m.now, SLI_EBUSY, "flush", "being made");
	assert_error(&m.run, SLI_EBUSY, "flushing", "another");
	assert_error(&m.stop, SLI_EBUSY, "not stopped", "its own flusher");
	assert_int_equal(m.destroyed, SLI_EBUSY);
	assert_true(m.stats.running_ns == START + 10 * SECOND);
	assert_int_equal(missed(), 1);
	close_flusher();
}

/* Two flushers, or one after another, with the same sink: one consumer. */
static void
test_flusher_leaves_a_consumer_that_was_there(void **state)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct probe p = { 0 };
	struct sli_sink sink = sink_of("probe", &p);

	(void)state;
	assert_int_equal(sli_flush_try(reg, START, probe_sink, &p, NULL),
	    SLI_OK);
	open_flusher(&cfg, &sink, 1, START);
	sli_count(ind, START, SLI_GOOD, 2);
	close_flusher();
	assert_true(p.taken == 2 && p.since_ns == START);
	assert_int_equal(sli_flush_try(reg, START, probe_sink, &p, NULL),
	    SLI_OK);
	assert_true(p.taken == 2 && p.since_ns == START);

	/* One that it took is gone with it. */
	assert_int_equal(sli_flush_try_forget(reg, probe_sink, &p), SLI_OK);
	open_flusher(&cfg, &sink, 1, START);
	close_flusher();
	assert_int_equal(sli_flush_try_forget(reg, probe_sink, &p), SLI_ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flusher_is_due_at_multiples_of_its_interval),
		TEST(test_flusher_begun_on_a_boundary_is_due_at_the_next),
		TEST(test_flusher_with_an_offset_is_due_so_much_later),
		TEST(test_flusher_that_comes_late_flushes_once),
		TEST(test_flusher_whose_clock_goes_back_follows_it),
		TEST(test_flusher_counts_every_multiple_once),
		TEST(test_flusher_sink_that_fails_gets_what_it_missed),
		TEST(test_flusher_sink_without_a_word_has_its_number),
		TEST(test_flusher_tells_failures_at_a_limited_rate),
		TEST(test_flusher_now_leaves_the_interval_alone),
		TEST(test_flusher_times_its_sinks),
		TEST(test_flusher_sink_that_meddles_is_refused),
		TEST(test_flusher_leaves_a_consumer_that_was_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
