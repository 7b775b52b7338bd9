/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* CPU affinity */

#include <errno.h> /* program_invocation_short_name */
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/utsname.h>

#include "bench.h"

uint32_t bench_latency_ns[BENCH_LATENCIES];

void
bench_fail(const char *message)
{
	fprintf(stderr, "bench: %s\n", message);
	exit(EXIT_FAILURE);
}

/* As the program was started: pinning the first thread narrows its own. */
static cpu_set_t allowed;

int
bench_cpu(unsigned index)
{
	int cpu;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &allowed) && index-- == 0)
			return cpu;
	return -1;
}

void
bench_pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)cpu, &one);
	bench_require(sched_setaffinity(0, sizeof(one), &one) == 0,
	    "cannot pin a thread to a CPU");
}

/* Linux has it for x86 only; elsewhere the architecture must do. */
static void
print_cpu_model(const char *architecture)
{
	FILE *cpuinfo = fopen("/proc/cpuinfo", "r");
	char line[256];
	const char *model = NULL;

	while (model == NULL && cpuinfo != NULL &&
	    fgets(line, sizeof(line), cpuinfo) != NULL)
		if (strncmp(line, "model name", 10) == 0)
			model = strchr(line, ':');
	if (model != NULL)
		printf("- CPU: %.*s (%s)\n", (int)strcspn(model + 2, "\n"),
		    model + 2, architecture);
	else
		printf("- CPU: %s\n", architecture);
	if (cpuinfo != NULL)
		fclose(cpuinfo);
}

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* Steele, Lea, Flood 2014: any seed is a good seed. */
static uint64_t
splitmix64(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* In (0, 1], so that it has a logarithm. */
static double
uniform(uint64_t *state)
{
	return (double)((splitmix64(state) >> 11) + 1) * 0x1p-53;
}

/* A normal variate is sqrt(-2 ln u) cos(2 pi v) (Box and Muller 1958). */
void
bench_draw_latencies(double sigma)
{
	const double median_ns = 5e6, two_pi = 6.283185307179586;
	uint64_t state = 2;
	size_t i;

	for (i = 0; i < BENCH_LATENCIES; i++) {
		double radius = sqrt(-2.0 * log(uniform(&state)));
		double normal = radius * cos(two_pi * uniform(&state));

		bench_latency_ns[i] = (uint32_t)fmin(
		    median_ns * exp(sigma * normal), UINT32_MAX);
	}
}

unsigned
bench_start(int argc, char **argv)
{
	unsigned long rounds = BENCH_ROUNDS_DEFAULT;
	struct utsname os;

	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 10);
	bench_require(argc <= 2 && rounds >= 1 && rounds <= 100000,
	    "the only argument is the number of rounds, 1 to 100000");
	bench_require(sched_getaffinity(0, sizeof(allowed), &allowed) == 0 &&
		uname(&os) == 0,
	    "the system does not say what it is");
	bench_pin(bench_cpu(0));
	bench_draw_latencies(1.0);

	printf("## %s\n\n", program_invocation_short_name);
	print_cpu_model(os.machine);
	printf("- Kernel: %s %s\n", os.sysname, os.release);
	printf("- Compiler: " COMPILER "\n");
	printf("- libsli: %s\n", sli_version());
	return (unsigned)rounds;
}

static uint64_t
steady_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static double
time_once(struct bench_case *c)
{
	uint64_t calls = c->calls != 0 ? c->calls : 1;
	uint64_t begin, end;

	if (c->before != NULL)
		c->before(c->arg);
	if (calls > 1)
		c->run(c->arg, (calls + 7) / 8);
	begin = steady_ns();
	c->run(c->arg, calls);
	end = steady_ns();
	if (c->after != NULL)
		c->after(c->arg);
	return (double)(end - begin) / (double)calls;
}

void
bench_run(struct bench_case *cases, size_t count, unsigned rounds)
{
	unsigned round;
	size_t i;

	for (i = 0; i < count; i++) {
		cases[i].ns = calloc(rounds, sizeof(double));
		bench_require(cases[i].ns != NULL, "out of memory");
		time_once(&cases[i]); /* page faults, branch predictors */
	}
	for (round = 0; round < rounds; round++)
		for (i = 0; i < count; i++)
			cases[i].ns[round] = time_once(&cases[i]);
}

double
bench_resident_bytes(const char *field)
{
	FILE *smaps = fopen("/proc/self/smaps_rollup", "r");
	char line[128], name[32];
	unsigned long kib = 0;

	bench_require(smaps != NULL, "cannot read /proc/self/smaps_rollup");
	while (fgets(line, sizeof(line), smaps) != NULL)
		if (sscanf(line, "%31[^:]: %lu", name, &kib) == 2 &&
		    strcmp(name, field) == 0)
			break;
		else
			kib = 0;
	fclose(smaps);
	bench_require(kib != 0, "/proc/self/smaps_rollup lacks a field");
	return 1024.0 * (double)kib;
}

static int
compare_doubles(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * The median over the rounds of (case - less) / baseline; less may be NULL.
 * Before the timings are sorted: it needs them by round.
 */
static double
median_ratio(const struct bench_case *c, const struct bench_case *less,
    unsigned rounds)
{
	double *ratios = calloc(rounds, sizeof(*ratios)), result;
	unsigned round;

	bench_require(ratios != NULL, "out of memory");
	for (round = 0; round < rounds; round++)
		ratios[round] = (c->ns[round] -
				    (less != NULL ? less->ns[round] : 0)) /
		    c->baseline->ns[round];
	qsort(ratios, rounds, sizeof(*ratios), compare_doubles);
	result = ratios[rounds / 2];
	free(ratios);
	return result;
}

struct summary {
	double median_ns, min_ns, worst_ns;
	double ratio, ratio_of_minima, ratio_less_call; /* 0: none */
};

/* Sorts the timings: the ratios, which pair them by round, come first. */
static struct summary *
summarise(struct bench_case *cases, size_t count, unsigned rounds)
{
	struct summary *summaries = calloc(count, sizeof(*summaries));
	size_t i;

	bench_require(summaries != NULL, "out of memory");
	for (i = 0; i < count; i++) {
		struct bench_case *c = &cases[i];

		if (c->baseline == NULL)
			continue;
		summaries[i].ratio = median_ratio(c, NULL, rounds);
		if (c->empty_call != NULL)
			summaries[i].ratio_less_call = median_ratio(c,
			    c->empty_call, rounds);
	}
	for (i = 0; i < count; i++) {
		qsort(cases[i].ns, rounds, sizeof(double), compare_doubles);
		summaries[i].min_ns = cases[i].ns[0];
		summaries[i].median_ns = cases[i].ns[rounds / 2];
		summaries[i].worst_ns = cases[i].ns[rounds - 1];
	}
	for (i = 0; i < count; i++)
		if (cases[i].baseline != NULL)
			summaries[i].ratio_of_minima = summaries[i].min_ns /
			    cases[i].baseline->ns[0];
	for (i = 0; i < count; i++)
		free(cases[i].ns);
	return summaries;
}

static int
decimals(double ns)
{
	return ns < 100 ? 2 : 0;
}

static void
print_goal(const struct bench_case *c, const struct summary *s)
{
	if (c->ratio_max > 0)
		printf(" at most %g: %s", c->ratio_max,
		    s->ratio <= c->ratio_max ? "PASS" : "over");
	if (c->ns_max > 0)
		printf(" below %g us: %s", c->ns_max / 1000,
		    s->median_ns < c->ns_max ? "PASS" : "over");
}

void
bench_report(const char *title, struct bench_case *cases, size_t count,
    unsigned rounds)
{
	struct summary *summaries = summarise(cases, count, rounds);
	size_t i;

	printf("\n### %s (%u rounds)\n\n", title, rounds);
	printf("| what | ns (median) | ns (min) | ns (worst) |"
	       " ratio: median (minima) | must reach |\n"
	       "|---|--:|--:|--:|---|---|\n");
	for (i = 0; i < count; i++) {
		const struct summary *s = &summaries[i];

		printf("| %s | %.*f | %.*f | %.*f |", cases[i].what,
		    decimals(s->median_ns), s->median_ns, decimals(s->min_ns),
		    s->min_ns, decimals(s->worst_ns), s->worst_ns);
		if (cases[i].baseline != NULL)
			printf(" %.2f (%.2f) of %s", s->ratio,
			    s->ratio_of_minima, cases[i].baseline->what);
		if (cases[i].empty_call != NULL)
			printf(", %.2f less the call", s->ratio_less_call);
		printf(" |");
		print_goal(&cases[i], s);
		printf(" |\n");
	}
	fflush(stdout);
	free(summaries);
}

void
bench_report_growth(const char *title, const uint32_t *sizes, size_t size_count,
    struct bench_case *cases, size_t operation_count, unsigned rounds)
{
	struct summary *summaries = summarise(cases,
	    size_count * operation_count, rounds);
	size_t op, i;

	printf("\n### %s (%u rounds): median ns, and its ratio to the first\n"
	       "\n| |",
	    title, rounds);
	for (i = 0; i < size_count; i++)
		printf(" %u |", sizes[i]);
	printf("\n|---|");
	for (i = 0; i < size_count; i++)
		printf("--:|");
	printf("\n");
	for (op = 0; op < operation_count; op++) {
		printf("| %s |", cases[op * size_count].what);
		for (i = 0; i < size_count; i++) {
			const struct summary *s =
			    &summaries[op * size_count + i];

			printf(" %.*f", decimals(s->median_ns), s->median_ns);
			if (s->ratio > 0)
				printf(" (%.2f)", s->ratio);
			printf(" |");
		}
		printf("\n");
	}
	fflush(stdout);
	free(summaries);
}

void
bench_run_lock_add(void *arg, uint64_t calls)
{
	uint64_t *cell = arg;

	while (calls-- > 0)
		bench_lock_add(cell);
}

void
bench_run_two_lock_adds(void *arg, uint64_t calls)
{
	uint64_t *cell = arg;

	while (calls-- > 0) {
		bench_lock_add(cell);
		bench_lock_add(cell + BENCH_CELL_STRIDE);
	}
}
