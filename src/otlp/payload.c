/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "poster.h"

#define FIRST_BYTES 4096

void
sli__otlp_payload_swap(struct sli__otlp_payload *a, struct sli__otlp_payload *b)
{
	struct sli__otlp_payload c = *a;

	*a = *b;
	*b = c;
}

/* false: there is no memory, and all is as before. */
static bool
reserve(struct sli__otlp_payload *payload, size_t size)
{
	struct sli__otlp_payload more = *payload;

	if (size <= payload->size)
		return true;
	more.bytes = realloc(payload->bytes, size);
	if (more.bytes == NULL)
		return false;
	more.size = size;
	*payload = more;
	return true;
}

struct filling {
	struct sli__otlp_payload payload;
	size_t max_bytes;
	bool is_too_long; /* else there was no memory */
};

static int
append(const void *bytes, size_t length, void *arg)
{
	struct filling *f = arg;
	struct sli__otlp_payload *p = &f->payload;
	size_t size = p->size == 0 ? FIRST_BYTES : p->size;

	f->is_too_long = length > f->max_bytes - p->used;
	if (f->is_too_long)
		return -1;
	while (size - p->used < length)
		size *= 2;
	if (!reserve(p, size < f->max_bytes ? size : f->max_bytes))
		return -1;
	memcpy(p->bytes + p->used, bytes, length);
	p->used += length;
	return 0;
}

int
sli__otlp_payload_fill(struct sli__otlp_payload *payload,
    const struct sli_snapshot *snapshot,
    const struct sli__otlp_settings *settings, struct sli_error *err)
{
	struct filling f = { *payload, settings->cfg.max_bytes, false };
	int status;

	f.payload.used = 0;
	status = sli_otlp_export(snapshot, &settings->request, append, &f, err);
	if (status != SLI_OK)
		f.payload.used = 0;
	*payload = f.payload;
	if (status != SLI_EIO)
		return status;
	return f.is_too_long ?
	    sli__addon_fail(err, SLI_ERANGE,
		"the request is larger than max_bytes %zu; nothing was flushed",
		f.max_bytes) :
	    sli__addon_fail(err, SLI_ENOMEM, "no memory for the request");
}

/* 16 more than the largest window: the wrapper of gzip, not zlib's. */
#define GZIP_WINDOW (MAX_WBITS + 16)
#define MEMORY_LEVEL 8 /* zlib's default */

int
sli__otlp_payload_gzip(const struct sli__otlp_payload *from,
    struct sli__otlp_payload *out, struct sli_error *err)
{
	z_stream z = { .next_in = (Bytef *)from->bytes };
	int result;

	out->used = 0;
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW,
		MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return sli__addon_fail(err, SLI_ENOMEM, "no memory for gzip");
	if (!reserve(out, deflateBound(&z, from->used))) {
		deflateEnd(&z);
		return sli__addon_fail(err, SLI_ENOMEM, "no memory for gzip");
	}
	/* Both below 2^31: max_bytes is. */
	z.avail_in = (uInt)from->used;
	z.next_out = (Bytef *)out->bytes;
	z.avail_out = (uInt)out->size;
	result = deflate(&z, Z_FINISH);
	out->used = z.total_out;
	deflateEnd(&z);
	if (result != Z_STREAM_END)
		return sli__addon_fail(err, SLI_ENOMEM, "gzip failed: %d",
		    result);
	return SLI_OK;
}
