/* SPDX-License-Identifier: MIT */
/* Appenders, and how they gather a batch. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addon/config.h"
#include "deliver/appender.h"

#define BATCH_BYTES_MAX (UINT64_C(1) << 30)
#define KEEP_MAX 999

static int
refuse(const char *field, uint64_t value, const char *accepted,
    struct sli_error *err)
{
	return sli__addon_fail(err, SLI_ERANGE,
	    "%s %" PRIu64 " is out of range; accepted: %s", field, value,
	    accepted);
}

static int
check_header(const struct sli_appender_config *cfg, struct sli_error *err)
{
	size_t length = strlen(cfg->header);

	if (cfg->path == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "header is set, and path is NULL; accepted: with a path");
	if (length > 0 && cfg->header[length - 1] != '\n')
		return sli__addon_fail(err, SLI_EINVAL,
		    "header does not end in a newline; accepted: whole lines");
	return SLI_OK;
}

static int
check_config(struct sli_appender_config *cfg, struct sli_error *err)
{
	int status = SLI_OK;

	if (cfg->path == NULL && cfg->fd < 1)
		return sli__addon_fail(err, SLI_EINVAL,
		    "path is NULL and fd is %d; accepted: a path, or an fd "
		    "from 1",
		    (int)cfg->fd);
	if (cfg->path != NULL && *cfg->path == '\0')
		return sli__addon_fail(err, SLI_EINVAL,
		    "path is empty; accepted: that of a file");
	if (cfg->header != NULL)
		status = check_header(cfg, err);
	if (status != SLI_OK)
		return status;
	if (cfg->batch_max_bytes > BATCH_BYTES_MAX)
		return refuse("batch_max_bytes", cfg->batch_max_bytes,
		    "up to 1 GiB", err);
	if (cfg->keep > KEEP_MAX)
		return refuse("keep", cfg->keep, "up to 999", err);
	if (cfg->mode > 0777)
		return sli__addon_fail(err, SLI_ERANGE,
		    "mode 0%" PRIo32 " is out of range; accepted: up to 0777",
		    cfg->mode);
	if (cfg->max_bytes == 0)
		cfg->max_bytes = UINT64_C(64) << 20;
	if (cfg->batch_max_bytes == 0)
		cfg->batch_max_bytes = UINT64_C(16) << 20;
	if (cfg->keep == 0)
		cfg->keep = 5;
	if (cfg->mode == 0)
		cfg->mode = 0640;
	return SLI_OK;
}

/* Whoever calls chdir() later moves no log. */
static char *
absolute(const char *path)
{
	size_t length = strlen(path);
	char *out = malloc(PATH_MAX + 1 + length + 1);

	if (out == NULL)
		return NULL;
	if (*path == '/') {
		memcpy(out, path, length + 1);
		return out;
	}
	if (getcwd(out, PATH_MAX) == NULL) {
		free(out);
		return NULL;
	}
	strcat(out, "/");
	return strcat(out, path);
}

/* The names have up to four characters more. */
static int
name_files(struct sli_appender *a, const char *path, struct sli_error *err)
{
	size_t room;

	a->path = absolute(path);
	a->header = strdup(a->cfg.header == NULL ? "" : a->cfg.header);
	if (a->path != NULL) {
		room = strlen(a->path) + sizeof(".4294967295");
		a->older = malloc(room);
		a->newer = malloc(room);
	}
	if (a->path == NULL || a->older == NULL || a->newer == NULL ||
	    a->header == NULL)
		return sli__addon_fail(err, sli__deliver_status(errno),
		    "path %s cannot be kept: %m", path);
	return SLI_OK;
}

static void
free_appender(struct sli_appender *a)
{
	if (a->opened && a->fd >= 0)
		close(a->fd);
	free(a->path);
	free(a->older);
	free(a->newer);
	free(a->header);
	free(a->bytes);
	free(a);
}

int
sli_appender_open(const struct sli_appender_config *cfg,
    struct sli_appender **out, struct sli_error *err)
{
	struct sli_appender_config checked;
	struct sli_appender *a;
	int status;

	if (out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "out is NULL");
	status = sli__addon_config(&checked, sizeof(checked), cfg,
	    "sli_appender_config", err);
	if (status == SLI_OK)
		status = check_config(&checked, err);
	if (status != SLI_OK)
		return status;
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for an appender");
	a->cfg = checked;
	a->owner = getpid();
	a->fd = -1;
	if (checked.path == NULL) {
		status = sli__appender_open_stream(a, err);
	} else {
		a->opened = true;
		status = name_files(a, checked.path, err);
		if (status == SLI_OK)
			status = sli__appender_open_file(a, err);
	}
	a->cfg.path = a->cfg.header = NULL;
	if (status == SLI_OK)
		*out = a;
	else
		free_appender(a);
	return status;
}

/*
 * A child of fork() shares the open file, and so its lock, with its parent: it
 * needs one of its own. The parent's batch is the parent's.
 */
static void
own(struct sli_appender *a)
{
	if (a->owner == getpid())
		return;
	a->owner = getpid();
	a->used = a->rest = 0;
	if (a->path != NULL && a->fd >= 0) {
		close(a->fd);
		a->fd = -1;
	}
}

void
sli_appender_begin(struct sli_appender *appender)
{
	if (appender == NULL)
		return;
	own(appender);
	appender->used = appender->rest;
	appender->failed = SLI_OK;
}

static bool
make_room(struct sli_appender *a, size_t length)
{
	size_t size = a->size == 0 ? 4096 : a->size;
	char *bytes;

	if (a->size - a->used >= length)
		return true;
	while (size - a->used < length)
		size *= 2;
	bytes = realloc(a->bytes, size);
	if (bytes == NULL)
		return false;
	a->bytes = bytes;
	a->size = size;
	return true;
}

int
sli_appender_write(const void *bytes, size_t length, void *appender)
{
	struct sli_appender *a = appender;

	if (a == NULL || (bytes == NULL && length > 0))
		return -1;
	own(a);
	if (a->failed == SLI_OK &&
	    length > a->cfg.batch_max_bytes - (a->used - a->rest))
		a->failed = SLI_ERANGE;
	else if (a->failed == SLI_OK && !make_room(a, length))
		a->failed = SLI_ENOMEM;
	if (a->failed != SLI_OK)
		return -1;
	if (length > 0)
		memcpy(a->bytes + a->used, bytes, length);
	a->used += length;
	return 0;
}

static int
check_batch(const struct sli_appender *a, struct sli_error *err)
{
	if (a->failed == SLI_ERANGE)
		return sli__addon_fail(err, SLI_ERANGE,
		    "a batch is longer than batch_max_bytes %" PRIu64,
		    a->cfg.batch_max_bytes);
	if (a->failed != SLI_OK)
		return sli__addon_fail(err, a->failed,
		    "no memory for a batch of more than %zu bytes",
		    a->used - a->rest);
	if (a->used > a->rest && a->bytes[a->used - 1] != '\n')
		return sli__addon_fail(err, SLI_EINVAL,
		    "the last line of the batch has no end; accepted: whole "
		    "lines");
	return SLI_OK;
}

int
sli_appender_commit(struct sli_appender *appender, struct sli_error *err)
{
	struct sli_appender *a = appender;
	size_t batch;
	int status;

	if (a == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "appender is NULL");
	own(a);
	batch = a->used - a->rest;
	status = check_batch(a, err);
	if (status == SLI_OK && batch > 0)
		status = a->path != NULL ? sli__append_to_file(a, err) :
					   sli__append_to_stream(a, err);
	if (status != SLI_OK) {
		a->stats.dropped_batches++;
		a->stats.dropped_bytes += batch;
	} else if (batch > 0) {
		a->stats.batches++;
		a->stats.bytes += batch;
	}
	a->used = a->rest;
	a->failed = SLI_OK;
	a->stats.pending_bytes = a->rest;
	return status;
}

int
sli_appender_stats(const struct sli_appender *appender,
    struct sli_appender_stats *out)
{
	if (appender == NULL || out == NULL)
		return SLI_EINVAL;
	*out = appender->stats;
	return SLI_OK;
}

int
sli_appender_close(struct sli_appender *appender, struct sli_error *err)
{
	struct sli_appender *a = appender;
	int status = SLI_OK;

	if (a == NULL)
		return SLI_OK;
	own(a);
	a->used = a->rest;
	if (a->rest > 0)
		(void)sli__append_to_stream(a, NULL);
	if (a->rest > 0)
		status = sli__addon_fail(err, SLI_EIO,
		    "the last %zu bytes of a batch are not written to fd %d: "
		    "its last line is torn",
		    a->rest, (int)a->cfg.fd);
	free_appender(a);
	return status;
}
