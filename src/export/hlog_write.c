/* SPDX-License-Identifier: MIT */
/* Logs that every peer reads. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sli/export_hlog.h>
#include <sli/time.h>
#include <sli/version.h>

#include "export/config.h"
#include "export/date.h"
#include "export/sink.h"

#define YEAR_NS SLI_DAYS(365)

/* As Java's Date.toString(): Tue Nov 14 22:13:20 UTC 2023 */
static void
format_date(char *out, size_t size, uint64_t at_s)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct sli__date d;

	sli__date_of(at_s, &d);
	snprintf(out, size, "%.3s %.3s %02u %02u:%02u:%02u UTC %" PRIu64,
	    days + (size_t)3 * d.weekday, months + (size_t)3 * (d.month - 1),
	    d.day, d.hour, d.minute, d.second, d.year);
}

static void
put_milliseconds(struct sli__sink *sink, uint64_t ms)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%03" PRIu64, ms / 1000,
	    ms % 1000);
	sli__put(sink, text);
}

int
sli_hlog_begin(struct sli_hlog_writer *writer, uint64_t start_ns,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct sli__sink sink;
	char date[48];

	if (writer == NULL || write == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    writer == NULL ? "writer" : "write");
	writer->write = write;
	writer->arg = arg;
	writer->start_ns = start_ns;
	format_date(date, sizeof(date), start_ns / SLI_SECONDS(1));
	sli__sink_open(&sink, write, arg);
	sli__put(&sink,
	    "#[Written by libsli " SLI_VERSION "]\n"
	    "#[Histogram log format version 1.3]\n"
	    "#[StartTime: ");
	put_milliseconds(&sink, start_ns / SLI_MILLIS(1));
	sli__put(&sink, " (seconds since epoch), ");
	sli__put(&sink, date);
	sli__put(&sink,
	    "]\n\"StartTimestamp\",\"Interval_Length\","
	    "\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
	return sli__sink_close(&sink, err);
}

static int
check_interval(const struct sli_hlog_writer *writer, const char *tag,
    uint64_t start_ns, struct sli_error *err)
{
	size_t length = strlen(tag);

	if (length > SLI_HLOG_TAG_MAX)
		return sli__addon_fail(err, SLI_EINVAL,
		    "tag is %zu bytes long; accepted: up to %d", length,
		    SLI_HLOG_TAG_MAX);
	if (strpbrk(tag, ", \t\r\n") != NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "tag \"%.200s\" is not valid; accepted: no comma, blank, "
		    "CR or LF",
		    tag);
	if (writer->start_ns > YEAR_NS && start_ns < writer->start_ns - YEAR_NS)
		return sli__addon_fail(err, SLI_ERANGE,
		    "start_ns %" PRIu64 " is out of range; accepted: no more "
		    "than a year before the log's start, %" PRIu64,
		    start_ns, writer->start_ns);
	return SLI_OK;
}

/* A sink that has no function to write to. */
_Static_assert(SLI__SINK_BYTES > SLI_HLOG_TAG_MAX + 128,
    "what stands before a histogram is rendered in one piece");

static void
put_interval(struct sli__sink *sink, const char *tag, uint64_t start_ns,
    uint64_t length_ns, uint64_t max_ns)
{
	uint64_t from_ms = start_ns / SLI_MILLIS(1);
	uint64_t to_ns = length_ns < UINT64_MAX - start_ns ?
	    start_ns + length_ns :
	    UINT64_MAX;

	if (*tag != '\0') {
		sli__put(sink, "Tag=");
		sli__put(sink, tag);
		sli__put_char(sink, ',');
	}
	put_milliseconds(sink, from_ms);
	sli__put_char(sink, ',');
	put_milliseconds(sink, to_ns / SLI_MILLIS(1) - from_ms);
	sli__put_char(sink, ',');
	/* Thousandths of a millisecond. */
	put_milliseconds(sink, max_ns / 1000);
	sli__put_char(sink, ',');
}

/* In one piece, so that who writes it writes all of the line or nothing. */
static int
write_line(const struct sli_hlog_writer *writer, const struct sli__sink *head,
    const struct sli_hdr *h, struct sli_error *err)
{
	size_t size = sli_hdr_size(h, SLI_HDR_BASE64), length;
	char *line = malloc(head->used + size + 1);
	int status;

	if (line == NULL)
		return sli__addon_fail(err, SLI_ENOMEM,
		    "no memory for %zu bytes of base64", size);
	memcpy(line, head->bytes, head->used);
	status = sli_hdr_encode(h, SLI_HDR_BASE64, line + head->used, size,
	    &length, err);
	if (status == SLI_OK) {
		length += head->used;
		line[length++] = '\n';
		if (writer->write(line, length, writer->arg) != 0)
			status = sli__addon_fail(err, SLI_EIO,
			    "the write function failed");
	}
	free(line);
	return status;
}

int
sli_hlog_write(struct sli_hlog_writer *writer, const char *tag,
    uint64_t start_ns, uint64_t length_ns, const struct sli_hdr *h,
    struct sli_error *err)
{
	struct sli__sink head;
	uint64_t max = 0;
	int status;

	if (writer == NULL || h == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    writer == NULL ? "writer" : "h");
	if (tag == NULL)
		tag = "";
	status = check_interval(writer, tag, start_ns, err);
	if (status != SLI_OK)
		return status;
	if (sli_hdr_max(h, &max) != SLI_OK)
		max = 0;
	sli__sink_open(&head, NULL, NULL);
	put_interval(&head, tag, start_ns, length_ns, max);
	return write_line(writer, &head, h, err);
}
