/* SPDX-License-Identifier: MIT */
#include "base/arith.h"
#include "slo/throttle.h"

#include <sli/admit.h>

#define FULL UINT64_C(62259) /* SLI_SHED_MAX of 65536 */
#define SHEDDABLES (2 * FULL)
#define PRESSURE_MAX (SLI_CRITICALITIES * FULL)

#define THETA_MIN UINT64_C(500)		/* 1/1000 */
#define THETA_MAX UINT64_C(14400)
#define WASTE_MAX (PPB / 2)
#define EVIDENCE 3
#define SETTLE_MS 3000
#define CALM_MS 1000
#define HOLD_MS UINT64_C(5000)
#define HOLD_MAX_MS UINT64_C(28000)
#define PROBE_PART 12
#define END_MS 50000
#define DEEP 4
#define PROBE_SLOW_MS UINT64_C(10000)
#define FORGET_MS 60000
#define BACKGROUND_MS 600000

struct memory {
	uint64_t knee;
	uint64_t quiet_ms;
	uint64_t backoff;
	uint64_t share;
	uint64_t rate;
};

static uint64_t
log_of(uint64_t value)
{
	uint64_t exponent, mantissa;

	if (value == 0)
		return 0;
	exponent = 63 - (uint64_t)__builtin_clzll(value);
	mantissa = exponent < 4 ? value << (4 - exponent) :
	    value >> (exponent - 4);
	return 1 + 16 * exponent + (mantissa & 15);
}

static uint64_t
exp_of(uint64_t log)
{
	uint64_t exponent, mantissa;

	if (log == 0)
		return 0;
	exponent = (log - 1) / 16;
	mantissa = 16 + (log - 1) % 16;
	return exponent < 4 ? mantissa >> (4 - exponent) :
	    mantissa << (exponent - 4);
}

static struct memory
unpack(uint64_t word)
{
	return (struct memory) {
		.knee = word & 0x3ffff,
		.quiet_ms = word >> 18 & 0xfffff,
		.backoff = word >> 38 & 0x3,
		.share = exp_of(word >> 40 & 0x1ff),
		.rate = exp_of(word >> 49 & 0x7ff),
	};
}

static uint64_t
pack(const struct memory *m)
{
	return m->knee | min_u64(m->quiet_ms, 0xfffff) << 18 |
	    m->backoff << 38 | log_of(m->share) << 40 | log_of(m->rate) << 49;
}

static uint64_t
pressure_of(uint64_t verdict)
{
	uint64_t sum = 0;

	for (uint32_t c = 0; c < SLI_CRITICALITIES; c++)
		sum += sli__throttle_shed(verdict, c);
	return sum;
}

static uint64_t
verdict_of(uint64_t pressure)
{
	uint64_t verdict = 0;

	for (uint32_t c = SLI_CRITICALITIES; c-- > 0;) {
		uint64_t shed = min_u64(pressure, FULL);

		verdict |= shed << 16 * c;
		pressure -= shed;
	}
	return verdict;
}

static uint64_t
bad_share(const struct sli__throttle_window *w)
{
	return (uint64_t)((uint128)w->bad * PPB /
	    ((uint128)w->good + w->bad + (w->good + w->bad == 0)));
}

static uint64_t
tolerated(const struct sli__throttle_input *in, uint64_t background)
{
	uint64_t left = in->remaining_ppm < 0 ? 0 :
	    min_u64((uint64_t)in->remaining_ppm, PPM);
	uint64_t theta = THETA_MIN +
	    share_of(THETA_MAX - THETA_MIN, left, PPM);

	return min_u64(max_u64(in->budget_ppb * theta / 1000, 2 * background),
	    WASTE_MAX);
}

static uint128
excess(const struct sli__throttle_window *w, uint64_t tolerated_ppb)
{
	uint128 all = ((uint128)w->good + w->bad) * (PPB - tolerated_ppb);
	uint128 good = (uint128)w->good * PPB;

	return all > good ? all - good : 0;
}

static uint64_t
reject(const struct sli__throttle_window *w, uint64_t tolerated_ppb)
{
	uint128 n = (uint128)w->good + w->bad;

	return (uint64_t)(excess(w, tolerated_ppb) * FULL /
	    ((n + 1) * (PPB - tolerated_ppb)));
}

static uint64_t
probe(const struct memory *m)
{
	uint64_t hold_ms = min_u64(HOLD_MS << m->backoff, HOLD_MAX_MS);
	uint64_t ms = sub_floor(m->quiet_ms, hold_ms);
	uint64_t slow_ms = min_u64(ms, PROBE_SLOW_MS);
	uint64_t fast_ms = END_MS - PROBE_SLOW_MS - hold_ms;

	if (m->quiet_ms >= END_MS)
		return 0;
	return m->knee - m->knee * slow_ms / (PROBE_PART * PROBE_SLOW_MS) -
	    (m->knee - m->knee / PROBE_PART) * (ms - slow_ms) / fast_ms;
}

static uint64_t
raise(struct memory *m, uint64_t pressure, uint64_t by)
{
	uint64_t depth = sub_floor(m->knee, pressure);

	m->quiet_ms = 0;
	if (pressure > m->knee) {
		m->knee = m->backoff ? (m->knee + pressure) / 2 : pressure;
		return min_u64(pressure + by, PRESSURE_MAX);
	}
	if (depth > 0) {
		if (depth > m->knee / PROBE_PART)
			m->knee -= depth / DEEP;
		m->backoff = min_u64(m->backoff + 1, 3);
	} else if (m->knee) {
		m->knee += by / 4;
		m->backoff = max_u64(m->backoff, 1);
	} else {
		m->knee = by;
	}
	m->knee = min_u64(m->knee, PRESSURE_MAX);
	return min_u64(m->knee + by, PRESSURE_MAX);
}

void
sli__throttle_step(struct sli__throttle_state *state,
    const struct sli__throttle_input *in)
{
	struct memory m = unpack(state->memory);
	uint64_t pressure = pressure_of(state->verdict);
	uint64_t background = pressure ? 0 : m.share;
	uint64_t allowed = tolerated(in, background);
	uint64_t share = bad_share(&in->recent);
	uint64_t recent = add_cap(in->recent.good, in->recent.bad);
	uint64_t by = reject(&in->slot, allowed);
	uint64_t ms = min_u64((in->elapsed_ns + 500000) / 1000000, 1000000);
	int enough = recent >= in->min_events &&
	    excess(&in->recent, allowed) >= (uint128)EVIDENCE * (PPB-allowed);

	m.quiet_ms += ms;
	if (enough && by > 0) {
		if (pressure == 0)
			m.share = 0;
		if (share >= m.share + m.share / 8) {
			m.share = share;
			m.rate = recent;
		} else if (share < PPB / 2 && share / 3 > m.share / 4 &&
		    recent / 2 < m.rate / 3) {
			m.share = share;
			m.knee = m.quiet_ms = m.backoff = 0;
			pressure = 0;
			goto out;
		}
		by = by * min_u64(ms, 1000) / 1000;
		if (pressure < SHEDDABLES && m.backoff == 0) {
			pressure = raise(&m, pressure, by);
			if (pressure > SHEDDABLES) {
				pressure = SHEDDABLES;
				m.knee = min_u64(m.knee, pressure);
			}
		} else if (m.quiet_ms >= SETTLE_MS) {
			pressure = raise(&m, pressure, by);
		}
	} else {
				if (m.quiet_ms >= CALM_MS)
			pressure = min_u64(pressure, probe(&m));
		if (pressure == 0) {
			if (state->verdict != 0)
				m.share = 0;
			m.knee = m.backoff = m.rate = 0;
			if (m.quiet_ms >= BACKGROUND_MS) {
				m.share /= 2;
				m.quiet_ms = 0;
			}
		}
	}
out:
	state->verdict = verdict_of(pressure);
	state->memory = pack(&m);
}

uint32_t
sli__throttle_shed(uint64_t verdict, uint32_t criticality)
{
	uint32_t c = criticality < SLI_CRITICALITIES ? criticality :
	    SLI_SHEDDABLE;

	return (uint32_t)(verdict >> 16 * c & 0xffff);
}
