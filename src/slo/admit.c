/* SPDX-License-Identifier: MIT */
/*
 * Judging an SLO when a slot opens, and admission by what was found.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "slo/period.h"
#include "slo/slices.h"
#include "slo/throttle.h"
#include "slo/windows.h"

/* A verdict older than this many slots is not gone by. */
#define FRESH_SLOTS 10

#define RECENT_NS SLI_SECONDS(10)

/* How long a key keeps its answer, so that nobody is unlucky for ever. */
#define KEY_PERIOD_NS SLI_MINUTES(5)

/* The windows that a judgement needs; the alerts' follow, long and short. */
enum { PERIOD, SLOT, RECENT, LONG, SHORT, WINDOWS = LONG + 2 * SLI__ALERTS };

_Static_assert(WINDOWS + 1 <= SLI__WINDOWS_MAX, "one sum serves a judgement");

static uint64_t
judge_alerts(const struct sli_slo *slo, const struct sli__tally *t)
{
	bool by_ratio = (slo->spec.flags & SLI_SLO_ALERT_BY_RATIO) != 0;
	uint64_t firing = 0;
	uint32_t i;

	for (i = 0; i < slo->alert_count; i++)
		if (sli__alert_fires(&slo->alert[i], slo->budget_ppb, by_ratio,
			&t[PERIOD], &t[(uint32_t)LONG + 2 * i],
			&t[(uint32_t)SHORT + 2 * i]))
			firing |= UINT64_C(1) << i;
	return firing;
}

static void
judge_admission(const struct sli_slo *slo, const struct sli__events *e,
    const struct sli__tally *budget, uint128 whole, uint64_t elapsed_ns)
{
	struct sli__slo_state *state = slo->state;
	struct sli__tally slot = sli__slo_admitted(slo, &e[SLOT]);
	struct sli__tally recent = sli__slo_admitted(slo, &e[RECENT]);
	struct sli__throttle_input in;
	struct sli__throttle_state next;
	uint64_t verdict = load_relaxed(&state->verdict);

	memset(&in, 0, sizeof(in));
	in.slot.good = slot.good;
	in.slot.bad = slot.bad;
	in.recent.good = recent.good;
	in.recent.bad = recent.bad;
	in.elapsed_ns = elapsed_ns;
	in.slot_ns = slo->ind->slot_ns;
	in.budget_ppb = (uint32_t)slo->budget_ppb;
	in.left_ppm = sli__budget_left_ppm(budget, slo->budget_ppb, whole);
	in.min_events = slo->spec.admit_min_events;
	next.verdict = verdict;
	next.memory = load_relaxed(&state->memory);
	sli__throttle_step(&next, &in);
	/*
	 * The line that every sli_admit() reads is written only to change it.
	 * The word stands for itself: any order would do.
	 */
	if (next.verdict != verdict &&
	    !cas_acq_rel(&state->verdict, &verdict, next.verdict))
		return;
	store_relaxed(&state->memory, next.memory);
}

static void
judge(struct sli_slo *slo, uint64_t open_ns)
{
	struct sli__moment start = { open_ns, open_ns };
	/* Pairs with join_max below. */
	uint64_t judged = load_acquire(&slo->state->judged_ns);
	uint64_t window_ns[WINDOWS];
	struct sli__events e[WINDOWS], since;
	struct sli__tally t[WINDOWS], budget;
	struct sli__period period;
	uint32_t i, n = LONG;

	if (judged >= open_ns)
		return;
	if (sli__slo_has_slices(&slo->spec))
		sli__slices_on_slot(slo, open_ns);
	sli__slo_period(slo, open_ns, &period);
	sli__period_begin(slo, sli__slices_moment(slo, start), &period, judged);
	window_ns[PERIOD] = slo->spec.period_ns;
	window_ns[SLOT] = slo->ind->slot_ns;
	window_ns[RECENT] = max_u64(RECENT_NS, slo->ind->slot_ns);
	for (i = 0; i < slo->alert_count; i++) {
		window_ns[n++] = slo->alert[i].long_ns;
		window_ns[n++] = slo->alert[i].short_ns;
	}
	sli__adjust_on_slot(slo, open_ns);
	sli__slo_budget_windows(slo, start, &period, window_ns, n, e, &since,
	    NULL);
	/* Admission goes by what was let in just now, excluded or not. */
	if (sli__slo_has_slices(&slo->spec) || sli__slo_is_adjusted(slo))
		sli__windows(slo->ind, start, &window_ns[SLOT], 2, &e[SLOT]);
	t[PERIOD] = sli__slo_tally(slo, &e[PERIOD]);
	for (i = LONG; i < n; i++)
		t[i] = sli__slo_tally(slo, &e[i]);
	store_relaxed(&slo->state->watch.alerts, judge_alerts(slo, t));
	budget = sli__slo_tally(slo, &since);
	judge_admission(slo, e, &budget, period.whole,
	    judged == 0 ? slo->ind->slot_ns : open_ns - judged);
	/* Pairs with the acquire loads of judged_ns. */
	join_max(&slo->state->judged_ns, open_ns);
}

void
sli__slo_on_slot(struct sli_indicator *ind, uint64_t open_ns)
{
	struct sli_registry *reg = ind->registry;
	/* Pairs with the release in sli__slo_link(). */
	uint64_t next = load_acquire(&ind->entry->first_slo);
	uint64_t steps, count = sli__slo_count(reg);
	struct sli_slo *slo;

	/* The list is shared: of any shape, but not longer than all. */
	for (steps = 0; next != 0 && next <= count && steps < count; steps++) {
		slo = sli__slo_at(reg, next - 1);
		if (slo != NULL && slo->ind == ind)
			judge(slo, open_ns);
		next = load_relaxed(&sli__slo_entry(reg, next - 1)->next);
	}
}

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
	uint64_t at = now_ns + load_acquire(&slo->ind->timeline->skew_ns);
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

/* Something is to be shed: perhaps this. */
static int
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
	skew = load_acquire(&slo->ind->timeline->skew_ns);
	for (i = 0; i < SLI_CRITICALITIES; i++)
		out->shed_probability[i] =
		    (double)sli__throttle_shed(verdict, i) / 65536.0;
	out->at_ns = sub_floor(judged, skew);
	out->fresh = is_fresh(slo, now_ns);
	return SLI_OK;
}
