/* SPDX-License-Identifier: MIT */
/*
 * Registration: check what the user gave, find it or make it.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "base/status.h"
#include "base/text.h"
#include "indicator/indicator.h"
#include "indicator/labels.h"

#define DEFAULT_LOWEST_NS SLI_MICROS(1)
#define DEFAULT_HIGHEST_NS SLI_SECONDS(60)

static int
check_thresholds(const struct sli_indicator_config *cfg, struct sli_error *err)
{
	uint32_t i;

	if (cfg->threshold_count > SLI_THRESHOLDS_MAX)
		return sli__fail(err, SLI_EINVAL,
		    "threshold_count %u is too large; accepted: up to %u",
		    (uint64_t)cfg->threshold_count,
		    (uint64_t)SLI_THRESHOLDS_MAX);
	for (i = 0; i < cfg->threshold_count; i++)
		if (cfg->threshold_ns[i] == 0 ||
		    cfg->threshold_ns[i] > SLI__VALUE_MAX ||
		    (i > 0 && cfg->threshold_ns[i] <= cfg->threshold_ns[i - 1]))
			return sli__fail(err, SLI_EINVAL,
			    "threshold_ns[%u] %u is not valid; accepted: above "
			    "the one before, from 1 to 2^62",
			    (uint64_t)i, cfg->threshold_ns[i]);
	return SLI_OK;
}

static int
check_slot(const struct sli__block *block, uint64_t slot_ns,
    struct sli_error *err)
{
	uint64_t next_ns = block->history[1].slot_ns; /* 0: one level only */
	uint64_t latency_ns = block->latency[0].slot_ns;

	if (slot_ns < SLI__SLOT_NS_MIN || latency_ns % slot_ns != 0 ||
	    next_ns % slot_ns != 0)
		return sli__fail(err, SLI_EINVAL,
		    "slot_ns %u is not valid; accepted: at least 10 ms, and a "
		    "divisor of the registry's history[1].slot_ns %u and "
		    "latency[0].slot_ns %u",
		    slot_ns, next_ns, latency_ns);
	if (slot_ns * block->history[0].slots <= next_ns)
		return sli__fail(err, SLI_EINVAL,
		    "slot_ns %u is too short: the registry's history[0].slots "
		    "%u of it do not reach over history[1].slot_ns %u",
		    slot_ns, (uint64_t)block->history[0].slots, next_ns);
	return SLI_OK;
}

/* cfg with its defaults filled in, checked but for the labels. */
static int
check_config(const struct sli__block *block, struct sli_indicator_config *cfg,
    struct sli__buckets *buckets, struct sli_error *err)
{
	int status;

	if (cfg->name == NULL ||
	    !sli__is_indicator_name(cfg->name, SLI_NAME_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "name \"%s\" is not valid; accepted: "
		    "[A-Za-z_][A-Za-z0-9_.:-]*, up to %u bytes",
		    cfg->name, (uint64_t)SLI_NAME_MAX);
	if (cfg->help == NULL)
		cfg->help = "";
	if (!sli__is_text(cfg->help, SLI_HELP_MAX))
		return sli__fail(err, SLI_EINVAL,
		    "help \"%s\" is not valid; accepted: UTF-8 without "
		    "control characters, up to %u bytes",
		    cfg->help, (uint64_t)SLI_HELP_MAX);
	if (cfg->lowest_ns == 0)
		cfg->lowest_ns = DEFAULT_LOWEST_NS;
	if (cfg->highest_ns == 0)
		cfg->highest_ns = DEFAULT_HIGHEST_NS;
	if (cfg->precision_bits == 0)
		cfg->precision_bits = SLI_PRECISION_BITS_DEFAULT;
	if (cfg->slot_ns == 0)
		cfg->slot_ns = block->history[0].slot_ns;
	status = check_thresholds(cfg, err);
	if (status == SLI_OK)
		status = check_slot(block, cfg->slot_ns, err);
	if (status == SLI_OK)
		status = sli__buckets_check(cfg->lowest_ns, cfg->highest_ns,
		    cfg->precision_bits, "_ns", buckets, err);
	return status;
}

static bool
has_name(const struct sli__indicator_entry *e, const char *name,
    const struct sli__labels *labels)
{
	return strcmp(e->name, name) == 0 && e->label_count == labels->count &&
	    memcmp(e->labels, labels->text, sizeof(e->labels)) == 0;
}

static struct sli_indicator *
find(struct sli_registry *reg, const char *name,
    const struct sli__labels *labels)
{
	/* Pairs with the release in add_indicator(). */
	uint64_t i, count = load_acquire(&reg->block->indicator_count);

	for (i = 0; i < count; i++)
		if (has_name(reg->indicators[i].entry, name, labels))
			return &reg->indicators[i];
	return NULL;
}

/* The field in which an entry differs from a configuration; NULL: none. */
static const char *
difference(const struct sli__indicator_entry *e,
    const struct sli_indicator_config *cfg)
{
	if (strcmp(e->help, cfg->help) != 0)
		return "help";
	if (e->threshold_count != cfg->threshold_count)
		return "threshold_count";
	if (memcmp(e->threshold_ns, cfg->threshold_ns,
		cfg->threshold_count * sizeof(e->threshold_ns[0])) != 0)
		return "threshold_ns";
	if (e->lowest_ns != cfg->lowest_ns)
		return "lowest_ns";
	if (e->highest_ns != cfg->highest_ns)
		return "highest_ns";
	if (e->precision_bits != cfg->precision_bits)
		return "precision_bits";
	if (e->slot_ns != cfg->slot_ns)
		return "slot_ns";
	return NULL;
}

/* The prefix of the event line that an indicator uses. */
static uint32_t
event_cells(uint32_t threshold_count)
{
	return (uint32_t)SLI__GOOD + 1 + threshold_count;
}

/* Make the handle to an entry. */
static void
map_indicator(struct sli_registry *reg, uint64_t index,
    struct sli__indicator_entry *e)
{
	struct sli_indicator *ind = &reg->indicators[index];
	struct sli__block *block = reg->block;
	uint32_t i;

	ind->timeline = &e->timeline;
	ind->slot_ns = e->slot_ns;
	ind->events.base = (char *)sli__at(block, block->cells_offset) +
	    index * SLI__INDICATOR_CELLS * sizeof(uint64_t);
	ind->events.stride = block->cells_stride;
	ind->latencies.base = sli__at(block, e->latencies_offset);
	ind->latencies.stride = e->latencies_stride;
	ind->shards = reg->shards;
	ind->buckets = sli__buckets_make(e->lowest_ns, e->highest_ns,
	    e->precision_bits);
	ind->bad_first = sli__buckets_cells(&ind->buckets);
	for (i = 0; i < SLI_THRESHOLDS_MAX; i++)
		ind->threshold_ns[i] = i < e->threshold_count ?
		    e->threshold_ns[i] :
		    UINT64_MAX;
	ind->registry = reg;
	ind->entry = e;
	sli__history_map(&ind->counts, block->history,
	    event_cells(e->threshold_count), sli__at(block, e->counts_offset));
	ind->counts.level[0].slot_ns = e->slot_ns;
	sli__history_map(&ind->latency, block->latency, 2 * ind->bad_first,
	    sli__at(block, e->latency_offset));
	sli__labels_map(e->labels, e->label_count, ind->labels);
}

/* Lay out what an indicator takes of the arena: offsets of *e, from *end on. */
static void
lay_out(const struct sli__block *block, uint64_t *end, uint32_t threshold_count,
    const struct sli__buckets *buckets, struct sli__indicator_entry *e)
{
	uint32_t cells = 2 * sli__buckets_cells(buckets);

	e->counts_offset = sli__layout(end,
	    sli__history_words(block->history, event_cells(threshold_count)) *
		sizeof(uint64_t));
	e->latency_offset = sli__layout(end,
	    sli__history_words(block->latency, cells) * sizeof(uint64_t));
	e->latencies_stride = round_up(cells * sizeof(uint64_t), SLI__ALIGN);
	e->latencies_offset = sli__layout(end,
	    e->latencies_stride * sli__block_shards(block));
}

uint64_t
sli__indicator_bytes_default(const struct sli__block *block)
{
	struct sli__buckets buckets = sli__buckets_make(DEFAULT_LOWEST_NS,
	    DEFAULT_HIGHEST_NS, SLI_PRECISION_BITS_DEFAULT);
	struct sli__indicator_entry e;
	uint64_t end = 0;

	lay_out(block, &end, SLI_THRESHOLDS_MAX, &buckets, &e);
	return round_up(end, SLI__ALIGN);
}

static int
add_indicator(struct sli_registry *reg, const struct sli_indicator_config *cfg,
    const struct sli__buckets *buckets, const struct sli__labels *labels,
    struct sli_indicator **out, struct sli_error *err)
{
	struct sli__block *block = reg->block;
	uint64_t index = block->indicator_count, end = block->used_bytes;
	struct sli__indicator_entry *e;

	if (index == block->max_indicators)
		return sli__fail(err, SLI_ENOSPC,
		    "the registry is full: it has max_indicators %u",
		    (uint64_t)block->max_indicators);
	e = (struct sli__indicator_entry *)sli__at(block,
		block->indicators_offset) +
	    index;
	memset(e, 0, sizeof(*e));
	lay_out(block, &end, cfg->threshold_count, buckets, e);
	if (end > block->size_bytes)
		return sli__fail(err, SLI_ENOSPC,
		    "the arena is full: \"%s\" needs %u bytes, %u are left; "
		    "accepted: a larger arena_bytes",
		    cfg->name, end - block->used_bytes,
		    sub_floor(block->size_bytes, block->used_bytes));
	memcpy(e->name, cfg->name, strlen(cfg->name));
	memcpy(e->help, cfg->help, strlen(cfg->help));
	memcpy(e->labels, labels->text, sizeof(e->labels));
	e->label_count = labels->count;
	e->threshold_count = cfg->threshold_count;
	memcpy(e->threshold_ns, cfg->threshold_ns,
	    cfg->threshold_count * sizeof(e->threshold_ns[0]));
	e->lowest_ns = cfg->lowest_ns;
	e->highest_ns = cfg->highest_ns;
	e->precision_bits = cfg->precision_bits;
	e->slot_ns = cfg->slot_ns;
	map_indicator(reg, index, e);
	*out = &reg->indicators[index];
	/* In this order: whoever dies in between has lost space, no data. */
	store_relaxed(&block->used_bytes, end);
	/* Pairs with the acquire loads of indicator_count. */
	store_release(&block->indicator_count, index + 1);
	return SLI_OK;
}

static int
find_or_add(struct sli_registry *reg, const struct sli_indicator_config *cfg,
    const struct sli__buckets *buckets, const struct sli__labels *labels,
    struct sli_indicator **out, struct sli_error *err)
{
	struct sli_indicator *there = find(reg, cfg->name, labels);
	const char *field;

	if (there == NULL)
		return add_indicator(reg, cfg, buckets, labels, out, err);
	field = difference(there->entry, cfg);
	if (field != NULL)
		return sli__fail(err, SLI_EEXIST,
		    "\"%s\" is registered with another %s; accepted: the same "
		    "configuration, or another name or labels",
		    cfg->name, field);
	*out = there;
	return SLI_OK;
}

int
sli_indicator_register(struct sli_registry *reg,
    const struct sli_indicator_config *config, struct sli_indicator **out,
    struct sli_error *err)
{
	struct sli_indicator_config cfg;
	struct sli__buckets buckets;
	struct sli__labels labels;
	int status;

	if (reg == NULL || out == NULL)
		return sli__fail(err, SLI_EINVAL, "%s is NULL",
		    reg == NULL ? "registry" : "out");
	status = sli__config_copy(&cfg, sizeof(cfg), config,
	    "sli_indicator_config", err);
	if (status == SLI_OK)
		status = check_config(reg->block, &cfg, &buckets, err);
	if (status == SLI_OK)
		status = sli__labels_check(cfg.labels, cfg.label_count, &labels,
		    err);
	if (status == SLI_OK)
		status = sli__lock(reg->block, err);
	if (status != SLI_OK)
		return status;
	status = find_or_add(reg, &cfg, &buckets, &labels, out, err);
	sli__unlock(reg->block);
	return status;
}

int
sli_indicator_find(struct sli_registry *reg, const char *name,
    const struct sli_label *labels, uint32_t n, struct sli_indicator **out)
{
	struct sli_indicator *found;
	struct sli__labels sorted;
	int status;

	if (reg == NULL || name == NULL || out == NULL)
		return SLI_EINVAL;
	status = sli__labels_check(labels, n, &sorted, NULL);
	if (status != SLI_OK)
		return status;
	found = find(reg, name, &sorted);
	if (found == NULL)
		return SLI_ENOENT;
	*out = found;
	return SLI_OK;
}

const char *
sli_indicator_name(const struct sli_indicator *ind)
{
	return ind == NULL ? "" : ind->entry->name;
}
