/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "children.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* A thread reports after so many events. */
#define BATCH 200

struct child {
	const struct child_config *cfg;
	struct child_page *page;
	struct random rnd;
	struct sli_registry *reg;
};

/* One life of a registry handle, on one thread. */
struct worker {
	pthread_t thread;
	struct child *child;
	uint32_t index;
	struct random rnd;
	uint64_t ops, unreported;
	struct sli_indicator *booked[CHILD_BOOKED];
	struct sli_slo *slo[CHILD_BOOKED];
	struct sli_writer *writer;
};

static void
fail(const char *what, int status, const struct sli_error *err)
{
	fprintf(stderr, "child %d: %s: %s: %s\n", (int)getpid(), what,
	    sli_strerror(status), err->message);
	_exit(1);
}

uint64_t
children_now(struct children *children, struct random *rnd)
{
	if (atomic_load(&children->now_ns) == 0)
		return sli_clock_ns();
	return atomic_fetch_add(&children->now_ns,
	    random_below(rnd, SLI_MILLIS(5)));
}

void
child_configure(struct sli_registry_config *cfg, uint32_t shards)
{
	ledger_configure(cfg);
	cfg->max_indicators = 16;
	cfg->max_slos = 16;
	cfg->shards = shards;
	cfg->atomic_shards = 2;
	cfg->writer_shards = CHILD_WRITERS;
}

int
child_register(struct sli_registry *reg, const char *prefix, uint32_t i,
    struct sli_indicator **out, struct sli_error *err)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	char name[32];

	(void)snprintf(name, sizeof(name), "%s_%u", prefix, i);
	ledger_configure_indicator(&cfg);
	cfg.name = name;
	return sli_indicator_register(reg, &cfg, out, err);
}

int
child_register_slo(struct sli_indicator *ind, const char *prefix, uint32_t i,
    struct sli_slo **out, struct sli_error *err)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	char name[32];

	(void)snprintf(name, sizeof(name), "%s-slo-%u", prefix, i);
	cfg.name = name;
	cfg.objective = 0.99;
	cfg.period_ns = SLI_HOURS(1);
	return sli_slo_register(ind, &cfg, out, err);
}

static uint64_t
now(struct worker *w)
{
	return children_now(w->child->cfg->children, &w->rnd);
}

static void
enter(struct worker *w, enum child_place place)
{
	if (w->index == 0)
		atomic_store(&w->child->page->place, (uint32_t)place);
}

static void
report(struct worker *w)
{
	struct child_report r = { .child = w->child->cfg->index,
		.thread = w->index };

	for (size_t i = 0; i < CHILD_BOOKED; i++)
		for (size_t kind = 0; kind < LEDGER_KINDS; kind++)
			r.done[i][kind] = atomic_load(
			    &w->child->page->line[w->index][i].done[kind]);
	if (write(w->child->cfg->report_fd, &r, sizeof(r)) !=
	    (ssize_t)sizeof(r))
		_exit(1);
	w->unreported = 0;
}

static void
register_booked(struct worker *w, uint32_t i)
{
	struct sli_error err = { .status = SLI_OK };
	int status;

	enter(w, CHILD_REGISTERING);
	status = child_register(w->child->reg, "booked", i, &w->booked[i],
	    &err);
	if (status != SLI_OK)
		fail("register", status, &err);
	status = child_register_slo(w->booked[i], "booked", i, &w->slo[i],
	    &err);
	if (status != SLI_OK)
		fail("register an SLO", status, &err);
}

/* Nobody can remove it meanwhile: its own process has it. */
static void
use_fleeting(struct worker *w, uint32_t i)
{
	struct sli_error err = { .status = SLI_OK };
	struct sli_indicator *ind;
	struct sli_counts before, after;
	struct sli_slo *slo;
	int status;

	enter(w, CHILD_REGISTERING);
	status = child_register(w->child->reg, "fleeting", i, &ind, &err);
	if (status == SLI_ENOSPC)
		return; /* removed ones wait for all to have closed it */
	if (status != SLI_OK)
		fail("register what was removed", status, &err);
	status = child_register_slo(ind, "fleeting", i, &slo, &err);
	if (status != SLI_OK && status != SLI_ENOSPC)
		fail("register an SLO that was removed", status, &err);
	if (sli_total_counts(ind, &before) != SLI_OK)
		_exit(1);
	sli_record(ind, now(w), SLI_GOOD, SLI_MILLIS(5));
	if (sli_total_counts(ind, &after) != SLI_OK ||
	    after.good <= before.good)
		fail("an event was lost", status, &err);
}

static void
remove_fleeting(struct worker *w, uint32_t i)
{
	struct sli_error err = { .status = SLI_OK };
	char name[32];
	int status;

	enter(w, CHILD_REMOVING);
	(void)snprintf(name, sizeof(name), "fleeting_%u", i);
	status = sli_indicator_remove(w->child->reg, name, NULL, 0,
	    "nobody has it", &err);
	if (status != SLI_OK && status != SLI_EBUSY && status != SLI_ENOENT)
		fail("remove", status, &err);
	if (status == SLI_EBUSY && strstr(err.message, "lives") == NULL)
		fail("remove", status, &err);
}

static void
reset_budget(struct worker *w, uint32_t i)
{
	struct sli_error err = { .status = SLI_OK };
	int status;

	enter(w, CHILD_RESETTING);
	if (w->slo[i] == NULL)
		return;
	atomic_fetch_add(&w->child->page->resets_begun, 1);
	status = sli_slo_reset_budget(w->slo[i], now(w), "a test", &err);
	if (status != SLI_OK)
		fail("reset a budget", status, &err);
	atomic_fetch_add(&w->child->page->resets_done, 1);
}

/* There are fewer than there may be threads. */
static void
change_writer(struct worker *w)
{
	struct sli_error err = { .status = SLI_OK };
	int status;

	enter(w, CHILD_WRITING);
	if (w->writer != NULL) {
		sli_writer_release(w->writer);
		w->writer = NULL;
		return;
	}
	status = sli_writer_acquire(w->child->reg, &w->writer, &err);
	if (status != SLI_OK && status != SLI_ENOSPC)
		fail("acquire a writer", status, &err);
}

static void
record(struct worker *w, uint32_t i)
{
	struct sli_indicator *ind = w->booked[i];

	sli_begin(ind);
	ledger_record(&w->child->page->line[w->index][i], ind, w->writer,
	    &w->rnd, now(w));
	sli_end(ind);
	if (++w->unreported == BATCH)
		report(w);
}

static void
do_special(struct worker *w)
{
	uint32_t i = (uint32_t)random_below(&w->rnd, CHILD_BOOKED);

	switch (random_below(&w->rnd, 6)) {
	case 0:
		reset_budget(w, i);
		break;
	case 1:
		change_writer(w);
		break;
	case 2:
		remove_fleeting(w,
		    (uint32_t)random_below(&w->rnd, CHILD_FLEETING));
		break;
	case 3:
		register_booked(w, i);
		break;
	default:
		use_fleeting(w,
		    (uint32_t)random_below(&w->rnd, CHILD_FLEETING));
	}
	enter(w, CHILD_RECORDING);
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	const bool records = w->child->cfg->habit == CHILD_RECORDS;
	uint32_t first = (uint32_t)random_below(&w->rnd, CHILD_BOOKED);

	for (uint32_t i = 0; i < CHILD_BOOKED; i++)
		register_booked(w, (first + i) % CHILD_BOOKED);
	enter(w, CHILD_RECORDING);
	for (; w->ops > 0; w->ops--) {
		record(w, (uint32_t)random_below(&w->rnd, CHILD_BOOKED));
		if (random_below(&w->rnd, records ? 500 : 5) == 0)
			do_special(w);
	}
	report(w);
	if (w->writer != NULL && random_percent(&w->rnd, 50))
		change_writer(w); /* else it is left to the close */
	return NULL;
}

/* Open, have some threads work, close. */
static void
live_once(struct child *child)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	const bool reopens = child->cfg->habit == CHILD_REOPENS;
	struct worker worker[CHILD_THREADS];
	struct sli_error err = { .status = SLI_OK };
	uint32_t threads = 1 +
	    (uint32_t)random_below(&child->rnd, CHILD_THREADS);
	int status;

	child_configure(&cfg, child->cfg->shards);
	cfg.recorder = random_percent(&child->rnd, 50) ? SLI_RECORDER_ATOMIC :
							 SLI_RECORDER_AUTO;
	cfg.sync = random_percent(&child->rnd, 50) ? SLI_SYNC_NONE :
						     SLI_SYNC_PERIODIC;
	atomic_store(&child->page->threads, 1);
	atomic_store(&child->page->place,
	    (uint32_t)(access(child->cfg->path, F_OK) == 0 ? CHILD_OPENING :
							     CHILD_CREATING));
	status = sli_registry_open(child->cfg->path, &cfg, &child->reg, &err);
	if (status != SLI_OK)
		fail("open", status, &err);
	memset(worker, 0, sizeof(worker));
	for (uint32_t i = 0; i < threads; i++) {
		worker[i].child = child;
		worker[i].index = i;
		worker[i].rnd.state = random_next(&child->rnd);
		worker[i].ops = random_magnitude(&worker[i].rnd,
		    reopens ? 6 : 20);
	}
	atomic_store(&child->page->threads, threads);
	for (uint32_t i = 1; i < threads; i++)
		if (pthread_create(&worker[i].thread, NULL, work, &worker[i]) !=
		    0)
			_exit(1);
	work(&worker[0]);
	for (uint32_t i = 1; i < threads; i++)
		if (pthread_join(worker[i].thread, NULL) != 0)
			_exit(1);
	atomic_store(&child->page->place, (uint32_t)CHILD_CLOSING);
	sli_registry_close(child->reg);
}

pid_t
child_start(const struct child_config *cfg)
{
	struct child child = { .cfg = cfg };
	pid_t parent = getpid(), pid;

	child.page = &cfg->children->page[cfg->index];
	child.rnd.state = cfg->seed;
	pid = fork();
	if (pid != 0)
		return pid;
	/* A test that fails leaves nobody behind. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (;;)
		live_once(&child);
}
