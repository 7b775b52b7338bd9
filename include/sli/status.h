/* SPDX-License-Identifier: MIT */
#ifndef SLI_STATUS_H
#define SLI_STATUS_H

#include <sli/api.h>
#include <sli/version.h>

/*
 * Status of a call: 0 or one of these negative numbers, which never change.
 * The table is the source of the enum and of sli_strerror(), and of whatever
 * else has to name them.
 */
#define SLI_STATUS_MAP(X)                                                      \
	X(OK, 0, "success")                                                    \
	X(EINVAL, -1, "invalid argument")                                      \
	X(ENOMEM, -2, "out of memory")                                         \
	X(ENOSPC, -3, "no space left in the registry")                         \
	X(EEXIST, -4, "already registered with another configuration")         \
	X(ENOENT, -5, "no such object")                                        \
	X(ENODATA, -6, "no data")                                              \
	X(ERANGE, -7, "out of range")                                          \
	X(EIO, -8, "input/output error")                                       \
	X(EVERSION, -9, "unsupported version")                                 \
	X(ECORRUPT, -10, "corrupt data")                                       \
	X(EBUSY, -11, "busy")                                                  \
	X(EACCES, -12, "permission denied")                                    \
	X(EPARSE, -13, "cannot be parsed")

enum sli_status {
#define SLI_STATUS_ENUM(name, number, text) SLI_##name = number,
	SLI_STATUS_MAP(SLI_STATUS_ENUM)
#undef SLI_STATUS_ENUM
};

/*
 * What went wrong, for a person: one plain sentence that names the field, its
 * value and what would be accepted. Written only when a call fails; every
 * function that takes one accepts NULL.
 */
struct sli_error {
	int status;
	char message[252];
};

SLI_BEGIN_DECLS

/**
 * The text of a status, in English, without a trailing period.
 *
 * @param status  any int; an unknown one gives "unknown status".
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_strerror(int status);

/**
 * The version of the library that is running, "major.minor.patch".
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const char *sli_version(void);

SLI_END_DECLS

#endif /* SLI_STATUS_H */
