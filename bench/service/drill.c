/* SPDX-License-Identifier: MIT */
/*
 * The drill: a brown-out of the back end under constant load, played either
 * without admission or with it. usage: service without|with REPORT
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "table.h"

#define HEALTHY_SECONDS 5
#define BROWNOUT_SECONDS 15
#define BROWNOUT_SLOWDOWN 3
#define RECOVERY_SECONDS_MAX 70
#define CALM_SECONDS_MAX 60 /* shedding ends within a minute of calm */

static const char *const brownout_title[] = {
	"brown-out, without admission: work takes three times as long",
	"brown-out, with admission: work takes three times as long",
};

/* libsli has no thread: this timer is the application's own. */
static uint64_t
wait_for_next_second(void)
{
	uint64_t rest_ns = SLI_SECONDS(1) - sli_clock_ns() % SLI_SECONDS(1);
	const struct timespec rest = {
		(time_t)(rest_ns / SLI_SECONDS(1)),
		(long)(rest_ns % SLI_SECONDS(1)),
	};

	nanosleep(&rest, NULL);
	return sli_clock_ns();
}

static void
flush(struct service *service, uint64_t now_ns, sli_flush_fn *fn, void *arg)
{
	int status = sli_flush(service->registry, now_ns, fn, arg);

	if (status != SLI_OK)
		fprintf(stderr, "service: flush: %s\n", sli_strerror(status));
}

static uint64_t
play_second(struct table *table)
{
	uint64_t now_ns = wait_for_next_second();

	flush(table->service, now_ns, table_flush, table);
	return now_ns;
}

/* Returns when it ended. */
static uint64_t
play(struct table *table, const char *title, int seconds)
{
	uint64_t now_ns = 0;

	table_print_head(title);
	while (seconds-- > 0)
		now_ns = play_second(table);
	return now_ns;
}

static int
is_shedding(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_verdict verdict;

	return sli_slo_verdict(slo, now_ns, &verdict) == SLI_OK &&
	    verdict.fresh && verdict.shed_probability[SLI_SHEDDABLE] > 0.0;
}

static int
was_calm(struct sli_slo *slo, uint64_t now_ns)
{
	double burn_rate;

	return sli_slo_burn_rate(slo, now_ns, SLI_SECONDS(CALM_SECONDS_MAX),
		   &burn_rate) == SLI_OK &&
	    burn_rate == 0.0;
}

/* 0 once shedding has ended by itself, -1 if it goes on without a cause. */
static int
play_recovery(struct table *table)
{
	struct sli_slo *slo = table->service->slo;

	table_print_head("recovery: the back end is fast again");
	for (int seconds = 1; seconds <= RECOVERY_SECONDS_MAX; seconds++) {
		uint64_t now_ns = play_second(table);

		if (!is_shedding(slo, now_ns)) {
			printf("\nshedding ended %d s after the brown-out\n",
			    seconds);
			return 0;
		}
		if (was_calm(slo, now_ns)) {
			fprintf(stderr, "service: shedding without a cause\n");
			return -1;
		}
	}
	puts("\nstill shedding: this machine is too busy for /checkout");
	return 0;
}

/* 0 if the drill showed what it should. */
static int
play_drill(struct service *service, struct report *report)
{
	struct table table = { service, 0 };
	uint64_t now_ns;

	play_second(&table); /* begins the table; the clients connect */
	now_ns = play(&table, "healthy", HEALTHY_SECONDS);
	flush(service, now_ns, report_flush, report);

	backend_set_slowdown(&service->backend, BROWNOUT_SLOWDOWN);
	now_ns = play(&table, brownout_title[service->admission],
	    BROWNOUT_SECONDS);
	flush(service, now_ns, report_flush, report);
	backend_set_slowdown(&service->backend, 1);

	if (service->admission)
		return play_recovery(&table);
	if (report_sli(report) >= SERVICE_OBJECTIVE) {
		fprintf(stderr, "service: the load was no overload\n");
		return -1;
	}
	return 0;
}

/* Every answer since the start, as the clients count them. */
static uint64_t
count_answers(const struct service *service)
{
	struct sli_counts counts;
	uint64_t sum = 0;

	for (int i = 0; i < ROUTES; i++)
		if (sli_total_counts(service->routes[i].indicator, &counts) ==
		    SLI_OK)
			sum += counts.good + counts.bad + counts.shed;
	return sum;
}

static int
write_report(const struct report *report, const char *path)
{
	FILE *file = fopen(path, "w");

	if (file == NULL) {
		perror(path);
		return -1;
	}
	report_write(report, file);
	fprintf(file, "answers in the run, counted by libsli\t%" PRIu64 "\n",
	    count_answers(report->service));
	return fclose(file);
}

int
main(int argc, char **argv)
{
	struct service service;
	struct report report = { .service = &service };
	int admission = argc == 3 && strcmp(argv[1], "with") == 0;
	int status;

	if (argc != 3 || (!admission && strcmp(argv[1], "without") != 0)) {
		fprintf(stderr, "usage: service without|with REPORT\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (service_start(&service, admission) != 0)
		return 1;
	printf("http://127.0.0.1:%u\n", service_port(&service));

	status = play_drill(&service, &report);
	service_stop(&service);
	if (write_report(&report, argv[2]) != 0)
		status = -1;
	service_free(&service);
	return status == 0 ? 0 : 1;
}
