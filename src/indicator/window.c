/* SPDX-License-Identifier: MIT */
/*
 * Reading counts: a window is the totals now less the totals at its old edge.
 *
 * The edge is read first. Its snapshot was published before the shards are
 * summed, so by I3 and I6 no cell of a window is ever negative.
 */
#include <string.h>

#include "base/arith.h"
#include "base/atomic.h"
#include "indicator/indicator.h"

/*
 * The totals at a time t, bracketed: from those at the boundary before it on to
 * the live totals, part_ns of span_ns. Exactly the floor: part_ns is 0; exactly
 * the live totals: part_ns is span_ns, and the floor all zero. Between two
 * boundaries they are interpolated into the floor at once.
 */
struct edge {
	uint64_t floor[SLI__EVENT_CELLS];
	uint64_t part_ns, span_ns;
	uint64_t covered_ns;
};

uint64_t
sli__events_slow(const struct sli__events *e, uint32_t k)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = k + 1; i <= SLI_THRESHOLDS_MAX; i++)
		sum += e->cell[(uint32_t)SLI__GOOD + i];
	return sum;
}

uint64_t
sli__events_good(const struct sli__events *e)
{
	return e->cell[SLI__GOOD] + sli__events_slow(e, 0);
}

void
sli__totals(const struct sli_indicator *ind, struct sli__events *out)
{
	memset(out, 0, sizeof(*out));
	sli__cells_sum(&ind->shards, &ind->events, NULL, 0, ind->counts.cells,
	    out->cell);
}

/* The snapshot at *k, or the next that can be read; false: none can. */
static bool
read_next(const struct sli__history *h, uint64_t open_ns, uint32_t level,
    uint64_t *k, uint64_t *totals)
{
	for (; sli__history_next(h, open_ns, level, k); ++*k)
		if (sli__slot_read(h, level, *k, 0, h->cells, totals))
			return true;
	return false;
}

/* There is no floor: in a gap the ceiling is exact, in a hole the nearest. */
static void
take_ceiling(struct edge *e)
{
	memset(e->floor, 0, sizeof(e->floor));
	e->part_ns = e->span_ns;
}

/*
 * No level reaches t: start at the oldest boundary there is. In a gap the
 * snapshot that stands for it is the next one.
 */
static void
find_oldest(const struct sli__history *h, struct sli__moment m, struct edge *e)
{
	uint32_t level = h->levels - 1;
	const struct sli__level *l = &h->level[level];
	uint64_t k = sub_floor(m.open_ns / l->slot_ns, l->slots - 1);

	e->covered_ns = m.at_ns - k * l->slot_ns;
	if (read_next(h, m.open_ns, level, &k, e->floor))
		return;
	e->covered_ns = 0;
	take_ceiling(e);
}

/* From the floor on to a boundary's totals, which become the floor. */
static void
interpolate(struct edge *e, const uint64_t *ceiling, uint32_t cells)
{
	uint32_t i;

	for (i = 0; i < cells; i++)
		e->floor[i] += share_of(sub_floor(ceiling[i], e->floor[i]),
		    e->part_ns, e->span_ns);
	e->part_ns = 0;
}

/*
 * ended_ns: all events so far are from before it. Only in a view, and of
 * slices, is it before m.at_ns.
 */
static void
find_inside(const struct sli__history *h, struct sli__moment m,
    uint64_t ended_ns, uint32_t level, uint64_t t, struct edge *e)
{
	uint64_t ceiling[SLI__EVENT_CELLS];
	uint64_t slot_ns = h->level[level].slot_ns;
	uint64_t k = t / slot_ns, next = k + 1;
	bool has_floor = sli__slot_read(h, level, k, 0, h->cells, e->floor);
	bool has_ceiling;

	if (has_floor && t % slot_ns == 0)
		return;
	has_ceiling = read_next(h, m.open_ns, level, &next, ceiling);
	e->part_ns = t - k * slot_ns;
	e->span_ns = has_ceiling ?
	    (next - k) * slot_ns :
	    max_u64(min_u64(m.at_ns, ended_ns) - k * slot_ns, 1);
	if (!has_floor)
		take_ceiling(e);
	if (has_ceiling)
		interpolate(e, ceiling, h->cells);
}

static void
find_edge(const struct sli_indicator *ind, struct sli__moment m,
    uint64_t window_ns, struct edge *e)
{
	uint64_t birth = sli__timeline_birth(ind->timeline);
	uint64_t t = sub_floor(m.at_ns, window_ns);
	uint64_t ended_ns = m.open_ns + ind->slot_ns;
	uint32_t level;

	memset(e, 0, sizeof(*e));
	e->span_ns = 1;
	if (birth == 0)
		return; /* seen in a view only */
	if (t <= birth) {
		e->covered_ns = min_u64(window_ns, sub_floor(m.at_ns, birth));
		return;
	}
	if (t >= ended_ns) {
		e->covered_ns = window_ns;
		take_ceiling(e);
		return;
	}
	if (!sli__history_level(&ind->counts, m.open_ns, t, &level)) {
		find_oldest(&ind->counts, m, e);
		return;
	}
	e->covered_ns = window_ns;
	find_inside(&ind->counts, m, ended_ns, level, t, e);
}

static uint64_t
edge_total(const struct edge *e, uint32_t cell, uint64_t live)
{
	return e->floor[cell] +
	    share_of(sub_floor(live, e->floor[cell]), e->part_ns, e->span_ns);
}

void
sli__windows(const struct sli_indicator *ind, struct sli__moment m,
    const uint64_t *window_ns, uint32_t n, struct sli__events *out)
{
	struct edge edge[SLI__WINDOWS_MAX];
	struct sli__events live;
	uint32_t i, cell;

	for (i = 0; i < n; i++)
		find_edge(ind, m, window_ns[i], &edge[i]);
	sli__totals(ind, &live);
	for (i = 0; i < n; i++) {
		out[i].covered_ns = edge[i].covered_ns;
		for (cell = 0; cell < SLI__EVENT_CELLS; cell++)
			out[i].cell[cell] = sub_floor(live.cell[cell],
			    edge_total(&edge[i], cell, live.cell[cell]));
	}
}

void
sli__events_counts(const struct sli__events *e, uint64_t window_ns,
    struct sli_counts *out)
{
	uint32_t k;

	out->good = sli__events_good(e);
	out->bad = e->cell[SLI__BAD];
	out->shed = e->cell[SLI__SHED];
	out->ignored = e->cell[SLI__IGNORED];
	for (k = 0; k < SLI_THRESHOLDS_MAX; k++)
		out->slow[k] = sli__events_slow(e, k);
	out->window_ns = window_ns;
	out->covered_ns = e->covered_ns;
}

int
sli_window_counts(struct sli_indicator *ind, uint64_t now_ns,
    uint64_t window_ns, struct sli_counts *out)
{
	struct sli__events e;

	if (ind == NULL || out == NULL || window_ns == 0)
		return SLI_EINVAL;
	sli__windows(ind, sli__advance_to(ind, now_ns), &window_ns, 1, &e);
	sli__events_counts(&e, window_ns, out);
	return SLI_OK;
}

int
sli_total_counts(const struct sli_indicator *ind, struct sli_counts *out)
{
	struct sli__events e;

	if (ind == NULL || out == NULL)
		return SLI_EINVAL;
	sli__totals(ind, &e);
	sli__events_counts(&e, 0, out);
	return SLI_OK;
}

static uint64_t
sum_of(const struct sli_indicator *ind, uint32_t cell)
{
	uint64_t sum;

	sli__cells_sum(&ind->shards, &ind->events, NULL, cell, 1, &sum);
	return sum;
}

uint64_t
sli_in_flight(const struct sli_indicator *ind)
{
	uint64_t ended;

	if (ind == NULL)
		return 0;
	/* Ended first: what has ended by then has begun by the next sum. */
	ended = sum_of(ind, SLI__ENDED);
	return sub_floor(sum_of(ind, SLI__BEGUN), ended);
}

uint64_t
sli_late_count(const struct sli_indicator *ind)
{
	return ind == NULL ? 0 : sum_of(ind, SLI__LATE);
}
