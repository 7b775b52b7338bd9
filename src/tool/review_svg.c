/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* gmtime_r */

#include "review_svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format.h"
#include "mem.h"
#include "review_words.h"
#include "text.h"

/* The drawing's own units, whatever its size on the page. */
#define WIDTH 1000.0
#define HEIGHT 200.0
#define TICKS_MOST 8
#define NEAR_PERCENT 4 /* of the width: numbers would touch */
#define BINS_MOST 168  /* of errors beside the spans */

/* ---- the frame ---- */

static double
x_of(const struct review *r, uint64_t at_ns)
{
	double part = ((double)at_ns - (double)r->from_ns) /
	    (double)(r->to_ns - r->from_ns);

	return WIDTH * fmin(fmax(part, 0), 1);
}

static double
percent(double x)
{
	return 100 * x / WIDTH;
}

/* A tick of the left side, at a share of the height from above. */
static void
put_mark(double share, const char *text, FILE *to)
{
	fprintf(to, "<span style=\"top:%.1f%%\">", 100 * share);
	html_text(text, to);
	fputs("</span>", to);
}

static void
put_rule(const char *class, double share, FILE *to)
{
	fprintf(to, "<path class=\"%s\" d=\"M0 %.1fH%g\"/>", class,
	    HEIGHT * share, WIDTH);
}

/* The days, or hours of a day, below; and as many rules. */
static uint64_t
tick_step(const struct review *r)
{
	static const uint64_t steps[] = { SLI_MINUTES(10), SLI_HOURS(1),
		SLI_HOURS(3), SLI_HOURS(6), SLI_DAYS(1), SLI_DAYS(2),
		SLI_DAYS(5), SLI_DAYS(10) };
	size_t i, last = sizeof(steps) / sizeof(steps[0]) - 1;

	for (i = 0; i < last; i++)
		if ((r->to_ns - r->from_ns) / steps[i] <= TICKS_MOST)
			break;
	return steps[i];
}

static uint64_t
first_tick(const struct review *r)
{
	uint64_t step = tick_step(r);

	return (r->from_ns + step - 1) / step * step;
}

static void
put_time_rules(const struct review *r, FILE *to)
{
	uint64_t t, step = tick_step(r);

	fputs("<path class=\"grid\" d=\"", to);
	for (t = first_tick(r); t < r->to_ns; t += step)
		fprintf(to, "M%.1f 0V%g", x_of(r, t), HEIGHT);
	fputs("\"/>", to);
}

static void
put_time_axis(const struct review *r, FILE *to)
{
	uint64_t t, step = tick_step(r);
	const char *format = step < SLI_DAYS(1) ? "%H:%M" : "<i>%a </i>%d";
	char label[FORMAT_MAX];
	struct tm tm;
	time_t s;

	fputs("<div class=\"x\" aria-hidden=\"true\">", to);
	for (t = first_tick(r); t < r->to_ns; t += step) {
		s = (time_t)(t / SLI_SECONDS(1));
		/* What would not fit at the right end is left out. */
		if (x_of(r, t) > 0.9 * WIDTH || gmtime_r(&s, &tm) == NULL ||
		    strftime(label, sizeof(label), format, &tm) == 0)
			continue;
		fprintf(to, "<span style=\"left:%.2f%%\">%s</span>",
		    percent(x_of(r, t)), label);
	}
	fputs("</div>\n", to);
}

static double
middle(const struct review *r, const struct review_span *span)
{
	return percent((x_of(r, span->from_ns) + x_of(r, span->to_ns)) / 2);
}

/* Numbers of spans that are near each other stand together, at the first. */
static void
put_numbers(const struct review *r, const struct review_slo *s, FILE *to)
{
	uint32_t i, k, placed = 0;

	for (i = 0; i < s->span_count; i++) {
		if (placed >> i & 1)
			continue;
		fprintf(to, "<b style=\"left:%.2f%%\">",
		    middle(r, &s->spans[i]));
		for (k = i; k < s->span_count; k++) {
			if (placed >> k & 1 ||
			    fabs(middle(r, &s->spans[k]) -
				middle(r, &s->spans[i])) > NEAR_PERCENT)
				continue;
			fprintf(to, "%s%u", k == i ? "" : ",", k + 1);
			placed |= UINT32_C(1) << k;
		}
		fputs("</b>", to);
	}
}

/* The spans that are told of below, by their numbers. */
static void
put_spans(const struct review *r, const struct review_slo *s, FILE *to)
{
	const struct review_span *span;
	double left;
	uint32_t i;

	fputs("<div class=\"bands\" aria-hidden=\"true\">", to);
	for (i = 0; i < s->span_count; i++) {
		span = &s->spans[i];
		left = percent(x_of(r, span->from_ns));
		fprintf(to,
		    "<div class=\"band\" "
		    "style=\"left:%.2f%%;width:%.2f%%\"></div>",
		    left, percent(x_of(r, span->to_ns)) - left);
	}
	put_numbers(r, s, to);
	fputs("</div>", to);
}

static void
put_changes(const struct review *r, FILE *to)
{
	uint32_t i;

	for (i = 0; i < r->annotation_count; i++)
		if (r->annotations[i].at_ns >= r->from_ns)
			fprintf(to,
			    "<div class=\"change\" aria-hidden=\"true\" "
			    "style=\"left:%.2f%%\"></div>",
			    percent(x_of(r, r->annotations[i].at_ns)));
}

/* A figure up to its drawing; `what` and `more` are what a blind person hears. */
static void
open_figure(const char *id, uint32_t number, const char *what, char *more,
    FILE *to)
{
	fprintf(to,
	    "<figure class=\"%s\"><figcaption>%s</figcaption>\n"
	    "<div class=\"plot\"><svg viewBox=\"0 0 %g %g\" "
	    "preserveAspectRatio=\"none\" role=\"img\" "
	    "aria-labelledby=\"%s%u-t %s%u-d\">"
	    "<title id=\"%s%u-t\">%s</title><desc id=\"%s%u-d\">",
	    id, what, WIDTH, HEIGHT, id, number, id, number, id, number, what,
	    id, number);
	html_text(more, to);
	fputs("</desc>\n", to);
	free(more);
}

static void
close_figure(const struct review *r, FILE *to)
{
	put_time_axis(r, to);
	fputs("</div></figure>\n", to);
}

/* ---- budget ---- */

static double
lowest_left(const struct review *r, const struct review_slo *s)
{
	double lowest = 0;
	uint32_t i;

	for (i = 0; i <= r->grid.steps; i++)
		if (s->left[i] < lowest)
			lowest = s->left[i];
	return lowest;
}

/* Where less than a period is known, the line is dashed: [from, to) of edges. */
static void
put_left(const struct review *r, const struct review_slo *s, uint32_t from,
    uint32_t to_edge, double lowest, const char *class, FILE *to)
{
	int pen = 0;
	uint32_t i;

	fprintf(to, "<path class=\"%s\" d=\"", class);
	for (i = from; i < to_edge; i++) {
		if (isnan(s->left[i])) {
			pen = 0;
			continue;
		}
		fprintf(to, "%c%.1f %.1f", pen ? 'L' : 'M',
		    x_of(r, r->grid.edge[i]),
		    HEIGHT * (1 - s->left[i]) / (1 - lowest));
		pen = 1;
	}
	fputs("\"/>", to);
}

static uint32_t
known_edge(const struct review *r, const struct review_slo *s)
{
	uint32_t i = 0;

	if (s->known_from_ns == 0 || s->is_calendar)
		return 0;
	while (i < r->grid.steps &&
	    r->grid.edge[i] < s->known_from_ns + s->period_ns &&
	    r->grid.edge[i] > s->budget.reset_ns)
		i++;
	return i;
}

void
svg_budget(const struct review *r, const struct review_slo *s, uint32_t number,
    FILE *to)
{
	double lowest = lowest_left(r, s), zero = 1 / (1 - lowest);
	char begin[FORMAT_MAX], end[FORMAT_MAX];
	uint32_t known = known_edge(r, s), last = r->grid.steps;

	open_figure("budget", number, "Budget left",
	    mem_print("The error budget went from %s to %s.",
		isnan(s->left[0]) ? "nothing known" :
				    words_percent(begin, s->left[0]),
		words_percent(end, s->left[last])),
	    to);
	put_time_rules(r, to);
	put_rule("grid", 0, to);
	put_rule("grid", zero / 2, to);
	put_rule("limit", zero, to);
	if (known > 0)
		put_left(r, s, 0, known + 1, lowest, "line part", to);
	put_left(r, s, known, last + 1, lowest, "line", to);
	fputs("</svg><div class=\"y\" aria-hidden=\"true\">", to);
	put_mark(0, "100%", to);
	put_mark(zero / 2, "50%", to);
	put_mark(zero, "spent", to);
	if (lowest < -0.25)
		put_mark(1, words_percent(end, lowest), to);
	fputs("</div>", to);
	put_spans(r, s, to);
	put_changes(r, to);
	close_figure(r, to);
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
		    x_of(r, r->grid.edge[i]), HEIGHT * base, HEIGHT * top,
		    x_of(r, r->grid.edge[i + 1]), HEIGHT * base);
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

	open_figure("errors", number, "Bad events",
	    mem_print("Share of bad events over time, by powers of ten; the "
		      "budget is %g%%. Worst: %s of the budget.",
		100 * s->budget_share, words_worst(worst, s)),
	    to);
	put_time_rules(r, to);
	put_area(r, ratios, &scale, 1, "under", to);
	put_area(r, ratios, &scale, budget, "over", to);
	free(ratios);
	put_rule("limit", budget, to);
	fputs("</svg><div class=\"y\" aria-hidden=\"true\">", to);
	for (i = 0; i < (uint32_t)scale.decades; i++) {
		ratio = pow(10, -(double)i);
		if (fabs(depth(&scale, ratio) - budget) * scale.decades < 0.5)
			continue;
		snprintf(buf, sizeof(buf), "%g%%", 100 * ratio);
		put_mark(depth(&scale, ratio), buf, to);
	}
	snprintf(label, sizeof(label), "%g%%", 100 * s->budget_share);
	fputs("<b>", to);
	put_mark(budget, label, to);
	fputs("</b></div>", to);
	put_spans(r, s, to);
	put_changes(r, to);
	close_figure(r, to);
}

/* ---- latencies ---- */

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
	double high = HEIGHT / REVIEW_BANDS;
	uint32_t column, band;

	fprintf(to, "<path class=\"heat shade%d\" d=\"", shade);
	for (column = 0; column < l->columns; column++)
		for (band = 0; band < REVIEW_BANDS; band++)
			if (shade_of(l, column, band) == shade)
				fprintf(to, "M%.1f %.1fH%.1fv%.1fH%.1fz",
				    x_of(r, l->edge[column]),
				    high * (REVIEW_BANDS - 1 - band),
				    x_of(r, l->edge[column + 1]), high,
				    x_of(r, l->edge[column]));
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
			    x_of(r, l->edge[i]),
			    HEIGHT * latency_depth(l, ns[i]),
			    x_of(r, l->edge[i + 1]));
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
		put_mark(1 - i / 4.0,
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
	open_figure("latency", number, "Latency of good events",
	    mem_print("How many events by time and latency. The median was %s "
		      "at the most, the 99th percentile %s.",
		format_latency(p50, greatest(l->p50_ns, l->columns)),
		format_latency(p99, greatest(l->p99_ns, l->columns))),
	    to);
	put_time_rules(r, to);
	for (shade = 0; shade < SHADES; shade++)
		put_cells(r, l, shade, to);
	put_quantile(r, l, l->p50_ns, "line p50", to);
	put_quantile(r, l, l->p99_ns, "line p99", to);
	if (s->threshold_ns > l->lowest_ns && s->threshold_ns < l->highest_ns)
		put_rule("limit", latency_depth(l, s->threshold_ns), to);
	put_latency_axis(l, to);
	put_spans(r, s, to);
	put_changes(r, to);
	close_figure(r, to);
	put_shades(to);
}
