/* SPDX-License-Identifier: MIT */
#ifndef UNIT_OUTAGES_H
#define UNIT_OUTAGES_H

/* For tests of micro-outages, at 100 requests a second. */

#include <stdbool.h>

#include "slos.h"

#define SECOND SLI_SECONDS(1)
#define TENTH SLI_MILLIS(10) /* at 100 requests a second */

static inline struct sli_slo *
add_with(uint32_t flags)
{
	struct sli_slo_config cfg = config(0.999);

	cfg.flags = flags;
	return add(&cfg);
}

static inline struct sli_outage
outage_at(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_outage o;

	assert_int_equal(sli_slo_outage(slo, now_ns, &o), SLI_OK);
	return o;
}

static inline bool
is_logged(uint32_t back, struct sli_alert_record *r)
{
	int status = sli_alert_read(reg, back, r);

	assert_true(status == SLI_OK || status == SLI_ENOENT);
	return status == SLI_OK;
}

static inline uint32_t
records(void)
{
	struct sli_alert_record r;
	uint32_t n = 0;

	while (is_logged(n, &r))
		n++;
	return n;
}

/* 100 requests a second, evenly, in [*now, to). */
static inline void
serve(uint64_t *now, uint64_t to, enum sli_outcome outcome)
{
	for (; *now < to; *now += TENTH)
		sli_record(ind, *now, outcome, SLI_MILLIS(1));
}

#endif /* UNIT_OUTAGES_H */
