/* SPDX-License-Identifier: MIT */
/*
 * The drill: two workers of the service whose back ends brown out under
 * constant load, either without admission or with it; then one worker is killed
 * and started again. usage: drill SERVICE FILE without|with REPORT
 * TELLS, of which TELLS is the port of the service's page.
 *
 * It counts nothing itself: what it prints it sees in the file of the workers.
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "crew.h"
#include "table.h"

#define HEALTHY_SECONDS 5
#define BROWNOUT_SECONDS 15
#define BROWNOUT_SLOWDOWN 3
#define SPENT_SECONDS 5
#define ALONE_SECONDS 2
#define RECOVERY_SECONDS_MAX 65
#define RECOVERY_STEP_SECONDS 5 /* between the lines */
#define CALM_SECONDS_MAX 60	/* shedding ends within a minute of calm */

/* What must never go back. */
struct ledger {
	struct sli_counts total[ROUTES];
	struct sli_budget budget;
};

struct drill {
	struct crew crew;
	struct books books;
	struct table table;
	struct report report;
	uint64_t now_ns; /* of the last line that was printed */
	struct ledger ledger;
	int lost; /* something that was counted is gone */
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
flush(struct drill *drill, sli_flush_fn *fn, void *arg)
{
	int status = sli_flush(drill->books.registry, drill->now_ns, fn, arg);

	if (status != SLI_OK)
		fprintf(stderr, "drill: flush: %s\n", sli_strerror(status));
}

static struct ledger
read_ledger(const struct books *books)
{
	struct ledger ledger;

	memset(&ledger, 0, sizeof(ledger));
	for (int i = 0; i < ROUTES; i++)
		sli_total_counts(books->routes[i].indicator, &ledger.total[i]);
	sli_slo_budget(books->slo, sli_clock_ns(), &ledger.budget);
	return ledger;
}

static int
went_back(const struct ledger *then, const struct ledger *now)
{
	for (int i = 0; i < ROUTES; i++) {
		const struct sli_counts *a = &then->total[i];
		const struct sli_counts *b = &now->total[i];

		if (b->good < a->good || b->bad < a->bad || b->shed < a->shed)
			return 1;
	}
	return now->budget.good < then->budget.good ||
	    now->budget.bad < then->budget.bad;
}

/* Every answer since the start, as the clients count them. */
static uint64_t
count_answers(const struct ledger *ledger)
{
	uint64_t sum = 0;

	for (int i = 0; i < ROUTES; i++)
		sum += ledger->total[i].good + ledger->total[i].bad +
		    ledger->total[i].shed;
	return sum;
}

static void
keep_ledger(struct drill *drill)
{
	const struct ledger now = read_ledger(&drill->books);

	if (went_back(&drill->ledger, &now)) {
		fprintf(stderr, "drill: counts were lost\n");
		drill->lost = 1;
	}
	drill->ledger = now;
}

static void
print_ledger(struct drill *drill, const char *when)
{
	char line[BOOKS_LINE_MAX];

	keep_ledger(drill);
	books_describe(&drill->books, line);
	printf("%-18s %6" PRIu64 " answers; /checkout %s\n", when,
	    count_answers(&drill->ledger), line);
}

static void
pass_second(struct drill *drill)
{
	drill->now_ns = wait_for_next_second();
	keep_ledger(drill);
}

static void
play(struct drill *drill, int seconds)
{
	while (seconds-- > 0) {
		pass_second(drill);
		flush(drill, table_flush, &drill->table);
	}
}

static void
begin_table(struct drill *drill, const char *title, unsigned step_seconds)
{
	drill->table.step_seconds = step_seconds;
	table_print_head(title, step_seconds);
}

static int
kill_and_restart(struct drill *drill)
{
	const int i = WORKERS - 1;
	struct worker *worker = &drill->crew.workers[i];

	printf("\n== kill -9 %ld: one of two workers\n", (long)worker->pid);
	print_ledger(drill, "before");
	crew_kill_worker(&drill->crew, i);
	print_ledger(drill, "killed");
	begin_table(drill, "the other worker is alone", 1);
	play(drill, ALONE_SECONDS);

	if (crew_start_worker(&drill->crew, i) != 0)
		return -1;
	printf("\n== worker %ld takes the dead one's place, and finds\n",
	    (long)worker->pid);
	printf("%35s/checkout %s\n", "", worker->says);
	print_ledger(drill, "started again");
	return 0;
}

static int
is_shedding(const struct drill *drill)
{
	struct sli_verdict verdict;

	return sli_slo_verdict(drill->books.slo, drill->now_ns, &verdict) ==
	    SLI_OK &&
	    verdict.fresh && verdict.shed_probability[SLI_SHEDDABLE] > 0.0;
}

static int
was_calm(const struct drill *drill)
{
	double burn_rate;

	return sli_slo_burn_rate(drill->books.slo, drill->now_ns,
		   SLI_SECONDS(CALM_SECONDS_MAX), &burn_rate) == SLI_OK &&
	    burn_rate == 0.0;
}

/* 0 once shedding has ended by itself, -1 if it goes on without a cause. */
static int
play_recovery(struct drill *drill)
{
	begin_table(drill, "recovery goes on, two workers",
	    RECOVERY_STEP_SECONDS);
	for (int seconds = 1; seconds <= RECOVERY_SECONDS_MAX; seconds++) {
		pass_second(drill);
		if (seconds % RECOVERY_STEP_SECONDS == 0)
			flush(drill, table_flush, &drill->table);
		if (!is_shedding(drill)) {
			printf("\nshedding ended %d s after the brown-out\n",
			    SPENT_SECONDS + ALONE_SECONDS + seconds);
			return 0;
		}
		if (was_calm(drill)) {
			fprintf(stderr, "drill: shedding without a cause\n");
			return -1;
		}
	}
	puts("\nstill shedding: this machine is too busy for /checkout");
	return 0;
}

static void
play_brownout(struct drill *drill)
{
	char title[80];

	play(drill, 1); /* begins the table; the clients connect */
	begin_table(drill, "healthy", 1);
	play(drill, HEALTHY_SECONDS);
	flush(drill, report_flush, &drill->report);

	snprintf(title, sizeof(title),
	    "brown-out, %s admission: work takes three times as long",
	    drill->crew.admission);
	begin_table(drill, title, 1);
	crew_slow_down(&drill->crew, BROWNOUT_SLOWDOWN);
	play(drill, BROWNOUT_SECONDS);
	flush(drill, report_flush, &drill->report);
	crew_slow_down(&drill->crew, 1);
}

/* 0 if the drill showed what it should. */
static int
play_drill(struct drill *drill)
{
	play_brownout(drill);
	if (!drill->table.admission) {
		if (report_sli(&drill->report) < BOOKS_OBJECTIVE)
			return 0;
		fprintf(stderr, "drill: the load was no overload\n");
		return -1;
	}
	begin_table(drill, "recovery: the back ends are fast again", 1);
	play(drill, SPENT_SECONDS);
	return kill_and_restart(drill) == 0 ? play_recovery(drill) : -1;
}

static int
write_report(const struct drill *drill, const char *path)
{
	FILE *file = fopen(path, "w");

	if (file == NULL) {
		perror(path);
		return -1;
	}
	report_write(&drill->report, file);
	fprintf(file, "answers in the run, counted by libsli\t%" PRIu64 "\n",
	    count_answers(&drill->ledger));
	return fclose(file);
}

int
main(int argc, char **argv)
{
	struct drill drill;
	char line[BOOKS_LINE_MAX];
	int status;

	memset(&drill, 0, sizeof(drill));
	if (argc != 6 ||
	    (strcmp(argv[3], "with") != 0 && strcmp(argv[3], "without") != 0)) {
		fprintf(stderr,
		    "usage: drill SERVICE FILE without|with REPORT "
		    "TELLS\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	drill.crew.program = argv[1];
	drill.crew.file = argv[2];
	drill.crew.admission = argv[3];
	drill.crew.tells = argv[5];
	drill.table.admission = strcmp(argv[3], "with") == 0;
	drill.table.books = drill.report.books = &drill.books;
	if (crew_start(&drill.crew) != 0)
		return 1;
	if (books_view(&drill.books, argv[2]) != 0) {
		crew_stop(&drill.crew);
		return 1;
	}
	printf("http://127.0.0.1:%u\n", drill.crew.port);

	status = play_drill(&drill);
	if (crew_stop(&drill.crew) != 0)
		status = -1;
	keep_ledger(&drill);
	if (write_report(&drill, argv[4]) != 0 || drill.lost)
		status = -1;
	books_describe(&drill.books, line);
	printf("stopped: %s\n", line);
	books_close(&drill.books);
	return status == 0 ? 0 : 1;
}
