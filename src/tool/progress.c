/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* isatty */

#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "plot.h"

#define EVERY_NS SLI_MILLIS(100)
#define BAR_WIDTH 20

void
progress_begin(struct progress *p, uint64_t total)
{
	memset(p, 0, sizeof(*p));
	p->is_shown = isatty(STDERR_FILENO);
	p->total = total;
	p->began_ns = sli_clock_ns();
}

static void
show_share(const struct progress *p, uint64_t done, uint64_t spent_ns)
{
	char bar[PLOT_BAR_BYTES], percent[FORMAT_MAX], left[FORMAT_MAX];
	double share = (double)done / (double)p->total;

	plot_gauge(bar, share, BAR_WIDTH);
	fprintf(stderr, "%s %s", bar, format_share(percent, share));
	if (share > 0 && share < 1)
		fprintf(stderr, ", %s left",
		    format_span(left,
			(uint64_t)((double)spent_ns * (1 - share) / share)));
}

void
progress_show(struct progress *p, uint64_t done, uint64_t lines)
{
	uint64_t now_ns, spent_ns;
	char count[FORMAT_MAX], rate[FORMAT_MAX];

	if (!p->is_shown)
		return;
	now_ns = sli_clock_ns();
	spent_ns = now_ns - p->began_ns;
	if (now_ns < p->shown_ns + EVERY_NS || spent_ns < EVERY_NS)
		return;
	p->shown_ns = now_ns;
	fprintf(stderr, "\r\033[K%s lines, %s/s ", format_count(count, lines),
	    format_rate(rate, 1e9 * (double)lines / (double)spent_ns));
	if (p->total > 0)
		show_share(p, done, spent_ns);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->shown_ns != 0)
		fprintf(stderr, "\r\033[K");
	p->shown_ns = 0;
}
