/* SPDX-License-Identifier: MIT */
/*
 * Judging an SLO when a slot opens: the verdict, its alerts, micro-outages.
 */
#include <string.h>

#include "slo/outage.h"
#include "slo/period.h"
#include "slo/slices.h"
#include "slo/throttle.h"
#include "slo/windows.h"

#define RECENT_NS SLI_SECONDS(10)

/*
 * The windows that a judgement needs; those of alerts follow, long and short.
 * Few SLOs have more alerts than there are default ones: of them the rest has a
 * sum of its own, so that what all take of a signal's stack is less.
 */
enum { PERIOD, SLOT, RECENT, TRAFFIC, FIRST };

_Static_assert(FIRST + 2 * SLI__ALERTS + 1 <= SLI__WINDOWS_MAX &&
	2 * (SLI_ALERTS_MAX - SLI__ALERTS) <= SLI__WINDOWS_MAX - 1,
    "two sums serve a judgement");

/* Alerts [from, to), by their windows from e[0] on. */
static void
judge_alerts(const struct sli_slo *slo, uint32_t from, uint32_t to,
    const struct sli__events *e, struct sli__findings *found)
{
	bool by_ratio = (slo->spec.flags & SLI_SLO_ALERT_BY_RATIO) != 0;
	struct sli__tally in_long;
	uint32_t i;

	for (i = from; i < to; i++, e += 2) {
		in_long = sli__slo_tally(slo, &e[0]);
		found->in_short[i] = sli__slo_tally(slo, &e[1]);
		if (sli__alert_fires(&slo->alert[i], slo->budget_ppb, by_ratio,
			&found->period, &in_long, &found->in_short[i]))
			found->holds |= UINT64_C(1) << i;
	}
}

static uint32_t
alert_windows(const struct sli_slo *slo, uint32_t from, uint32_t to,
    uint64_t *window_ns)
{
	uint32_t i, n = 0;

	for (i = from; i < to; i++) {
		window_ns[n++] = slo->alert[i].long_ns;
		window_ns[n++] = slo->alert[i].short_ns;
	}
	return n;
}

/* Not inlined: what it takes of the stack is given back before the rest. */
static __attribute__((noinline)) void
look(const struct sli_slo *slo, struct sli__period *period,
    struct sli__findings *found)
{
	struct sli__moment start = { found->open_ns, found->open_ns };
	uint64_t window_ns[SLI__WINDOWS_MAX - 1], slot_ns = slo->ind->slot_ns;
	struct sli__events e[SLI__WINDOWS_MAX - 1], budget;
	struct sli__adjusted did;
	uint32_t n,
	    first = slo->alert_count < SLI__ALERTS ? slo->alert_count :
						     SLI__ALERTS;

	window_ns[PERIOD] = slo->spec.period_ns;
	window_ns[SLOT] = slot_ns;
	window_ns[RECENT] = max_u64(RECENT_NS, slot_ns);
	window_ns[TRAFFIC] = SLI__OUTAGE_TRAFFIC_NS;
	n = FIRST + alert_windows(slo, 0, first, &window_ns[FIRST]);
	sli__slo_budget_windows(slo, start, period, window_ns, n, e, &budget,
	    &did);
	/* Load is what came, not slices of it, whether excluded or not. */
	if (sli__slo_has_slices(&slo->spec) || sli__slo_is_adjusted(slo))
		sli__windows(slo->ind, start, &window_ns[SLOT], FIRST - SLOT,
		    &e[SLOT]);
	found->period = sli__slo_tally(slo, &e[PERIOD]);
	found->budget = sli__slo_tally(slo, &budget);
	found->slot = sli__slo_admitted(slo, &e[SLOT]);
	found->recent = sli__slo_admitted(slo, &e[RECENT]);
	found->traffic = sli__slo_admitted(slo, &e[TRAFFIC]);
	judge_alerts(slo, 0, first, &e[FIRST], found);
	if (first == slo->alert_count)
		return;
	n = alert_windows(slo, first, slo->alert_count, window_ns);
	sli__slo_windows(slo, start, window_ns, n, e);
	judge_alerts(slo, first, slo->alert_count, e, found);
}

static void
judge_admission(const struct sli_slo *slo, const struct sli__findings *found,
    uint128 whole, uint64_t elapsed_ns)
{
	struct sli__slo_state *state = slo->state;
	struct sli__throttle_input in;
	struct sli__throttle_state next;
	uint64_t verdict = load_relaxed(&state->verdict);

	memset(&in, 0, sizeof(in));
	in.slot.good = found->slot.good;
	in.slot.bad = found->slot.bad;
	in.recent.good = found->recent.good;
	in.recent.bad = found->recent.bad;
	in.elapsed_ns = elapsed_ns;
	in.slot_ns = slo->ind->slot_ns;
	in.budget_ppb = (uint32_t)slo->budget_ppb;
	in.left_ppm = sli__budget_left_ppm(&found->budget, slo->budget_ppb,
	    whole);
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
judge(const struct sli_slo *slo, uint64_t open_ns)
{
	/* Pairs with join_max below. */
	uint64_t judged = load_acquire(&slo->state->judged_ns);
	struct sli__moment start = { open_ns, open_ns };
	struct sli__findings found;
	struct sli__period period;

	if (judged >= open_ns)
		return;
	if (sli__slo_has_slices(&slo->spec))
		sli__slices_on_slot(slo, open_ns);
	sli__slo_period(slo, open_ns, &period);
	sli__period_begin(slo, sli__slices_moment(slo, start), &period, judged);
	sli__adjust_on_slot(slo, open_ns);
	found.open_ns = open_ns;
	found.holds = 0;
	look(slo, &period, &found);
	judge_admission(slo, &found, period.whole,
	    judged == 0 ? slo->ind->slot_ns : open_ns - judged);
	sli__watch_alerts(slo, &found);
	sli__outage_judge(slo, &found);
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
