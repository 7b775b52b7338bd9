/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "deliver/error.h"

int
sli__deliver_fail(struct sli_error *err, int status, const char *format, ...)
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

int
sli__deliver_config(void *to, size_t size, const void *from, const char *type,
    struct sli_error *err)
{
	uint32_t given;

	if (from == NULL)
		return sli__deliver_fail(err, SLI_EINVAL,
		    "config is NULL; accepted: a struct %s", type);
	memcpy(&given, from, sizeof(given));
	if (given <= sizeof(given))
		return sli__deliver_fail(err, SLI_EINVAL,
		    "struct_size %u of struct %s is too small; accepted: its "
		    "initialiser macro sets it",
		    given, type);
	if (given > size)
		return sli__deliver_fail(err, SLI_EVERSION,
		    "struct_size %u of struct %s is from a newer libsli; "
		    "accepted: at most %zu, by version %s",
		    given, type, size, sli_version());
	memset(to, 0, size);
	memcpy(to, from, given);
	return SLI_OK;
}
