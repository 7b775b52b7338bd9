/* SPDX-License-Identifier: MIT */
/*
 * Checking what an indicator is to be, or is said to be in a file.
 */
#include <string.h>

#include "base/arith.h"
#include "base/status.h"
#include "base/text.h"
#include "indicator/bind.h"
#include "indicator/exemplar.h"
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
check_slot(const struct sli__geometry *g, uint64_t slot_ns,
    struct sli_error *err)
{
	uint64_t next_ns = g->history[1].slot_ns; /* 0: one level only */
	uint64_t latency_ns = g->latency[0].slot_ns;

	if (slot_ns < SLI__SLOT_NS_MIN || latency_ns % slot_ns != 0 ||
	    next_ns % slot_ns != 0)
		return sli__fail(err, SLI_EINVAL,
		    "slot_ns %u is not valid; accepted: at least 10 ms, and a "
		    "divisor of the registry's history[1].slot_ns %u and "
		    "latency[0].slot_ns %u",
		    slot_ns, next_ns, latency_ns);
	if (slot_ns * g->history[0].slots <= next_ns)
		return sli__fail(err, SLI_EINVAL,
		    "slot_ns %u is too short: the registry's history[0].slots "
		    "%u of it do not reach over history[1].slot_ns %u",
		    slot_ns, (uint64_t)g->history[0].slots, next_ns);
	return SLI_OK;
}

int
sli__indicator_check(const struct sli__geometry *g,
    struct sli_indicator_config *cfg, struct sli__buckets *buckets,
    struct sli_error *err)
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
		cfg->slot_ns = g->history[0].slot_ns;
	status = check_thresholds(cfg, err);
	if (status == SLI_OK)
		status = check_slot(g, cfg->slot_ns, err);
	if (status == SLI_OK)
		status = sli__buckets_check(cfg->lowest_ns, cfg->highest_ns,
		    cfg->precision_bits, "_ns", buckets, err);
	return status;
}

void
sli__parts_lay_out(const struct sli__geometry *g, uint64_t *end,
    uint32_t threshold_count, const struct sli__buckets *buckets,
    struct sli__parts *parts)
{
	uint32_t cells = 2 * sli__buckets_cells(buckets);

	parts->counts_offset = sli__layout(end,
	    sli__history_words(g->history,
		sli__event_cells_used(threshold_count)) *
		sizeof(uint64_t));
	parts->latency_offset = sli__layout(end,
	    sli__history_words(g->latency, cells) * sizeof(uint64_t));
	parts->latencies_stride = round_up(cells * sizeof(uint64_t),
	    SLI__ALIGN);
	parts->latencies_offset = sli__layout(end,
	    parts->latencies_stride * sli__geometry_shards(g));
	parts->exemplars_offset = sli__layout(end,
	    sizeof(struct sli__exemplars));
}

uint64_t
sli__indicator_bytes_default(const struct sli__geometry *g)
{
	struct sli__buckets buckets = sli__buckets_make(DEFAULT_LOWEST_NS,
	    DEFAULT_HIGHEST_NS, SLI_PRECISION_BITS_DEFAULT);
	struct sli__parts parts;
	uint64_t end = 0;

	sli__parts_lay_out(g, &end, SLI_THRESHOLDS_MAX, &buckets, &parts);
	return round_up(end, SLI__ALIGN);
}

struct sli_indicator_config
sli__indicator_spec_config(const struct sli__indicator_spec *spec)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;

	cfg.name = spec->name;
	cfg.help = spec->help;
	cfg.threshold_count = spec->threshold_count;
	memcpy(cfg.threshold_ns, spec->threshold_ns, sizeof(cfg.threshold_ns));
	cfg.lowest_ns = spec->lowest_ns;
	cfg.highest_ns = spec->highest_ns;
	cfg.precision_bits = spec->precision_bits;
	cfg.slot_ns = spec->slot_ns;
	cfg.capacity = spec->capacity;
	return cfg;
}

static bool
is_terminated(const char *text, size_t bytes)
{
	return memchr(text, '\0', bytes) != NULL;
}

/* Labels as registration writes them: valid, sorted, and zeros behind them. */
static int
check_labels(const struct sli__indicator_spec *spec, struct sli_error *err)
{
	struct sli_label labels[SLI_LABELS_MAX];
	struct sli__labels sorted;
	size_t used = 0, texts = 0;
	int status;

	for (; texts < 2 * (size_t)spec->label_count; texts++) {
		if (used >= sizeof(spec->labels) ||
		    !is_terminated(spec->labels + used,
			sizeof(spec->labels) - used))
			break;
		used += strlen(spec->labels + used) + 1;
	}
	if (spec->label_count > SLI_LABELS_MAX ||
	    texts < 2 * (size_t)spec->label_count)
		return sli__fail(err, SLI_ECORRUPT,
		    "indicator \"%s\" has damaged labels", spec->name);
	sli__labels_map(spec->labels, spec->label_count, labels);
	status = sli__labels_check(labels, spec->label_count, &sorted, err);
	if (status == SLI_OK &&
	    memcmp(sorted.text, spec->labels, sizeof(sorted.text)) != 0)
		status = sli__fail(err, SLI_ECORRUPT,
		    "indicator \"%s\" has its labels out of order", spec->name);
	return status;
}

int
sli__indicator_spec_check(const struct sli__geometry *g,
    const struct sli__indicator_spec *spec, struct sli__buckets *buckets,
    struct sli__parts *parts, struct sli_error *err)
{
	struct sli_indicator_config cfg;
	uint64_t end = spec->arena_offset;
	int status;

	if (!is_terminated(spec->name, sizeof(spec->name)) ||
	    !is_terminated(spec->help, sizeof(spec->help)) ||
	    spec->kind > SLI__OF_SLICES)
		return sli__fail(err, SLI_ECORRUPT,
		    "an indicator has no end to its name or help, or is of no "
		    "known kind");
	cfg = sli__indicator_spec_config(spec);
	status = sli__indicator_check(g, &cfg, buckets, err);
	/* Where that has filled a default in, there was a zero. */
	if (status == SLI_OK &&
	    (cfg.lowest_ns != spec->lowest_ns ||
		cfg.highest_ns != spec->highest_ns ||
		cfg.precision_bits != spec->precision_bits ||
		cfg.slot_ns != spec->slot_ns))
		status = sli__fail(err, SLI_ECORRUPT,
		    "indicator \"%s\" has a field that is 0", spec->name);
	if (status == SLI_OK)
		status = check_labels(spec, err);
	if (status != SLI_OK)
		return status;
	if (spec->arena_offset % SLI__ALIGN != 0 ||
	    spec->arena_offset < g->arena_offset ||
	    spec->arena_offset > g->size_bytes ||
	    spec->arena_bytes > g->size_bytes - spec->arena_offset)
		return sli__fail(err, SLI_ECORRUPT,
		    "indicator \"%s\" lies outside the file, at %u", spec->name,
		    spec->arena_offset);
	sli__parts_lay_out(g, &end, spec->threshold_count, buckets, parts);
	if (end - spec->arena_offset > spec->arena_bytes)
		return sli__fail(err, SLI_ECORRUPT,
		    "indicator \"%s\" is larger than its space, %u bytes",
		    spec->name, spec->arena_bytes);
	return SLI_OK;
}
