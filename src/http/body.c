/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)4096)

/* Of deflateInit2(): a header of gzip, and what zlib takes by default. */
#define GZIP_WINDOW_BITS (15 + 16)
#define GZIP_MEMORY_LEVEL 8
/* Half the time of the default level, for a tenth more bytes. */
#define GZIP_LEVEL 1

static bool
reserve(struct sli__body *body, size_t length)
{
	struct sli__account *account = body->account;
	size_t room = body->room == 0 ? FIRST_ROOM : body->room;
	unsigned char *bytes;

	if (length <= body->room - body->length)
		return true;
	while (room - body->length < length)
		room *= 2;
	if (account->used_bytes + (room - body->room) > account->most_bytes ||
	    (bytes = realloc(body->bytes, room)) == NULL) {
		body->is_full = true;
		return false;
	}
	account->used_bytes += room - body->room;
	body->bytes = bytes;
	body->room = room;
	return true;
}

/* Z_NO_FLUSH while there is more to come, Z_FINISH at the end. */
static int
pack(struct sli__body *body, const void *bytes, size_t length, int flush)
{
	z_stream *stream = &body->stream;
	size_t room;
	int status;

	stream->next_in = (unsigned char *)(uintptr_t)bytes;
	stream->avail_in = (uInt)length;
	do {
		if (!reserve(body, FIRST_ROOM))
			return -1;
		room = body->room - body->length;
		stream->next_out = body->bytes + body->length;
		stream->avail_out = (uInt)room;
		status = deflate(stream, flush);
		body->length += room - stream->avail_out;
	} while (stream->avail_out == 0 && status != Z_STREAM_END);
	return 0;
}

struct sli__body *
sli__body_new(struct sli__account *account, bool is_packed)
{
	struct sli__body *body = calloc(1, sizeof(*body));

	if (body == NULL)
		return NULL;
	body->account = account;
	body->is_packed = is_packed &&
	    deflateInit2(&body->stream, GZIP_LEVEL, Z_DEFLATED,
		GZIP_WINDOW_BITS, GZIP_MEMORY_LEVEL,
		Z_DEFAULT_STRATEGY) == Z_OK;
	body->has_stream = body->is_packed;
	return body;
}

void
sli__body_free(void *arg)
{
	struct sli__body *body = arg;

	if (body->has_stream)
		deflateEnd(&body->stream);
	body->account->used_bytes -= body->room;
	free(body->bytes);
	free(body);
}

int
sli__body_write(const void *bytes, size_t length, void *arg)
{
	struct sli__body *body = arg;

	if (body->is_packed)
		return pack(body, bytes, length, Z_NO_FLUSH);
	if (!reserve(body, length))
		return -1;
	memcpy(body->bytes + body->length, bytes, length);
	body->length += length;
	return 0;
}

int
sli__body_end(struct sli__body *body)
{
	int status = 0;

	if (body->has_stream) {
		status = pack(body, NULL, 0, Z_FINISH);
		deflateEnd(&body->stream);
		body->has_stream = false;
	}
	return status;
}
