/* SPDX-License-Identifier: MIT */
#include "flush/flush.h"
#include "registries.h"
#include "slo/slo.h"

static void
test_registry_null_is_refused_and_named(void **state)
{
	struct sli_registry_config cfg = small_config();
	struct sli_registry *reg = NULL;
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_registry_size(NULL), 0);
	assert_int_equal(sli_registry_create(NULL, &reg, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "config", "NULL");
	assert_int_equal(sli_registry_create(&cfg, NULL, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "out", "NULL");
	assert_int_equal(sli_registry_init(NULL, SIZE_MAX, &cfg, &reg, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "mem", "NULL");
	assert_null(reg);
	sli_registry_close(NULL);
	assert_int_equal(sli_advance(NULL, T0), SLI_EINVAL);
	assert_string_equal(sli_registry_recorder(NULL), "atomic");
}

static void
test_registry_memory_must_be_aligned_and_large_enough(void **state)
{
	struct sli_registry_config cfg = small_config();
	size_t bytes = sli_registry_size(&cfg);
	unsigned char *mem = dirty_memory(bytes + 8);
	struct sli_registry *reg = NULL;
	struct sli_error err;
	char size[24];

	(void)state;
	assert_int_equal(sli_registry_init(mem + 8, bytes, &cfg, &reg, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "mem", "128");

	snprintf(size, sizeof(size), "%zu", bytes);
	assert_int_equal(sli_registry_init(mem, bytes - 1, &cfg, &reg, &err),
	    SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "len", size);
	assert_int_equal(sli_registry_init(mem, 0, &cfg, &reg, &err),
	    SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "len 0 ", size);

	assert_null(reg);
	expect_dirty(mem, bytes);
	free(mem);
}

/* In memory that was full of something, and not a byte beyond. */
static void
test_registry_in_dirty_memory_is_empty_and_stays_inside(void **state)
{
	struct sli_registry_config cfg = small_config();
	size_t bytes = sli_registry_size(&cfg);
	unsigned char *mem = dirty_memory(bytes + ALIGN);
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind;
	struct sli_counts counts;
	uint64_t latency;

	(void)state;
	memset(mem + bytes, 0xa5, ALIGN);
	assert_int_equal(sli_registry_init(mem, bytes, &cfg, &reg, NULL),
	    SLI_OK);
	assert_true(
	    (unsigned char *)reg >= mem && (unsigned char *)reg < mem + bytes);
	ind = add_indicator(reg, "a");
	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	assert_int_equal(counts.good + counts.bad + counts.shed, 0);
	assert_int_equal(sli_window_counts(ind, T0, SLI_DAYS(30), &counts),
	    SLI_OK);
	assert_int_equal(counts.good + counts.bad + counts.shed, 0);
	assert_int_equal(sli_window_quantile(ind, T0, SLI_MINUTES(1), SLI_GOOD,
			     0.5, &latency),
	    SLI_ENODATA);
	assert_int_equal(sli_in_flight(ind), 0);
	assert_int_equal(sli_late_count(ind), 0);

	add_indicator(reg, "b");
	sli_record(ind, T0, SLI_GOOD, UINT64_MAX);
	sli_registry_close(reg);
	expect_dirty(mem + bytes, ALIGN);
	free(mem);
}

static void
test_registry_memory_can_be_used_again_after_close(void **state)
{
	struct sli_registry_config cfg = small_config();
	size_t bytes = sli_registry_size(&cfg);
	unsigned char *mem = dirty_memory(bytes);
	struct sli_registry *reg = NULL;
	struct sli_counts counts;
	int round;

	(void)state;
	for (round = 0; round < 2; round++) {
		assert_int_equal(
		    sli_registry_init(mem, bytes, &cfg, &reg, NULL), SLI_OK);
		sli_count(add_indicator(reg, "a"), T0, SLI_BAD, 3);
		assert_int_equal(
		    sli_total_counts(add_indicator(reg, "a"), &counts), SLI_OK);
		assert_int_equal(counts.bad, 3);
		sli_registry_close(reg);
	}
	free(mem);
}

static void
test_registry_of_defaults_holds_sixty_four_indicators(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config icfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct sli_error err;
	char name[16];
	int i;

	(void)state;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	icfg.name = name;
	for (i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "i%d", i);
		/* The most that one may take of the default arena. */
		icfg.threshold_count = 4;
		icfg.threshold_ns[0] = 1;
		icfg.threshold_ns[1] = 2;
		icfg.threshold_ns[2] = 3;
		icfg.threshold_ns[3] = 4;
		assert_int_equal(sli_indicator_register(reg, &icfg, &ind, NULL),
		    SLI_OK);
	}
	icfg.name = "one_more";
	assert_int_equal(sli_indicator_register(reg, &icfg, &ind, &err),
	    SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "max_indicators", "64");
	sli_registry_close(reg);
}

/* The tables it has no default for: each of its own size, and none shared. */
static void
test_registry_size_grows_by_what_each_field_needs(void **state)
{
	enum { MORE = 32, SLACK = 2048 }; /* of alignment */
	const uint64_t cells = SLI__INDICATOR_CELLS * sizeof(uint64_t);
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	uint64_t before;

	(void)state;
	cfg.arena_bytes = 4096;
	cfg.max_indicators = cfg.max_slos = cfg.shards = 32;
	cfg.atomic_shards = cfg.writer_shards = cfg.max_consumers = 32;
#define EXPECT_GROWTH(field, each)                                             \
	do {                                                                   \
		before = sli_registry_size(&cfg);                              \
		cfg.field += MORE;                                             \
		assert_true(                                                   \
		    sli_registry_size(&cfg) >= before + MORE * (each)-SLACK);  \
		cfg.field -= MORE;                                             \
	} while (0)
	EXPECT_GROWTH(max_indicators,
	    sizeof(struct sli_indicator) + sizeof(struct sli__indicator_entry) +
		96 * cells + 64 * sizeof(struct sli__events));
	EXPECT_GROWTH(max_slos,
	    sizeof(struct sli_slo) + sizeof(struct sli__slo_entry));
	EXPECT_GROWTH(shards, 32 * cells);
	EXPECT_GROWTH(atomic_shards, 32 * cells);
	EXPECT_GROWTH(writer_shards, 32 * cells + sizeof(struct sli_writer));
	EXPECT_GROWTH(max_consumers,
	    sizeof(struct sli__consumer) + 64 * sizeof(struct sli__events));
}

static void
test_registry_recorder_is_atomic_when_asked_for(void **state)
{
	struct sli_registry_config cfg = small_config();
	struct sli_registry *reg = NULL;
	const char *recorder;

	(void)state;
	cfg.recorder = SLI_RECORDER_ATOMIC;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	assert_string_equal(sli_registry_recorder(reg), "atomic");
	sli_registry_close(reg);

	cfg.recorder = SLI_RECORDER_AUTO;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	recorder = sli_registry_recorder(reg);
	assert_true(
	    strcmp(recorder, "rseq") == 0 || strcmp(recorder, "atomic") == 0);
	sli_registry_close(reg);
}

/* A timer that calls it shows time passing where nobody records or reads. */
static void
test_registry_advance_opens_the_slot_of_every_indicator(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind[2];
	struct sli_counts counts;
	int i;

	(void)state;
	ind[0] = add_indicator(reg, "a");
	ind[1] = add_indicator(reg, "b");
	for (i = 0; i < 2; i++)
		sli_count(ind[i], T0, SLI_GOOD, 5);
	assert_int_equal(sli_advance(reg, T0 + SLI_SECONDS(1)), SLI_OK);
	for (i = 0; i < 2; i++) {
		/* Late: so the slot at T0 is not the open one any more. */
		sli_count(ind[i], T0, SLI_GOOD, 1);
		assert_int_equal(sli_late_count(ind[i]), 1);
		assert_int_equal(sli_window_counts(ind[i], T0 + SLI_SECONDS(1),
				     SLI_SECONDS(1), &counts),
		    SLI_OK);
		assert_int_equal(counts.good, 6);
	}
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry_null_is_refused_and_named),
		cmocka_unit_test(
		    test_registry_memory_must_be_aligned_and_large_enough),
		cmocka_unit_test(
		    test_registry_in_dirty_memory_is_empty_and_stays_inside),
		cmocka_unit_test(
		    test_registry_memory_can_be_used_again_after_close),
		cmocka_unit_test(
		    test_registry_of_defaults_holds_sixty_four_indicators),
		cmocka_unit_test(
		    test_registry_size_grows_by_what_each_field_needs),
		cmocka_unit_test(
		    test_registry_recorder_is_atomic_when_asked_for),
		cmocka_unit_test(
		    test_registry_advance_opens_the_slot_of_every_indicator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
