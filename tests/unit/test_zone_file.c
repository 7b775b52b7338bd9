/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/scratch.h"
#include "fixture.h"
#include "zones.h"

/* A TZif file of one block, or two of the same contents. */
struct made {
	char version;
	uint32_t leaps, changes, types;
	int64_t at_s[1024];
	unsigned char index[1024];
	int32_t offset_s[4];
	const char *rule; /* NULL: not even the newlines */
	unsigned char bytes[32768];
	size_t length;
};

static void
put(struct made *m, int64_t value, size_t bytes)
{
	for (; bytes > 8; bytes--)
		m->bytes[m->length++] = 0;
	while (bytes-- > 0)
		m->bytes[m->length++] = (unsigned char)((uint64_t)value >>
		    (8 * bytes));
}

static void
put_block(struct made *m, size_t time_bytes)
{
	uint32_t i;

	memcpy(m->bytes + m->length, "TZif", 4);
	m->bytes[m->length + 4] = (unsigned char)m->version;
	memset(m->bytes + m->length + 5, 0, 15);
	m->length += 20;
	put(m, m->types, 4);
	put(m, m->types, 4);
	put(m, m->leaps, 4);
	put(m, m->changes, 4);
	put(m, m->types, 4);
	put(m, 4, 4);
	for (i = 0; i < m->changes; i++)
		put(m, m->at_s[i], time_bytes);
	for (i = 0; i < m->changes; i++)
		put(m, m->index[i], 1);
	for (i = 0; i < m->types; i++) {
		put(m, m->offset_s[i], 4);
		put(m, 0, 2);
	}
	put(m, 0x41424300, 4); /* ABC */
	for (i = 0; i < m->leaps; i++)
		put(m, 78796800, time_bytes + 4);
	put(m, 0, 2 * m->types);
}

static void
make_file(struct made *m)
{
	m->length = 0;
	put_block(m, 4);
	if (m->version != 0)
		put_block(m, 8);
	if (m->rule != NULL) {
		put(m, '\n', 1);
		memcpy(m->bytes + m->length, m->rule, strlen(m->rule));
		m->length += strlen(m->rule);
		put(m, '\n', 1);
	}
}

/* From 1 to 2 hours ahead at the start of 2020. */
static struct made
plain(char version, const char *rule)
{
	struct made m = { .version = version, .changes = 1, .types = 2 };

	m.at_s[0] = FROM_2020_S;
	m.index[0] = 1;
	m.offset_s[0] = 3600;
	m.offset_s[1] = 7200;
	m.rule = rule;
	return m;
}

static int
parse(struct made *m, struct sli__zone *zone, struct sli_error *err)
{
	make_file(m);
	return parse_bytes(m->bytes, m->length, zone, err);
}

static void
test_zone_file_of_each_version_is_read(void **state)
{
	static const char versions[] = { 0, '2', '3', '4' };
	struct sli__zone zone;
	struct made m;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(versions); i++) {
		m = plain(versions[i], versions[i] != 0 ? "<+02>-2" : NULL);
		assert_int_equal(parse(&m, &zone, NULL), SLI_OK);
		assert_int_equal(sli__zone_check(&zone, NULL), SLI_OK);
		assert_string_equal(zone.name, "Made/Up");
		assert_int_equal(sli__zone_offset(&zone, FROM_2020_S - 1),
		    3600);
		assert_int_equal(sli__zone_offset(&zone, FROM_2020_S), 7200);
		assert_int_equal(sli__zone_offset(&zone, UNTIL_2036_S), 7200);
	}
}

static void
test_zone_file_of_another_version_is_refused(void **state)
{
	static const char versions[] = { 1, '1', '5', 'x' };
	struct sli__zone zone;
	struct sli_error err;
	struct made m;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(versions); i++) {
		m = plain(versions[i], "<+02>-2");
		assert_int_equal(parse(&m, &zone, &err), SLI_EVERSION);
		assert_error(&err, SLI_EVERSION, "Made/Up", "1 to 4");
	}
}

/* "right/Europe/Berlin" is 27 s beside every now_ns. */
static void
test_zone_file_with_leap_seconds_is_refused(void **state)
{
	struct made m = plain('2', "<+02>-2");
	struct sli__zone zone;
	struct sli_error err;

	(void)state;
	m.leaps = 2;
	assert_int_equal(parse(&m, &zone, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "Made/Up", "leap seconds");
}

static void
test_zone_file_without_a_rule_keeps_its_last_offset(void **state)
{
	struct made m = plain('2', "");
	struct sli__zone zone;

	(void)state;
	assert_int_equal(parse(&m, &zone, NULL), SLI_OK);
	assert_int_equal(sli__zone_offset(&zone, UNTIL_2036_S), 7200);
	m.changes = 0;
	assert_int_equal(parse(&m, &zone, NULL), SLI_OK);
	assert_int_equal(sli__zone_offset(&zone, UNTIL_2036_S), 3600);
}

/* As zic writes them when it is asked for slim files. */
static void
test_zone_file_that_ends_before_2000_goes_on_by_its_rule(void **state)
{
	struct made m = plain('2', "CET-1CEST,M3.5.0,M10.5.0/3");
	struct sli__zone zone, berlin;
	int64_t t;

	(void)state;
	m.at_s[0] = utc(1996, 3, 31, 1, 0);
	assert_int_equal(parse(&m, &zone, NULL), SLI_OK);
	assert_int_equal(sli__zone_check(&zone, NULL), SLI_OK);
	assert_int_equal(zone.change_count, 0);
	load_zone("Europe/Berlin", &berlin);
	for (t = SLI__ZONE_FIRST_S; t < UNTIL_2036_S; t += 9973)
		if (sli__zone_offset(&zone, t) != sli__zone_offset(&berlin, t))
			fail_msg("not Berlin's at %lld", (long long)t);
}

static void
test_zone_file_with_too_many_changes_is_refused(void **state)
{
	struct made m = plain('2', "");
	struct sli__zone zone;
	struct sli_error err;
	uint32_t i;

	(void)state;
	for (i = 0; i < LENGTH(m.at_s); i++) {
		m.at_s[i] = FROM_2020_S + 86400 * (int64_t)i;
		m.index[i] = (i + 1) % 2;
	}
	/* The one at 2000 is kept as well, the last one by the rule. */
	m.changes = SLI__ZONE_CHANGES - 1;
	assert_int_equal(parse(&m, &zone, NULL), SLI_OK);
	assert_int_equal(sli__zone_check(&zone, NULL), SLI_OK);
	for (i = 0; i < m.changes; i++)
		assert_int_equal(sli__zone_offset(&zone, m.at_s[i]),
		    i % 2 == 0 ? 7200 : 3600);
	m.changes = 512;
	assert_int_equal(parse(&m, &zone, &err), SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "Made/Up", "384");
	/* Of a name alone they take no room. */
	memset(m.index, 1, sizeof(m.index));
	assert_int_equal(parse(&m, &zone, NULL), SLI_OK);
	assert_int_equal(sli__zone_offset(&zone, m.at_s[300]), 7200);
}

/* A byte of the 64-bit block of plain('2'), whose header is at 69. */
static void
test_zone_file_with_a_wrong_byte_is_refused(void **state)
{
	static const struct {
		size_t at;
		unsigned char value;
		const char *why;
	} cases[] = {
		{ 69, 't', "begin as a TZif file" },
		{ 73, '3', "two versions" },
		{ 69 + 23, 1, "indicators" },
		{ 69 + 27, 1, "indicators" },
		{ 126, 2, "type is out of range" },
		{ 127, 4, "type is out of range" },
		{ 137, 'D', "no end" },
		{ 138, 2, "indicators" },
		{ 141, 2, "indicators" },
		{ 142, 'x', "between newlines" },
	};
	struct made m = plain('2', "<+02>-2");
	struct sli__zone zone;
	struct sli_error err;
	unsigned char was;
	size_t i;

	(void)state;
	make_file(&m);
	assert_int_equal(m.bytes[142], '\n');
	for (i = 0; i < LENGTH(cases); i++) {
		was = m.bytes[cases[i].at];
		m.bytes[cases[i].at] = cases[i].value;
		assert_int_equal(parse_bytes(m.bytes, m.length, &zone, &err),
		    SLI_ECORRUPT);
		assert_error(&err, SLI_ECORRUPT, "Made/Up", cases[i].why);
		m.bytes[cases[i].at] = was;
	}
	assert_int_equal(parse_bytes(m.bytes, m.length, &zone, &err), SLI_OK);
}

static void
test_zone_file_that_cannot_be_right_is_refused(void **state)
{
	struct made m;
	struct sli__zone zone;
	struct sli_error err;

	(void)state;
#define EXPECT_DAMAGE(change, why)                                             \
	do {                                                                   \
		m = plain('2', "<+02>-2");                                     \
		change;                                                        \
		assert_int_equal(parse(&m, &zone, &err), SLI_ECORRUPT);        \
		assert_error(&err, SLI_ECORRUPT, "Made/Up", why);              \
	} while (0)
	EXPECT_DAMAGE(m.types = 0, "number of types");
	EXPECT_DAMAGE(m.index[0] = 2, "to no type");
	EXPECT_DAMAGE(m.offset_s[0] = 93600, "type is out of range");
	EXPECT_DAMAGE(m.offset_s[1] = INT32_MIN, "type is out of range");
	EXPECT_DAMAGE(m.changes = 2; m.at_s[1] = FROM_2020_S, "out of order");
	EXPECT_DAMAGE(m.at_s[0] = SLI__ZONE_LAST_S + 1, "after the year 3000");
	EXPECT_DAMAGE(m.rule = "<+01>-1", "contradicts");
	EXPECT_DAMAGE(m.rule = "CET-1CEST,M3.5.0,M10.5.0/3", "contradicts");
	EXPECT_DAMAGE(m.rule = "<+02>-2\n", "cannot be read");
	EXPECT_DAMAGE(m.rule = "x", "cannot be read");
	EXPECT_DAMAGE(m.rule = NULL, "between newlines");
#undef EXPECT_DAMAGE
	m = plain(0, "");
	assert_int_equal(parse(&m, &zone, &err), SLI_ECORRUPT);
	assert_error(&err, SLI_ECORRUPT, "Made/Up", "after its end");
}

/* ---- what is no file ---- */

static void
write_file(const char *path, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)length), 0);
	close(fd);
}

static void
test_zone_that_is_no_plain_file_is_refused(void **state)
{
	struct sli__zone zone;
	struct sli_error err;
	const char *folder = scratch_path("");

	(void)state;
	assert_int_equal(mkfifo(scratch_path("Fifo"), 0600), 0);
	assert_int_equal(symlink("/dev/zero", scratch_path("Device")), 0);
	assert_int_equal(symlink("/", scratch_path("Folder")), 0);
	assert_int_equal(symlink("Loop", scratch_path("Loop")), 0);
	write_file(scratch_path("Empty"), 0);
	write_file(scratch_path("Long"), 65537);
	assert_int_equal(sli__zone_load_from(folder, "Fifo", &zone, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "Fifo", "regular file");
	assert_int_equal(sli__zone_load_from(folder, "Device", &zone, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli__zone_load_from(folder, "Folder", &zone, NULL),
	    SLI_EINVAL);
	assert_int_equal(sli__zone_load_from(folder, "Loop", &zone, NULL),
	    SLI_EACCES);
	assert_int_equal(sli__zone_load_from(folder, "Long", &zone, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "Long", "65536");
	assert_int_equal(sli__zone_load_from(folder, "Empty", &zone, NULL),
	    SLI_ECORRUPT);
	/* root may read what nobody may. */
	assert_int_equal(chmod(scratch_path("Empty"), 0), 0);
	if (geteuid() != 0)
		assert_int_equal(
		    sli__zone_load_from(folder, "Empty", &zone, NULL),
		    SLI_EACCES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zone_file_of_each_version_is_read),
		cmocka_unit_test(test_zone_file_of_another_version_is_refused),
		cmocka_unit_test(test_zone_file_with_leap_seconds_is_refused),
		cmocka_unit_test(
		    test_zone_file_without_a_rule_keeps_its_last_offset),
		cmocka_unit_test(
		    test_zone_file_that_ends_before_2000_goes_on_by_its_rule),
		cmocka_unit_test(
		    test_zone_file_with_too_many_changes_is_refused),
		cmocka_unit_test(test_zone_file_with_a_wrong_byte_is_refused),
		cmocka_unit_test(
		    test_zone_file_that_cannot_be_right_is_refused),
		cmocka_unit_test_setup_teardown(
		    test_zone_that_is_no_plain_file_is_refused, scratch_setup,
		    scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
