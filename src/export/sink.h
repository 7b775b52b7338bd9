/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_SINK_H
#define SLI_EXPORT_SINK_H

/*
 * What exporters write through: bytes are gathered, so that the caller's
 * function is called seldom. After it has failed nothing more is written.
 * Numbers are written the same in every locale.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <sli/export.h>

#define SLI__SINK_BYTES 4096

struct sli__sink {
	sli_export_write_fn *write;
	void *arg;
	bool failed;
	size_t used;
	char bytes[SLI__SINK_BYTES];
};

void sli__sink_open(struct sli__sink *sink, sli_export_write_fn *write,
    void *arg);

/* SLI_OK, or SLI_EIO if the caller's function failed. */
int sli__sink_close(struct sli__sink *sink, struct sli_error *err);

/* What does not fit into the rest of the buffer. */
void sli__put_over(struct sli__sink *sink, const void *bytes, size_t length);

static inline void
sli__put_bytes(struct sli__sink *sink, const void *bytes, size_t length)
{
	if (length <= sizeof(sink->bytes) - sink->used) {
		memcpy(sink->bytes + sink->used, bytes, length);
		sink->used += length;
	} else {
		sli__put_over(sink, bytes, length);
	}
}

static inline void
sli__put(struct sli__sink *sink, const char *text)
{
	sli__put_bytes(sink, text, strlen(text));
}

static inline void
sli__put_char(struct sli__sink *sink, char c)
{
	sli__put_bytes(sink, &c, 1);
}

void sli__put_u64(struct sli__sink *sink, uint64_t value);

/* As short as it can be and still be read as the same double. */
void sli__put_double(struct sli__sink *sink, double value);

/* Nanoseconds as decimal seconds: 0.3, 1.0, 1e-06; exact. */
void sli__put_seconds(struct sli__sink *sink, uint64_t ns);

#endif /* SLI_EXPORT_SINK_H */
