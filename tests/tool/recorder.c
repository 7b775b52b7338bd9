/* SPDX-License-Identifier: MIT */
/*
 * A service for the tests of `sli`, which does what its arguments say, with
 * public headers only:
 *
 *   recorder FILE WORD...
 *
 *   max N                       room for so many indicators (before all else)
 *   indicator NAME VALUE        register it, with the label region="VALUE" or
 *                               none if that is empty, and a threshold of 300
 *                               ms; what follows is about it
 *   capacity N                  of the indicators that are registered next
 *   many N                      indicators route_000 and so on, with counts
 *   method NAME SECONDS         of the SLOs that are registered next:
 *                               occurrences, timeslices (good with 0.95) or
 *                               ratio, of slices of so many seconds
 *   calendar UNIT ZONE          of these, too: day, week, month, quarter, year
 *   alert FACTOR LONG AFTER     of these, too: a page with a long window of
 *                               so many seconds that fires so many later,
 *                               instead of the default alerts
 *   slo NAME OBJECTIVE          of good events within 300 ms, over 30 d if it
 *                               has no calendar
 *   retries NAME N M            a retry budget, N requests and M retries
 *   ago SECONDS                 what follows happened then
 *   record OUTCOME N US         N events that took so many microseconds
 *   count OUTCOME N             events without a latency
 *   exemplar OUTCOME US ID      an event with a trace id
 *   spread FROM TO GOOD BAD     so many events in each second from so many
 *                               seconds ago to so many
 *   begin N                     in-flight work
 *   depends NAME                the current one on an earlier, by its name
 *   annotate KIND TEXT
 *   remove NAME WHY             an indicator without labels
 *   say TEXT                    print a line, for whom waits for it
 *   wait                        for a signal
 *   loop MS                     and one good event of 10 ms on each indicator
 *                               each time, for ever
 *   fail MS                     the same with a bad one
 */
#define _POSIX_C_SOURCE 200809L /* nanosleep, pause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sli/sli.h>

#define INDICATORS_MAX 512

static struct sli_registry *registry;
static struct sli_indicator *indicators[INDICATORS_MAX];
static size_t indicator_count;
static uint64_t ago_ns, capacity;
static struct sli_slo_config next_slo = SLI_SLO_CONFIG_INIT;
static struct sli_alert_config next_alert;

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "recorder: %s: %s\n", what, why);
	exit(1);
}

static uint64_t
number(const char *text)
{
	return strtoull(text, NULL, 10);
}

static uint64_t
now(void)
{
	return sli_clock_ns() - ago_ns;
}

static struct sli_indicator *
current(void)
{
	if (indicator_count == 0)
		fail("no indicator", "register one first");
	return indicators[indicator_count - 1];
}

static enum sli_outcome
outcome(const char *name)
{
	static const char *const names[] = { "good", "bad", "shed", "ignored" };
	int i;

	for (i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return (enum sli_outcome)i;
	fail("no outcome", name);
	return SLI_IGNORED;
}

static void
add_indicator(const char *name, const char *region)
{
	struct sli_indicator_config config = SLI_INDICATOR_CONFIG_INIT;
	struct sli_label label = { "region", region };
	struct sli_error err;

	if (indicator_count == INDICATORS_MAX)
		fail(name, "too many");
	config.name = name;
	config.help = "what the tests count";
	config.labels = &label;
	config.label_count = *region == '\0' ? 0 : 1;
	config.threshold_ns[0] = SLI_MILLIS(300);
	config.threshold_count = 1;
	config.capacity = capacity;
	if (sli_indicator_register(registry, &config,
		&indicators[indicator_count], &err) != SLI_OK)
		fail(name, err.message);
	indicator_count++;
}

static void
add_slo(const char *name, const char *objective)
{
	struct sli_slo_config config = next_slo;
	struct sli_slo *slo;
	struct sli_error err;

	config.name = name;
	config.objective = strtod(objective, NULL);
	config.threshold_ns = SLI_MILLIS(300);
	if (sli_slo_register(current(), &config, &slo, &err) != SLI_OK)
		fail(name, err.message);
}

/* The place of a word among these. */
static int
choose(const char *const *names, int count, const char *name)
{
	int i;

	for (i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return fail("not known", name);
}

static void
set_method(const char *name, uint64_t seconds)
{
	static const char *const names[] = { "occurrences", "timeslices",
		"ratio" };

	next_slo.method = (enum sli_method)choose(names, 3, name);
	next_slo.slice_ns = SLI_SECONDS(seconds);
	next_slo.slice_objective = next_slo.method == SLI_TIMESLICES ? 0.95 : 0;
}

static void
set_calendar(const char *unit, const char *zone)
{
	static const char *const units[] = { "rolling", "day", "week", "month",
		"quarter", "year" };

	next_slo.calendar = (enum sli_calendar)choose(units, 6, unit);
	next_slo.time_zone = next_slo.calendar == SLI_ROLLING ? NULL : zone;
}

static void
set_alert(const char *factor, uint64_t seconds, uint64_t after)
{
	next_alert.severity = SLI_PAGE;
	next_alert.factor = strtod(factor, NULL);
	next_alert.long_ns = SLI_SECONDS(seconds);
	next_alert.after_ns = SLI_SECONDS(after);
	next_slo.alerts = &next_alert;
	next_slo.alert_count = 1;
}

static void
add_retries(const char *name, uint64_t requests, uint64_t retries)
{
	struct sli_retry_config config = SLI_RETRY_CONFIG_INIT;
	struct sli_retry *retry;
	struct sli_error err;

	config.name = name;
	if (sli_retry_open(registry, &config, &retry, &err) != SLI_OK)
		fail(name, err.message);
	for (; requests > 0; requests--)
		sli_retry_request(retry, now());
	for (; retries > 0; retries--)
		sli_retry_allow(retry, now());
	sli_retry_close(retry);
}

/* In the middle of each second, so that none is at the edge of a window. */
static void
spread(uint64_t from, uint64_t to, uint64_t good, uint64_t bad)
{
	uint64_t start_ns = sli_clock_ns() / SLI_SECONDS(1) * SLI_SECONDS(1);
	uint64_t at_ns;

	for (; from > to; from--) {
		at_ns = start_ns - SLI_SECONDS(from) + SLI_MILLIS(500);
		sli_count(current(), at_ns, SLI_GOOD, good);
		sli_count(current(), at_ns, SLI_BAD, bad);
	}
}

static void
record(enum sli_outcome as, uint64_t n, uint64_t latency_ns)
{
	for (; n > 0; n--)
		sli_record(current(), now(), as, latency_ns);
}

static void
add_many(uint64_t count)
{
	char name[32];
	uint64_t i, k;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "route_%03u", (unsigned)i);
		add_indicator(name, "");
		for (k = 0; k <= 10 * i; k++)
			sli_record(current(), now(), SLI_GOOD,
			    SLI_MILLIS(1) + k * SLI_MICROS(100));
		sli_count(current(), now(), SLI_BAD, i);
	}
}

static void
loop(uint64_t ms, enum sli_outcome as)
{
	struct timespec pause_for = { (time_t)(ms / 1000),
		(long)(ms % 1000 * 1000000) };
	size_t i;

	for (;;) {
		for (i = 0; i < indicator_count; i++)
			sli_record(indicators[i], now(), as, SLI_MILLIS(10));
		nanosleep(&pause_for, NULL);
	}
}

static void
begin(uint64_t n)
{
	for (; n > 0; n--)
		sli_begin(current());
}

static void
remove_indicator(const char *name, const char *why)
{
	struct sli_error err;

	if (sli_indicator_remove(registry, name, NULL, 0, why, &err) != SLI_OK)
		fail(name, err.message);
}

static void
depend(const char *name)
{
	struct sli_error err;
	size_t i;

	for (i = 0; i < indicator_count; i++)
		if (strcmp(sli_indicator_name(indicators[i]), name) == 0)
			break;
	if (i == indicator_count)
		fail("no indicator", name);
	if (sli_depends(current(), indicators[i], &err) != SLI_OK)
		fail(name, err.message);
}

static void
annotate(const char *kind, const char *text)
{
	struct sli_error err;

	if (sli_annotate(registry, now(), kind, text, &err) != SLI_OK)
		fail(text, err.message);
}

/* One word and what it takes; returns how many arguments that were. */
static int
act(const char *word, char **argument)
{
	if (strcmp(word, "wait") == 0)
		return pause(), 0;
	if (argument[0] == NULL)
		return fail(word, "an argument is missing");
	if (strcmp(word, "many") == 0)
		return add_many(number(argument[0])), 1;
	if (strcmp(word, "ago") == 0)
		return ago_ns = SLI_SECONDS(number(argument[0])), 1;
	if (strcmp(word, "begin") == 0)
		return begin(number(argument[0])), 1;
	if (strcmp(word, "capacity") == 0)
		return capacity = number(argument[0]), 1;
	if (strcmp(word, "depends") == 0)
		return depend(argument[0]), 1;
	if (strcmp(word, "say") == 0)
		return puts(argument[0]), fflush(stdout), 1;
	if (strcmp(word, "loop") == 0)
		return loop(number(argument[0]), SLI_GOOD), 1;
	if (strcmp(word, "fail") == 0)
		return loop(number(argument[0]), SLI_BAD), 1;
	if (argument[1] == NULL)
		return fail(word, "an argument is missing");
	if (strcmp(word, "indicator") == 0)
		return add_indicator(argument[0], argument[1]), 2;
	if (strcmp(word, "slo") == 0)
		return add_slo(argument[0], argument[1]), 2;
	if (strcmp(word, "method") == 0)
		return set_method(argument[0], number(argument[1])), 2;
	if (strcmp(word, "calendar") == 0)
		return set_calendar(argument[0], argument[1]), 2;
	if (strcmp(word, "annotate") == 0)
		return annotate(argument[0], argument[1]), 2;
	if (strcmp(word, "remove") == 0)
		return remove_indicator(argument[0], argument[1]), 2;
	if (strcmp(word, "count") == 0)
		return sli_count(current(), now(), outcome(argument[0]),
			   number(argument[1])),
		       2;
	if (argument[2] == NULL)
		return fail(word, "no such word, or an argument is missing");
	if (strcmp(word, "exemplar") == 0)
		return sli_record_exemplar(current(), now(),
			   outcome(argument[0]),
			   SLI_MICROS(number(argument[1])), argument[2]),
		       3;
	if (strcmp(word, "alert") == 0)
		return set_alert(argument[0], number(argument[1]),
			   number(argument[2])),
		       3;
	if (strcmp(word, "retries") == 0)
		return add_retries(argument[0], number(argument[1]),
			   number(argument[2])),
		       3;
	if (strcmp(word, "spread") == 0 && argument[3] != NULL)
		return spread(number(argument[0]), number(argument[1]),
			   number(argument[2]), number(argument[3])),
		       4;
	if (strcmp(word, "record") != 0)
		return fail("no such word", word);
	record(outcome(argument[0]), number(argument[1]),
	    SLI_MICROS(number(argument[2])));
	return 3;
}

int
main(int argc, char **argv)
{
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_error err;
	int i = 2;

	if (argc < 2)
		return fail("usage", "recorder FILE WORD...");
	if (argc > 3 && strcmp(argv[2], "max") == 0) {
		config.max_indicators = (uint32_t)number(argv[3]);
		i = 4;
	}
	if (sli_registry_open(argv[1], &config, &registry, &err) != SLI_OK)
		return fail(argv[1], err.message);
	for (; i < argc; i++)
		i += act(argv[i], argv + i + 1);
	sli_registry_close(registry);
	return 0;
}
