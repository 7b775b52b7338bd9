/* SPDX-License-Identifier: MIT */
#include "load.h"

struct heard heard;

static void
hear(const struct sli_spec_problem *problem, void *arg)
{
	struct heard *to = arg;
	size_t len = strlen(to->text);

	if (problem->gravity == SLI_SPEC_ERROR)
		to->errors++;
	else
		to->warnings++;
	assert_non_null(strstr(problem->text, problem->file));
	assert_non_null(strstr(problem->text, problem->message));
	assert_null(strchr(problem->text, '\n'));
	snprintf(to->text + len, sizeof(to->text) - len, "%s\n", problem->text);
}

int
load_text(const char *text, struct sli_spec **spec)
{
	struct sli_error err;

	memset(&heard, 0, sizeof(heard));
	memset(&err, 0, sizeof(err));
	return sli_spec_load_text("f", text, strlen(text), NULL, hear, &heard,
	    spec, &err);
}

struct sli_spec *
load_good(const char *text, uint32_t warnings)
{
	struct sli_spec *spec = NULL;
	int status = load_text(text, &spec);

	if (status != SLI_OK || heard.warnings != warnings)
		print_error("%d\n%s", status, heard.text);
	assert_int_equal(status, SLI_OK);
	assert_int_equal(heard.errors, 0);
	assert_int_equal(heard.warnings, warnings);
	assert_non_null(spec);
	return spec;
}

void
load_bad(const char *text, const char *said)
{
	struct sli_spec *spec = (struct sli_spec *)&heard;
	struct sli_error err = { 0 };
	int status;

	assert_int_equal(load_text(text, &spec), SLI_EPARSE);
	assert_ptr_equal(spec, &heard);
	if (strstr(heard.text, said) == NULL)
		print_error("%sis not %s\n", heard.text, said);
	assert_non_null(strstr(heard.text, said));
	assert_true(heard.errors > 0);
	/* The same without anybody to tell. */
	status = sli_spec_load_text("f", text, strlen(text), NULL, NULL, NULL,
	    NULL, &err);
	assert_int_equal(status, SLI_EPARSE);
	assert_int_equal(err.status, SLI_EPARSE);
	assert_memory_equal(err.message, "f:", 2);
}

struct sli_spec *
load_files(const char *first, const char *second)
{
	char paths[2][1024];
	const char *const list[] = { paths[0], paths[1] };
	struct sli_spec *spec = NULL;
	struct sli_error err = { 0 };
	int status;

	memset(&heard, 0, sizeof(heard));
	snprintf(paths[0], sizeof(paths[0]), "%s/%s", SPEC_DATA, first);
	snprintf(paths[1], sizeof(paths[1]), "%s/%s", SPEC_DATA,
	    second != NULL ? second : "");
	status = sli_spec_load(list, second != NULL ? 2 : 1, NULL, hear, &heard,
	    &spec, &err);
	if (status != SLI_OK)
		print_error("%s\n%s", err.message, heard.text);
	assert_int_equal(status, SLI_OK);
	return spec;
}

const char *
join(const char *first, const char *second)
{
	static char text[65536];

	/* The first may be what the last call has given. */
	if (first != text)
		snprintf(text, sizeof(text), "%s", first);
	assert_true(strlen(text) + strlen(second) < sizeof(text));
	strcat(text, second);
	return text;
}

const char *
with(const char *text, const char *old, const char *new_)
{
	static char both[2][65536];
	static unsigned turn;
	const char *at = strstr(text, old);
	char *made = both[turn ^= 1]; /* text may be what was given before */

	assert_non_null(at);
	snprintf(made, sizeof(both[0]), "%.*s%s%s", (int)(at - text), text,
	    new_, at + strlen(old));
	return made;
}

void
refuse(const char *text, const struct refusal *cases, size_t count)
{
	size_t i;

	sli_spec_free(load_good(text, 0));
	for (i = 0; i < count; i++)
		load_bad(with(text, cases[i].old, cases[i].new_),
		    cases[i].said);
}
