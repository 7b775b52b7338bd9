/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <zlib.h>

#include "export/config.h"
#include "export/hdr_base64.h"
#include "export/hdr_geometry.h"
#include "export/hdr_wire.h"

/* What Java and C compress at, so that equal histograms are equal bytes. */
#define LEVEL 6

/*
 * Counts of a KiB and more are compressed by runs only, in a small window: of
 * 4096 latencies, 4326 bytes, in 33 us to 1640 bytes, where zlib's default
 * takes 200 us for 1838 (Zen, zlib 1.2.13): there is little to be found twice.
 */
#define RUNS_FROM 1024
#define RUNS_WINDOW_BITS 13
#define RUNS_MEMORY_LEVEL 7

/* A varint, of which the ninth byte has 8 bits; returns its length. */
static size_t
put_varint(uint8_t *to, int64_t value)
{
	uint64_t bits = (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
	size_t n = 0;

	while (bits > 0x7f && n < SLI__HDR_COUNT_BYTES - 1) {
		to[n++] = (uint8_t)(bits | 0x80);
		bits >>= 7;
	}
	to[n++] = (uint8_t)bits;
	return n;
}

/* The first that is not 0 from index on; there is one. */
static uint32_t
skip_zeroes(const struct sli_hdr *h, uint32_t index)
{
	const uint64_t *at = h->count + index;

	while (h->used - index > 4 && (at[0] | at[1] | at[2] | at[3]) == 0) {
		at += 4;
		index += 4;
	}
	while (*at++ == 0)
		index++;
	return index;
}

/*
 * The count at *index, or the run of zeroes that begins there; a single zero
 * is a count, as Java has it. Moves *index on.
 */
static size_t
put_next(const struct sli_hdr *h, uint32_t *index, uint8_t *to)
{
	uint32_t from = *index;

	if (h->count[from] > 0 || from + 1 >= h->used) {
		++*index;
		return put_varint(to, (int64_t)h->count[from]);
	}
	*index = skip_zeroes(h, from);
	if (*index == from + 1)
		return put_varint(to, 0);
	return put_varint(to, -(int64_t)(*index - from));
}

/* An empty histogram has the one count 0. */
static uint32_t
written_counts(const struct sli_hdr *h)
{
	return h->used > 0 ? h->used : 1;
}

static size_t
counts_length(const struct sli_hdr *h)
{
	uint8_t bytes[SLI__HDR_COUNT_BYTES];
	uint32_t index = 0;
	size_t sum = 0;

	while (index < written_counts(h))
		sum += put_next(h, &index, bytes);
	return sum;
}

/* Of counts_length() bytes of counts. */
static size_t
size_of(size_t counts, enum sli_hdr_encoding encoding)
{
	size_t bytes = SLI__HDR_HEADER + counts;

	if (encoding == SLI_HDR_PLAIN)
		return bytes;
	/* deflateBound()'s, for a window of any size. */
	bytes += SLI__HDR_WRAPPER + bytes / 8 + bytes / 64 + 32;
	return encoding == SLI_HDR_COMPRESSED ? bytes :
						sli__base64_length(bytes) + 1;
}

size_t
sli_hdr_size(const struct sli_hdr *h, enum sli_hdr_encoding encoding)
{
	return h == NULL ? 0 : size_of(counts_length(h), encoding);
}

static void
put_header(const struct sli_hdr *h, size_t counts, uint8_t *to)
{
	const double ratio = 1.0;
	uint64_t ratio_bits;

	memcpy(&ratio_bits, &ratio, sizeof(ratio_bits));
	sli__set_be(to, 4, SLI__HDR_V2 | SLI__HDR_V2_NIBBLE);
	sli__set_be(to + 4, 4, counts);
	sli__set_be(to + 8, 4, 0);
	sli__set_be(to + 12, 4, h->geometry.shape.digits);
	sli__set_be(to + 16, 8, h->geometry.shape.lowest);
	sli__set_be(to + 24, 8, h->geometry.shape.highest);
	sli__set_be(to + 32, 8, ratio_bits);
}

static size_t
put_plain(const struct sli_hdr *h, size_t counts, uint8_t *to)
{
	uint32_t index = 0;
	size_t n = SLI__HDR_HEADER;

	put_header(h, counts, to);
	while (index < written_counts(h))
		n += put_next(h, &index, to + n);
	return n;
}

/* As much of the plain encoding as fits; its length. */
static size_t
put_piece(const struct sli_hdr *h, uint32_t *index, uint8_t *to, size_t size)
{
	size_t n = 0;

	while (*index < written_counts(h) && size - n >= SLI__HDR_COUNT_BYTES)
		n += put_next(h, index, to + n);
	return n;
}

static int
start_zip(z_stream *zip, size_t counts)
{
	memset(zip, 0, sizeof(*zip));
	if (counts < RUNS_FROM)
		return deflateInit(zip, LEVEL);
	return deflateInit2(zip, LEVEL, Z_DEFLATED, RUNS_WINDOW_BITS,
	    RUNS_MEMORY_LEVEL, Z_RLE);
}

/* Piece by piece, so that memory is zlib's only. */
static bool
put_compressed(const struct sli_hdr *h, size_t counts, uint8_t *to, size_t size,
    size_t *length)
{
	uint8_t piece[1024];
	uint32_t index = 0;
	z_stream zip;
	int status = Z_OK;

	if (start_zip(&zip, counts) != Z_OK)
		return false;
	zip.next_out = to + SLI__HDR_WRAPPER;
	zip.avail_out = (uInt)(size - SLI__HDR_WRAPPER);
	put_header(h, counts, piece);
	zip.avail_in = SLI__HDR_HEADER;
	do {
		zip.avail_in += (uInt)put_piece(h, &index, piece + zip.avail_in,
		    sizeof(piece) - zip.avail_in);
		zip.next_in = piece;
		status = deflate(&zip,
		    index < written_counts(h) ? Z_NO_FLUSH : Z_FINISH);
	} while (status == Z_OK && zip.avail_in == 0);
	sli__set_be(to, 4, SLI__HDR_V2_COMPRESSED | SLI__HDR_V2_NIBBLE);
	sli__set_be(to + 4, 4, zip.total_out);
	*length = SLI__HDR_WRAPPER + zip.total_out;
	deflateEnd(&zip);
	return status == Z_STREAM_END;
}

/* Compressed at the end of out, where base64 does not run it over. */
static bool
put_base64(const struct sli_hdr *h, size_t counts, char *out, size_t *length)
{
	size_t size = size_of(counts, SLI_HDR_COMPRESSED);
	uint8_t *bytes = (uint8_t *)out + sli__base64_length(size) - size;

	if (!put_compressed(h, counts, bytes, size, length))
		return false;
	*length = sli__base64_encode(out, bytes, *length);
	out[*length] = '\0';
	return true;
}

int
sli_hdr_encode(const struct sli_hdr *h, enum sli_hdr_encoding encoding,
    void *out, size_t size, size_t *length, struct sli_error *err)
{
	size_t counts, needed;
	bool done = true;

	if (h == NULL || out == NULL || length == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    h == NULL	    ? "h" :
			out == NULL ? "out" :
				      "length");
	if ((unsigned int)encoding > SLI_HDR_PLAIN)
		return sli__addon_fail(err, SLI_EINVAL,
		    "encoding %u is not valid; accepted: SLI_HDR_BASE64, "
		    "SLI_HDR_COMPRESSED, SLI_HDR_PLAIN",
		    (unsigned int)encoding);
	counts = counts_length(h);
	needed = size_of(counts, encoding);
	if (size < needed)
		return sli__addon_fail(err, SLI_ENOSPC,
		    "size %zu is too small; accepted: %zu or more", size,
		    needed);
	if (encoding == SLI_HDR_PLAIN)
		*length = put_plain(h, counts, out);
	else if (encoding == SLI_HDR_COMPRESSED)
		done = put_compressed(h, counts, out, needed, length);
	else
		done = put_base64(h, counts, out, length);
	return done ? SLI_OK :
		      sli__addon_fail(err, SLI_ENOMEM, "no memory for zlib");
}
