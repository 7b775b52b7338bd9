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
 *   slo NAME OBJECTIVE          of good events within 300 ms, over 30 d
 *   ago SECONDS                 what follows happened then
 *   record OUTCOME N US         N events that took so many microseconds
 *   count OUTCOME N             events without a latency
 *   exemplar OUTCOME US ID      an event with a trace id
 *   begin N                     in-flight work
 *   depends NAME                the current one on an earlier, by its name
 *   annotate KIND TEXT
 *   remove NAME WHY             an indicator without labels
 *   say TEXT                    print a line, for whom waits for it
 *   wait                        for a signal
 *   loop MS                     and one good event of 10 ms on each indicator
 *                               each time, for ever
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
	struct sli_slo_config config = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo;
	struct sli_error err;

	config.name = name;
	config.objective = strtod(objective, NULL);
	config.threshold_ns = SLI_MILLIS(300);
	if (sli_slo_register(current(), &config, &slo, &err) != SLI_OK)
		fail(name, err.message);
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
loop(uint64_t ms)
{
	struct timespec pause_for = { (time_t)(ms / 1000),
		(long)(ms % 1000 * 1000000) };
	size_t i;

	for (;;) {
		for (i = 0; i < indicator_count; i++)
			sli_record(indicators[i], now(), SLI_GOOD,
			    SLI_MILLIS(10));
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
		return loop(number(argument[0])), 1;
	if (argument[1] == NULL)
		return fail(word, "an argument is missing");
	if (strcmp(word, "indicator") == 0)
		return add_indicator(argument[0], argument[1]), 2;
	if (strcmp(word, "slo") == 0)
		return add_slo(argument[0], argument[1]), 2;
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
