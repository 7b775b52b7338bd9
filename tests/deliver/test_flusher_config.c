/* SPDX-License-Identifier: MIT */
/* What a flusher accepts, and what it says of the rest. */
#include "probe.h"

static struct probe probes[SLI_SINKS_MAX + 1];
static struct sli_sink sinks[SLI_SINKS_MAX + 1];

static struct sli_flusher_config
config(uint32_t sink_count)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	uint32_t i;

	for (i = 0; i < LENGTH(sinks); i++)
		sinks[i] = sink_of("probe", &probes[i]);
	cfg.sinks = sinks;
	cfg.sink_count = sink_count;
	return cfg;
}

static void
refuse(const struct sli_flusher_config *cfg, int status, const char *field,
    const char *value)
{
	struct sli_flusher *const untouched = (void *)&reg, *f = untouched;
	struct sli_error err;
	uint32_t i;

	assert_int_equal(sli_flusher_create(reg, cfg, &f, &err), status);
	assert_error(&err, status, field, value);
	assert_ptr_equal(f, untouched);
	assert_int_equal(sli_flusher_create(reg, cfg, &f, NULL), status);
	assert_ptr_equal(f, untouched);
	/* No place of a consumer is kept. */
	for (i = 0; i < LENGTH(probes); i++)
		assert_int_equal(
		    sli_flush_try_forget(reg, probe_sink, &probes[i]),
		    SLI_ENOENT);
}

static void
test_flusher_config_out_of_range_is_refused(void **state)
{
	struct sli_flusher_config cfg = config(1);

	(void)state;
	cfg.interval_ns = SLI_MILLIS(10) - 1;
	refuse(&cfg, SLI_ERANGE, "interval_ns", "9999999");
	cfg.interval_ns = SLI_DAYS(1) + 1;
	refuse(&cfg, SLI_ERANGE, "interval_ns", "86400000000001");
	cfg = config(1);
	cfg.offset_ns = 10 * SECOND;
	refuse(&cfg, SLI_ERANGE, "offset_ns", "10000000000");
	cfg = config(1);
	cfg.error_interval_ns = SLI_DAYS(1) + 1;
	refuse(&cfg, SLI_ERANGE, "error_interval_ns", "86400000000001");
	cfg = config(1);
	cfg.stack_bytes = 65535;
	refuse(&cfg, SLI_ERANGE, "stack_bytes", "65535");
	cfg.stack_bytes = ((size_t)1 << 30) + 1;
	refuse(&cfg, SLI_ERANGE, "stack_bytes", "1073741825");
}

static void
test_flusher_config_of_another_version_is_refused(void **state)
{
	struct sli_flusher_config cfg = config(1);

	(void)state;
	cfg.struct_size++;
	refuse(&cfg, SLI_EVERSION, "struct_size", "sli_flusher_config");
	cfg.struct_size = 0;
	refuse(&cfg, SLI_EINVAL, "struct_size", "0");
	refuse(NULL, SLI_EINVAL, "config", "NULL");
}

static void
test_flusher_config_with_bad_sinks_is_refused(void **state)
{
	struct sli_flusher_config cfg = config(0);
	char name[SLI_SINK_NAME_MAX + 2];

	(void)state;
	refuse(&cfg, SLI_ERANGE, "sink_count", "0");
	cfg = config(SLI_SINKS_MAX + 1);
	refuse(&cfg, SLI_ERANGE, "sink_count", "17");
	cfg = config(2);
	cfg.sinks = NULL;
	refuse(&cfg, SLI_EINVAL, "sinks", "NULL");
	cfg = config(2);
	sinks[1].name = NULL;
	refuse(&cfg, SLI_EINVAL, "name", "sinks[1]");
	sinks[1].name = "";
	refuse(&cfg, SLI_ERANGE, "name", "sinks[1]");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	sinks[1].name = name;
	refuse(&cfg, SLI_ERANGE, "name", "sinks[1]");
	cfg = config(2);
	sinks[1].flush = NULL;
	refuse(&cfg, SLI_EINVAL, "flush", "sinks[1]");
	cfg = config(3);
	sinks[2].arg = sinks[0].arg;
	refuse(&cfg, SLI_EEXIST, "sinks[2]", "sinks[0]");
}

static void
test_flusher_config_keeps_a_name_of_any_length(void **state)
{
	struct sli_flusher_config cfg = config(2);
	struct report r = { 0 };
	char name[SLI_SINK_NAME_MAX + 1], copy[sizeof(name)];
	struct sli_flusher *f;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	strcpy(copy, name);
	sinks[1].name = name;
	cfg.error = report_error;
	cfg.error_arg = &r;
	assert_int_equal(sli_flusher_create(reg, &cfg, &f, NULL), SLI_OK);
	memset(name, 0, sizeof(name));
	memset(sinks, 0, sizeof(sinks));
	probes[1].status = SLI_EIO;
	assert_int_equal(sli_flusher_now(f, NULL), SLI_EIO);
	assert_string_equal(r.sink, copy);
	probes[1].status = SLI_OK;
	assert_int_equal(sli_flusher_destroy(f), SLI_OK);
}

/* The registry of these tests has three places. */
static void
test_flusher_config_of_too_many_sinks_says_so_at_create(void **state)
{
	struct sli_flusher_config cfg = config(4);

	(void)state;
	refuse(&cfg, SLI_ENOSPC, "sinks[3]", "max_consumers");
}

/* Every third fails every other time: none of the others gets its counts. */
static void
test_flusher_of_the_most_sinks_has_each_its_own(void **state)
{
	struct sli_flusher_config cfg = config(SLI_SINKS_MAX);
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *requests;
	struct sli_registry *large;
	struct sli_flusher *f;
	uint32_t i, round;

	(void)state;
	rcfg.max_indicators = 1;
	memset(probes, 0, sizeof(probes));
	rcfg.max_consumers = SLI_SINKS_MAX;
	icfg.name = "requests";
	assert_int_equal(sli_registry_create(&rcfg, &large, NULL), SLI_OK);
	assert_int_equal(sli_indicator_register(large, &icfg, &requests, NULL),
	    SLI_OK);
	assert_int_equal(sli_flusher_create(large, &cfg, &f, NULL), SLI_OK);
	for (round = 1; round <= 10; round++) {
		for (i = 0; i < SLI_SINKS_MAX; i += 3)
			probes[i].status = round % 2 ? SLI_EIO : SLI_OK;
		sli_count(requests, sli_clock_ns(), SLI_GOOD, round);
		assert_int_equal(sli_flusher_now(f, NULL),
		    round % 2 ? SLI_EIO : SLI_OK);
	}
	for (i = 0; i < SLI_SINKS_MAX; i++) {
		assert_int_equal(probes[i].calls, 10);
		assert_int_equal(probes[i].taken, 55);
	}
	assert_int_equal(sli_flusher_destroy(f), SLI_OK);
	sli_registry_close(large);
}

static void
test_flusher_form_excludes_the_other(void **state)
{
	struct sli_flusher_config cfg = config(1);
	struct sli_error err;
	struct sli_flusher *f;
	int fd = -1, again = -1;

	(void)state;
	assert_int_equal(sli_flusher_create(reg, &cfg, &f, NULL), SLI_OK);
	assert_int_equal(sli_flusher_run(f, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "event loop", "sli_flusher_fd()");
	assert_int_equal(sli_flusher_stop(f, 0, NULL), SLI_OK);

	assert_int_equal(sli_flusher_fd(f, &fd, NULL), SLI_OK);
	assert_int_equal(sli_flusher_fd(f, &again, NULL), SLI_OK);
	assert_int_equal(fd, again);
	assert_int_equal(sli_flusher_start(f, &err), SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "event loop", "sli_flusher_stop()");
	assert_int_equal(sli_flusher_destroy(f), SLI_EBUSY);
	assert_int_equal(sli_flusher_stop(f, 0, NULL), SLI_OK);

	assert_int_equal(sli_flusher_start(f, NULL), SLI_OK);
	assert_int_equal(sli_flusher_start(f, &err), SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "thread", "sli_flusher_stop()");
	again = -1;
	assert_int_equal(sli_flusher_fd(f, &again, &err), SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "thread", "sli_flusher_stop()");
	assert_int_equal(again, -1);
	assert_int_equal(sli_flusher_run(f, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_destroy(f), SLI_EBUSY);
	assert_int_equal(sli_flusher_stop(f, UINT64_MAX, NULL), SLI_OK);
	assert_int_equal(sli_flusher_destroy(f), SLI_OK);
}

static void
test_flusher_that_is_null_is_refused(void **state)
{
	struct sli_flusher_config cfg = config(1);
	struct sli_flusher_stats stats;
	struct sli_flusher *f;
	int fd;

	(void)state;
	assert_int_equal(sli_flusher_create(NULL, &cfg, &f, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_create(reg, &cfg, NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_start(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_fd(NULL, &fd, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_run(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_now(NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_stop(NULL, 0, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_stats(NULL, 0, &stats), SLI_EINVAL);
	assert_int_equal(sli_flusher_destroy(NULL), SLI_OK);
	assert_int_equal(sli_flusher_create(reg, &cfg, &f, NULL), SLI_OK);
	assert_int_equal(sli_flusher_fd(f, NULL, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_stats(f, 0, NULL), SLI_EINVAL);
	assert_int_equal(sli_flusher_stats(f, 1, &stats), SLI_ENOENT);
	assert_int_equal(sli_flusher_destroy(f), SLI_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flusher_config_out_of_range_is_refused),
		TEST(test_flusher_config_of_another_version_is_refused),
		TEST(test_flusher_config_with_bad_sinks_is_refused),
		TEST(test_flusher_config_keeps_a_name_of_any_length),
		TEST(test_flusher_config_of_too_many_sinks_says_so_at_create),
		TEST(test_flusher_of_the_most_sinks_has_each_its_own),
		TEST(test_flusher_form_excludes_the_other),
		TEST(test_flusher_that_is_null_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
