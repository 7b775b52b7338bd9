/* SPDX-License-Identifier: MIT */
/*
 * The four golden signals (SRE book, ch. 6), and a capacity where none is
 * configured: the bandwidth-delay product of BBR (Cardwell et al. 2016), as
 * load shedders have taken it over (kratos). The highest rate that was served
 * well, times the shortest time that it took, is what was in flight before work
 * began to queue (Little's law, which is why the time is a mean).
 *
 * The open slot is in neither of the two.
 */
#include <string.h>

#include <sli/context.h>

#include "base/arith.h"
#include "indicator/indicator.h"

#define LEARNED_OVER_NS SLI_HOURS(1)

/* Shorter slots would take a burst for a rate, or an outlier for a mean. */
#define RATE_SLOT_NS SLI_SECONDS(10)
#define MEAN_SLOT_NS SLI_MINUTES(1)

/* Below these nothing is learned: it would be noise. */
#define SLOTS_MIN 6   /* with good events */
#define EVENTS_MIN 20 /* in a mean */

struct learned {
	uint32_t slots;
	double rate;	/* per second, the highest */
	double mean_ns; /* the lowest; 0: none */
};

/* The finest level with slots of at least that length, or else the last. */
static uint32_t
level_of(const struct sli__history *h, uint64_t slot_ns)
{
	uint32_t level = 0;

	while (level + 1 < h->levels && h->level[level].slot_ns < slot_ns)
		level++;
	return level;
}

/* The oldest boundary to look at. */
static uint64_t
first_of(const struct sli__level *l, uint64_t open_ns)
{
	uint64_t slots = min_u64(l->slots - 1, LEARNED_OVER_NS / l->slot_ns);

	return sub_floor(open_ns / l->slot_ns, slots);
}

/*
 * Where a boundary is missing, two slots are taken for one. Idle time is in
 * none: there is a boundary on either side of a gap.
 */
static void
learn_rate(const struct sli_indicator *ind, uint64_t open_ns,
    struct learned *learned)
{
	const struct sli__history *h = &ind->counts;
	uint32_t level = level_of(h, RATE_SLOT_NS);
	uint64_t k = first_of(&h->level[level], open_ns), last_k = 0;
	uint64_t good, last_good = 0, span_ns;
	struct sli__events e;
	bool has_last = false;
	double rate;

	memset(&e, 0, sizeof(e));
	for (; sli__history_next(h, open_ns, level, &k); k++) {
		if (!sli__slot_read(h, level, k, 0, h->cells, e.cell))
			continue;
		good = sli__events_good(&e);
		span_ns = (k - last_k) * h->level[level].slot_ns;
		if (has_last && good > last_good) {
			learned->slots++;
			rate = (double)(good - last_good) * 1e9 /
			    (double)span_ns;
			if (rate > learned->rate)
				learned->rate = rate;
		}
		has_last = true;
		last_k = k;
		last_good = good;
	}
}

/* The middle of a bucket; of the overflow, its lower bound. */
static double
middle_of(const struct sli__buckets *b, uint32_t cell)
{
	uint64_t lower, upper;

	sli__buckets_bounds(b, cell, &lower, &upper);
	return upper == UINT64_MAX ? (double)lower :
				     ((double)lower + (double)upper) / 2;
}

/* The mean latency of good events between two boundaries; 0: too few. */
static double
mean_of(const struct sli_indicator *ind, uint32_t level, uint64_t from_k,
    uint64_t to_k)
{
	uint64_t from[SLI__CHUNK], to[SLI__CHUNK], count = 0;
	uint32_t cells = sli__buckets_cells(&ind->buckets), first, n, i;
	double sum = 0;

	for (first = 0; first < cells; first += n) {
		n = sli__chunk(cells - first);
		if (!sli__slot_read(&ind->latency, level, to_k, first, n, to) ||
		    !sli__slot_read(&ind->latency, level, from_k, first, n,
			from))
			return 0;
		for (i = 0; i < n; i++) {
			to[i] = sub_floor(to[i], from[i]);
			if (to[i] == 0)
				continue;
			count += to[i];
			sum += (double)to[i] *
			    middle_of(&ind->buckets, first + i);
		}
	}
	return count < EVENTS_MIN ? 0 : sum / (double)count;
}

/* Minutes as far as their ring reaches, and then what is coarser. */
static void
learn_mean(const struct sli_indicator *ind, uint64_t open_ns,
    struct learned *learned)
{
	const struct sli__history *h = &ind->latency;
	uint32_t level = level_of(h, MEAN_SLOT_NS);
	uint64_t k, last_k;
	double mean;

	for (; level < h->levels; level++) {
		k = first_of(&h->level[level], open_ns);
		for (last_k = UINT64_MAX;
		     sli__history_next(h, open_ns, level, &k); last_k = k++) {
			mean = last_k == UINT64_MAX ?
			    0 :
			    mean_of(ind, level, last_k, k);
			if (mean > 0 &&
			    (learned->mean_ns == 0 || mean < learned->mean_ns))
				learned->mean_ns = mean;
		}
	}
}

/* 0: not known yet; else at least 1, since one event could be served. */
static double
learn_capacity(const struct sli_indicator *ind, uint64_t open_ns)
{
	struct learned learned;
	double capacity;

	memset(&learned, 0, sizeof(learned));
	learn_rate(ind, open_ns, &learned);
	if (learned.slots < SLOTS_MIN)
		return 0;
	learn_mean(ind, open_ns, &learned);
	capacity = learned.rate * learned.mean_ns / 1e9;
	return capacity > 0 && capacity < 1 ? 1 : capacity;
}

static void
read_traffic(const struct sli_counts *c, struct sli_signals *out)
{
	uint64_t known = add_cap(c->good, c->bad);
	double all = (double)known + (double)c->shed + (double)c->ignored;

	out->counts = *c;
	out->window_ns = c->window_ns;
	out->covered_ns = c->covered_ns;
	if (c->covered_ns > 0)
		out->rate = all * 1e9 / (double)c->covered_ns;
	if (known > 0)
		out->error_ratio = (double)c->bad / (double)known;
}

static void
read_latency(struct sli_indicator *ind, uint64_t now_ns, uint64_t window_ns,
    struct sli_signals *out)
{
	uint64_t q[3];

	if (sli_window_quantile(ind, now_ns, window_ns, SLI_GOOD, 0.5, &q[0]) !=
		SLI_OK ||
	    sli_window_quantile(ind, now_ns, window_ns, SLI_GOOD, 0.9, &q[1]) !=
		SLI_OK ||
	    sli_window_quantile(ind, now_ns, window_ns, SLI_GOOD, 0.99,
		&q[2]) != SLI_OK)
		return;
	out->has_latency = 1;
	out->p50_ns = q[0];
	out->p90_ns = q[1];
	out->p99_ns = q[2];
}

static void
read_saturation(const struct sli_indicator *ind, uint64_t open_ns,
    struct sli_signals *out)
{
	out->in_flight = sli_in_flight(ind);
	out->capacity_is_learned = ind->spec.capacity == 0;
	out->capacity = out->capacity_is_learned ?
	    learn_capacity(ind, open_ns) :
	    (double)ind->spec.capacity;
	if (out->capacity > 0)
		out->saturation = (double)out->in_flight / out->capacity;
}

int
sli_signals(struct sli_indicator *ind, uint64_t now_ns, uint64_t window_ns,
    struct sli_signals *out)
{
	struct sli_counts counts;
	struct sli__moment m;

	if (ind == NULL || out == NULL || window_ns == 0)
		return SLI_EINVAL;
	memset(out, 0, sizeof(*out));
	m = sli__advance_to(ind, now_ns);
	sli_window_counts(ind, now_ns, window_ns, &counts);
	read_traffic(&counts, out);
	read_latency(ind, now_ns, window_ns, out);
	read_saturation(ind, m.open_ns, out);
	return SLI_OK;
}
