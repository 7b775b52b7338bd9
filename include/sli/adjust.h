/* SPDX-License-Identifier: MIT */
#ifndef SLI_ADJUST_H
#define SLI_ADJUST_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/slo.h>
#include <sli/status.h>

/*
 * What is to be seen differently than it was counted: maintenance (time that
 * does not count, planned or after the fact) and corrections of a budget. Both
 * lie beside the counts, which stay what they are, and each leaves an audit
 * record with its reason.
 *
 * An exclusion holds for the budget, the burn rates and the alerts of its SLO;
 * not for admission by load, since a service can be overloaded in maintenance
 * too. A micro-outage neither begins in excluded time nor goes on in it; one
 * that was logged before the exclusion was made stays in the log. A correction
 * holds for the budget.
 *
 * What is planned is kept as the clock was that planned it: if that is set back
 * by d afterwards, the exclusion holds d earlier by the new time, as
 * sli_slo_adjustment() then says. Take it back, and make it again.
 */

#define SLI_ADJUSTMENTS_MAX 20 /* of an SLO, at a time */

enum sli_adjustment_kind { SLI_EXCLUSION, SLI_CORRECTION };

struct sli_adjustment {
	enum sli_adjustment_kind kind;
	/*
	 * SLI_EXCLUSION: an exclusion's events are settled, and count no more
	 * by the slots of the history that are left of its time.
	 */
	uint32_t settled;
	uint64_t from_ns, to_ns;   /* a correction: both when it happened */
	uint64_t good, bad;	   /* an exclusion: so many were left out */
	int64_t add_good, add_bad; /* a correction */
};

SLI_BEGIN_DECLS

/**
 * Let [from_ns, to_ns) not count. It may lie ahead, be under way, or be past.
 * What of it is excluded already is left as it is; if that is all of it,
 * nothing is done.
 *
 * Accuracy: exact where both ends lie on boundaries of the slots that history
 *           has of that time when the exclusion is over, or is made, whichever
 *           is later: 1 s up to 127 s back, 10 s up to 63 min, 5 min up to
 *           74 h, 2 h up to 33 d, by default; else interpolated in those slots.
 *           Of time slices, those that begin in it. A window that begins in
 *           it, once it is settled, leaves out its events as of its time.
 * Errors:   SLI_EINVAL (NULL, an empty range, why), SLI_ERANGE (it ended before
 *           what history or the period reaches; no time), SLI_ENOSPC (there are
 *           SLI_ADJUSTMENTS_MAX that still matter), SLI_EACCES (a view),
 *           SLI_EBUSY (the lock), SLI_EIO (as for sli_indicator_register()),
 *           SLI_ENOENT (the SLO was removed). Nothing has changed after an
 *           error, unless the file was just lost.
 * Thread:   MT-safe (takes the registry's lock).  Signal: not safe.
 * Since:    0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_exclude(struct sli_slo *slo, uint64_t now_ns,
    uint64_t from_ns, uint64_t to_ns, const char *why, struct sli_error *err);

/**
 * Let [from_ns, to_ns) count again. An exclusion that is not settled may be
 * shortened so; of one that is, all or nothing.
 *
 * Errors:   as for sli_slo_exclude(); SLI_ENOENT (nothing in it is excluded),
 *           SLI_EINVAL (it would cut a settled exclusion, which err names).
 */
SLI_API SLI_MUST_CHECK int sli_slo_include(struct sli_slo *slo, uint64_t now_ns,
    uint64_t from_ns, uint64_t to_ns, const char *why, struct sli_error *err);

/**
 * Correct the budget: events that were counted wrongly (take bad ones away, add
 * good ones), or that were never seen (a load balancer that was down).
 *
 * @param at_ns  when they happened: with that time they leave the period.
 * @param good, bad  so many more, or fewer, than were counted; in the SLO's
 *               unit: events, slices, or billionths of a slice. The budget's
 *               counts never go below 0, nor by this above 2^63 - 1.
 * Errors:   as for sli_slo_exclude(); SLI_EINVAL (both are 0), SLI_ERANGE
 *           (at_ns is ahead of now_ns, or before the budget began: the
 *           period, or a reset; INT64_MIN).
 */
SLI_API SLI_MUST_CHECK int sli_slo_correct(struct sli_slo *slo, uint64_t now_ns,
    uint64_t at_ns, int64_t good, int64_t bad, const char *why,
    struct sli_error *err);

/**
 * One of the adjustments that still matter, in no particular order.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (there are no more).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_adjustment(struct sli_slo *slo,
    uint64_t now_ns, uint32_t index, struct sli_adjustment *out);

SLI_END_DECLS

#endif /* SLI_ADJUST_H */
