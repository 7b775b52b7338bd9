/* SPDX-License-Identifier: MIT */
#ifndef SLI_ADDON_ERROR_H
#define SLI_ADDON_ERROR_H

/*
 * What the libraries beside the core have in common: each has its own copy, as
 * none of them is under all the others.
 */

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sli/status.h>
#include <sli/version.h>

/*
 * Fill err in, if there is one, as printf() would, and return status. Of errno,
 * %m is the text.
 */
__attribute__((format(printf, 3, 4))) static inline int
sli__addon_fail(struct sli_error *err, int status, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return status;
	err->status = status;
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	return status;
}

/*
 * Copy a caller's config struct, which starts with uint32_t struct_size, to one
 * of this library's size: fields that an older caller does not have are zero.
 * `type` is its name, for the message.
 */
static inline int
sli__addon_config(void *to, size_t size, const void *from, const char *type,
    struct sli_error *err)
{
	uint32_t given;

	if (from == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "config is NULL; accepted: a struct %s", type);
	memcpy(&given, from, sizeof(given));
	if (given <= sizeof(given))
		return sli__addon_fail(err, SLI_EINVAL,
		    "struct_size %u of struct %s is too small; accepted: its "
		    "initialiser macro sets it",
		    given, type);
	if (given > size)
		return sli__addon_fail(err, SLI_EVERSION,
		    "struct_size %u of struct %s is from a newer libsli; "
		    "accepted: at most %zu, by version %s",
		    given, type, size, sli_version());
	memset(to, 0, size);
	memcpy(to, from, given);
	return SLI_OK;
}

#endif /* SLI_ADDON_ERROR_H */
