/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* realpath */

#include "shared.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fault.h"

struct shared {
	struct shared *next;
	struct sli_registry *reg;
	char *path; /* NULL: in memory */
	uint64_t token;
	unsigned int refs;
	/* The clock thread, which `changed` wakes; under clock_lock. */
	pthread_t clock;
	pthread_mutex_t clock_lock;
	pthread_cond_t changed;
	bool clock_runs, clock_stops;
	uint64_t slot_ns;
};

/* Guards the list, and refs. The clocks do not need it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct shared *all;
static uint64_t last_token;

static void
error_of(struct sli_error *err, int status, const char *message)
{
	err->status = status;
	strncpy(err->message, message, sizeof(err->message) - 1);
	err->message[sizeof(err->message) - 1] = '\0';
}

static struct shared *
find_path(const char *path)
{
	struct shared *s;

	for (s = all; s != NULL; s = s->next)
		if (s->path != NULL && strcmp(s->path, path) == 0)
			return s;
	return NULL;
}

/*
 * One name for a file, however it is called. Its directory is resolved, and not
 * the last part, which may not be there yet and may be no symbolic link.
 */
static char *
canonical(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	char *directory, *resolved, *out = NULL;

	directory = slash == NULL ? strdup(".") :
	    slash == path	  ? strdup("/") :
				    strndup(path, (size_t)(slash - path));
	resolved = directory == NULL ? NULL : realpath(directory, NULL);
	free(directory);
	if (resolved == NULL)
		return strdup(path); /* sli_registry_open() will say */
	out = malloc(strlen(resolved) + strlen(name) + 2);
	if (out != NULL) {
		strcpy(out, strcmp(resolved, "/") == 0 ? "" : resolved);
		strcat(strcat(out, "/"), name);
	}
	free(resolved);
	return out;
}

static bool
are_levels_there(const struct sli_level *asked, const struct sli_level *there)
{
	uint32_t i;

	if (asked[0].slot_ns == 0)
		return true;
	for (i = 0; i < SLI_LEVELS_MAX; i++) {
		if (asked[i].slot_ns != there[i].slot_ns ||
		    asked[i].slots != there[i].slots)
			return false;
		if (asked[i].slot_ns == 0)
			break;
	}
	return true;
}

/* As sli_registry_open() would, of a file that is there. */
static int
check_levels(struct shared *s, const struct sli_registry_config *cfg,
    struct sli_error *err)
{
	struct sli_registry_info info;

	if (sli_registry_info(s->reg, &info) == SLI_OK &&
	    are_levels_there(cfg->history, info.history) &&
	    are_levels_there(cfg->latency, info.latency))
		return SLI_OK;
	error_of(err, SLI_EEXIST,
	    "this process has the file open, and it has another history or "
	    "latency");
	return SLI_EEXIST;
}

static int
make(char *path, const struct sli_registry_config *cfg, struct shared **out,
    struct sli_error *err)
{
	struct shared *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;
	int status;

	if (s == NULL) {
		error_of(err, SLI_ENOMEM, "no memory for a registry");
		return SLI_ENOMEM;
	}
	status = path == NULL ? sli_registry_create(cfg, &s->reg, err) :
				sli_registry_open(path, cfg, &s->reg, err);
	if (status != SLI_OK) {
		free(s);
		return status;
	}
	if (path != NULL)
		fault_watch(s->reg);
	pthread_mutex_init(&s->clock_lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->changed, &attr);
	pthread_condattr_destroy(&attr);
	s->path = path;
	s->token = ++last_token;
	s->refs = 1;
	s->slot_ns = SLI_SECONDS(1);
	s->next = all;
	all = s;
	*out = s;
	return SLI_OK;
}

int
shared_open(const char *path, const struct sli_registry_config *cfg,
    struct shared **out, struct sli_error *err)
{
	char *name = path == NULL ? NULL : canonical(path);
	struct shared *s;
	int status;

	if (path != NULL && name == NULL) {
		error_of(err, SLI_ENOMEM, "no memory for a path");
		return SLI_ENOMEM;
	}
	pthread_mutex_lock(&lock);
	s = name == NULL ? NULL : find_path(name);
	if (s == NULL) {
		status = make(name, cfg, out, err);
		if (status == SLI_OK)
			name = NULL; /* it has it now */
	} else {
		status = check_levels(s, cfg, err);
		if (status == SLI_OK) {
			s->refs++;
			*out = s;
		}
	}
	pthread_mutex_unlock(&lock);
	free(name);
	return status;
}

int
shared_attach(uint64_t token, struct shared **out, struct sli_error *err)
{
	struct shared *s;

	pthread_mutex_lock(&lock);
	for (s = all; s != NULL && s->token != token; s = s->next)
		;
	if (s != NULL)
		s->refs++;
	pthread_mutex_unlock(&lock);
	if (s == NULL) {
		error_of(err, SLI_ENOENT,
		    "attach is not the token of a registry that is open in "
		    "this "
		    "process; accepted: what its share() returned");
		return SLI_ENOENT;
	}
	*out = s;
	return SLI_OK;
}

uint64_t
shared_token(const struct shared *s)
{
	return s->token;
}

struct sli_registry *
shared_registry(const struct shared *s)
{
	return s->reg;
}

static void
stop_clock(struct shared *s)
{
	bool runs;

	pthread_mutex_lock(&s->clock_lock);
	runs = s->clock_runs;
	s->clock_stops = true;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->clock_lock);
	if (runs)
		pthread_join(s->clock, NULL);
}

void
shared_close(struct shared *s)
{
	struct shared **p;

	pthread_mutex_lock(&lock);
	if (--s->refs > 0) {
		pthread_mutex_unlock(&lock);
		return;
	}
	for (p = &all; *p != s; p = &(*p)->next)
		;
	*p = s->next;
	stop_clock(s);
	/* Under the lock, or an open of this path would find it half closed. */
	fault_close(s->reg);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->clock_lock);
	free(s->path);
	free(s);
}

void
shared_slot(struct shared *s, uint64_t slot_ns)
{
	pthread_mutex_lock(&s->clock_lock);
	if (slot_ns < s->slot_ns) {
		s->slot_ns = slot_ns;
		pthread_cond_signal(&s->changed);
	}
	pthread_mutex_unlock(&s->clock_lock);
}

/* When the next slot begins, by the clock of the condition. */
static struct timespec
boundary(uint64_t slot_ns)
{
	uint64_t left = slot_ns - sli_clock_ns() % slot_ns, at;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	at = (uint64_t)ts.tv_nsec + left;
	ts.tv_sec += (time_t)(at / SLI_SECONDS(1));
	ts.tv_nsec = (long)(at % SLI_SECONDS(1));
	return ts;
}

static void *
run_clock(void *arg)
{
	struct shared *s = arg;
	struct timespec next;

	pthread_mutex_lock(&s->clock_lock);
	while (!s->clock_stops) {
		pthread_mutex_unlock(&s->clock_lock);
		sli_advance(s->reg, sli_clock_ns());
		pthread_mutex_lock(&s->clock_lock);
		next = boundary(s->slot_ns);
		if (!s->clock_stops)
			pthread_cond_timedwait(&s->changed, &s->clock_lock,
			    &next);
	}
	pthread_mutex_unlock(&s->clock_lock);
	return NULL;
}

bool
shared_start_clock(struct shared *s)
{
	bool runs;

	pthread_mutex_lock(&s->clock_lock);
	if (!s->clock_runs)
		s->clock_runs = fault_thread(&s->clock, run_clock, s,
				    "sli-clock") == 0;
	runs = s->clock_runs;
	pthread_mutex_unlock(&s->clock_lock);
	return runs;
}
