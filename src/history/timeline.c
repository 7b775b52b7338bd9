/* SPDX-License-Identifier: MIT */
#include "history/timeline.h"

#include "base/arith.h"

/* The open slot and the skew, as one thread sees them. */
struct view {
	uint64_t next_ns, open_ns, skew_ns;
};

/*
 * next_ns is loaded before skew_ns wherever somebody may claim by it: a skew
 * newer than the slot can only make a time look later than it is, and then the
 * compare-and-swap on the older next_ns fails if the two do not go together.
 */
static struct view
load(const struct sli__timeline *t, uint64_t slot_ns)
{
	struct view v;

	/* Pairs with the swaps in sli__timeline_claim() and _confirm(). */
	v.next_ns = load_acquire(&t->next_ns);
	v.open_ns = sub_floor(v.next_ns, slot_ns);
	/* Pairs with the swap in sli__timeline_late(). */
	v.skew_ns = load_acquire(&t->skew_ns);
	return v;
}

/* Both terms are at most 2^62 for a time, so the sum does not wrap. */
static bool
is_time(const struct view *v, uint64_t now_ns)
{
	return now_ns <= SLI__TIME_MAX && v->skew_ns <= SLI__TIME_MAX;
}

bool
sli__timeline_claim(struct sli__timeline *t, uint64_t slot_ns, uint64_t now_ns,
    struct sli__claim *claim)
{
	struct view v = load(t, slot_ns);
	uint64_t at, next, unborn = 0;

	if (!is_time(&v, now_ns))
		return false;
	at = now_ns + v.skew_ns;
	next = at - at % slot_ns + slot_ns;
	/* Pairs with the loads in the find_edge()s of windows and latencies. */
	if (v.next_ns == 0)
		cas_acq_rel(&t->birth_ns, &unborn, max_u64(at, 1));
	while (next > v.next_ns) {
		claim->open_ns = next - slot_ns;
		claim->from_ns = v.next_ns == 0 ? claim->open_ns :
						  v.next_ns - slot_ns;
		/* Pairs with the acquire in load(). */
		if (cas_acq_rel(&t->next_ns, &v.next_ns, next))
			return true;
	}
	return false;
}

bool
sli__timeline_confirm(struct sli__timeline *t, uint64_t slot_ns,
    const struct sli__claim *claim)
{
	uint64_t next = claim->open_ns + slot_ns;

	/*
	 * A swap of the value for itself, not a load: the later claimer's swap
	 * then reads from this one, and its sums come after ours on any
	 * processor.
	 */
	return cas_acq_rel(&t->next_ns, &next, next);
}

bool
sli__timeline_is_late(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns)
{
	struct view v = load(t, slot_ns);

	return !is_time(&v, now_ns) || now_ns + v.skew_ns < v.open_ns;
}

static void
mark(struct sli__timeline *t, const struct view *v, uint64_t now_ns,
    struct sli__lateness before)
{
	store_relaxed(&t->late_now_ns, now_ns);
	store_relaxed(&t->late_on_time, before.on_time);
	store_relaxed(&t->late_late, before.late);
	/* Pairs with the acquire in marked_since(). */
	store_release(&t->late_next_ns, v->next_ns);
}

/* When the marks were set; UINT64_MAX: they are of an older slot. */
static uint64_t
marked_since(const struct sli__timeline *t, const struct view *v)
{
	/* Pairs with the release in mark(). */
	return load_acquire(&t->late_next_ns) == v->next_ns ?
	    load_relaxed(&t->late_now_ns) :
	    UINT64_MAX;
}

bool
sli__timeline_late_is_due(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns)
{
	struct view v = load(t, slot_ns);
	uint64_t since = marked_since(t, &v);

	return is_time(&v, now_ns) &&
	    (now_ns < since || now_ns - since >= SLI__SET_BACK_SLOTS * slot_ns);
}

bool
sli__timeline_late(struct sli__timeline *t, uint64_t slot_ns, uint64_t now_ns,
    struct sli__lateness before)
{
	struct view v = load(t, slot_ns);
	uint64_t since = marked_since(t, &v);
	uint64_t on_time = sub_floor(before.on_time,
	    load_relaxed(&t->late_on_time));
	uint64_t late = sub_floor(before.late, load_relaxed(&t->late_late));

	if (!is_time(&v, now_ns) || now_ns + v.skew_ns >= v.open_ns)
		return false;
	/*
	 * A record in flight on another thread may look on time for a moment:
	 * one in 16 is forgiven.
	 */
	if (now_ns < since || on_time > late / 16) {
		mark(t, &v, now_ns, before);
		return false;
	}
	if (now_ns - since < SLI__SET_BACK_SLOTS * slot_ns ||
	    v.open_ns - now_ns > SLI__TIME_MAX)
		return false;
	/* Pairs with the acquire in load(). */
	return cas_acq_rel(&t->skew_ns, &v.skew_ns, v.open_ns - now_ns);
}

struct sli__moment
sli__timeline_moment(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns)
{
	struct view v = load(t, slot_ns);
	struct sli__moment m = { v.open_ns, v.open_ns };

	if (is_time(&v, now_ns))
		m.at_ns = max_u64(v.open_ns,
		    min_u64(now_ns + v.skew_ns, v.open_ns + slot_ns - 1));
	return m;
}

uint64_t
sli__timeline_at(const struct sli__timeline *t, uint64_t now_ns)
{
	struct view v = load(t, 0);

	return is_time(&v, now_ns) ? now_ns + v.skew_ns : 0;
}
