/* SPDX-License-Identifier: MIT */
/* Interval logs that are appended to over time. */
#include <stdlib.h>

#include <sli/export_hlog.h>
#include <sli/export_snapshot.h>
#include <sli/latency.h>

#include "../support/random.h"
#include "document.h"

#define MS SLI_MILLIS(1)

struct request {
	struct sli_interval_log *log;
	int writes_left; /* below 0: any number */
	int status;
	struct sli_error err;
};

static int
take(const void *bytes, size_t length, void *arg)
{
	struct request *r = arg;

	if (r->writes_left-- == 0)
		return -1;
	return write_down(bytes, length, NULL);
}

static void
respond(const struct sli_snapshot *snapshot, void *arg)
{
	struct request *r = arg;

	r->status = sli_interval_log_export(r->log, snapshot, take, r, &r->err);
}

/* Appends to what was written. */
static int
export_to(struct sli_registry *reg, uint64_t now_ns, struct request *r)
{
	assert_int_equal(sli_flush(reg, now_ns, respond, r), SLI_OK);
	return r->status;
}

static void
begin(struct request *r)
{
	memset(r, 0, sizeof(*r));
	r->writes_left = -1;
	written.length = 0;
	written.bytes[0] = '\0';
	assert_int_equal(sli_interval_log_create(&r->log, NULL), SLI_OK);
}

/* All of one tag in what was written, added up. */
struct sum {
	struct sli_hdr *h;
	uint64_t intervals, start_ns, end_ns; /* of the last */
	uint64_t headers;		      /* in all */
};

static void
add_interval(struct sum *sum, const struct sli_hlog_interval *interval)
{
	struct sli_hdr *h = NULL;

	assert_int_equal(sli_hdr_decode(interval->histogram,
			     interval->histogram_length, 0, &h, NULL),
	    SLI_OK);
	if (sum->h == NULL) {
		sum->h = h;
	} else {
		assert_int_equal(sli_hdr_merge(sum->h, h), SLI_OK);
		sli_hdr_destroy(h);
	}
	/* They adjoin or lie apart, in milliseconds. */
	assert_true(interval->start_ns >= sum->end_ns);
	sum->intervals++;
	sum->start_ns = interval->start_ns;
	sum->end_ns = interval->start_ns + interval->length_ns;
}

static struct sum
sum_of(const char *tag)
{
	struct sli_hlog_reader reader = { 0 };
	struct sli_hlog_interval interval;
	struct sum sum = { 0 };
	const char *line = written.bytes, *end;
	int status;

	for (; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		sum.headers += strncmp(line, "#[StartTime", 11) == 0;
		status = sli_hlog_read(&reader, line, (size_t)(end - line),
		    &interval, NULL);
		assert_true(status == 0 || status == 1);
		if (status == 1 && interval.tag_length == strlen(tag) &&
		    memcmp(interval.tag, tag, strlen(tag)) == 0)
			add_interval(&sum, &interval);
	}
	return sum;
}

static void
expect_bucket(const struct sli_bucket *bucket, void *arg)
{
	uint64_t value = bucket->lower;

	if (bucket->upper != UINT64_MAX)
		value += (bucket->upper - bucket->lower) / 2;
	sli_hdr_record(arg, value, bucket->count);
}

/* Bucket by bucket what the indicator has counted. */
static void
assert_is_total(const char *tag, const struct sli_indicator *ind,
    enum sli_outcome outcome)
{
	struct sum sum = sum_of(tag);
	struct sli_bucket a, b;
	struct sli_hdr *h = NULL;
	uint32_t i = 0, k = 0;

	assert_int_equal(sli_hdr_create(1, 2 * SLI_MINUTES(1), 3, &h, NULL),
	    SLI_OK);
	assert_int_equal(sli_total_buckets(ind, outcome, expect_bucket, h),
	    SLI_OK);
	assert_int_equal(sli_hdr_count(sum.h), sli_hdr_count(h));
	while (sli_hdr_next(h, &i, &a)) {
		assert_int_equal(sli_hdr_next(sum.h, &k, &b), 1);
		assert_int_equal(a.lower, b.lower);
		assert_int_equal(a.count, b.count);
	}
	sli_hdr_destroy(h);
	sli_hdr_destroy(sum.h);
}

/* Writes fail, exports are undone, files are begun anew: nothing is lost. */
static void
test_hlog_snapshot_intervals_add_up_to_totals(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "checkout", NULL);
	struct random rnd = { random_seed() };
	uint64_t now = START, headers = 1;
	static struct request r;
	struct sum sum;
	size_t length;
	int step, n;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)rnd.state);
	begin(&r);
	for (step = 0; step < 300; step++) {
		for (n = (int)(random_below(&rnd, 20)); n > 0; n--)
			sli_record(ind, now,
			    random_below(&rnd, 5) == 0 ? SLI_BAD : SLI_GOOD,
			    random_below(&rnd, SLI_SECONDS(70)));
		now += random_below(&rnd, SLI_SECONDS(3));
		length = written.length;
		r.writes_left = (int)(random_below(&rnd, 16)) - 1;
		if (export_to(reg, now, &r) != SLI_OK) {
			/* As who gathers first: all of it, or nothing. */
			assert_int_equal(r.status, SLI_EIO);
			written.length = length;
			written.bytes[length] = '\0';
			sli_interval_log_undo(r.log);
		} else if (random_below(&rnd, 8) == 0) {
			written.length = length;
			written.bytes[length] = '\0';
			sli_interval_log_undo(r.log);
			sli_interval_log_undo(r.log);
		} else if (random_below(&rnd, 50) == 0) {
			sli_interval_log_restart(r.log);
			headers++;
		}
	}
	r.writes_left = -1;
	assert_int_equal(export_to(reg, now, &r), SLI_OK);
	assert_is_total("checkout;outcome=good", ind, SLI_GOOD);
	assert_is_total("checkout;outcome=bad", ind, SLI_BAD);
	sum = sum_of("checkout;outcome=good");
	assert_int_equal(sum.headers, headers);
	assert_true(sum.intervals > 100);
	sli_hdr_destroy(sum.h);
	sli_interval_log_destroy(r.log);
	sli_registry_close(reg);
}

/* Lines that were written stay written, without an undo. */
static void
test_hlog_snapshot_write_that_fails_is_repeated_from_there(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	static struct request r;
	int fail_at;

	(void)state;
	sli_record(ind, START, SLI_GOOD, 5 * MS);
	sli_record(ind, START, SLI_BAD, 6 * MS);
	for (fail_at = 0; fail_at < 3; fail_at++) {
		begin(&r);
		r.writes_left = fail_at;
		assert_int_equal(export_to(reg, START, &r), SLI_EIO);
		assert_string_equal(r.err.message, "the write function failed");
		r.writes_left = -1;
		assert_int_equal(export_to(reg, START + MS, &r), SLI_OK);
		assert_is_total("a;outcome=good", ind, SLI_GOOD);
		assert_is_total("a;outcome=bad", ind, SLI_BAD);
		sli_interval_log_destroy(r.log);
	}
	sli_registry_close(reg);
}

/* However long a line is, a write has all of it or nothing. */
static void
test_hlog_snapshot_line_is_one_write(void **state)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct random rnd = { 1 };
	static struct request r;
	size_t header;
	int i;

	(void)state;
	rcfg.max_indicators = 1;
	rcfg.arena_bytes = (uint64_t)16 << 20;
	cfg.name = "a";
	cfg.precision_bits = 9;
	assert_int_equal(sli_registry_create(&rcfg, &reg, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	begin(&r);
	r.writes_left = 1;
	for (i = 0; i < 20000; i++)
		sli_record(ind, START, SLI_GOOD, random_magnitude(&rnd, 36));
	assert_int_equal(export_to(reg, START, &r), SLI_EIO);
	header = written.length;
	assert_null(strstr(written.bytes, "Tag="));
	r.writes_left = 1;
	assert_int_equal(export_to(reg, START, &r), SLI_OK);
	assert_true(written.length - header > 4096);
	assert_is_total("a;outcome=good", ind, SLI_GOOD);
	sli_interval_log_destroy(r.log);
	sli_registry_close(reg);
}

static void
test_hlog_snapshot_times_are_those_of_the_exports(void **state)
{
	struct sli_registry *reg = new_registry();
	struct sli_indicator *ind = new_indicator(reg, "a", NULL);
	static struct request r;
	struct sum sum;

	(void)state;
	begin(&r);
	sli_record(ind, START + SLI_SECONDS(5), SLI_GOOD, MS);
	export_to(reg, START + SLI_SECONDS(10), &r);
	sum = sum_of("a;outcome=good");
	/* From the slot of the first event on. */
	assert_true(sum.start_ns >= START);
	assert_true(sum.start_ns <= START + SLI_SECONDS(5));
	assert_int_equal(sum.end_ns, START + SLI_SECONDS(10));
	sli_hdr_destroy(sum.h);
	/* Nothing new is no line, but time that has been looked at. */
	export_to(reg, START + SLI_SECONDS(20), &r);
	sli_record(ind, START + SLI_SECONDS(25), SLI_GOOD, MS);
	export_to(reg, START + SLI_SECONDS(30), &r);
	sum = sum_of("a;outcome=good");
	assert_int_equal(sum.intervals, 2);
	assert_int_equal(sum.start_ns, START + SLI_SECONDS(20));
	assert_int_equal(sum.end_ns, START + SLI_SECONDS(30));
	assert_int_equal(sum.headers, 1);
	sli_hdr_destroy(sum.h);
	sli_interval_log_destroy(r.log);
	sli_registry_close(reg);
}

static struct sli_indicator *
new_labelled(struct sli_registry *reg, const char *name,
    const struct sli_label *labels, uint32_t count)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;

	cfg.name = name;
	cfg.labels = labels;
	cfg.label_count = count;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	return ind;
}

static void
test_hlog_snapshot_tags_are_what_readers_can_read(void **state)
{
	static const struct sli_label labels[] = {
		{ "path", "a, b;c%\xc3\xa4" },
		{ "region", "eu" },
	};
	struct sli_registry *reg = new_registry();
	char value[401], tag[256];
	struct sli_label many = { "v", value };
	struct sli_indicator *a, *b;
	static struct request r;
	struct sum sum;
	const char *at;

	(void)state;
	begin(&r);
	a = new_labelled(reg, "a:b.c", labels, 2);
	memset(value, ',', 400);
	value[400] = '\0';
	b = new_labelled(reg, "long", &many, 1);
	sli_record(a, START, SLI_GOOD, MS);
	sli_record(b, START, SLI_BAD, MS);
	assert_int_equal(export_to(reg, START + MS, &r), SLI_OK);
	sum = sum_of("a:b.c;outcome=good;path=a%2C%20b%3Bc%25%C3%A4;"
		     "region=eu");
	assert_int_equal(sli_hdr_count(sum.h), 1);
	sli_hdr_destroy(sum.h);
	at = strstr(written.bytes, "Tag=long;outcome=bad;v=%2C");
	assert_non_null(at);
	snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(at + 4, ","), at + 4);
	assert_in_range(strlen(tag), 250, SLI_HLOG_TAG_MAX);
	at = strchr(tag, '~');
	assert_non_null(at);
	assert_int_equal(strlen(at), 17);
	assert_memory_equal(at - 3, "%2C", 3);
	sli_interval_log_destroy(r.log);
	sli_registry_close(reg);
}

/* Its place and name are taken again, by one that has counted less. */
static void
test_hlog_snapshot_indicator_made_again_begins_anew(void **state)
{
	struct sli_registry *first = new_registry(), *second = new_registry();
	struct sli_indicator *a = new_indicator(first, "a", NULL);
	struct sli_indicator *b = new_indicator(second, "a", NULL);
	static struct request r;
	struct sum sum;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		sli_record(a, START, SLI_GOOD, (uint64_t)(i % 10) * MS);
	sli_record(b, START, SLI_GOOD, 3 * MS);
	sli_record(b, START, SLI_GOOD, 300 * MS);
	begin(&r);
	export_to(first, START + MS, &r);
	written.length = 0;
	assert_int_equal(export_to(second, START + 2 * MS, &r), SLI_OK);
	sum = sum_of("a;outcome=good");
	assert_int_equal(sli_hdr_count(sum.h), 2);
	sli_hdr_destroy(sum.h);
	sli_interval_log_destroy(r.log);
	sli_registry_close(first);
	sli_registry_close(second);
}

static void
null_arguments(const struct sli_snapshot *snapshot, void *arg)
{
	struct request *r = arg;
	int (*export)(struct sli_interval_log *, const struct sli_snapshot *,
	    sli_export_write_fn *, void *,
	    struct sli_error *) = sli_interval_log_export;

	assert_int_equal(export(NULL, snapshot, take, r, &r->err), SLI_EINVAL);
	assert_string_equal(r->err.message, "log is NULL");
	assert_int_equal(export(r->log, NULL, take, r, &r->err), SLI_EINVAL);
	assert_string_equal(r->err.message, "snapshot is NULL");
	assert_int_equal(export(r->log, snapshot, NULL, r, &r->err),
	    SLI_EINVAL);
	assert_string_equal(r->err.message, "write is NULL");
}

static void
test_hlog_snapshot_refuses_null(void **state)
{
	struct sli_registry *reg = new_registry();
	static struct request r;

	(void)state;
	begin(&r);
	assert_int_equal(sli_flush(reg, START, null_arguments, &r), SLI_OK);
	assert_int_equal(sli_interval_log_create(NULL, &r.err), SLI_EINVAL);
	sli_interval_log_undo(NULL);
	sli_interval_log_restart(NULL);
	sli_interval_log_destroy(NULL);
	sli_interval_log_destroy(r.log);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hlog_snapshot_intervals_add_up_to_totals),
		TEST(
		    test_hlog_snapshot_write_that_fails_is_repeated_from_there),
		TEST(test_hlog_snapshot_line_is_one_write),
		TEST(test_hlog_snapshot_times_are_those_of_the_exports),
		TEST(test_hlog_snapshot_tags_are_what_readers_can_read),
		TEST(test_hlog_snapshot_indicator_made_again_begins_anew),
		TEST(test_hlog_snapshot_refuses_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
