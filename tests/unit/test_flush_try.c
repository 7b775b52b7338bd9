/* SPDX-License-Identifier: MIT */
/* Flushes that count only if their consumer took them. */
#include "../support/random.h"
#include "requests.h"

struct taker {
	int status; /* what to say */
	int calls;
	uint64_t since_ns;
	struct sli_counts total, delta; /* as shown, whatever was said */
	uint64_t taken;			/* good events */
};

static int
take(const struct sli_snapshot *snapshot, void *arg, struct sli_error *err)
{
	struct taker *t = arg;
	struct sli_indicator_view view;

	t->calls++;
	t->since_ns = sli_snapshot_since(snapshot);
	if (sli_snapshot_indicator(snapshot, 0, &view) != SLI_OK)
		return SLI_ENOENT;
	t->total = view.total;
	t->delta = view.delta;
	if (t->status == SLI_OK) {
		t->taken += view.delta.good;
		return SLI_OK;
	}
	err->status = t->status;
	strcpy(err->message, "no room");
	return t->status;
}

static int
try(struct taker *t, uint64_t now_ns, int status)
{
	t->status = status;
	return sli_flush_try(reg, now_ns, take, t, NULL);
}

static void
test_flush_try_that_fails_is_in_the_next(void **state)
{
	struct taker t = { 0 };

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 5);
	assert_int_equal(try(&t, T0, SLI_OK), SLI_OK);
	assert_int_equal(t.delta.good, 5);

	sli_count(ind, T0 + 1, SLI_GOOD, 2);
	assert_int_equal(try(&t, T0 + 1, SLI_EIO), SLI_EIO);
	sli_count(ind, T0 + 2, SLI_BAD, 1);
	assert_int_equal(try(&t, T0 + 2, SLI_EBUSY), SLI_EBUSY);
	sli_count(ind, T0 + 3, SLI_GOOD, 1);
	assert_int_equal(try(&t, T0 + 3, SLI_OK), SLI_OK);
	assert_true(t.since_ns == T0);
	assert_int_equal(t.delta.good, 3);
	assert_int_equal(t.delta.bad, 1);
	assert_int_equal(t.total.good, 8);

	assert_int_equal(try(&t, T0 + 4, SLI_OK), SLI_OK);
	assert_true(t.since_ns == T0 + 3);
	assert_int_equal(t.delta.good, 0);
}

static void
test_flush_try_whose_first_fails_is_still_at_its_first(void **state)
{
	struct taker t = { 0 };

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 5);
	assert_int_equal(try(&t, T0, SLI_EIO), SLI_EIO);
	sli_count(ind, T0, SLI_GOOD, 1);
	assert_int_equal(try(&t, T0 + 1, SLI_OK), SLI_OK);
	assert_true(t.since_ns == 0);
	assert_memory_equal(&t.delta, &t.total, sizeof(t.total));
	assert_int_equal(t.delta.good, 6);
}

/* A positive number is no SLI_E*, and yet no success. */
static void
test_flush_try_returns_what_its_callback_said(void **state)
{
	struct taker t = { 0 };
	struct sli_error err;

	(void)state;
	assert_int_equal(try(&t, T0, 17), 17);
	assert_int_equal(try(&t, T0, -1000), -1000);
	t.status = SLI_EACCES;
	assert_int_equal(sli_flush_try(reg, T0, take, &t, &err), SLI_EACCES);
	assert_error(&err, SLI_EACCES, "no", "room");
	assert_int_equal(t.calls, 3);
}

/* Conservation: whatever fails, what was taken adds up to the total. */
static void
test_flush_try_takes_everything_once(void **state)
{
	struct random rnd = { random_seed() };
	struct taker t[2] = { { 0 }, { 0 } };
	uint64_t now = T0, seed = rnd.state;
	int i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (i = 0; i < 2000; i++) {
		struct taker *one = &t[random_below(&rnd, 2)];

		now += random_below(&rnd, SLI_MILLIS(700));
		sli_count(ind, now, SLI_GOOD, random_below(&rnd, 10));
		(void)try(one, now,
		    random_percent(&rnd, 60) ? SLI_EIO : SLI_OK);
		assert_int_equal(one->total.good - one->delta.good +
			(one->status == SLI_OK ? one->delta.good : 0),
		    one->taken);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(try(&t[i], now, SLI_OK), SLI_OK);
		assert_int_equal(t[i].taken, total_good(ind));
	}
}

static void
consume(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view;

	if (sli_snapshot_indicator(snapshot, 0, &view) == SLI_OK)
		*(uint64_t *)arg = view.delta.good;
}

static void
test_flush_try_reserve_takes_a_place(void **state)
{
	struct taker a = { 0 }, b = { 0 }, c = { 0 };
	struct sli_error err;
	uint64_t delta = 0;

	(void)state;
	sli_count(ind, T0, SLI_GOOD, 5);
	assert_int_equal(try(&a, T0, SLI_OK), SLI_OK);
	assert_int_equal(sli_flush_try_reserve(reg, take, &b, NULL), SLI_OK);
	assert_int_equal(sli_flush_try_reserve(reg, take, &c, &err),
	    SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "max_consumers", "all 2");
	assert_int_equal(sli_flush_try(reg, T0, take, &c, &err), SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "max_consumers", "all 2");
	assert_int_equal(sli_flush(reg, T0, consume, &delta), SLI_ENOSPC);

	/* It changes nothing for one that has a place already. */
	assert_int_equal(sli_flush_try_reserve(reg, take, &a, NULL),
	    SLI_EEXIST);
	sli_count(ind, T0, SLI_GOOD, 1);
	assert_int_equal(try(&a, T0, SLI_OK), SLI_OK);
	assert_int_equal(a.delta.good, 1);
	assert_int_equal(try(&b, T0, SLI_OK), SLI_OK);
	assert_true(b.since_ns == 0 && b.delta.good == 6);

	assert_int_equal(sli_flush_try_forget(reg, take, &a), SLI_OK);
	assert_int_equal(sli_flush_try_forget(reg, take, &a), SLI_ENOENT);
	assert_int_equal(sli_flush(reg, T0, consume, &delta), SLI_OK);
	assert_int_equal(delta, 6);
	assert_int_equal(sli_flush_forget(reg, consume, &delta), SLI_OK);
}

struct reentry {
	int again, forget, reserve;
};

static int
enter_again(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct reentry *r = arg;

	r->again = sli_flush_try(reg, sli_snapshot_now(snapshot), enter_again,
	    r, err);
	r->forget = sli_flush_try_forget(reg, enter_again, r);
	r->reserve = sli_flush_try_reserve(reg, enter_again, r, NULL);
	return SLI_OK;
}

static void
test_flush_try_of_one_being_flushed_is_busy(void **state)
{
	struct reentry r = { 1, 1, 1 };
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_flush_try(reg, T0, enter_again, &r, &err), SLI_OK);
	assert_int_equal(r.again, SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "being", "flushed");
	assert_int_equal(r.forget, SLI_EBUSY);
	assert_int_equal(r.reserve, SLI_EEXIST);
	assert_int_equal(sli_flush_try_forget(reg, enter_again, &r), SLI_OK);
}

struct listener {
	int status; /* what to say */
	uint32_t heard;
	struct sli_transition last;
};

static int
listen(const struct sli_snapshot *snapshot, void *arg, struct sli_error *err)
{
	struct listener *l = arg;

	(void)err;
	for (l->heard = 0;
	     sli_snapshot_transition(snapshot, l->heard, &l->last) == SLI_OK;
	     l->heard++)
		;
	return l->status;
}

static uint32_t
hear(struct listener *l, uint64_t second, int status)
{
	l->status = status;
	assert_int_equal(
	    sli_flush_try(reg, T0 + SLI_SECONDS(second), listen, l, NULL),
	    status);
	return l->heard;
}

static void
test_flush_try_that_fails_tells_transitions_again(void **state)
{
	struct sli_alert_config alert = { 0 };
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct listener l = { 0 };
	struct sli_slo *slo;

	(void)state;
	alert.severity = SLI_PAGE;
	alert.long_ns = alert.short_ns = SLI_SECONDS(2);
	alert.factor = 100;
	cfg.name = "availability";
	cfg.objective = 0.999;
	cfg.flags = SLI_SLO_ALERT_BY_RATIO | SLI_SLO_NO_OUTAGES;
	cfg.alerts = &alert;
	cfg.alert_count = 1;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	count_each_second(ind, T0, 60, SLI_GOOD, 100);
	assert_int_equal(hear(&l, 60, SLI_OK), 0);
	count_each_second(ind, T0 + SLI_SECONDS(60), 3, SLI_BAD, 100);
	assert_int_equal(hear(&l, 63, SLI_EIO), 1);
	assert_int_equal(hear(&l, 63, SLI_EIO), 1);
	assert_true(l.last.began && !l.last.ended);
	assert_int_equal(hear(&l, 63, SLI_OK), 1);
	assert_true(l.last.began && !l.last.ended);
	assert_int_equal(hear(&l, 63, SLI_OK), 0);
	count_each_second(ind, T0 + SLI_SECONDS(63), 10, SLI_GOOD, 100);
	assert_int_equal(hear(&l, 73, SLI_EIO), 1);
	assert_int_equal(hear(&l, 73, SLI_OK), 1);
	assert_true(!l.last.began && l.last.ended);
	assert_int_equal(hear(&l, 73, SLI_EIO), 0);
}

static void
test_flush_try_of_what_is_not_there_is_refused(void **state)
{
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_flush_try(NULL, T0, take, NULL, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "fn", "NULL");
	assert_int_equal(sli_flush_try(reg, T0, NULL, NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_flush_try_reserve(NULL, take, NULL, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_flush_try_reserve(reg, NULL, NULL, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_flush_try_forget(NULL, take, NULL), SLI_EINVAL);
	assert_int_equal(sli_flush_try_forget(reg, NULL, NULL), SLI_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flush_try_that_fails_is_in_the_next),
		TEST(test_flush_try_whose_first_fails_is_still_at_its_first),
		TEST(test_flush_try_returns_what_its_callback_said),
		TEST(test_flush_try_takes_everything_once),
		TEST(test_flush_try_reserve_takes_a_place),
		TEST(test_flush_try_of_one_being_flushed_is_busy),
		TEST(test_flush_try_that_fails_tells_transitions_again),
		TEST(test_flush_try_of_what_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
