/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "arena/annotation.h"
#include "base/atomic.h"
#include "base/status.h"
#include "base/text.h"

static struct sli__annotation *
place_of(const struct sli__arena *arena, uint64_t n)
{
	struct sli__annotation *ring = sli__at(arena,
	    arena->geometry.annotations_offset);

	return &ring[n % SLI__ANNOTATION_PLACES];
}

static uint64_t
take_number(uint64_t *count)
{
	uint64_t n = load_relaxed(count);

	while (!cas_acq_rel(count, &n, n + 1))
		;
	return n;
}

void
sli__annotation_write(struct sli__arena *arena,
    const struct sli_annotation *annotation)
{
	uint64_t words[SLI__ANNOTATION_WORDS];
	uint64_t n = take_number(&arena->block->annotation_count);
	struct sli__annotation *place = place_of(arena, n);
	uint32_t i;

	memcpy(words, annotation, sizeof(words));
	store_relaxed(&place->number, 0);
	store_relaxed(&place->checksum,
	    sli__checksum(words, sizeof(words)) + n);
	for (i = 0; i < SLI__ANNOTATION_WORDS; i++)
		store_relaxed(&place->words[i], words[i]);
	/* Pairs with the load in sli__annotation_get(). */
	store_release(&place->number, n + 1);
}

bool
sli__annotation_get(const struct sli__arena *arena, uint64_t n,
    struct sli_annotation *out)
{
	const struct sli__annotation *place = place_of(arena, n);
	uint64_t words[SLI__ANNOTATION_WORDS], checksum;
	struct sli_annotation a;
	uint32_t i;

	if (load_acquire(&place->number) != n + 1)
		return false;
	checksum = load_relaxed(&place->checksum);
	for (i = 0; i < SLI__ANNOTATION_WORDS; i++)
		words[i] = load_relaxed(&place->words[i]);
	if (checksum != sli__checksum(words, sizeof(words)) + n)
		return false;
	memcpy(&a, words, sizeof(a));
	if (memchr(a.kind, '\0', sizeof(a.kind)) == NULL ||
	    memchr(a.text, '\0', sizeof(a.text)) == NULL ||
	    sli__annotation_check(a.kind, a.text, NULL) != SLI_OK)
		return false;
	*out = a;
	return true;
}

int
sli__annotation_check(const char *kind, const char *text, struct sli_error *err)
{
	if (kind == NULL || !sli__is_kind(kind, SLI_ANNOTATION_KIND_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "kind \"%s\" is not valid; accepted: [a-z][a-z0-9_-]*, up "
		    "to %u bytes",
		    kind, (uint64_t)SLI_ANNOTATION_KIND_MAX);
	if (text == NULL || text[0] == '\0' ||
	    !sli__is_text(text, SLI_ANNOTATION_TEXT_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "text \"%s\" is not valid; accepted: 1 to %u bytes of "
		    "UTF-8 without control characters",
		    text, (uint64_t)SLI_ANNOTATION_TEXT_MAX);
	return SLI_OK;
}
