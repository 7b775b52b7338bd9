/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <sli/latency.h>

#include "export/bucket.h"
#include "export/classic.h"

/* Both lists ascend; what is in both comes once. */
static void
join_bounds(struct sli__classic *c, const uint64_t *a, uint32_t a_count,
    const uint64_t *b, uint32_t b_count)
{
	uint32_t i = 0, k = 0;

	while (i < a_count || k < b_count) {
		if (k == b_count || (i < a_count && a[i] < b[k]))
			c->bound_ns[c->bounds++] = a[i++];
		else {
			if (i < a_count && a[i] == b[k])
				i++;
			c->bound_ns[c->bounds++] = b[k++];
		}
	}
}

struct walk {
	struct sli__classic *out;
	uint32_t at; /* bounds below this are below the bucket */
	/* As cumulative, with the bucket that reaches into the bound. */
	uint64_t reaching[SLI__CLASSIC_BOUNDS];
};

static void
pass_bound(struct walk *walk, uint64_t reaching)
{
	walk->reaching[walk->at] = walk->out->count + reaching;
	walk->out->cumulative[walk->at] = walk->out->count;
	walk->at++;
}

/* A bucket is below a bound if all its values are. */
static void
add_bucket(const struct sli_bucket *bucket, void *arg)
{
	struct walk *walk = arg;
	struct sli__classic *c = walk->out;
	uint64_t highest = bucket->upper - 1;

	while (walk->at < c->bounds && c->bound_ns[walk->at] < highest)
		pass_bound(walk,
		    c->bound_ns[walk->at] < bucket->lower ? 0 : bucket->count);
	c->count += bucket->count;
	c->sum_s += (double)bucket->count * (double)sli__bucket_middle(bucket) /
	    1e9;
}

static void
place_thresholds(const struct walk *walk, const struct sli_indicator_view *view,
    const uint64_t *within)
{
	struct sli__classic *c = walk->out;
	uint32_t i, k = 0;

	for (i = 0; i < c->bounds && k < view->threshold_count; i++) {
		if (c->bound_ns[i] != view->threshold_ns[k])
			continue;
		if (c->cumulative[i] < within[k])
			c->cumulative[i] = within[k] < walk->reaching[i] ?
			    within[k] :
			    walk->reaching[i];
		k++;
	}
	for (i = 1; i < c->bounds; i++)
		if (c->cumulative[i] < c->cumulative[i - 1])
			c->cumulative[i] = c->cumulative[i - 1];
}

void
sli__classic_read(const struct sli_indicator_view *view,
    enum sli_outcome outcome, const uint64_t *bound_ns, uint32_t bound_count,
    struct sli__classic *out)
{
	uint64_t within[SLI_THRESHOLDS_MAX];
	struct walk walk = { .out = out, .at = 0 };

	memset(out, 0, sizeof(*out));
	join_bounds(out, bound_ns, bound_count, view->threshold_ns,
	    view->threshold_count);
	if (outcome == SLI_GOOD)
		(void)sli_total_within(view->indicator, within);
	(void)sli_total_buckets(view->indicator, outcome, add_bucket, &walk);
	while (walk.at < out->bounds)
		pass_bound(&walk, 0);
	if (outcome == SLI_GOOD)
		place_thresholds(&walk, view, within);
}
