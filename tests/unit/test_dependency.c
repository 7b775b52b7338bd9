/* SPDX-License-Identifier: MIT */
#include "slo/dependency.h"
#include "slo/slo.h"

#include "files.h"

static struct sli_registry *
registry_of(uint32_t indicators)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;

	cfg.max_indicators = indicators;
	cfg.shards = cfg.max_slos = 1;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	return reg;
}

static void
depend(struct sli_indicator *ind, struct sli_indicator *on)
{
	assert_int_equal(sli_depends(ind, on, NULL), SLI_OK);
}

/* The names of what it depends on, with a blank behind each. */
static const char *
names_of(struct sli_indicator *ind)
{
	static char names[256];
	struct sli_indicator *on = NULL;
	uint32_t i;

	names[0] = '\0';
	for (i = 0; sli_dependency(ind, i, &on) == SLI_OK; i++) {
		strcat(names, sli_indicator_name(on));
		strcat(names, " ");
	}
	assert_int_equal(sli_dependency(ind, i, &on), SLI_ENOENT);
	return names;
}

static void
test_dependencies_are_listed_once_each(void **state)
{
	struct sli_registry *reg = registry_of(3);
	struct sli_indicator *a = add_indicator(reg, "a");
	struct sli_indicator *b = add_indicator(reg, "b");
	struct sli_indicator *c = add_indicator(reg, "c");

	(void)state;
	assert_string_equal(names_of(a), "");
	depend(a, b);
	depend(a, c);
	depend(a, b);
	depend(b, c);
	/* A cycle is no error. */
	depend(c, a);
	assert_string_equal(names_of(a), "b c ");
	assert_string_equal(names_of(b), "c ");
	assert_string_equal(names_of(c), "a ");
	sli_registry_close(reg);
}

static void
test_dependency_that_cannot_be_is_refused(void **state)
{
	struct sli_registry *reg = registry_of(2), *other = registry_of(1);
	struct sli_indicator *a = add_indicator(reg, "a"), *out = NULL;
	struct sli_indicator *b = add_indicator(other, "b");
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_depends(NULL, a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "indicator", "NULL");
	assert_int_equal(sli_depends(a, NULL, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "on", "NULL");
	assert_int_equal(sli_depends(a, a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "\"a\"", "itself");
	assert_int_equal(sli_depends(a, b, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "\"b\"", "two registries");
	assert_int_equal(sli_dependency(NULL, 0, &out), SLI_EINVAL);
	assert_int_equal(sli_dependency(a, 0, NULL), SLI_EINVAL);
	assert_string_equal(names_of(a), "");
	sli_registry_close(other);
	sli_registry_close(reg);
}

static void
test_dependencies_are_refused_beyond_the_table(void **state)
{
	enum { MANY = 17 }; /* 17 * 16 > 256 */
	struct sli_registry *reg = registry_of(MANY);
	struct sli_indicator *ind[MANY];
	uint32_t i, edges = 0;
	char name[4] = "a";
	struct sli_error err;
	int status;

	(void)state;
	for (i = 0; i < MANY; i++) {
		name[0] = (char)('a' + i);
		ind[i] = add_indicator(reg, name);
	}
	for (i = 0; i < MANY * MANY && edges < SLI_DEPENDENCIES_MAX; i++)
		if (i / MANY != i % MANY) {
			depend(ind[i / MANY], ind[i % MANY]);
			edges++;
		}
	status = sli_depends(ind[MANY - 1], ind[MANY - 2], &err);
	assert_int_equal(status, SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "SLI_DEPENDENCIES_MAX", "256");
	/* What is there is no error again. */
	depend(ind[0], ind[1]);
	sli_registry_close(reg);
}

static int
depend_and_end(struct peer *peer, void *arg)
{
	struct sli_registry *reg = scratch_open(arg);
	struct sli_indicator *a = scratch_indicator(reg, "a");
	struct sli_indicator *b = scratch_indicator(reg, "b");
	struct sli_indicator *c = scratch_indicator(reg, "c");

	(void)peer;
	if (sli_depends(a, b, NULL) != SLI_OK ||
	    sli_depends(b, c, NULL) != SLI_OK ||
	    sli_depends(a, c, NULL) != SLI_OK)
		return 1;
	sli_registry_close(reg);
	return 0;
}

static struct sli_indicator *
found(struct sli_registry *reg, const char *name)
{
	struct sli_indicator *ind = NULL;

	assert_int_equal(sli_indicator_find(reg, name, NULL, 0, &ind), SLI_OK);
	return ind;
}

static void
test_dependencies_in_a_file_are_seen_by_all(void **state)
{
	const char *path = scratch_path("dependencies.sli");
	struct sli_registry *reg, *view;
	struct sli_error err;

	(void)state;
	peer_run(depend_and_end, (void *)(uintptr_t)path);
	reg = open_file(path);
	view = scratch_view(path);
	assert_string_equal(names_of(found(reg, "a")), "b c ");
	assert_string_equal(names_of(found(view, "b")), "c ");
	depend(found(reg, "c"), found(reg, "a"));
	assert_string_equal(names_of(found(view, "c")), "a ");
	assert_int_equal(sli_depends(found(view, "c"), found(view, "b"), &err),
	    SLI_EACCES);
	sli_registry_close(view);
	sli_registry_close(reg);
}

/* And with it those of both directions, also once it is there again. */
static void
test_dependencies_go_with_either_end(void **state)
{
	const char *path = scratch_path("removed.sli");
	struct sli_registry *reg;
	struct sli_indicator *c;
	struct sli_error err;

	(void)state;
	peer_run(depend_and_end, (void *)(uintptr_t)path);
	reg = open_file(path);
	c = found(reg, "c");
	assert_int_equal(sli_indicator_remove(reg, "c", NULL, 0, "old", NULL),
	    SLI_OK);
	assert_string_equal(names_of(found(reg, "a")), "b ");
	assert_string_equal(names_of(found(reg, "b")), "");
	assert_int_equal(sli_depends(found(reg, "a"), c, &err), SLI_ENOENT);
	assert_error(&err, SLI_ENOENT, "\"c\"", "removed");
	sli_registry_close(reg);
	reg = open_file(path);
	/* In the place and with the life that it had. */
	scratch_indicator(reg, "c");
	assert_string_equal(names_of(found(reg, "a")), "b ");
	sli_registry_close(reg);
}

static void
test_dependencies_are_saved_by_a_repair(void **state)
{
	const char *path = scratch_path("from.sli");
	char *to = scratch_path("to.sli");
	struct sli_registry *reg;

	(void)state;
	peer_run(depend_and_end, (void *)(uintptr_t)path);
	assert_int_equal(sli_file_repair(path, to, NULL, NULL, NULL, NULL),
	    SLI_OK);
	reg = open_file(to);
	assert_string_equal(names_of(found(reg, "a")), "b c ");
	assert_string_equal(names_of(found(reg, "b")), "c ");
	sli_registry_close(reg);
}

/* Whatever is in the table, edges lead to indicators that are there. */
static void
test_dependencies_that_are_damaged_are_none(void **state)
{
	struct sli_registry *reg = registry_of(2);
	struct sli_indicator *a = add_indicator(reg, "a");
	struct sli_indicator *b = add_indicator(reg, "b");
	struct sli__dependency *table = sli__at(&reg->arena,
	    reg->arena.geometry.dependencies_offset);
	struct sli__dependency sound;
	size_t i;

	(void)state;
	depend(a, b);
	sound = table[0];
	for (i = 0; i < sizeof(sound); i++) {
		((unsigned char *)table)[i] ^= 0x80;
		assert_string_equal(names_of(a), "");
		assert_string_equal(names_of(b), "");
		table[0] = sound;
	}
	memset(table, 0xff, SLI_DEPENDENCIES_MAX * sizeof(*table));
	assert_string_equal(names_of(a), "");
	/* Such places are as good as free. */
	depend(b, a);
	assert_string_equal(names_of(b), "a ");
	sli_registry_close(reg);
}

static void
test_dependencies_on_what_counts_slices_are_none(void **state)
{
	struct sli_registry *reg = registry_of(2);
	struct sli_indicator *a = add_indicator(reg, "a");
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli__dependency *table = sli__at(&reg->arena,
	    reg->arena.geometry.dependencies_offset);
	struct sli_slo *slo;

	(void)state;
	cfg.name = "availability";
	cfg.objective = 0.9;
	cfg.method = SLI_TIMESLICES;
	assert_int_equal(sli_slo_register(a, &cfg, &slo, NULL), SLI_OK);
	table[0].to = (uint64_t)(slo->counted - reg->indicators);
	table[0].from_life = a->entry->life;
	table[0].to_life = slo->counted->entry->life;
	table[0].from = 1;
	assert_string_equal(names_of(a), "");
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dependencies_are_listed_once_each),
		TEST(test_dependency_that_cannot_be_is_refused),
		TEST(test_dependencies_are_refused_beyond_the_table),
		TEST(test_dependencies_in_a_file_are_seen_by_all),
		TEST(test_dependencies_go_with_either_end),
		TEST(test_dependencies_are_saved_by_a_repair),
		TEST(test_dependencies_that_are_damaged_are_none),
		TEST(test_dependencies_on_what_counts_slices_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
