/* SPDX-License-Identifier: MIT */
/*
 * Making and taking back adjustments: under the lock, all or nothing.
 */
#include <string.h>

#include "arena/audit.h"
#include "base/arith.h"
#include "base/atomic.h"
#include "base/status.h"
#include "slo/adjust_text.h"
#include "slo/slo.h"

/* What it is all about, as one process sees it under the lock. */
struct change {
	struct sli_slo *slo;
	struct sli__moment m;
	uint64_t skew_ns;
	uint64_t number;
	uint64_t now_ns;
	const char *why;
	struct sli_error *err;
	uint32_t count; /* that matter, once it is done */
	bool counts[SLI__ADJUSTMENT_PLACES];
	struct sli__adjustment there[SLI__ADJUSTMENT_PLACES];
};

struct range {
	uint64_t from_ns, to_ns;
};

/* As many as may lie between exclusions, before and behind. */
#define RANGES_MAX (SLI__ADJUSTMENT_PLACES + 1)

/* ---- the block ---- */

/* Forget what one who died had made ready, and see what there is. */
static void
begin_change(struct change *c)
{
	struct sli__slo_entry *entry = c->slo->entry;
	uint64_t last = load_relaxed(&entry->adjusted);
	struct sli__adjustment *a;
	uint32_t i;

	c->number = last + 1;
	for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++) {
		a = &entry->adjustment[i];
		if (load_relaxed(&a->since) > last)
			store_release(&a->since, 0);
		if (load_relaxed(&a->until) > last)
			store_release(&a->until, 0);
		c->counts[i] = sli__adjust_read(c->slo, last, i,
				   &c->there[i]) &&
		    sli__adjust_matters(c->slo, c->m, &c->there[i]);
		c->count += c->counts[i];
	}
}

static void
write_place(struct sli__adjustment *a, uint64_t number, struct range r,
    const uint64_t amount[2])
{
	uint32_t i;

	/* Pair with the acquires in sli__adjust_read(). */
	store_release(&a->since, 0);
	store_release(&a->until, 0);
	store_release(&a->from_ns, r.from_ns);
	store_release(&a->to_ns, r.to_ns);
	store_release(&a->seal, 0);
	for (i = 0; i < SLI__EVENT_CELLS; i++)
		store_release(&a->cell[i], i < 2 ? amount[i] : 0);
	store_release(&a->since, number);
}

/* What is needed was counted, so there is a place. */
static void
add_place(struct change *c, struct range r, const uint64_t amount[2])
{
	struct sli__adjustment *a = c->slo->entry->adjustment;
	uint32_t i;

	for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++, a++) {
		if (c->counts[i] || load_relaxed(&a->since) == c->number)
			continue;
		write_place(a, c->number, r, amount);
		return;
	}
}

static void
drop_place(struct change *c, uint32_t i)
{
	store_release(&c->slo->entry->adjustment[i].until, c->number);
}

static uint64_t
shown(const struct change *c, uint64_t at_ns)
{
	return sub_floor(at_ns, c->skew_ns);
}

/*
 * The audit first, as with a reset. What is over is settled at once: its slots
 * get no finer.
 */
static void
publish(struct change *c, enum sli_audit_kind kind, uint64_t at_ns,
    const char *what)
{
	struct sli_slo *slo = c->slo;
	char why[SLI_WHY_MAX + 1];

	sli__adjust_why(why, what, c->why);
	sli__audit_write(&slo->ind->registry->arena, kind, c->now_ns, at_ns,
	    slo->spec.name, why);
	/* Pairs with the acquires of `adjusted`. */
	store_release(&slo->entry->adjusted, c->number);
	sli__adjust_on_slot(slo, c->m.open_ns);
}

/* ---- what may be refused ---- */

/* Take the lock, and make a change of an SLO that is still there. */
static int
take(struct change *c, struct sli_slo *slo, uint64_t now_ns, const char *why,
    struct sli_error *err)
{
	int status = sli__audit_check(why, err);

	if (status == SLI_OK)
		status = sli__arena_lock(&slo->ind->registry->arena, err);
	if (status != SLI_OK)
		return status;
	status = sli__slo_check_alive(slo, err);
	if (status != SLI_OK)
		return sli__arena_unlock(&slo->ind->registry->arena, status,
		    err);
	memset(c, 0, sizeof(*c));
	c->slo = slo;
	c->now_ns = now_ns;
	c->why = why;
	c->err = err;
	c->m = sli__advance_to(slo->ind, now_ns);
	c->skew_ns = min_u64(sli__timeline_skew(slo->ind->timeline),
	    SLI__TIME_MAX);
	begin_change(c);
	return SLI_OK;
}

static int
give(struct change *c, int status)
{
	return sli__arena_unlock(&c->slo->ind->registry->arena, status, c->err);
}

static int
check_range(const struct sli_slo *slo, uint64_t from_ns, uint64_t to_ns,
    struct sli_error *err)
{
	if (slo == NULL)
		return sli__fail(err, SLI_EINVAL, "slo is NULL");
	if (from_ns >= to_ns)
		return sli__fail(err, SLI_EINVAL,
		    "from_ns %u is not before to_ns %u; accepted: a range that "
		    "is not empty",
		    from_ns, to_ns);
	if (to_ns > SLI__TIME_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "to_ns %u is no time; accepted: up to 2^62 ns, in 2116",
		    to_ns);
	return SLI_OK;
}

/* In history time; not all of it is earlier than anything reaches. */
static int
find_range(const struct change *c, uint64_t from_ns, uint64_t to_ns,
    struct range *r)
{
	uint64_t horizon = sli__adjust_horizon(c->slo, c->m);
	char to[SLI__TIME_TEXT], least[SLI__TIME_TEXT];

	r->from_ns = from_ns + c->skew_ns;
	r->to_ns = to_ns + c->skew_ns;
	if (r->to_ns > horizon)
		return SLI_OK;
	return sli__fail(c->err, SLI_ERANGE,
	    "to_ns is %s, and nothing reaches back beyond %s; accepted: an end "
	    "after that",
	    sli__time_text(to, to_ns),
	    sli__time_text(least, shown(c, horizon)));
}

static int
check_room(struct change *c, uint64_t more)
{
	if (c->count + more <= SLI_ADJUSTMENTS_MAX)
		return SLI_OK;
	return sli__fail(c->err, SLI_ENOSPC,
	    "SLO \"%s\" has %u adjustments that still matter, and this takes "
	    "%u more; accepted: up to %u at a time",
	    c->slo->spec.name, (uint64_t)c->count, more,
	    (uint64_t)SLI_ADJUSTMENTS_MAX);
}

/* ---- exclude, include ---- */

static bool
is_excluded(const struct change *c, uint32_t i)
{
	return c->counts[i] && sli__is_exclusion(&c->there[i]);
}

/* The parts of a range that are not excluded yet, in their order. */
static uint32_t
find_gaps(const struct change *c, struct range r, struct range *gap)
{
	uint64_t at = r.from_ns, next, covered;
	uint32_t i, n = 0;

	while (at < r.to_ns) {
		next = r.to_ns;
		covered = at;
		for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++) {
			if (!is_excluded(c, i))
				continue;
			if (c->there[i].from_ns > at)
				next = min_u64(next, c->there[i].from_ns);
			else
				covered = max_u64(covered, c->there[i].to_ns);
		}
		if (covered == at) {
			gap[n].from_ns = at;
			gap[n++].to_ns = next;
			covered = next;
		}
		at = covered;
	}
	return n;
}

static int
exclude(struct change *c, uint64_t from_ns, uint64_t to_ns)
{
	static const uint64_t none[2];
	struct range r, gap[RANGES_MAX];
	char text[SLI__RANGE_TEXT];
	uint32_t i, n;
	int status = find_range(c, from_ns, to_ns, &r);

	if (status != SLI_OK)
		return status;
	r.from_ns = max_u64(r.from_ns, sli__adjust_horizon(c->slo, c->m));
	n = find_gaps(c, r, gap);
	if (n == 0)
		return SLI_OK;
	status = check_room(c, n);
	if (status != SLI_OK)
		return status;
	for (i = 0; i < n; i++)
		add_place(c, gap[i], none);
	publish(c, SLI_AUDIT_EXCLUDED, from_ns,
	    sli__range_text(text, from_ns, to_ns));
	return SLI_OK;
}

int
sli_slo_exclude(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns,
    uint64_t to_ns, const char *why, struct sli_error *err)
{
	int status = check_range(slo, from_ns, to_ns, err);
	struct change c;

	if (status == SLI_OK)
		status = take(&c, slo, now_ns, why, err);
	return status == SLI_OK ? give(&c, exclude(&c, from_ns, to_ns)) :
				  status;
}

/* What is left of an exclusion if this range is cut out: up to two parts. */
static uint32_t
cut(const struct sli__adjustment *a, struct range r, struct range *rest)
{
	uint32_t n = 0;

	if (a->from_ns < r.from_ns) {
		rest[n].from_ns = a->from_ns;
		rest[n++].to_ns = r.from_ns;
	}
	if (a->to_ns > r.to_ns) {
		rest[n].from_ns = r.to_ns;
		rest[n++].to_ns = a->to_ns;
	}
	return n;
}

/* Those that the range touches, and what is to be left of them. */
struct touched {
	bool drop[SLI__ADJUSTMENT_PLACES];
	uint32_t drops, rests;
	struct range rest[2 * SLI__ADJUSTMENT_PLACES];
};

static int
find_touched(const struct change *c, struct range r, struct touched *t)
{
	const struct sli__adjustment *a;
	char from[SLI__TIME_TEXT], to[SLI__TIME_TEXT];
	uint32_t i, n;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++) {
		a = &c->there[i];
		if (!is_excluded(c, i) || a->to_ns <= r.from_ns ||
		    a->from_ns >= r.to_ns)
			continue;
		n = cut(a, r, &t->rest[t->rests]);
		if (n > 0 && sli__adjust_is_settled(a))
			return sli__fail(c->err, SLI_EINVAL,
			    "the range would cut the exclusion %s to %s, which "
			    "is settled; accepted: all of it, or none",
			    sli__time_text(from, shown(c, a->from_ns)),
			    sli__time_text(to, shown(c, a->to_ns)));
		t->drop[i] = true;
		t->drops++;
		t->rests += n;
	}
	return SLI_OK;
}

static int
include(struct change *c, uint64_t from_ns, uint64_t to_ns)
{
	static const uint64_t none[2];
	char text[SLI__RANGE_TEXT], from[SLI__TIME_TEXT], to[SLI__TIME_TEXT];
	struct touched t;
	struct range r;
	uint32_t i;
	int status = find_range(c, from_ns, to_ns, &r);

	if (status == SLI_OK)
		status = find_touched(c, r, &t);
	if (status != SLI_OK)
		return status;
	if (t.drops == 0)
		return sli__fail(c->err, SLI_ENOENT,
		    "nothing is excluded of SLO \"%s\" from %s to %s",
		    c->slo->spec.name, sli__time_text(from, from_ns),
		    sli__time_text(to, to_ns));
	c->count -= t.drops;
	status = check_room(c, t.rests);
	if (status != SLI_OK)
		return status;
	for (i = 0; i < t.rests; i++)
		add_place(c, t.rest[i], none);
	for (i = 0; i < SLI__ADJUSTMENT_PLACES; i++)
		if (t.drop[i])
			drop_place(c, i);
	publish(c, SLI_AUDIT_INCLUDED, from_ns,
	    sli__range_text(text, from_ns, to_ns));
	return SLI_OK;
}

int
sli_slo_include(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns,
    uint64_t to_ns, const char *why, struct sli_error *err)
{
	int status = check_range(slo, from_ns, to_ns, err);
	struct change c;

	if (status == SLI_OK)
		status = take(&c, slo, now_ns, why, err);
	return status == SLI_OK ? give(&c, include(&c, from_ns, to_ns)) :
				  status;
}

/* ---- correct ---- */

static int
correct(struct change *c, uint64_t at_ns, int64_t good, int64_t bad)
{
	uint64_t begin = sli__adjust_budget_begin(c->slo, c->m);
	const uint64_t amount[2] = { (uint64_t)good + SLI__AMOUNT_ZERO,
		(uint64_t)bad + SLI__AMOUNT_ZERO };
	char at[SLI__TIME_TEXT], limit[SLI__TIME_TEXT], text[SLI__RANGE_TEXT];
	struct range r = { at_ns + c->skew_ns, at_ns + c->skew_ns };
	int status;

	if (at_ns > c->now_ns || r.from_ns > c->m.at_ns)
		return sli__fail(c->err, SLI_ERANGE,
		    "at_ns %s is ahead of now, %s; accepted: what is past",
		    sli__time_text(at, at_ns),
		    sli__time_text(limit, c->now_ns));
	if (r.from_ns < begin)
		return sli__fail(c->err, SLI_ERANGE,
		    "at_ns %s is before the budget began, %s; accepted: from "
		    "then on",
		    sli__time_text(at, at_ns),
		    sli__time_text(limit, shown(c, begin)));
	status = check_room(c, 1);
	if (status != SLI_OK)
		return status;
	add_place(c, r, amount);
	publish(c, SLI_AUDIT_CORRECTED, at_ns,
	    sli__correction_text(text, at_ns, good, bad));
	return SLI_OK;
}

static int
check_amounts(const struct sli_slo *slo, int64_t good, int64_t bad,
    struct sli_error *err)
{
	if (slo == NULL)
		return sli__fail(err, SLI_EINVAL, "slo is NULL");
	if (good == 0 && bad == 0)
		return sli__fail(err, SLI_EINVAL,
		    "good and bad are 0; accepted: a correction of one of "
		    "them");
	if (good == INT64_MIN || bad == INT64_MIN)
		return sli__fail(err, SLI_ERANGE,
		    "%s -9223372036854775808 is out of range; accepted: from "
		    "-9223372036854775807",
		    good == INT64_MIN ? "good" : "bad");
	return SLI_OK;
}

int
sli_slo_correct(struct sli_slo *slo, uint64_t now_ns, uint64_t at_ns,
    int64_t good, int64_t bad, const char *why, struct sli_error *err)
{
	int status = check_amounts(slo, good, bad, err);
	struct change c;

	if (status == SLI_OK)
		status = take(&c, slo, now_ns, why, err);
	return status == SLI_OK ? give(&c, correct(&c, at_ns, good, bad)) :
				  status;
}
