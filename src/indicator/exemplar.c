/* SPDX-License-Identifier: MIT */
#include "indicator/exemplar.h"

#include <string.h>

#include "arena/arena.h"
#include "base/atomic.h"

/* Periods of history time; a place each, until the ring comes round. */
static const struct ring {
	uint64_t period_ns;
	uint32_t first, places;
} rings[] = {
	{ SLI_SECONDS(10), 0, 32 },
	{ SLI_MINUTES(5), 32, 96 },
};

#define RINGS (sizeof(rings) / sizeof(rings[0]))

/*
 * A latency in 33 bits, in their order: as it is below 2^28, above that by its
 * 28 highest bits. Two that rank alike differ by less than 2^-27.
 */
#define RANK_BITS 33
#define RANK_DIGITS 28

static inline uint64_t
rank_of(uint64_t latency_ns)
{
	uint64_t linear = (UINT64_C(1) << RANK_DIGITS) - 1;
	uint32_t top = 63u ^ (uint32_t)__builtin_clzll(latency_ns | linear);
	uint32_t shift = top - (RANK_DIGITS - 1);

	return ((uint64_t)shift << (RANK_DIGITS - 1)) + (latency_ns >> shift);
}

/* History time is below 2^63, so the period takes 30 bits; 0 is no key. */
static inline uint64_t
key_of(const struct ring *ring, uint64_t at_ns, uint64_t latency_ns)
{
	return (at_ns / ring->period_ns + 1) << RANK_BITS | rank_of(latency_ns);
}

static inline struct sli__exemplar *
place_of(struct sli__exemplars *e, enum sli_outcome outcome,
    const struct ring *ring, uint64_t at_ns)
{
	uint64_t period = at_ns / ring->period_ns;

	return &e->place[outcome][ring->first + period % ring->places];
}

/* W3C trace ids are hexadecimal; others have other alphabets. */
static size_t
trace_id_length(const char *trace_id)
{
	size_t n;

	for (n = 0; trace_id[n] != '\0'; n++)
		if (n == SLI_TRACE_ID_MAX || trace_id[n] < ' ' ||
		    trace_id[n] > '~' || trace_id[n] == '"' ||
		    trace_id[n] == '\\')
			return 0;
	return n;
}

/* Or is a slower one being written, or a later? */
static bool
is_ours(const struct sli__exemplar *place, uint64_t key)
{
	return load_relaxed(&place->key) == key;
}

static void
write_place(struct sli__exemplar *place, uint64_t key,
    const struct sli_exemplar *exemplar)
{
	uint64_t words[SLI__EXEMPLAR_WORDS], checksum;
	uint32_t i;

	memcpy(words, exemplar, sizeof(words));
	checksum = sli__checksum(words, sizeof(words)) + key;
	if (!is_ours(place, key))
		return;
	store_relaxed(&place->kept, 0);
	store_relaxed(&place->checksum, checksum);
	for (i = 0; i < SLI__EXEMPLAR_WORDS && is_ours(place, key); i++)
		store_relaxed(&place->words[i], words[i]);
	/* Pairs with the load in read_place(). */
	if (is_ours(place, key))
		store_release(&place->kept, key);
}

static void
offer(struct sli__exemplar *place, uint64_t key,
    const struct sli_exemplar *exemplar)
{
	uint64_t there = load_relaxed(&place->key);

	while (there < key)
		if (cas_acq_rel(&place->key, &there, key)) {
			write_place(place, key, exemplar);
			return;
		}
}

/* Apart, so that who is not among the worst has no frame for it. */
static __attribute__((noinline)) void
keep(const struct sli_indicator *ind, uint64_t now_ns, uint64_t at_ns,
    enum sli_outcome outcome, uint64_t latency_ns, const char *trace_id)
{
	size_t n = trace_id_length(trace_id), r;
	struct sli_exemplar exemplar;

	if (n == 0)
		return;
	memset(&exemplar, 0, sizeof(exemplar));
	exemplar.at_ns = now_ns;
	exemplar.latency_ns = latency_ns;
	exemplar.outcome = outcome;
	memcpy(exemplar.trace_id, trace_id, n);
	store_relaxed(&ind->exemplars->is_used, 1);
	for (r = 0; r < RINGS; r++)
		offer(place_of(ind->exemplars, outcome, &rings[r], at_ns),
		    key_of(&rings[r], at_ns, latency_ns), &exemplar);
}

void
sli_record_exemplar(struct sli_indicator *ind, uint64_t now_ns,
    enum sli_outcome outcome, uint64_t latency_ns, const char *trace_id)
{
	uint64_t at_ns;

	sli_record(ind, now_ns, outcome, latency_ns);
	if (ind == NULL || trace_id == NULL ||
	    ind->open_slot_ns == 0 || /* a view */
	    (unsigned int)outcome >= SLI__EXEMPLAR_CLASSES)
		return;
	at_ns = sli__timeline_at(ind->timeline, now_ns);
	if (at_ns == 0)
		return; /* no time */
	/* Who is not the worst of 10 s is not the worst of 5 min. */
	if (load_relaxed(
		&place_of(ind->exemplars, outcome, &rings[0], at_ns)->key) <
	    key_of(&rings[0], at_ns, latency_ns))
		keep(ind, now_ns, at_ns, outcome, latency_ns, trace_id);
}

/* False: there is none, or it is being written, or damaged. */
static bool
read_place(const struct sli__exemplar *place, struct sli_exemplar *out)
{
	uint64_t words[SLI__EXEMPLAR_WORDS], kept, checksum;
	uint32_t i;

	/* Pairs with the release in write_place(). */
	kept = load_acquire(&place->kept);
	if (kept == 0)
		return false;
	checksum = load_relaxed(&place->checksum);
	for (i = 0; i < SLI__EXEMPLAR_WORDS; i++)
		words[i] = load_relaxed(&place->words[i]);
	if (checksum != sli__checksum(words, sizeof(words)) + kept)
		return false;
	memcpy(out, words, sizeof(*out));
	return memchr(out->trace_id, '\0', sizeof(out->trace_id)) != NULL &&
	    trace_id_length(out->trace_id) > 0;
}

/* Below 0: a is the worse one; 0: both are the same event. */
static int
compare(const struct sli_exemplar *a, const struct sli_exemplar *b)
{
	if (a->outcome != b->outcome)
		return a->outcome == SLI_BAD ? -1 : 1;
	if (a->latency_ns != b->latency_ns)
		return a->latency_ns > b->latency_ns ? -1 : 1;
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	return strcmp(a->trace_id, b->trace_id);
}

/* Into out[0..n), worst first; returns how many there are then. */
static uint32_t
insert(struct sli_exemplar *out, uint32_t n, uint32_t max,
    const struct sli_exemplar *exemplar)
{
	uint32_t i = 0;
	int order = 1;

	while (i < n && (order = compare(exemplar, &out[i])) > 0)
		i++;
	/* The same event is in both rings. */
	if (i == max || (i < n && order == 0))
		return n;
	if (n < max)
		n++;
	memmove(&out[i + 1], &out[i], (n - i - 1) * sizeof(*out));
	out[i] = *exemplar;
	return n;
}

uint32_t
sli_exemplars(const struct sli_indicator *ind, uint64_t from_ns, uint64_t to_ns,
    struct sli_exemplar *out, uint32_t max)
{
	uint32_t outcome, i, n = 0;
	struct sli_exemplar e;

	if (ind == NULL || out == NULL ||
	    load_relaxed(&ind->exemplars->is_used) == 0)
		return 0;
	for (outcome = 0; outcome < SLI__EXEMPLAR_CLASSES; outcome++)
		for (i = 0; i < SLI__EXEMPLAR_PLACES; i++)
			if (read_place(&ind->exemplars->place[outcome][i],
				&e) &&
			    e.outcome == outcome && e.at_ns >= from_ns &&
			    e.at_ns < to_ns)
				n = insert(out, n, max, &e);
	return n;
}

void
sli__exemplars_copy(const struct sli__exemplars *from,
    struct sli__exemplars *to)
{
	struct sli_exemplar e;
	uint32_t c, i;

	store_relaxed(&to->is_used, load_relaxed(&from->is_used));
	for (c = 0; c < SLI__EXEMPLAR_CLASSES; c++)
		for (i = 0; i < SLI__EXEMPLAR_PLACES; i++)
			if (read_place(&from->place[c][i], &e))
				offer(&to->place[c][i],
				    load_relaxed(&from->place[c][i].kept), &e);
}
