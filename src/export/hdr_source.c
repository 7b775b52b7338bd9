/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "export/config.h"
#include "export/hdr_source.h"

void
sli__source_open(struct sli__hdr_source *s, const void *bytes, size_t length)
{
	s->next = bytes;
	s->left = length;
	s->is_zipped = false;
}

int
sli__source_inflate(struct sli__hdr_source *s, const void *bytes, size_t length,
    struct sli_error *err)
{
	s->next = s->piece;
	s->left = 0;
	s->is_zipped = true;
	memset(&s->zip, 0, sizeof(s->zip));
	/* Not const in zlib unless ZLIB_CONST is defined for all its users. */
	memcpy(&s->zip.next_in, &bytes, sizeof(bytes));
	s->zip.avail_in = (uInt)length;
	s->zip_status = inflateInit(&s->zip);
	if (s->zip_status == Z_OK)
		return SLI_OK;
	s->is_zipped = false;
	return sli__addon_fail(err, SLI_ENOMEM, "no memory for zlib");
}

void
sli__source_close(struct sli__hdr_source *s)
{
	if (s->is_zipped)
		inflateEnd(&s->zip);
}

bool
sli__source_fill(struct sli__hdr_source *s)
{
	if (!s->is_zipped || s->zip_status != Z_OK)
		return false;
	s->zip.next_out = s->piece;
	s->zip.avail_out = sizeof(s->piece);
	s->zip_status = inflate(&s->zip, Z_NO_FLUSH);
	s->next = s->piece;
	s->left = sizeof(s->piece) - s->zip.avail_out;
	return s->left > 0;
}

bool
sli__source_read(struct sli__hdr_source *s, uint8_t *to, size_t n)
{
	for (; n > 0; n--)
		if (!sli__source_get(s, to++))
			return false;
	return true;
}

bool
sli__source_is_whole(struct sli__hdr_source *s)
{
	if (!s->is_zipped)
		return true;
	return s->left == 0 && !sli__source_fill(s) &&
	    s->zip_status == Z_STREAM_END;
}
