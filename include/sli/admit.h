/* SPDX-License-Identifier: MIT */
#ifndef SLI_ADMIT_H
#define SLI_ADMIT_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/slo.h>

/*
 * Admission: which requests to let in so that an SLO holds under overload.
 *
 * Record what was refused with sli_count(ind, now, SLI_SHED, 1) on the
 * indicator it would have counted in; such events never feed the verdict.
 *
 * All calls may run together, from any thread and signal handler.
 */

/* What may be shed first is last (SRE book ch. 21, "Criticality"). */
enum sli_criticality {
	SLI_CRITICAL_PLUS,
	SLI_CRITICAL,
	SLI_SHEDDABLE_PLUS,
	SLI_SHEDDABLE
};

#define SLI_CRITICALITIES 4

/* No class is shed beyond this: one key in twenty is let in, and notices. */
#define SLI_SHED_MAX 0.95

struct sli_verdict {
	double shed_probability[SLI_CRITICALITIES]; /* 0..SLI_SHED_MAX */
	uint64_t at_ns; /* when it was last worked out; 0 never */
	int fresh;	/* 0: too old, everything is admitted */
};

SLI_BEGIN_DECLS

/**
 * May this request be let in?
 *
 * One relaxed load while nothing is to be shed. Otherwise a hash of the key is
 * compared with the class's shed probability: the same key gets the same
 * answer for five minutes at a time (while the probability stays), so a user
 * is refused whole rather than each of his requests at random.
 *
 * @param criticality  any other value is taken as SLI_SHEDDABLE.
 * @param key          the user, session or caller; 0 if there is none, and then
 *                     each request is decided by its now_ns. One key for all
 *                     would be all or nothing for five minutes.
 * @return 1 admit, 0 shed. Always 1 when the verdict is more than ten slots
 *         from now_ns (a clock was set, or those who judge have died), or slo
 *         is NULL. Time without traffic counts as calm.
 * Errors:   none.
 * Thread:   MT-safe.  Signal: async-signal-safe.
 * Progress: wait-free; while shedding, the first call of a slot advances the
 *           history.
 * Fork:     safe in parent and child.  Since: 0.1
 */
SLI_API int sli_admit(struct sli_slo *slo, uint64_t now_ns,
    enum sli_criticality criticality, uint64_t key);

/**
 * The verdict that sli_admit() goes by, for people and logs.
 *
 * Errors:   SLI_EINVAL (NULL).  Thread: MT-safe.  Signal: async-signal-safe.
 * Since:    0.1
 */
SLI_API int sli_slo_verdict(struct sli_slo *slo, uint64_t now_ns,
    struct sli_verdict *out);

/**
 * The word that sli_admit() loads: while it is 0, all are admitted. For callers
 * to whom a load costs less than a call.
 *
 * It stays where it is until the registry is closed; what it says beside 0 is
 * sli_slo_verdict()'s to tell.
 *
 * Errors: none (NULL of NULL).  Thread: MT-safe, to be loaded whole.
 * Signal: async-signal-safe.  Since: 0.1
 */
SLI_API const uint64_t *sli_slo_verdict_cell(const struct sli_slo *slo);

SLI_END_DECLS

#endif /* SLI_ADMIT_H */
