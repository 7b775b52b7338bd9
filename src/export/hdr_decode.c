/* SPDX-License-Identifier: MIT */
/*
 * Decoding of what anybody may have written. Counts are added as they are
 * read: memory is the histogram's, which the caller bounds, and the source's.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "export/config.h"
#include "export/hdr_base64.h"
#include "export/hdr_geometry.h"
#include "export/hdr_source.h"
#include "export/hdr_wire.h"

struct decoder {
	struct sli__hdr_source source;
	struct sli_error *err;
	uint32_t version;
	uint32_t word_bytes;   /* of a count in V0 and V1 */
	int64_t counts_length; /* as the header says; V0 says nothing: -1 */
	int64_t read_length;   /* of counts, up to now */
	struct sli__hdr_geometry geometry;
	struct sli_hdr *h;
};

static int
corrupt(struct decoder *d, const char *what)
{
	return sli__addon_fail(d->err, SLI_ECORRUPT,
	    "the encoded histogram is corrupt: %s", what);
}

/* What old HdrHistogram_c wrote counts the header, too. */
static bool
is_end(const struct decoder *d)
{
	return d->counts_length < 0 || d->read_length == d->counts_length ||
	    d->read_length + SLI__HDR_HEADER == d->counts_length;
}

/* 1: a byte of the counts; 0: there are no more. */
static inline int
get(struct decoder *d, uint8_t *byte)
{
	if (d->read_length == d->counts_length ||
	    !sli__source_get(&d->source, byte))
		return 0;
	d->read_length++;
	return 1;
}

/* 1, 0 at the end of the counts, or an error. */
static int
get_varint(struct decoder *d, int64_t *out)
{
	uint64_t bits = 0;
	uint32_t n = 0;
	uint8_t byte;

	do {
		if (!get(d, &byte))
			return n == 0 ? 0 : corrupt(d, "a count is cut");
		bits |= (uint64_t)(n == 8 ? byte : byte & 0x7f) << 7 * n;
	} while (n++ < 8 && byte >= 0x80);
	*out = (int64_t)(bits >> 1 ^ (0 - (bits & 1)));
	return 1;
}

/* The same of a word, which is a count. */
static int
get_word(struct decoder *d, int64_t *out)
{
	uint8_t bytes[8] = { 0 };
	uint32_t n;

	for (n = 0; n < d->word_bytes; n++)
		if (!get(d, &bytes[n]))
			return n == 0 ? 0 : corrupt(d, "a count is cut");
	*out = (int64_t)sli__get_be(bytes, n);
	if (bytes[0] >= 0x80)
		return corrupt(d, "a count is negative");
	return 1;
}

static int
decode_counts(struct decoder *d)
{
	uint64_t index = 0;
	int64_t value = 0;
	int status;

	for (;;) {
		status = d->version == 2 ? get_varint(d, &value) :
					   get_word(d, &value);
		if (status <= 0)
			break;
		if (index >= d->geometry.length)
			return corrupt(d, "more counts than buckets");
		if (value >= 0)
			sli__hdr_add(d->h, (uint32_t)index++, (uint64_t)value);
		else if (0 - (uint64_t)value <= d->geometry.length - index)
			index += 0 - (uint64_t)value;
		else
			return corrupt(d, "more zeroes than buckets");
	}
	if (status < 0)
		return status;
	if (!is_end(d))
		return corrupt(d, "counts are missing");
	return sli__source_is_whole(&d->source) ?
	    SLI_OK :
	    corrupt(d,
		"its zlib stream is damaged, or has more than the counts");
}

/* The plain encoding's cookie, and what it says. */
static int
decode_cookie(struct decoder *d)
{
	uint8_t bytes[4];
	uint32_t cookie;

	if (!sli__source_read(&d->source, bytes, sizeof(bytes)))
		return corrupt(d, "its header is cut");
	cookie = (uint32_t)sli__get_be(bytes, sizeof(bytes));
	/* Its low bit is of V2's nibble, which is no width. */
	d->word_bytes = cookie >> 4 & 0xe;
	switch (cookie & ~UINT32_C(0xf0)) {
	case SLI__HDR_V0:
		d->version = 0;
		break;
	case SLI__HDR_V1:
		d->version = 1;
		break;
	case SLI__HDR_V2:
		d->version = 2;
		return SLI_OK;
	default:
		return sli__addon_fail(d->err, SLI_EVERSION,
		    "cookie 0x%08" PRIx32 " is not of a histogram; accepted: "
		    "HdrHistogram's V0, V1 and V2",
		    cookie);
	}
	if (d->word_bytes != 2 && d->word_bytes != 4 && d->word_bytes != 8)
		return corrupt(d, "its words are not 2, 4 or 8 bytes wide");
	return SLI_OK;
}

/* Rust's highest may be UINT64_MAX. */
static int
check_shape(struct decoder *d, uint32_t digits, uint64_t lowest,
    uint64_t highest)
{
	int status = sli__hdr_geometry_make(lowest,
	    highest < SLI__HDR_COUNT_MAX ? highest : SLI__HDR_COUNT_MAX, digits,
	    &d->geometry, d->err);

	if (status != SLI_OK && d->err != NULL)
		d->err->status = SLI_ECORRUPT;
	return status == SLI_OK ? SLI_OK : SLI_ECORRUPT;
}

static int
decode_header(struct decoder *d)
{
	uint8_t bytes[SLI__HDR_HEADER];
	size_t length = d->version == 0 ? SLI__HDR_V0_HEADER : SLI__HDR_HEADER;
	/* V1 and V2 have the counts' length and an offset in front. */
	const uint8_t *at = bytes + (d->version == 0 ? 4 : 12);

	if (!sli__source_read(&d->source, bytes + 4, length - 4))
		return corrupt(d, "its header is cut");
	d->read_length = 0;
	d->counts_length = -1;
	if (d->version > 0) {
		d->counts_length = (int32_t)sli__get_be(bytes + 4, 4);
		if (d->counts_length < 0)
			return corrupt(d,
			    "the length of its counts is below 0");
	}
	return check_shape(d, (uint32_t)sli__get_be(at, 4),
	    sli__get_be(at + 4, 8), sli__get_be(at + 12, 8));
}

static int
decode_plain(struct decoder *d, size_t max_bytes)
{
	int status = decode_header(d);

	if (status != SLI_OK)
		return status;
	if (max_bytes > 0 && sli__hdr_bytes(&d->geometry) > max_bytes)
		return sli__addon_fail(d->err, SLI_ERANGE,
		    "the histogram takes %zu bytes; accepted: max_bytes %zu",
		    sli__hdr_bytes(&d->geometry), max_bytes);
	status = sli__hdr_create_of(&d->geometry, &d->h, d->err);
	if (status != SLI_OK)
		return status;
	status = decode_counts(d);
	if (status != SLI_OK)
		sli_hdr_destroy(d->h);
	return status;
}

/* -1: it is not compressed */
static int
compressed_version(uint32_t cookie)
{
	switch (cookie & ~UINT32_C(0xf0)) {
	case SLI__HDR_V0_COMPRESSED:
		return 0;
	case SLI__HDR_V1_COMPRESSED:
		return 1;
	case SLI__HDR_V2_COMPRESSED:
		return 2;
	default:
		return -1;
	}
}

/* Point the source at the plain encoding, and read its cookie. */
static int
open_source(struct decoder *d, const uint8_t *bytes, size_t length)
{
	int version = -1, status;
	uint64_t zipped;

	sli__source_open(&d->source, bytes, length);
	if (length >= SLI__HDR_WRAPPER)
		version = compressed_version((uint32_t)sli__get_be(bytes, 4));
	if (version < 0)
		return decode_cookie(d);
	zipped = sli__get_be(bytes + 4, 4);
	if (zipped > length - SLI__HDR_WRAPPER)
		return corrupt(d, "its compressed part is cut");
	status = sli__source_inflate(&d->source, bytes + SLI__HDR_WRAPPER,
	    zipped, d->err);
	if (status != SLI_OK)
		return status;
	status = decode_cookie(d);
	if (status == SLI_OK && d->version != (uint32_t)version)
		status = corrupt(d, "its two cookies are of two versions");
	return status;
}

static int
decode_bytes(const uint8_t *bytes, size_t length, size_t max_bytes,
    struct sli_hdr **out, struct sli_error *err)
{
	struct decoder d;
	int status;

	d.err = err;
	status = open_source(&d, bytes, length);
	if (status == SLI_OK)
		status = decode_plain(&d, max_bytes);
	sli__source_close(&d.source);
	if (status == SLI_OK)
		*out = d.h;
	return status;
}

static int
decode_base64(const char *text, size_t length, size_t max_bytes,
    struct sli_hdr **out, struct sli_error *err)
{
	uint8_t *bytes = malloc(length / 4 * 3 + 3);
	size_t byte_count;
	int status;

	if (bytes == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for %zu bytes of base64", length);
	if (sli__base64_decode(bytes, &byte_count, text, length))
		status = decode_bytes(bytes, byte_count, max_bytes, out, err);
	else
		status = sli__addon_fail(err, SLI_EPARSE,
		    "the histogram is not base64");
	free(bytes);
	return status;
}

int
sli_hdr_decode(const void *bytes, size_t length, size_t max_bytes,
    struct sli_hdr **out, struct sli_error *err)
{
	if (out == NULL || bytes == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    out == NULL ? "out" : "bytes");
	/* All cookies begin with 0x1c, which is HI... in base64. */
	if (length > 0 && *(const uint8_t *)bytes != 0x1c)
		return decode_base64(bytes, length, max_bytes, out, err);
	return decode_bytes(bytes, length, max_bytes, out, err);
}
