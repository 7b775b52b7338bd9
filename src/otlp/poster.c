/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* pthread_setname_np */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "addon/signals.h"
#include "poster.h"

uint64_t
sli__otlp_monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SLI_SECONDS(1) + (uint64_t)t.tv_nsec;
}

static CURLcode curl_status;

static void
initialise_curl(void)
{
	curl_status = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Never undone: others may be using it, too. */
static int
use_curl(struct sli_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (pthread_once(&once, initialise_curl) == 0 &&
	    curl_status == CURLE_OK)
		return SLI_OK;
	return sli__addon_fail(err, SLI_ENOMEM,
	    "libcurl failed to initialise: %s",
	    curl_easy_strerror(curl_status));
}

/* Also after a fork, when nothing but `owner` may be looked at. */
static int
check_owner(const struct sli_otlp_poster *poster, struct sli_error *err)
{
	if (poster == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "poster is NULL");
	if (poster->owner != getpid())
		return sli__addon_fail(err, SLI_EACCES,
		    "the poster is of process %ld, which this one is a child "
		    "of; accepted: one of its own",
		    (long)poster->owner);
	return SLI_OK;
}

int
sli_otlp_poster_create(const struct sli_otlp_poster_config *cfg,
    struct sli_otlp_poster **out, struct sli_error *err)
{
	struct sli_otlp_poster *poster;
	int status;

	if (out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "out is NULL");
	*out = NULL;
	status = use_curl(err);
	if (status != SLI_OK)
		return status;
	poster = calloc(1, sizeof(*poster));
	if (poster == NULL)
		return sli__addon_fail(err, SLI_ENOMEM, "no memory");
	status = sli__otlp_settings_make(cfg, &poster->settings, err);
	if (status == SLI_OK) {
		status = sli__otlp_transfer_open(&poster->transfer,
		    &poster->settings, err);
		if (status != SLI_OK)
			sli__otlp_settings_free(&poster->settings);
	}
	if (status != SLI_OK) {
		free(poster);
		return status;
	}
	poster->owner = getpid();
	poster->random = sli_clock_ns() ^ (uint64_t)poster->owner << 32;
	pthread_mutex_init(&poster->flushing, NULL);
	pthread_mutex_init(&poster->lock, NULL);
	*out = poster;
	return SLI_OK;
}

void
sli_otlp_poster_destroy(struct sli_otlp_poster *poster)
{
	if (poster == NULL || check_owner(poster, NULL) != SLI_OK)
		return;
	(void)sli_otlp_poster_stop(poster, 0, NULL);
	pthread_mutex_destroy(&poster->flushing);
	pthread_mutex_destroy(&poster->lock);
	sli__otlp_transfer_close(&poster->transfer);
	sli__otlp_settings_free(&poster->settings);
	free(poster->building.bytes);
	free(poster->waiting.bytes);
	free(poster->sending.bytes);
	free(poster->compressed.bytes);
	free(poster);
}

static int
make_thread(struct sli_otlp_poster *poster)
{
	sigset_t before;
	int error;

	sli__addon_block_signals(&before);
	error = pthread_create(&poster->thread, NULL, sli__otlp_thread, poster);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		pthread_setname_np(poster->thread, "sli-otlp");
	return error;
}

int
sli_otlp_poster_start(struct sli_otlp_poster *poster, struct sli_error *err)
{
	int status = check_owner(poster, err), error;

	if (status != SLI_OK)
		return status;
	if (poster->is_running)
		return sli__addon_fail(err, SLI_EBUSY,
		    "the poster runs already");
	poster->is_stopping = false;
	poster->is_lost = false;
	error = make_thread(poster);
	if (error != 0)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no thread can be made: %s", strerror(error));
	poster->is_running = true;
	return SLI_OK;
}

/* What could not be delivered, and why. */
static int
report_lost(struct sli_otlp_poster *poster, struct sli_error *err)
{
	struct sli_otlp_stats stats;

	if (!poster->is_lost)
		return SLI_OK;
	(void)sli_otlp_poster_stats(poster, &stats);
	if (err != NULL)
		*err = stats.error;
	return SLI_EIO;
}

int
sli_otlp_poster_stop(struct sli_otlp_poster *poster, uint64_t timeout_ns,
    struct sli_error *err)
{
	int status = check_owner(poster, err);
	uint64_t now_ns;

	if (status != SLI_OK || !poster->is_running)
		return status;
	now_ns = sli__otlp_monotonic_ns();
	pthread_mutex_lock(&poster->lock);
	poster->is_stopping = true;
	poster->stop_by_ns = timeout_ns < UINT64_MAX - now_ns ?
	    now_ns + timeout_ns :
	    UINT64_MAX;
	pthread_mutex_unlock(&poster->lock);
	sli__otlp_transfer_wake(&poster->transfer);
	pthread_join(poster->thread, NULL);
	poster->is_running = false;
	return report_lost(poster, err);
}

int
sli_otlp_flush(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct sli_otlp_poster *poster = arg;
	int status = check_owner(poster, err);

	if (status != SLI_OK)
		return status;
	if (pthread_mutex_trylock(&poster->flushing) != 0)
		return sli__addon_fail(err, SLI_EBUSY,
		    "another thread is flushing to this poster");
	status = sli__otlp_payload_fill(&poster->building, snapshot,
	    &poster->settings, err);
	if (status == SLI_OK) {
		pthread_mutex_lock(&poster->lock);
		sli__otlp_payload_swap(&poster->building, &poster->waiting);
		poster->stats.flushed++;
		poster->stats.replaced += poster->building.used > 0;
		pthread_mutex_unlock(&poster->lock);
		sli__otlp_transfer_wake(&poster->transfer);
	}
	pthread_mutex_unlock(&poster->flushing);
	return status;
}

int
sli_otlp_poster_stats(struct sli_otlp_poster *poster,
    struct sli_otlp_stats *out)
{
	int status = check_owner(poster, NULL);

	if (status != SLI_OK || out == NULL)
		return status != SLI_OK ? status : SLI_EINVAL;
	pthread_mutex_lock(&poster->lock);
	*out = poster->stats;
	pthread_mutex_unlock(&poster->lock);
	return SLI_OK;
}
