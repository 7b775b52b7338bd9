/* SPDX-License-Identifier: MIT */
#include "../support/common.h"
#include "../support/file_model.h"
#include "../support/scale.h"
#include "../support/scratch.h"
#include "indicator/indicator.h"

/*
 * Histories of services that are deployed, crash and move to other machines:
 * whatever comes between, every answer is the one of the plain list of events.
 *
 * The library compares the file with the clock of the machine when a file is
 * opened. A history of days in that clock's future is thus what a clock leaves
 * behind that was set back meanwhile; one in its past, an idle gap.
 */

static struct sli_registry_info
info_of(const struct file_model *f)
{
	struct sli_registry_info info;

	if (sli_registry_info(f->m.reg, &info) != SLI_OK)
		model_fail(&f->m, "sli_registry_info\n");
	return info;
}

/*
 * The clock was set back by as much as the open slot is ahead of it: history
 * goes on from there, and the file says so.
 */
static void
follow_clock(struct file_model *f, uint64_t earliest_ns, uint64_t audits)
{
	struct oracle *o = &f->m.oracle;
	uint64_t latest_ns = sli_clock_ns();
	uint64_t back = f->m.ind->timeline->skew_ns - o->shift_ns;
	struct sli_audit audit;

	model_expect(&f->m, "set back", back,
	    sub_floor(o->present_ns, latest_ns + o->shift_ns),
	    sub_floor(o->present_ns, earliest_ns + o->shift_ns));
	o->shift_ns += back;
	if (back < SLI_SECONDS(1)) {
		model_expect(&f->m, "audits", info_of(f).audit_count, audits,
		    audits);
		return;
	}
	model_expect(&f->m, "audits", info_of(f).audit_count, audits + 1,
	    audits + 1);
	if (sli_audit_read(f->m.reg, 0, &audit) != SLI_OK)
		model_fail(&f->m, "sli_audit_read\n");
	model_expect(&f->m, "audit", audit.kind, SLI_AUDIT_CLOCK_SET_BACK,
	    SLI_AUDIT_CLOCK_SET_BACK);
	model_expect(&f->m, "audit's value", audit.value, back, back);
	/* Callers go by the clock as it is now. */
	f->m.now_ns = latest_ns;
}

static void
restart(struct file_model *f)
{
	uint64_t audits = info_of(f).audit_count;
	uint64_t earliest_ns = sli_clock_ns();

	sli_registry_close(f->m.reg);
	if (random_percent(&f->m.rnd, 30))
		scratch_reboot(f->path);
	file_model_attach(f);
	follow_clock(f, earliest_ns, audits);
}

/* The new process is there before the old one ends: nothing is settled. */
static void
hand_over(struct file_model *f)
{
	struct sli_registry *before = f->m.reg;
	uint64_t audits = info_of(f).audit_count;

	file_model_attach(f);
	model_expect(&f->m, "processes", info_of(f).process_count, 2, 2);
	sli_registry_close(before);
	model_expect(&f->m, "processes", info_of(f).process_count, 1, 1);
	model_expect(&f->m, "audits", info_of(f).audit_count, audits, audits);
}

static void
idle(struct model *m)
{
	static const uint64_t gap_ns[] = { 1, SLI_SECONDS(3), SLI_MINUTES(2),
		SLI_HOURS(5), SLI_DAYS(2), SLI_DAYS(40) };

	m->now_ns += random_below(&m->rnd,
	    gap_ns[random_below(&m->rnd, LENGTH(gap_ns))]);
}

static void
run(uint64_t seed, uint64_t start_ns)
{
	struct file_model f;
	uint64_t life, i, lives = 6, steps;

	file_model_open(&f, scratch_path("run.sli"), seed, start_ns);
	for (life = 0; life < lives; life++) {
		steps = random_below(&f.m.rnd, 120);
		for (i = 0; i < steps; i++) {
			file_model_step(&f);
			if (random_percent(&f.m.rnd, 15))
				file_model_check(&f);
		}
		if (random_percent(&f.m.rnd, 20))
			hand_over(&f);
		else
			restart(&f);
		if (random_percent(&f.m.rnd, 60))
			idle(&f.m);
		file_model_check(&f);
	}
	file_model_close(&f);
}

static void
check(uint64_t runs, uint64_t (*start)(struct random *))
{
	uint64_t seed = random_seed(), i;
	struct random rnd;

	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < test_scaled(runs); i++) {
		rnd.state = seed + i;
		run(seed + i, start(&rnd));
	}
}

static uint64_t
long_ago(struct random *rnd)
{
	return START + random_below(rnd, SLI_DAYS(10));
}

static uint64_t
around_now(struct random *rnd)
{
	return sli_clock_ns() - SLI_DAYS(5) + random_below(rnd, SLI_DAYS(15));
}

static void
test_file_restarts_after_idle_gaps_match_list_of_events(void **state)
{
	(void)state;
	check(150, long_ago);
}

static void
test_file_restarts_with_clock_set_match_list_of_events(void **state)
{
	(void)state;
	check(150, around_now);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_restarts_after_idle_gaps_match_list_of_events),
		TEST(test_file_restarts_with_clock_set_match_list_of_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
