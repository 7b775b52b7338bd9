/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review_svg.h"
#include "review_words.h"

#define SHADES 5

/* Of a column's events, how many a cell has: by steps of about three. */
static const double shade_least[SHADES] = { 0, 0.01, 0.03, 0.1, 0.3 };

static int
shade_of(const struct review_latency *l, uint32_t column, uint32_t band)
{
	const uint64_t *count = l->count + (size_t)column * REVIEW_BANDS;
	uint64_t sum = 0;
	int shade;
	uint32_t i;

	if (count[band] == 0)
		return -1;
	for (i = 0; i < REVIEW_BANDS; i++)
		sum += count[i];
	for (shade = SHADES - 1; shade > 0; shade--)
		if ((double)count[band] >= shade_least[shade] * (double)sum)
			break;
	return shade;
}

static void
put_cells(const struct review *r, const struct review_latency *l, int shade,
    FILE *to)
{
	double high = SVG_HEIGHT / REVIEW_BANDS;
	uint32_t column, band;

	fprintf(to, "<path class=\"heat shade%d\" d=\"", shade);
	for (column = 0; column < l->columns; column++)
		for (band = 0; band < REVIEW_BANDS; band++)
			if (shade_of(l, column, band) == shade)
				fprintf(to, "M%.1f %.1fH%.1fv%.1fH%.1fz",
				    svg_x(r, l->edge[column]),
				    high * (REVIEW_BANDS - 1 - band),
				    svg_x(r, l->edge[column + 1]), high,
				    svg_x(r, l->edge[column]));
	fputs("\"/>", to);
}

static double
latency_depth(const struct review_latency *l, uint64_t ns)
{
	double part = log((double)ns / (double)l->lowest_ns) /
	    log((double)l->highest_ns / (double)l->lowest_ns);

	return 1 - fmin(fmax(part, 0), 1);
}

static void
put_quantile(const struct review *r, const struct review_latency *l,
    const uint64_t *ns, const char *class, FILE *to)
{
	uint32_t i;

	fprintf(to, "<path class=\"%s\" d=\"", class);
	for (i = 0; i < l->columns; i++)
		if (ns[i] != 0)
			fprintf(to, "%c%.1f %.1fH%.1f",
			    i > 0 && ns[i - 1] != 0 ? 'L' : 'M',
			    svg_x(r, l->edge[i]),
			    SVG_HEIGHT * latency_depth(l, ns[i]),
			    svg_x(r, l->edge[i + 1]));
	fputs("\"/>", to);
}

static uint64_t
greatest(const uint64_t *values, uint32_t count)
{
	uint64_t most = 0;
	uint32_t i;

	for (i = 0; i < count; i++)
		if (values[i] > most)
			most = values[i];
	return most;
}

static void
put_latency_axis(const struct review_latency *l, FILE *to)
{
	char buf[FORMAT_MAX];
	double ratio = (double)l->highest_ns / (double)l->lowest_ns;
	int i;

	fputs("</svg><div class=\"y\" aria-hidden=\"true\">", to);
	for (i = 0; i <= 4; i++)
		svg_mark(1 - i / 4.0,
		    format_latency(buf,
			(uint64_t)((double)l->lowest_ns * pow(ratio, i / 4.0))),
		    to);
	fputs("</div>", to);
}

static void
put_shades(FILE *to)
{
	static const char *const words[SHADES] = { "under 1%", "1% or more",
		"3%", "10%", "30%" };
	int i;

	fputs("<p class=\"legend\">Of the events of a time, a cell has ", to);
	for (i = 0; i < SHADES; i++)
		fprintf(to, "<span><i class=\"shade%d\"></i>%s</span> ", i,
		    words[i]);
	fputs("<span><i class=\"p50\"></i>half are faster</span> "
	      "<span><i class=\"p99\"></i>99% are faster</span></p>\n",
	    to);
}

void
svg_latency(const struct review *r, const struct review_slo *s, uint32_t number,
    FILE *to)
{
	const struct review_latency *l = &s->latency;
	char p50[FORMAT_MAX], p99[FORMAT_MAX];
	int shade;

	if (l->status != SLI_OK)
		return;
	svg_open("latency", number, "Latency of good events",
	    mem_print("How many events by time and latency. The median was %s "
		      "at the most, the 99th percentile %s.",
		format_latency(p50, greatest(l->p50_ns, l->columns)),
		format_latency(p99, greatest(l->p99_ns, l->columns))),
	    to);
	svg_time_rules(r, to);
	for (shade = 0; shade < SHADES; shade++)
		put_cells(r, l, shade, to);
	put_quantile(r, l, l->p50_ns, "line p50", to);
	put_quantile(r, l, l->p99_ns, "line p99", to);
	if (s->threshold_ns > l->lowest_ns && s->threshold_ns < l->highest_ns)
		svg_rule("limit", latency_depth(l, s->threshold_ns), to);
	put_latency_axis(l, to);
	svg_close(r, s, to);
	put_shades(to);
}
