/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* sigtimedwait */

#include "export_run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sli/http.h>

#include "doc.h"
#include "report.h"

#define STOP_TIMEOUT_NS SLI_SECONDS(10)

/* ---- until when ---- */

/* Before any thread is there, which would else get them. */
static void
block_signals(sigset_t *stops)
{
	sigemptyset(stops);
	sigaddset(stops, SIGINT);
	sigaddset(stops, SIGTERM);
	sigaddset(stops, SIGHUP);
	sigprocmask(SIG_BLOCK, stops, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Is the file still there, and whole? A deleted one goes on. */
static int
is_lost(const struct source *s, struct sli_error *err)
{
	struct stat st;

	if (sli_registry_status(s->registry, err) == SLI_EIO)
		return 1;
	if (stat(s->path, &st) != 0 ||
	    (st.st_dev == s->device && st.st_ino == s->inode))
		return 0;
	report_set(err, SLI_EIO, "another file has taken its place");
	return 1;
}

static int
is_reader_gone(const struct place *p)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return p != NULL && p->kind == PLACE_STDOUT && poll(&out, 1, 0) == 1 &&
	    (out.revents & POLLERR) != 0;
}

/* p: NULL none. SLI_OK: a signal came. */
static int
wait_for_end(const struct source *s, const struct place *p,
    const sigset_t *stops, struct sli_error *err)
{
	const struct timespec second = { .tv_sec = 1 };

	for (;;) {
		if (sigtimedwait(stops, NULL, &second) > 0)
			return SLI_OK;
		if (is_lost(s, err))
			return err->status;
		if (is_reader_gone(p))
			return report_set(err, SLI_EIO,
			    "nobody reads stdout any more");
	}
}

/* ---- at an interval ---- */

static void
tell(const char *sink, const struct sli_error *err, uint64_t count, void *arg)
{
	(void)count;
	(void)arg;
	report_notice(sink, err);
}

/* What is counted from now on, of a format that tells what is new. */
static int
skip_the_past(struct place *p, struct sli_error *err)
{
	int status;

	if ((p->exporter->format->flags & FORMAT_IS_NEWS) == 0)
		return SLI_OK;
	p->is_skipping = 1;
	status = sli_flush_try(p->registry, sli_clock_ns(), place_flush, p,
	    err);
	p->is_skipping = 0;
	return status;
}

static int
create_flusher(struct place *p, uint64_t interval_ns, struct sli_flusher **out,
    struct sli_error *err)
{
	struct sli_flusher_config cfg = SLI_FLUSHER_CONFIG_INIT;
	struct sli_sink sink = { "export", place_flush, p };
	int status = skip_the_past(p, err);

	cfg.sinks = &sink;
	cfg.sink_count = 1;
	cfg.interval_ns = interval_ns;
	cfg.error = tell;
	if (status == SLI_OK)
		status = sli_flusher_create(p->registry, &cfg, out, err);
	if (status == SLI_OK)
		status = sli_flusher_start(*out, err);
	return status;
}

static int
print_stats(struct sli_flusher *flusher)
{
	struct sli_flusher_stats stats;

	if (sli_flusher_stats(flusher, 0, &stats) != SLI_OK)
		return EXIT_FILE;
	doc_print(json_pack("{s:I, s:I, s:I}", "flushes",
	    (json_int_t)stats.flushes, "failures", (json_int_t)stats.failures,
	    "missed", (json_int_t)stats.missed));
	return report_written(EXIT_DONE);
}

int
export_every(struct source *s, const struct options *o, struct place *p)
{
	struct sli_error err = { SLI_OK, "" }, last = { SLI_OK, "" };
	struct sli_flusher *flusher = NULL;
	sigset_t stops;
	int status;

	block_signals(&stops);
	status = create_flusher(p, o->every_ns, &flusher, &err);
	if (status == SLI_OK) {
		status = wait_for_end(s, p, &stops, &err);
		/* The last flush, of a file that is there no more, fails. */
		if (sli_flusher_stop(flusher, STOP_TIMEOUT_NS, &last) !=
			SLI_OK &&
		    status == SLI_OK) {
			status = last.status;
			err = last;
		}
	}
	if (status != SLI_OK)
		status = report_file(EXIT_FILE, o->args[1], &err);
	else if (o->json)
		status = print_stats(flusher);
	sli_flusher_destroy(flusher);
	return status;
}

/* ---- by HTTP ---- */

/* "127.0.0.1:9464", "[::1]:9464", ":9464"; the address is written into. */
static int
parse_address(char *text, struct sli_http_config *cfg)
{
	char *colon = strrchr(text, ':'), *end;
	unsigned long port;

	if (colon == NULL || colon[1] < '0' || colon[1] > '9')
		return -1;
	port = strtoul(colon + 1, &end, 10);
	if (*end != '\0' || port > 65535)
		return -1;
	*colon = '\0';
	if (*text == '[') {
		if (colon[-1] != ']')
			return -1;
		colon[-1] = '\0';
		text++;
	} else if (strchr(text, ':') != NULL) {
		return -1;
	}
	cfg->address = *text == '\0' ? NULL : text;
	cfg->port = (uint32_t)port;
	return 0;
}

static int
print_url(const struct options *o, const struct sli_http_config *cfg,
    const struct sli_http *http)
{
	const char *address = cfg->address == NULL ? "127.0.0.1" : cfg->address;
	int is_v6 = strchr(address, ':') != NULL;
	char url[160];

	snprintf(url, sizeof(url), "http://%s%s%s:%u/", is_v6 ? "[" : "",
	    address, is_v6 ? "]" : "", (unsigned)sli_http_port(http));
	if (o->json)
		doc_print(json_pack("{s:s}", "url", url));
	else
		puts(url);
	return report_written(EXIT_DONE);
}

int
export_listen(struct source *s, const struct options *o)
{
	struct sli_http_config cfg = SLI_HTTP_CONFIG_INIT;
	struct sli_error err = { SLI_OK, "" };
	struct sli_http *http = NULL;
	char address[128];
	sigset_t stops;
	int status;

	snprintf(address, sizeof(address), "%s", o->listen);
	if (strlen(o->listen) >= sizeof(address) ||
	    parse_address(address, &cfg) != 0)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "--listen \"%s\" is not valid; accepted: ADDRESS:PORT, as "
		    "127.0.0.1:9464, [::1]:9464, :9464",
		    o->listen);
	cfg.service = o->service;
	block_signals(&stops);
	if (sli_http_start(s->registry, &cfg, &http, &err) != SLI_OK)
		return report_file(EXIT_FILE, o->listen, &err);
	status = print_url(o, &cfg, http);
	if (status == EXIT_DONE &&
	    wait_for_end(s, NULL, &stops, &err) != SLI_OK)
		status = report_file(EXIT_FILE, o->args[1], &err);
	sli_http_stop(http);
	return status;
}
