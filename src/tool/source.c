/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* sigaction */

#include "source.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

#define GOOD_NEWS_NS SLI_SECONDS(10)

void (*volatile source_at_death)(void);

/* What the signal handler may put memory under. */
static struct sli_registry *volatile watched;

/* ---- SIGBUS ---- */

static void
say(int fd, const char *text)
{
	/* There is nothing that a failure could be told to. */
	if (write(fd, text, strlen(text)) < 0)
		return;
}

static void
on_bus_error(int signal_number, siginfo_t *info, void *context)
{
	static const char message[] =
	    "the file was truncated while it was being read";

	(void)signal_number;
	(void)context;
	if (watched != NULL && sli_registry_fault(watched, info->si_addr))
		return;
	if (source_at_death != NULL)
		source_at_death();
	say(STDERR_FILENO, "sli: ");
	say(STDERR_FILENO, message);
	say(STDERR_FILENO, "\n");
	if (report_is_json()) {
		say(STDOUT_FILENO,
		    "{\"error\": {\"status\": \"EIO\", "
		    "\"message\": \"");
		say(STDOUT_FILENO, message);
		say(STDOUT_FILENO, "\"}}\n");
	}
	_exit(EXIT_FILE);
}

void
source_catch_faults(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_bus_error;
	action.sa_flags = SA_SIGINFO;
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
}

void
source_watch(struct sli_registry *reg)
{
	watched = reg;
}

/* ---- opening ---- */

/*
 * Which file it is, is asked first: if another takes its place before it is
 * opened, the next look finds another one and opens that again.
 */
static int
identify(const char *path, dev_t *device, ino_t *inode)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return 0;
	*device = st.st_dev;
	*inode = st.st_ino;
	return 1;
}

int
source_open(struct source *s, const char *path, struct sli_error *err)
{
	int status;

	s->path = path;
	if (!identify(path, &s->device, &s->inode))
		s->inode = 0;
	status = sli_registry_view(path, &s->registry, err);
	if (status == SLI_OK)
		source_watch(s->registry);
	return status;
}

static void
drop(struct source *s)
{
	source_watch(NULL);
	sli_registry_close(s->registry);
	s->registry = NULL;
}

void
source_close(struct source *s)
{
	drop(s);
	view_request_end(&s->request);
}

int
source_read(struct source *s, struct view *out, struct sli_error *err)
{
	int status = view_collect(out, s->registry, &s->request, err);

	if (status != SLI_OK)
		return status;
	/*
	 * It may have been cut while it was read: then that is not what it
	 * had. One that was deleted is whole.
	 */
	status = sli_registry_status(s->registry, err);
	if (status != SLI_EIO)
		return SLI_OK;
	view_free(out);
	return status;
}

/* ---- following ---- */

static void
news(struct source *s, int is_good, const char *what, const char *why)
{
	snprintf(s->message, sizeof(s->message), "%s%s%s", what,
	    *why == '\0' ? "" : ": ", why);
	s->until_ns = is_good ? sli_clock_ns() + GOOD_NEWS_NS : 0;
}

/* Take what is at the path now for what was there. */
static int
take(struct source *s, struct sli_error *err)
{
	struct source fresh = *s;

	fresh.registry = NULL;
	if (source_open(&fresh, s->path, err) != SLI_OK)
		return 0;
	sli_registry_close(s->registry);
	s->registry = fresh.registry;
	s->device = fresh.device;
	s->inode = fresh.inode;
	return 1;
}

static int
reopen(struct source *s, const char *because)
{
	struct sli_error err = { SLI_OK, "" };

	if (!take(s, &err)) {
		news(s, 0, because, err.message);
		return 0;
	}
	news(s, 1, because, "opened again");
	return 1;
}

/*
 * Who opened it may have put something new into the place of what was removed:
 * only a new view shows that.
 */
static void
look_afresh(struct source *s, uint64_t opens)
{
	struct sli_error err;

	if (s->opens != 0 && s->opens != opens && !take(s, &err))
		return; /* next time, or there is news by then */
	s->opens = opens;
}

/* Is the registry that is open the one to read from? */
static int
is_current(struct source *s)
{
	struct sli_error err = { SLI_OK, "" };
	dev_t device;
	ino_t inode;

	if (sli_registry_status(s->registry, &err) == SLI_EIO)
		return reopen(s, "the file was truncated");
	if (!identify(s->path, &device, &inode)) {
		/* Processes that have it open go on, and so does this one. */
		news(s, 0, "the file is gone from its path",
		    "this is the one that was there");
		return 1;
	}
	if (device != s->device || inode != s->inode)
		return reopen(s, "the file was replaced");
	if (s->until_ns == 0)
		s->message[0] = '\0';
	return 1;
}

void
source_follow(struct source *s, struct view *shown)
{
	struct sli_error err = { SLI_OK, "" };
	struct view fresh;

	if (s->until_ns != 0 && sli_clock_ns() > s->until_ns) {
		s->message[0] = '\0';
		s->until_ns = 0;
	}
	s->is_stale = !is_current(s);
	if (s->is_stale)
		return;
	if (source_read(s, &fresh, &err) != SLI_OK) {
		s->is_stale = 1;
		news(s, 0, "the file cannot be read", err.message);
		return;
	}
	look_afresh(s, fresh.info.open_count);
	view_free(shown);
	*shown = fresh;
}
