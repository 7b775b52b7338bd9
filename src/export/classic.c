/* SPDX-License-Identifier: MIT */
#include <string.h>

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
};

/* A bucket is below a bound if all its values are. */
static void
add_bucket(const struct sli_bucket *bucket, void *arg)
{
	struct walk *walk = arg;
	struct sli__classic *c = walk->out;
	uint64_t highest = bucket->upper - 1, middle;

	while (walk->at < c->bounds && c->bound_ns[walk->at] < highest)
		c->cumulative[walk->at++] = c->count;
	middle = bucket->upper == UINT64_MAX ?
	    bucket->lower :
	    bucket->lower + (highest - bucket->lower) / 2;
	c->count += bucket->count;
	c->sum_s += (double)bucket->count * (double)middle / 1e9;
}

void
sli__classic_read(const struct sli_indicator_view *view,
    enum sli_outcome outcome, const uint64_t *bound_ns, uint32_t bound_count,
    struct sli__classic *out)
{
	struct walk walk = { out, 0 };

	memset(out, 0, sizeof(*out));
	join_bounds(out, bound_ns, bound_count, view->threshold_ns,
	    view->threshold_count);
	(void)sli_total_buckets(view->indicator, outcome, add_bucket, &walk);
	while (walk.at < out->bounds)
		out->cumulative[walk.at++] = out->count;
}
