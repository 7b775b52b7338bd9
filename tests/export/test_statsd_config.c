/* SPDX-License-Identifier: MIT */
/* What is refused, and what is said of it. */
#include "statsd_post.h"

static void
refused(const struct sli_statsd_config *cfg, int status, const char *message)
{
	struct sli_statsd *statsd = NULL;
	struct sli_error err = { 0, "" };

	assert_int_equal(sli_statsd_create(cfg, &statsd, &err), status);
	assert_int_equal(err.status, status);
	assert_string_equal(err.message, message);
	assert_null(statsd);
	assert_int_equal(sli_statsd_create(cfg, &statsd, NULL), status);
}

static void
taken(const struct sli_statsd_config *cfg)
{
	struct sli_statsd *statsd = NULL;
	struct sli_error err = { 0, "" };

	if (sli_statsd_create(cfg, &statsd, &err) != SLI_OK)
		fail_msg("%s", err.message);
	sli_statsd_destroy(statsd);
}

static void
test_statsd_config_numbers_have_bounds(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	char message[160];

	(void)state;
	taken(NULL);
	taken(&cfg);
	cfg.struct_size++;
	snprintf(message, sizeof(message),
	    "struct_size %zu of struct sli_statsd_config is from a newer "
	    "libsli; accepted: at most %zu, by version " SLI_VERSION,
	    sizeof(cfg) + 1, sizeof(cfg));
	refused(&cfg, SLI_EVERSION, message);
	cfg.struct_size = 0;
	refused(&cfg, SLI_EINVAL,
	    "struct_size 0 of struct sli_statsd_config is too small; "
	    "accepted: its initialiser macro sets it");
	cfg.struct_size = 8; /* of one that had but flags */
	cfg.max_packet = 7;
	taken(&cfg);
	cfg.struct_size = sizeof(cfg);
	refused(&cfg, SLI_ERANGE,
	    "max_packet 7 is out of range; accepted: 256 to 65507");
	cfg.max_packet = 65508;
	refused(&cfg, SLI_ERANGE,
	    "max_packet 65508 is out of range; accepted: 256 to 65507");
	cfg.max_packet = 65507;
	taken(&cfg);
	cfg.max_lines = 15;
	refused(&cfg, SLI_ERANGE,
	    "max_lines 15 is out of range; accepted: 16 to 4294967295");
	cfg.max_lines = UINT32_MAX;
	taken(&cfg);
	cfg.reserved = 1;
	refused(&cfg, SLI_EINVAL, "reserved is 1; accepted: 0");
	cfg.reserved = 0;
	cfg.dialect = SLI_STATSD_PLAIN;
	cfg.timer_lines = 10001;
	refused(&cfg, SLI_ERANGE,
	    "timer_lines 10001 is out of range; accepted: 1 to 10000");
	cfg.timer_lines = 10000;
	taken(&cfg);
}

/* What a dialect does not have is not left out without a word. */
static void
test_statsd_config_dialects_have_options_of_their_own(void **state)
{
	const struct sli_label tag = { "env", "prod" };
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;

	(void)state;
	cfg.flags = 0x10;
	refused(&cfg, SLI_EINVAL,
	    "flags 0x10 has unknown bits; accepted: of 0xf");
	cfg.flags = SLI_STATSD_DROP_LABELS;
	refused(&cfg, SLI_EINVAL,
	    "flags has SLI_STATSD_DROP_LABELS; accepted: with dialect "
	    "SLI_STATSD_PLAIN");
	cfg.flags = 0;
	cfg.timer_lines = 5;
	refused(&cfg, SLI_EINVAL,
	    "timer_lines is 5; accepted: with dialect SLI_STATSD_PLAIN");
	cfg.timer_lines = 0;
	cfg.dialect = SLI_STATSD_PLAIN;
	cfg.flags = SLI_STATSD_TIMESTAMPS;
	refused(&cfg, SLI_EINVAL,
	    "flags has SLI_STATSD_TIMESTAMPS; accepted: with dialect "
	    "SLI_STATSD_DATADOG");
	cfg.flags = 0;
	cfg.tags = &tag;
	cfg.tag_count = 1;
	refused(&cfg, SLI_EINVAL,
	    "tag_count is not 0; accepted: with dialect SLI_STATSD_DATADOG");
	cfg.tag_count = 0;
	cfg.container_id = "abc";
	refused(&cfg, SLI_EINVAL,
	    "container_id is not NULL; accepted: with dialect "
	    "SLI_STATSD_DATADOG");
	cfg.dialect = (enum sli_statsd_dialect)2;
	refused(&cfg, SLI_EINVAL,
	    "dialect 2 is not valid; accepted: SLI_STATSD_DATADOG, "
	    "SLI_STATSD_PLAIN");
}

static void
test_statsd_config_texts_keep_the_grammar(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	char id[257], prefix[65];

	(void)state;
	memset(id, 'x', sizeof(id));
	memset(prefix, 'x', sizeof(prefix));
	id[256] = prefix[64] = '\0';
	cfg.prefix = "";
	taken(&cfg);
	cfg.prefix = "a b.";
	refused(&cfg, SLI_EINVAL,
	    "prefix \"a b.\" is not valid at byte 1; "
	    "accepted: [A-Za-z0-9_.-]");
	cfg.prefix = prefix;
	refused(&cfg, SLI_EINVAL, "prefix has 64 bytes; accepted: up to 63");
	cfg.prefix = prefix + 1;
	cfg.container_id = id;
	refused(&cfg, SLI_EINVAL,
	    "container_id has 256 bytes; accepted: 1 to 255");
	cfg.container_id = "";
	refused(&cfg, SLI_EINVAL,
	    "container_id has 0 bytes; accepted: 1 to 255");
	cfg.container_id = "ci-a|#b";
	refused(&cfg, SLI_EINVAL,
	    "container_id is not valid at byte 4; accepted: printable ASCII "
	    "without space and |");
	cfg.container_id = id + 1;
	taken(&cfg);
}

static void
test_statsd_config_tags_are_whole(void **state)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_label tags[17] = { { "a", "" } };
	char value[1023];

	(void)state;
	cfg.tag_count = 17;
	refused(&cfg, SLI_ERANGE,
	    "tag_count 17 is out of range; accepted: up to 16");
	cfg.tag_count = 2;
	refused(&cfg, SLI_EINVAL, "tags is NULL; accepted: tag_count 2 tags");
	cfg.tags = tags;
	refused(&cfg, SLI_EINVAL,
	    "tags[1] has no value; accepted: a name and a value");
	tags[1].value = "b";
	refused(&cfg, SLI_EINVAL,
	    "tags[1] has no name; accepted: a name and a value");
	tags[1].name = "";
	refused(&cfg, SLI_EINVAL,
	    "tags[1] has no name; accepted: a name and a value");
	memset(value, 'v', 1022);
	value[1022] = '\0';
	cfg.tag_count = 1;
	tags[0].value = value;
	refused(&cfg, SLI_EINVAL,
	    "tags have 1025 bytes; accepted: up to 1024, two included for "
	    "each");
	tags[0].value = value + 1;
	taken(&cfg);
}

static int
never(const void *packet, size_t length, void *arg)
{
	(void)packet;
	(void)length;
	(void)arg;
	return SLI_STATSD_OTHER;
}

static void
export_wrongly(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_error err = { 0, "" };

	assert_int_equal(sli_statsd_export(arg, snapshot, NULL, NULL, &err),
	    SLI_EINVAL);
	assert_string_equal(err.message, "send is NULL");
	assert_int_equal(sli_statsd_export(NULL, snapshot, never, NULL, &err),
	    SLI_EINVAL);
	assert_string_equal(err.message, "statsd is NULL");
	assert_int_equal(sli_statsd_export(arg, NULL, never, NULL, &err),
	    SLI_EINVAL);
	assert_string_equal(err.message, "snapshot is NULL");
	assert_int_equal(sli_statsd_skip(NULL, snapshot, &err), SLI_EINVAL);
	assert_int_equal(sli_statsd_skip(arg, NULL, &err), SLI_EINVAL);
}

/* No indicator, no SLO: there is nothing to say, and no packet. */
static void
test_statsd_null_is_refused(void **state)
{
	struct sli_registry *reg = new_registry();
	struct post *post = post_new(reg, NULL);
	struct sli_statsd_stats stats;
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_statsd_create(NULL, NULL, &err), SLI_EINVAL);
	assert_string_equal(err.message, "out is NULL");
	assert_int_equal(sli_flush(reg, START, export_wrongly, post->statsd),
	    SLI_OK);
	assert_int_equal(sli_statsd_stats(NULL, &stats), SLI_EINVAL);
	assert_int_equal(sli_statsd_stats(post->statsd, NULL), SLI_EINVAL);
	sli_statsd_destroy(NULL);
	assert_string_equal(post_text(post, START), "");
	assert_int_equal(post->packets, 0);
	assert_string_equal(sli_statsd_reason_name(SLI_STATSD_GONE), "gone");
	assert_string_equal(sli_statsd_reason_name(0), "other");
	assert_string_equal(sli_statsd_reason_name(-1), "other");
	assert_string_equal(sli_statsd_reason_name(6), "other");
	post_free(post);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_statsd_config_numbers_have_bounds),
		TEST(test_statsd_config_dialects_have_options_of_their_own),
		TEST(test_statsd_config_texts_keep_the_grammar),
		TEST(test_statsd_config_tags_are_whole),
		TEST(test_statsd_null_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
