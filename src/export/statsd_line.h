/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_STATSD_LINE_H
#define SLI_EXPORT_STATSD_LINE_H

/*
 * Lines in either dialect. An object (an indicator, an SLO) is named once: as
 * tags, or as parts of a name. Then each line is a metric of it, with up to one
 * qualifier, a tag of its own:
 *
 *	sli.events:12|c|#sli:checkout,region:eu,outcome:good
 *	sli.events.checkout.region_eu.good:12|c
 */

#include "export/statsd.h"

/* A sample rate is one in so many, of which the inverse is exact. */
#define SLI__STATSD_PLAIN_MAX (UINT64_C(1) << 20)
#define SLI__STATSD_POWER_MAX 27 /* 5^27 has 19 digits */

/* A tag behind others: "name:value", without what the grammar gives meaning. */
void sli__line_tag(struct sli__sink *sink, const char *name, const char *value);

void sli__line_no_object(struct sli_statsd *statsd);
void sli__line_indicator(struct sli_statsd *statsd,
    const struct sli_indicator_view *view);
void sli__line_slo(struct sli_statsd *statsd, const char *name);

/* Begin lines of a metric of the object; tag NULL: without a qualifier. */
struct sli__line {
	const char *metric;
	const char *type;
	const char *tag, *qualifier;
	uint64_t events; /* that a value stands for */
};

void sli__line_begin(struct sli_statsd *statsd, const struct sli__line *line);

/*
 * A value of the line that was begun: a latency that stands for so many events
 * from this cell on. False: as of sli__packet_put().
 */
bool sli__line_put_ms(struct sli_statsd *statsd, uint64_t ns,
    struct sli__statsd_cell *first, uint64_t events);

/* A whole line of a gauge, or of what is left of a count if there is any. */
void sli__line_gauge(struct sli_statsd *statsd, const char *metric,
    const char *tag, const char *qualifier, double value);
void sli__line_count(struct sli_statsd *statsd, const char *metric,
    const char *tag, const char *qualifier, struct sli__statsd_cell *cell);

/*
 * 1 / events, as a decimal that is read as the double next to it. 24 digits are
 * exact for powers of two up to 2^27. Otherwise they are off by 1e-23 of it,
 * and so do not pass the middle of two doubles: that is m 2^-e with m of 54
 * bits, and m * events differs from 2^e by one at least, so 1 / events from the
 * middle by 2^-e, of it, which is 2^-74 for SLI__STATSD_PLAIN_MAX.
 */
void sli__put_rate(struct sli__sink *sink, uint64_t events);

/* Is 1 / (1 / events) that number, in doubles? Not so of 49. */
bool sli__rate_inverts(uint64_t events);

#endif /* SLI_EXPORT_STATSD_LINE_H */
