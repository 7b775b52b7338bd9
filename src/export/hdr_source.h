/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_HDR_SOURCE_H
#define SLI_EXPORT_HDR_SOURCE_H

/*
 * Where a decoder's bytes come from: as they are, or inflated piece by piece,
 * so that a bomb takes no memory.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include <sli/status.h>

struct sli__hdr_source {
	const uint8_t *next; /* these are ready */
	size_t left;
	bool is_zipped;
	int zip_status;
	z_stream zip;
	uint8_t piece[2048];
};

/* Bytes as they are. */
void sli__source_open(struct sli__hdr_source *s, const void *bytes,
    size_t length);

/* What a zlib stream holds; SLI_ENOMEM. */
int sli__source_inflate(struct sli__hdr_source *s, const void *bytes,
    size_t length, struct sli_error *err);

void sli__source_close(struct sli__hdr_source *s);

/* Make bytes ready when none are left; false: there are no more. */
bool sli__source_fill(struct sli__hdr_source *s);

static inline bool
sli__source_get(struct sli__hdr_source *s, uint8_t *byte)
{
	if (s->left == 0 && !sli__source_fill(s))
		return false;
	s->left--;
	*byte = *s->next++;
	return true;
}

/* All of n bytes, or false. */
bool sli__source_read(struct sli__hdr_source *s, uint8_t *to, size_t n);

/* What was compressed was read to its end, and its checksum is right. */
bool sli__source_is_whole(struct sli__hdr_source *s);

#endif /* SLI_EXPORT_HDR_SOURCE_H */
