/* SPDX-License-Identifier: MIT */
#include "indicators.h"

static void
test_indicator_registered_again_is_the_same(void **state)
{
	struct sli_indicator_config cfg = config("requests");
	struct sli_indicator *ind = add(&cfg);

	(void)state;
	assert_ptr_equal(add(&cfg), ind);
	assert_string_equal(sli_indicator_name(ind), "requests");

	/* What it left to the defaults, spelt out. */
	cfg.lowest_ns = SLI_MICROS(1);
	cfg.highest_ns = SLI_SECONDS(60);
	cfg.precision_bits = 7;
	cfg.slot_ns = SLI_SECONDS(1);
	assert_ptr_equal(add(&cfg), ind);

	/* Thresholds beyond threshold_count are nobody's. */
	cfg.threshold_ns[3] = 1;
	assert_ptr_equal(add(&cfg), ind);
}

static void
test_indicator_keeps_no_pointer_of_the_callers(void **state)
{
	char name[] = "requests", label[] = "method", value[] = "GET";
	struct sli_label labels[] = { { label, value } };
	struct sli_indicator_config cfg = config(name);
	struct sli_indicator *ind;

	(void)state;
	cfg.labels = labels;
	ind = add(&cfg);
	memset(name, 'x', sizeof(name) - 1);
	memset(label, 'x', sizeof(label) - 1);
	memset(value, 'x', sizeof(value) - 1);
	assert_string_equal(sli_indicator_name(ind), "requests");
	assert_ptr_equal(find("requests", method_get, 1), ind);
}

static void
test_indicator_with_another_config_is_refused_by_field(void **state)
{
	struct sli_indicator_config cfg = config("requests"), other;
	struct sli_indicator *ind = add(&cfg), *out = NULL;
	struct sli_error err;

	(void)state;
#define EXPECT_EXISTS(field, statement)                                        \
	do {                                                                   \
		other = cfg;                                                   \
		statement;                                                     \
		assert_int_equal(                                              \
		    sli_indicator_register(reg, &other, &out, &err),           \
		    SLI_EEXIST);                                               \
		assert_error(&err, SLI_EEXIST, "\"requests\"", field);         \
		assert_null(out);                                              \
	} while (0)
	EXPECT_EXISTS("help", other.help = "Other.");
	EXPECT_EXISTS("help", other.help = NULL);
	EXPECT_EXISTS("threshold_count", other.threshold_count = 1);
	EXPECT_EXISTS("threshold_ns", other.threshold_ns[1]++);
	EXPECT_EXISTS("lowest_ns", other.lowest_ns = 1);
	EXPECT_EXISTS("highest_ns", other.highest_ns = SLI_SECONDS(61));
	EXPECT_EXISTS("precision_bits", other.precision_bits = 8);
	EXPECT_EXISTS("slot_ns", other.slot_ns = SLI_SECONDS(2));
	assert_ptr_equal(add(&cfg), ind);
}

static void
test_indicator_labels_are_a_set(void **state)
{
	static const struct sli_label ab[] = { { "a", "1" }, { "b", "2" } };
	static const struct sli_label ba[] = { { "b", "2" }, { "a", "1" } };
	static const struct sli_label crossed[] = { { "a", "2" },
		{ "b", "1" } };
	struct sli_indicator_config cfg = config("requests");
	struct sli_indicator *ind;

	(void)state;
	cfg.labels = ab;
	cfg.label_count = 2;
	ind = add(&cfg);
	cfg.labels = ba;
	assert_ptr_equal(add(&cfg), ind);
	assert_ptr_equal(find("requests", ab, 2), ind);
	assert_ptr_equal(find("requests", ba, 2), ind);
	assert_null(find("requests", crossed, 2));
	assert_null(find("requests", ab, 1));
	assert_null(find("requests", NULL, 0));

	cfg.labels = crossed;
	assert_ptr_not_equal(add(&cfg), ind);
}

static void
test_indicator_sixteen_labels_fit(void **state)
{
	struct sli_label labels[SLI_LABELS_MAX];
	struct sli_indicator_config cfg = config("requests");
	struct sli_indicator *ind;
	char names[SLI_LABELS_MAX][2];
	int i;

	(void)state;
	for (i = 0; i < SLI_LABELS_MAX; i++) {
		names[i][0] = (char)('a' + i * 7 % SLI_LABELS_MAX);
		names[i][1] = '\0';
		labels[i].name = labels[i].value = names[i];
	}
	cfg.labels = labels;
	cfg.label_count = SLI_LABELS_MAX;
	ind = add(&cfg);
	assert_ptr_equal(find("requests", labels, SLI_LABELS_MAX), ind);
}

static void
test_indicator_beyond_max_indicators_is_refused(void **state)
{
	struct sli_indicator_config cfg = config("a");
	struct sli_indicator *first = add(&cfg);

	(void)state;
	cfg.name = "b";
	add(&cfg);
	cfg.name = "c";
	expect_refused(&cfg, SLI_ENOSPC, "max_indicators", "2");
	cfg.name = "a";
	assert_ptr_equal(add(&cfg), first);
}

static void
test_indicator_beyond_arena_is_refused(void **state)
{
	struct sli_registry_config rcfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config cfg = config("a");
	struct sli_registry *whole = reg;

	(void)state;
	rcfg.max_indicators = 8;
	rcfg.arena_bytes = 1 << 20;
	assert_int_equal(sli_registry_create(&rcfg, &reg, NULL), SLI_OK);
	cfg.precision_bits = 10; /* some 3 MB of buckets */
	expect_refused(&cfg, SLI_ENOSPC, "arena", "\"a\"");
	/* What does not fit leaves room for what does. */
	cfg.precision_bits = 3;
	cfg.threshold_count = 0;
	add(&cfg);
	sli_registry_close(reg);
	reg = whole;
}

static void
test_indicator_null_is_refused(void **state)
{
	struct sli_indicator_config cfg = config("requests");
	struct sli_indicator *ind = NULL;
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_indicator_register(NULL, &cfg, &ind, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "registry", "NULL");
	assert_int_equal(sli_indicator_register(reg, NULL, &ind, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "config", "NULL");
	assert_int_equal(sli_indicator_register(reg, &cfg, NULL, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "out", "NULL");
	assert_int_equal(sli_indicator_find(NULL, "a", NULL, 0, &ind),
	    SLI_EINVAL);
	assert_int_equal(sli_indicator_find(reg, NULL, NULL, 0, &ind),
	    SLI_EINVAL);
	assert_int_equal(sli_indicator_find(reg, "a", NULL, 0, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli_indicator_find(reg, "a", NULL, 1, &ind),
	    SLI_EINVAL);
	assert_int_equal(sli_indicator_find(reg, "a", NULL, 0, &ind),
	    SLI_ENOENT);
	assert_null(ind);
	assert_string_equal(sli_indicator_name(NULL), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_indicator_registered_again_is_the_same),
		TEST(test_indicator_keeps_no_pointer_of_the_callers),
		TEST(test_indicator_with_another_config_is_refused_by_field),
		TEST(test_indicator_labels_are_a_set),
		TEST(test_indicator_sixteen_labels_fit),
		TEST(test_indicator_beyond_max_indicators_is_refused),
		TEST(test_indicator_beyond_arena_is_refused),
		TEST(test_indicator_null_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
