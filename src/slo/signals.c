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
#define SPANS_MAX (LEARNED_OVER_NS / MEAN_SLOT_NS + 1)

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

/* The good events from the boundary before to k. */
struct span {
	uint64_t k, count;
	double sum_ns;
};

/*
 * Cell by cell, since the slots of one lie together; false: a boundary is gone
 * meanwhile.
 */
static bool
add_cell(const struct sli_indicator *ind, uint32_t level, uint32_t cell,
    struct span *span, uint32_t n)
{
	const struct sli__history *h = &ind->latency;
	double middle = middle_of(&ind->buckets, cell);
	uint64_t last, total;
	uint32_t i;

	if (!sli__slot_read(h, level, span[n - 1].k, cell, 1, &total))
		return false;
	if (total == 0)
		return true; /* most are, and have been at all boundaries */
	if (!sli__slot_read(h, level, span[0].k, cell, 1, &last))
		return false;
	for (i = 1; i < n; i++, last = total) {
		if (!sli__slot_read(h, level, span[i].k, cell, 1, &total))
			return false;
		span[i].count += sub_floor(total, last);
		span[i].sum_ns += (double)sub_floor(total, last) * middle;
	}
	return true;
}

/* The spans of a level, as far as there are boundaries; returns how many. */
static uint32_t
find_spans(const struct sli__history *h, uint32_t level, uint64_t open_ns,
    struct span span[SPANS_MAX])
{
	const struct sli__level *l = &h->level[level];
	uint64_t k = max_u64(first_of(l, open_ns),
	    sub_floor(open_ns / l->slot_ns, SPANS_MAX - 1));
	uint32_t n = 0;

	for (; sli__history_next(h, open_ns, level, &k) && n < SPANS_MAX; k++)
		span[n++] = (struct span){ k, 0, 0 };
	return n;
}

/* Minutes as far as their ring reaches, and then what is coarser. */
static void
learn_mean(const struct sli_indicator *ind, uint64_t open_ns,
    struct learned *learned)
{
	const struct sli__history *h = &ind->latency;
	uint32_t cells = sli__buckets_cells(&ind->buckets);
	uint32_t level = level_of(h, MEAN_SLOT_NS), n, i, cell;
	struct span span[SPANS_MAX];
	double mean;

	for (; level < h->levels; level++) {
		n = find_spans(h, level, open_ns, span);
		for (cell = 0; n > 1 && cell < cells; cell++)
			if (!add_cell(ind, level, cell, span, n))
				return;
		for (i = 1; i < n; i++) {
			if (span[i].count < EVENTS_MIN)
				continue;
			mean = span[i].sum_ns / (double)span[i].count;
			if (learned->mean_ns == 0 || mean < learned->mean_ns)
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
