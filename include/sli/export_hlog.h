/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_HLOG_H
#define SLI_EXPORT_HLOG_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/export.h>
#include <sli/export_hdr.h>
#include <sli/status.h>

/*
 * HdrHistogram's interval logs (.hlog): lines of text, one histogram each, with
 * when it began, how long it lasted and a tag. Times are ns since 1970. Of
 * libsli-export; <sli/sli.h> does not include this header.
 *
 * A reader and a writer are plain memory with one owner. A reader does not
 * allocate.
 */

/* What the lines up to now have said; all 0 to begin with. */
struct sli_hlog_reader {
	uint64_t line;	   /* number of the last */
	uint64_t start_ns; /* StartTime, or that of the first interval */
	uint64_t base_ns;  /* is added to the times of intervals */
	uint32_t known;	   /* libsli's */
};

/* The next line that is an interval; text points into the line. */
struct sli_hlog_interval {
	uint64_t start_ns;
	uint64_t length_ns;
	const char *tag; /* not ended by a NUL; "" if it has none */
	size_t tag_length;
	const char *histogram; /* for sli_hdr_decode(); not looked at yet */
	size_t histogram_length;
};

struct sli_hlog_writer {
	sli_export_write_fn *write;
	void *arg;
	uint64_t start_ns;
};

#define SLI_HLOG_TAG_MAX 255

SLI_BEGIN_DECLS

/**
 * Read one line of a log, versions 1.0 to 1.3.
 *
 * Comments and blank lines may be anywhere, header and legend may be missing,
 * lines may end in blanks and CR LF. The time of an interval is
 *
 *   BaseTime + what it says, if the log has a BaseTime;
 *   StartTime + what it says, if it says of the first interval more than a year
 *   before StartTime;
 *   what it says: then, in a log without a StartTime, perhaps not since 1970.
 *
 * That is what Java and JavaScript do; HdrHistogram_c ignores BaseTime. The
 * maximum of an interval is ignored, as by all readers: its unit is anybody's.
 *
 * @param line  need not end in a newline or a NUL.
 * @return 1: it is an interval; 0: it is none; or an error, after which the
 *         next line may be read.
 * Errors:   SLI_EINVAL (NULL), SLI_EVERSION, SLI_EPARSE.
 * Thread:   one owner.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hlog_read(struct sli_hlog_reader *reader,
    const char *line, size_t length, struct sli_hlog_interval *out,
    struct sli_error *err);

/**
 * Begin a log, of version 1.3, as Java, C and JavaScript can read it: no header
 * line is longer than 127 bytes, none is blank, times are absolute.
 *
 * @param start_ns  of which the log has the milliseconds.
 * Errors:   SLI_EINVAL (NULL), SLI_EIO (write said so).
 * Thread:   one owner.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hlog_begin(struct sli_hlog_writer *writer,
    uint64_t start_ns, sli_export_write_fn *write, void *arg,
    struct sli_error *err);

/**
 * Write an interval: a line, in one call of write. Its ends are cut to
 * milliseconds, so that intervals that adjoin do so in the log. Its maximum is
 * that of h / 1e6, as Java has it: of ns, in ms.
 *
 * @param tag  NULL or "": none; else up to 255 bytes without comma, blank, CR
 *             or LF.
 * Errors:   SLI_EINVAL (NULL, tag), SLI_ERANGE (more than a year before the
 *           log's start: readers would take it for relative), SLI_ENOMEM,
 *           SLI_EIO (write said so).
 * Thread:   one owner.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_hlog_write(struct sli_hlog_writer *writer,
    const char *tag, uint64_t start_ns, uint64_t length_ns,
    const struct sli_hdr *h, struct sli_error *err);

SLI_END_DECLS

#endif /* SLI_EXPORT_HLOG_H */
