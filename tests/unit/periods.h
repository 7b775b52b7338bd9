/* SPDX-License-Identifier: MIT */
#ifndef UNIT_PERIODS_H
#define UNIT_PERIODS_H

/* For tests of slices and calendar periods of a registry in a file. */

#include "files.h"
#include "indicator/bind.h"
#include "slo/slo.h"

/* 2025-02-01 00:00 in Berlin */
#define MONTH (T0 + SLI_DAYS(31) - SLI_HOURS(1))

static inline struct sli_slo *
add_slo(struct sli_registry *reg, const char *name, enum sli_method method,
    enum sli_calendar calendar)
{
	struct sli_indicator *ind = scratch_indicator(reg, "requests");
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;
	struct sli_error err;

	cfg.name = name;
	cfg.objective = 0.9;
	cfg.method = method;
	cfg.calendar = calendar;
	cfg.time_zone = calendar == SLI_ROLLING ? NULL : "Europe/Berlin";
	if (ind == NULL || sli_slo_register(ind, &cfg, &slo, &err) != SLI_OK)
		fail_msg("%s", err.message);
	return slo;
}

static inline struct sli_slo *
monthly_slices(struct sli_registry *reg)
{
	return add_slo(reg, "monthly", SLI_TIMESLICES, SLI_MONTH);
}

/* Opened again at that time, by a clock that is set to it. */
static inline struct sli_registry *
open_at(const char *path, uint64_t now_ns)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *reg = NULL;

	cfg.now_ns = now_ns;
	assert_int_equal(sli_registry_open(path, &cfg, &reg, NULL), SLI_OK);
	return reg;
}

static inline struct sli__zone_entry *
zone_entry(const struct sli_registry *reg)
{
	return sli__at(&reg->arena, reg->arena.geometry.zones_offset);
}

#endif /* UNIT_PERIODS_H */
