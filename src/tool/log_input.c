/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* fstat */

#include "log_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "report.h"

/* Holds the longest line twice, so that few of them have to be moved. */
#define BUFFER_BYTES (4 * LOG_LINE_MAX)

static int
cannot_open(const char *path, int number, struct sli_error *err)
{
	int status = number == ENOENT ? SLI_ENOENT :
	    number == EACCES	      ? SLI_EACCES :
					SLI_EIO;

	return report_set(err, status, "%s cannot be opened: %s", path,
	    strerror(number));
}

int
log_input_open(struct log_input *in, const char *path, struct sli_error *err)
{
	int is_stdin = strcmp(path, "-") == 0;
	struct stat st;
	int fd;

	memset(in, 0, sizeof(*in));
	in->path = is_stdin ? "stdin" : path;
	in->next = 1;
	fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		return cannot_open(in->path, errno, err);
	if (S_ISDIR(st.st_mode)) {
		close(fd);
		return cannot_open(in->path, EISDIR, err);
	}
	if (S_ISREG(st.st_mode))
		in->size = (uint64_t)st.st_size;
	in->file = gzdopen(fd, "rb");
	if (in->file == NULL) {
		close(fd);
		return cannot_open(in->path, ENOMEM, err);
	}
	gzbuffer(in->file, 128 * 1024);
	in->buffer = mem_array(BUFFER_BYTES + LOG_PADDING, 1);
	return SLI_OK;
}

void
log_input_close(struct log_input *in)
{
	if (in->file != NULL)
		gzclose(in->file);
	free(in->buffer);
	in->file = NULL;
	in->buffer = NULL;
}

uint64_t
log_input_offset(const struct log_input *in)
{
	z_off_t offset = gzoffset(in->file);

	return offset < 0 ? 0 : (uint64_t)offset;
}

/* What a file cut short, or no longer readable, had until there is used. */
static void
note_trouble(struct log_input *in)
{
	int number;
	const char *text = gzerror(in->file, &number);

	if (number == Z_ERRNO)
		text = strerror(errno);
	if (number != Z_OK && number != Z_STREAM_END)
		snprintf(in->trouble, sizeof(in->trouble),
		    "%s cannot be read to its end: %s", in->path, text);
}

/* Returns 0 if there is no more, or no room. */
static int
fill(struct log_input *in)
{
	int got;

	if (in->at_end)
		return 0;
	if (in->begin > 0) {
		memmove(in->buffer, in->buffer + in->begin,
		    in->end - in->begin);
		in->end -= in->begin;
		in->begin = 0;
	}
	if (in->end == BUFFER_BYTES)
		return 0;
	got = gzread(in->file, in->buffer + in->end,
	    (unsigned)(BUFFER_BYTES - in->end));
	if (got > 0) {
		in->end += (size_t)got;
		return 1;
	}
	note_trouble(in);
	in->at_end = 1;
	return 0;
}

/* The newline that ends a line, looked for behind the first `from` bytes. */
static char *
newline(const struct log_input *in, size_t from)
{
	return memchr(in->buffer + in->begin + from, '\n',
	    in->end - in->begin - from);
}

/*
 * Step over the quotes before `end`; a field is quoted from its first byte on,
 * and "" in it is a quote. Says whether `end` is in such a field.
 */
static int
is_quoted(const char *line, const char **at, const char *end, char delimiter,
    int inside)
{
	const char *quote;

	while ((quote = memchr(*at, '"', (size_t)(end - *at))) != NULL) {
		*at = quote + 1;
		if (!inside)
			inside = quote == line || quote[-1] == delimiter;
		else if (*at < end && **at == '"')
			++*at;
		else
			inside = 0;
	}
	return inside;
}

/* The newline that ends a line of CSV. */
static char *
newline_unquoted(const struct log_input *in, char delimiter)
{
	const char *line = in->buffer + in->begin, *at = line;
	char *end = newline(in, 0);
	int inside = 0;

	while (end != NULL) {
		inside = is_quoted(line, &at, end, delimiter, inside);
		if (!inside)
			return end;
		end = newline(in, (size_t)(end + 1 - line));
	}
	return NULL;
}

static size_t
count_newlines(const char *at, const char *end)
{
	size_t n = 0;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		n++;
		at++;
	}
	return n;
}

/* The rest of a line that is too long. */
static void
skip_line(struct log_input *in)
{
	char *end;

	for (;;) {
		end = newline(in, 0);
		if (end != NULL) {
			in->begin = (size_t)(end - in->buffer) + 1;
			return;
		}
		in->begin = in->end;
		if (!fill(in))
			return;
	}
}

static int
hand_out(struct log_input *in, const char *end, int may_be_several, char **line,
    size_t *length)
{
	size_t n;

	*line = in->buffer + in->begin;
	n = (size_t)(end - *line);
	in->begin += n + (end < in->buffer + in->end);
	in->lines = in->next;
	in->next += 1 + (may_be_several ? count_newlines(*line, end) : 0);
	if (n > 0 && end[-1] == '\r')
		n--;
	if (in->lines == 1 && n >= 3 && memcmp(*line, "\xef\xbb\xbf", 3) == 0) {
		*line += 3;
		n -= 3;
	}
	*length = n;
	return 1;
}

int
log_input_line(struct log_input *in, char delimiter, char **line,
    size_t *length)
{
	char *end;
	size_t seen = 0, left;

	for (;;) {
		left = in->end - in->begin;
		end = delimiter != 0 ? newline_unquoted(in, delimiter) :
				       newline(in, seen);
		if (end != NULL || left > LOG_LINE_MAX || !fill(in))
			break;
		seen = left;
	}
	left = in->end - in->begin;
	/* A quote that is never closed ends with its line. */
	if (delimiter != 0 &&
	    (end == NULL ||
		end - (in->buffer + in->begin) > (ptrdiff_t)LOG_LINE_MAX))
		end = newline(in, 0);
	if (end == NULL && left == 0)
		return 0;
	if (end == NULL && left <= LOG_LINE_MAX)
		end = in->buffer + in->end;
	if (end != NULL && end - (in->buffer + in->begin) <= LOG_LINE_MAX)
		return hand_out(in, end, delimiter != 0, line, length);
	*line = in->buffer + BUFFER_BYTES;
	*length = LOG_LINE_MAX + 1;
	in->lines = in->next++;
	skip_line(in);
	return 1;
}
