/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/sink.h"

void
sli__sink_open(struct sli__sink *sink, sli_export_write_fn *write, void *arg)
{
	sink->write = write;
	sink->arg = arg;
	sink->failed = false;
	sink->used = 0;
}

static void
flush(struct sli__sink *sink)
{
	if (sink->used > 0 && !sink->failed)
		sink->failed = sink->write(sink->bytes, sink->used,
				   sink->arg) != 0;
	sink->used = 0;
}

int
sli__sink_close(struct sli__sink *sink, struct sli_error *err)
{
	flush(sink);
	if (!sink->failed)
		return SLI_OK;
	if (err != NULL) {
		err->status = SLI_EIO;
		strcpy(err->message, "the write function failed");
	}
	return SLI_EIO;
}

void
sli__put_over(struct sli__sink *sink, const void *bytes, size_t length)
{
	const char *from = bytes;
	size_t n;

	while (length > 0) {
		if (sink->used == sizeof(sink->bytes))
			flush(sink);
		n = sizeof(sink->bytes) - sink->used;
		if (n > length)
			n = length;
		memcpy(sink->bytes + sink->used, from, n);
		sink->used += n;
		from += n;
		length -= n;
	}
}

/* Digits to the end of a buffer; returns where they begin. */
static char *
digits(char *end, uint64_t value)
{
	do
		*--end = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	return end;
}

void
sli__put_u64(struct sli__sink *sink, uint64_t value)
{
	char text[20], *from = digits(text + sizeof(text), value);

	sli__put_bytes(sink, from, (size_t)(text + sizeof(text) - from));
}

/* printf writes the point of the locale, which may be several bytes. */
static void
put_with_point(struct sli__sink *sink, const char *text)
{
	const char *point = localeconv()->decimal_point;
	const char *at = strstr(text, point);

	if (at == NULL) {
		sli__put(sink, text);
		return;
	}
	sli__put_bytes(sink, text, (size_t)(at - text));
	sli__put_char(sink, '.');
	sli__put(sink, at + strlen(point));
}

void
sli__put_double(struct sli__sink *sink, double value)
{
	char text[40];
	int digit_count;

	if (isnan(value) || isinf(value)) {
		sli__put(sink,
		    isnan(value)  ? "NaN" :
			value > 0 ? "+Inf" :
				    "-Inf");
		return;
	}
	for (digit_count = 15; digit_count <= 17; digit_count++) {
		snprintf(text, sizeof(text), "%.*g", digit_count, value);
		if (strtod(text, NULL) == value)
			break;
	}
	put_with_point(sink, text);
}

/* As Go's %g, which is what `le` is compared by: 1e-06 below 0.0001. */
void
sli__put_seconds(struct sli__sink *sink, uint64_t ns)
{
	char text[40], *end = text + sizeof(text), *from;
	uint64_t whole = ns / 1000000000, part = ns % 1000000000;
	size_t places = 9;

	if (ns > 0 && ns < 100000) {
		while (ns % 10 == 0) {
			ns /= 10;
			places--;
		}
		from = digits(end, ns);
		places -= (size_t)(end - from) - 1;
		sli__put_char(sink, *from++);
		if (from < end)
			sli__put_char(sink, '.');
		sli__put_bytes(sink, from, (size_t)(end - from));
		sli__put(sink, "e-0");
		sli__put_u64(sink, places);
		return;
	}
	while (part % 10 == 0 && places > 1) {
		part /= 10;
		places--;
	}
	from = digits(end, part);
	while ((size_t)(end - from) < places)
		*--from = '0';
	*--from = '.';
	from = digits(from, whole);
	sli__put_bytes(sink, from, (size_t)(end - from));
}
