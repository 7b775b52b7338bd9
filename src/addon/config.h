/* SPDX-License-Identifier: MIT */
#ifndef SLI_ADDON_CONFIG_H
#define SLI_ADDON_CONFIG_H

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include <sli/version.h>

#include "addon/error.h"

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

/* A field of which 0 is the default; else it has to be in range. */
static inline int
sli__addon_range(uint64_t *field, const char *name, uint64_t least,
    uint64_t most, uint64_t otherwise, struct sli_error *err)
{
	if (*field == 0)
		*field = otherwise;
	if (*field >= least && *field <= most)
		return SLI_OK;
	return sli__addon_fail(err, SLI_ERANGE,
	    "%s %" PRIu64 " is out of range; accepted: %" PRIu64 " to %" PRIu64,
	    name, *field, least, most);
}

#endif /* SLI_ADDON_CONFIG_H */
