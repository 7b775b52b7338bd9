/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_ZONES_H
#define SLI_SLO_ZONES_H

/*
 * The time zones that a registry's SLOs have periods in. Their rules lie in the
 * block, so that all processes go by the same, and none needs the system's
 * database to read a budget. UTC is not among them.
 */

#include <sli/slo.h>

#include "indicator/indicator.h"
#include "slo/zone.h"

/* One more than is promised: for rules that replace others. */
#define SLI__ZONE_PLACES (SLI_TIME_ZONES_MAX + 1)

/* In the block; life as an indicator's, of the zone. */
struct sli__zone_entry {
	uint64_t life;
	struct sli__zone zone;
};

/* This process's copy. Immutable once bound, see indicator/bind.h. */
struct sli__zone_handle {
	uint64_t bound;
	struct sli__zone zone; /* checked */
};

/* "", NULL and "UTC" are one. */
const char *sli__zone_plain_name(const char *name);

/*
 * The zone of a plain name; NULL: it is not there, or not to be had now. Async-
 * signal-safe, as binding is.
 */
const struct sli__zone *sli__zones_at(struct sli_registry *reg,
    const char *name);

/* Wait until no other thread binds one, for who can. */
void sli__zones_wait(struct sli_registry *reg);

/*
 * The same, added if it is not there. Under the lock. Errors: SLI_ENOSPC,
 * SLI_ECORRUPT.
 */
int sli__zones_add(struct sli_registry *reg, const struct sli__zone *zone,
    struct sli_error *err);

/*
 * For who opens a file alone: forget the zones that no SLO has, and take the
 * system's rules for the others, where it has other ones now. One that it has
 * no more keeps its own.
 */
void sli__zones_settle(struct sli_registry *reg, uint64_t now_ns);

/* Put this process's copies into a block that is new. */
void sli__zones_publish(struct sli_registry *reg);

#endif /* SLI_SLO_ZONES_H */
