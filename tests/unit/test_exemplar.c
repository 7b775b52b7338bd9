/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "indicator/exemplar.h"

#include "files.h"

#define ID "4bf92f3577b34da6a3ce929d0e0e4736"

static struct sli_exemplar found[2 * SLI__EXEMPLAR_PLACES];

/* Of [from_ns, to_ns), how many. */
static uint32_t
find(const struct sli_indicator *ind, uint64_t from_ns, uint64_t to_ns)
{
	memset(found, 0, sizeof(found));
	return sli_exemplars(ind, from_ns, to_ns, found, LENGTH(found));
}

static uint32_t
find_all(const struct sli_indicator *ind)
{
	return find(ind, 0, UINT64_MAX);
}

static void
expect(uint32_t i, uint64_t at_ns, enum sli_outcome outcome,
    uint64_t latency_ns, const char *trace_id)
{
	assert_int_equal(found[i].at_ns, at_ns);
	assert_int_equal(found[i].outcome, outcome);
	assert_int_equal(found[i].latency_ns, latency_ns);
	assert_string_equal(found[i].trace_id, trace_id);
}

static void
test_exemplar_is_recorded_as_any_event(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	struct sli_counts counts;
	uint64_t p50 = 0;

	(void)state;
	sli_record_exemplar(ind, START, SLI_GOOD, SLI_MILLIS(150), ID);
	sli_record_exemplar(ind, START, SLI_GOOD, SLI_MILLIS(1), ID);
	sli_record_exemplar(ind, START, SLI_BAD, SLI_MILLIS(2), NULL);
	sli_record_exemplar(ind, START, SLI_SHED, SLI_MILLIS(3), ID);
	sli_record_exemplar(ind, START, SLI_IGNORED, SLI_MILLIS(4), ID);
	assert_int_equal(sli_total_counts(ind, &counts), SLI_OK);
	assert_int_equal(counts.good, 2);
	assert_int_equal(counts.slow[0], 1);
	assert_int_equal(counts.bad, 1);
	assert_int_equal(counts.shed, 1);
	assert_int_equal(counts.ignored, 1);
	assert_int_equal(sli_window_quantile(ind, START, SLI_SECONDS(10),
			     SLI_BAD, 0.5, &p50),
	    SLI_OK);
	assert_in_range(p50, SLI_MILLIS(2), SLI_MICROS(2100));
	/* Shed and ignored events have no latency; NULL is no trace id. */
	assert_int_equal(find_all(ind), 1);
	expect(0, START, SLI_GOOD, SLI_MILLIS(150), ID);
	sli_registry_close(reg);
}

static void
test_exemplars_are_the_slowest_good_and_bad_of_ten_seconds(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	uint64_t s;

	(void)state;
	for (s = 0; s < 30; s++) {
		sli_record_exemplar(ind, START + SLI_SECONDS(s), SLI_GOOD,
		    SLI_MILLIS(s % 10 == 4 ? 90 + s : s), "good");
		sli_record_exemplar(ind, START + SLI_SECONDS(s), SLI_BAD,
		    SLI_MILLIS(s % 10 == 7 ? 50 + s : s), "bad");
	}
	assert_int_equal(find_all(ind), 6);
	expect(0, START + SLI_SECONDS(27), SLI_BAD, SLI_MILLIS(77), "bad");
	expect(1, START + SLI_SECONDS(17), SLI_BAD, SLI_MILLIS(67), "bad");
	expect(2, START + SLI_SECONDS(7), SLI_BAD, SLI_MILLIS(57), "bad");
	expect(3, START + SLI_SECONDS(24), SLI_GOOD, SLI_MILLIS(114), "good");
	expect(4, START + SLI_SECONDS(14), SLI_GOOD, SLI_MILLIS(104), "good");
	expect(5, START + SLI_SECONDS(4), SLI_GOOD, SLI_MILLIS(94), "good");
	/* A half-open interval of the events' own times. */
	assert_int_equal(
	    find(ind, START + SLI_SECONDS(7), START + SLI_SECONDS(17)), 2);
	expect(0, START + SLI_SECONDS(7), SLI_BAD, SLI_MILLIS(57), "bad");
	expect(1, START + SLI_SECONDS(14), SLI_GOOD, SLI_MILLIS(104), "good");
	/* Room for two: the worst two. */
	memset(found, 0, sizeof(found));
	assert_int_equal(sli_exemplars(ind, 0, UINT64_MAX, found, 2), 2);
	expect(1, START + SLI_SECONDS(17), SLI_BAD, SLI_MILLIS(67), "bad");
	assert_int_equal(found[2].at_ns, 0);
	assert_int_equal(sli_exemplars(ind, 0, UINT64_MAX, found, 0), 0);
	sli_registry_close(reg);
}

/* Every second one, for ten hours: 5 minutes of the fine ring, 8 hours. */
static void
test_exemplars_are_kept_for_hours_and_then_go(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	const uint64_t end_s = 36000;
	uint64_t s, now_ns = START + SLI_SECONDS(end_s);
	char id[24];

	(void)state;
	for (s = 0; s < end_s; s++) {
		snprintf(id, sizeof(id), "%llu", (unsigned long long)s);
		sli_record_exemplar(ind, START + SLI_SECONDS(s), SLI_GOOD,
		    SLI_MILLIS(1 + s % 10) + s % 300, id);
	}
	assert_int_equal(find(ind, now_ns - SLI_MINUTES(5), now_ns), 30);
	assert_int_equal(
	    find(ind, now_ns - SLI_HOURS(8), now_ns - SLI_MINUTES(10)), 94);
	for (s = 0; s < 94; s++) {
		uint64_t at_s = (found[s].at_ns - START) / SLI_SECONDS(1);

		assert_int_equal(at_s % 300, 299);
		assert_int_equal(strtoull(found[s].trace_id, NULL, 10), at_s);
	}
	assert_int_equal(find(ind, 0, now_ns - SLI_HOURS(8)), 0);
	sli_registry_close(reg);
}

static void
test_exemplar_latencies_are_told_apart_at_any_size(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	uint64_t at = START, bit, latency;

	(void)state;
	for (bit = 0; bit < 64; bit++, at += SLI_SECONDS(10)) {
		latency = UINT64_C(1) << bit;
		sli_record_exemplar(ind, at, SLI_GOOD, latency, "same");
		sli_record_exemplar(ind, at, SLI_GOOD, latency - 1, "less");
		sli_record_exemplar(ind, at, SLI_GOOD,
		    latency + (latency >> 27) + 1, "more");
		sli_record_exemplar(ind, at, SLI_GOOD, latency, "late");
		assert_true(find(ind, at, at + 1) >= 1);
		expect(0, at, SLI_GOOD, latency + (latency >> 27) + 1, "more");
	}
	/* The slowest there is; and none is too fast to be one. */
	sli_record_exemplar(ind, at, SLI_BAD, 0, "zero");
	assert_int_equal(find(ind, at, at + 1), 1);
	expect(0, at, SLI_BAD, 0, "zero");
	sli_record_exemplar(ind, at, SLI_BAD, UINT64_MAX, "max");
	assert_int_equal(find(ind, at, at + 1), 1);
	expect(0, at, SLI_BAD, UINT64_MAX, "max");
	sli_registry_close(reg);
}

static void
test_exemplar_with_a_bad_trace_id_is_only_recorded(void **state)
{
	static const char *const bad[] = { "", "a\"b", "a\\b", "a\nb", "\x7f",
		"caf\xc3\xa9", "\x80" };
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	char id[SLI_TRACE_ID_MAX + 2];
	size_t i;

	(void)state;
	memset(id, 'x', sizeof(id));
	id[sizeof(id) - 1] = '\0';
	for (i = 0; i < LENGTH(bad); i++)
		sli_record_exemplar(ind, START, SLI_BAD, 100 + i, bad[i]);
	sli_record_exemplar(ind, START, SLI_BAD, 200, id);
	assert_int_equal(find_all(ind), 0);
	id[SLI_TRACE_ID_MAX] = '\0';
	sli_record_exemplar(ind, START, SLI_BAD, 1, id);
	assert_int_equal(find_all(ind), 1);
	expect(0, START, SLI_BAD, 1, id);
	/* Calls that mean nothing. */
	sli_record_exemplar(NULL, START, SLI_BAD, 1, ID);
	sli_record_exemplar(ind, UINT64_MAX, SLI_BAD, UINT64_MAX, ID);
	sli_record_exemplar(ind, START, (enum sli_outcome)17, 9, ID);
	assert_int_equal(find_all(ind), 1);
	assert_int_equal(sli_exemplars(NULL, 0, 1, found, 1), 0);
	assert_int_equal(sli_exemplars(ind, 0, UINT64_MAX, NULL, 1), 0);
	sli_registry_close(reg);
}

/* Its place is by history time, what it says is what the caller said. */
static void
test_exemplars_go_on_after_a_clock_was_set_back(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	uint64_t s, back = START - SLI_DAYS(365);

	(void)state;
	sli_record_exemplar(ind, START, SLI_GOOD, SLI_SECONDS(9), "before");
	for (s = 0; s < 70; s++)
		sli_record(ind, back + SLI_SECONDS(s), SLI_GOOD, 1);
	back += SLI_SECONDS(70);
	for (s = 0; s < 30; s++)
		sli_record_exemplar(ind, back + SLI_SECONDS(s), SLI_GOOD,
		    SLI_MILLIS(1 + s), "after");
	assert_true(find(ind, back, back + SLI_SECONDS(30)) >= 3);
	expect(0, back + SLI_SECONDS(29), SLI_GOOD, SLI_MILLIS(30), "after");
	assert_int_equal(find(ind, START, START + 1), 1);
	sli_registry_close(reg);
}

static int
record_and_end(struct peer *peer, void *arg)
{
	struct sli_registry *reg = scratch_open(arg);
	struct sli_indicator *ind = scratch_indicator(reg, "requests");

	(void)peer;
	sli_record_exemplar(ind, START, SLI_BAD, SLI_MILLIS(5), "by-another");
	sli_registry_close(reg);
	return 0;
}

static void
test_exemplars_in_a_file_outlive_their_process(void **state)
{
	const char *path = scratch_path("exemplars.sli");
	struct sli_indicator *ind, *seen = NULL;
	struct sli_registry *reg, *view;

	(void)state;
	peer_run(record_and_end, (void *)(uintptr_t)path);
	reg = open_file(path);
	ind = scratch_indicator(reg, "requests");
	assert_int_equal(find_all(ind), 1);
	expect(0, START, SLI_BAD, SLI_MILLIS(5), "by-another");
	view = scratch_view(path);
	assert_int_equal(sli_indicator_find(view, "requests", NULL, 0, &seen),
	    SLI_OK);
	sli_record_exemplar(ind, START, SLI_BAD, SLI_MILLIS(6), "seen-at-once");
	assert_int_equal(find_all(seen), 1);
	expect(0, START, SLI_BAD, SLI_MILLIS(6), "seen-at-once");
	/* In a view nothing is recorded. */
	sli_record_exemplar(seen, START, SLI_BAD, SLI_MILLIS(7), "never");
	assert_int_equal(find_all(ind), 1);
	expect(0, START, SLI_BAD, SLI_MILLIS(6), "seen-at-once");
	sli_registry_close(view);
	sli_registry_close(reg);
}

static void
test_exemplars_and_capacity_are_saved_by_a_repair(void **state)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	const char *path = scratch_path("from.sli");
	char *to = scratch_path("to.sli");
	struct sli_registry *reg = open_file(path);
	struct sli_indicator *ind = NULL;
	struct sli_error err;
	uint64_t now_ns = sli_clock_ns();

	(void)state;
	cfg.name = "pool";
	cfg.capacity = 40;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	sli_record_exemplar(ind, now_ns, SLI_BAD, SLI_MILLIS(5), ID);
	sli_registry_close(reg);
	assert_int_equal(sli_file_repair(path, to, NULL, NULL, NULL, NULL),
	    SLI_OK);
	reg = open_file(to);
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	assert_int_equal(find_all(ind), 1);
	expect(0, now_ns, SLI_BAD, SLI_MILLIS(5), ID);
	/* Another capacity is another configuration. */
	cfg.capacity = 41;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, &err),
	    SLI_EEXIST);
	assert_error(&err, SLI_EEXIST, "pool", "capacity");
	sli_registry_close(reg);
}

/* A bit was flipped, or its writer died over it: the others are read. */
static void
test_exemplar_that_is_damaged_is_passed_over(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	struct sli__exemplars before;
	unsigned char *byte;
	size_t i;

	(void)state;
	sli_record_exemplar(ind, START, SLI_BAD, SLI_MILLIS(5), "damaged");
	/* One place for each of the rings: the other goes. */
	before = *ind->exemplars;
	for (i = 0; i < sizeof(before) / sizeof(uint64_t); i++)
		if (((const uint64_t *)(const void *)&before)[i] != 0)
			break;
	memset((char *)ind->exemplars + i * sizeof(uint64_t), 0,
	    sizeof(struct sli__exemplar));
	sli_record_exemplar(ind, START + SLI_SECONDS(10), SLI_BAD, 1, "sound");
	assert_int_equal(find_all(ind), 2);
	before = *ind->exemplars;
	for (i = 0; i < sizeof(before); i++) {
		byte = (unsigned char *)ind->exemplars + i;
		if (*byte == 0)
			continue;
		*byte ^= 0x10;
		assert_true(find_all(ind) >= 1);
		if (find_all(ind) == 2)
			expect(0, START, SLI_BAD, SLI_MILLIS(5), "damaged");
		*byte ^= 0x10;
	}
	memset(ind->exemplars, 0xff, sizeof(before));
	assert_int_equal(find_all(ind), 0);
	sli_record_exemplar(ind, START + SLI_SECONDS(20), SLI_BAD, 1, ID);
	assert_int_equal(find_all(ind), 0);
	sli_registry_close(reg);
}

/* A checksum is no signature: what a forger wrote is still only text. */
static void
test_exemplar_that_is_forged_is_printable(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	struct sli__exemplar *place = &ind->exemplars->place[SLI_GOOD][0];
	struct sli_exemplar forged;
	size_t i;

	(void)state;
	memset(&forged, 0, sizeof(forged));
	memset(forged.trace_id, 'x', sizeof(forged.trace_id));
	ind->exemplars->is_used = 1;
	for (i = 0; i < 3; i++) {
		if (i == 1)
			memcpy(forged.trace_id, "\033[2J", 5);
		if (i == 2) {
			memcpy(forged.trace_id, "a", 2);
			forged.outcome = SLI_BAD; /* among the good ones */
		}
		memcpy(place->words, &forged, sizeof(forged));
		place->kept = place->key = 1;
		place->checksum =
		    sli__checksum(place->words, sizeof(place->words)) + 1;
		assert_int_equal(find_all(ind), 0);
	}
	forged.outcome = SLI_GOOD;
	memcpy(place->words, &forged, sizeof(forged));
	place->checksum = sli__checksum(place->words, sizeof(place->words)) + 1;
	assert_int_equal(find_all(ind), 1);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exemplar_is_recorded_as_any_event),
		TEST(
		    test_exemplars_are_the_slowest_good_and_bad_of_ten_seconds),
		TEST(test_exemplars_are_kept_for_hours_and_then_go),
		TEST(test_exemplar_latencies_are_told_apart_at_any_size),
		TEST(test_exemplar_with_a_bad_trace_id_is_only_recorded),
		TEST(test_exemplars_go_on_after_a_clock_was_set_back),
		TEST(test_exemplars_in_a_file_outlive_their_process),
		TEST(test_exemplars_and_capacity_are_saved_by_a_repair),
		TEST(test_exemplar_that_is_damaged_is_passed_over),
		TEST(test_exemplar_that_is_forged_is_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
