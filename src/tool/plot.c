/* SPDX-License-Identifier: MIT */
#include "plot.h"

#include <math.h>
#include <string.h>

#include "format.h"
#include "table.h"
#include "text.h"

#define BAR_WIDTH 30

/* Rows that a screen has room for beside the rest; see gather(). */
#define STEPS_MOST 21

static const char *const blocks[] = { "", "\xe2\x96\x8f", "\xe2\x96\x8e",
	"\xe2\x96\x8d", "\xe2\x96\x8c", "\xe2\x96\x8b", "\xe2\x96\x8a",
	"\xe2\x96\x89", "\xe2\x96\x88" };

/* Bars in parts of a column; the whole parts of `share`. */
static size_t
parts(double share, size_t width, size_t each)
{
	size_t most = width * each, n;

	if (!(share > 0))
		return 0;
	if (share >= 1)
		return most;
	n = (size_t)(share * (double)most);
	return n == 0 ? 1 : n == most ? most - 1 : n;
}

/* Returns the columns that were used. */
static size_t
fill(char *out, double share, size_t width)
{
	int utf8 = text_is_utf8();
	size_t n, used = 0;

	if (width > PLOT_BAR_MAX)
		width = PLOT_BAR_MAX;
	n = parts(share, width, utf8 ? 8 : 1);
	*out = '\0';
	for (; n >= 8 && utf8; n -= 8, used++)
		strcat(out, blocks[8]);
	if (utf8) {
		strcat(out, blocks[n]);
		return used + (n > 0);
	}
	memset(out, '#', n);
	out[n] = '\0';
	return n;
}

void
plot_bar(char out[PLOT_BAR_BYTES], double share, size_t width)
{
	fill(out, share, width);
}

void
plot_gauge(char out[PLOT_BAR_BYTES], double share, size_t width)
{
	size_t used;

	out[0] = '[';
	used = fill(out + 1, share, width);
	for (; used < width && used < PLOT_BAR_MAX; used++)
		strcat(out, text_is_utf8() ? "\xc2\xb7" : "-");
	strcat(out, "]");
}

/* The middle, which a bucket's values are taken as; its start if unbounded. */
static uint64_t
middle(const struct sli_bucket *bucket)
{
	if (bucket->upper == UINT64_MAX)
		return bucket->lower;
	return bucket->lower + (bucket->upper - bucket->lower) / 2;
}

struct step {
	double from, to;
	uint64_t count;
};

/* Numbers that people like, per power of ten: fewer make longer steps. */
static const double series[][13] = {
	{ 12, 1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2 },
	{ 6, 1, 1.5, 2, 3, 5, 7 },
	{ 3, 1, 2, 5 },
	{ 1, 1 },
};

#define SERIES (sizeof(series) / sizeof(series[0]))

/* The n-th edge of a series, counted from 1 ns. */
static double
edge(const double *of, long n)
{
	long each = (long)of[0];

	return pow(10, (double)(n / each)) * of[1 + n % each];
}

/* The last edge that is not above a value. */
static long
step_of(const double *of, uint64_t ns)
{
	long n = 0;

	/* 2^64 is below 10^20. */
	while (n < 20 * (long)of[0] && edge(of, n + 1) <= (double)ns)
		n++;
	return n;
}

/* Steps from the lowest bucket on; returns how many there are. */
static size_t
gather(const struct view_indicator *ind, struct step *out)
{
	const struct sli_bucket *b = ind->buckets;
	uint64_t low = middle(&b[0]), high = middle(&b[ind->bucket_count - 1]);
	const double *of = series[0];
	long first = 0, n = 0, at;
	size_t k;
	uint32_t i;

	/* The last has 20 steps for all there is. */
	for (k = 0; k < SERIES; k++) {
		of = series[k];
		first = step_of(of, low);
		n = step_of(of, high) - first + 1;
		if (n <= STEPS_MOST)
			break;
	}
	if (n < 1 || n > STEPS_MOST)
		n = STEPS_MOST;
	for (at = 0; at < n; at++) {
		out[at].from = edge(of, first + at);
		out[at].to = edge(of, first + at + 1);
		out[at].count = 0;
	}
	for (i = 0; i < ind->bucket_count; i++) {
		at = step_of(of, middle(&b[i])) - first;
		out[at < 0 ? 0 : at < n ? at : n - 1].count += b[i].count;
	}
	return (size_t)n;
}

void
plot_histogram(const struct view_indicator *ind, const char *indent, FILE *to)
{
	static const struct column columns[] = { { "FROM", 1, 7, 0 },
		{ "TO", 1, 7, 0 }, { "COUNT", 1, 8, 0 }, { "%", 1, 7, 0 },
		{ "UP TO %", 1, 7, 0 }, { "", 0, 0, 0 } };
	struct step step[STEPS_MOST];
	uint64_t all = 0, most = 0, below = 0;
	char buf[FORMAT_MAX], bar[PLOT_BAR_BYTES];
	struct table t;
	size_t i, n;

	if (ind->bucket_count == 0)
		return;
	n = gather(ind, step);
	for (i = 0; i < n; i++) {
		all += step[i].count;
		most = step[i].count > most ? step[i].count : most;
	}
	table_begin(&t, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < n; i++) {
		below += step[i].count;
		plot_bar(bar, (double)step[i].count / (double)most, BAR_WIDTH);
		table_row(&t);
		table_cell(&t, 0, STYLE_PLAIN, "%s",
		    format_latency(buf, (uint64_t)step[i].from));
		table_cell(&t, 1, STYLE_PLAIN, "%s",
		    format_latency(buf, (uint64_t)step[i].to));
		table_cell(&t, 2, STYLE_PLAIN, "%s",
		    format_number(buf, step[i].count));
		table_cell(&t, 3, STYLE_PLAIN, "%s",
		    format_percent(buf, step[i].count, all));
		table_cell(&t, 4, STYLE_PLAIN, "%s",
		    format_percent(buf, below, all));
		table_cell(&t, 5, STYLE_PLAIN, "%s", bar);
	}
	table_print(&t, indent, to);
	table_end(&t);
}
