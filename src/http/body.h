/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_BODY_H
#define SLI_HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zlib.h>

#include <sli/export.h>

/*
 * The body of an answer: grows while it is written, and counts what it takes
 * in an account that all bodies share, so that they have one bound together.
 */

struct sli__account {
	uint64_t most_bytes;
	uint64_t used_bytes;
};

struct sli__body {
	struct sli__account *account;
	unsigned char *bytes;
	size_t length;
	size_t room;
	bool is_full;	 /* the account, or memory, did not allow for more */
	bool is_packed;	 /* what is written leaves as gzip */
	bool has_stream; /* until the end: it takes a quarter of a MiB */
	z_stream stream;
};

/* NULL if there is no memory. */
struct sli__body *sli__body_new(struct sli__account *account, bool is_packed);

/* As a void *, for those who take a function that frees. */
void sli__body_free(void *body);

/* An sli_export_write_fn; the argument is the body. */
int sli__body_write(const void *bytes, size_t length, void *body);

/* No more is written: 0, or -1 if there was no room for its end. */
int sli__body_end(struct sli__body *body);

#endif /* SLI_HTTP_BODY_H */
