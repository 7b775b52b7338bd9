/* SPDX-License-Identifier: MIT */
#ifndef SLI_DELIVER_ERROR_H
#define SLI_DELIVER_ERROR_H

#include <stddef.h>

#include <sli/status.h>

/*
 * Fill err in, if there is one, as printf() would, and return status. Of errno,
 * %m is the text.
 */
__attribute__((format(printf, 3, 4))) int sli__deliver_fail(
    struct sli_error *err, int status, const char *format, ...);

/*
 * Copy a caller's config struct, which starts with uint32_t struct_size, to one
 * of this library's size: fields that an older caller does not have are zero.
 * `type` is its name, for the message.
 */
int sli__deliver_config(void *to, size_t size, const void *from,
    const char *type, struct sli_error *err);

#endif /* SLI_DELIVER_ERROR_H */
