/* SPDX-License-Identifier: MIT */
/*
 * Exclusions and corrections of a file: of all processes, across restarts, and
 * in views.
 */
#include "files.h"

static struct sli_registry *reg;
static struct sli_indicator *ind;
static struct sli_slo *slo;

#define MINUTE(n) (START + SLI_MINUTES(n))

static void
open_adjusted(const char *path)
{
	reg = open_file(path);
	ind = scratch_indicator(reg, "requests");
	assert_non_null(ind);
	slo = scratch_slo(ind, "availability");
	assert_non_null(slo);
}

/* Ten minutes of bad events: one of them excluded, one under way, one undone */
static void
make_adjusted(const char *path)
{
	uint64_t i;

	open_adjusted(path);
	for (i = 0; i < 600; i++)
		sli_count(ind, START + SLI_SECONDS(i), SLI_BAD, 1);
	assert_int_equal(sli_slo_exclude(slo, MINUTE(10), MINUTE(1), MINUTE(2),
			     "a test", NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_exclude(slo, MINUTE(10), MINUTE(9), MINUTE(20),
			     "a test", NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_correct(slo, MINUTE(10), MINUTE(3), 11, -30,
			     "a test", NULL),
	    SLI_OK);
}

static int
find_slo(struct sli_registry *in, struct sli_slo **out)
{
	return in == NULL ? SLI_EIO : sli_slo_find(in, "availability", out);
}

static bool
is_adjusted(struct sli_slo *its, uint64_t now_ns, uint64_t bad,
    uint64_t excluded)
{
	struct sli_budget b = { 0 };

	(void)sli_slo_budget(its, now_ns, &b);
	return b.good == 11 && b.bad == bad && b.excluded == excluded &&
	    b.corrected_bad == -30;
}

static void
test_file_adjust_survives_a_restart_and_goes_on(void **state)
{
	const char *path = scratch_path("restart.sli");
	struct sli_adjustment a;

	(void)state;
	make_adjusted(path);
	assert_true(is_adjusted(slo, MINUTE(10), 450, 120));
	sli_registry_close(reg);

	open_adjusted(path);
	assert_true(is_adjusted(slo, MINUTE(10), 450, 120));
	sli_count(ind, MINUTE(15), SLI_BAD, 5);
	sli_count(ind, MINUTE(25), SLI_BAD, 7);
	assert_true(is_adjusted(slo, MINUTE(25), 457, 125));
	assert_int_equal(sli_slo_adjustment(slo, MINUTE(25), 1, &a), SLI_OK);
	assert_true(a.from_ns == MINUTE(9) && a.settled == 1 && a.bad == 65);
	sli_registry_close(reg);
}

static void
test_file_adjust_survives_a_reboot(void **state)
{
	const char *path = scratch_path("reboot.sli");

	(void)state;
	make_adjusted(path);
	sli_registry_close(reg);
	scratch_reboot(path);
	open_adjusted(path);
	assert_true(is_adjusted(slo, MINUTE(10), 450, 120));
	sli_registry_close(reg);
}

static void
test_file_adjust_shows_in_a_view_which_changes_nothing(void **state)
{
	const char *path = scratch_path("view.sli");
	struct sli_registry *view;
	struct sli_slo *seen = NULL;
	struct sli_error err;

	(void)state;
	make_adjusted(path);
	view = scratch_view(path);
	assert_int_equal(find_slo(view, &seen), SLI_OK);
	assert_true(is_adjusted(seen, MINUTE(10), 450, 120));
	/* Over, and nobody has settled it: the view works it out. */
	assert_true(is_adjusted(seen, MINUTE(30), 450, 120));
	assert_int_equal(
	    sli_slo_exclude(seen, MINUTE(10), START, MINUTE(1), "x", &err),
	    SLI_EACCES);
	assert_error(&err, SLI_EACCES, "view", "");
	assert_int_equal(
	    sli_slo_include(seen, MINUTE(10), START, MINUTE(30), "x", &err),
	    SLI_EACCES);
	assert_int_equal(
	    sli_slo_correct(seen, MINUTE(10), START, 1, 1, "x", &err),
	    SLI_EACCES);
	sli_registry_close(view);
	assert_true(is_adjusted(slo, MINUTE(10), 450, 120));
	sli_registry_close(reg);
}

/* It sees what the other did, adds to it, and settles what is over. */
static int
adjust_in_a_peer(struct peer *peer, void *arg)
{
	struct sli_registry *its = scratch_open(arg);
	struct sli_slo *there = NULL;
	struct sli_indicator *requests;
	int failed = peer_expect(find_slo(its, &there) == SLI_OK);

	if (failed)
		return failed;
	requests = scratch_indicator(its, "requests");
	failed += peer_expect(is_adjusted(there, MINUTE(10), 450, 120));
	failed += peer_expect(sli_slo_exclude(there, MINUTE(10), MINUTE(5),
				  MINUTE(6), "peer", NULL) == SLI_OK);
	peer_pause(peer);
	sli_count(requests, MINUTE(21), SLI_BAD, 1);
	return failed;
}

static void
test_file_adjust_is_of_all_processes(void **state)
{
	char *path = scratch_path("both.sli");
	struct sli_adjustment a;
	struct sli_audit audit;
	struct peer peer;

	(void)state;
	make_adjusted(path);
	peer_start(&peer, adjust_in_a_peer, path);
	peer_reach(&peer);
	assert_true(is_adjusted(slo, MINUTE(10), 390, 180));
	audit = audit_of(reg, 0);
	assert_int_equal(audit.kind, SLI_AUDIT_EXCLUDED);
	assert_non_null(strstr(audit.why, ": peer"));
	peer_go(&peer);
	peer_end(&peer);
	assert_int_equal(sli_slo_adjustment(slo, MINUTE(21), 1, &a), SLI_OK);
	assert_true(a.from_ns == MINUTE(9) && a.settled == 1);
	assert_true(is_adjusted(slo, MINUTE(21), 391, 180));
	sli_registry_close(reg);
}

static void
ignore(const struct sli_finding *finding, void *arg)
{
	(void)finding;
	(void)arg;
}

static void
test_file_adjust_is_saved_by_a_repair(void **state)
{
	const char *path = scratch_path("old.sli"), *to = scratch_path("new");
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_error err;
	struct sli_audit audit;

	(void)state;
	make_adjusted(path);
	sli_registry_close(reg);
	if (sli_file_repair(path, to, &cfg, ignore, NULL, &err) != SLI_OK)
		fail_msg("%s", err.message);
	open_adjusted(to);
	assert_true(is_adjusted(slo, MINUTE(10), 450, 120));
	audit = audit_of(reg, 1);
	assert_int_equal(audit.kind, SLI_AUDIT_CORRECTED);
	assert_string_equal(audit.why,
	    "2024-10-04T00:03:00Z good +11 bad -30: a test");
	sli_registry_close(reg);
}

static void
test_file_adjust_of_a_removed_slo_is_refused(void **state)
{
	const char *path = scratch_path("removed.sli");
	struct sli_error err;

	(void)state;
	make_adjusted(path);
	sli_registry_close(reg);
	reg = open_file(path);
	assert_int_equal(find_slo(reg, &slo), SLI_OK);
	assert_int_equal(sli_slo_remove(reg, "availability", "old", &err),
	    SLI_OK);
	assert_int_equal(
	    sli_slo_exclude(slo, MINUTE(10), START, MINUTE(1), "x", &err),
	    SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "availability", "removed");
	assert_int_equal(
	    sli_slo_correct(slo, MINUTE(10), START, 1, 1, "x", &err),
	    SLI_ENOENT);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_adjust_survives_a_restart_and_goes_on),
		TEST(test_file_adjust_survives_a_reboot),
		TEST(test_file_adjust_shows_in_a_view_which_changes_nothing),
		TEST(test_file_adjust_is_of_all_processes),
		TEST(test_file_adjust_is_saved_by_a_repair),
		TEST(test_file_adjust_of_a_removed_slo_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
