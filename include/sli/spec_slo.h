/* SPDX-License-Identifier: MIT */
#ifndef SLI_SPEC_SLO_H
#define SLI_SPEC_SLO_H

#include <stdint.h>

#include <sli/indicator.h>
#include <sli/slo.h>

/*
 * What a definition in a file says; see spec.h. Of struct sli_spec_slo and what
 * is in it, fields may be added at the end: programs only read them.
 */

enum sli_spec_format {
	SLI_SPEC_OPENSLO_V1,
	SLI_SPEC_OPENSLO_V1ALPHA,
	SLI_SPEC_SLOTH,
	SLI_SPEC_PYRRA
};

enum sli_spec_unit {
	SLI_SPEC_ROLLING, /* no calendar: rolling_ns */
	SLI_SPEC_DAY,
	SLI_SPEC_WEEK,
	SLI_SPEC_MONTH,
	SLI_SPEC_QUARTER,
	SLI_SPEC_YEAR
};

struct sli_spec_period {
	enum sli_spec_unit unit;
	uint32_t count;	     /* so many units; 0 if rolling */
	uint64_t rolling_ns; /* 0 if by the calendar */
	/*
	 * A period began at this local time. As YYYY-MM-DD HH:MM:SS, and as
	 * seconds since 1970 of a clock that shows it without a zone.
	 */
	const char *start;
	int64_t start_s;
	const char *time_zone; /* of the tz database */
	uint64_t start_ns;     /* `start` in that zone, since 1970 in UTC */
};

enum sli_spec_indicator_kind {
	SLI_SPEC_GOOD_TOTAL,
	SLI_SPEC_BAD_TOTAL,
	SLI_SPEC_LATENCY,   /* good: at most threshold_ns */
	SLI_SPEC_RAW_GOOD,  /* `value` is a ratio of good events already */
	SLI_SPEC_RAW_BAD,   /* ... of bad events */
	SLI_SPEC_BOOL_GAUGE /* `value` is 1 while all is well, else 0 */
};

/* What a query's text is to Prometheus. */
enum sli_spec_query_kind {
	SLI_SPEC_QUERY_OPAQUE,	 /* of another system, or not to be rewritten */
	SLI_SPEC_QUERY_TEMPLATE, /* with {{.window}} for the window */
	SLI_SPEC_QUERY_COUNTER,	 /* selects counters */
	SLI_SPEC_QUERY_GAUGE,	 /* selects gauges */
	SLI_SPEC_QUERY_HISTOGRAM /* selects native histograms */
};

struct sli_spec_query {
	enum sli_spec_query_kind kind;
	const char *text;   /* NULL: the indicator has no such query */
	const char *source; /* of what system, as the file says; "" unsaid */
	uint32_t line;
};

struct sli_spec_indicator {
	enum sli_spec_indicator_kind kind;
	struct sli_spec_query good, bad, total, value;
	uint64_t threshold_ns; /* of SLI_SPEC_LATENCY */
};

/* Labels and the like, in the order of the file. */
struct sli_spec_labels {
	const struct sli_label *list;
	uint32_t count;
};

/* Fires while burn rate > factor in both windows, for after_ns. */
struct sli_spec_alert {
	uint32_t line;
	enum sli_severity severity;
	const char *severity_name; /* as the file says */
	const char *name;
	uint64_t long_ns, short_ns; /* short_ns 0: the long window only */
	uint64_t factor_ppm;	    /* of the burn rate, in parts per million */
	uint64_t share_ppm; /* of the budget; 0: the period's length varies */
	uint64_t after_ns;  /* 0: at once */
	int at_factor;	    /* fires at the factor too, not only above it */
};

/* flags of struct sli_spec_slo */
#define SLI_SPEC_NO_PAGE 0x1u
#define SLI_SPEC_NO_TICKET 0x2u
/* No data shall alert, too. */
#define SLI_SPEC_ALERT_NO_DATA 0x4u
/* The end of an alert shall be told, too. */
#define SLI_SPEC_ALERT_RESOLVED 0x8u

struct sli_spec_slo {
	const char *file;
	uint32_t line;
	enum sli_spec_format format;
	const char
	    *id; /* unique: service-name, or name if there is no service */
	const char *service; /* "" none */
	const char *name;
	const char *display_name, *description; /* "" none */
	struct sli_spec_labels labels;
	struct sli_spec_labels info_labels; /* of sloth_slo_info only */
	uint64_t objective_ppb;		    /* above 0, below 1e9 */
	enum sli_method method;
	uint64_t slice_ns;	      /* 0 with SLI_OCCURRENCES */
	uint64_t slice_objective_ppb; /* of SLI_TIMESLICES, else 0 */
	struct sli_spec_period period;
	struct sli_spec_indicator indicator;
	uint32_t flags;
	/* None: the default pairs of struct sli_alert, as the flags allow. */
	const struct sli_spec_alert *alerts;
	uint32_t alert_count;
	const char *alert_name;
	struct sli_spec_labels alert_labels, alert_annotations;	  /* of all */
	struct sli_spec_labels page_labels, page_annotations;	  /* also */
	struct sli_spec_labels ticket_labels, ticket_annotations; /* also */
	struct sli_spec_labels
	    alert_targets; /* whom to tell; names, no values */
	/* How often rules are to be evaluated; 0: as Prometheus is set up. */
	uint64_t interval_sli_ns, interval_meta_ns, interval_alert_ns;
	/*
	 * The alerts as sli_slo_register() takes them, without those that the
	 * flags leave out, and pyrra's that can never fire. Where a definition
	 * has one window, both are that. Where an alert fires at its factor
	 * too, the factor is lower by a millionth, the least step there is.
	 */
	const struct sli_alert_config *alert_configs;
	uint32_t alert_config_count;
};

#endif /* SLI_SPEC_SLO_H */
