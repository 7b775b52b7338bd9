/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../support/common.h"
#include "../support/server.h"
#include "../support/slo.h"

/*
 * The closed loop: a server of fixed capacity asks sli_admit() about each
 * arrival and records what became of it, in virtual time.
 *
 * An episode is two healthy minutes at half load, twenty of overload, and two
 * at half load again. An SLI is that of the whole episode.
 */

#define SEED 1		/* the runs below are the same ones everywhere */
#define CAPACITY 1000.0 /* per second */
#define SETTLED_S 120
#define OVERLOAD_S 1200
#define AGAIN_S 120
#define FLAP_S 10

/* Classes that the issue calls critical. */
#define CRITICALS 2

struct model {
	const char *name;
	double objective;
	uint32_t queue;
	int exponential;
	uint64_t threshold_ns;
};

/*
 * Two refuse their excess at once. Of the others the queue outlasts the
 * threshold, so that a little too much is bad for all. They have the objective
 * of a latency SLO, since each probe whether the overload is over costs about
 * a second of bad events, and there has to be one every minute.
 */
static const struct model models[] = {
	{ "refuses", 0.99, 50, 0, SLI_MILLIS(250) },
	{ "refuses, exponential", 0.99, 60, 1, SLI_MILLIS(250) },
	{ "queue of 1 s", 0.90, 1000, 0, SLI_MILLIS(250) },
	{ "queue of 2 s, exponential", 0.90, 2000, 1, SLI_MILLIS(250) },
};

static const uint32_t mixes[][SLI_CRITICALITIES] = {
	{ 5, 15, 30, 50 },
	{ 10, 10, 20, 60 },
};

/* What became of the arrivals of a class. */
struct outcomes {
	uint64_t offered, good, bad, shed;
};

struct loop {
	struct server server;
	const struct model *model;
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_slo *slo; /* NULL: without admission */
	uint64_t now_ns;
	struct outcomes of[SLI_CRITICALITIES];
	/* Per class: the last FLAP_S, and the changes of side. */
	struct outcomes before[SLI_CRITICALITIES];
	int mostly_shed[SLI_CRITICALITIES];
	unsigned int flaps[SLI_CRITICALITIES];
	unsigned int shedding_s; /* since the last change of load */
};

static struct loop loop;

static void
loop_open(const struct model *model, const uint32_t *mix, uint64_t seed,
    int with_admission)
{
	struct server_config cfg = {
		.seed = seed,
		.start_ns = START,
		.capacity = CAPACITY,
		.queue = model->queue,
		.exponential = model->exponential,
	};

	memset(&loop, 0, sizeof(loop));
	memcpy(cfg.mix, mix, sizeof(cfg.mix));
	server_init(&loop.server, &cfg);
	loop.model = model;
	loop.now_ns = START;
	if (with_admission)
		open_slo(&loop.reg, &loop.ind, &loop.slo, model->objective,
		    model->threshold_ns);
}

static void
loop_close(void)
{
	sli_registry_close(loop.reg);
}

static void
on_arrival(const struct server_event *e)
{
	struct outcomes *o = &loop.of[e->criticality];

	o->offered++;
	if (loop.slo != NULL &&
	    !sli_admit(loop.slo, e->at_ns, (enum sli_criticality)e->criticality,
		e->key)) {
		o->shed++;
		sli_count(loop.ind, e->at_ns, SLI_SHED, 1);
	} else if (!server_accept(&loop.server)) {
		o->bad++;
		if (loop.slo != NULL)
			sli_count(loop.ind, e->at_ns, SLI_BAD, 1);
	}
}

static void
on_done(const struct server_event *e)
{
	struct outcomes *o = &loop.of[e->criticality];

	if (e->latency_ns > loop.model->threshold_ns)
		o->bad++;
	else
		o->good++;
	/* The SLO has a threshold: a slow event is bad to it. */
	if (loop.slo != NULL)
		sli_record(loop.ind, e->at_ns, SLI_GOOD, e->latency_ns);
}

/* Sheddable classes go first: none is shed before those below it are full. */
static int
is_shedding(void)
{
	struct sli_verdict v;
	unsigned int i;

	assert_int_equal(sli_slo_verdict(loop.slo, loop.now_ns, &v), SLI_OK);
	assert_true(v.fresh);
	for (i = 0; i < SLI_CRITICALITIES; i++) {
		assert_true(v.shed_probability[i] <= SLI_SHED_MAX);
		if (i > 0 && v.shed_probability[i - 1] > 0)
			assert_true(
			    v.shed_probability[i] > SLI_SHED_MAX - 1e-4);
	}
	return v.shed_probability[SLI_SHEDDABLE] > 0;
}

/* A class changes sides when three in four, or one in four, are shed. */
static void
watch_flaps(void)
{
	unsigned int i;

	for (i = 0; i < SLI_CRITICALITIES; i++) {
		uint64_t n = loop.of[i].offered - loop.before[i].offered;
		uint64_t shed = loop.of[i].shed - loop.before[i].shed;
		int mostly = 4 * shed >= 3 * n;

		if (mostly != loop.mostly_shed[i] &&
		    (mostly || 4 * shed <= n)) {
			loop.mostly_shed[i] = mostly;
			loop.flaps[i]++;
		}
		loop.before[i] = loop.of[i];
	}
}

static void
run(double load, double capacity, unsigned int seconds)
{
	unsigned int second;

	loop.server.capacity = capacity * CAPACITY;
	server_set_load(&loop.server, loop.now_ns, load * CAPACITY);
	loop.shedding_s = 0;
	for (second = 1; second <= seconds; second++) {
		struct server_event e;

		loop.now_ns += SLI_SECONDS(1);
		while (server_next(&loop.server, loop.now_ns, &e)) {
			if (e.kind == SERVER_ARRIVAL)
				on_arrival(&e);
			else
				on_done(&e);
		}
		if (loop.slo != NULL && is_shedding())
			loop.shedding_s = second;
		if (second % FLAP_S == 0)
			watch_flaps();
	}
}

static struct outcomes
sum_of(unsigned int first, unsigned int end)
{
	struct outcomes sum = { 0, 0, 0, 0 };

	for (; first < end; first++) {
		sum.offered += loop.of[first].offered;
		sum.good += loop.of[first].good;
		sum.bad += loop.of[first].bad;
		sum.shed += loop.of[first].shed;
	}
	return sum;
}

static double
sli_of(struct outcomes o)
{
	return (double)o.good / (double)(o.good + o.bad);
}

static double
critical_sli(void)
{
	return sli_of(sum_of(0, CRITICALS));
}

static void
print_row(const char *what)
{
	struct outcomes all = sum_of(0, SLI_CRITICALITIES);
	unsigned int i;

	print_message("%-26s %-13s %-7s", loop.model->name, what,
	    loop.slo != NULL ? "with" : "without");
	for (i = 0; i < SLI_CRITICALITIES; i++)
		print_message("  %.3f %.3f", sli_of(loop.of[i]),
		    (double)loop.of[i].good / (double)loop.of[i].offered);
	print_message("  %5.0f/s %3u s\n",
	    (double)all.good / (double)((loop.now_ns - START) / SLI_SECONDS(1)),
	    loop.shedding_s);
}

static void
print_head(void)
{
	print_message("%-26s %-13s %-7s  %-11s  %-11s  %-11s  %-11s  goodput"
		      "  shed after\n%49s%s\n",
	    "server", "overload", "admit", "CRITICAL+", "CRITICAL",
	    "SHEDDABLE+", "SHEDDABLE", "", "(SLI; good of offered)");
}

/* An episode on a server and a mix; the seed differs for each. */
static void
episode(size_t model, size_t mix, const char *what, double load,
    double capacity, int with_admission)
{
	double calm = capacity < 1 ? load : 0.5;

	loop_open(&models[model], mixes[mix], SEED + 1000 * model + 10 * mix,
	    with_admission);
	run(calm, 1, SETTLED_S);
	run(load, capacity, OVERLOAD_S);
	run(calm, 1, AGAIN_S);
	print_row(what);
}

static void
assert_protected(size_t model, size_t mix, const char *what, double load,
    double capacity)
{
	double objective = models[model].objective;
	unsigned int i;

	episode(model, mix, what, load, capacity, 0);
	assert_true(critical_sli() < objective);
	loop_close();

	episode(model, mix, what, load, capacity, 1);
	assert_true(critical_sli() >= objective);
	/* It is not kept by serving next to nobody. */
	assert_true((double)sum_of(0, CRITICALS).good >=
	    0.8 * (double)sum_of(0, CRITICALS).offered);
	/* Up, down again, and at most once more in twenty minutes. */
	for (i = 0; i < SLI_CRITICALITIES; i++)
		assert_in_range(loop.flaps[i], 0, 4);
	assert_in_range(loop.shedding_s, 0, 60);
	assert_int_equal(is_shedding(), 0);
	loop_close();
}

static void
test_overload_of_2x_and_4x_critical_keeps_objective(void **state)
{
	size_t model, mix;

	(void)state;
	print_head();
	for (model = 0; model < LENGTH(models); model++)
		for (mix = 0; mix < LENGTH(mixes); mix++) {
			assert_protected(model, mix, "2x", 2, 1);
			assert_protected(model, mix, "4x", 4, 1);
		}
}

static void
test_overload_by_brown_out_critical_keeps_objective(void **state)
{
	size_t model;

	(void)state;
	for (model = 0; model < LENGTH(models); model++)
		assert_protected(model, model % LENGTH(mixes), "brown-out 1/3",
		    0.9, 1.0 / 3);
}

static void
test_overload_below_capacity_sheds_nothing(void **state)
{
	static const double loads[] = { 0.5, 0.9 };
	size_t model, i;

	(void)state;
	for (model = 0; model < LENGTH(models); model++)
		for (i = 0; i < LENGTH(loads); i++) {
			episode(model, i, i == 0 ? "0.5x" : "0.9x", loads[i], 1,
			    1);
			assert_int_equal(sum_of(0, SLI_CRITICALITIES).shed, 0);
			assert_true(critical_sli() >= models[model].objective);
			loop_close();
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test(name)
		TEST(test_overload_of_2x_and_4x_critical_keeps_objective),
		TEST(test_overload_by_brown_out_critical_keeps_objective),
		TEST(test_overload_below_capacity_sheds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
