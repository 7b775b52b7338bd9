/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_HDR_WIRE_H
#define SLI_EXPORT_HDR_WIRE_H

/*
 * What HdrHistogram's encodings are made of; all integers are big endian.
 *
 * Plain: u32 cookie; V1 and V2: i32 bytes of the counts, i32 normalizing index
 * offset, i32 digits, i64 lowest, i64 highest, f64 ratio; V0: i32 digits, i64
 * lowest, i64 highest, i64 total. Then the counts from index 0 on; those that
 * are missing at the end are 0. V0 and V1: words of as many bytes as the
 * cookie's second nibble says. V2: ZigZag LEB128, n a count, -n a run of n
 * zeroes; a ninth byte has 8 bits and is the last.
 *
 * Compressed: u32 cookie, i32 bytes of what follows: zlib's of the plain one.
 */

#include <stddef.h>
#include <stdint.h>

#define SLI__HDR_V0 UINT32_C(0x1c849308)
#define SLI__HDR_V0_COMPRESSED UINT32_C(0x1c849309)
#define SLI__HDR_V1 UINT32_C(0x1c849301)
#define SLI__HDR_V1_COMPRESSED UINT32_C(0x1c849302)
#define SLI__HDR_V2 UINT32_C(0x1c849303)
#define SLI__HDR_V2_COMPRESSED UINT32_C(0x1c849304)

/* V2 has no words, but is written with this nibble. */
#define SLI__HDR_V2_NIBBLE UINT32_C(0x10)

#define SLI__HDR_HEADER 40 /* of V1 and V2 */
#define SLI__HDR_V0_HEADER 32
#define SLI__HDR_WRAPPER 8     /* cookie and length of the compressed */
#define SLI__HDR_COUNT_BYTES 9 /* a count takes at most */

static inline uint64_t
sli__get_be(const uint8_t *bytes, size_t n)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < n; i++)
		value = value << 8 | bytes[i];
	return value;
}

static inline void
sli__set_be(uint8_t *bytes, size_t n, uint64_t value)
{
	while (n-- > 0) {
		bytes[n] = (uint8_t)value;
		value >>= 8;
	}
}

#endif /* SLI_EXPORT_HDR_WIRE_H */
