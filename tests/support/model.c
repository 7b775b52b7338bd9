/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <string.h>

#include "common.h"
#include "scale.h"

/* Rings to try; `slot_ns` is the indicator's own, 0 for the first ring's. */
struct shape {
	uint64_t slot_ns;
	struct sli_level history[SLI_LEVELS_MAX];
	struct sli_level latency[SLI_LEVELS_MAX];
};

static const struct shape shapes[] = {
	/* The default. */
	{ 0,
	    { { SLI_SECONDS(1), 128, 0 }, { SLI_SECONDS(10), 384, 0 },
		{ SLI_MINUTES(5), 900, 0 }, { SLI_HOURS(2), 400, 0 } },
	    { { SLI_SECONDS(10), 8, 0 }, { SLI_MINUTES(1), 12, 0 },
		{ SLI_MINUTES(10), 8, 0 } } },
	/* The default for an indicator in more of a hurry. */
	{ SLI_MILLIS(250),
	    { { SLI_SECONDS(1), 128, 0 }, { SLI_SECONDS(10), 384, 0 },
		{ SLI_MINUTES(5), 900, 0 }, { SLI_HOURS(2), 400, 0 } },
	    { { SLI_SECONDS(10), 8, 0 }, { SLI_MINUTES(1), 12, 0 },
		{ SLI_MINUTES(10), 8, 0 } } },
	/* As small as rings may be: a ring is soon all the way round. */
	{ 0,
	    { { SLI_SECONDS(1), 4, 0 }, { SLI_SECONDS(2), 4, 0 },
		{ SLI_SECONDS(6), 4, 0 } },
	    { { SLI_SECONDS(2), 4, 0 }, { SLI_SECONDS(4), 4, 0 } } },
	/* One ring. */
	{ 0, { { SLI_SECONDS(1), 10, 0 } }, { { SLI_SECONDS(5), 4, 0 } } },
	/* Slots of a minute. */
	{ 0, { { SLI_MINUTES(1), 16, 0 }, { SLI_MINUTES(10), 150, 0 } },
	    { { SLI_MINUTES(10), 7, 0 } } },
	/* Slots of 100 ms, lengths with few common factors. */
	{ 0,
	    { { SLI_MILLIS(100), 31, 0 }, { SLI_MILLIS(700), 43, 0 },
		{ SLI_MILLIS(7700), 13, 0 } },
	    { { SLI_MILLIS(700), 11, 0 }, { SLI_MILLIS(2100), 9, 0 } } },
};

/* Address space for the widest latency range at the highest precision. */
#define ARENA_BYTES ((uint64_t)256 << 20)

static void
open_registry(struct model *m)
{
	const struct shape *shape =
	    &shapes[random_below(&m->rnd, LENGTH(shapes))];
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;

	cfg.max_indicators = 1;
	cfg.arena_bytes = ARENA_BYTES;
	cfg.recorder = random_percent(&m->rnd, 50) ? SLI_RECORDER_AUTO :
						     SLI_RECORDER_ATOMIC;
	memcpy(cfg.history, shape->history, sizeof(cfg.history));
	memcpy(cfg.latency, shape->latency, sizeof(cfg.latency));
	memcpy(m->history, shape->history, sizeof(cfg.history));
	memcpy(m->latency, shape->latency, sizeof(cfg.latency));
	if (shape->slot_ns != 0)
		m->history[0].slot_ns = shape->slot_ns;
	m->cfg.slot_ns = m->history[0].slot_ns;
	assert_int_equal(sli_registry_create(&cfg, &m->reg, NULL), SLI_OK);
}

static void
open_indicator(struct model *m)
{
	struct sli_indicator_config init = SLI_INDICATOR_CONFIG_INIT;
	uint64_t threshold_ns = 0;

	init.slot_ns = m->cfg.slot_ns;
	m->cfg = init;
	m->cfg.name = "requests";
	m->cfg.threshold_count = (uint32_t)random_below(&m->rnd,
	    SLI_THRESHOLDS_MAX + 1);
	for (uint32_t k = 0; k < m->cfg.threshold_count; k++) {
		threshold_ns += 1 + random_magnitude(&m->rnd, 35);
		m->cfg.threshold_ns[k] = threshold_ns;
	}
	m->cfg.lowest_ns = 1 + random_magnitude(&m->rnd, 20);
	m->cfg.highest_ns = m->cfg.lowest_ns + 1 +
	    random_magnitude(&m->rnd, 40);
	m->cfg.precision_bits = SLI_PRECISION_BITS_MIN +
	    (uint32_t)random_below(&m->rnd, 8);
	assert_int_equal(sli_indicator_register(m->reg, &m->cfg, &m->ind, NULL),
	    SLI_OK);
}

static void
model_open(struct model *m, uint64_t seed)
{
	memset(m, 0, sizeof(*m));
	m->seed = seed;
	m->rnd.state = seed;
	open_registry(m);
	open_indicator(m);
	oracle_init(&m->oracle, &m->cfg);
	m->now_ns = SLI_DAYS(20000) + random_below(&m->rnd, SLI_DAYS(10));
}

static void
model_close(struct model *m)
{
	oracle_free(&m->oracle);
	sli_registry_close(m->reg);
}

static const struct sli_level *
random_level(struct model *m)
{
	size_t n = 0;

	while (m->history[n].slot_ns != 0)
		n++;
	return &m->history[random_below(&m->rnd, n)];
}

/* How far a clock goes from one call to the next. */
static void
move_clock(struct model *m)
{
	const struct sli_level *level = random_level(m);
	uint64_t slot_ns = m->cfg.slot_ns;
	uint64_t kind = random_below(&m->rnd, 100);

	if (kind < 40) /* within a slot, mostly */
		m->now_ns += random_below(&m->rnd, slot_ns);
	else if (kind < 55) /* a boundary exactly */
		m->now_ns += level->slot_ns - m->now_ns % level->slot_ns;
	else if (kind < 60) /* the last of a slot */
		m->now_ns += level->slot_ns - m->now_ns % level->slot_ns - 1;
	else if (kind < 80) /* some slots are empty */
		m->now_ns += random_below(&m->rnd, 8 * level->slot_ns);
	else if (kind < 82) /* idle for longer than the ring */
		m->now_ns += level->slots * level->slot_ns +
		    random_below(&m->rnd, level->slot_ns);
	else if (kind < 83) /* suspended */
		m->now_ns += random_below(&m->rnd, SLI_DAYS(3));
	else if (kind < 85) /* set back, to stay there */
		m->now_ns -= random_magnitude(&m->rnd, 43);
}

/* The time that a call is given: mostly now, but callers may be late. */
static uint64_t
told_now(struct model *m)
{
	uint64_t kind = random_below(&m->rnd, 100);

	if (kind < 8)
		return m->now_ns - random_below(&m->rnd, m->cfg.slot_ns);
	if (kind < 12)
		return m->now_ns - random_below(&m->rnd, 16 * m->cfg.slot_ns);
	if (kind == 12 && m->oracle.begun)
		return UINT64_MAX - random_magnitude(&m->rnd, 63);
	return m->now_ns;
}

static uint64_t
random_latency(struct model *m)
{
	uint64_t kind = random_below(&m->rnd, 100), edge;

	if (kind < 50)
		return random_magnitude(&m->rnd, 42);
	if (kind < 55)
		return random_magnitude(&m->rnd, 64);
	edge = kind < 60 ?
	    m->cfg.lowest_ns :
	    kind < 65 ?
	    m->cfg.highest_ns :
	    m->cfg.threshold_ns[random_below(&m->rnd, SLI_THRESHOLDS_MAX)];
	return edge - 1 + random_below(&m->rnd, 3);
}

/* Half of all events are good, so that bad ones are not all there is. */
static enum sli_outcome
random_outcome(struct model *m)
{
	return random_percent(&m->rnd, 50) ?
	    SLI_GOOD :
	    (enum sli_outcome)random_below(&m->rnd, 4);
}

static void
event(struct model *m)
{
	enum sli_outcome outcome = random_outcome(m);
	uint64_t now_ns = told_now(m);
	uint64_t x;

	if (random_percent(&m->rnd, 80)) {
		x = random_latency(m);
		sli_record(m->ind, now_ns, outcome, x);
		oracle_record(&m->oracle, now_ns, outcome, x);
	} else {
		x = 1 + random_magnitude(&m->rnd, 20);
		sli_count(m->ind, now_ns, outcome, x);
		oracle_count(&m->oracle, now_ns, outcome, x);
	}
}

static void
advance(struct model *m)
{
	uint64_t now_ns = told_now(m);

	if (sli_advance(m->reg, now_ns) != SLI_OK)
		model_fail(m, "sli_advance\n");
	oracle_advance(&m->oracle, now_ns);
}

void
model_check(uint64_t runs, uint64_t steps, void (*check)(struct model *))
{
	uint64_t seed = random_seed();
	struct model m;

	print_message("SLI_TEST_SEED=%llu\n", (unsigned long long)seed);
	for (uint64_t run = 0; run < test_scaled(runs); run++) {
		model_open(&m, seed + run);
		for (uint64_t i = 0; i < steps; i++) {
			move_clock(&m);
			if (random_percent(&m.rnd, 75))
				event(&m);
			else if (random_percent(&m.rnd, 80))
				check(&m);
			else
				advance(&m);
		}
		model_close(&m);
	}
}

uint64_t
model_window(struct model *m)
{
	const struct sli_level *level = random_level(m);
	uint64_t at_ns = oracle_at(&m->oracle, m->now_ns);
	uint64_t kind = random_below(&m->rnd, 100);

	if (kind < 40) /* back to a boundary */
		return at_ns % level->slot_ns +
		    (1 + random_below(&m->rnd, level->slots)) * level->slot_ns;
	if (kind < 60) /* what people ask for */
		return (1 + random_below(&m->rnd, level->slots)) *
		    level->slot_ns;
	if (kind < 90)
		return 1 + random_below(&m->rnd, level->slots * level->slot_ns);
	if (kind < 95)
		return 1 + random_magnitude(&m->rnd, 63);
	return kind < 97 ? UINT64_MAX : 1;
}

void
model_expect(const struct model *m, const char *what, uint64_t got,
    uint64_t least, uint64_t most)
{
	if (got < least || got > most)
		model_fail(m, "%s: got %llu, wanted %llu to %llu\n", what,
		    (unsigned long long)got, (unsigned long long)least,
		    (unsigned long long)most);
}
