/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"
#include "slo/alert_log.h"
#include "slo/slo.h"

static struct sli__alert_entry *
entry_of(const struct sli__arena *arena, uint64_t n)
{
	struct sli__alert_entry *ring = sli__at(arena,
	    arena->geometry.alerts_offset);

	return &ring[n % SLI__ALERT_PLACES];
}

uint64_t
sli__alert_log_count(const struct sli__arena *arena)
{
	/* Pairs with the swap in sli__alert_log_take(). */
	return load_acquire(&arena->block->alert_count);
}

uint64_t
sli__alert_log_take(struct sli__arena *arena)
{
	uint64_t n = load_relaxed(&arena->block->alert_count);

	while (!cas_acq_rel(&arena->block->alert_count, &n, n + 1))
		;
	return n;
}

void
sli__alert_log_write(struct sli__arena *arena, uint64_t n,
    const struct sli__alert_start *start)
{
	struct sli__alert_entry *e = entry_of(arena, n);
	uint64_t words[SLI__ALERT_START_WORDS];
	uint64_t *growth = (void *)&e->growth;
	uint32_t i;

	memcpy(words, start, sizeof(words));
	store_relaxed(&e->number, 0);
	/* Who sees a word of the new record sees that the old is gone. */
	store_release(&e->checksum, sli__checksum(words, sizeof(words)) + n);
	for (i = 0; i < SLI__ALERT_START_WORDS; i++)
		store_relaxed(&e->start[i], words[i]);
	for (i = 0; i < sizeof(e->growth) / sizeof(*growth); i++)
		store_release(&growth[i], 0);
	/* Pairs with the loads of number below. */
	store_release(&e->number, n + 1);
}

static bool
is_sound(const struct sli__alert_start *start)
{
	return memchr(start->slo, '\0', sizeof(start->slo)) != NULL &&
	    sli__is_slo_name(start->slo, SLI_NAME_MAX) &&
	    start->watched < SLI__WATCHED && start->severity <= SLI_TICKET &&
	    start->onset_ns <= start->start_ns && start->budget_ppb > 0 &&
	    start->budget_ppb < PPB;
}

bool
sli__alert_log_get(const struct sli__arena *arena, uint64_t n,
    struct sli__alert_start *start, struct sli__alert_growth *growth)
{
	const struct sli__alert_entry *e = entry_of(arena, n);
	uint64_t words[SLI__ALERT_START_WORDS];
	const uint64_t *from = (const void *)&e->growth;
	uint64_t *to = (void *)growth;
	uint64_t checksum;
	uint32_t i;

	if (load_acquire(&e->number) != n + 1)
		return false;
	checksum = load_relaxed(&e->checksum);
	for (i = 0; i < SLI__ALERT_START_WORDS; i++)
		words[i] = load_relaxed(&e->start[i]);
	/* From the end on: what there was until then is seen with it. */
	for (i = sizeof(*growth) / sizeof(*to); i-- > 0;)
		to[i] = load_acquire(&from[i]);
	if (load_relaxed(&e->number) != n + 1 ||
	    checksum != sli__checksum(words, sizeof(words)) + n)
		return false;
	memcpy(start, words, sizeof(words));
	if (growth->end_ns <= start->start_ns)
		growth->end_ns = 0;
	return is_sound(start);
}

struct sli__alert_growth *
sli__alert_log_growth(const struct sli__arena *arena, uint64_t n)
{
	struct sli__alert_entry *e = entry_of(arena, n);

	return load_acquire(&e->number) == n + 1 ? &e->growth : NULL;
}

bool
sli__alert_log_is_past(const struct sli__arena *arena, uint64_t n)
{
	return sub_floor(sli__alert_log_count(arena), n) > SLI_ALERT_LOG_MAX;
}

/* Does the watch of its SLO name it? */
static bool
is_watched(const struct sli_registry *reg, uint64_t n, uint32_t slo_index,
    uint32_t watched)
{
	struct sli__slo_entry *e;

	if (slo_index >= reg->arena.geometry.max_slos ||
	    watched >= SLI__WATCHED)
		return false;
	e = sli__slo_entry(reg, slo_index);
	return load_acquire(&e->life) >= SLI__LIFE_ALIVE &&
	    load_acquire(&e->state.watch.record[watched]) ==
	    sli__record_of(n, true);
}

bool
sli__alert_log_look(const struct sli_registry *reg, uint64_t n, bool *ended)
{
	const struct sli__alert_entry *e = entry_of(&reg->arena, n);
	struct sli__alert_start start;
	uint64_t words[SLI__ALERT_START_WORDS], end_ns;
	uint32_t i;

	if (load_acquire(&e->number) != n + 1)
		return false;
	for (i = 0; i < SLI__ALERT_START_WORDS; i++)
		words[i] = load_relaxed(&e->start[i]);
	end_ns = load_acquire(&e->growth.end_ns);
	memcpy(&start, words, sizeof(words));
	*ended = end_ns > start.start_ns;
	return *ended || is_watched(reg, n, start.slo_index, start.watched);
}

static double
per_million(uint64_t ppm)
{
	return (double)ppm / (double)PPM;
}

/* One that has ended, or that its watch names: it may have ended meanwhile. */
static bool
read_words(const struct sli_registry *reg, uint64_t n,
    struct sli__alert_start *s, struct sli__alert_growth *g)
{
	if (!sli__alert_log_get(&reg->arena, n, s, g))
		return false;
	return g->end_ns > 0 || is_watched(reg, n, s->slo_index, s->watched) ||
	    (sli__alert_log_get(&reg->arena, n, s, g) && g->end_ns > 0);
}

int
sli__alert_log_read(const struct sli_registry *reg, uint64_t n,
    struct sli_alert_record *out)
{
	struct sli__alert_start s;
	struct sli__alert_growth g;

	if (!read_words(reg, n, &s, &g))
		return SLI_EBUSY;
	memset(out, 0, sizeof(*out));
	out->number = n;
	memcpy(out->slo, s.slo, sizeof(out->slo));
	out->kind = s.watched == SLI__OUTAGE ? SLI_ALERT_OUTAGE :
					       SLI_ALERT_BURN;
	out->alert_index = s.watched == SLI__OUTAGE ? 0 : s.watched;
	out->severity = (enum sli_severity)s.severity;
	out->silent = g.missing_milli > 0;
	out->onset_ns = sub_floor(s.onset_ns, s.skew_ns);
	out->start_ns = sub_floor(s.start_ns, s.skew_ns);
	if (g.end_ns > 0) {
		g.recovered_ns = max_u64(g.recovered_ns, s.onset_ns);
		out->end_ns = max_u64(sub_floor(g.end_ns, s.skew_ns), 1);
		out->recovered_ns = sub_floor(min_u64(g.end_ns, g.recovered_ns),
		    s.skew_ns);
	}
	out->long_ns = s.long_ns;
	out->short_ns = s.short_ns;
	out->factor = per_million(s.factor_ppm);
	out->peak_burn = per_million(g.peak_ppm);
	out->bad = sub_floor(g.bad, s.bad);
	/* Words of a file may be anything. */
	out->total = max_u64(out->bad, sub_floor(g.total, s.total));
	out->missing = (g.missing_milli + 500) / 1000;
	if (g.period_events > 0)
		out->budget_cost = (double)out->bad /
		    ((double)s.budget_ppb / (double)PPB *
			(double)g.period_events);
	return SLI_OK;
}

int
sli_alert_read(const struct sli_registry *reg, uint32_t back,
    struct sli_alert_record *out)
{
	uint64_t count;

	if (reg == NULL || out == NULL)
		return SLI_EINVAL;
	count = sli__alert_log_count(&reg->arena);
	if (back >= SLI_ALERT_LOG_MAX || back >= count)
		return SLI_ENOENT;
	return sli__alert_log_read(reg, count - 1 - back, out);
}
