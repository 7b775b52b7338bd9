/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "fixture.h"

static struct sli_registry *reg;

static int
setup(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	(void)state;
	return sli_registry_create(&cfg, &reg, NULL);
}

static int
teardown(void **state)
{
	(void)state;
	sli_registry_close(reg);
	return 0;
}

static struct sli_retry *
open_retry(double ratio, uint32_t reserve_per_s)
{
	struct sli_retry_config cfg = SLI_RETRY_CONFIG_INIT;
	struct sli_retry *retry = NULL;

	cfg.name = "backend_retries";
	cfg.ratio = ratio;
	cfg.reserve_per_s = reserve_per_s;
	assert_int_equal(sli_retry_open(reg, &cfg, &retry, NULL), SLI_OK);
	return retry;
}

/* How many of n retries may go. */
static uint64_t
ask(struct sli_retry *retry, uint64_t now_ns, uint64_t n)
{
	uint64_t allowed = 0;

	while (n-- > 0)
		allowed += (uint64_t)sli_retry_allow(retry, now_ns);
	return allowed;
}

static void
send(struct sli_retry *retry, uint64_t now_ns, uint64_t n)
{
	while (n-- > 0)
		sli_retry_request(retry, now_ns);
}

static void
test_retry_is_a_share_of_the_requests(void **state)
{
	struct sli_retry *retry = open_retry(0.1, 0);

	(void)state;
	assert_int_equal(ask(retry, START, 3), 0);
	send(retry, START, 9);
	assert_int_equal(ask(retry, START, 3), 0);
	send(retry, START, 91);
	assert_int_equal(sli_retry_balance(retry, START), 10);
	assert_int_equal(ask(retry, START, 50), 10);
	assert_int_equal(sli_retry_balance(retry, START), 0);
	sli_retry_close(retry);
}

static void
test_retry_storm_is_held_to_the_ratio(void **state)
{
	struct sli_retry *retry = open_retry(0.2, 0);
	uint64_t s, allowed = 0;

	(void)state;
	/* All requests fail, and each is tried again three times. */
	for (s = 0; s < 600; s++) {
		send(retry, START + SLI_SECONDS(s), 100);
		allowed += ask(retry, START + SLI_SECONDS(s), 300);
	}
	assert_in_range(allowed, 600 * 20 - 20, 600 * 20 + 20);
	sli_retry_close(retry);
}

static void
test_retry_reserve_serves_the_idle(void **state)
{
	struct sli_retry *retry = open_retry(0.1, 2);

	(void)state;
	assert_int_equal(ask(retry, START, 100), 2 * 10);
	assert_int_equal(ask(retry, START + SLI_SECONDS(9), 100), 0);
	/* What was spent passes out of the window, and no credit with it. */
	assert_int_equal(ask(retry, START + SLI_SECONDS(20), 100), 2 * 10);
	sli_retry_close(retry);
}

static void
test_retry_credit_passes_with_the_window(void **state)
{
	struct sli_retry *retry = open_retry(0.1, 0);

	(void)state;
	send(retry, START, 1000);
	assert_int_equal(sli_retry_balance(retry, START + SLI_SECONDS(5)), 100);
	assert_int_equal(sli_retry_balance(retry, START + SLI_SECONDS(30)), 0);
	sli_retry_close(retry);
}

static void
test_retry_counts_show_in_its_indicator(void **state)
{
	struct sli_retry *retry = open_retry(0.5, 0);
	struct sli_counts counts;

	(void)state;
	send(retry, START, 10);
	assert_int_equal(ask(retry, START, 7), 5);
	assert_int_equal(sli_total_counts(sli_retry_indicator(retry), &counts),
	    SLI_OK);
	assert_int_equal(counts.good, 10);
	assert_int_equal(counts.bad, 5);
	assert_int_equal(counts.shed, 2);
	sli_retry_close(retry);
}

static void
test_retry_opened_twice_is_one_budget(void **state)
{
	struct sli_retry *a = open_retry(0.1, 0), *b = open_retry(0.1, 0);

	(void)state;
	send(a, START, 100);
	assert_int_equal(ask(b, START, 20), 10);
	assert_int_equal(ask(a, START, 20), 0);
	sli_retry_close(a);
	sli_retry_close(b);
}

static void
expect_refused(const struct sli_retry_config *cfg, int status,
    const char *field)
{
	struct sli_retry *retry = NULL;
	struct sli_error err;

	assert_int_equal(sli_retry_open(reg, cfg, &retry, &err), status);
	assert_int_equal(err.status, status);
	assert_non_null(strstr(err.message, field));
	assert_non_null(strstr(err.message, "accepted"));
	assert_null(retry);
}

static void
test_retry_config_is_checked(void **state)
{
	struct sli_retry_config good = SLI_RETRY_CONFIG_INIT, cfg;

	(void)state;
	good.name = "r";
	cfg = good;
	cfg.ratio = -0.1;
	expect_refused(&cfg, SLI_ERANGE, "ratio");
	cfg.ratio = 11.0;
	expect_refused(&cfg, SLI_ERANGE, "ratio 11");
	cfg.ratio = __builtin_nan("");
	expect_refused(&cfg, SLI_ERANGE, "ratio NaN");
	cfg = good;
	cfg.window_ns = SLI_SECONDS(1);
	expect_refused(&cfg, SLI_ERANGE, "window_ns");
	cfg.window_ns = SLI_HOURS(1);
	expect_refused(&cfg, SLI_ERANGE, "window_ns");
	cfg = good;
	cfg.reserve_per_s = 1000001;
	expect_refused(&cfg, SLI_ERANGE, "reserve_per_s");
	cfg = good;
	cfg.reserved = 1;
	expect_refused(&cfg, SLI_EINVAL, "reserved");
	cfg = good;
	cfg.name = "no name";
	expect_refused(&cfg, SLI_EINVAL, "name");
}

/* finagle's reserve is a product of ints, which wraps. */
static void
test_retry_of_greatest_numbers_does_not_wrap(void **state)
{
	struct sli_retry_config cfg = SLI_RETRY_CONFIG_INIT;
	struct sli_retry *retry = NULL;

	(void)state;
	cfg.name = "backend_retries";
	cfg.ratio = 10;
	cfg.window_ns = SLI_MINUTES(10);
	cfg.reserve_per_s = 1000000;
	assert_int_equal(sli_retry_open(reg, &cfg, &retry, NULL), SLI_OK);
	assert_int_equal(sli_retry_balance(retry, START), 600000000);
	sli_count(sli_retry_indicator(retry), START, SLI_GOOD, 7);
	assert_int_equal(sli_retry_balance(retry, START), 600000070);
	sli_count(sli_retry_indicator(retry), START, SLI_GOOD,
	    UINT64_C(1) << 62);
	assert_true(sli_retry_balance(retry, START) == UINT64_MAX);
	assert_int_equal(sli_retry_allow(retry, START), 1);
	assert_true(sli_retry_balance(retry, START) == UINT64_MAX - 1);
	sli_retry_close(retry);
}

static void
test_retry_of_null_does_nothing(void **state)
{
	struct sli_retry_config cfg = SLI_RETRY_CONFIG_INIT;
	struct sli_retry *retry = NULL;

	(void)state;
	sli_retry_close(NULL);
	sli_retry_request(NULL, START);
	assert_int_equal(sli_retry_allow(NULL, START), 0);
	assert_int_equal(sli_retry_balance(NULL, START), 0);
	assert_null(sli_retry_indicator(NULL));
	assert_int_equal(sli_retry_open(NULL, &cfg, &retry, NULL), SLI_EINVAL);
	assert_int_equal(sli_retry_open(reg, NULL, &retry, NULL), SLI_EINVAL);
	assert_int_equal(sli_retry_open(reg, &cfg, NULL, NULL), SLI_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_retry_is_a_share_of_the_requests),
		TEST(test_retry_storm_is_held_to_the_ratio),
		TEST(test_retry_reserve_serves_the_idle),
		TEST(test_retry_credit_passes_with_the_window),
		TEST(test_retry_counts_show_in_its_indicator),
		TEST(test_retry_opened_twice_is_one_budget),
		TEST(test_retry_config_is_checked),
		TEST(test_retry_of_greatest_numbers_does_not_wrap),
		TEST(test_retry_of_null_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
