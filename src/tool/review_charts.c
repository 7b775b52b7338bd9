/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review_svg.h"
#include "review_words.h"

#define BINS_MOST 168 /* of errors beside the spans */

/* ---- budget ---- */

/* Where a chart ends below: what is overspent more often is no more news. */
#define LEFT_LEAST -1.0

static double
lowest_left(const struct review *r, const struct review_slo *s)
{
	double lowest = 0;
	uint32_t i;

	for (i = 0; i <= r->grid.steps; i++)
		if (s->left[i] < lowest)
			lowest = s->left[i];
	return fmax(lowest, LEFT_LEAST);
}

/* Between edges of which both, or not both, tell of a whole period. */
static void
put_left(const struct review *r, const struct review_slo *s, double lowest,
    int is_short, const char *class, FILE *to)
{
	const uint64_t *edge = r->grid.edge;
	int pen = 0;
	uint32_t i, k;

	fprintf(to, "<path class=\"%s\" d=\"", class);
	for (i = 1; i <= r->grid.steps; i++) {
		if (isnan(s->left[i - 1]) || isnan(s->left[i]) ||
		    (review_is_short(s, edge[i - 1]) ||
			review_is_short(s, edge[i])) != is_short) {
			pen = 0;
			continue;
		}
		for (k = pen ? i : i - 1; k <= i; k++)
			fprintf(to, "%c%.1f %.1f", pen || k == i ? 'L' : 'M',
			    svg_x(r, edge[k]),
			    SVG_HEIGHT * (1 - fmax(s->left[k], lowest)) /
				(1 - lowest));
		pen = 1;
	}
	fputs("\"/>", to);
}

void
svg_budget(const struct review *r, const struct review_slo *s, uint32_t number,
    FILE *to)
{
	double lowest = lowest_left(r, s), zero = 1 / (1 - lowest);
	char begin[FORMAT_MAX], end[FORMAT_MAX];
	uint32_t last = r->grid.steps;

	svg_open("budget", number, "Budget left",
	    mem_print("The error budget went from %s to %s.",
		isnan(s->left[0]) ? "nothing known" :
				    words_percent(begin, s->left[0]),
		words_percent(end, s->left[last])),
	    to);
	svg_time_rules(r, to);
	svg_rule("grid", 0, to);
	svg_rule("grid", zero / 2, to);
	svg_rule("limit", zero, to);
	put_left(r, s, lowest, 1, "line part", to);
	put_left(r, s, lowest, 0, "line", to);
	fputs("</svg><div class=\"y\" aria-hidden=\"true\">", to);
	svg_mark(0, "100%", to);
	svg_mark(zero / 2, "50%", to);
	svg_mark(zero, "spent", to);
	if (lowest < -0.25)
		svg_mark(1, words_percent(end, lowest), to);
	fputs("</div>", to);
	svg_close(r, s, to);
}

/* ---- errors ---- */

/* From the top, 1, down to a tenth of the budget, or lower. */
struct scale {
	double decades;
};

static double
depth(const struct scale *scale, double ratio)
{
	return ratio <= 0 ? 1 : fmin(-log10(ratio) / scale->decades, 1);
}

static int
is_named(const struct review_slo *s, uint64_t at_ns)
{
	uint32_t i;

	for (i = 0; i < s->span_count; i++)
		if (at_ns >= s->spans[i].from_ns && at_ns < s->spans[i].to_ns)
			return 1;
	return 0;
}

/*
 * Of each step. Beside the spans it is that of more steps together: of few
 * events the ratio is none, or much, and nothing can be seen of that.
 */
static double *
ratios_new(const struct review *r, const struct review_slo *s)
{
	uint64_t width = (r->to_ns - r->from_ns + BINS_MOST - 1) / BINS_MOST;
	const uint64_t *edge = r->grid.edge;
	double *ratio = mem_array(r->grid.steps, sizeof(*ratio));
	struct review_counts sum;
	uint32_t i, k, end;

	for (i = 0; i < r->grid.steps; i = end) {
		memset(&sum, 0, sizeof(sum));
		for (end = i; end < r->grid.steps &&
		     (end == i ||
			 (edge[end + 1] - edge[i] <= width &&
			     !is_named(s, edge[i]) && !is_named(s, edge[end])));
		     end++) {
			sum.good += s->steps[end].good;
			sum.bad += s->steps[end].bad;
		}
		for (k = i; k < end; k++)
			ratio[k] = review_ratio(&sum);
	}
	return ratio;
}

/* So that quiet times are not all at the bottom, unless they are very quiet. */
static struct scale
scale_for(const struct review *r, const struct review_slo *s,
    const double *ratio)
{
	double least = ceil(-log10(s->budget_share) + 1), most = least + 2;
	double lowest = 1;
	struct scale scale;
	uint32_t i;

	for (i = 0; i < r->grid.steps; i++)
		if (ratio[i] > 0 && ratio[i] < lowest)
			lowest = ratio[i];
	scale.decades = fmin(fmax(ceil(-log10(lowest) + 0.1), least), most);
	return scale;
}

/* Steps, as an area; what is over the budget is another area. */
static void
put_area(const struct review *r, const double *ratio, const struct scale *scale,
    double base, const char *class, FILE *to)
{
	double top;
	uint32_t i;

	fprintf(to, "<path class=\"%s\" d=\"", class);
	for (i = 0; i < r->grid.steps; i++) {
		top = depth(scale, ratio[i]);
		if (top >= base)
			continue;
		fprintf(to, "M%.1f %.1fV%.1fH%.1fV%.1fz",
		    svg_x(r, r->grid.edge[i]), SVG_HEIGHT * base,
		    SVG_HEIGHT * top, svg_x(r, r->grid.edge[i + 1]),
		    SVG_HEIGHT * base);
	}
	fputs("\"/>", to);
}

void
svg_errors(const struct review *r, const struct review_slo *s, uint32_t number,
    FILE *to)
{
	double *ratios = ratios_new(r, s), ratio;
	struct scale scale = scale_for(r, s, ratios);
	double budget = depth(&scale, s->budget_share);
	char buf[FORMAT_MAX], worst[WORDS_MAX], label[WORDS_MAX];
	uint32_t i;

	svg_open("errors", number, "Bad events",
	    mem_print("Share of bad events over time, by powers of ten; the "
		      "budget is %g%%. Worst: %s of the budget.",
		100 * s->budget_share, words_worst(worst, s)),
	    to);
	svg_time_rules(r, to);
	put_area(r, ratios, &scale, 1, "under", to);
	put_area(r, ratios, &scale, budget, "over", to);
	free(ratios);
	svg_rule("limit", budget, to);
	fputs("</svg><div class=\"y\" aria-hidden=\"true\">", to);
	for (i = 0; i < (uint32_t)scale.decades; i++) {
		ratio = pow(10, -(double)i);
		if (fabs(depth(&scale, ratio) - budget) * scale.decades < 0.5)
			continue;
		snprintf(buf, sizeof(buf), "%g%%", 100 * ratio);
		svg_mark(depth(&scale, ratio), buf, to);
	}
	snprintf(label, sizeof(label), "%g%%", 100 * s->budget_share);
	fputs("<b>", to);
	svg_mark(budget, label, to);
	fputs("</b></div>", to);
	svg_close(r, s, to);
}
