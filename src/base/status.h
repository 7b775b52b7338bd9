/* SPDX-License-Identifier: MIT */
#ifndef SLI_BASE_STATUS_H
#define SLI_BASE_STATUS_H

#include <stddef.h>

#include <sli/status.h>

/*
 * Fill in err, if there is one, and return status. The format knows, beside
 * plain text:
 *   %t  uint64_t, nanoseconds, as 33 d 6 h
 *   %s  const char *, up to 64 bytes of it; NULL gives (null), a byte outside
 *       0x20..0x7e a '?'
 *   %u  uint64_t
 *   %g  double, to 9 decimals without trailing zeros
 */
int sli__fail(struct sli_error *err, int status, const char *format, ...);

/*
 * Copy a caller's config struct, which starts with uint32_t struct_size, to
 * one of this library's size: fields that an older caller does not have are
 * zero. `type` is its name, for the message.
 */
int sli__config_copy(void *to, size_t size, const void *from, const char *type,
    struct sli_error *err);

#endif /* SLI_BASE_STATUS_H */
