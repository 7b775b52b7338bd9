/* SPDX-License-Identifier: MIT */
/*
 * Out of memory, at every place that asks for it: the three files that do are
 * compiled here once more, with system calls that fail when told to.
 */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "fixture.h"

static struct {
	unsigned int requests; /* for memory or a lock, so far */
	unsigned int fail_at;  /* which of them fails; 0: none */
	unsigned int blocks;   /* on the heap now */
	size_t mapped_bytes;
} supply;

static bool
is_refused(void)
{
	return ++supply.requests == supply.fail_at;
}

static void *
scarce_calloc(size_t n, size_t size)
{
	if (is_refused())
		return NULL;
	supply.blocks++;
	return calloc(n, size);
}

static void
counting_free(void *block)
{
	if (block != NULL)
		supply.blocks--;
	free(block);
}

static void *
scarce_mmap(void *at, size_t bytes, int protection, int flags, int fd,
    off_t offset)
{
	if (is_refused()) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	supply.mapped_bytes += bytes;
	return mmap(at, bytes, protection, flags, fd, offset);
}

static int
counting_munmap(void *at, size_t bytes)
{
	supply.mapped_bytes -= bytes;
	return munmap(at, bytes);
}

static int
scarce_mutexattr_init(pthread_mutexattr_t *attr)
{
	return is_refused() ? ENOMEM : pthread_mutexattr_init(attr);
}

static int
scarce_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
	return is_refused() ? EAGAIN : pthread_mutex_init(mutex, attr);
}

#undef _DEFAULT_SOURCE /* registry.c has its own */
#define calloc(n, size) scarce_calloc(n, size)
#define free(block) counting_free(block)
#define mmap(at, bytes, protection, flags, fd, offset)                         \
	scarce_mmap(at, bytes, protection, flags, fd, offset)
#define munmap(at, bytes) counting_munmap(at, bytes)
#define pthread_mutexattr_init(attr) scarce_mutexattr_init(attr)
#define pthread_mutex_init(mutex, attr) scarce_mutex_init(mutex, attr)

#include "arena/lock.c"
#include "history/histogram.c"
#include "registry/registry.c"

static int
setup(void **state)
{
	(void)state;
	memset(&supply, 0, sizeof(supply));
	return 0;
}

static void
expect_no_memory(int status, const struct sli_error *err)
{
	assert_int_equal(status, SLI_ENOMEM);
	assert_int_equal(err->status, SLI_ENOMEM);
	assert_true(strlen(err->message) > 10);
	assert_int_equal(supply.blocks, 0);
	assert_int_equal(supply.mapped_bytes, 0);
}

static void
test_memory_registry_create_fails_cleanly_at_every_request(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *const untouched = (void *)&supply, *reg;
	struct sli_error err;
	unsigned int failures = 0;
	int status;

	(void)state;
	for (;;) {
		supply.requests = 0;
		supply.fail_at = failures + 1;
		reg = untouched;
		memset(&err, 0, sizeof(err));
		status = sli_registry_create(&cfg, &reg, &err);
		if (status == SLI_OK)
			break;
		failures++;
		expect_no_memory(status, &err);
		assert_ptr_equal(reg, untouched);
	}
	/* The mapping, and for each of two locks its attributes and it. */
	assert_int_equal(failures, 5);
	assert_int_equal(err.status, 0);
	assert_true(supply.mapped_bytes >= sli_registry_size(&cfg));
	sli_registry_close(reg);
	assert_int_equal(supply.mapped_bytes, 0);
}

static void
test_memory_registry_create_says_how_much_it_wanted(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_error err;
	char size[24];

	(void)state;
	supply.fail_at = 1;
	assert_int_equal(sli_registry_create(&cfg, &reg, &err), SLI_ENOMEM);
	snprintf(size, sizeof(size), "%zu", sli_registry_size(&cfg));
	assert_error(&err, SLI_ENOMEM, "bytes", size);
}

static void
test_memory_registry_init_maps_nothing(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *const untouched = (void *)&supply, *reg;
	struct sli_error err;
	unsigned int at;
	size_t bytes;
	void *mem;

	(void)state;
	cfg.max_indicators = 1;
	bytes = sli_registry_size(&cfg);
	mem = aligned_alloc(128, bytes);
	assert_non_null(mem);
	memset(mem, 0xa5, bytes);
	for (at = 1; at <= 2; at++) { /* the lock's attributes and the lock */
		supply.requests = 0;
		supply.fail_at = at;
		reg = untouched;
		expect_no_memory(
		    sli_registry_init(mem, bytes, &cfg, &reg, &err), &err);
		assert_ptr_equal(reg, untouched);
	}
	supply.fail_at = 0;
	assert_int_equal(sli_registry_init(mem, bytes, &cfg, &reg, &err),
	    SLI_OK);
	assert_int_equal(supply.mapped_bytes, 0);
	sli_registry_close(reg);
	(free)(mem);
}

static void
test_memory_histogram_create_fails_cleanly(void **state)
{
	struct sli_histogram *const untouched = (void *)&supply, *h = untouched;
	struct sli_error err;

	(void)state;
	supply.fail_at = 1;
	expect_no_memory(sli_histogram_create(1, 1000000, 7, &h, &err), &err);
	assert_error(&err, SLI_ENOMEM, "histogram", "bytes");
	assert_int_equal(sli_histogram_create(1, 1000000, 7, &h, NULL), SLI_OK);
	assert_int_equal(supply.blocks, 1);
	sli_histogram_destroy(h);
	assert_int_equal(supply.blocks, 0);
}

static void
read_all(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_indicator_view view;
	struct sli_slo_view slo_view;

	(void)arg;
	assert_int_equal(sli_snapshot_indicator(snapshot, 0, &view), SLI_OK);
	assert_int_equal(sli_snapshot_slo(snapshot, 0, &slo_view), SLI_OK);
}

/* Once made, a registry asks for no more, whatever is done with it. */
static void
test_memory_is_asked_for_only_at_creation(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	unsigned int requests = supply.requests;
	size_t in_use = mallinfo2().uordblks;
	struct sli_writer *writer = NULL;
	struct sli_slo *slo = NULL;
	struct sli_indicator *ind;
	struct sli_counts counts;
	struct sli_budget budget;
	uint64_t s, ns;

	(void)state;
	ind = add_indicator(reg, "requests");
	cfg.name = "availability";
	cfg.objective = 0.999;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	assert_int_equal(sli_writer_acquire(reg, &writer, NULL), SLI_OK);
	for (s = 0; s < 100; s++) {
		sli_record(ind, T0 + SLI_SECONDS(s), SLI_GOOD, SLI_MILLIS(s));
		sli_writer_record(writer, ind, T0 + SLI_SECONDS(s), SLI_BAD, 1);
		sli_admit(slo, T0 + SLI_SECONDS(s), SLI_SHEDDABLE, s);
	}
	assert_int_equal(
	    sli_window_counts(ind, T0 + SLI_SECONDS(s), SLI_DAYS(30), &counts),
	    SLI_OK);
	assert_int_equal(counts.good, 100);
	assert_int_equal(sli_window_quantile(ind, T0 + SLI_SECONDS(s),
			     SLI_MINUTES(10), SLI_GOOD, 0.99, &ns),
	    SLI_OK);
	assert_int_equal(sli_slo_budget(slo, T0 + SLI_SECONDS(s), &budget),
	    SLI_OK);
	assert_int_equal(sli_flush(reg, T0 + SLI_SECONDS(s), read_all, NULL),
	    SLI_OK);
	assert_int_equal(supply.requests, requests);
	assert_int_equal(mallinfo2().uordblks, in_use);
	sli_registry_close(reg);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(
		    test_memory_registry_create_fails_cleanly_at_every_request),
		TEST(test_memory_registry_create_says_how_much_it_wanted),
		TEST(test_memory_registry_init_maps_nothing),
		TEST(test_memory_histogram_create_fails_cleanly),
		TEST(test_memory_is_asked_for_only_at_creation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
