/* SPDX-License-Identifier: MIT */
#include "slo/onset.h"
#include "slo/windows.h"

#define LONG_STEPS 60
#define SHORT_STEPS 12

/* Steps whose windows are summed at once: a bound on the stack. */
#define BATCH 7

_Static_assert(BATCH + 1 <= SLI__WINDOWS_MAX, "one sum serves a batch");

/* Back from a slot's start: step k is [at - (k + 1) step, at - k step). */
struct steps {
	const struct sli_slo *slo;
	uint64_t at_ns, step_ns;
	uint32_t first;			    /* of those at hand */
	uint32_t count;			    /* so many; 0 at first */
	struct sli__tally since[BATCH + 1]; /* their starts */
};

static void
fetch(struct steps *s, uint32_t first)
{
	struct sli__moment m = { s->at_ns, s->at_ns };
	uint64_t window_ns[BATCH + 1];
	struct sli__events e[BATCH + 1];
	uint32_t i;

	for (i = 0; i <= BATCH; i++)
		window_ns[i] = (first + i) * s->step_ns;
	sli__slo_windows(s->slo, m, window_ns, BATCH + 1, e);
	for (i = 0; i <= BATCH; i++)
		s->since[i] = sli__slo_tally(s->slo, &e[i]);
	s->first = first;
	s->count = BATCH;
}

/* Is the burn rate of step k above 1? For k that does not go back. */
static bool
burns(struct steps *s, uint32_t k)
{
	const struct sli__tally *older, *newer;
	uint64_t good, bad;

	if (k >= s->first + s->count)
		fetch(s, k);
	newer = &s->since[k - s->first];
	older = newer + 1;
	good = sub_floor(older->good, newer->good);
	bad = sub_floor(older->bad, newer->bad);
	return (uint128)bad * PPB > (uint128)s->slo->budget_ppb * (good + bad);
}

static uint64_t
step_of(const struct sli_slo *slo, uint64_t window_ns, uint64_t steps)
{
	uint64_t slot_ns = sli__slo_slot_ns(slo->ind, &slo->spec);

	return max_u64(slot_ns, round_up(window_ns / steps, slot_ns));
}

uint64_t
sli__onset(const struct sli_slo *slo, uint64_t at_ns,
    const struct sli__alert_rule *rule)
{
	uint64_t step_ns = step_of(slo, rule->long_ns, LONG_STEPS);
	struct steps s = { .slo = slo, .at_ns = at_ns, .step_ns = step_ns };
	/* Somewhere in the short window it does burn. */
	uint64_t may_be_quiet = rule->short_ns / step_ns + 1, quiet = 0;
	uint64_t onset = sub_floor(at_ns, step_ns);
	uint32_t k;

	for (k = 0; k < LONG_STEPS && quiet <= may_be_quiet; k++) {
		quiet++;
		if (!burns(&s, k))
			continue;
		onset = sub_floor(at_ns, (k + 1) * step_ns);
		quiet = 0;
		may_be_quiet = 1;
	}
	return max_u64(onset, load_relaxed(&slo->ind->timeline->birth_ns));
}

uint64_t
sli__recovery(const struct sli_slo *slo, uint64_t at_ns,
    const struct sli__alert_rule *rule)
{
	uint64_t step_ns = step_of(slo, rule->short_ns, SHORT_STEPS);
	struct steps s = { .slo = slo, .at_ns = at_ns, .step_ns = step_ns };
	uint32_t k;

	for (k = 0; k <= SHORT_STEPS; k++)
		if (burns(&s, k))
			return sub_floor(at_ns, k * step_ns);
	return at_ns;
}
