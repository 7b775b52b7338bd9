/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "arena/audit.h"
#include "base/atomic.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "slo/slo.h"
#include "slo/zones.h"

static struct sli__zone_entry *
entry_at(const struct sli_registry *reg, uint32_t i)
{
	struct sli__zone_entry *entries = sli__at(&reg->arena,
	    reg->arena.geometry.zones_offset);

	return &entries[i];
}

const char *
sli__zone_plain_name(const char *name)
{
	return name == NULL || strcmp(name, sli__zone_utc.name) == 0 ? "" :
								       name;
}

/* Copied before it is looked at (I10). */
static bool
bind(struct sli_registry *reg, uint32_t i)
{
	struct sli__zone_handle *handle = &reg->zones[i];
	const struct sli__zone_entry *e = entry_at(reg, i);
	uint64_t life = load_acquire(&e->life);
	bool sound;

	if (!sli__bind_begin(&handle->bound, life))
		return false;
	if (load_acquire(&handle->bound) == life)
		return true;
	memcpy(&handle->zone, &e->zone, sizeof(handle->zone));
	sound = sli__life_of(&handle->zone, sizeof(handle->zone)) == life &&
	    sli__zone_check(&handle->zone, NULL) == SLI_OK;
	sli__bind_end(&handle->bound, sound ? life : 0);
	return sound;
}

static const struct sli__zone *
zone_at(struct sli_registry *reg, uint32_t i)
{
	/* Pairs with the release in publish(). */
	uint64_t life = load_acquire(&entry_at(reg, i)->life);

	if (life < SLI__LIFE_ALIVE)
		return NULL;
	if (load_acquire(&reg->zones[i].bound) != life && !bind(reg, i))
		return NULL;
	return &reg->zones[i].zone;
}

const struct sli__zone *
sli__zones_at(struct sli_registry *reg, const char *name)
{
	const struct sli__zone *zone;
	uint32_t i;

	if (*name == '\0')
		return &sli__zone_utc;
	for (i = 0; i < SLI__ZONE_PLACES; i++) {
		zone = zone_at(reg, i);
		if (zone != NULL && strcmp(zone->name, name) == 0)
			return zone;
	}
	return NULL;
}

void
sli__zones_wait(struct sli_registry *reg)
{
	const uint64_t *bound;
	uint64_t before;
	uint32_t i;

	for (i = 0; i < SLI__ZONE_PLACES; i++) {
		bound = &reg->zones[i].bound;
		do
			before = load_acquire(bound);
		while (zone_at(reg, i) == NULL &&
		    load_relaxed(&entry_at(reg, i)->life) >= SLI__LIFE_ALIVE &&
		    sli__bind_wait(bound, before));
	}
}

static void
publish(struct sli__zone_entry *e, const struct sli__zone *zone)
{
	memcpy(&e->zone, zone, sizeof(e->zone));
	/* Pairs with the acquires in zone_at() and bind(). */
	store_release(&e->life, sli__life_of(zone, sizeof(*zone)));
}

/* SLI__ZONE_PLACES: there is none. */
static uint32_t
find_place(const struct sli_registry *reg)
{
	uint32_t i;

	for (i = 0; i < SLI__ZONE_PLACES; i++)
		if (load_relaxed(&entry_at(reg, i)->life) == SLI__LIFE_FREE &&
		    load_relaxed(&reg->zones[i].bound) == 0)
			break;
	return i;
}

static uint32_t
count_taken(const struct sli_registry *reg)
{
	uint32_t i, taken = 0;

	for (i = 0; i < SLI__ZONE_PLACES; i++)
		taken += load_relaxed(&entry_at(reg, i)->life) !=
		    SLI__LIFE_FREE;
	return taken;
}

int
sli__zones_add(struct sli_registry *reg, const struct sli__zone *zone,
    struct sli_error *err)
{
	const char *name = sli__zone_plain_name(zone->name);
	uint32_t i;

	sli__zones_wait(reg);
	if (sli__zones_at(reg, name) != NULL)
		return SLI_OK;
	i = find_place(reg);
	if (i == SLI__ZONE_PLACES || count_taken(reg) >= SLI_TIME_ZONES_MAX)
		return sli__fail(err, SLI_ENOSPC,
		    "time_zone \"%s\" is one too many: a registry has up to "
		    "%u, beside UTC; accepted: one that another SLO has, or "
		    "another registry",
		    name, (uint64_t)SLI_TIME_ZONES_MAX);
	publish(entry_at(reg, i), zone);
	if (zone_at(reg, i) != NULL)
		return SLI_OK;
	return sli__fail(err, SLI_ECORRUPT,
	    "time_zone \"%s\" was overwritten while it was made", name);
}

static bool
is_used(struct sli_registry *reg, const struct sli__zone *zone)
{
	uint64_t i, count = sli__slo_count(reg);
	const struct sli_slo *slo;

	for (i = 0; i < count; i++) {
		slo = sli__slo_at(reg, i);
		if (slo != NULL && slo->zone == zone)
			return true;
	}
	return false;
}

static void
forget(struct sli_registry *reg, uint32_t i)
{
	struct sli__zone_entry *e = entry_at(reg, i);

	if (load_relaxed(&e->life) != SLI__LIFE_FREE)
		store_release(&e->life, SLI__LIFE_FREE);
	store_relaxed(&reg->zones[i].bound, 0);
}

/*
 * In another place, and then the old one goes: who dies in between leaves both,
 * of which SLOs have the one that is found first.
 */
static void
replace(struct sli_registry *reg, uint32_t old, const struct sli__zone *zone,
    uint64_t now_ns)
{
	const struct sli__zone *before = &reg->zones[old].zone, *after;
	uint32_t place = find_place(reg);
	uint64_t i;

	if (place == SLI__ZONE_PLACES)
		return;
	publish(entry_at(reg, place), zone);
	after = zone_at(reg, place);
	if (after == NULL)
		return;
	for (i = 0; i < reg->arena.geometry.max_slos; i++)
		if (reg->slos[i].zone == before)
			reg->slos[i].zone = after;
	forget(reg, old);
	sli__audit_write(&reg->arena, SLI_AUDIT_ZONE, now_ns, 0, zone->name,
	    "the system's time-zone database has other rules for it now");
}

void
sli__zones_settle(struct sli_registry *reg, uint64_t now_ns)
{
	const struct sli__zone *zone;
	struct sli__zone system;
	uint32_t i;

	for (i = 0; i < SLI__ZONE_PLACES; i++) {
		zone = zone_at(reg, i);
		if (zone == NULL || !is_used(reg, zone)) {
			forget(reg, i);
			continue;
		}
		if (sli__zone_load(zone->name, &system, NULL) == SLI_OK &&
		    memcmp(&system, zone, sizeof(system)) != 0)
			replace(reg, i, &system, now_ns);
	}
}

void
sli__zones_publish(struct sli_registry *reg)
{
	uint32_t i;

	for (i = 0; i < SLI__ZONE_PLACES; i++)
		if (load_acquire(&reg->zones[i].bound) >= SLI__LIFE_ALIVE)
			publish(entry_at(reg, i), &reg->zones[i].zone);
}
