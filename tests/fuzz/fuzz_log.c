/* SPDX-License-Identifier: MIT */
/*
 * Hostile logs, for libFuzzer: the first byte says how it is read, the rest is
 * the file, gzip or not. Beside crashes, hangs and what the sanitizers see, it
 * is a failure if
 *   - a line is handed out that does not lie in the file, or out of order;
 *   - a line is refused without a word;
 *   - an event cannot be: its time is no time, its outcome none, its group
 *     without a name, its latency there and not there.
 */
#define _GNU_SOURCE /* memfd_create */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tool/log_event.h"
#include "tool/log_input.h"

#define LATEST_NS SLI_DAYS(30000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "fuzz_log: %s\n", what);
	abort();
}

static void
add_rule(struct log_decoder *d, const char *text, enum sli_outcome outcome)
{
	struct sli_error err;

	must(log_decoder_rule(d, text, outcome, &err) == SLI_OK, "a rule");
}

static void
set_up(struct log_decoder *d, unsigned how)
{
	memset(d, 0, sizeof(*d));
	d->latest_ns = LATEST_NS;
	d->schema.format = (enum log_format)(how % (LOG_CSV + 1));
	d->schema.wanted = 1u << LOG_TIME | 1u << LOG_DURATION;
	d->schema.needed = 1u << LOG_TIME;
	if (how & 0x08) {
		d->schema.needed |= 1u << LOG_DURATION;
		d->schema.unit_ns = SLI_MILLIS(1);
	}
	add_rule(d, "status>=500", SLI_BAD);
	if (how & 0x10)
		add_rule(d, "/health*", SLI_IGNORED);
	if (how & 0x20)
		add_rule(d, "a.b!=x", SLI_SHED);
	if (how & 0x40) {
		d->schema.wanted |= 1u << LOG_GROUP;
		d->schema.key[LOG_GROUP] = "path";
	}
}

static void
check_event(const struct log_decoder *d, const struct log_event *e)
{
	must(e->at_ns <= LATEST_NS, "a time");
	must(e->outcome <= SLI_IGNORED, "an outcome");
	must(e->has_latency || e->latency_ns == 0, "a latency");
	must(d->groups.count <= LOG_GROUPS_MAX, "groups");
	if (d->schema.wanted >> LOG_GROUP & 1)
		must(e->group < d->groups.count &&
			d->groups.name[e->group][0] != '\0',
		    "a group");
	else
		must(e->group == 0, "no group");
}

static void
read_all(struct log_decoder *d, struct log_input *in)
{
	struct log_reader reader;
	struct log_record record;
	struct log_event event;
	struct log_why why;
	enum log_verdict verdict;
	uint64_t last = 0;
	char *line;
	size_t length;

	log_reader_begin(&reader, &d->schema);
	while (
	    log_input_line(in, log_reader_delimiter(&reader), &line, &length)) {
		must(in->lines > last, "numbers of lines");
		must(length > LOG_LINE_MAX ||
			memchr(line, '\n', length) == NULL ||
			log_reader_delimiter(&reader) != 0,
		    "a line of lines");
		last = in->lines;
		why.text[0] = '\0';
		verdict = log_reader_line(&reader, line, length, &record, &why);
		must((verdict == LOG_REFUSED) == (why.text[0] != '\0'),
		    "a word for what is refused");
		if (verdict != LOG_USABLE)
			continue;
		if (log_decode(d, &reader, &record, &event, &why) == 0)
			check_event(d, &event);
		else
			must(why.text[0] != '\0', "a refusal without a word");
	}
	log_reader_end(&reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_decoder decoder;
	struct log_input in;
	struct sli_error err;
	char path[32];
	int fd;

	if (size == 0)
		return 0;
	fd = memfd_create("log", MFD_CLOEXEC);
	must(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)size - 1,
	    "a file in memory");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	set_up(&decoder, data[0]);
	must(log_input_open(&in, path, &err) == SLI_OK, "an open");
	read_all(&decoder, &in);
	log_input_close(&in);
	log_decoder_free(&decoder);
	close(fd);
	return 0;
}
