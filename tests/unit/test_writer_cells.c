/* SPDX-License-Identifier: MIT */
/*
 * What a thread does that adds to a writer's cells itself, by the rule that
 * writer.h states, is what sli_writer_record() does.
 */
#include "../support/random.h"
#include "slo/slo.h"

#include "fixture.h"

static struct sli_registry *reg;
static struct sli_writer *ours, *theirs;

static int
setup(void **state)
{
	(void)state;
	reg = small_registry();
	if (sli_writer_acquire(reg, &ours, NULL) != SLI_OK)
		return -1;
	return sli_writer_acquire(reg, &theirs, NULL);
}

static int
teardown(void **state)
{
	(void)state;
	sli_registry_close(reg);
	return 0;
}

static struct sli_indicator *
indicator_of(const char *name, uint64_t lowest, uint64_t highest, uint32_t bits)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;

	cfg.name = name;
	cfg.lowest_ns = lowest;
	cfg.highest_ns = highest;
	cfg.precision_bits = bits;
	cfg.threshold_ns[0] = SLI_MICROS(200);
	cfg.threshold_ns[1] = SLI_MILLIS(300);
	cfg.threshold_count = 2;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	return ind;
}

static struct sli_writer_cells
cells_of(const struct sli_writer *writer, struct sli_indicator *ind)
{
	struct sli_writer_cells cells;

	assert_int_equal(sli_writer_cells(writer, ind, &cells), SLI_OK);
	return cells;
}

static bool
is_open(const struct sli_writer_cells *c, uint64_t now_ns)
{
	return *c->next_ns - 1 - (now_ns + *c->skew_ns) < c->slot_ns;
}

/* By the bits of a double, as a language would that has no integers. */
static int64_t
raw_of_double(uint32_t p, double v)
{
	uint64_t bits;

	if (v < (double)(UINT64_C(1) << (p - 1)))
		return (int64_t)v;
	memcpy(&bits, &v, sizeof(bits));
	return (int64_t)(bits >> (53 - p)) - ((1021 + (int64_t)p) << (p - 1));
}

static void
add(const struct sli_writer_cells *c, enum sli_outcome outcome, double v)
{
	int64_t i = raw_of_double(c->precision_bits, v) - c->below;
	uint32_t k, above = 0;

	for (k = 0; k < c->threshold_count; k++)
		above += v > (double)c->threshold_ns[k];
	c->events[outcome == SLI_BAD ? (uint32_t)SLI_CELL_BAD :
				       (uint32_t)SLI_CELL_GOOD + above]++;
	if (i < 0)
		i = 0;
	if (i >= c->latency_count)
		i = c->latency_count - 1;
	c->latencies[outcome][i]++;
}

static void
expect_the_same(const struct sli_writer_cells *a,
    const struct sli_writer_cells *b)
{
	size_t bytes = 2 * a->latency_count * sizeof(uint64_t);

	assert_memory_equal(a->events, b->events, SLI_CELLS * sizeof(uint64_t));
	assert_ptr_equal(a->latencies[1], a->latencies[0] + a->latency_count);
	assert_memory_equal(a->latencies[0], b->latencies[0], bytes);
}

/* All magnitudes of double that are whole numbers, and the edges of each. */
static void
record_both_ways(struct sli_indicator *ind)
{
	struct sli_writer_cells a = cells_of(ours, ind);
	struct sli_writer_cells b = cells_of(theirs, ind);
	struct random rnd = { 1 };
	uint64_t v;
	uint32_t bit, i;

	sli_advance(reg, T0);
	for (bit = 0; bit < 62; bit++) {
		for (i = 0; i < 200; i++) {
			v = UINT64_C(1) << bit;
			if (i > 2)
				v |= random_next(&rnd) & (v - 1);
			else
				v += i - 1;
			/* What a double can hold. */
			if (bit > 52)
				v &= ~UINT64_C(0) << (bit - 52);
			sli_writer_record(theirs, ind, T0,
			    (enum sli_outcome)(i & 1), v);
			add(&a, (enum sli_outcome)(i & 1), (double)v);
		}
	}
	expect_the_same(&a, &b);
}

static void
test_cells_by_the_rule_are_as_recorded(void **state)
{
	(void)state;
	record_both_ways(indicator_of("default", 0, 0, 0));
	record_both_ways(indicator_of("fine", 1, SLI_MICROS(2), 10));
}

static void
test_cells_of_coarse_buckets_are_as_recorded(void **state)
{
	(void)state;
	record_both_ways(indicator_of("coarse", 1, SLI_SECONDS(3600), 3));
	record_both_ways(
	    indicator_of("narrow", SLI_MILLIS(1), SLI_MILLIS(2), 5));
}

static void
test_cells_show_in_windows_and_totals(void **state)
{
	struct sli_indicator *ind = add_indicator(reg, "requests");
	struct sli_writer_cells c = cells_of(ours, ind);
	struct sli_counts counts;
	uint64_t p50;

	(void)state;
	sli_advance(reg, T0);
	add(&c, SLI_GOOD, 5e8);
	add(&c, SLI_BAD, 5e6);
	c.events[SLI_CELL_SHED]++;
	c.events[SLI_CELL_IGNORED]++;
	c.events[SLI_CELL_BEGUN] += 3;
	c.events[SLI_CELL_ENDED]++;
	assert_int_equal(sli_window_counts(ind, T0, SLI_SECONDS(10), &counts),
	    SLI_OK);
	assert_true(counts.good == 1 && counts.bad == 1 && counts.shed == 1 &&
	    counts.ignored == 1 && counts.slow[0] == 1 && counts.slow[1] == 0);
	assert_int_equal(sli_in_flight(ind), 2);
	assert_int_equal(
	    sli_window_quantile(ind, T0, SLI_SECONDS(10), SLI_GOOD, 0.5, &p50),
	    SLI_OK);
	assert_true(p50 >= SLI_MILLIS(500) && p50 < SLI_MILLIS(509));
}

static void
test_cells_open_slot_is_where_records_go(void **state)
{
	struct sli_indicator *ind = add_indicator(reg, "requests");
	struct sli_writer_cells c = cells_of(ours, ind);

	(void)state;
	assert_true(*c.next_ns == 0);
	assert_false(is_open(&c, T0));
	sli_writer_record(ours, ind, T0, SLI_GOOD, 1);
	assert_true(is_open(&c, T0));
	assert_true(is_open(&c, T0 + SLI_SECONDS(1) - 1));
	assert_false(is_open(&c, T0 + SLI_SECONDS(1)));
	assert_false(is_open(&c, T0 - 1));
	sli_advance(reg, T0 + SLI_SECONDS(7));
	assert_false(is_open(&c, T0));
	assert_true(is_open(&c, T0 + SLI_SECONDS(7)));
}

static void
test_cells_of_nothing_are_refused(void **state)
{
	struct sli_registry *other = small_registry();
	struct sli_indicator *ind = add_indicator(reg, "requests");
	struct sli_indicator *stranger = add_indicator(other, "requests");
	struct sli_writer_cells c;

	(void)state;
	assert_int_equal(sli_writer_cells(NULL, ind, &c), SLI_EINVAL);
	assert_int_equal(sli_writer_cells(ours, NULL, &c), SLI_EINVAL);
	assert_int_equal(sli_writer_cells(ours, ind, NULL), SLI_EINVAL);
	assert_int_equal(sli_writer_cells(ours, stranger, &c), SLI_EINVAL);
	sli_registry_close(other);
}

static void
test_verdict_cell_is_what_admission_loads(void **state)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	(void)state;
	cfg.name = "availability";
	cfg.objective = 0.999;
	assert_int_equal(
	    sli_slo_register(add_indicator(reg, "requests"), &cfg, &slo, NULL),
	    SLI_OK);
	assert_ptr_equal(sli_slo_verdict_cell(slo), &slo->state->verdict);
	assert_null(sli_slo_verdict_cell(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_cells_by_the_rule_are_as_recorded, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_cells_of_coarse_buckets_are_as_recorded, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_cells_show_in_windows_and_totals, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_cells_open_slot_is_where_records_go, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_cells_of_nothing_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_verdict_cell_is_what_admission_loads, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
