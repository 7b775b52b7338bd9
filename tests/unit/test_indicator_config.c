/* SPDX-License-Identifier: MIT */
#include "indicators.h"

static void
test_indicator_label_twice_is_refused(void **state)
{
	static const struct sli_label twice[] = { { "a", "1" }, { "b", "2" },
		{ "a", "3" } };
	struct sli_indicator_config cfg = config("requests");

	(void)state;
	cfg.labels = twice;
	cfg.label_count = 3;
	expect_refused(&cfg, SLI_EINVAL, "labels", "twice");
}

static void
test_indicator_bad_name_is_refused(void **state)
{
	static const char *const names[] = { "", "9lives", "a b", "caf\xc3\xa9",
		"a\n" };
	struct sli_indicator_config cfg = config(NULL);
	char text[SLI_NAME_MAX + 2];
	size_t i;

	(void)state;
	expect_refused(&cfg, SLI_EINVAL, "name", "(null)");
	for (i = 0; i < LENGTH(names); i++) {
		cfg.name = names[i];
		expect_refused(&cfg, SLI_EINVAL, "name", "A-Za-z");
	}
	memset(text, 'n', sizeof(text));
	text[SLI_NAME_MAX + 1] = '\0';
	cfg.name = text;
	expect_refused(&cfg, SLI_EINVAL, "name", "nnn");
	text[SLI_NAME_MAX] = '\0';
	assert_string_equal(sli_indicator_name(add(&cfg)), text);
}

static void
test_indicator_bad_label_is_refused(void **state)
{
	static const struct {
		struct sli_label label;
		const char *field, *value;
	} cases[] = {
		{ { NULL, "v" }, "labels[0].name", "(null)" },
		{ { "", "v" }, "labels[0].name", "\"\"" },
		{ { "a-b", "v" }, "labels[0].name", "a-b" },
		{ { "__a", "v" }, "labels[0].name", "__a" },
		{ { "a", NULL }, "labels[0].value", "(null)" },
		{ { "a", "\xff" }, "labels[0].value", "?" },
		{ { "a", "two\nlines" }, "labels[0].value", "two?lines" },
	};
	struct sli_indicator_config cfg = config("requests");
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		cfg.labels = &cases[i].label;
		expect_refused(&cfg, SLI_EINVAL, cases[i].field,
		    cases[i].value);
	}
	cfg.labels = NULL;
	expect_refused(&cfg, SLI_EINVAL, "labels", "NULL");
	cfg.label_count = SLI_LABELS_MAX + 1;
	expect_refused(&cfg, SLI_EINVAL, "label_count", "17");
}

/* Names, values and their NULs together: 1024 bytes fit, 1025 do not. */
static void
test_indicator_labels_of_too_many_bytes_are_refused(void **state)
{
	char value[SLI_LABEL_BYTES_MAX];
	const struct sli_label labels[] = { { "a", "1" }, { "b", value } };
	struct sli_indicator_config cfg = config("requests");
	struct sli_indicator *ind;

	(void)state;
	memset(value, 'v', sizeof(value));
	value[1024 - 2 - 2 - 2] = '\0';
	cfg.labels = labels;
	cfg.label_count = 2;
	expect_refused(&cfg, SLI_EINVAL, "labels", "1024");
	value[1024 - 2 - 2 - 2 - 1] = '\0';
	ind = add(&cfg);
	assert_ptr_equal(find("requests", labels, 2), ind);
}

static void
test_indicator_bad_help_is_refused(void **state)
{
	struct sli_indicator_config cfg = config("requests");
	char text[SLI_HELP_MAX + 2];

	(void)state;
	cfg.help = "half a \xc3";
	expect_refused(&cfg, SLI_EINVAL, "help", "half a ?");
	memset(text, 'h', sizeof(text));
	text[SLI_HELP_MAX + 1] = '\0';
	cfg.help = text;
	expect_refused(&cfg, SLI_EINVAL, "help", "hhh");
	text[SLI_HELP_MAX] = '\0';
	add(&cfg);
}

static void
test_indicator_bad_thresholds_are_refused(void **state)
{
	struct sli_indicator_config cfg = config("requests");

	(void)state;
	cfg.threshold_ns[1] = cfg.threshold_ns[0];
	expect_refused(&cfg, SLI_EINVAL, "threshold_ns[1]", "100000000");
	cfg.threshold_ns[1] = 7;
	expect_refused(&cfg, SLI_EINVAL, "threshold_ns[1]", "7");
	cfg.threshold_ns[1] = LAST_TIME + 1;
	expect_refused(&cfg, SLI_EINVAL, "threshold_ns[1]",
	    "4611686018427387905");
	cfg.threshold_ns[0] = 0;
	expect_refused(&cfg, SLI_EINVAL, "threshold_ns[0]", "0");
	cfg.threshold_count = SLI_THRESHOLDS_MAX + 1;
	expect_refused(&cfg, SLI_EINVAL, "threshold_count", "5");
	cfg.threshold_count = UINT32_MAX;
	expect_refused(&cfg, SLI_EINVAL, "threshold_count", "4294967295");
}

static void
test_indicator_bad_range_or_precision_is_refused(void **state)
{
	struct sli_indicator_config cfg = config("requests");

	(void)state;
	cfg.precision_bits = 2;
	expect_refused(&cfg, SLI_ERANGE, "precision_bits", "2");
	cfg.precision_bits = 11;
	expect_refused(&cfg, SLI_ERANGE, "precision_bits", "11");
	cfg.precision_bits = 0;
	cfg.highest_ns = LAST_TIME + 1;
	expect_refused(&cfg, SLI_ERANGE, "highest_ns", "4611686018427387905");
	cfg.highest_ns = 5;
	cfg.lowest_ns = 5;
	expect_refused(&cfg, SLI_EINVAL, "lowest_ns", "5");
	cfg.lowest_ns = 0; /* the default, 1 us, is above 5 ns */
	expect_refused(&cfg, SLI_EINVAL, "lowest_ns", "1000");
}

static void
test_indicator_bad_slot_is_refused(void **state)
{
	struct sli_indicator_config cfg = config("requests");

	(void)state;
	cfg.slot_ns = SLI_MILLIS(10) - 1;
	expect_refused(&cfg, SLI_EINVAL, "slot_ns", "9999999");
	cfg.slot_ns = SLI_SECONDS(3);
	expect_refused(&cfg, SLI_EINVAL, "slot_ns", "3000000000");
	cfg.slot_ns = SLI_SECONDS(20); /* of 10: more than the next level's */
	expect_refused(&cfg, SLI_EINVAL, "slot_ns", "20000000000");
	/* 128 slots of 50 ms do not reach over one of 10 s. */
	cfg.slot_ns = SLI_MILLIS(50);
	expect_refused(&cfg, SLI_EINVAL, "slot_ns", "50000000");
	cfg.slot_ns = SLI_MILLIS(100);
	add(&cfg);
}

static void
test_indicator_config_of_another_version(void **state)
{
	struct sli_indicator_config cfg = config("requests");

	(void)state;
	cfg.struct_size = sizeof(cfg) + 8;
	expect_refused(&cfg, SLI_EVERSION, "struct_size", "newer");
	cfg.struct_size = 0;
	expect_refused(&cfg, SLI_EINVAL, "struct_size", "0");
	/* An older caller has no slot_ns. */
	cfg.struct_size = offsetof(struct sli_indicator_config, slot_ns);
	cfg.slot_ns = 1;
	add(&cfg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_indicator_label_twice_is_refused),
		TEST(test_indicator_bad_name_is_refused),
		TEST(test_indicator_bad_label_is_refused),
		TEST(test_indicator_labels_of_too_many_bytes_are_refused),
		TEST(test_indicator_bad_help_is_refused),
		TEST(test_indicator_bad_thresholds_are_refused),
		TEST(test_indicator_bad_range_or_precision_is_refused),
		TEST(test_indicator_bad_slot_is_refused),
		TEST(test_indicator_config_of_another_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
