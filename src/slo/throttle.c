/* SPDX-License-Identifier: MIT */
/*
 * The admission law: how much of which class to shed, one slot after another.
 *
 * Adaptive throttling (Google, SRE book, ch. 21) sheds with the probability
 *
 *	p = max(0, (n - K * good) / (n + 1))
 *
 * Here n = good + bad are admitted events only: a law that counts its own
 * rejections as failures feeds itself and never lets go. The book's constant
 * K = 2 is tied to the error budget. With B = 1 - objective and r = what is
 * left of the period's budget, in [0, 1]:
 *
 *	K = 1 / (1 - T)   T = min(theta * B, 1/2)   theta = 0.25 + 14.15 r
 *
 * T is the share of bad events that is put up with: while the budget is
 * whole, what burns it at the rate of the fastest page (14.4); once it is
 * spent, a quarter of B, so that it is rebuilt. K never exceeds the book's 2.
 * While anything is shed theta is at most 1: a budget that is left is no reason
 * to let in more than can be served, only to begin late.
 *
 * Admitted events alone say how far the present shedding falls short, not how
 * much is needed in all, so p is integrated. The integral is the pressure u,
 * from 0 to 4 classes, and each class has its turn, the sheddable ones first:
 *
 *	shed probability of a class = 0.95 * clamp(u - rank, 0, 1)
 *	rank: SHEDDABLE 0, SHEDDABLE_PLUS 1, CRITICAL 2, CRITICAL_PLUS 3
 *
 * No knowledge of the traffic's mix is needed, and u is the sum of what the
 * verdict holds. The plant that it drives has delay: a queue goes on failing
 * what waits in it long after enough is shed, and a latency objective turns
 * all events bad at once over an excess of 2 %. Hence five rules.
 *
 * Evidence. Pressure rises only on min_events in the last 10 s, three bad ones
 *   above what is tolerated among them, and a last slot above it too.
 * Knee. The pressure believed to be enough (cf. ssthresh of TCP): p at first,
 *   and pressure half of p more, since it is late already. Overload at
 *   the knee moves it up by a quarter of p, and pressure another 3/4 of p above
 *   it, to drain the queue; the first calm second brings pressure back to the
 *   knee. A climb that finds no relief takes the knee along.
 * Settling. Shedding a critical class, or moving a knee that has held, waits
 *   3 s for the raise before to show; sheddable classes are first shed whole.
 * Probing. Calm is held for 5 s (twice as long after each probe that failed,
 *   up to 33 s); then pressure falls slowly by a twelfth of the knee, then
 *   steadily to 0, reached 55 s after the last raise. A probe that fails deep
 *   below the knee lowers it. Time does this, not steps: an idle gap is calm.
 * Futility. If a third less is admitted and the bad share is still 3/4 of the
 *   worst, load is not the cause: shedding ends at once, and up to twice that
 *   share is put up with; half of it after each ten minutes. Not so when most
 *   of what is admitted is bad: then shedding costs little and may help.
 *
 * What it costs: a failed probe into a latency cliff spoils about a second, so
 * an overload that never ends is held to about 96 % good, not to 99.9 %. A
 * server that refuses its excess at once has no such limit.
 */
#include <stdbool.h>

#include <sli/admit.h>

#include "base/arith.h"
#include "slo/throttle.h"

/* Pressure is counted in 65536ths of shed probability. */
#define CLASS ((uint64_t)(SLI_SHED_MAX * 65536))
#define SHEDDABLE_CLASSES (2 * CLASS)
#define PRESSURE_MAX (SLI_CRITICALITIES * CLASS)

/* theta, in thousandths: the budget spent, untouched; and while shedding */
#define THETA_SPENT UINT64_C(250)
#define THETA_WHOLE UINT64_C(14400)
#define THETA_SHEDDING UINT64_C(1000)

#define EVIDENCE 3 /* bad events above the tolerated share */

/*
 * Measured on tests/support/server.c with queues of 1 and 2 s, under 2 and 4
 * times the capacity, objective 95 %. SLI of critical traffic by HOLD_MAX_MS:
 * 92.8 % at 10 s, 94.3 % at 20 s, 95.2 % at 33 s. Critical traffic served by
 * SETTLE_MS: 80 % at 2 s, 93 % at 3 s, 94 % at 4 s, which is late where nothing
 * queues. END_MS leaves 5 s of a minute for a queue to drain in.
 */
#define STEP_MS 1000 /* p is a raise per second */
#define SETTLE_MS 3000
#define CALM_MS 1000
#define HOLD_MS UINT64_C(5000)
#define HOLD_MAX_MS UINT64_C(33000)
#define SLOW_MS UINT64_C(10000)
#define SLOW_PART 12
#define END_MS UINT64_C(55000)
#define DOUBTS_MAX 3

#define BACKGROUND_MS UINT64_C(600000)

/*
 * What is remembered besides the pressure.
 *
 *	bits	field		kept as
 *	0..17	knee		exactly
 *	18..37	quiet_ms	at most 1048575, 17 min
 *	38..39	doubts		exactly
 *	40..48	share_ppb	logarithm, 16 steps per octave
 *	49..59	events		logarithm
 */
struct memory {
	uint64_t knee;
	uint64_t quiet_ms; /* since the last raise */
	uint64_t doubts;   /* probes that failed; the knee has held if any */
	/*
	 * While shedding: the largest bad share of 10 s, and the most events.
	 * Otherwise: a share that shedding did not cure, or 0.
	 */
	uint64_t share_ppb;
	uint64_t events;
};

#define KNEE_MASK UINT64_C(0x3ffff)
#define QUIET_MASK UINT64_C(0xfffff)
#define SHARE_MASK UINT64_C(0x1ff)
#define EVENTS_MASK UINT64_C(0x7ff)
#define LOG_MAX UINT64_C(1024) /* of UINT64_MAX */

/* 1 + 16 log2(value), the octave cut evenly; 0 for 0 */
static uint64_t
log_of(uint64_t value)
{
	uint64_t octave, part;

	if (value == 0)
		return 0;
	octave = 63 - (uint64_t)__builtin_clzll(value);
	part = (octave < 4 ? value << (4 - octave) : value >> (octave - 4)) &
	    15;
	return 1 + 16 * octave + part;
}

static uint64_t
exp_of(uint64_t log)
{
	uint64_t octave, part;

	if (log == 0)
		return 0;
	octave = (log - 1) / 16;
	part = 16 + (log - 1) % 16;
	return octave < 4 ? part >> (4 - octave) : part << (octave - 4);
}

static struct memory
unpack(uint64_t word)
{
	struct memory m = {
		.knee = word & KNEE_MASK,
		.quiet_ms = word >> 18 & QUIET_MASK,
		.doubts = word >> 38 & DOUBTS_MAX,
		.share_ppb = exp_of(word >> 40 & SHARE_MASK),
		.events = exp_of(min_u64(word >> 49 & EVENTS_MASK, LOG_MAX)),
	};

	return m;
}

static uint64_t
pack(const struct memory *m)
{
	return m->knee | min_u64(m->quiet_ms, QUIET_MASK) << 18 |
	    m->doubts << 38 | log_of(m->share_ppb) << 40 |
	    log_of(m->events) << 49;
}

static uint64_t
pressure_of(uint64_t verdict)
{
	uint64_t pressure = 0;
	uint32_t i;

	for (i = 0; i < SLI_CRITICALITIES; i++)
		pressure += sli__throttle_shed(verdict, i);
	return pressure;
}

static uint64_t
verdict_of(uint64_t pressure)
{
	uint64_t verdict = 0, shed;
	uint32_t i;

	for (i = SLI_CRITICALITIES; i-- > 0; pressure -= shed) {
		shed = min_u64(pressure, CLASS);
		verdict |= shed << 16 * i;
	}
	return verdict;
}

static uint128
events_of(const struct sli__throttle_window *w)
{
	return (uint128)w->good + w->bad;
}

static uint64_t
bad_share_ppb(const struct sli__throttle_window *w)
{
	uint128 n = events_of(w);

	return n == 0 ? 0 : (uint64_t)((uint128)w->bad * PPB / n);
}

/* T, in parts per billion */
static uint64_t
tolerated_ppb(const struct sli__throttle_input *in, int is_shedding,
    uint64_t background_ppb)
{
	uint64_t left = min_u64(in->left_ppm, PPM);
	uint64_t theta = THETA_SPENT +
	    share_of(THETA_WHOLE - THETA_SPENT, left, PPM);
	uint64_t share;

	if (is_shedding)
		theta = min_u64(theta, THETA_SHEDDING);
	share = in->budget_ppb * theta / 1000;
	return min_u64(max_u64(share, 2 * background_ppb), PPB / 2);
}

/* n - K * good, times (1 - T) in parts per billion; 0 if negative */
static uint128
excess_of(const struct sli__throttle_window *w, uint64_t tolerated)
{
	uint128 all = events_of(w) * (PPB - tolerated);
	uint128 good = (uint128)w->good * PPB;

	return all > good ? all - good : 0;
}

/* p, of CLASS */
static uint64_t
throttle_of(const struct sli__throttle_window *w, uint64_t tolerated)
{
	return (uint64_t)(excess_of(w, tolerated) * CLASS /
	    ((events_of(w) + 1) * (PPB - tolerated)));
}

static bool
has_evidence(const struct sli__throttle_input *in, uint64_t tolerated)
{
	return events_of(&in->recent) >= in->min_events &&
	    excess_of(&in->recent, tolerated) >=
	    (uint128)EVIDENCE * (PPB - tolerated);
}

/* Take note of the worst; true if a third less is admitted to no avail. */
static bool
is_futile(struct memory *m, const struct sli__throttle_window *recent)
{
	uint64_t share = bad_share_ppb(recent);
	uint64_t events = add_cap(recent->good, recent->bad);

	m->share_ppb = max_u64(m->share_ppb, share);
	m->events = max_u64(m->events, events);
	return share < PPB / 2 && share > m->share_ppb / 4 * 3 &&
	    events < m->events / 3 * 2;
}

/* The pressure that follows on overload, `by` being p of CLASS. */
static uint64_t
raise(struct memory *m, uint64_t pressure, uint64_t by)
{
	uint64_t known = max_u64(m->knee, pressure);
	uint64_t limit = known < SHEDDABLE_CLASSES ? SHEDDABLE_CLASSES :
						     PRESSURE_MAX;
	uint64_t depth = sub_floor(m->knee, pressure), next;

	if (m->knee == 0) {
		m->knee = by;
		next = by + by / 2;
	} else if (pressure > m->knee) {
		m->knee = m->doubts == 0 ? pressure : (m->knee + pressure) / 2;
		next = pressure + by;
	} else {
		if (depth == 0)
			m->knee += by / 4;
		else if (depth > m->knee / SLOW_PART)
			m->knee -= depth / 4;
		m->doubts = min_u64(m->doubts + 1, DOUBTS_MAX);
		next = m->knee + by / 4 * 3;
	}
	m->knee = min_u64(m->knee, limit);
	m->quiet_ms = 0;
	return min_u64(next, limit);
}

/* The most that is shed so long after the last raise. */
static uint64_t
probe(const struct memory *m)
{
	uint64_t hold_ms = min_u64(HOLD_MS << m->doubts, HOLD_MAX_MS);
	uint64_t ms = sub_floor(m->quiet_ms, hold_ms);
	uint64_t slow_ms = min_u64(ms, SLOW_MS);
	uint64_t fast_ms = END_MS - SLOW_MS - hold_ms;
	uint64_t slow_part = m->knee / SLOW_PART;

	if (m->quiet_ms >= END_MS)
		return 0;
	return m->knee - slow_part * slow_ms / SLOW_MS -
	    (m->knee - slow_part) * (ms - slow_ms) / fast_ms;
}

static uint64_t
press(struct memory *m, uint64_t pressure, uint64_t by,
    const struct sli__throttle_window *recent)
{
	bool delicate = pressure >= SHEDDABLE_CLASSES || m->doubts > 0;

	if (pressure == 0)
		m->share_ppb = m->events = 0;
	if (is_futile(m, recent)) {
		m->share_ppb = bad_share_ppb(recent);
		m->quiet_ms = 0;
		return 0;
	}
	if (delicate && m->quiet_ms < SETTLE_MS)
		return pressure;
	/* Slots below a second raise by their part of it. */
	by = (by * min_u64(m->quiet_ms, STEP_MS) + STEP_MS - 1) / STEP_MS;
	return raise(m, pressure, by);
}

static uint64_t
relax(struct memory *m, uint64_t pressure)
{
	if (pressure != 0) {
		if (m->quiet_ms >= CALM_MS)
			pressure = min_u64(pressure, probe(m));
		if (pressure == 0)
			m->share_ppb = 0;
	} else if (m->quiet_ms >= BACKGROUND_MS) {
		m->share_ppb /= 2;
		m->quiet_ms = 0;
	}
	return pressure;
}

void
sli__throttle_step(struct sli__throttle_state *state,
    const struct sli__throttle_input *in)
{
	struct memory m = unpack(state->memory);
	uint64_t pressure = pressure_of(state->verdict);
	uint64_t tolerated = tolerated_ppb(in, pressure != 0,
	    pressure == 0 ? m.share_ppb : 0);
	uint64_t by = throttle_of(&in->slot, tolerated);

	m.quiet_ms = min_u64(
	    m.quiet_ms + min_u64(in->elapsed_ns / 1000000, QUIET_MASK),
	    QUIET_MASK);
	if (by > 0 && has_evidence(in, tolerated))
		pressure = press(&m, pressure, by, &in->recent);
	else
		pressure = relax(&m, pressure);
	if (pressure == 0)
		m.knee = m.doubts = m.events = 0;
	state->verdict = verdict_of(pressure);
	state->memory = pack(&m);
}

uint32_t
sli__throttle_shed(uint64_t verdict, uint32_t criticality)
{
	uint32_t i = criticality < SLI_CRITICALITIES ? criticality :
						       SLI_SHEDDABLE;

	return (uint32_t)(verdict >> 16 * i & 0xffff);
}
