/* SPDX-License-Identifier: MIT */
/* Every exporter, when memory runs out at each call that allocates. */
#include <sli/export_snapshot.h>

#include "exporters.h"
#include "memory.h"

#define NOW (START + SLI_SECONDS(4))
#define OUTPUT_MAX ((size_t)4 << 20)

static int
try(const struct sli_snapshot *snapshot, void *arg, struct sli_error *err)
{
	struct run *run = arg;

	run_export(snapshot, run);
	*err = run->err;
	return run->status;
}

/* Returns how many calls were refused. */
static int
attempt(struct run *run, struct sli_registry *reg, int memory)
{
	int status;

	memory_refused = 0;
	memory_left = memory;
	status = sli_flush_try(reg, NOW, try, run, NULL);
	memory_left = -1;
	assert_int_equal(status, run->status);
	return memory_refused;
}

/* What was not told for want of memory is told by the next export. */
static void
expect_all_told_again(struct run *run, struct sli_registry *reg,
    const struct run *whole)
{
	assert_int_equal(run->status, SLI_ENOMEM);
	assert_int_equal(run->err.status, SLI_ENOMEM);
	assert_non_null(strstr(run->err.message, "memory"));
	(void)attempt(run, reg, -1);
	assert_int_equal(run->status, SLI_OK);
	if (run->known != NULL)
		return;
	assert_int_equal(run->length, whole->length);
	assert_memory_equal(run->bytes, whole->bytes, whole->length);
}

/* As many calls of the allocator as an export makes. */
static int
starve(const struct exporter *exporter, struct sli_registry *reg,
    const struct run *whole)
{
	struct run run;
	int memory, refused;

	for (memory = 0;; memory++) {
		run_open(&run, exporter, OUTPUT_MAX);
		refused = attempt(&run, reg, memory);
		if (refused > 0)
			expect_all_told_again(&run, reg, whole);
		assert_int_equal(sli_flush_try_forget(reg, try, &run), SLI_OK);
		run_close(&run);
		if (refused == 0)
			return memory;
	}
}

static void
test_exporters_without_memory_say_so(void **state)
{
	struct sli_registry *reg = new_motley();
	struct run whole;
	size_t i;
	int calls;

	(void)state;
	for (i = 0; i < EXPORTERS; i++) {
		run_open(&whole, &exporters[i], OUTPUT_MAX);
		assert_int_equal(attempt(&whole, reg, -1), 0);
		assert_int_equal(sli_flush_try_forget(reg, try, &whole),
		    SLI_OK);
		calls = starve(&exporters[i], reg, &whole);
		/* What the headers say: formats of text take none. */
		assert_true((calls > 0) != exporters[i].is_frugal);
		run_close(&whole);
	}
	sli_registry_close(reg);
}

/* An export that could not begin has nothing to undo. */
static void
test_exporters_log_without_memory_keeps_its_header(void **state)
{
	struct sli_registry *reg = new_registry();
	struct run run;

	(void)state;
	sli_record(new_indicator(reg, "a", NULL), START, SLI_GOOD, 1000);
	run_open(&run, exporter_find("hlog"), OUTPUT_MAX);
	(void)attempt(&run, reg, -1);
	assert_non_null(strstr(run.bytes, "#[StartTime"));
	sli_record(new_indicator(reg, "b", NULL), START, SLI_GOOD, 1000);
	assert_int_equal(attempt(&run, reg, 0), 1);
	assert_int_equal(run.status, SLI_ENOMEM);
	sli_interval_log_undo(run.known);
	(void)attempt(&run, reg, -1);
	assert_null(strstr(run.bytes, "#[StartTime"));
	assert_non_null(strstr(run.bytes, "Tag=b;outcome=good,"));
	run_close(&run);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exporters_without_memory_say_so),
		TEST(test_exporters_log_without_memory_keeps_its_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
