/* SPDX-License-Identifier: MIT */
#ifndef SLI_SLO_EXCLUSION_H
#define SLI_SLO_EXCLUSION_H

/*
 * Times that do not count: maintenance windows, planned or after the fact. A
 * bounded list of half-open intervals, sorted, none empty, none touching
 * another. It says nothing of what was counted meanwhile: that stays.
 *
 * Two forms: a list of one's own, on which everything works, and the one in a
 * registry's block, which is only read and published whole.
 */

#include <stdint.h>

#include <sli/status.h>

#define SLI__EXCLUSIONS 64

struct sli__exclusion {
	uint64_t from_ns, to_ns;
};

struct sli__exclusion_list {
	uint64_t count;
	struct sli__exclusion span[SLI__EXCLUSIONS];
};

/*
 * Two copies in the block, of which all-zero memory is an empty one. Generation
 * g is in copy g mod 2; the next is written into the other one, and then there.
 *
 *   word        written by                 read by    order
 *   current     the holder of the lock     readers    release, acquire: with
 *                                                     it goes its copy
 *   copy        the holder of the lock     readers    release, acquire: with a
 *                                                     word of generation g + 2
 *                                                     goes current = g + 1
 *
 * A reader that finds `current` unchanged after it has read the copy has read
 * no word of a later one. A writer that dies before it publishes has changed
 * nothing. The checksum is for what no order helps against: a power loss, or
 * whoever else writes into the file.
 */
struct sli__exclusion_copy {
	uint64_t checksum;
	struct sli__exclusion_list list;
};

struct sli__exclusions {
	uint64_t current;
	struct sli__exclusion_copy copy[2];
};

/**
 * Take [from_ns, to_ns) out. Intervals that overlap or touch become one.
 *
 * Errors: SLI_EINVAL (it is empty), SLI_ENOSPC. The list is unchanged then.
 */
int sli__exclusion_add(struct sli__exclusion_list *list, uint64_t from_ns,
    uint64_t to_ns, struct sli_error *err);

/**
 * Let [from_ns, to_ns) count again. From 0 on, it forgets what is past.
 *
 * Errors: SLI_EINVAL (it is empty), SLI_ENOSPC (it would cut one in two, and
 *         there is no room). The list is unchanged then.
 */
int sli__exclusion_remove(struct sli__exclusion_list *list, uint64_t from_ns,
    uint64_t to_ns, struct sli_error *err);

/* How much of [from_ns, to_ns) is excluded. */
uint64_t sli__exclusion_length(const struct sli__exclusion_list *list,
    uint64_t from_ns, uint64_t to_ns);

/**
 * Copy the list out of the block, whatever is there.
 *
 * Errors:   SLI_ECORRUPT (damaged: *out is the list before the last change, or
 *           empty if that is damaged too), SLI_EBUSY (it changed during each of
 *           many attempts: *out is empty).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Progress: bounded.
 */
int sli__exclusion_read(const struct sli__exclusions *shared,
    struct sli__exclusion_list *out);

/* Put a list there. One writer at a time: under the registry's lock. */
void sli__exclusion_publish(struct sli__exclusions *shared,
    const struct sli__exclusion_list *list);

#endif /* SLI_SLO_EXCLUSION_H */
