/* SPDX-License-Identifier: MIT */
/*
 * Admission by the verdict of the last judgement (judge.c).
 */
#include "base/arith.h"
#include "base/atomic.h"
#include "slo/slo.h"
#include "slo/throttle.h"

/* A verdict older than this many slots is not gone by. */
#define FRESH_SLOTS 10

/* How long a key keeps its answer, so that nobody is unlucky for ever. */
#define KEY_PERIOD_NS SLI_MINUTES(5)

/* The finaliser of MurmurHash3 (Appleby): every bit of the key counts. */
static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

/*
 * By the caller's clock, not by the open slot: where that clock was set back,
 * slots do not open for a while, and the verdict may be of any age.
 */
static bool
is_fresh(const struct sli_slo *slo, uint64_t now_ns)
{
	/* Pairs with join_max in judge(). */
	uint64_t judged = load_acquire(&slo->state->judged_ns);
	uint64_t at = now_ns + sli__timeline_skew(slo->ind->timeline);
	uint64_t limit = FRESH_SLOTS * slo->ind->slot_ns;

	return judged != 0 && sub_floor(at, judged) <= limit &&
	    sub_floor(judged, at) <= limit;
}

/* Readers of the verdict open its slot, or nobody may while all is shed. */
static void
open_slot(const struct sli_slo *slo, uint64_t now_ns)
{
	if (!sli__timeline_is_open(slo->ind->timeline, slo->ind->slot_ns,
		now_ns))
		sli__advance(slo->ind, now_ns);
}

/*
 * Something is to be shed: perhaps this. Not inlined, so that who is asked
 * while nothing is saves no registers for it.
 */
static __attribute__((noinline)) int
admit_by_hash(const struct sli_slo *slo, uint64_t now_ns, uint32_t criticality,
    uint64_t key)
{
	uint64_t hash = mix(
	    key != 0 ? key ^ mix(now_ns / KEY_PERIOD_NS) : now_ns);
	uint64_t verdict;

	open_slot(slo, now_ns);
	if (!is_fresh(slo, now_ns))
		return 1;
	verdict = load_relaxed(&slo->state->verdict);
	return (hash >> 48) >= sli__throttle_shed(verdict, criticality);
}

int
sli_admit(struct sli_slo *slo, uint64_t now_ns,
    enum sli_criticality criticality, uint64_t key)
{
	if (__builtin_expect(
		slo == NULL || load_relaxed(&slo->state->verdict) == 0, 1))
		return 1;
	return admit_by_hash(slo, now_ns, (uint32_t)criticality, key);
}

int
sli_slo_verdict(struct sli_slo *slo, uint64_t now_ns, struct sli_verdict *out)
{
	uint64_t verdict, judged, skew;
	uint32_t i;

	if (slo == NULL || out == NULL)
		return SLI_EINVAL;
	open_slot(slo, now_ns);
	verdict = load_relaxed(&slo->state->verdict);
	judged = load_acquire(&slo->state->judged_ns); /* with judge() */
	skew = sli__timeline_skew(slo->ind->timeline);
	for (i = 0; i < SLI_CRITICALITIES; i++)
		out->shed_probability[i] =
		    (double)sli__throttle_shed(verdict, i) / 65536.0;
	out->at_ns = sub_floor(judged, skew);
	out->fresh = is_fresh(slo, now_ns);
	return SLI_OK;
}

const uint64_t *
sli_slo_verdict_cell(const struct sli_slo *slo)
{
	return slo == NULL ? NULL : &slo->state->verdict;
}
