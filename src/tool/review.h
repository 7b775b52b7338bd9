/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REVIEW_H
#define TOOL_REVIEW_H

#include <stdio.h>

#include <sli/sli.h>

/*
 * The review of a span of time, mostly a week: plain memory, from which text,
 * Markdown, JSON and HTML all print. Names are as they are in the file; who
 * prints them cleans them.
 *
 * History has slots: a step is what lies between two edges of the grid, which
 * are boundaries of the finest slots that reach so far back.
 */

/* Shares of a period's budget: what an alert must cost to be worth it ... */
#define REVIEW_NEEDED 0.01
/* ... and what is too little to be named. */
#define REVIEW_NAMED 0.001

struct review_counts {
	uint64_t good, bad;
};

struct review_grid {
	uint64_t *edge; /* ascending: the first is from, the last is to */
	uint32_t steps;
	uint64_t fine_ns, coarse_ns; /* the shortest and the longest step */
	uint64_t fine_from_ns;	     /* from where on steps are the shortest */
};

/* An annotation beside a span. */
struct review_change {
	const struct sli_annotation *annotation;
	int64_t distance_ns; /* below 0: before the span's begin */
};

/* What an indicator depends on, in the span and else. */
struct review_dependency {
	char *title;
	struct review_counts in_span, usual;
	int burned; /* its error ratio was over the SLO's budget */
};

#define REVIEW_CHANGES_MAX 3
#define REVIEW_DEPENDENCIES_MAX 8

/* A time in which the budget burned at more than 1. */
struct review_span {
	uint64_t from_ns, to_ns;
	struct review_counts counts;
	double cost; /* of the period's budget */
	struct review_change changes[REVIEW_CHANGES_MAX]; /* nearest first */
	uint32_t change_count;
	struct review_dependency dependencies[REVIEW_DEPENDENCIES_MAX];
	uint32_t dependency_count;
	uint32_t pages, tickets, outages; /* alerts that saw it ... */
	uint64_t seen_ns;		  /* ... and when the first did */
};

struct review_day {
	uint64_t from_ns, to_ns; /* midnights, UTC, or the review's ends */
	struct review_counts counts;
	double cost;
};

enum review_state {
	REVIEW_FINE,
	REVIEW_CLOSE, /* little is left, or it goes too fast */
	REVIEW_SPENT,
	REVIEW_IDLE /* no events */
};

#define REVIEW_STATES 4

#define REVIEW_BANDS 24	   /* of latency, by steps of equal ratio */
#define REVIEW_COLUMNS 168 /* of time, at most */

/* Latencies of good events, as a map: how many, by time and by latency. */
struct review_latency {
	int status;	   /* SLI_OK; SLI_ENODATA */
	uint64_t reach_ns; /* of the registry's latency history */
	uint64_t *edge;	   /* columns + 1 */
	uint32_t columns;
	uint64_t lowest_ns, highest_ns; /* of the bands */
	uint64_t *count;		/* [column][band] */
	uint64_t *p50_ns, *p99_ns;	/* by column; 0 without events */
};

#define REVIEW_SPANS_MAX 5
#define REVIEW_DAYS_MAX 367 /* a year, and the piece of a day */

struct review_slo {
	char *service, *series, *name;
	struct sli_slo *slo;
	struct sli_indicator *indicator;
	uint64_t period_ns, threshold_ns;
	uint64_t lowest_ns, highest_ns; /* of the indicator's latencies */
	uint32_t precision_bits;
	enum sli_method method;
	uint64_t unit; /* of counts: 1, or billionths of a slice */
	int is_calendar;
	char *calendar; /* "month, Europe/Berlin"; "" rolling */
	enum review_state state;
	struct sli_budget budget;    /* at the end of the review */
	double budget_share;	     /* 1 - objective */
	double allowed;		     /* bad events of a period */
	struct review_counts counts; /* in the review */
	struct review_counts before; /* in as much time before it */
	uint64_t before_ns;	     /* how much of that has history */
	double cost;		     /* of the period's budget */
	double pace;		/* cost / (the review's share of a period) */
	uint64_t begin_ns;	/* the first events ... */
	uint64_t known_from_ns; /* ... of which history has these; 0: all */
	struct review_counts *steps; /* of the grid */
	double *left; /* of the budget, at its edges; NAN: not known */
	struct review_span worst;		    /* about an hour */
	struct review_span spans[REVIEW_SPANS_MAX]; /* the dearest first */
	uint32_t span_count;
	uint32_t spans_unnamed; /* more, each above REVIEW_NAMED */
	double spans_cost;	/* of all spans */
	struct review_day *days;
	uint32_t day_count;
	struct review_latency latency;
	struct sli_adjustment adjustments[SLI_ADJUSTMENTS_MAX];
	uint32_t adjustment_count;
};

enum review_verdict {
	REVIEW_WANTED,	/* it cost REVIEW_NEEDED or more */
	REVIEW_REPEATS, /* so, but another of the SLO told of it already */
	REVIEW_FLAPS,	/* so, but it had ended just before */
	REVIEW_NEEDLESS /* it cost less */
};

#define REVIEW_VERDICTS 4

struct review_alert {
	struct sli_alert_record record;
	enum review_verdict verdict;
	int wakes;	    /* a person: it is a page */
	uint64_t length_ns; /* up to the review's end if it fires */
};

struct review_totals {
	uint32_t pages, tickets;
	uint32_t pages_of[REVIEW_VERDICTS], tickets_of[REVIEW_VERDICTS];
	uint64_t firing_ns; /* of pages and tickets */
	double dearest_outage;
};

struct review_indicator {
	struct sli_indicator *indicator;
	char *title;
};

struct review {
	char *path;
	uint64_t from_ns, to_ns;
	uint64_t at_ns; /* when it was looked: to_ns, or later */
	struct sli_registry_info info;
	struct review_grid grid;
	struct review_indicator *indicators;
	uint32_t indicator_count;
	struct review_slo *slos;
	uint32_t slo_count;
	struct sli_annotation *annotations; /* in the review, oldest first */
	uint32_t annotation_count;
	struct review_alert *alerts; /* oldest first, without outages */
	uint32_t alert_count;
	struct review_alert *outages;
	uint32_t outage_count;
	struct review_totals totals;
	int log_is_full; /* alerts may have begun in the review and be gone */
	struct sli_audit *audits; /* budgets that were changed, oldest first */
	uint32_t audit_count;
};

/* Fill it: path, from_ns, to_ns, at_ns and info are the caller's. */
int review_collect(struct review *r, struct sli_registry *reg,
    struct sli_error *err);
void review_free(struct review *r);

/* The parts of it. */
uint32_t review_edges(const struct sli_level *levels, const struct review *r,
    uint64_t from_ns, uint32_t most, uint64_t **out);
uint64_t review_reach(const struct sli_level *levels);
void review_log_collect(struct review *r, struct sli_registry *reg);
void review_notes_collect(struct review *r, struct sli_registry *reg);
void review_spans_collect(const struct review *r, struct review_slo *s);
void review_latency_collect(const struct review *r, struct review_slo *s);
void review_latency_free(struct review_latency *l);

/* What the SLO counted then; 0 if there is no history of it. */
uint64_t review_counts_of(const struct review *r, struct review_slo *s,
    uint64_t from_ns, uint64_t to_ns, struct review_counts *out);
double review_cost(const struct review_slo *s, const struct review_counts *c);
double review_ratio(const struct review_counts *c); /* bad; 0 of none */

/* Of the period up to then, history has only a part. */
int review_is_short(const struct review_slo *s, uint64_t at_ns);

/* The formats. */
void review_text(const struct review *r, FILE *to);
void review_markdown(const struct review *r, FILE *to);
void review_json(const struct review *r);
void review_html(const struct review *r, FILE *to);

#endif /* TOOL_REVIEW_H */
