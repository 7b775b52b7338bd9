/* SPDX-License-Identifier: MIT */
/* What an answer means, and how long to wait after it. */
#include "otlp/poster.h"
#include "posting.h"

static struct sli__otlp_verdict
judge(long status, const char *body)
{
	static struct sli__otlp_answer answer;
	static struct sli__otlp_verdict verdict;

	memset(&answer, 0, sizeof(answer));
	answer.status = status;
	answer.used = strlen(body);
	memcpy(answer.body, body, answer.used);
	strcpy(answer.why, "refused");
	sli__otlp_judge(&answer, "host:1", &verdict);
	return verdict;
}

static void
test_verdict_status_decides(void **state)
{
	long status;
	bool is_again;

	(void)state;
	assert_int_equal(judge(0, "").result, SLI__OTLP_AGAIN);
	assert_string_equal(judge(0, "").err.message, "host:1: refused");
	for (status = 100; status < 1000; status++) {
		is_again = status == 429 || status == 502 || status == 503 ||
		    status == 504;
		assert_int_equal(judge(status, "").result,
		    is_again		  ? SLI__OTLP_AGAIN :
			status / 100 == 2 ? SLI__OTLP_POSTED :
					    SLI__OTLP_FINAL);
	}
}

static void
test_verdict_success_is_a_message_or_nothing(void **state)
{
	static const char *const good[] = { "", "{}", " {} \n",
		"{\"partialSuccess\":{}}", "{\"partialSuccess\":null}",
		"{\"other\":[1,{\"x\":2}]}",
		"{\"partialSuccess\":{\"rejectedDataPoints\":\"0\"}}",
		"{\"partialSuccess\":{\"rejectedDataPoints\":-1}}",
		"{\"partialSuccess\":{\"rejectedDataPoints\":\"-1\"}}",
		"{\"partialSuccess\":{\"rejectedDataPoints\":\"\"}}",
		"{\"partialSuccess\":[7]}" };
	static const char *const bad[] = { "OK", "[]", "{", "null", "{}x",
		"\xff", "<html>" };
	struct sli__otlp_verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(good); i++) {
		v = judge(200, good[i]);
		assert_int_equal(v.result, SLI__OTLP_POSTED);
		assert_int_equal(v.err.status, SLI_OK);
		assert_false(v.is_partial);
	}
	for (i = 0; i < LENGTH(bad); i++) {
		v = judge(200, bad[i]);
		assert_int_equal(v.result, SLI__OTLP_FINAL);
		assert_int_equal(v.err.status, SLI_EIO);
	}
}

static void
test_verdict_rejected_points_are_read(void **state)
{
	static const struct {
		const char *body;
		uint64_t rejected;
		const char *told;
	} cases[] = {
		{ "{\"partialSuccess\":{\"rejectedDataPoints\":\"12\"}}", 12,
		    "host:1 rejected 12 points" },
		{ "{\"partialSuccess\":{\"rejectedDataPoints\":3,"
		  "\"errorMessage\":\"old\"}}",
		    3, "host:1 rejected 3 points: old" },
		{ "{\"partialSuccess\":{\"errorMessage\":\"beware\"}}", 0,
		    "host:1 rejected 0 points: beware" },
		{ "{\"partialSuccess\":{\"rejectedDataPoints\":"
		  "\"99999999999999999999\"}}",
		    UINT64_MAX, "host:1 rejected 18446744073709551615 points" },
	};
	struct sli__otlp_verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		v = judge(200, cases[i].body);
		assert_int_equal(v.result, SLI__OTLP_POSTED);
		assert_int_equal(v.rejected, cases[i].rejected);
		assert_int_equal(v.is_partial, cases[i].rejected > 0);
		assert_string_equal(v.err.message, cases[i].told);
	}
}

/* A body may be long, and anything. */
static void
test_verdict_error_has_the_first_bytes(void **state)
{
	char body[400], told[400] = "host:1 answered 400: \"";

	(void)state;
	memset(body, 'x', sizeof(body) - 1);
	body[sizeof(body) - 1] = '\0';
	memcpy(body, "\x1b[31m", 5);
	strcat(told, "?[31m");
	memset(told + strlen(told), 'x', 95);
	strcat(told, "...\"");
	assert_string_equal(judge(400, body).err.message, told);
}

static void
test_verdict_delay_doubles_within_its_upper_half(void **state)
{
	struct sli_otlp_poster_config cfg = SLI_OTLP_POSTER_CONFIG_INIT;
	uint64_t least, most, random, delay;
	uint32_t n;

	(void)state;
	cfg.retry_min_ns = SLI_MILLIS(100);
	cfg.retry_max_ns = SLI_SECONDS(3);
	cfg.retry_after_max_ns = SLI_SECONDS(60);
	for (n = 1; n < 100; n++) {
		most = n < 6 ? SLI_MILLIS(100) << (n - 1) : SLI_SECONDS(3);
		least = UINT64_MAX;
		for (random = 0; random < 1000; random++) {
			delay = sli__otlp_delay_ns(&cfg, n, 0,
			    random * (most / 1999));
			assert_true(delay >= most / 2 && delay <= most);
			if (delay < least)
				least = delay;
		}
		assert_int_equal(sli__otlp_delay_ns(&cfg, n, 0, 0), most);
		assert_true(least < most / 2 + most / 100);
	}
	/* Of one that says it itself. */
	assert_int_equal(sli__otlp_delay_ns(&cfg, 9, SLI_SECONDS(7), 12345),
	    SLI_SECONDS(7));
	assert_int_equal(sli__otlp_delay_ns(&cfg, 1, SLI_DAYS(1), 12345),
	    SLI_SECONDS(60));
	/* The largest there are do not overflow. */
	cfg.retry_min_ns = SLI_HOURS(1);
	cfg.retry_max_ns = SLI_DAYS(1);
	assert_int_equal(sli__otlp_delay_ns(&cfg, UINT32_MAX, 0, 0),
	    SLI_DAYS(1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_verdict_status_decides),
		TEST(test_verdict_success_is_a_message_or_nothing),
		TEST(test_verdict_rejected_points_are_read),
		TEST(test_verdict_error_has_the_first_bytes),
		TEST(test_verdict_delay_doubles_within_its_upper_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
