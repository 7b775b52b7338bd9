/* SPDX-License-Identifier: MIT */
#include "registries.h"

/* One change to a valid configuration, and what the sentence has to name. */
struct wrong_config {
	void (*change)(struct sli_registry_config *cfg);
	int status;
	const char *field, *value;
};

#define CHANGE(name, statement)                                                \
	static void name(struct sli_registry_config *cfg)                      \
	{                                                                      \
		statement;                                                     \
	}

CHANGE(many_indicators, cfg->max_indicators = 4097)
CHANGE(many_slos, cfg->max_slos = 16385)
CHANGE(many_shards, cfg->shards = 4097)
CHANGE(many_atomic_shards, cfg->atomic_shards = 65)
CHANGE(many_writer_shards, cfg->writer_shards = 257)
CHANGE(many_consumers, cfg->max_consumers = UINT32_MAX)
CHANGE(unknown_recorder, cfg->recorder = (enum sli_recorder)2)
CHANGE(large_arena, cfg->arena_bytes = (UINT64_C(1) << 46) + 1)
CHANGE(newer, cfg->struct_size += 8)
CHANGE(without_size, cfg->struct_size = 0)

static void
set_level(struct sli_level *level, uint64_t slot_ns, uint32_t slots)
{
	level->slot_ns = slot_ns;
	level->slots = slots;
}

CHANGE(short_slot, set_level(&cfg->history[0], SLI_MILLIS(10) - 1, 100))
CHANGE(long_slot, set_level(&cfg->history[0], SLI_DAYS(1) + 1, 100))
CHANGE(few_slots, set_level(&cfg->history[0], SLI_SECONDS(1), 3))
CHANGE(many_slots, set_level(&cfg->history[0], SLI_SECONDS(1), 65537))
CHANGE(no_slots, set_level(&cfg->history[0], SLI_SECONDS(1), 0))
CHANGE(no_multiple, set_level(&cfg->history[0], SLI_SECONDS(2), 100);
       set_level(&cfg->history[1], SLI_SECONDS(5), 100))
CHANGE(no_growth, set_level(&cfg->history[0], SLI_SECONDS(2), 100);
       set_level(&cfg->history[1], SLI_SECONDS(2), 100))
CHANGE(short_ring, set_level(&cfg->history[0], SLI_SECONDS(1), 10);
       set_level(&cfg->history[1], SLI_SECONDS(10), 100))
CHANGE(short_latency_slot, set_level(&cfg->latency[0], 1, 8))
CHANGE(few_latency_slots, set_level(&cfg->latency[0], SLI_SECONDS(10), 1))
CHANGE(latency_between_slots, set_level(&cfg->latency[0], SLI_MILLIS(1500), 8))

CHANGE(no_slot_length, cfg->history[0].slots = 10)
CHANGE(level_left_out, set_level(&cfg->history[1], SLI_SECONDS(10), 10))
CHANGE(level_after_the_last, set_level(&cfg->latency[0], SLI_SECONDS(10), 8);
       set_level(&cfg->latency[2], SLI_SECONDS(60), 8))
CHANGE(not_reserved, set_level(&cfg->history[0], SLI_SECONDS(1), 100);
       cfg->history[0].reserved = 7)

static const struct wrong_config wrong_configs[] = {
	{ many_indicators, SLI_ERANGE, "max_indicators", "4097" },
	{ many_slos, SLI_ERANGE, "max_slos", "16385" },
	{ many_shards, SLI_ERANGE, "shards", "4097" },
	{ many_atomic_shards, SLI_ERANGE, "atomic_shards", "65" },
	{ many_writer_shards, SLI_ERANGE, "writer_shards", "257" },
	{ many_consumers, SLI_ERANGE, "max_consumers", "4294967295" },
	{ unknown_recorder, SLI_EINVAL, "recorder", "2" },
	{ large_arena, SLI_ERANGE, "arena_bytes", "70368744177665" },
	{ newer, SLI_EVERSION, "struct_size", "newer" },
	{ without_size, SLI_EINVAL, "struct_size", "0" },
	{ short_slot, SLI_ERANGE, "history[0].slot_ns", "9999999" },
	{ long_slot, SLI_ERANGE, "history[0].slot_ns", "86400000000001" },
	{ few_slots, SLI_ERANGE, "history[0].slots", "3" },
	{ many_slots, SLI_ERANGE, "history[0].slots", "65537" },
	{ no_slots, SLI_ERANGE, "history[0].slots", "0" },
	{ no_multiple, SLI_ERANGE, "history[1].slot_ns", "5000000000" },
	{ no_growth, SLI_ERANGE, "history[1].slot_ns", "2000000000" },
	{ short_ring, SLI_ERANGE, "history[0].slots", "10" },
	{ short_latency_slot, SLI_ERANGE, "latency[0].slot_ns", "1" },
	{ few_latency_slots, SLI_ERANGE, "latency[0].slots", "1" },
	{ no_slot_length, SLI_ERANGE, "history[0].slot_ns", "0" },
	{ level_left_out, SLI_ERANGE, "history[0].slot_ns", "0" },
	{ level_after_the_last, SLI_ERANGE, "latency[1].slot_ns", "0" },
	{ not_reserved, SLI_EINVAL, "history[0].reserved", "7" },
	{ latency_between_slots, SLI_ERANGE, "latency[0].slot_ns",
	    "1500000000" },
};

static void
test_registry_wrong_config_is_named_and_changes_nothing(void **state)
{
	struct sli_error err;
	struct sli_registry *const untouched = (void *)&err, *reg;
	struct sli_registry_config cfg = small_config();
	size_t bytes = sli_registry_size(&cfg), i;
	unsigned char *mem = dirty_memory(bytes);
	const struct wrong_config *w;

	(void)state;
	for (i = 0; i < LENGTH(wrong_configs); i++) {
		w = &wrong_configs[i];
		cfg = small_config();
		w->change(&cfg);
		assert_int_equal(sli_registry_size(&cfg), 0);

		reg = untouched;
		memset(&err, 0, sizeof(err));
		assert_int_equal(sli_registry_create(&cfg, &reg, &err),
		    w->status);
		assert_error(&err, w->status, w->field, w->value);
		assert_ptr_equal(reg, untouched);

		assert_int_equal(
		    sli_registry_init(mem, bytes, &cfg, &reg, NULL), w->status);
		assert_ptr_equal(reg, untouched);
	}
	expect_dirty(mem, bytes);
	free(mem);
}

/* What the fields after struct_size mean to a caller who has none of them. */
static void
test_registry_config_of_an_older_version_gets_defaults(void **state)
{
	struct sli_registry_config cfg = small_config(), defaults = cfg;
	size_t by_default = sli_registry_size(&defaults);

	(void)state;
	cfg.struct_size = offsetof(struct sli_registry_config, recorder);
	cfg.recorder = (enum sli_recorder)99;
	cfg.arena_bytes = UINT64_MAX;
	set_level(&cfg.history[0], 1, 1);
	assert_int_equal(sli_registry_size(&cfg), by_default);
}

static void
test_registry_takes_the_largest_and_smallest_of_each_field(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;

	(void)state;
	cfg.max_indicators = cfg.max_slos = cfg.shards = cfg.atomic_shards = 1;
	cfg.writer_shards = cfg.max_consumers = 1;
	set_level(&cfg.history[0], SLI_MILLIS(10), 4);
	set_level(&cfg.latency[0], SLI_MILLIS(10), 4);
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	add_indicator(reg, "a");
	sli_registry_close(reg);

	/* Only its size is asked for: 2^46 bytes are not everybody's. */
	cfg.max_indicators = 4096;
	cfg.max_slos = 16384;
	cfg.shards = 4096;
	cfg.atomic_shards = 64;
	cfg.writer_shards = 256;
	cfg.max_consumers = 64;
	cfg.arena_bytes = UINT64_C(1) << 46;
	set_level(&cfg.history[0], SLI_DAYS(1), 65536);
	set_level(&cfg.latency[0], SLI_DAYS(1), 65536);
	assert_true(sli_registry_size(&cfg) > UINT64_C(1) << 46);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_registry_wrong_config_is_named_and_changes_nothing),
		cmocka_unit_test(
		    test_registry_config_of_an_older_version_gets_defaults),
		cmocka_unit_test(
		    test_registry_takes_the_largest_and_smallest_of_each_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
