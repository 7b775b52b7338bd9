/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* gmtime_r */

#include "review_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "text.h"

/* ---- moments ---- */

static const char *
when(char *buf, const char *format, uint64_t at_ns)
{
	time_t s = (time_t)(at_ns / SLI_SECONDS(1));
	struct tm tm;

	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(buf, FORMAT_MAX, format, &tm) == 0)
		return strcpy(buf, "-");
	return buf;
}

const char *
words_when(char *buf, uint64_t at_ns)
{
	return when(buf, "%a %d %b %H:%M", at_ns);
}

/* An end, of the same day without it. */
const char *
words_until(char *buf, uint64_t from_ns, uint64_t to_ns)
{
	return from_ns / SLI_DAYS(1) == to_ns / SLI_DAYS(1) ?
	    when(buf, "%H:%M", to_ns) :
	    words_when(buf, to_ns);
}

/* ---- shares ---- */

const char *
words_percent(char *buf, double share)
{
	double percent = 100 * share;

	if (percent == 0)
		return strcpy(buf, "0%");
	if (fabs(percent) < 0.1)
		return strcpy(buf, percent > 0 ? "<0.1%" : ">-0.1%");
	if (!(fabs(percent) < 1e5))
		return strcpy(buf, percent > 0 ? ">100k%" : "<-100k%");
	/* Cut, but not what is only a hair below: 100 means all. */
	percent = floor(10 * percent + 1e-6) / 10;
	snprintf(buf, FORMAT_MAX, "%.*f%%", fabs(percent) < 100 ? 1 : 0,
	    floor(percent) == percent || fabs(percent) < 100 ? percent :
							       floor(percent));
	return buf;
}

/* Of events that were bad: three digits. */
static const char *
bad_percent(char *buf, const struct review_counts *c)
{
	if (c->good + c->bad == 0)
		return strcpy(buf, "no events");
	snprintf(buf, FORMAT_MAX, "%.3g%% bad", 100 * review_ratio(c));
	return buf;
}

const char *
words_actual(char *buf, const struct review_counts *c)
{
	format_percent(buf, c->good, c->good + c->bad);
	if (c->good + c->bad > 0)
		strcat(buf, "%");
	return buf;
}

/* ---- an SLO ---- */

const char *
words_state(enum review_state state)
{
	static const char *const words[] = { "ok", "close", "spent",
		"no data" };

	return words[state];
}

enum style
words_style(enum review_state state)
{
	static const enum style styles[] = { STYLE_GOOD, STYLE_WARN, STYLE_BAD,
		STYLE_DIM };

	return styles[state];
}

const char *
words_left(char *buf, const struct review_slo *s)
{
	return s->budget.has_data ? words_percent(buf, s->budget.remaining) :
				    strcpy(buf, "-");
}

const char *
words_trend(char *buf, const struct review *r, const struct review_slo *s)
{
	double now = review_ratio(&s->counts), then = review_ratio(&s->before);

	if (s->before.good + s->before.bad == 0)
		return strcpy(buf, "no history");
	/* Half a span says little of a whole one. */
	if (s->before_ns < (r->to_ns - r->from_ns) / 2)
		return strcpy(buf, "little history");
	if (now == then)
		return strcpy(buf, now == 0 ? "none bad" : "same");
	if (then == 0)
		return strcpy(buf, "worse, of none");
	if (now == 0)
		return strcpy(buf, "better, to none");
	if (fabs(now / then - 1) < 0.05)
		return strcpy(buf, "same");
	snprintf(buf, FORMAT_MAX, "%.3gx %s", fmax(now / then, then / now),
	    now > then ? "worse" : "better");
	return buf;
}

const char *
words_worst(char *buf, const struct review_slo *s)
{
	char at[FORMAT_MAX], length[FORMAT_MAX], cost[FORMAT_MAX];

	if (s->worst.counts.bad == 0)
		return strcpy(buf, "-");
	snprintf(buf, WORDS_MAX, "%s, %s: %s", words_when(at, s->worst.from_ns),
	    format_span(length, s->worst.to_ns - s->worst.from_ns),
	    words_percent(cost, s->worst.cost));
	return buf;
}

const char *
words_period(char *buf, const struct review_slo *s)
{
	char length[FORMAT_MAX], zone[WORDS_MAX];

	if (s->is_calendar) {
		text_clean(zone, sizeof(zone), s->calendar);
		snprintf(buf, WORDS_MAX, "each %.150s", zone);
	} else
		snprintf(buf, WORDS_MAX, "%s rolling",
		    format_duration(length, s->period_ns));
	return buf;
}

char *
words_spent_new(const struct review *r, const struct review_slo *s)
{
	char cost[FORMAT_MAX], share[FORMAT_MAX], left[FORMAT_MAX];
	char spans[FORMAT_MAX], rest[FORMAT_MAX];
	double part = (double)(r->to_ns - r->from_ns) / (double)s->period_ns;

	if (!s->budget.has_data)
		return mem_string("There is no data of its period.");
	return mem_print("%s of the budget went, in %s of the period; %s is "
			 "left. %s of it went in %u span%s that burned, %s "
			 "beside.",
	    words_percent(cost, s->cost), words_percent(share, part),
	    words_percent(left, s->budget.remaining),
	    words_percent(spans, s->spans_cost),
	    s->span_count + s->spans_unnamed,
	    s->span_count + s->spans_unnamed == 1 ? "" : "s",
	    words_percent(rest, fmax(0, s->cost - s->spans_cost)));
}

#define DAYS_NAMED 8

char *
words_days_new(const struct review_slo *s)
{
	char day[FORMAT_MAX], cost[FORMAT_MAX], *more;
	char *line = mem_string("By day:");
	uint32_t i;

	for (i = 0; i < s->day_count; i++) {
		/* Of a month only those that count for something. */
		if (s->day_count > DAYS_NAMED &&
		    s->days[i].cost < REVIEW_NEEDED)
			continue;
		more = mem_print("%s %s %s", line,
		    when(day, "%a %d", s->days[i].from_ns),
		    words_percent(cost, s->days[i].cost));
		free(line);
		line = mem_print("%s,", more);
		free(more);
	}
	if (line[strlen(line) - 1] == ',')
		line[strlen(line) - 1] = '.';
	return line;
}

/* ---- a span ---- */

/* Events, or slices; those of a ratio are parts of slices. */
static const char *
amount(char *buf, const struct review_slo *s, uint64_t n)
{
	if (s->unit == 1)
		return format_number(buf, n);
	snprintf(buf, FORMAT_MAX, "%.2f", (double)n / (double)s->unit);
	return buf;
}

char *
words_span_new(const struct review_slo *s, const struct review_span *span)
{
	char from[FORMAT_MAX], to[FORMAT_MAX], length[FORMAT_MAX];
	char cost[FORMAT_MAX], bad[FORMAT_MAX], all[FORMAT_MAX];

	return mem_print("%s to %s, %s: %s of the budget, %s bad of %s%s",
	    words_when(from, span->from_ns),
	    words_until(to, span->from_ns, span->to_ns),
	    format_span(length, span->to_ns - span->from_ns),
	    words_percent(cost, span->cost), amount(bad, s, span->counts.bad),
	    amount(all, s, span->counts.good + span->counts.bad),
	    s->method == SLI_OCCURRENCES ? "" : " slices");
}

char *
words_adjustment_new(const struct review_slo *s, const struct sli_adjustment *a)
{
	char from[FORMAT_MAX], to[FORMAT_MAX], events[FORMAT_MAX];

	if (a->kind == SLI_EXCLUSION)
		return mem_print("Does not count: %s to %s, %s events",
		    words_when(from, a->from_ns),
		    words_until(to, a->from_ns, a->to_ns),
		    amount(events, s, a->good + a->bad));
	return mem_print("Corrected by %+" PRId64 " good and %+" PRId64
			 " bad of %s",
	    a->add_good, a->add_bad, words_when(from, a->from_ns));
}

char *
words_change_new(const struct review_change *c)
{
	int64_t ns = c->distance_ns;
	uint64_t distance = ns < 0 ? (uint64_t)-ns : (uint64_t)ns;
	char at[FORMAT_MAX], length[FORMAT_MAX], *text, *kind, *line;

	text = text_clean_new(c->annotation->text);
	kind = text_clean_new(c->annotation->kind);
	if (distance < SLI_SECONDS(1))
		snprintf(length, sizeof(length), "as it began");
	else
		snprintf(length, sizeof(length), "%s %s",
		    format_span(at, distance), ns < 0 ? "before" : "into it");
	line = mem_print("%s: %s (%s, %s)", kind, text, length,
	    words_when(at, c->annotation->at_ns));
	free(kind);
	free(text);
	return line;
}

char *
words_dependency_new(const struct review_dependency *d)
{
	char in_span[FORMAT_MAX], usual[FORMAT_MAX];
	char *title = text_clean_new(d->title);
	char *line = mem_print("%s %s: %s, else %s", title,
	    d->burned ? "burned too" : "was well",
	    bad_percent(in_span, &d->in_span), bad_percent(usual, &d->usual));

	free(title);
	return line;
}

static void
count_of(char *to, size_t size, uint32_t n, const char *what)
{
	size_t used = strlen(to);

	if (n > 0)
		snprintf(to + used, size - used, "%s%u %s%s",
		    used == 0 ? "" : ", ", n, what, n == 1 ? "" : "s");
}

char *
words_seen_new(const struct review_span *span)
{
	char who[WORDS_MAX] = "", at[FORMAT_MAX];

	count_of(who, sizeof(who), span->pages, "page");
	count_of(who, sizeof(who), span->tickets, "ticket");
	count_of(who, sizeof(who), span->outages, "micro-outage");
	if (*who == '\0')
		return mem_string("no alert saw it");
	if (span->seen_ns < span->from_ns)
		return mem_print("seen by %s, of which one fired before", who);
	return mem_print("seen by %s, first at %s", who,
	    words_until(at, span->from_ns, span->seen_ns));
}

/* ---- alerts ---- */

const char *
words_alert(char *buf, const struct sli_alert_record *a)
{
	char longer[FORMAT_MAX], shorter[FORMAT_MAX], factor[FORMAT_MAX];

	if (a->kind == SLI_ALERT_OUTAGE)
		return strcpy(buf, a->silent ? "silent" : "bad");
	snprintf(buf, WORDS_MAX, "%s %s/%s x%s",
	    a->severity == SLI_PAGE ? "page" : "ticket",
	    format_duration(longer, a->long_ns),
	    format_duration(shorter, a->short_ns),
	    format_burn(factor, a->factor));
	return buf;
}

const char *
words_verdict(const struct review_alert *a)
{
	static const char *const words[REVIEW_VERDICTS] = { "yes",
		"no: told already", "no: flapped", "no: under 1%" };

	return words[a->verdict];
}

const char *
words_woken(const struct review_alert *a)
{
	if (!a->wakes)
		return "no, a ticket";
	return a->verdict == REVIEW_REPEATS ? "awake already" : "yes";
}

char *
words_fatigue_new(const struct review *r)
{
	const struct review_totals *t = &r->totals;
	uint32_t wanted = t->pages_of[REVIEW_WANTED];
	char length[FORMAT_MAX];

	if (t->pages + t->tickets == 0)
		return mem_string("No alert fired.");
	return mem_print(
	    "%u page%s, %u of them needed; %u ticket%s, %u needed. "
	    "Not needed: %u cost under 1%% of a budget, %u flapped, "
	    "%u told what another had told. They fired for %s in "
	    "all.",
	    t->pages, t->pages == 1 ? "" : "s", wanted, t->tickets,
	    t->tickets == 1 ? "" : "s", t->tickets_of[REVIEW_WANTED],
	    t->pages_of[REVIEW_NEEDLESS] + t->tickets_of[REVIEW_NEEDLESS],
	    t->pages_of[REVIEW_FLAPS] + t->tickets_of[REVIEW_FLAPS],
	    t->pages_of[REVIEW_REPEATS] + t->tickets_of[REVIEW_REPEATS],
	    format_span(length, t->firing_ns));
}
