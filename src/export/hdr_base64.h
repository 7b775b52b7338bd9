/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_HDR_BASE64_H
#define SLI_EXPORT_HDR_BASE64_H

/* Base64 (RFC 4648, 4), without line breaks. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t
sli__base64_length(size_t bytes)
{
	return (bytes + 2) / 3 * 4;
}

/*
 * Returns sli__base64_length(length); no NUL. The bytes may lie in text, if at
 * least a third of their length is in front of them.
 */
size_t sli__base64_encode(char *text, const uint8_t *bytes, size_t length);

/*
 * Padding may be missing; bits behind the last byte have to be 0. Bytes needs
 * room for 3 / 4 of length. False: not base64.
 */
bool sli__base64_decode(uint8_t *bytes, size_t *out, const char *text,
    size_t length);

#endif /* SLI_EXPORT_HDR_BASE64_H */
