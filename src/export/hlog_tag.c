/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "export/hlog_tag.h"

/* "~" and 16 digits */
#define HASH_LENGTH 17

struct tag {
	char *text;
	size_t length; /* as far as there is room */
	size_t cut;    /* where it can be cut for the hash */
	bool is_cut;
	uint64_t hash; /* FNV-1a, of all */
};

/* A piece that is not cut in two. */
static void
put_piece(struct tag *tag, const char *piece, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		tag->hash ^= (unsigned char)piece[i];
		tag->hash *= UINT64_C(0x100000001b3);
	}
	if (tag->is_cut || length > SLI_HLOG_TAG_MAX - tag->length) {
		tag->is_cut = true;
		return;
	}
	memcpy(tag->text + tag->length, piece, length);
	tag->length += length;
	if (tag->length <= SLI_HLOG_TAG_MAX - HASH_LENGTH)
		tag->cut = tag->length;
}

static void
put(struct tag *tag, const char *text)
{
	char piece[4];

	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~' || strchr(",;%", *text) != NULL)
			put_piece(tag, piece,
			    (size_t)snprintf(piece, sizeof(piece), "%%%02X",
				(unsigned)(unsigned char)*text));
		else
			put_piece(tag, text, 1);
}

static void
put_pair(struct tag *tag, const char *name, const char *value)
{
	put_piece(tag, ";", 1);
	put(tag, name);
	put_piece(tag, "=", 1);
	put(tag, value);
}

void
sli__hlog_tag(char out[SLI_HLOG_TAG_MAX + 1],
    const struct sli_indicator_view *view, const char *outcome)
{
	struct tag tag = { .text = out, .hash = UINT64_C(0xcbf29ce484222325) };
	uint32_t i;

	put(&tag, view->name);
	put_pair(&tag, "outcome", outcome);
	for (i = 0; i < view->label_count; i++)
		put_pair(&tag, view->labels[i].name, view->labels[i].value);
	if (tag.is_cut)
		snprintf(out + tag.cut, HASH_LENGTH + 1, "~%016" PRIx64,
		    tag.hash);
	else
		out[tag.length] = '\0';
}
