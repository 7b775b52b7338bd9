/* SPDX-License-Identifier: MIT */
#ifndef SLI_INDICATOR_BIND_H
#define SLI_INDICATOR_BIND_H

/*
 * Binding: making this process's handle to an entry of the block, on the first
 * look at it. Any process may have made the entry. Nobody waits: whoever finds
 * that a thread of its process is just binding a handle goes without it (a
 * claimer then judges that SLO a slot later). So binding may happen anywhere,
 * in a signal handler too.
 *
 *   bound      0           not bound
 *              a pid       a thread of that process binds it; if it is another
 *                          process, that was our parent at a fork, or is dead
 *              alive       bound, in that life of the entry; for ever
 */

#include "indicator/indicator.h"

/* Where the parts of an indicator lie. */
struct sli__parts {
	uint64_t counts_offset;	   /* history of the event cells */
	uint64_t latency_offset;   /* history of the latency cells */
	uint64_t latencies_offset; /* latency cells of shard 0 */
	uint64_t latencies_stride;
	uint64_t exemplars_offset;
};

/* Lay them out from *end on, for so many thresholds and such buckets. */
void sli__parts_lay_out(const struct sli__geometry *g, uint64_t *end,
    uint32_t threshold_count, const struct sli__buckets *buckets,
    struct sli__parts *parts);

/*
 * Check a configuration, and fill its defaults in; not its labels.
 */
int sli__indicator_check(const struct sli__geometry *g,
    struct sli_indicator_config *cfg, struct sli__buckets *buckets,
    struct sli_error *err);

/* What a spec would be made from again; but for its labels. */
struct sli_indicator_config sli__indicator_spec_config(
    const struct sli__indicator_spec *spec);

/* Check a spec that was read from a block, and its parts. */
int sli__indicator_spec_check(const struct sli__geometry *g,
    const struct sli__indicator_spec *spec, struct sli__buckets *buckets,
    struct sli__parts *parts, struct sli_error *err);

/*
 * The indicator that counts the slices of the SLO of this name: find it or make
 * it, and claim it. Under the lock. Errors as for sli_indicator_register().
 */
int sli__indicator_of_slices(struct sli_registry *reg, const char *slo,
    struct sli_indicator **out, struct sli_error *err);

/* Is it that one? */
bool sli__indicator_counts_slices(const struct sli_indicator *ind,
    const char *slo);

/* The life that goes with a spec. */
uint64_t sli__life_of(const void *spec, size_t bytes);

/* May the caller bind this handle now? It then ends it, with life or with 0. */
bool sli__bind_begin(uint64_t *bound, uint64_t life);
void sli__bind_end(uint64_t *bound, uint64_t life);

/*
 * A handle was not to be had, and *bound was this before: wait, and try again?
 * False: nobody binds it, it is dead or damaged.
 */
bool sli__bind_wait(const uint64_t *bound, uint64_t before);

bool sli__indicator_bind(struct sli_registry *reg, uint64_t index,
    struct sli_error *err);

/* The handle to entry `index`; NULL: it is dead, or not to be had now. */
static inline struct sli_indicator *
sli__indicator_at(struct sli_registry *reg, uint64_t index)
{
	struct sli_indicator *ind = &reg->indicators[index];
	/* Pairs with the releases in registration, removal and binding. */
	uint64_t life = load_acquire(&sli__indicator_entry(reg, index)->life);

	if (life < SLI__LIFE_ALIVE)
		return NULL;
	if (load_acquire(&ind->bound) != life &&
	    !sli__indicator_bind(reg, index, NULL))
		return NULL;
	return ind;
}

/* The same, for who can wait for another thread that binds it. */
struct sli_indicator *sli__indicator_get(struct sli_registry *reg,
    uint64_t index);

#endif /* SLI_INDICATOR_BIND_H */
