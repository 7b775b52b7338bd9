/* SPDX-License-Identifier: MIT */
/*
 * What a collector that does not answer costs: no recorder any time, the
 * process no more memory than was promised. Figures are printed.
 */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "otlp/poster.h"
#include "posting.h"

#define INDICATORS 64

/* Indicators whose histograms have many buckets. */
static struct sli_registry *
busy_registry(void)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind;
	char name[16];
	uint64_t i, k;

	rcfg.max_indicators = INDICATORS;
	assert_int_equal(sli_registry_create(&rcfg, &reg, NULL), SLI_OK);
	cfg.name = name;
	for (i = 0; i < INDICATORS; i++) {
		snprintf(name, sizeof(name), "route_%u", (unsigned int)i);
		assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL),
		    SLI_OK);
		for (k = 1; k < 1500; k++)
			sli_record(ind, sli_clock_ns(), SLI_GOOD,
			    SLI_MICROS(k * k));
	}
	return reg;
}

struct flush {
	struct sli_otlp_poster *poster;
	struct sli_error err;
	int status;
};

static void
flush(const struct sli_snapshot *snapshot, void *arg)
{
	struct flush *f = arg;

	f->status = sli_otlp_flush(snapshot, f->poster, &f->err);
}

static struct flush
flush_registry(struct sli_registry *reg, struct sli_otlp_poster *poster)
{
	static struct flush f;

	f.poster = poster;
	assert_int_equal(sli_flush(reg, sli_clock_ns(), flush, &f), SLI_OK);
	return f;
}

static uint64_t
resident_bytes(void)
{
	unsigned long long total = 0, resident = 0;
	FILE *statm = fopen("/proc/self/statm", "r");

	assert_non_null(statm);
	assert_int_equal(fscanf(statm, "%llu %llu", &total, &resident), 2);
	fclose(statm);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The thread is stopped, so that all is still. */
static uint64_t
held_bytes(const struct posting *p)
{
	return p->poster->building.size + p->poster->waiting.size +
	    p->poster->sending.size + p->poster->compressed.size;
}

static void
test_load_memory_is_bounded(void **state)
{
	static const struct conduct conducts[] = { { .is_deaf = true },
		{ .hangs = true }, { .resets = true },
		{ .reply = "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n" },
		{ .reply =
			"HTTP/1.1 200 OK\r\n\r\n{\"partialSuccess\":{\"errorMes"
			"sage\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		    .repeats = true } };
	struct sli_otlp_poster_config cfg = posting_config();
	struct sli_registry *reg = busy_registry();
	uint64_t before, after = 0, request;
	struct sli_otlp_stats stats;
	struct posting p;
	size_t i, k;

	(void)state;
	cfg.flags = SLI_OTLP_GZIP;
	cfg.timeout_ns = SLI_MILLIS(20);
	cfg.max_bytes = 1 << 20;
	posting_open(&p, &cfg);
	for (i = 0; i < LENGTH(conducts); i++) {
		receiver_behave(&p.receiver, &conducts[i]);
		for (k = 0; k < 200; k++) {
			assert_int_equal(flush_registry(reg, p.poster).status,
			    SLI_OK);
			poll(NULL, 0, k % 10 == 0);
		}
		if (i == 0)
			after = resident_bytes();
	}
	before = after;
	after = resident_bytes();
	(void)sli_otlp_poster_stop(p.poster, 0, NULL);
	stats = posting_stats(&p);
	assert_int_equal(stats.flushed, 200 * LENGTH(conducts));
	assert_int_equal(stats.flushed,
	    stats.posted + stats.replaced + stats.failed);
	assert_int_equal(flush_registry(reg, p.poster).status, SLI_OK);
	request = p.poster->waiting.used;
	assert_true(request > 50000);
	assert_true(held_bytes(&p) <= 4 * cfg.max_bytes);
	print_message("%llu requests of %llu bytes: %llu held; resident "
		      "%+lld bytes\n",
	    (unsigned long long)stats.flushed, (unsigned long long)request,
	    (unsigned long long)held_bytes(&p), (long long)(after - before));
	/* It would be 800 requests. */
	assert_true(after < before + 100 * request);
	posting_close(&p);
	sli_registry_close(reg);
}

static void
test_load_request_above_the_bound_is_refused(void **state)
{
	struct sli_otlp_poster_config cfg = posting_config();
	struct sli_registry *reg = busy_registry();
	struct posting p;
	struct flush f;

	(void)state;
	cfg.max_bytes = 10000;
	posting_open(&p, &cfg);
	receiver_behave(&p.receiver, &(struct conduct){ .hangs = true });
	posting_flush(&p, 1); /* another registry, a small one */
	f = flush_registry(reg, p.poster);
	assert_int_equal(f.status, SLI_ERANGE);
	assert_string_equal(f.err.message,
	    "the request is larger than max_bytes 10000; nothing was flushed");
	assert_int_equal(posting_stats(&p).flushed, 1);
	receiver_behave(&p.receiver, &(struct conduct){ .reply = NULL });
	posting_await(&p, posted, 1);
	assert_int_equal(receiver_good(&p.receiver), 1);
	posting_close(&p);
	sli_registry_close(reg);
}

#define ROUNDS 40
#define RECORDS 100000

struct flusher {
	struct sli_registry *reg;
	struct sli_otlp_poster *poster;
	pthread_mutex_t lock;
	bool is_done, is_flushing;
};

/* Every millisecond while it is to. */
static void *
flush_on(void *arg)
{
	struct flusher *f = arg;
	struct flush one = { .poster = f->poster };
	bool is_done = false, is_flushing;

	while (!is_done) {
		pthread_mutex_lock(&f->lock);
		is_done = f->is_done;
		is_flushing = f->is_flushing;
		pthread_mutex_unlock(&f->lock);
		if (is_flushing &&
		    sli_flush(f->reg, sli_clock_ns(), flush, &one) != SLI_OK)
			break;
		poll(NULL, 0, 1);
	}
	return NULL;
}

static double
record_batch(struct flusher *f, struct sli_indicator *ind, bool is_flushing)
{
	uint64_t now_ns = sli_clock_ns(), i;
	double begin_s;

	pthread_mutex_lock(&f->lock);
	f->is_flushing = is_flushing;
	pthread_mutex_unlock(&f->lock);
	poll(NULL, 0, 2);
	begin_s = posting_seconds();
	for (i = 0; i < RECORDS; i++)
		sli_record(ind, now_ns, SLI_GOOD, SLI_MICROS(100 + i % 100));
	return posting_seconds() - begin_s;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * Batches with a flush each millisecond to a collector that hangs, and with no
 * flush, take turns; the medians are compared.
 */
static void
test_load_hanging_collector_delays_no_record(void **state)
{
	double with[ROUNDS], without[ROUNDS];
	struct flusher f = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct posting p;
	pthread_t thread;
	uint64_t flushed;
	int i;

	(void)state;
	posting_open(&p, NULL);
	receiver_behave(&p.receiver, &(struct conduct){ .hangs = true });
	f.reg = p.reg;
	f.poster = p.poster;
	assert_int_equal(pthread_create(&thread, NULL, flush_on, &f), 0);
	for (i = 0; i < ROUNDS; i++) {
		without[i] = record_batch(&f, p.ind, false);
		with[i] = record_batch(&f, p.ind, true);
	}
	pthread_mutex_lock(&f.lock);
	f.is_done = true;
	pthread_mutex_unlock(&f.lock);
	pthread_join(thread, NULL);
	flushed = posting_stats(&p).flushed;
	qsort(with, ROUNDS, sizeof(*with), compare);
	qsort(without, ROUNDS, sizeof(*without), compare);
	print_message("a record: %.2f ns with %llu flushes to a collector "
		      "that hangs, %.2f ns with none; ratio %.2f\n",
	    with[ROUNDS / 2] / RECORDS * 1e9, (unsigned long long)flushed,
	    without[ROUNDS / 2] / RECORDS * 1e9,
	    with[ROUNDS / 2] / without[ROUNDS / 2]);
	assert_true(flushed >= ROUNDS / 2);
	assert_true(with[ROUNDS / 2] < 3 * without[ROUNDS / 2]);
	assert_int_equal(total_good(p.ind), 2 * ROUNDS * RECORDS);
	posting_close(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_load_memory_is_bounded),
		TEST(test_load_request_above_the_bound_is_refused),
		TEST(test_load_hanging_collector_delays_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
