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

#define TICKS_MOST 8
#define NEAR_PERCENT 4 /* of the width: numbers would touch */

/* ---- the frame ---- */

double
svg_x(const struct review *r, uint64_t at_ns)
{
	double part = ((double)at_ns - (double)r->from_ns) /
	    (double)(r->to_ns - r->from_ns);

	return SVG_WIDTH * fmin(fmax(part, 0), 1);
}

static double
percent(double x)
{
	return 100 * x / SVG_WIDTH;
}

/* A tick of the left side, at a share of the height from above. */
void
svg_mark(double share, const char *text, FILE *to)
{
	fprintf(to, "<span style=\"top:%.1f%%\">", 100 * share);
	html_text(text, to);
	fputs("</span>", to);
}

void
svg_rule(const char *class, double share, FILE *to)
{
	fprintf(to, "<path class=\"%s\" d=\"M0 %.1fH%g\"/>", class,
	    SVG_HEIGHT * share, SVG_WIDTH);
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

void
svg_time_rules(const struct review *r, FILE *to)
{
	uint64_t t, step = tick_step(r);

	fputs("<path class=\"grid\" d=\"", to);
	for (t = first_tick(r); t < r->to_ns; t += step)
		fprintf(to, "M%.1f 0V%g", svg_x(r, t), SVG_HEIGHT);
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
		if (svg_x(r, t) > 0.9 * SVG_WIDTH ||
		    gmtime_r(&s, &tm) == NULL ||
		    strftime(label, sizeof(label), format, &tm) == 0)
			continue;
		fprintf(to, "<span style=\"left:%.2f%%\">%s</span>",
		    percent(svg_x(r, t)), label);
	}
	fputs("</div>\n", to);
}

static double
middle(const struct review *r, const struct review_span *span)
{
	return percent((svg_x(r, span->from_ns) + svg_x(r, span->to_ns)) / 2);
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
		left = percent(svg_x(r, span->from_ns));
		fprintf(to,
		    "<div class=\"band\" "
		    "style=\"left:%.2f%%;width:%.2f%%\"></div>",
		    left, percent(svg_x(r, span->to_ns)) - left);
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
			    percent(svg_x(r, r->annotations[i].at_ns)));
}

void
svg_open(const char *id, uint32_t number, const char *what, char *more,
    FILE *to)
{
	fprintf(to,
	    "<figure class=\"%s\"><figcaption>%s</figcaption>\n"
	    "<div class=\"plot\"><svg viewBox=\"0 0 %g %g\" "
	    "preserveAspectRatio=\"none\" role=\"img\" "
	    "aria-labelledby=\"%s%u-t %s%u-d\">"
	    "<title id=\"%s%u-t\">%s</title><desc id=\"%s%u-d\">",
	    id, what, SVG_WIDTH, SVG_HEIGHT, id, number, id, number, id, number,
	    what, id, number);
	html_text(more, to);
	fputs("</desc>\n", to);
	free(more);
}

void
svg_close(const struct review *r, const struct review_slo *s, FILE *to)
{
	put_spans(r, s, to);
	put_changes(r, to);
	put_time_axis(r, to);
	fputs("</div></figure>\n", to);
}
