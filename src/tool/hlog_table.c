/* SPDX-License-Identifier: MIT */
#include "hlog_table.h"

#include <math.h>
#include <stdio.h>

#define TICKS_PER_HALF_DISTANCE 5

struct table {
	enum hlog_table form;
	double unit;
	int decimals;
};

/* The next level that is printed after one, both in percent. */
static double
next_level(double level)
{
	double halvings = floor(log2(100 / (100 - level))) + 1;

	return level + 100 / (TICKS_PER_HALF_DISTANCE * exp2(halvings));
}

static void
print_head(const struct table *t)
{
	if (t->form == HLOG_CSV)
		printf("\"Value\",\"Percentile\",\"TotalCount\","
		       "\"1/(1-Percentile)\"\n");
	else
		printf("%12s %14s %10s %14s\n\n", "Value", "Percentile",
		    "TotalCount", "1/(1-Percentile)");
}

static void
print_line(const struct table *t, double value, double level, uint64_t count)
{
	double share = level / 100, distance = 1 / (1 - share);
	unsigned long long n = count;

	value /= t->unit;
	if (t->form == HLOG_CSV && level < 100)
		printf("%.*f,%.12f,%llu,%.2f\n", t->decimals, value, share, n,
		    distance);
	else if (t->form == HLOG_CSV)
		printf("%.*f,%.12f,%llu,Infinity\n", t->decimals, value, share,
		    n);
	else if (level < 100)
		printf("%12.*f %2.12f %10llu %14.2f\n", t->decimals, value,
		    share, n, distance);
	else
		printf("%12.*f %2.12f %10llu\n", t->decimals, value, share, n);
}

static void
print_foot(const struct table *t, const struct sli_hdr *h)
{
	struct sli_hdr_shape shape;
	double mean = 0, variance = 0;
	uint64_t max = 0;

	if (sli_hdr_shape(h, &shape) != SLI_OK)
		return;
	if (sli_hdr_count(h) > 0 &&
	    (sli_hdr_mean(h, &mean) != SLI_OK ||
		sli_hdr_variance(h, &variance) != SLI_OK ||
		sli_hdr_max(h, &max) != SLI_OK))
		return;
	printf("#[Mean    = %12.*f, StdDeviation   = %12.*f]\n", t->decimals,
	    mean / t->unit, t->decimals, sqrt(variance) / t->unit);
	printf("#[Max     = %12.*f, Total count    = %12llu]\n", t->decimals,
	    (double)max / t->unit, (unsigned long long)sli_hdr_count(h));
	printf("#[Buckets = %12u, SubBuckets     = %12u]\n", shape.bucket_count,
	    shape.sub_bucket_count);
}

/* All levels that a bucket reaches; of the last, one and 100 %. */
static void
print_bucket(const struct table *t, double value, uint64_t below,
    uint64_t total, double *level)
{
	double reached = 100.0 * (double)below / (double)total, next;

	while (reached >= *level) {
		print_line(t, value, *level, below);
		next = next_level(*level);
		if (below >= total || !(next > *level) || !(next < 100))
			return;
		*level = next;
	}
}

void
hlog_table_print(const struct sli_hdr *h, enum hlog_table form, double unit)
{
	struct sli_hdr_shape shape;
	struct table t = { form, unit, 3 };
	uint64_t below = 0, total = sli_hdr_count(h);
	struct sli_bucket b = { 0, 1, 0 };
	uint32_t cursor = 0;
	double level = 0;

	if (sli_hdr_shape(h, &shape) != SLI_OK)
		return;
	t.decimals = (int)shape.digits;
	print_head(&t);
	while (sli_hdr_next(h, &cursor, &b)) {
		below += b.count;
		print_bucket(&t, (double)(b.upper - 1), below, total, &level);
	}
	if (total > 0)
		print_line(&t, (double)(b.upper - 1), 100, below);
	if (form != HLOG_CSV)
		print_foot(&t, h);
}
