/* SPDX-License-Identifier: MIT */
/* What a poster is not made of, and whom it tells of failures. */
#include "posting.h"

static void
refuses(const struct sli_otlp_poster_config *cfg, int status,
    const char *message)
{
	struct sli_otlp_poster *poster = (struct sli_otlp_poster *)&status;
	struct sli_error err = { SLI_OK, "" };

	assert_int_equal(sli_otlp_poster_create(cfg, &poster, &err), status);
	assert_null(poster);
	assert_int_equal(err.status, status);
	if (strncmp(err.message, message, strlen(message)) != 0)
		fail_msg("\"%s\" does not begin \"%s\"", err.message, message);
	assert_int_equal(sli_otlp_poster_create(cfg, &poster, NULL), status);
}

static void
test_config_numbers_have_ranges(void **state)
{
	struct sli_otlp_poster_config cfg = SLI_OTLP_POSTER_CONFIG_INIT;
	struct {
		uint64_t *field, value;
		const char *message;
	} cases[] = {
		{ &cfg.max_bytes, 1023,
		    "max_bytes 1023 is out of range; accepted: 1024 to "
		    "1073741824" },
		{ &cfg.max_bytes, (1 << 30) + 1,
		    "max_bytes 1073741825 is out of range" },
		{ &cfg.connect_timeout_ns, 999999,
		    "connect_timeout_ns 999999 is out of range; accepted: "
		    "1000000 to 3600000000000" },
		{ &cfg.timeout_ns, SLI_HOURS(1) + 1,
		    "timeout_ns 3600000000001 is out of range" },
		{ &cfg.retry_min_ns, 1, "retry_min_ns 1 is out of range" },
		{ &cfg.retry_max_ns, SLI_MILLIS(999),
		    "retry_max_ns 999000000 is out of range; accepted: "
		    "1000000000 to 86400000000000" },
		{ &cfg.retry_after_max_ns, UINT64_MAX,
		    "retry_after_max_ns 18446744073709551615 is out of" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		*cases[i].field = cases[i].value;
		refuses(&cfg, SLI_ERANGE, cases[i].message);
		*cases[i].field = 0;
	}
	cfg.flags = 6;
	refuses(&cfg, SLI_EINVAL, "flags 0x6 has unknown bits; accepted: of 0");
	cfg.flags = 0;
	cfg.reserved = 1;
	refuses(&cfg, SLI_EINVAL, "reserved 1 is not valid; accepted: 0");
	cfg.reserved = 0;
	cfg.struct_size++;
	refuses(&cfg, SLI_EVERSION, "struct_size ");
	cfg.struct_size = 0;
	refuses(&cfg, SLI_EINVAL, "struct_size 0 ");
	assert_int_equal(sli_otlp_poster_create(NULL, NULL, NULL), SLI_EINVAL);
}

static void
test_config_url_is_one_of_http(void **state)
{
	static const struct {
		const char *url, *message;
	} cases[] = {
		{ "", "url \"\" is not valid: " },
		{ "collector:4318", "url \"collector:4318\" is not valid" },
		{ "/v1/metrics", "url \"/v1/metrics\" is not valid: " },
		{ "http://", "url \"http://\" is not valid: " },
		{ "http://h:99999/", "url \"http://h:99999/\" is not valid: " },
		{ "http://a b/", "url \"http://a b/\" is not valid: " },
		{ "ftp://h/",
		    "url \"ftp://h/\" is not valid; accepted: http:// and" },
		{ "file:///etc/passwd", "url \"file:///etc/passwd\" is not" },
		{ "http://me:secret@h/",
		    "url has a user's name; accepted: credentials in headers" },
	};
	struct sli_otlp_poster_config cfg = SLI_OTLP_POSTER_CONFIG_INIT;
	static const char *const good[] = { "https://h", "HTTP://[::1]:1/x",
		"http://host.example:80/a?b=c" };
	struct sli_otlp_poster *poster;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		cfg.url = cases[i].url;
		refuses(&cfg, SLI_EINVAL, cases[i].message);
	}
	for (i = 0; i < LENGTH(good); i++) {
		cfg.url = good[i];
		assert_int_equal(sli_otlp_poster_create(&cfg, &poster, NULL),
		    SLI_OK);
		sli_otlp_poster_destroy(poster);
	}
	assert_int_equal(sli_otlp_poster_create(NULL, &poster, NULL), SLI_OK);
	sli_otlp_poster_destroy(poster);
}

/* And no message has a value, which may be secret. */
static void
test_config_headers_are_headers(void **state)
{
	static const struct {
		struct sli_label header;
		const char *message;
	} cases[] = {
		{ { NULL, "x" }, "headers[1].name \"\" is not valid" },
		{ { "", "x" }, "headers[1].name \"\" is not valid" },
		{ { "a b", "x" }, "headers[1].name \"a b\" is not valid" },
		{ { "a:", "x" }, "headers[1].name \"a:\" is not valid" },
		{ { "a\r\nb", "x" }, "headers[1].name \"a\r\nb\" is not" },
		{ { "content-LENGTH", "9" },
		    "headers[1].name \"content-LENGTH\" is not valid; "
		    "accepted: letters, digits and - of a name that is not "
		    "Content-Type or the like" },
		{ { "A", NULL }, "headers[1].value of \"A\" is not valid" },
		{ { "A", "secret\r\nB: c" },
		    "headers[1].value of \"A\" is not valid; accepted: text "
		    "without control characters" },
		{ { "A", "\x7f" }, "headers[1].value of \"A\" is not valid" },
	};
	struct sli_label headers[2] = { { "X-Key", "\xc3\xa9" }, { "", "" } };
	struct sli_otlp_poster_config cfg = SLI_OTLP_POSTER_CONFIG_INIT;
	size_t i;

	(void)state;
	cfg.header_count = 2;
	refuses(&cfg, SLI_EINVAL, "headers is NULL; accepted: header_count 2");
	cfg.headers = headers;
	for (i = 0; i < LENGTH(cases); i++) {
		headers[1] = cases[i].header;
		refuses(&cfg, SLI_EINVAL, cases[i].message);
	}
	cfg.header_count = SLI_OTLP_HEADERS_MAX + 1;
	refuses(&cfg, SLI_ERANGE, "header_count 33 is out of range");
}

/* Everything is copied, and a bad request is told at once. */
static void
test_config_request_is_checked_and_copied(void **state)
{
	struct sli_otlp_config request = SLI_OTLP_CONFIG_INIT;
	struct sli_otlp_poster_config cfg = posting_config();
	char service[] = "shop", name[] = "host.name", value[] = "web-1";
	struct sli_label attribute = { name, value };
	struct posting p;

	(void)state;
	cfg.request = &request;
	request.max_buckets = 3;
	refuses(&cfg, SLI_ERANGE, "max_buckets 3 is out of range");
	request.max_buckets = 0;
	request.service = service;
	request.attributes = &attribute;
	request.attribute_count = 1;
	posting_open(&p, &cfg);
	memset(service, 'x', sizeof(service) - 1);
	memset(name, 'x', sizeof(name) - 1);
	memset(value, 'x', sizeof(value) - 1);
	memset(&request, 0xff, sizeof(request));
	posting_flush(&p, 1);
	posting_await(&p, posted, 1);
	assert_non_null(strstr(p.receiver.body,
	    "{\"attributes\":[{\"key\":\"service.name\",\"value\":"
	    "{\"stringValue\":\"shop\"}},{\"key\":\"host.name\",\"value\":"
	    "{\"stringValue\":\"web-1\"}}]}"));
	posting_close(&p);
}

struct told {
	pthread_mutex_t lock;
	struct posting p;
	uint64_t count;
	struct sli_error last;
	uint64_t retries; /* that the stats had then */
};

static void
tell(const struct sli_error *err, void *arg)
{
	struct told *t = arg;
	struct sli_otlp_stats stats;

	pthread_mutex_lock(&t->lock);
	t->count++;
	t->last = *err;
	if (sli_otlp_poster_stats(t->p.poster, &stats) == SLI_OK)
		t->retries = stats.retries;
	pthread_mutex_unlock(&t->lock);
}

static void
test_config_error_function_is_told_of_each_failure(void **state)
{
	static struct told t = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct sli_otlp_poster_config cfg = posting_config();

	(void)state;
	cfg.error = tell;
	cfg.error_arg = &t;
	posting_open(&t.p, &cfg);
	receiver_die(&t.p.receiver);
	posting_flush(&t.p, 1);
	posting_await(&t.p, retries, 3);
	assert_int_equal(sli_otlp_poster_stop(t.p.poster, 0, NULL), SLI_EIO);
	assert_int_equal(t.count, posting_stats(&t.p).retries + 1);
	assert_true(t.retries >= 3);
	assert_non_null(strstr(t.last.message, "(given up by stop)"));
	posting_close(&t.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_config_numbers_have_ranges),
		TEST(test_config_url_is_one_of_http),
		TEST(test_config_headers_are_headers),
		TEST(test_config_request_is_checked_and_copied),
		TEST(test_config_error_function_is_told_of_each_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
