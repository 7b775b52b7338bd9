/* SPDX-License-Identifier: MIT */
#ifndef SLI_ADDON_ERROR_H
#define SLI_ADDON_ERROR_H

/*
 * What the libraries beside the core have in common: each has its own copy, as
 * none of them is under all the others.
 */

#include <stdarg.h>
#include <stdio.h>

#include <sli/status.h>

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

#endif /* SLI_ADDON_ERROR_H */
