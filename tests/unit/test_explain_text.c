/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "shop.h"

static char text[16384];

static const char *
text_of(const struct sli_explanation *e)
{
	size_t n = sli_explain_text(e, text, sizeof(text));
	char *line, *end;

	assert_int_equal(n, strlen(text));
	assert_true(n < sizeof(text) && text[n - 1] == '\n');
	for (line = text; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		assert_true(sli__is_text(line, sizeof(text)));
		*end = '\n';
	}
	return text;
}

static void
expect_text(const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void
test_explain_text_begins_with_what_matters(void **state)
{
	struct sli_explanation e;

	(void)state;
	play_the_night(240);
	annotate(ONSET, -180, "checkout 1.4.2");
	annotate(ONSET, -1500, "cart 7 \xe2\x86\x92 9 pods");
	annotate(ONSET, 60, "bank client 2.0");
	sli_record_exemplar(shop.ind[CHECKOUT], shop.now_ns, SLI_BAD,
	    SLI_MILLIS(12400), "4bf92f3577b34da6a3ce929d0e0e4736");
	sli_record_exemplar(shop.ind[CHECKOUT], shop.now_ns, SLI_GOOD,
	    SLI_MICROS(3250), "00f067aa0ba902b7");
	play(600, failing);
	e = explain(shop.now_ns);
	text_of(&e);
	expect_text("checkout-availability burns since 03:1");
	expect_text(" at 120 times what its budget allows; ");
	expect_text("It is 2025-01-01 03:26:40 UTC;");
	expect_text("\nPage (1 h and 5 min above 14.4) since 03:1");
	expect_text("300.0  bank, 2 calls away: burns, and did at the onset\n");
	expect_text(" 15.0  payments (payments): burns, and did at the onset");
	expect_text("     0.0     0.0  cart: within its budget\n");
	expect_text("  03:09:40  deploy checkout 1.4.2, 2 min 12 s before\n");
	expect_text("  03:13:40  deploy bank client 2.0, 1 min 48 s after\n");
	expect_text("deploy cart 7 \xe2\x86\x92 9 pods, ");
	expect_text("  03:16:40  bad   "
		    "4bf92f3577b34da6a3ce929d0e0e4736  12.4 s\n");
	expect_text("  good  00f067aa0ba902b7  3.25 ms\n");
}

static void
test_explain_text_says_what_is_not_known(void **state)
{
	struct sli_explanation e = explain(T0);

	(void)state;
	text_of(&e);
	expect_text("checkout-availability has no alert under way, and burns "
		    "at 0.0 times what its budget allows; its period has no "
		    "events.\n");
	expect_text("\nNo dependencies are declared.\n");
	expect_text("\nNo changes are known, ");
	expect_text("\nNo traces are kept of that time.\n");
}

static void
test_explain_text_tells_budgets_apart(void **state)
{
	struct sli_explanation e = explain(T0);

	(void)state;
	e.burning = 1;
	e.onset_ns = T0 - SLI_HOURS(30);
	e.burn_rate = 2.25;
	e.budget.has_data = 1;
	e.budget.remaining = 0.412;
	e.budget.exhausted_in_ns = SLI_MINUTES(370);
	text_of(&e);
	expect_text("since 2024-12-30 18:00:00 (1 d 6 h) at 2.3 times what its "
		    "budget allows; 41.2 % of it is left, gone in 6 h 10 min "
		    "at the last hour's rate.");
	e.budget.exhausted_in_ns = UINT64_MAX;
	text_of(&e);
	expect_text("; 41.2 % of it is left.\n");
	e.budget.remaining = 0.9996;
	text_of(&e);
	expect_text("; 99.96 % of it is left.\n");
	e.budget.remaining = 0;
	text_of(&e);
	expect_text("; 100.0 % of it is spent.\n");
	e.budget.remaining = -3.18;
	text_of(&e);
	expect_text("; 418 % of it is spent.\n");
}

/* A slice is bad or good: what share of the events failed is another rate. */
static void
test_explain_text_of_slices_says_by_events(void **state)
{
	struct sli_explanation e;

	(void)state;
	play(60, failing);
	e = explain(shop.now_ns);
	assert_int_equal(e.method, SLI_OCCURRENCES);
	assert_null(strstr(text_of(&e), "by events"));
	e.method = SLI_TIMESLICES;
	text_of(&e);
	expect_text(" at 120 times what its budget allows by events; ");
	expect_text("burn rates are of 5 min, and by events, though its budget "
		    "is of slices. Counted by checkout.\n");
}

static void
test_explain_text_of_records(void **state)
{
	struct sli_explanation e = explain(T0);
	struct sli_alert_record *r = &e.record;

	(void)state;
	e.has_record = 1;
	r->kind = SLI_ALERT_OUTAGE;
	r->silent = 1;
	r->onset_ns = r->start_ns = T0 - SLI_SECONDS(60);
	r->end_ns = T0 - SLI_SECONDS(45);
	r->bad = 3;
	r->total = 4;
	r->missing = 99;
	r->budget_cost = 0.00386;
	text_of(&e);
	expect_text("\nLast: Micro-outage (with silence) from 2024-12-31 "
		    "23:59:00 to 2024-12-31 23:59:15, burned from 2024-12-31 "
		    "23:59:00: 3 bad of 4, 99 missing, 0.39 % of the "
		    "budget.\n");
	r->kind = SLI_ALERT_BURN;
	r->severity = SLI_TICKET;
	r->long_ns = SLI_DAYS(3);
	r->short_ns = SLI_HOURS(6);
	r->factor = 1;
	e.burning = 1;
	r->end_ns = 0;
	text_of(&e);
	expect_text("\nTicket (3 d and 6 h above 1.0) since 2024-12-31 "
		    "23:59:00: 3 bad of 4");
}

/* Each wording there is, by what was and is. */
static void
test_explain_text_of_dependencies_is_honest(void **state)
{
	static const struct {
		int had, has;
		double onset, now;
		const char *says;
	} cases[] = {
		{ 1, 1, 2, 3, "burns, and did at the onset" },
		{ 1, 1, 1, 3, "burns, but did not at the onset" },
		{ 0, 1, 0, 3, "burns, had no events at the onset" },
		{ 1, 1, 2, 1, "burned at the onset, not now" },
		{ 1, 1, 1, 1, "within its budget" },
		{ 1, 0, 2, 0, "burned at the onset, no events now" },
		{ 1, 0, 1, 0, "no events now" },
		{ 0, 0, 0, 0, "no events" },
	};
	struct sli_explanation e = explain(T0);
	struct sli_explained_dependency *d = e.dependency;
	char line[80];
	size_t i;

	(void)state;
	e.dependency_count = 1;
	memcpy(d->series, "a", 2);
	for (i = 0; i < LENGTH(cases); i++) {
		d->had_data = cases[i].had;
		d->has_data = cases[i].has;
		d->burn_rate_onset = cases[i].onset;
		d->burn_rate = cases[i].now;
		snprintf(line, sizeof(line), "  a: %s\n", cases[i].says);
		text_of(&e);
		expect_text(line);
	}
}

static void
test_explain_text_of_changes_says_how_near(void **state)
{
	static const struct {
		int64_t distance_ns;
		const char *says;
	} cases[] = {
		{ -(int64_t)SLI_MILLIS(999), "deploy a, at the onset\n" },
		{ 0, "deploy b, at the onset\n" },
		{ (int64_t)SLI_MILLIS(999), "deploy c, at the onset\n" },
		{ (int64_t)SLI_MILLIS(1999), "deploy d, 1 s after\n" },
		{ -(int64_t)SLI_SECONDS(1), "deploy e, 1 s before\n" },
	};
	struct sli_explanation e = explain(T0);
	struct sli_explained_annotation *a = e.annotation;
	size_t i;

	(void)state;
	e.annotation_count = LENGTH(cases);
	for (i = 0; i < LENGTH(cases); i++) {
		memcpy(a[i].annotation.kind, "deploy", 7);
		a[i].annotation.text[0] = (char)('a' + i);
		a[i].distance_ns = cases[i].distance_ns;
	}
	text_of(&e);
	for (i = 0; i < LENGTH(cases); i++)
		expect_text(cases[i].says);
}

/* Whatever somebody put into the struct. */
static void
test_explain_text_has_no_control_characters(void **state)
{
	struct sli_explanation e;

	(void)state;
	memset(&e, 0x1b, sizeof(e));
	e.budget.remaining = -1.0 / 0.0;
	e.burn_rate = 0.0 / 0.0;
	e.dependency[0].burn_rate = 1.0 / 0.0;
	text_of(&e);
	memset(&e, 0xff, sizeof(e));
	text_of(&e);
	memset(&e, 0, sizeof(e));
	memcpy(e.slo, "a\nb\xc2\x9b", 6);
	text_of(&e);
	expect_text("a?b?? has no alert");
	assert_int_equal(sli_explain_text(NULL, text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void
test_explain_text_is_cut_at_a_line(void **state)
{
	struct sli_explanation e = explain(T0);
	char part[1024], whole[1024];
	size_t n = sli_explain_text(&e, whole, sizeof(whole)), size, length;

	(void)state;
	assert_true(n < sizeof(whole));
	assert_int_equal(sli_explain_text(&e, NULL, 0), n);
	for (size = 0; size < n + 2; size++) {
		memset(part, 'x', sizeof(part));
		assert_int_equal(sli_explain_text(&e, part, size), n);
		assert_int_equal(part[size], 'x');
		if (size == 0)
			continue;
		length = strlen(part);
		assert_memory_equal(part, whole, length);
		assert_true(length == 0 || part[length - 1] == '\n');
		/* No line that would have fit is missing. */
		assert_true(strchr(whole + length, '\n') == NULL ||
		    (size_t)(strchr(whole + length, '\n') - whole) + 2 > size);
	}
	assert_string_equal(part, whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_explain_text_begins_with_what_matters),
		TEST(test_explain_text_says_what_is_not_known),
		TEST(test_explain_text_tells_budgets_apart),
		TEST(test_explain_text_of_slices_says_by_events),
		TEST(test_explain_text_of_records),
		TEST(test_explain_text_of_dependencies_is_honest),
		TEST(test_explain_text_of_changes_says_how_near),
		TEST(test_explain_text_has_no_control_characters),
		TEST(test_explain_text_is_cut_at_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
