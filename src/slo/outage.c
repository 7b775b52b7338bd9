/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "slo/alert_log.h"
#include "slo/outage.h"
#include "slo/windows.h"

#define BAD_MIN 5
/* Of 20 expected at random, fewer than 2 come once in 25 million slots. */
#define SILENT_MIN_MILLI (20 * UINT64_C(1000))
#define CALM_SLOTS 3

/* Does silence need a look: so few events for what was expected? */
static bool
is_quiet(const struct sli__outage_rule *rule,
    const struct sli__outage_slot *slot)
{
	return slot->expected_milli >= SILENT_MIN_MILLI &&
	    slot->expected_milli >= rule->min_events * UINT64_C(1000) &&
	    (uint128)slot->events * 10000 < slot->expected_milli;
}

/*
 * A run goes on from half of what begins one: near the ratio, chance decides
 * about each slot.
 */
static bool
is_bad(const struct sli__outage_rule *rule, const struct sli__outage_slot *slot)
{
	uint128 bad = (uint128)slot->bad * PPM;
	uint128 limit = (uint128)slot->events * rule->ratio_ppm;

	if (slot->in_run)
		return slot->events >= rule->min_events / 2 &&
		    slot->bad >= BAD_MIN / 2 && 2 * bad >= limit;
	return slot->events >= rule->min_events && slot->bad >= BAD_MIN &&
	    bad > limit;
}

enum sli__outage_kind
sli__outage_kind(const struct sli__outage_rule *rule,
    const struct sli__outage_slot *slot)
{
	if (!slot->in_run &&
	    slot->expected_milli < rule->min_events * UINT64_C(1000))
		return SLI__CALM;
	if (is_bad(rule, slot))
		return SLI__BAD_SLOT;
	return slot->may_be_silent && is_quiet(rule, slot) ? SLI__SILENT_SLOT :
							     SLI__CALM;
}

/* Some slots of one kind, [from_ns, to_ns). */
struct span {
	uint64_t from_ns, to_ns;
	enum sli__outage_kind kind;
	struct sli__outage_slot slot;
};

static bool
is_resting(const struct sli_slo *slo)
{
	return (slo->spec.flags & SLI_SLO_NO_OUTAGES) != 0 ||
	    slo->ind->slot_ns > SLI__OUTAGE_SLOT_NS_MAX;
}

static uint64_t
events_of(const struct sli__tally *t)
{
	return t->good + t->bad;
}

/* What a slot had before, on the average of a window less its end. */
static uint64_t
average_milli(uint64_t slot_ns, const struct sli__tally *window,
    const struct sli__tally *end)
{
	uint64_t ns = sub_floor(window->covered_ns, end->covered_ns);
	uint64_t events = sub_floor(events_of(window), events_of(end));

	return ns < slot_ns ? 0 :
			      (uint64_t)((uint128)events * 1000 * slot_ns / ns);
}

static bool
is_running(const struct sli_slo *slo)
{
	return sli__turn_is_on(
	    load_acquire(&slo->state->watch.turn[SLI__OUTAGE]));
}

/* Who dies over the end of a run leaves its record open. */
static void
end_what_is_over(const struct sli_slo *slo)
{
	uint64_t have, end_ns;

	if (sli__watch_is_over(slo, SLI__OUTAGE, &have, &end_ns))
		sli__watch_end(slo, SLI__OUTAGE, have, end_ns, end_ns);
}

static void
end_run(const struct sli_slo *slo)
{
	struct sli__watch *w = &slo->state->watch;

	if (is_running(slo))
		sli__turn(&w->turn[SLI__OUTAGE], false,
		    load_acquire(&w->to_ns));
	end_what_is_over(slo);
}

static void
calm(const struct sli_slo *slo, uint64_t at_ns)
{
	uint64_t to_ns = load_acquire(&slo->state->watch.to_ns);

	if (sub_floor(at_ns, to_ns) >= CALM_SLOTS * slo->ind->slot_ns)
		end_run(slo);
	else
		end_what_is_over(slo);
}

static void
open_record(const struct sli_slo *slo, uint64_t have, uint64_t open_ns)
{
	uint64_t turn = load_acquire(&slo->state->watch.turn[SLI__OUTAGE]);
	struct sli__alert_start start;

	if (!sli__turn_is_on(turn))
		return;
	memset(&start, 0, sizeof(start));
	start.severity = SLI_TICKET;
	start.onset_ns = start.start_ns = sli__turn_ns(turn);
	start.factor_ppm = slo->spec.outage_ratio_ppm;
	sli__watch_open(slo, SLI__OUTAGE, have, open_ns, &start);
}

static uint64_t
missing_milli(const struct span *span, uint64_t slot_ns)
{
	uint64_t slots = (span->to_ns - span->from_ns) / slot_ns;

	return span->kind == SLI__SILENT_SLOT ?
	    sub_floor(slots * span->slot.expected_milli,
		span->slot.events * 1000) :
	    0;
}

static void
go_on(const struct sli_slo *slo, const struct sli__findings *found,
    const struct span *span)
{
	struct sli__watch *w = &slo->state->watch;
	struct sli__alert_growth *g;
	double burn = 0;
	uint64_t have;

	end_what_is_over(slo);
	if (!is_running(slo)) {
		store_relaxed(&w->expected_milli, span->slot.expected_milli);
		join_max(&w->from_ns, span->from_ns);
		if (!sli__turn(&w->turn[SLI__OUTAGE], true, span->from_ns))
			return;
	}
	join_max(&w->to_ns, span->to_ns);
	if (sli__watch_needs_record(slo, SLI__OUTAGE, &have))
		open_record(slo, have, found->open_ns);
	if (span->slot.events > 0)
		burn = (double)span->slot.bad / (double)span->slot.events *
		    ((double)PPB / (double)slo->budget_ppb);
	sli__watch_grow(slo, SLI__OUTAGE, found, burn);
	g = sli__watch_growth(slo, SLI__OUTAGE);
	if (g != NULL && span->kind == SLI__SILENT_SLOT)
		add_relaxed(&g->missing_milli,
		    missing_milli(span, slo->ind->slot_ns));
}

static void
look_at_counted(const struct sli_slo *slo, const struct sli__findings *found,
    struct span *span)
{
	struct sli__outage_rule rule = { slo->spec.outage_ratio_ppm,
		slo->spec.outage_min_events };
	uint64_t *busy_ns = &slo->state->watch.busy_ns, end_ns = span->to_ns;

	span->slot.in_run = is_running(slo);
	if (span->slot.in_run)
		span->slot.expected_milli = load_relaxed(
		    &slo->state->watch.expected_milli);
	if (is_quiet(&rule, &span->slot)) {
		span->to_ns = min_u64(span->to_ns,
		    add_cap(load_relaxed(busy_ns), SLI__OUTAGE_TRAFFIC_NS));
		span->slot.may_be_silent = span->to_ns > span->from_ns &&
		    sli_in_flight(slo->ind) > 0;
	} else {
		store_relaxed(busy_ns, span->to_ns);
	}
	span->kind = sli__outage_kind(&rule, &span->slot);
	if (span->kind == SLI__CALM)
		calm(slo, end_ns);
	else
		go_on(slo, found, span);
}

/* From the slot on in which excluded time begins, it is passed over. */
static void
look_at(const struct sli_slo *slo, const struct sli__findings *found,
    struct span *span)
{
	uint64_t first = sli__adjust_first(slo, span->from_ns, span->to_ns);
	bool is_cut = first < span->to_ns;

	if (is_cut)
		span->to_ns = first - first % slo->ind->slot_ns;
	if (span->from_ns < span->to_ns)
		look_at_counted(slo, found, span);
	if (is_cut)
		end_run(slo);
}

/*
 * Nobody opened a slot since seen_ns but now: what came lies in the first, and
 * the others are quiet.
 */
static void
look_at_gap(const struct sli_slo *slo, const struct sli__findings *found,
    uint64_t seen_ns)
{
	enum { GAP, BEFORE, WINDOWS };
	uint64_t gap_ns = found->open_ns - seen_ns;
	uint64_t window_ns[WINDOWS] = { gap_ns,
		add_cap(gap_ns, SLI__OUTAGE_TRAFFIC_NS) };
	struct sli__moment m = { found->open_ns, found->open_ns };
	struct sli__events e[WINDOWS];
	struct sli__tally gap, before;
	struct span span = { .from_ns = seen_ns };
	uint64_t expected_milli;

	sli__windows(slo->ind, m, window_ns, WINDOWS, e);
	gap = sli__slo_admitted(slo, &e[GAP]);
	before = sli__slo_admitted(slo, &e[BEFORE]);
	expected_milli = average_milli(slo->ind->slot_ns, &before, &gap);
	span.to_ns = seen_ns + slo->ind->slot_ns;
	span.slot.events = events_of(&gap);
	span.slot.bad = gap.bad;
	span.slot.expected_milli = expected_milli;
	look_at(slo, found, &span);
	memset(&span.slot, 0, sizeof(span.slot));
	span.slot.expected_milli = expected_milli;
	span.from_ns = seen_ns + slo->ind->slot_ns;
	span.to_ns = found->open_ns;
	look_at(slo, found, &span);
}

static void
look_at_slot(const struct sli_slo *slo, const struct sli__findings *found)
{
	uint64_t slot_ns = slo->ind->slot_ns;
	struct span span = { .to_ns = found->open_ns };

	span.from_ns = sub_floor(found->open_ns, slot_ns);
	span.slot.events = events_of(&found->slot);
	span.slot.bad = found->slot.bad;
	span.slot.expected_milli = average_milli(slot_ns, &found->traffic,
	    &found->slot);
	look_at(slo, found, &span);
}

void
sli__outage_judge(const struct sli_slo *slo, const struct sli__findings *found)
{
	uint64_t *seen = &slo->state->watch.seen_ns;
	/* Pairs with the swap below. */
	uint64_t seen_ns = load_acquire(seen);

	if (is_resting(slo))
		return;
	/* The slots since then are looked at by one claimer. */
	do {
		if (seen_ns >= found->open_ns)
			return;
	} while (!cas_acq_rel(seen, &seen_ns, found->open_ns));
	if (seen_ns == 0 || found->open_ns - seen_ns == slo->ind->slot_ns)
		look_at_slot(slo, found);
	else
		look_at_gap(slo, found, seen_ns);
}

static int
rest(const struct sli_slo *slo, uint64_t traffic_milli, const char **reason)
{
	if (slo->spec.flags & SLI_SLO_NO_OUTAGES) {
		*reason = "switched off by SLI_SLO_NO_OUTAGES";
		return SLI_EACCES;
	}
	if (slo->ind->slot_ns > SLI__OUTAGE_SLOT_NS_MAX) {
		*reason = "the indicator's slots are longer than 2 s: an "
			  "outage of seconds does not show in them";
		return SLI_ERANGE;
	}
	if (traffic_milli < slo->spec.outage_min_events * UINT64_C(1000)) {
		*reason = "too little traffic: in the last 5 min there were "
			  "fewer than outage_min_events per slot, so that a "
			  "few failures by chance would look like an outage";
		return SLI_ENODATA;
	}
	*reason = "";
	return SLI_OK;
}

int
sli_slo_outage(struct sli_slo *slo, uint64_t now_ns, struct sli_outage *out)
{
	uint64_t window_ns = SLI__OUTAGE_TRAFFIC_NS, milli, from_ns, to_ns;
	const struct sli__tally none = { 0 };
	struct sli__watch *w;
	struct sli__events e;
	struct sli__tally t;
	bool runs;

	if (slo == NULL || out == NULL)
		return SLI_EINVAL;
	sli__windows(slo->ind, sli__advance_to(slo->ind, now_ns), &window_ns, 1,
	    &e);
	t = sli__slo_admitted(slo, &e);
	milli = average_milli(slo->ind->slot_ns, &t, &none);
	w = &slo->state->watch;
	runs = is_running(slo);
	/* In this order: of a run that begins meanwhile the length is 0. */
	to_ns = load_acquire(&w->to_ns);
	from_ns = load_acquire(&w->from_ns);
	memset(out, 0, sizeof(*out));
	/* A run goes on though traffic has become little. */
	out->status = rest(slo, runs ? UINT64_MAX : milli, &out->reason);
	out->state = runs ? SLI_ALERT_FIRING : SLI_ALERT_OK;
	out->from_ns = sub_floor(from_ns,
	    sli__timeline_skew(slo->ind->timeline));
	out->length_ns = sub_floor(to_ns, from_ns);
	out->traffic = (double)milli / 1000.0;
	return SLI_OK;
}
