/* SPDX-License-Identifier: MIT */
/*
 * A registry in a file, the calls that are made now and then: open, view,
 * register, sync, close; and the room that it takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "fixture.h"
#include "place.h"

#define INDICATORS 64

/* A file whose indicators have all rings full. */
struct subject {
	const char *path;
	struct sli_registry_config cfg;
	struct sli_registry *reg, *other;
	struct fixture *fixture;
	uint64_t now_ns, recorded;
};

static void
open_registry(struct subject *subject, struct sli_registry **reg)
{
	struct sli_error err;

	bench_check_err(
	    sli_registry_open(subject->path, &subject->cfg, reg, &err), &err);
}

static void
run_open(void *arg, uint64_t calls)
{
	struct subject *subject = arg;

	(void)calls;
	open_registry(subject, &subject->reg);
}

static void
before_close(void *arg)
{
	run_open(arg, 1);
}

static void
run_close(void *arg, uint64_t calls)
{
	struct subject *subject = arg;

	(void)calls;
	sli_registry_close(subject->reg);
}

static void
after_open(void *arg)
{
	run_close(arg, 1);
}

static void
before_second_open(void *arg)
{
	struct subject *subject = arg;

	open_registry(subject, &subject->other);
}

static void
after_second_open(void *arg)
{
	struct subject *subject = arg;

	run_close(arg, 1);
	sli_registry_close(subject->other);
}

static void
run_view(void *arg, uint64_t calls)
{
	struct subject *subject = arg;
	struct sli_error err;

	(void)calls;
	bench_check_err(sli_registry_view(subject->path, &subject->reg, &err),
	    &err);
}

/* What a service does at its start. */
static void
run_start(void *arg, uint64_t calls)
{
	struct subject *subject = arg;

	(void)calls;
	subject->fixture = fixture_open_file(subject->path, &subject->cfg);
	subject->fixture->now_ns = subject->now_ns;
	subject->fixture->recorded = subject->recorded;
}

static void
after_start(void *arg)
{
	struct subject *subject = arg;

	subject->now_ns = subject->fixture->now_ns;
	subject->recorded = subject->fixture->recorded;
	fixture_close(subject->fixture);
}

/* A second of traffic on each indicator is to be written. */
static void
before_sync(void *arg)
{
	struct subject *subject = arg;

	run_start(arg, 1);
	fixture_live(subject->fixture, SLI_SECONDS(1));
}

static void
run_sync(void *arg, uint64_t calls)
{
	struct subject *subject = arg;
	struct sli_error err;

	(void)calls;
	bench_check_err(sli_registry_sync(subject->fixture->reg, &err), &err);
}

static struct subject
subject_in(enum place place)
{
	struct subject subject = { .cfg = SLI_REGISTRY_CONFIG_INIT };

	subject.path = place_path(place);
	subject.cfg.max_indicators = INDICATORS;
	subject.cfg.sync = SLI_SYNC_NONE; /* a life is over in a moment */
	subject.now_ns = FIXTURE_EPOCH_NS;
	run_start(&subject, 1);
	fixture_live(subject.fixture, FIXTURE_LIFE_NS);
	run_sync(&subject, 1);
	after_start(&subject);
	subject.cfg.sync = SLI_SYNC_PERIODIC;
	return subject;
}

/* New registries, of which each in turn is filled with indicators. */
struct nursery {
	const char *path; /* NULL: in memory */
	struct sli_registry_config cfg;
	struct sli_registry *reg;
	unsigned count; /* of indicators */
};

static void
create(struct nursery *nursery)
{
	struct sli_error err;

	sli_registry_close(nursery->reg);
	nursery->count = 0;
	if (nursery->path == NULL) {
		bench_check_err(
		    sli_registry_create(&nursery->cfg, &nursery->reg, &err),
		    &err);
		return;
	}
	unlink(nursery->path);
	bench_check_err(sli_registry_open(nursery->path, &nursery->cfg,
			    &nursery->reg, &err),
	    &err);
}

static void
run_create(void *arg, uint64_t calls)
{
	(void)calls;
	create(arg);
}

static void
before_register(void *arg)
{
	struct nursery *nursery = arg;

	if (nursery->reg == NULL || nursery->count == INDICATORS)
		create(nursery);
}

static void
run_register(void *arg, uint64_t calls)
{
	struct nursery *nursery = arg;
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind;
	struct sli_error err;
	char name[32];

	(void)calls;
	snprintf(name, sizeof(name), "requests_%u", nursery->count++);
	cfg.name = name;
	bench_check_err(sli_indicator_register(nursery->reg, &cfg, &ind, &err),
	    &err);
}

static struct nursery
nursery_in(enum place place)
{
	struct nursery nursery = { .cfg = SLI_REGISTRY_CONFIG_INIT };

	nursery.path = place == PLACE_MEMORY ? NULL : place_path(place);
	nursery.cfg.max_indicators = INDICATORS;
	return nursery;
}

static void
measure_calls(enum place place, unsigned rounds)
{
	struct subject subject = subject_in(place);
	struct nursery memory = nursery_in(PLACE_MEMORY);
	struct nursery creating = nursery_in(place);
	struct nursery registering = nursery_in(place);
	struct bench_case cases[] = {
		{ .what = "sli_registry_open, rings full",
		    .run = run_open,
		    .after = after_open,
		    .arg = &subject,
		    .ns_max = 1e7 },
		{ .what = "the same, opened by another already",
		    .before = before_second_open,
		    .run = run_open,
		    .after = after_second_open,
		    .arg = &subject,
		    .ns_max = 1e7 },
		{ .what = "the same, and all 64 and an SLO registered again",
		    .run = run_start,
		    .after = after_start,
		    .arg = &subject,
		    .ns_max = 1e7 },
		{ .what = "sli_registry_view",
		    .run = run_view,
		    .after = after_open,
		    .arg = &subject },
		{ .what = "sli_registry_close",
		    .before = before_close,
		    .run = run_close,
		    .arg = &subject },
		{ .what = "sli_registry_sync, of a second of traffic on each",
		    .before = before_sync,
		    .run = run_sync,
		    .after = after_start,
		    .arg = &subject },
		{ .what = "sli_registry_open, a new file",
		    .run = run_create,
		    .arg = &creating },
		{ .what = "sli_indicator_register, a new one, in memory",
		    .before = before_register,
		    .run = run_register,
		    .arg = &memory },
		{ .what = "the same in the file",
		    .before = before_register,
		    .run = run_register,
		    .arg = &registering,
		    .baseline = &cases[7] },
	};
	char title[96];

	snprintf(title, sizeof(title), "A file of %d indicators on %s",
	    INDICATORS, place_name(place));
	bench_run(cases, BENCH_LENGTH(cases), rounds);
	bench_report(title, cases, BENCH_LENGTH(cases), rounds);
	sli_registry_close(memory.reg);
	sli_registry_close(creating.reg);
	sli_registry_close(registering.reg);
}

#define KIB 1024.0

struct room {
	double apparent, allocated, resident;
};

/* Of a file whose indicators have lived through all rings on two CPUs. */
static struct room
room_of(enum place place, uint32_t indicators)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	const char *path = place_path(place);
	double before = bench_resident_bytes("Rss");
	struct fixture *fixture;
	struct room room;
	struct stat st;

	cfg.max_indicators = indicators;
	cfg.sync = SLI_SYNC_NONE;
	fixture = fixture_open_file(path, &cfg);
	if (bench_cpu(1) >= 0)
		bench_pin(bench_cpu(1));
	fixture_live(fixture, FIXTURE_LIFE_NS);
	bench_pin(bench_cpu(0));
	fixture_live(fixture, FIXTURE_LIFE_NS);
	room.resident = bench_resident_bytes("Rss") - before;
	bench_require(stat(path, &st) == 0, "a file is gone");
	room.apparent = (double)st.st_size;
	room.allocated = 512.0 * (double)st.st_blocks;
	fixture_close(fixture);
	return room;
}

static void
measure_room(enum place place)
{
	enum { MORE = 8 };
	const struct room one = room_of(place, 1);
	const struct room many = room_of(place, 1 + MORE);

	printf("| %s: an indicator more | %.0f | %.0f | %.0f |\n",
	    place_name(place), (many.apparent - one.apparent) / MORE / KIB,
	    (many.allocated - one.allocated) / MORE / KIB,
	    (many.resident - one.resident) / MORE / KIB);
	printf("| %s: all else | %.0f | %.0f | %.0f |\n", place_name(place),
	    (one.apparent - (many.apparent - one.apparent) / MORE) / KIB,
	    (one.allocated - (many.allocated - one.allocated) / MORE) / KIB,
	    (one.resident - (many.resident - one.resident) / MORE) / KIB);
}

int
main(int argc, char **argv)
{
	unsigned rounds = bench_start(argc, argv);
	enum place place;

	for (place = PLACE_MEMORY + 1; place < PLACES; place++)
		if (place_exists(place))
			measure_calls(place, rounds);
	printf("\n### Room, default configuration, two thresholds, every ring "
	       "full\n\n"
	       "| KiB | of the file | allocated on disk | resident |\n"
	       "|---|--:|--:|--:|\n");
	for (place = PLACE_MEMORY + 1; place < PLACES; place++)
		if (place_exists(place))
			measure_room(place);
	return 0;
}
