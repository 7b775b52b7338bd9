/* SPDX-License-Identifier: MIT */
/* What is refused, and a write function that is not up to it. */
#include "scrape.h"

struct attempt {
	struct sli_text_config cfg;
	int use_cfg, fail_at; /* of the calls of write, from 1; 0: none */
	int calls, status;
	size_t bytes;
	struct sli_error err;
	int is_told; /* the error names field and value */
	const char *field, *value;
};

static int
count_bytes(const void *bytes, size_t length, void *arg)
{
	struct attempt *a = arg;

	assert_non_null(bytes);
	a->calls++;
	a->bytes += length;
	return a->calls == a->fail_at ? -1 : 0;
}

static void
attempt(const struct sli_snapshot *snapshot, void *arg)
{
	struct attempt *a = arg;

	a->status = sli_text_export(snapshot, a->use_cfg ? &a->cfg : NULL,
	    count_bytes, a, &a->err);
	a->is_told = a->field != NULL &&
	    strstr(a->err.message, a->field) != NULL &&
	    strstr(a->err.message, a->value) != NULL;
	assert_int_equal(sli_text_export(snapshot, NULL, NULL, a, &a->err),
	    SLI_EINVAL);
	assert_string_equal(a->err.message, "write is NULL");
	assert_int_equal(sli_text_export(NULL, NULL, count_bytes, a, NULL),
	    SLI_EINVAL);
}

/* It is not called again, and nothing is lost but what it refused. */
static void
test_config_write_that_fails_ends_the_export(void **state)
{
	struct sli_registry *reg = new_registry();
	static struct attempt whole, a;
	int i;

	(void)state;
	new_indicator(reg, "a", NULL);
	new_indicator(reg, "b", NULL);
	assert_int_equal(sli_flush(reg, START, attempt, &whole), SLI_OK);
	assert_int_equal(whole.status, SLI_OK);
	assert_true(whole.calls > 1);
	for (i = 1; i <= whole.calls; i++) {
		memset(&a, 0, sizeof(a));
		a.fail_at = i;
		assert_int_equal(sli_flush(reg, START, attempt, &a), SLI_OK);
		assert_int_equal(a.status, SLI_EIO);
		assert_int_equal(a.calls, i);
	}
	sli_registry_close(reg);
}

static const uint64_t descending[] = { 5, 5 }, zero[] = { 0, 1 };

static void
too_new(struct sli_text_config *cfg)
{
	cfg->struct_size = 4000;
}

static void
unknown_flag(struct sli_text_config *cfg)
{
	cfg->flags = 0x4000;
}

static void
unknown_format(struct sli_text_config *cfg)
{
	cfg->format = (enum sli_text_format)7;
}

static void
no_bounds(struct sli_text_config *cfg)
{
	cfg->bound_count = 3;
}

static void
many_bounds(struct sli_text_config *cfg)
{
	cfg->bound_count = SLI_BOUNDS_MAX + 1;
	cfg->bound_ns = descending;
}

static void
same_bounds(struct sli_text_config *cfg)
{
	cfg->bound_count = 2;
	cfg->bound_ns = descending;
}

static void
zero_bound(struct sli_text_config *cfg)
{
	cfg->bound_count = 2;
	cfg->bound_ns = zero;
}

static void
long_service(struct sli_text_config *cfg)
{
	static char service[SLI_LABEL_BYTES_MAX + 2];

	memset(service, '"', sizeof(service) - 1);
	cfg->service = service;
}

static void
latin_service(struct sli_text_config *cfg)
{
	cfg->service = "K\xf6ln";
}

static void
test_config_that_is_wrong_is_refused_by_name(void **state)
{
	static const struct {
		void (*spoil)(struct sli_text_config *cfg);
		int status;
		const char *field, *value;
	} cases[] = {
		{ too_new, SLI_EVERSION, "struct_size", "4000" },
		{ unknown_flag, SLI_EINVAL, "flags", "0x4000" },
		{ unknown_format, SLI_EINVAL, "format", "7" },
		{ no_bounds, SLI_EINVAL, "bound_ns", "NULL" },
		{ many_bounds, SLI_ERANGE, "bound_count", "65" },
		{ same_bounds, SLI_ERANGE, "bound_ns[1]", "5" },
		{ zero_bound, SLI_ERANGE, "bound_ns[0]", "0" },
		{ long_service, SLI_ERANGE, "service", "1025 bytes" },
		{ latin_service, SLI_EINVAL, "service", "UTF-8" },
	};
	const struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;
	static struct attempt a;
	struct sli_registry *reg = new_registry();
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		memset(&a, 0, sizeof(a));
		a.cfg = cfg;
		a.use_cfg = 1;
		a.field = cases[i].field;
		a.value = cases[i].value;
		cases[i].spoil(&a.cfg);
		assert_int_equal(sli_flush(reg, START, attempt, &a), SLI_OK);
		assert_int_equal(a.status, cases[i].status);
		assert_int_equal(a.calls, 0);
		assert_true(a.is_told);
	}
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_config_write_that_fails_ends_the_export),
		TEST(test_config_that_is_wrong_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
