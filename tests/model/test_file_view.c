/* SPDX-License-Identifier: MIT */
#include "../support/common.h"
#include "../support/file_model.h"
#include "../support/scale.h"
#include "../support/scratch.h"

/*
 * A view writes nothing, so it looks at a history that nobody may have advanced
 * to the time it is asked about. It has to answer as a reader does who has.
 */

struct looker {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo;
};

static void
look(const struct file_model *f, struct looker *v)
{
	v->reg = scratch_view(f->path);
	if (v->reg == NULL ||
	    sli_indicator_find(v->reg, "requests", NULL, 0, &v->ind) !=
		SLI_OK ||
	    sli_slo_find(v->reg, "availability", &v->slo) != SLI_OK)
		model_fail(&f->m, "sli_registry_view\n");
}

/*
 * The slot that a window's old edge lies in, of the ring that reached it when
 * the last slot was opened: a finer one, perhaps, than an advanced reader has.
 */
static void
edge_in_view(const struct file_model *f, uint64_t window_ns,
    struct oracle_edge *edge)
{
	const struct oracle *o = &f->m.oracle;
	uint64_t at_ns = oracle_at(o, f->m.now_ns);
	uint64_t last_ns = o->present_ns + o->slot_ns - 1;
	uint64_t after_ns = at_ns > last_ns ? at_ns - last_ns : 0;

	if (!o->begun || window_ns <= after_ns) {
		/* Nothing has come since. */
		edge->older_ns = edge->newer_ns = UINT64_MAX;
		edge->covered_ns = o->begun ? window_ns : 0;
		return;
	}
	oracle_edge(o, f->m.history, at_ns - after_ns, window_ns - after_ns,
	    edge);
	edge->covered_ns += after_ns;
}

static void
check_counts(struct file_model *f, const struct looker *v)
{
	uint64_t window_ns = model_window(&f->m);
	struct oracle_edge edge;
	struct sli_counts got;
	struct sli_budget budget;

	file_model_check_totals(f, v->ind);
	if (sli_window_counts(v->ind, f->m.now_ns, window_ns, &got) != SLI_OK ||
	    sli_slo_budget(v->slo, f->m.now_ns, &budget) != SLI_OK)
		model_fail(&f->m, "a read through the view\n");
	edge_in_view(f, window_ns, &edge);
	file_model_check_counts(f, edge.older_ns, edge.newer_ns, &got);
	model_expect(&f->m, "covered_ns", got.covered_ns, edge.covered_ns,
	    edge.covered_ns);
	edge_in_view(f, f->period_ns, &edge);
	file_model_check_budget(f, oracle_at(&f->m.oracle, f->m.now_ns),
	    edge.older_ns, edge.newer_ns, &budget);
}

/* The same question to both, the view first: then the reader has advanced. */
static void
check_quantile(struct file_model *f, const struct looker *v)
{
	struct model *m = &f->m;
	uint64_t window_ns = 1 +
	    random_below(&m->rnd, oracle_reach(m->latency) + SLI_SECONDS(1));
	enum sli_outcome outcome = random_percent(&m->rnd, 50) ? SLI_GOOD :
								 SLI_BAD;
	double q = (double)random_below(&m->rnd, 101) / 100;
	uint64_t seen = 0, read = 0;
	int saw = sli_window_quantile(v->ind, m->now_ns, window_ns, outcome, q,
	    &seen);
	int got = sli_window_quantile(m->ind, m->now_ns, window_ns, outcome, q,
	    &read);

	(void)oracle_read(&m->oracle, m->now_ns);
	if (saw != got)
		model_fail(m, "quantile in view: %d, else %d\n", saw, got);
	model_expect(m, "quantile in view", seen, read, read);
}

/* From now to where even the longest ring has passed all that was. */
static void
look_ahead(struct file_model *f, const struct looker *v)
{
	struct model *m = &f->m;
	uint64_t now_ns = m->now_ns;

	m->now_ns += random_magnitude(&m->rnd, 53); /* up to 104 d */
	check_counts(f, v);
	if (random_percent(&m->rnd, 10))
		check_quantile(f, v);
	else
		m->now_ns = now_ns;
}

static void
run(uint64_t seed)
{
	struct file_model f;
	struct looker v;
	uint64_t i;

	file_model_open(&f, scratch_path("run.sli"), seed,
	    START + seed % SLI_DAYS(10));
	look(&f, &v);
	for (i = 0; i < 300; i++) {
		file_model_step(&f);
		if (random_percent(&f.m.rnd, 10))
			check_counts(&f, &v);
		if (random_percent(&f.m.rnd, 5))
			check_quantile(&f, &v);
		if (random_percent(&f.m.rnd, 5))
			look_ahead(&f, &v);
		if (random_percent(&f.m.rnd, 2)) {
			sli_registry_close(v.reg);
			look(&f, &v);
		}
	}
	sli_registry_close(v.reg);
	file_model_close(&f);
}

static void
test_view_of_random_histories_is_what_a_reader_gets(void **state)
{
	uint64_t seed = random_seed(), i;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < test_scaled(200); i++)
		run(seed + i);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_view_of_random_histories_is_what_a_reader_gets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
