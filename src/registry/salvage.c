/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "arena/annotation.h"
#include "arena/audit.h"
#include "base/status.h"
#include "indicator/bind.h"
#include "registry/header.h"
#include "registry/mend.h"
#include "registry/salvage.h"
#include "slo/alert_log.h"

void
sli__report(struct sli__report *report, enum sli_finding_kind kind,
    const struct sli_error *sentence)
{
	struct sli_finding finding;

	report->damages += kind == SLI_FINDING_DAMAGE;
	report->losses += kind == SLI_FINDING_LOSS;
	if (report->fn == NULL)
		return;
	finding.kind = kind;
	memcpy(finding.what, sentence->message, sizeof(finding.what));
	report->fn(&finding, report->arg);
}

static int
pass_on(int status, const struct sli_error *why, struct sli_error *err)
{
	if (err != NULL)
		*err = *why;
	return status;
}

/* Of the file, or if that is damaged, its copy. */
static int
read_header(struct sli__salvage *s, const struct sli__file *file,
    struct sli__block *header, struct sli__report *report,
    struct sli_error *err)
{
	struct sli__block copy;
	struct sli_error why;
	int status = sli__header_look(file, &s->file_bytes, header, &why);

	if (status != SLI_OK && status != SLI_ECORRUPT &&
	    status != SLI_EVERSION)
		return pass_on(status, &why, err);
	if (sli__header_read_copy(file, s->file_bytes, &copy, NULL) == SLI_OK) {
		if (status == SLI_OK)
			return SLI_OK;
		/* The copy is sound, so this is damage, whatever it says. */
		sli__report(report, SLI_FINDING_DAMAGE, &why);
		*header = copy;
		return SLI_OK;
	}
	if (status != SLI_OK)
		return pass_on(status, &why, err);
	sli__fail(&why, SLI_OK, "the copy of the header is damaged or missing");
	sli__report(report, SLI_FINDING_DAMAGE, &why);
	return SLI_OK;
}

/* [from, to) of the file, but for pages that are zero. */
static int
read_pages(const struct sli__file *file, char *block, uint64_t from,
    uint64_t to, struct sli_error *err)
{
	static const char zeros[SLI__PAGE];
	char page[SLI__PAGE];
	uint64_t n;
	int status;

	for (;; from += n) {
		from = sli__file_next_data(file, from);
		if (from >= to)
			return SLI_OK;
		n = min_u64(SLI__PAGE - from % SLI__PAGE, to - from);
		status = sli__file_read(file, page, n, from, err);
		if (status != SLI_OK)
			return status;
		if (memcmp(page, zeros, n) != 0)
			memcpy(block + from, page, n);
	}
}

/*
 * Histories first, since the totals that they are compared with may be those of
 * a file in use.
 */
static int
read_block(struct sli__salvage *s, struct sli__arena *arena,
    const struct sli__block *header, struct sli_error *err)
{
	const struct sli__geometry *g = &header->geometry;
	uint64_t end = min_u64(s->file_bytes, g->size_bytes);
	uint64_t middle = min_u64(end, g->arena_offset);
	char *block = sli__memory_map(g->size_bytes);
	int status;

	if (block == NULL)
		return sli__fail(err, SLI_ENOMEM,
		    "no memory for a copy of %u bytes", g->size_bytes);
	arena->file.map = block;
	arena->file.map_bytes = g->size_bytes;
	arena->block = arena->file.map;
	arena->geometry = *g;
	arena->is_view = true;
	status = read_pages(&arena->file, block, middle, end, err);
	if (status == SLI_OK)
		status = read_pages(&arena->file, block, 0, middle, err);
	return status;
}

int
sli__salvage_open(struct sli__salvage *s, const char *path,
    struct sli__report *report, struct sli_error *err)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli__block header;
	struct sli__arena arena;
	int status;

	memset(&arena, 0, sizeof(arena));
	status = sli__registry_check(&cfg, err);
	if (status == SLI_OK)
		status = sli__file_open(&arena.file, path, SLI__FILE_READ, err);
	if (status != SLI_OK)
		return status;
	status = read_header(s, &arena.file, &header, report, err);
	if (status == SLI_OK)
		status = read_block(s, &arena, &header, err);
	if (status == SLI_OK)
		status = sli__registry_make(&arena, &cfg, &s->reg, err);
	if (status != SLI_OK)
		sli__file_close(&arena.file);
	return status;
}

void
sli__salvage_close(struct sli__salvage *s)
{
	sli_registry_close(s->reg);
}

struct sli_indicator *
sli__salvage_indicator(const struct sli__salvage *s, uint64_t index)
{
	return sli__indicator_at(s->reg, index);
}

/* As if it had been removed: nothing of it is saved. */
static void
give_up(uint64_t *life)
{
	store_relaxed(life, SLI__LIFE_REMOVED);
}

static void
examine_counts(struct sli__salvage *s, struct sli__report *report)
{
	const struct sli__geometry *g = &s->reg->arena.geometry;
	const struct sli__block *block = s->reg->arena.block;
	struct sli_error e;

	sli__fail(&e, SLI_OK,
	    "the header's counts are damaged: %u indicators, %u SLOs, %u "
	    "bytes in use",
	    block->indicator_count, block->slo_count, block->used_bytes);
	if (block->indicator_count > g->max_indicators ||
	    block->slo_count > g->max_slos ||
	    block->used_bytes < g->arena_offset ||
	    block->used_bytes > g->size_bytes)
		sli__report(report, SLI_FINDING_DAMAGE, &e);
	sli__fail(&e, SLI_OK, "the file was truncated: it has %u bytes of %u",
	    s->file_bytes, sli__header_file_bytes(g));
	if (s->file_bytes < sli__header_file_bytes(g))
		sli__report(report, SLI_FINDING_DAMAGE, &e);
}

static bool
has_counted(const struct sli_indicator *ind)
{
	struct sli__events all;
	uint32_t i;

	sli__totals(ind, &all);
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		if (all.cell[i] != 0)
			return true;
	return false;
}

/* Returns the end of its space, or `end` if it is given up. */
static uint64_t
examine_place(struct sli__salvage *s, struct sli_indicator *ind, uint64_t index,
    uint64_t end, struct sli__report *report)
{
	const struct sli__indicator_spec *spec = &ind->spec;
	uint64_t its_end = spec->arena_offset + spec->arena_bytes;
	struct sli_error e;

	if (spec->arena_offset < end) {
		sli__fail(&e, SLI_OK,
		    "indicator \"%s\" lies over another: it cannot be saved",
		    spec->name);
		sli__report(report, SLI_FINDING_LOSS, &e);
		give_up(&ind->entry->life);
		return end;
	}
	if (index >= sli__indicator_count(s->reg)) {
		/* Its maker died before it was counted, and nothing else. */
		if (!has_counted(ind)) {
			give_up(&ind->entry->life);
			return end;
		}
		sli__fail(&e, SLI_OK,
		    "indicator \"%s\" lies past the count of them", spec->name);
		sli__report(report, SLI_FINDING_DAMAGE, &e);
	}
	if (its_end > s->file_bytes) {
		sli__fail(&e, SLI_OK,
		    "the file ends before the end of the history of indicator "
		    "\"%s\"",
		    spec->name);
		sli__report(report, SLI_FINDING_LOSS, &e);
	}
	return its_end;
}

static int
examine_history(struct sli_indicator *ind, uint64_t now_ns,
    struct sli__report *report, struct sli_error *err)
{
	struct sli__mending m;
	struct sli_error e;
	int status = sli__mend_indicator(ind, SLI__MEND_LOOK, now_ns, &m);

	if (status != SLI_OK)
		return sli__fail(err, status, "no memory to examine with");
	sli__fail(&e, SLI_OK,
	    "indicator \"%s\": %u snapshots contradict the others, %u totals "
	    "their snapshots",
	    ind->spec.name, m.dropped, m.raised);
	if (m.dropped + m.raised > 0)
		sli__report(report, SLI_FINDING_DAMAGE, &e);
	sli__fail(&e, SLI_OK,
	    "indicator \"%s\": its time, %u ns, is not that of its snapshots",
	    ind->spec.name, load_relaxed(&ind->timeline->next_ns));
	if (sli__mend_timeline(ind, now_ns, true))
		sli__report(report, SLI_FINDING_DAMAGE, &e);
	return SLI_OK;
}

static int
examine_indicators(struct sli__salvage *s, struct sli__report *report,
    struct sli_error *err)
{
	const struct sli__geometry *g = &s->reg->arena.geometry;
	uint64_t i, end = g->arena_offset, now_ns = sli_clock_ns();
	struct sli__indicator_entry *entry;
	struct sli_indicator *ind;
	struct sli_error e;
	int status;

	for (i = 0; i < g->max_indicators; i++) {
		entry = sli__indicator_entry(s->reg, i);
		if (load_relaxed(&entry->life) < SLI__LIFE_ALIVE)
			continue;
		if (!sli__indicator_bind(s->reg, i, &e)) {
			sli__report(report, SLI_FINDING_LOSS, &e);
			give_up(&entry->life);
			continue;
		}
		ind = &s->reg->indicators[i];
		end = examine_place(s, ind, i, end, report);
		if (sli__salvage_indicator(s, i) == NULL)
			continue;
		status = examine_history(ind, now_ns, report, err);
		if (status != SLI_OK)
			return status;
	}
	return SLI_OK;
}

static void
examine_slos(struct sli__salvage *s, struct sli__report *report)
{
	uint64_t i, max = s->reg->arena.geometry.max_slos;
	struct sli__slo_entry *entry;
	struct sli_error e;

	for (i = 0; i < max; i++) {
		entry = sli__slo_entry(s->reg, i);
		if (load_relaxed(&entry->life) < SLI__LIFE_ALIVE ||
		    sli__slo_bind(s->reg, i, &e))
			continue;
		sli__report(report, SLI_FINDING_LOSS, &e);
		give_up(&entry->life);
	}
}

static void
examine_audit(struct sli__salvage *s, struct sli__report *report)
{
	uint64_t count = load_relaxed(&s->reg->arena.block->audit_count), n;
	struct sli_audit record;
	struct sli_error e;

	for (n = sub_floor(count, SLI_AUDIT_MAX); n < count; n++) {
		if (sli__audit_get(&s->reg->arena, n, &record))
			continue;
		sli__fail(&e, SLI_OK, "audit record %u is damaged", n);
		sli__report(report, SLI_FINDING_LOSS, &e);
	}
}

static void
examine_annotations(struct sli__salvage *s, struct sli__report *report)
{
	uint64_t count = load_relaxed(&s->reg->arena.block->annotation_count);
	uint64_t n, damaged = 0;
	struct sli_annotation a;
	struct sli_error e;

	for (n = sub_floor(count, SLI_ANNOTATION_MAX); n < count; n++)
		damaged += !sli__annotation_get(&s->reg->arena, n, &a);
	sli__fail(&e, SLI_OK,
	    "%u annotations are damaged, or their writers died over them",
	    damaged);
	if (damaged > 0)
		sli__report(report, SLI_FINDING_NOTE, &e);
}

static void
examine_alerts(struct sli__salvage *s, struct sli__report *report)
{
	uint64_t count = sli__alert_log_count(&s->reg->arena), n, damaged = 0;
	struct sli_alert_record record;
	struct sli_error e;

	for (n = sub_floor(count, SLI_ALERT_LOG_MAX); n < count; n++)
		damaged += sli__alert_log_read(s->reg, n, &record) != SLI_OK;
	sli__fail(&e, SLI_OK,
	    "%u records of alerts are damaged, or their writers died over them",
	    damaged);
	if (damaged > 0)
		sli__report(report, SLI_FINDING_NOTE, &e);
}

int
sli__salvage_examine(struct sli__salvage *s, struct sli__report *report,
    struct sli_error *err)
{
	int status;

	examine_counts(s, report);
	status = examine_indicators(s, report, err);
	if (status != SLI_OK)
		return status;
	examine_slos(s, report);
	examine_audit(s, report);
	examine_annotations(s, report);
	examine_alerts(s, report);
	return SLI_OK;
}
