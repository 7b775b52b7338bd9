/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "slo/slo.h"
#include "slos.h"

/*
 * What the calls that a signal handler may make take of its stack, against what
 * indicator.h promises: 6 KiB. Measured on a painted alternate stack, less what
 * a handler that does nothing takes.
 */

#define PROMISE 6144

/* Sanitizers and unoptimised builds have frames of their own. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) &&                 \
    !defined(__SANITIZE_THREAD__)
#define MEASURED 1
#else
#define MEASURED 0
#endif

#define STACK_BYTES (256 * 1024)
#define PAINT 0xa5

static struct sli_slo *slo;
static uint64_t now_ns;
static void (*work)(void);

static void
on_signal(int number)
{
	(void)number;
	work();
}

static void
do_nothing(void)
{
}

/* Opens a slot: every ring is joined, and the SLO is judged. */
static void
do_record(void)
{
	sli_record(ind, now_ns + SLI_HOURS(2), SLI_GOOD, SLI_MILLIS(1));
}

/*
 * The same, and alerts and a micro-outage begin, whose records are opened with
 * a look back through the history; then they end.
 */
static void
do_alerts_begin(void)
{
	sli_count(ind, now_ns + SLI_SECONDS(5), SLI_GOOD, 1);
}

static void
do_alerts_end(void)
{
	sli_count(ind, now_ns + SLI_HOURS(1), SLI_GOOD, 1);
}

static void
do_record_exemplar(void)
{
	sli_record_exemplar(ind, now_ns + SLI_HOURS(14), SLI_BAD, SLI_MILLIS(1),
	    "4bf92f3577b34da6a3ce929d0e0e4736");
}

static void
do_exemplars(void)
{
	struct sli_exemplar out;

	if (sli_exemplars(ind, 0, UINT64_MAX, &out, 1) != 1)
		abort();
}

static void
do_window(void)
{
	struct sli_counts counts;

	sli_window_counts(ind, now_ns + SLI_HOURS(4), SLI_HOURS(1), &counts);
}

static void
do_outage(void)
{
	struct sli_outage outage;

	if (sli_slo_outage(slo, now_ns + SLI_HOURS(3), &outage) != SLI_OK)
		abort();
}

static void
do_log(void)
{
	struct sli_alert_record r;

	if (sli_alert_read(reg, 0, &r) != SLI_OK)
		abort();
}

static void
do_quantile(void)
{
	uint64_t out;

	if (sli_window_quantile(ind, now_ns + SLI_HOURS(6), SLI_MINUTES(5),
		SLI_GOOD, 0.5, &out) == SLI_OK)
		abort();
}

static void
do_budget(void)
{
	struct sli_budget budget;

	sli_slo_budget(slo, now_ns + SLI_HOURS(8), &budget);
}

static void
do_alert(void)
{
	struct sli_alert alert;

	if (sli_slo_alert(slo, now_ns + SLI_HOURS(10), 0, &alert) != SLI_OK)
		abort();
}

static void
do_admit(void)
{
	slo->state->verdict = UINT64_MAX;
	sli_admit(slo, now_ns + SLI_HOURS(12), SLI_SHEDDABLE, 1);
}

static void
do_adjustment(void)
{
	struct sli_adjustment adjustment;

	if (sli_slo_adjustment(slo, now_ns + SLI_HOURS(14), 0, &adjustment) !=
	    SLI_OK)
		abort();
}

static size_t
stack_of(void (*call)(void), unsigned char *stack)
{
	size_t untouched = 0;

	memset(stack, PAINT, STACK_BYTES);
	work = call;
	assert_int_equal(raise(SIGUSR1), 0);
	while (stack[untouched] == PAINT)
		untouched++;
	return STACK_BYTES - untouched;
}

/* As many alerts as there may be, and what is adjusted. */
static void
prepare(struct sli_slo_config *cfg, uint64_t at_ns)
{
	struct sli_alert_config alerts[SLI_ALERTS_MAX] = { 0 };
	uint32_t i;

	for (i = 0; i < SLI_ALERTS_MAX; i++) {
		alerts[i].severity = SLI_PAGE;
		alerts[i].long_ns = SLI_MINUTES(20 + i);
		alerts[i].factor = 2;
	}
	cfg->alerts = alerts;
	cfg->alert_count = SLI_ALERTS_MAX;
	slo = add(cfg);
	now_ns = at_ns;
	sli_begin(ind);
	count_each_second(ind, now_ns - SLI_MINUTES(10), 600, SLI_GOOD, 100);
	count_each_second(ind, now_ns, 4, SLI_BAD, 100);
	/* One that is over soon, one that goes on, and a correction. */
	assert_int_equal(sli_slo_exclude(slo, now_ns, now_ns + SLI_MINUTES(1),
			     now_ns + SLI_MINUTES(2), "x", NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_exclude(slo, now_ns, now_ns + SLI_HOURS(1),
			     now_ns + SLI_HOURS(24), "x", NULL),
	    SLI_OK);
	assert_int_equal(sli_slo_correct(slo, now_ns, now_ns, 1, 1, "x", NULL),
	    SLI_OK);
}

static void
test_stack_of_calls_in_handlers_is_as_promised(void **state)
{
	static void (*const calls[])(void) = { do_alerts_begin, do_alerts_end,
		do_record, do_window, do_outage, do_log, do_quantile, do_budget,
		do_alert, do_admit, do_adjustment, do_record_exemplar,
		do_exemplars };
	unsigned char *stack = malloc(STACK_BYTES);
	stack_t alternate = { .ss_sp = stack, .ss_size = STACK_BYTES };
	struct sigaction action = { .sa_flags = SA_ONSTACK };
	struct sli_slo_config cfg;
	uint32_t round;
	size_t nothing, i;

	(void)state;
	/* Valgrind, which registers no rseq, lets nobody look below a stack. */
	if (!MEASURED || strcmp(sli_registry_recorder(reg), "rseq") != 0) {
		free(stack);
		skip();
	}
	assert_non_null(stack);
	action.sa_handler = on_signal;
	assert_int_equal(sigaltstack(&alternate, NULL), 0);
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	nothing = stack_of(do_nothing, stack);
	/* Then with slices, of which each call counts one, in a calendar. */
	for (round = 0; round < 2; round++) {
		cfg = config(0.999);
		cfg.name = round == 0 ? "plain" : "sliced";
		if (round == 1) {
			cfg.method = SLI_RATIO_TIMESLICES;
			cfg.calendar = SLI_DAY;
			cfg.time_zone = "America/New_York";
		}
		prepare(&cfg, T0 + SLI_DAYS(round));
		for (i = 0; i < LENGTH(calls); i++)
			assert_in_range(stack_of(calls[i], stack) - nothing, 1,
			    PROMISE);
	}
	alternate.ss_flags = SS_DISABLE;
	assert_int_equal(sigaltstack(&alternate, NULL), 0);
	free(stack);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stack_of_calls_in_handlers_is_as_promised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
