/* SPDX-License-Identifier: MIT */
/* What is refused, a write function that fails, and no memory. */
#include "decode.h"
#include "memory.h"

struct attempt {
	const struct sli_proto_config *cfg;
	int fail_at; /* of the calls of write, from 1; 0: none */
	int memory;
	int calls, status;
	struct sli_error err;
};

static int
count_calls(const void *bytes, size_t length, void *arg)
{
	struct attempt *a = arg;

	(void)length;
	a->calls++;
	return bytes == NULL || a->calls == a->fail_at ? -1 : 0;
}

static void
try(const struct sli_snapshot *snapshot, void *arg)
{
	struct attempt *a = arg;

	memory_left = a->memory;
	a->status = sli_proto_export(snapshot, a->cfg, count_calls, a, &a->err);
	memory_left = -1;
}

/* The same consumer each time. */
static struct attempt *
attempt(struct sli_registry *reg, const struct sli_proto_config *cfg,
    int fail_at, int memory)
{
	static struct attempt a;

	memset(&a, 0, sizeof(a));
	a.cfg = cfg;
	a.fail_at = fail_at;
	a.memory = memory;
	assert_int_equal(sli_flush(reg, START, try, &a), SLI_OK);
	return &a;
}

/* Enough to be written in several pieces. */
static struct sli_registry *
full_registry(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind;
	uint32_t i, k;
	char name[20];

	cfg.max_indicators = 500;
	cfg.max_slos = 1;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	for (i = 0; i < cfg.max_indicators; i++) {
		snprintf(name, sizeof(name), "indicator%u", i);
		ind = new_indicator(reg, name, NULL);
		for (k = 0; k < 100; k++)
			sli_record(ind, START, SLI_GOOD, SLI_MILLIS(k));
	}
	return reg;
}

static void
test_proto_write_that_fails_ends_the_export(void **state)
{
	struct sli_registry *reg = full_registry();
	int i, calls = attempt(reg, NULL, 0, -1)->calls;
	struct attempt *a;

	(void)state;
	assert_true(calls > 5);
	for (i = 1; i <= calls; i++) {
		a = attempt(reg, NULL, i, -1);
		assert_int_equal(a->status, SLI_EIO);
		assert_int_equal(a->err.status, SLI_EIO);
		assert_int_equal(a->calls, i);
	}
	sli_registry_close(reg);
}

/* At first, for a family, and when a family is longer. */
static void
test_proto_without_memory_says_so(void **state)
{
	struct sli_registry *reg = full_registry();
	struct attempt *a;
	int memory;

	(void)state;
	for (memory = 0; memory < 3; memory++) {
		a = attempt(reg, NULL, 0, memory);
		assert_int_equal(a->status, SLI_ENOMEM);
		assert_int_equal(a->err.status, SLI_ENOMEM);
		assert_non_null(strstr(a->err.message, "no memory"));
	}
	assert_int_equal(attempt(reg, NULL, 0, -1)->status, SLI_OK);
	sli_registry_close(reg);
}

static void
test_proto_config_that_is_wrong_is_refused_by_name(void **state)
{
	static const uint64_t descending[] = { 5, 5 };
	static char service[SLI_LABEL_BYTES_MAX + 2];
	struct sli_proto_config cfg[] = { SLI_PROTO_CONFIG_INIT,
		SLI_PROTO_CONFIG_INIT, SLI_PROTO_CONFIG_INIT,
		SLI_PROTO_CONFIG_INIT, SLI_PROTO_CONFIG_INIT,
		SLI_PROTO_CONFIG_INIT };
	static const struct {
		int status;
		const char *said;
	} want[] = {
		{ SLI_EVERSION,
		    "struct_size 4000 of struct sli_proto_config is" },
		{ SLI_EINVAL,
		    "flags 0x20 has unknown bits; accepted: of 0x1f" },
		{ SLI_ERANGE,
		    "bucket_limit 7 is out of range; accepted: 8 to "
		    "1024, or 0 for 160" },
		{ SLI_ERANGE, "bucket_limit 1025 is out of range" },
		{ SLI_ERANGE, "bound_ns[1] 5 is out of range" },
		{ SLI_ERANGE, "service has 1025 bytes; accepted: up to 1024" },
	};
	struct sli_registry *reg = new_registry();
	struct attempt *a;
	size_t i;

	(void)state;
	cfg[0].struct_size = 4000;
	cfg[1].flags = 0x20;
	cfg[2].bucket_limit = SLI_BUCKET_LIMIT_MIN - 1;
	cfg[3].bucket_limit = SLI_BUCKET_LIMIT_MAX + 1;
	cfg[4].bound_count = 2;
	cfg[4].bound_ns = descending;
	memset(service, 'x', sizeof(service) - 1);
	cfg[5].service = service;
	for (i = 0; i < LENGTH(want); i++) {
		a = attempt(reg, &cfg[i], 0, -1);
		assert_int_equal(a->status, want[i].status);
		assert_int_equal(a->err.status, want[i].status);
		assert_int_equal(a->calls, 0);
		if (strncmp(a->err.message, want[i].said,
			strlen(want[i].said)) != 0)
			fail_msg("\"%s\" is not \"%s\"", a->err.message,
			    want[i].said);
	}
	assert_int_equal(sli_proto_export(NULL, NULL, count_calls, a, NULL),
	    SLI_EINVAL);
	sli_registry_close(reg);
}

/* An older program's config is shorter. */
static void
test_proto_config_of_an_older_program_is_taken(void **state)
{
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;
	struct sli_registry *reg = new_registry();

	(void)state;
	cfg.struct_size = offsetof(struct sli_proto_config, bucket_limit);
	cfg.bucket_limit = 1;
	assert_int_equal(attempt(reg, &cfg, 0, -1)->status, SLI_OK);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_proto_write_that_fails_ends_the_export),
		TEST(test_proto_without_memory_says_so),
		TEST(test_proto_config_that_is_wrong_is_refused_by_name),
		TEST(test_proto_config_of_an_older_program_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
