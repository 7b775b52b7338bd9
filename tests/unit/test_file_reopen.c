/* SPDX-License-Identifier: MIT */
#include "files.h"

/*
 * A service that has been bad for ten minutes: it pages and sheds. All of that
 * is there again when a process opens the file after the last one has ended.
 */
#define GOOD_SECONDS 7200
#define BAD_SECONDS 600
#define NOW (START + SLI_SECONDS(GOOD_SECONDS + BAD_SECONDS))

struct service {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
};

static void
open_service(struct service *s, const char *path)
{
	s->reg = open_file(path);
	s->ind = scratch_indicator(s->reg, "requests");
	assert_non_null(s->ind);
	s->slo = scratch_slo(s->ind, "availability");
	assert_non_null(s->slo);
}

static void
run_badly(struct service *s)
{
	uint64_t now_ns = START, i;

	for (i = 0; i < GOOD_SECONDS; i++, now_ns += SLI_SECONDS(1)) {
		sli_record(s->ind, now_ns, SLI_GOOD, SLI_MILLIS(i % 200));
		sli_count(s->ind, now_ns, SLI_GOOD, 20);
	}
	for (i = 0; i < BAD_SECONDS; i++, now_ns += SLI_SECONDS(1)) {
		sli_record(s->ind, now_ns, SLI_BAD, SLI_MILLIS(500 + i));
		sli_count(s->ind, now_ns, SLI_BAD, 10);
		sli_count(s->ind, now_ns, SLI_GOOD, 10);
		sli_count(s->ind, now_ns, SLI_SHED, 1);
		sli_count(s->ind, now_ns, SLI_IGNORED, 2);
	}
}

/* All that a reader can see at a time; compared byte by byte. */
struct picture {
	struct sli_counts total, window[5];
	uint64_t quantile[2][3];
	struct sli_budget budget;
	struct sli_verdict verdict;
	double alert_burn[4][2];
	enum sli_alert_state alert_state[4];
	double burn;
	uint64_t late, admitted;
};

static void
take_picture(const struct service *s, uint64_t now_ns, struct picture *p)
{
	static const uint64_t window_ns[] = { SLI_SECONDS(1), SLI_SECONDS(90),
		SLI_MINUTES(11), SLI_HOURS(1), SLI_DAYS(30) };
	static const double q[] = { 0.0, 0.5, 0.99 };
	struct sli_alert alert;
	uint32_t i, k;

	memset(p, 0, sizeof(*p));
	assert_int_equal(sli_total_counts(s->ind, &p->total), SLI_OK);
	for (i = 0; i < LENGTH(window_ns); i++)
		assert_int_equal(sli_window_counts(s->ind, now_ns, window_ns[i],
				     &p->window[i]),
		    SLI_OK);
	for (i = 0; i < 2; i++)
		for (k = 0; k < LENGTH(q); k++)
			assert_int_equal(
			    sli_window_quantile(s->ind, now_ns, SLI_HOURS(1),
				i == 0 ? SLI_GOOD : SLI_BAD, q[k],
				&p->quantile[i][k]),
			    SLI_OK);
	assert_int_equal(sli_slo_budget(s->slo, now_ns, &p->budget), SLI_OK);
	assert_int_equal(sli_slo_verdict(s->slo, now_ns, &p->verdict), SLI_OK);
	assert_int_equal(sli_slo_alert_count(s->slo), 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(sli_slo_alert(s->slo, now_ns, i, &alert),
		    SLI_OK);
		p->alert_state[i] = alert.state;
		p->alert_burn[i][0] = alert.long_burn;
		p->alert_burn[i][1] = alert.short_burn;
	}
	assert_int_equal(
	    sli_slo_burn_rate(s->slo, now_ns, SLI_MINUTES(5), &p->burn),
	    SLI_OK);
	p->late = sli_late_count(s->ind);
	for (i = 1; i <= 1000; i++)
		p->admitted += (uint64_t)sli_admit(s->slo, now_ns,
		    SLI_SHEDDABLE, i);
}

static void
expect_trouble(const struct picture *p)
{
	assert_int_equal(p->budget.page, SLI_ALERT_FIRING);
	assert_int_equal(p->budget.ticket, SLI_ALERT_FIRING);
	assert_int_equal(p->alert_state[0], SLI_ALERT_FIRING);
	assert_true(p->budget.remaining < 0);
	assert_true(p->verdict.fresh);
	assert_true(p->verdict.shed_probability[SLI_SHEDDABLE] > 0.9);
	assert_true(p->admitted > 0 && p->admitted < 200);
}

static void
test_reopen_shows_what_was_there(void **state)
{
	const char *path = scratch_path("service.sli");
	struct picture before, after;
	struct service s;

	(void)state;
	open_service(&s, path);
	run_badly(&s);
	take_picture(&s, NOW, &before);
	expect_trouble(&before);
	sli_registry_close(s.reg);

	open_service(&s, path);
	take_picture(&s, NOW, &after);
	assert_memory_equal(&after, &before, sizeof(after));
	assert_int_equal(info_of(s.reg).indicator_count, 1);
	assert_int_equal(info_of(s.reg).slo_count, 1);
	sli_registry_close(s.reg);
}

static int
serve_and_die(struct peer *peer, void *arg)
{
	struct service s;

	s.reg = scratch_open(arg);
	s.ind = scratch_indicator(s.reg, "requests");
	s.slo = scratch_slo(s.ind, "availability");
	if (s.slo == NULL)
		return 1;
	run_badly(&s);
	peer_pause(peer);
	return 0;
}

/* kill -9: nothing was closed. And as after any end, in a life of its own. */
static void
test_reopen_after_kill_shows_what_was_there(void **state)
{
	const char *path = scratch_path("service.sli");
	struct picture before, after;
	struct service s;
	struct peer peer;

	(void)state;
	open_service(&s, path);
	run_badly(&s);
	take_picture(&s, NOW, &before);
	sli_registry_close(s.reg);
	scratch_remove(path);

	peer_start(&peer, serve_and_die, scratch_path("service.sli"));
	peer_reach(&peer);
	peer_kill(&peer);
	open_service(&s, path);
	take_picture(&s, NOW, &after);
	/* Which shard counted it is the same to all that is shown. */
	assert_memory_equal(&after, &before, sizeof(after));
	sli_registry_close(s.reg);
}

/* A deploy that takes a minute: what fired fires on, until it is over. */
static void
test_reopen_page_goes_on_firing_and_ends(void **state)
{
	const char *path = scratch_path("service.sli");
	uint64_t now_ns = NOW + SLI_MINUTES(1), end_ns;
	struct sli_budget budget;
	struct service s;

	(void)state;
	open_service(&s, path);
	run_badly(&s);
	sli_registry_close(s.reg);

	open_service(&s, path);
	sli_count(s.ind, now_ns, SLI_GOOD, 20);
	assert_int_equal(sli_slo_budget(s.slo, now_ns, &budget), SLI_OK);
	assert_int_equal(budget.page, SLI_ALERT_FIRING);
	for (end_ns = now_ns + SLI_HOURS(2); now_ns < end_ns;
	     now_ns += SLI_SECONDS(1))
		sli_count(s.ind, now_ns, SLI_GOOD, 20);
	assert_int_equal(sli_slo_budget(s.slo, now_ns, &budget), SLI_OK);
	assert_int_equal(budget.page, SLI_ALERT_OK);
	assert_int_equal(budget.bad, BAD_SECONDS * 11);
	sli_registry_close(s.reg);
}

static void
test_reopen_after_an_idle_gap_has_it_in_the_windows(void **state)
{
	static const struct {
		uint64_t gap_ns, kept; /* in 30 days */
	} gaps[] = { { SLI_SECONDS(5), 7 }, { SLI_HOURS(3), 7 },
		{ SLI_DAYS(29), 7 }, { SLI_DAYS(31), 0 }, { SLI_DAYS(40), 0 } };
	const char *path = scratch_path("gap.sli");
	struct service s;
	struct sli_budget budget;
	uint64_t now_ns, quantile;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(gaps); i++) {
		now_ns = START + gaps[i].gap_ns;
		open_service(&s, path);
		sli_count(s.ind, START, SLI_BAD, 3);
		sli_record(s.ind, START, SLI_GOOD, SLI_MILLIS(7));
		sli_count(s.ind, START, SLI_GOOD, 3);
		sli_registry_close(s.reg);

		open_service(&s, path);
		sli_record(s.ind, now_ns, SLI_GOOD, SLI_SECONDS(2));
		assert_int_equal(good_in(s.ind, now_ns, SLI_SECONDS(1)), 1);
		assert_int_equal(sli_slo_budget(s.slo, now_ns, &budget),
		    SLI_OK);
		assert_int_equal(budget.total, gaps[i].kept + 1);
		assert_int_equal(total_good(s.ind), 5);
		assert_int_equal(sli_window_quantile(s.ind, now_ns,
				     SLI_MINUTES(70), SLI_GOOD, 0.0, &quantile),
		    SLI_OK);
		if (gaps[i].gap_ns < SLI_HOURS(1))
			assert_in_range(quantile, SLI_MILLIS(6), SLI_MILLIS(7));
		else
			assert_in_range(quantile, SLI_MILLIS(1960),
			    SLI_MILLIS(2000));
		sli_registry_close(s.reg);
		scratch_remove(path);
	}
}

/* The machine was started again, in good order: nothing is there to mend. */
static void
test_reopen_after_a_reboot_shows_what_was_there(void **state)
{
	const char *path = scratch_path("service.sli");
	struct picture before, after;
	struct service s;

	(void)state;
	open_service(&s, path);
	run_badly(&s);
	take_picture(&s, NOW, &before);
	sli_registry_close(s.reg);

	scratch_reboot(path);
	open_service(&s, path);
	take_picture(&s, NOW, &after);
	assert_memory_equal(&after, &before, sizeof(after));
	assert_int_equal(info_of(s.reg).audit_count, 1);
	sli_registry_close(s.reg);
}

/* By another configuration of the recorder: the file's shards stay. */
static void
test_reopen_with_other_shards_adds_to_the_same(void **state)
{
	static const struct {
		uint32_t shards;
		enum sli_recorder recorder;
	} kinds[] = { { 1, SLI_RECORDER_AUTO }, { 8, SLI_RECORDER_AUTO },
		{ 1, SLI_RECORDER_ATOMIC }, { 300, SLI_RECORDER_AUTO } };
	struct sli_registry_config cfg = scratch_config();
	const char *path = scratch_path("shards.sli");
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind;
	size_t made, i;

	(void)state;
	for (made = 0; made < LENGTH(kinds); made++) {
		for (i = 0; i < LENGTH(kinds); i++) {
			cfg.shards = kinds[(made + i) % LENGTH(kinds)].shards;
			cfg.recorder =
			    kinds[(made + i) % LENGTH(kinds)].recorder;
			assert_int_equal(
			    sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
			assert_int_equal(info_of(reg).shards,
			    kinds[made].shards);
			ind = scratch_indicator(reg, "requests");
			count_each_second(ind, START + SLI_SECONDS(10 * i), 10,
			    SLI_GOOD, 2);
			assert_int_equal(
			    good_in(ind, START + SLI_SECONDS(10 * (i + 1)),
				SLI_MINUTES(1)),
			    20 * (i + 1));
			sli_registry_close(reg);
		}
		scratch_remove(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reopen_shows_what_was_there),
		TEST(test_reopen_after_kill_shows_what_was_there),
		TEST(test_reopen_page_goes_on_firing_and_ends),
		TEST(test_reopen_after_an_idle_gap_has_it_in_the_windows),
		TEST(test_reopen_after_a_reboot_shows_what_was_there),
		TEST(test_reopen_with_other_shards_adds_to_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
