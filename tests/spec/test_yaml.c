/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "load.h"
#include "promtool.h"

#define HEAD "version: prometheus/v1\nservice: shop\nslos:\n"
#define SLO(name)                                                              \
	"- name: " name "\n"                                                   \
	"  objective: 99.9\n"                                                  \
	"  sli: {raw: {error_ratio_query: 'x[{{.window}}]'}}\n"                \
	"  alerting: {name: A}\n"

static void
test_yaml_stream_of_documents_is_read(void **state)
{
	struct sli_spec *spec = load_good(
	    "---\n" HEAD SLO("one") "---\n---\n"
				    "# nothing\n---\n" HEAD SLO("two") "...\n",
	    0);

	(void)state;
	assert_int_equal(sli_spec_slo_count(spec), 2);
	assert_int_equal(sli_spec_slo(spec, 0)->line, 5);
	assert_int_equal(sli_spec_slo(spec, 1)->line, 16);
	assert_string_equal(sli_spec_slo(spec, 1)->file, "f");
	assert_ptr_equal(sli_spec_find(spec, "shop-two"),
	    sli_spec_slo(spec, 1));
	assert_null(sli_spec_find(spec, "two"));
	assert_null(sli_spec_slo(spec, 2));
	sli_spec_free(spec);
	sli_spec_free(NULL);
	assert_int_equal(sli_spec_slo_count(NULL), 0);
	assert_null(sli_spec_slo(NULL, 0));
	assert_null(sli_spec_find(NULL, "x"));
}

static void
test_yaml_key_that_is_there_twice_is_refused(void **state)
{
	(void)state;
	load_bad(HEAD SLO("one") "  objective: 90\n",
	    "f:8:3: error: the key \"objective\" is there twice, in line 5 "
	    "too");
	load_bad("a: {<<: {b: 1}, <<: {c: 1}}\n",
	    "f:1:17: error: the key "
	    "\"<<\" is there twice");
}

static void
test_yaml_anchor_and_merge_are_carried_out(void **state)
{
	struct sli_spec *spec = load_good(
	    "x-own: &own\n"
	    "  objective: 99\n"
	    "  labels: {a: b}\n"
	    "x-sli: &sli {raw: {error_ratio_query: 'x[{{.window}}]'}}\n"
	    "version: prometheus/v1\nservice: shop\nslos:\n"
	    "- name: one\n"
	    "  <<: [*own, {objective: 1, alerting: {name: A}}]\n"
	    "  sli: *sli\n"
	    "- name: two\n"
	    "  objective: 99.5\n"
	    "  <<: *own\n"
	    "  sli: *sli\n"
	    "  alerting: {name: A}\n",
	    0);

	(void)state;
	assert_int_equal(sli_spec_slo(spec, 0)->objective_ppb, 990000000);
	assert_int_equal(sli_spec_slo(spec, 1)->objective_ppb, 995000000);
	assert_string_equal(sli_spec_slo(spec, 1)->labels.list[0].value, "b");
	assert_string_equal(sli_spec_slo(spec, 0)->alert_name, "A");
	sli_spec_free(spec);
}

static void
test_yaml_alias_of_itself_is_refused(void **state)
{
	(void)state;
	load_bad("a: &a [*a]\n", "not complete before it: *a");
	load_bad("a: &a {<<: *a}\n", "not complete before it: *a");
	load_bad("a: *nobody\n", "not complete before it: *nobody");
	/* Anchors end with their document. */
	load_bad("a: &a 1\n---\nb: *a\n", "not complete before it: *a");
}

static void
test_yaml_billion_laughs_are_refused(void **state)
{
	char text[4096] = "x-a: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n";
	size_t len;
	int i;

	(void)state;
	for (i = 1; i <= 9; i++) {
		len = strlen(text);
		snprintf(text + len, sizeof(text) - len,
		    "x-%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, "
		    "*a%d]\n",
		    i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1,
		    i - 1);
	}
	load_bad(text, "is too much; accepted: 100000 values");
}

static void
test_yaml_long_text_behind_aliases_is_refused(void **state)
{
	size_t size = 70000, i;
	char *text = calloc(1, size + 200);

	(void)state;
	assert_non_null(text);
	strcpy(text, "x-a: &a \"");
	memset(text + strlen(text), 'y', 65536);
	strcat(text, "\"\nx-b: [");
	for (i = strlen(text); i < size; i += 3)
		strcpy(text + i, "*a,");
	strcat(text, "]\n");
	load_bad(text, "is too much");
	memset(text, 'y', 65537);
	memcpy(text, "x: ", 3);
	text[65537 + 3] = '\0';
	memset(text + 3, 'y', 65537);
	load_bad(text, "a text is too long; accepted: 65536 bytes");
	free(text);
}

static void
test_yaml_depth_has_a_bound(void **state)
{
	char text[256];

	(void)state;
	memset(text, '[', 200);
	text[200] = '\0';
	load_bad(text, "nested too deeply; accepted: 64 levels");
}

static void
test_yaml_that_is_none_is_refused_with_its_place(void **state)
{
	(void)state;
	load_bad(HEAD "- {name: one\n", "is not YAML: ");
	load_bad("a: b: c\n", "f:1:5: error: is not YAML: ");
	load_bad("\tx: 1\n", "f:1:1: error: is not YAML: ");
	load_bad("a: \xff\n", "is not YAML in UTF-8");
	load_bad("a: \"b\\0c\"\n", "f:1:4: error: a text has a NUL in it: b");
	load_bad("a: !include other.yaml\n", "a tag of no known meaning: ");
	load_bad("? [a]\n: b\n", "f:1:3: error: a key has to be a text");
	load_bad("<<: 1\n", "<< takes a mapping");
	load_bad("just a text\n", "neither apiVersion nor version");
	/* What came before is looked at all the same. */
	load_bad("version: no\n---\n[",
	    "f:1:10: error: version: \"no\" is not "
	    "supported");
}

static void
test_yaml_without_an_slo_is_no_data(void **state)
{
	static const char *const texts[] = {
		"", "# nothing\n", "---\n", "~\n",
		"apiVersion: openslo/v1\nkind: Service\nmetadata: {name: a}\n"
	};
	struct sli_spec *spec = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(texts); i++) {
		assert_int_equal(load_text(texts[i], &spec), SLI_ENODATA);
		assert_int_equal(heard.errors, 0);
	}
	assert_null(spec);
}

static void
test_yaml_of_a_version_that_is_not_known_is_refused(void **state)
{
	static const char *const texts[] = {
		"apiVersion: openslo.com/v2alpha\nkind: SLO\n",
		"apiVersion: openslo/v2\nkind: SLO\n",
		"apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\n",
		"apiVersion: pyrra.dev/v1alpha1\nkind: Other\n",
		"version: prometheus/v2\n",
		"apiVersion: [1]\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(texts); i++) {
		load_bad(texts[i],
		    "is not supported; accepted: apiVersion "
		    "openslo/v1, openslo/v1alpha, ");
		assert_int_equal(heard.errors, 1);
	}
}

static void
test_yaml_problems_are_told_all_up_to_a_bound(void **state)
{
	char text[8192] = HEAD "- {name: one, objective: x, other: 1}\n"
			       "- {name: one}\n";
	uint32_t i;

	(void)state;
	load_bad(text,
	    "f:4:26: error: slos[0].objective: \"x\" is not a "
	    "decimal number");
	assert_non_null(strstr(heard.text,
	    "f:4:29: error: slos[0].other: is "
	    "not a known field; accepted: name, "
	    "description, objective, "));
	assert_non_null(strstr(heard.text,
	    "f:5:3: error: slos[1].objective: is "
	    "missing"));
	assert_non_null(strstr(heard.text, "is already defined in f:4"));
	for (i = 0; i < 300; i++)
		strcat(text, "- 1\n");
	load_bad(text, "slos[2]");
	assert_int_equal(heard.errors, SLI_SPEC_PROBLEMS_MAX);
}

static void
test_yaml_cut_at_every_length_never_loads_half_an_slo(void **state)
{
	static const char whole[] = HEAD SLO("one");
	struct sli_spec *spec;
	char text[sizeof(whole)];
	size_t len;
	int status;

	(void)state;
	for (len = 0; len < sizeof(whole) - 1; len++) {
		memcpy(text, whole, len);
		text[len] = '\0';
		spec = NULL;
		status = load_text(text, &spec);
		/* "A" may be missing its last line's end only. */
		if (len < sizeof(whole) - 2) {
			assert_true(status == SLI_EPARSE ||
			    (status == SLI_ENODATA && len == 0));
			assert_null(spec);
		}
		sli_spec_free(spec);
	}
}

static void
test_load_of_files_that_cannot_be_read_fails(void **state)
{
	char directory[1024], path[1024];
	const char *const paths[] = { path };
	const char *const dirs[] = { directory };
	struct sli_spec *spec = NULL;
	struct sli_error err;

	(void)state;
	snprintf(directory, sizeof(directory), "%s", promtool_path(""));
	snprintf(path, sizeof(path), "%s", promtool_path("file"));
	assert_int_equal(sli_spec_load(paths, 1, NULL, NULL, NULL, &spec, &err),
	    SLI_ENOENT);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(sli_spec_load(dirs, 1, NULL, NULL, NULL, &spec, &err),
	    SLI_EIO);
	assert_non_null(strstr(err.message, "it is a directory"));
	promtool_write("file", "");
	assert_int_equal(truncate(path, SLI_SPEC_FILE_MAX + 1), 0);
	assert_int_equal(sli_spec_load(paths, 1, NULL, NULL, NULL, &spec, &err),
	    SLI_ERANGE);
	assert_null(spec);
}

static void
test_load_arguments_are_checked(void **state)
{
	const char *const paths[] = { "x" };
	struct sli_spec_config cfg = SLI_SPEC_CONFIG_INIT;
	struct sli_error err;

	(void)state;
	assert_int_equal(sli_spec_load(NULL, 1, NULL, NULL, NULL, NULL, &err),
	    SLI_EINVAL);
	assert_int_equal(sli_spec_load(paths, 0, NULL, NULL, NULL, NULL, NULL),
	    SLI_EINVAL);
	assert_int_equal(
	    sli_spec_load_text(NULL, "", 0, NULL, NULL, NULL, NULL, &err),
	    SLI_EINVAL);
	assert_int_equal(
	    sli_spec_load_text("f", NULL, 1, NULL, NULL, NULL, NULL, &err),
	    SLI_EINVAL);
	cfg.flags = 0x80;
	assert_int_equal(
	    sli_spec_load_text("f", "", 0, &cfg, NULL, NULL, NULL, &err),
	    SLI_EINVAL);
	cfg.flags = 0;
	cfg.struct_size++;
	assert_int_equal(
	    sli_spec_load_text("f", "", 0, &cfg, NULL, NULL, NULL, &err),
	    SLI_EVERSION);
	cfg.struct_size = 0;
	assert_int_equal(
	    sli_spec_load_text("f", "", 0, &cfg, NULL, NULL, NULL, &err),
	    SLI_EVERSION);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_stream_of_documents_is_read),
		cmocka_unit_test(test_yaml_key_that_is_there_twice_is_refused),
		cmocka_unit_test(test_yaml_anchor_and_merge_are_carried_out),
		cmocka_unit_test(test_yaml_alias_of_itself_is_refused),
		cmocka_unit_test(test_yaml_billion_laughs_are_refused),
		cmocka_unit_test(test_yaml_long_text_behind_aliases_is_refused),
		cmocka_unit_test(test_yaml_depth_has_a_bound),
		cmocka_unit_test(
		    test_yaml_that_is_none_is_refused_with_its_place),
		cmocka_unit_test(test_yaml_without_an_slo_is_no_data),
		cmocka_unit_test(
		    test_yaml_of_a_version_that_is_not_known_is_refused),
		cmocka_unit_test(test_yaml_problems_are_told_all_up_to_a_bound),
		cmocka_unit_test(
		    test_yaml_cut_at_every_length_never_loads_half_an_slo),
		cmocka_unit_test(test_load_of_files_that_cannot_be_read_fails),
		cmocka_unit_test(test_load_arguments_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, promtool_remove);
}
