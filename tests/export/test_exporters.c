/* SPDX-License-Identifier: MIT */
/* What holds for every exporter. */
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "../support/scratch.h"
#include "document.h"
#include "exporters.h"

#define NOW (START + SLI_SECONDS(4))
#define OUTPUT_MAX ((size_t)4 << 20)

/* One from nothing on; closed by run_close(). */
static void
run_once(struct run *run, const struct exporter *exporter,
    struct sli_registry *reg, uint64_t now_ns)
{
	run_open(run, exporter, OUTPUT_MAX);
	assert_int_equal(sli_flush(reg, now_ns, run_export, run), SLI_OK);
	assert_int_equal(sli_flush_forget(reg, run_export, run), SLI_OK);
}

static void
assert_went_well(const struct run *run)
{
	if (run->status != SLI_OK)
		fail_msg("%s: %d, %s", run->exporter->name, run->status,
		    run->err.message);
}

/* Whole lines of text, or of JSON; no controls. */
static void
assert_lines(const struct run *run)
{
	const char *line = run->bytes, *end;
	json_error_t error;
	json_t *json;
	size_t i;

	if (run->exporter->line == NULL)
		return;
	assert_int_equal(strlen(run->bytes), run->length);
	for (i = 0; i < run->length; i++)
		if ((unsigned char)run->bytes[i] < ' ' && run->bytes[i] != '\n')
			fail_msg("%s has a control", run->exporter->name);
	for (; *run->exporter->line != '\0' && *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		json = json_loadb(line, (size_t)(end - line),
		    JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
		if (json == NULL)
			fail_msg("%s: %s: %.*s", run->exporter->name,
			    error.text, (int)(end - line), line);
		json_decref(json);
		end += *end == '\n';
	}
}

static void
assert_same(const struct run *a, const struct run *b)
{
	if (a->length != b->length ||
	    memcmp(a->bytes, b->bytes, a->length) != 0)
		fail_msg("%s: not the same:\n%s\n%s", a->exporter->name,
		    a->bytes, b->bytes);
}

static void
test_exporters_tell_of_everything(void **state)
{
	struct sli_registry *reg = new_motley();
	struct run run;
	size_t i;

	(void)state;
	for (i = 0; i < EXPORTERS; i++) {
		run_once(&run, &exporters[i], reg, NOW);
		assert_went_well(&run);
		assert_lines(&run);
		assert_true(run.length > 1000);
		run_close(&run);
	}
	sli_registry_close(reg);
}

/* No indicators; and times that are none, or the last. */
static void
test_exporters_of_nothing_or_no_time_go_well(void **state)
{
	const uint64_t times[] = { 0, 1, START - SLI_DAYS(1), LAST_TIME };
	struct sli_registry *motley = new_motley(), *empty = new_registry();
	struct run run;
	size_t i, k;

	(void)state;
	for (k = 0; k < LENGTH(times); k++)
		for (i = 0; i < EXPORTERS; i++) {
			run_once(&run, &exporters[i], empty, times[k]);
			assert_went_well(&run);
			assert_lines(&run);
			run_close(&run);
			run_once(&run, &exporters[i], motley, times[k]);
			assert_went_well(&run);
			assert_lines(&run);
			run_close(&run);
		}
	sli_registry_close(motley);
	sli_registry_close(empty);
}

/* An error, and no further call; StatsD goes on to the packets behind. */
static void
test_exporters_give_up_when_a_write_fails(void **state)
{
	struct sli_registry *reg = new_motley();
	struct run whole, run;
	uint32_t calls;
	size_t i;

	(void)state;
	for (i = 0; i < EXPORTERS; i++) {
		run_once(&whole, &exporters[i], reg, NOW);
		calls = whole.calls;
		assert_true(calls > 0);
		while (calls > 0) {
			run_open(&run, &exporters[i], OUTPUT_MAX);
			run.fail_at = calls--;
			assert_int_equal(sli_flush(reg, NOW, run_export, &run),
			    SLI_OK);
			assert_int_equal(run.status, SLI_EIO);
			assert_int_equal(run.err.status, SLI_EIO);
			assert_true(*run.err.message != '\0');
			if (strstr(exporters[i].name, "statsd") == NULL) {
				assert_int_equal(run.calls, run.fail_at);
				assert_memory_equal(run.bytes, whole.bytes,
				    run.length);
			}
			assert_int_equal(
			    sli_flush_forget(reg, run_export, &run), SLI_OK);
			run_close(&run);
		}
		run_close(&whole);
	}
	sli_registry_close(reg);
}

/* Few machines have any, so it is made. */
static bool
set_locale(const char *dir, const char *name)
{
	char command[512];

	snprintf(command, sizeof(command),
	    "mkdir -p '%s' && localedef -i %s -f UTF-8 '%s/%s.UTF-8' "
	    ">/dev/null 2>&1",
	    dir, name, dir, name);
	if (system(command) != 0)
		return false;
	snprintf(command, sizeof(command), "%s.UTF-8", name);
	assert_int_equal(setenv("LOCPATH", dir, 1), 0);
	assert_non_null(setlocale(LC_ALL, command));
	assert_string_not_equal(localeconv()->decimal_point, ".");
	return true;
}

static void
drop_locales(const char *dir)
{
	char command[512];

	setlocale(LC_ALL, "C");
	unsetenv("LOCPATH");
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* One of these has a decimal point of two bytes. */
static void
test_exporters_write_the_same_in_every_locale(void **state)
{
	static const char *const names[] = { "de_DE", "ps_AF" };
	const char *dir = scratch_path("locales");
	struct sli_registry *reg = new_motley();
	struct run plain[EXPORTERS], local;
	size_t i, k, made = 0;

	(void)state;
	for (i = 0; i < EXPORTERS; i++)
		run_once(&plain[i], &exporters[i], reg, NOW);
	for (k = 0; k < LENGTH(names); k++) {
		if (!set_locale(dir, names[k]))
			continue;
		for (i = 0; i < EXPORTERS; i++) {
			run_once(&local, &exporters[i], reg, NOW);
			assert_same(&local, &plain[i]);
			run_close(&local);
		}
		made++;
	}
	drop_locales(dir);
	for (i = 0; i < EXPORTERS; i++)
		run_close(&plain[i]);
	sli_registry_close(reg);
	if (made < LENGTH(names)) {
		print_message("no localedef, or not all locales to make\n");
		skip();
	}
}

struct worker {
	struct sli_registry *reg;
	struct run run;
	pthread_t thread;
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	int i, status = SLI_OK;

	for (i = 0; i < 20 && status == SLI_OK; i++)
		status = sli_flush(w->reg, NOW, run_export, &w->run);
	w->run.status = status != SLI_OK ? status : w->run.status;
	return NULL;
}

/* As many consumers on as many threads. */
static void
test_exporters_at_once_write_what_each_would_alone(void **state)
{
	struct worker worker[EXPORTERS], alone = { .reg = new_motley() };
	size_t i;

	(void)state;
	for (i = 0; i < EXPORTERS; i++) {
		worker[i].reg = alone.reg;
		run_open(&worker[i].run, &exporters[i], OUTPUT_MAX);
		assert_int_equal(
		    pthread_create(&worker[i].thread, NULL, work, &worker[i]),
		    0);
	}
	for (i = 0; i < EXPORTERS; i++)
		assert_int_equal(pthread_join(worker[i].thread, NULL), 0);
	for (i = 0; i < EXPORTERS; i++) {
		assert_went_well(&worker[i].run);
		run_open(&alone.run, &exporters[i], OUTPUT_MAX);
		work(&alone);
		assert_same(&worker[i].run, &alone.run);
		assert_int_equal(
		    sli_flush_forget(alone.reg, run_export, &alone.run),
		    SLI_OK);
		run_close(&alone.run);
		run_close(&worker[i].run);
	}
	sli_registry_close(alone.reg);
}

/* What somebody does to a file that others look at. */
struct vandal {
	pthread_t thread;
	uint64_t *words, *sound;
	size_t count;
	struct random rnd;
	atomic_bool is_done;
};

static void
open_vandal(struct vandal *v, const char *path)
{
	int fd = open(path, O_RDWR);
	size_t bytes = scratch_bytes(path);

	assert_true(fd >= 0);
	v->words = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(v->words != MAP_FAILED);
	v->count = bytes / sizeof(*v->words);
	v->sound = malloc(bytes);
	assert_non_null(v->sound);
	memcpy(v->sound, v->words, bytes);
	close(fd);
}

static void
close_vandal(struct vandal *v)
{
	munmap(v->words, v->count * sizeof(*v->words));
	free(v->sound);
}

static void
repair(struct vandal *v)
{
	memcpy(v->words, v->sound, v->count * sizeof(*v->words));
}

/* Words that say something, and now and then any, are others. */
static void *
vandalise(void *arg)
{
	struct vandal *v = arg;
	size_t i;

	while (!atomic_load(&v->is_done)) {
		i = random_below(&v->rnd, v->count);
		if (v->sound[i] == 0 && !random_percent(&v->rnd, 1))
			continue;
		((volatile uint64_t *)v->words)[i] = random_percent(&v->rnd,
							 30) ?
		    v->sound[i] :
		    random_magnitude(&v->rnd, 64);
	}
	return NULL;
}

static void
test_exporters_survive_a_file_that_changes_under_them(void **state)
{
	const char *path = scratch_path("hostile");
	struct vandal v = { .rnd = { random_seed() } };
	uint64_t round, rounds = test_scaled(40);
	struct sli_registry *view;
	struct run run;
	size_t i;

	(void)state;
	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)v.rnd.state);
	make_motley(path);
	open_vandal(&v, path);
	for (round = 0; round < rounds; round++) {
		view = scratch_view(path);
		assert_non_null(view);
		atomic_store(&v.is_done, false);
		assert_int_equal(pthread_create(&v.thread, NULL, vandalise, &v),
		    0);
		for (i = 0; i < EXPORTERS; i++) {
			run_once(&run, &exporters[i], view, NOW);
			if (run.status == SLI_OK)
				assert_lines(&run);
			run_close(&run);
		}
		atomic_store(&v.is_done, true);
		assert_int_equal(pthread_join(v.thread, NULL), 0);
		sli_registry_close(view);
		repair(&v);
	}
	close_vandal(&v);
}

static void
test_exporters_of_a_view_tell_what_the_file_has(void **state)
{
	const char *path = scratch_path("viewed");
	struct sli_registry *view;
	struct run run, twice;
	size_t i;

	(void)state;
	make_motley(path);
	view = scratch_view(path);
	assert_non_null(view);
	for (i = 0; i < EXPORTERS; i++) {
		run_once(&run, &exporters[i], view, NOW);
		assert_went_well(&run);
		assert_lines(&run);
		run_once(&twice, &exporters[i], view, NOW);
		assert_same(&run, &twice);
		if (exporters[i].line != NULL) {
			assert_non_null(strstr(run.bytes, "fine"));
			assert_non_null(strstr(run.bytes, "coarse"));
		}
		run_close(&run);
		run_close(&twice);
	}
	sli_registry_close(view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exporters_tell_of_everything),
		TEST(test_exporters_of_nothing_or_no_time_go_well),
		TEST(test_exporters_give_up_when_a_write_fails),
		TEST(test_exporters_write_the_same_in_every_locale),
		TEST(test_exporters_at_once_write_what_each_would_alone),
		TEST(test_exporters_of_a_view_tell_what_the_file_has),
		TEST(test_exporters_survive_a_file_that_changes_under_them),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
