/* SPDX-License-Identifier: MIT */
#include "history/timeline.h"
#include "base/arith.h"

/*
 * open_ns is loaded before skew_ns everywhere: a skew newer than the slot can
 * only make a time look later than it is, and then the compare-and-swap on the
 * older open_ns fails if the two do not belong together.
 */

bool
sli__timeline_claim(struct sli__timeline *t, uint64_t slot_ns, uint64_t now_ns,
    struct sli__claim *claim)
{
	uint64_t open, at, unborn;

	if (now_ns > SLI__TIME_MAX)
		return false;
	open = load_acquire(&t->open_ns);
	at = now_ns + load_acquire(&t->skew_ns);
	claim->open_ns = at - at % slot_ns;
	if (open == 0) {
		unborn = 0;
		cas_acq_rel(&t->birth_ns, &unborn, max_u64(at, 1));
	}
	while (claim->open_ns > open) {
		claim->from_ns = open;
		/* Pairs with the acquire loads of open_ns. */
		if (cas_acq_rel(&t->open_ns, &open, claim->open_ns))
			return true;
	}
	return false;
}

bool
sli__timeline_confirm(struct sli__timeline *t, const struct sli__claim *claim)
{
	uint64_t open = claim->open_ns;

	/*
	 * A swap of the value for itself, not a load: the later claimer's swap
	 * then reads from this one, and its sums come after ours on any
	 * processor.
	 */
	return cas_acq_rel(&t->open_ns, &open, claim->open_ns);
}

bool
sli__timeline_is_late(const struct sli__timeline *t, uint64_t now_ns)
{
	uint64_t open = load_acquire(&t->open_ns);

	return now_ns > SLI__TIME_MAX ||
	    now_ns + load_acquire(&t->skew_ns) < open;
}

static void
mark(struct sli__timeline *t, uint64_t open_ns, uint64_t now_ns,
    struct sli__lateness before)
{
	store_relaxed(&t->late_now_ns, now_ns);
	store_relaxed(&t->late_on_time, before.on_time);
	store_relaxed(&t->late_late, before.late);
	/* Pairs with the acquire in marked_since(). */
	store_release(&t->late_open_ns, open_ns);
}

/* When the marks were set; UINT64_MAX: they are of an older slot. */
static uint64_t
marked_since(const struct sli__timeline *t, uint64_t open_ns)
{
	/* Pairs with the release in mark(). */
	return load_acquire(&t->late_open_ns) == open_ns ?
	    load_relaxed(&t->late_now_ns) :
	    UINT64_MAX;
}

bool
sli__timeline_late_is_due(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns)
{
	uint64_t since = marked_since(t, load_acquire(&t->open_ns));

	return now_ns <= SLI__TIME_MAX &&
	    (now_ns < since || now_ns - since >= 2 * slot_ns);
}

bool
sli__timeline_late(struct sli__timeline *t, uint64_t slot_ns, uint64_t now_ns,
    struct sli__lateness before)
{
	uint64_t open = load_acquire(&t->open_ns);
	uint64_t skew = load_acquire(&t->skew_ns);
	uint64_t since = marked_since(t, open);
	uint64_t on_time = sub_floor(before.on_time,
	    load_relaxed(&t->late_on_time));
	uint64_t late = sub_floor(before.late, load_relaxed(&t->late_late));

	if (now_ns > SLI__TIME_MAX || now_ns + skew >= open)
		return false;
	/*
	 * A record in flight on another thread may look on time for a moment:
	 * one in 16 is forgiven.
	 */
	if (now_ns < since || on_time > late / 16) {
		mark(t, open, now_ns, before);
		return false;
	}
	if (now_ns - since < 2 * slot_ns)
		return false;
	return cas_acq_rel(&t->skew_ns, &skew, open - now_ns);
}

struct sli__moment
sli__timeline_moment(const struct sli__timeline *t, uint64_t slot_ns,
    uint64_t now_ns)
{
	struct sli__moment m;

	m.open_ns = m.at_ns = load_acquire(&t->open_ns);
	if (now_ns <= SLI__TIME_MAX)
		m.at_ns = max_u64(m.open_ns,
		    min_u64(now_ns + load_acquire(&t->skew_ns),
			m.open_ns + slot_ns - 1));
	return m;
}
