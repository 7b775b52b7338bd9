/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "arena/annotation.h"
#include "indicator/indicator.h"

#include "files.h"

static void
annotate(struct sli_registry *reg, uint64_t at_ns, const char *kind,
    const char *text)
{
	assert_int_equal(sli_annotate(reg, at_ns, kind, text, NULL), SLI_OK);
}

static struct sli_annotation
annotation_of(const struct sli_registry *reg, uint32_t back)
{
	struct sli_annotation a;

	assert_int_equal(sli_annotation_read(reg, back, &a), SLI_OK);
	return a;
}

static void
test_annotations_are_read_newest_first(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_annotation a;

	(void)state;
	assert_int_equal(sli_annotation_read(reg, 0, &a), SLI_ENOENT);
	annotate(reg, START, "deploy", "checkout 1.4.2");
	annotate(reg, START + 5, "flag", "caf\xc3\xa9 on");
	a = annotation_of(reg, 0);
	assert_int_equal(a.at_ns, START + 5);
	assert_string_equal(a.kind, "flag");
	assert_string_equal(a.text, "caf\xc3\xa9 on");
	a = annotation_of(reg, 1);
	assert_int_equal(a.at_ns, START);
	assert_string_equal(a.kind, "deploy");
	assert_int_equal(sli_annotation_read(reg, 2, &a), SLI_ENOENT);
	sli_registry_close(reg);
}

static void
test_annotations_beyond_the_ring_push_out_the_oldest(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli_annotation a;
	uint32_t i;

	(void)state;
	for (i = 0; i < 3 * SLI_ANNOTATION_MAX + 7; i++)
		annotate(reg, START + i, "scale", "up");
	for (i = 0; i < SLI_ANNOTATION_MAX; i++)
		assert_int_equal(annotation_of(reg, i).at_ns,
		    START + 3 * SLI_ANNOTATION_MAX + 6 - i);
	assert_int_equal(sli_annotation_read(reg, i, &a), SLI_ENOENT);
	sli_registry_close(reg);
}

static void
expect_refused(struct sli_registry *reg, const char *kind, const char *text,
    const char *what)
{
	struct sli_error err;

	assert_int_equal(sli_annotate(reg, START, kind, text, &err),
	    SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, what, "accepted");
}

static void
test_annotation_that_is_none_is_refused(void **state)
{
	struct sli_registry *reg = small_registry();
	char text[SLI_ANNOTATION_TEXT_MAX + 2];
	struct sli_annotation a;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	expect_refused(reg, "Deploy", "t", "kind \"Deploy\"");
	expect_refused(reg, "", "t", "kind");
	expect_refused(reg, NULL, "t", "kind");
	expect_refused(reg, "a-kind-of-16-by.", "t", "kind");
	expect_refused(reg, "a-kind-of-16-byt", "t", "kind");
	expect_refused(reg, "deploy", "", "text");
	expect_refused(reg, "deploy", NULL, "text");
	expect_refused(reg, "deploy", "a\nb", "text");
	expect_refused(reg, "deploy", text, "text");
	text[SLI_ANNOTATION_TEXT_MAX] = '\0';
	annotate(reg, START, "a-kind-of-15-by", text);
	assert_string_equal(annotation_of(reg, 0).text, text);
	assert_int_equal(sli_annotate(NULL, START, "a", "b", NULL), SLI_EINVAL);
	assert_int_equal(sli_annotation_read(NULL, 0, &a), SLI_EINVAL);
	assert_int_equal(sli_annotation_read(reg, 0, NULL), SLI_EINVAL);
	sli_registry_close(reg);
}

static int
annotate_and_end(struct peer *peer, void *arg)
{
	struct sli_registry *reg = scratch_open(arg);

	(void)peer;
	if (sli_annotate(reg, START, "deploy", "by another", NULL) != SLI_OK)
		return 1;
	sli_registry_close(reg);
	return 0;
}

static void
test_annotations_in_a_file_outlive_who_made_them(void **state)
{
	const char *path = scratch_path("annotated.sli");
	struct sli_registry *reg, *view;
	struct sli_error err;

	(void)state;
	peer_run(annotate_and_end, (void *)(uintptr_t)path);
	reg = open_file(path);
	assert_string_equal(annotation_of(reg, 0).text, "by another");
	view = scratch_view(path);
	annotate(reg, START + 1, "deploy", "seen at once");
	assert_string_equal(annotation_of(view, 0).text, "seen at once");
	assert_int_equal(sli_annotate(view, START, "deploy", "x", &err),
	    SLI_EACCES);
	sli_registry_close(view);
	sli_registry_close(reg);
}

static void
test_annotations_are_saved_by_a_repair(void **state)
{
	const char *path = scratch_path("from.sli");
	char *to = scratch_path("to.sli");
	struct sli_registry *reg = open_file(path);

	(void)state;
	annotate(reg, START, "deploy", "one");
	annotate(reg, START + 1, "flag", "two");
	sli_registry_close(reg);
	assert_int_equal(sli_file_repair(path, to, NULL, NULL, NULL, NULL),
	    SLI_OK);
	reg = open_file(to);
	assert_string_equal(annotation_of(reg, 0).text, "two");
	assert_string_equal(annotation_of(reg, 1).text, "one");
	sli_registry_close(reg);
}

/* Its writer died over it, or a bit was flipped: the others are read. */
static void
test_annotation_that_is_damaged_is_passed_over(void **state)
{
	struct sli_registry *reg = small_registry();
	struct sli__annotation *ring = sli__at(&reg->arena,
	    reg->arena.geometry.annotations_offset);
	struct sli_annotation a;
	size_t i;

	(void)state;
	annotate(reg, START, "deploy", "before");
	annotate(reg, START + 1, "deploy", "damaged");
	annotate(reg, START + 2, "deploy", "after");
	for (i = 0; i < sizeof(ring[1]); i++) {
		((unsigned char *)&ring[1])[i] ^= 0x10;
		assert_int_equal(sli_annotation_read(reg, 1, &a), SLI_EBUSY);
		assert_string_equal(annotation_of(reg, 0).text, "after");
		assert_string_equal(annotation_of(reg, 2).text, "before");
		((unsigned char *)&ring[1])[i] ^= 0x10;
	}
	assert_string_equal(annotation_of(reg, 1).text, "damaged");
	sli_registry_close(reg);
}

enum { THREADS = 4, EACH = 2000 };

static void *
annotate_often(void *arg)
{
	struct sli_registry *reg = arg;
	char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	uint64_t i;

	for (i = 0; i < EACH; i++) {
		memset(text, 'a' + (int)(i % 26), sizeof(text) - 1);
		sli_annotate(reg, START + i, "deploy", text, NULL);
	}
	return NULL;
}

/* What is read is one of those that were written, whole. */
static void
test_annotations_of_many_at_once_are_each_whole(void **state)
{
	struct sli_registry *reg = small_registry();
	const uint64_t *count = &reg->arena.block->annotation_count;
	pthread_t thread[THREADS];
	struct sli_annotation a;
	uint32_t i, read = 0;
	size_t n;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, annotate_often, reg), 0);
	for (i = 0; load_relaxed(count) < THREADS * EACH || read == 0; i++) {
		if (sli_annotation_read(reg, i % SLI_ANNOTATION_MAX, &a) !=
		    SLI_OK)
			continue;
		read++;
		n = strlen(a.text);
		assert_int_equal(n, 32);
		assert_int_equal(a.text[0],
		    'a' + (int)((a.at_ns - START) % 26));
		while (n-- > 0)
			assert_int_equal(a.text[n], a.text[0]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(*count, THREADS * EACH);
	for (i = 0; i < SLI_ANNOTATION_MAX; i++)
		annotation_of(reg, i);
	sli_registry_close(reg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_annotations_are_read_newest_first),
		TEST(test_annotations_beyond_the_ring_push_out_the_oldest),
		TEST(test_annotation_that_is_none_is_refused),
		TEST(test_annotations_in_a_file_outlive_who_made_them),
		TEST(test_annotations_are_saved_by_a_repair),
		TEST(test_annotation_that_is_damaged_is_passed_over),
		TEST(test_annotations_of_many_at_once_are_each_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
