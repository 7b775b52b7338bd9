/* SPDX-License-Identifier: MIT */
/*
 * The log of alerts in a file: past the end of a process, and in a repaired
 * copy.
 */
#include "files.h"

#define NOW (START + SLI_SECONDS(7200))

struct service {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
};

static void
open_service(struct service *s, const char *path)
{
	s->reg = open_file(path);
	s->ind = scratch_indicator(s->reg, "requests");
	assert_non_null(s->ind);
	s->slo = scratch_slo(s->ind, "availability");
	assert_non_null(s->slo);
}

static void
serve(struct service *s, uint64_t from_ns, uint64_t seconds,
    enum sli_outcome outcome)
{
	count_each_second(s->ind, from_ns, seconds, outcome, 100);
}

/* Newest first. */
static uint32_t
read_all(const struct sli_registry *reg, struct sli_alert_record *r)
{
	uint32_t n = 0;
	int status;

	while ((status = sli_alert_read(reg, n, &r[n])) == SLI_OK)
		n++;
	assert_int_equal(status, SLI_ENOENT);
	return n;
}

/* Two hours, and an outage of two minutes that goes on. */
static uint32_t
run_badly(const char *path, struct sli_alert_record *r)
{
	struct service s;
	uint32_t n;

	open_service(&s, path);
	serve(&s, START, 7200, SLI_GOOD);
	serve(&s, NOW, 120, SLI_BAD);
	n = read_all(s.reg, r);
	sli_registry_close(s.reg);
	return n;
}

static void
expect_same(const struct sli_alert_record *a, const struct sli_alert_record *b,
    uint32_t n)
{
	assert_true(n >= 2);
	assert_memory_equal(a, b, n * sizeof(*a));
}

static void
test_alert_file_has_the_log_after_a_restart(void **state)
{
	struct sli_alert_record before[64], after[64];
	char *path = scratch_path("a.sli");
	uint32_t n, i;
	struct service s;

	(void)state;
	n = run_badly(path, before);
	for (i = 0; i < n; i++)
		assert_true(before[i].end_ns == 0);
	open_service(&s, path);
	assert_int_equal(read_all(s.reg, after), n);
	expect_same(before, after, n);
	/* Two hours without it, and all is well: they are over. */
	serve(&s, NOW + SLI_DAYS(4), 60, SLI_GOOD);
	assert_int_equal(read_all(s.reg, after), n);
	for (i = 0; i < n; i++) {
		assert_int_equal(after[i].number, before[i].number);
		assert_true(after[i].start_ns == before[i].start_ns);
		assert_true(after[i].end_ns != 0);
		assert_true(after[i].recovered_ns <=
		    NOW + SLI_SECONDS(120) + SLI_MINUTES(30));
	}
	sli_registry_close(s.reg);
}

/* It goes on to fire in the next process: still the same record. */
static void
test_alert_file_goes_on_with_a_record(void **state)
{
	struct sli_alert_record before[64], after[64];
	char *path = scratch_path("a.sli");
	uint32_t n, m, i;
	struct service s;

	(void)state;
	n = run_badly(path, before);
	open_service(&s, path);
	serve(&s, NOW + SLI_SECONDS(121), 60, SLI_BAD);
	m = read_all(s.reg, after);
	assert_true(m >= n);
	for (i = 0; i < n; i++)
		if (before[n - 1 - i].kind == SLI_ALERT_BURN) {
			assert_int_equal(after[m - 1 - i].number,
			    before[n - 1 - i].number);
			assert_true(after[m - 1 - i].end_ns == 0);
			assert_true(
			    after[m - 1 - i].bad > before[n - 1 - i].bad);
		}
	sli_registry_close(s.reg);
}

/* The time in which nobody ran is no outage, whatever was in flight. */
static void
test_alert_file_knows_no_outage_of_a_deploy(void **state)
{
	struct sli_alert_record r[64];
	char *path = scratch_path("a.sli");
	struct service s;

	(void)state;
	open_service(&s, path);
	sli_begin(s.ind);
	serve(&s, START, 600, SLI_GOOD);
	sli_registry_close(s.reg);
	open_service(&s, path);
	sli_begin(s.ind);
	serve(&s, START + SLI_SECONDS(630), 60, SLI_GOOD);
	assert_int_equal(read_all(s.reg, r), 0);
	sli_registry_close(s.reg);
}

static void
test_alert_file_is_seen_in_a_view(void **state)
{
	struct sli_alert_record before[64], after[64];
	char *path = scratch_path("a.sli");
	struct sli_registry *view;
	uint32_t n;

	(void)state;
	n = run_badly(path, before);
	view = scratch_view(path);
	assert_non_null(view);
	assert_int_equal(read_all(view, after), n);
	expect_same(before, after, n);
	sli_registry_close(view);
}

static void
test_alert_file_repaired_has_the_log(void **state)
{
	struct sli_alert_record before[64], after[64];
	char *path = scratch_path("a.sli"), *copy = scratch_path("b.sli");
	struct service s;
	uint32_t n;

	(void)state;
	n = run_badly(path, before);
	assert_int_equal(sli_file_repair(path, copy, NULL, NULL, NULL, NULL),
	    SLI_OK);
	assert_int_equal(sli_file_check(copy, NULL, NULL, NULL), SLI_OK);
	open_service(&s, copy);
	assert_int_equal(read_all(s.reg, after), n);
	expect_same(before, after, n);
	serve(&s, NOW + SLI_DAYS(4), 60, SLI_GOOD);
	assert_int_equal(read_all(s.reg, after), n);
	assert_true(after[0].end_ns != 0);
	sli_registry_close(s.reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_alert_file_has_the_log_after_a_restart),
		TEST(test_alert_file_goes_on_with_a_record),
		TEST(test_alert_file_knows_no_outage_of_a_deploy),
		TEST(test_alert_file_is_seen_in_a_view),
		TEST(test_alert_file_repaired_has_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
