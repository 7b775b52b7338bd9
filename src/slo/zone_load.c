/* SPDX-License-Identifier: MIT */
/*
 * Finding a zone in the database: only a regular file, of a bounded size, under
 * a name that cannot lead out of the directory.
 */
#define _POSIX_C_SOURCE 200809L /* openat */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sli/slo.h>
#include <sli/time.h>

#include "base/status.h"
#include "history/timeline.h"
#include "slo/zone.h"

#define DATABASE "/usr/share/zoneinfo"
#define PACKAGE "tzdata"

/* The largest of tzdata 2025b has 4 KiB. */
#define FILE_BYTES_MAX 65536

/* Components of A-Z a-z 0-9 + - _, so that none can be ".." or a root. */
static int
check_name(const char *name, struct sli_error *err)
{
	const char *s = name;
	bool in_word = false;

	for (; *s != '\0' && s - name < SLI__ZONE_NAME_MAX; s++) {
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || *s == '+' || *s == '-' ||
		    *s == '_')
			in_word = true;
		else if (*s == '/' && in_word)
			in_word = false;
		else
			break;
	}
	if (*s == '\0' && in_word)
		return SLI_OK;
	return sli__fail(err, SLI_EINVAL,
	    "time_zone \"%s\" is no name of a zone; accepted: one such as "
	    "Europe/Berlin, of up to %u bytes, or \"UTC\"",
	    name, (uint64_t)SLI__ZONE_NAME_MAX);
}

static int
fail_open(const char *name, const char *directory, int error,
    struct sli_error *err)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return sli__fail(err, SLI_ENOENT,
		    "time_zone \"%s\" is not in %s; accepted: a name that is "
		    "(package " PACKAGE "), or \"UTC\"",
		    name, directory);
	case EACCES:
	case EPERM:
	case ELOOP:
		return sli__fail(err, SLI_EACCES,
		    "time_zone \"%s\" in %s may not be read", name, directory);
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return sli__fail(err, SLI_ENOMEM,
		    "not enough memory or descriptors to read time_zone \"%s\"",
		    name);
	default:
		return sli__fail(err, SLI_EIO,
		    "cannot read time_zone \"%s\" in %s: system error %u", name,
		    directory, (uint64_t)error);
	}
}

/* As many bytes as come, of at most max; below 0: an error number, negated. */
static ssize_t
read_all(int fd, unsigned char *to, size_t max)
{
	size_t length = 0;
	ssize_t n = 1;

	while (n != 0 && length < max) {
		n = read(fd, to + length, max - length);
		if (n < 0 && errno != EINTR)
			return -errno;
		length += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)length;
}

/* Without waiting for a writer, should it be a FIFO. */
static int
open_zone(const char *directory, const char *name)
{
	int fd, error;
	int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return -errno;
	fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	error = errno;
	close(dir);
	return fd < 0 ? -error : fd;
}

static int
read_zone(int fd, const char *directory, const char *name,
    struct sli__zone *out, struct sli_error *err)
{
	unsigned char *bytes;
	struct stat st;
	ssize_t length;
	int status;

	if (fstat(fd, &st) != 0)
		return fail_open(name, directory, errno, err);
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		return sli__fail(err, SLI_EINVAL,
		    "time_zone \"%s\" in %s is no zone; accepted: a regular "
		    "file of at most %u bytes",
		    name, directory, (uint64_t)FILE_BYTES_MAX);
	bytes = malloc(FILE_BYTES_MAX);
	if (bytes == NULL)
		return fail_open(name, directory, ENOMEM, err);
	length = read_all(fd, bytes, FILE_BYTES_MAX);
	status = length < 0 ?
	    fail_open(name, directory, (int)-length, err) :
	    sli__zone_parse(name, bytes, (size_t)length, out, err);
	free(bytes);
	return status;
}

int
sli__zone_load_from(const char *directory, const char *name,
    struct sli__zone *out, struct sli_error *err)
{
	int fd, status;

	if (name == NULL || *name == '\0' || strcmp(name, "UTC") == 0) {
		memcpy(out, &sli__zone_utc, sizeof(*out));
		return SLI_OK;
	}
	status = check_name(name, err);
	if (status != SLI_OK)
		return status;
	fd = open_zone(directory, name);
	if (fd < 0)
		return fail_open(name, directory, -fd, err);
	status = read_zone(fd, directory, name, out, err);
	close(fd);
	return status;
}

int
sli__zone_load(const char *name, struct sli__zone *out, struct sli_error *err)
{
	return sli__zone_load_from(DATABASE, name, out, err);
}

int
sli_time_zone_resolve(const char *name, int64_t local_s, uint64_t *out_ns,
    struct sli_error *err)
{
	struct sli__zone zone;
	int64_t utc_s;
	int status;

	if (name == NULL || out_ns == NULL)
		return sli__fail(err, SLI_EINVAL,
		    "name or out_ns is NULL; accepted: neither");
	status = sli__zone_load(name, &zone, err);
	if (status != SLI_OK)
		return status;
	utc_s = sli__zone_first(&zone, local_s);
	if (utc_s < 0 || (uint64_t)utc_s > SLI__TIME_MAX / SLI_SECONDS(1))
		return sli__fail(err, SLI_ERANGE,
		    "the local time lies before 1970, or after 2116, in UTC; "
		    "accepted: a time between");
	*out_ns = SLI_SECONDS(utc_s);
	return SLI_OK;
}
