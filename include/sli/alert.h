/* SPDX-License-Identifier: MIT */
#ifndef SLI_ALERT_H
#define SLI_ALERT_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/indicator.h>
#include <sli/registry.h>
#include <sli/status.h>

/*
 * Multi-window multi-burn-rate alerts (SRE Workbook ch. 5), the micro-outages
 * that no pair of windows can see, and the log of both.
 */

enum sli_alert_state { SLI_ALERT_OK, SLI_ALERT_FIRING };
enum sli_severity { SLI_PAGE, SLI_TICKET };

#define SLI_ALERTS_MAX 6 /* of an SLO */

/*
 * An alert of one's own: it fires while, in both windows,
 *
 *   burn rate > factor,   factor = budget_share * period / long window
 *
 * Windows become whole slots, the nearest. Refused is one that can never fire
 * (factor times the budget is an error ratio of 1 or more) and one that fires
 * though the objective is met (a factor below 1), with the arithmetic; and with
 * alerts of one's own, flags that leave out default ones.
 */
struct sli_alert_config {
	enum sli_severity severity;
	uint32_t reserved; /* 0 */
	uint64_t long_ns;  /* 2 slots to what history reaches */
	uint64_t short_ns; /* one slot to long_ns; default long_ns / 12 */
	/* One of the two, the other 0. */
	double factor;	     /* 1 to 1 / (1 - objective) */
	double budget_share; /* above 0, up to 1: 0.02 */
	/* In the long window; 0: the SLO's. */
	uint64_t min_events, min_bad;
	/* Fires once it has been so for so long; 0: at once. */
	uint64_t after_ns;
};

/*
 * One alert of an SLO. Without a policy of its own it has these (table 5-8 of
 * the Workbook, with a fourth pair that is in common use), scaled to the
 * period:
 *
 *              long     short     budget spent   factor
 *   page    W / 720     W / 8640       2 %        14.4    (30 d: 1 h, 5 min)
 *   page    W / 120     W / 1440       5 %         6      (6 h, 30 min)
 *   ticket  W / 30      W / 360       10 %         3      (1 d, 2 h)
 *   ticket  W / 10      W / 120       10 %         1      (3 d, 6 h)
 *
 * It fires while in both windows  burn rate * weight > factor, where
 * weight = (the window's event rate) / (the period's event rate). On a whole
 * period that is  bad events in the window > share * (budget in events): an
 * alert means that this much budget is really gone. In a young process the
 * event rate so far stands for the period's, so that a few failures after a
 * start page nobody.
 */
struct sli_alert {
	enum sli_severity severity;
	enum sli_alert_state state;
	uint64_t long_ns, short_ns;
	double factor;		      /* of the burn rate */
	double long_burn, short_burn; /* as compared with the factor */
	uint64_t min_events, min_bad; /* in the long window */
	/*
	 * SLI_OK, or SLI_ERANGE: this default alert was dropped at registration
	 * and never fires, for the reason given.
	 */
	int status;
	const char *reason;  /* "" if status is SLI_OK */
	uint64_t after_ns;   /* it must have been so for so long */
	uint64_t pending_ns; /* since when it is so; 0: it is not */
};

/*
 * Micro-outages: runs of slots (seconds) that are bad, the share of bad events
 * being above a ratio, or silent, nothing coming to an end while work is in
 * flight and the last minutes had traffic. A total outage of 10 s is 0.4 % of
 * the budget of 99.9 % over 30 d: it is below the threshold of every pair of
 * windows, and still ten seconds in which nobody was served.
 *
 * A slot is judged when the next one opens: by the next event, or by
 * sli_advance(), without which nobody notices silence. With slots of 1 s a run
 * is therefore seen within 2 s of its begin. It ends with 3 slots in a row that
 * are neither; within a run a slot is bad from half the ratio on, with half the
 * events, so that failures near the ratio are one run and not a hundred.
 *
 * The rule rests below so many events per slot, on the average of the last
 * 5 min: with 3 events a second, two failures by chance would look like an
 * outage. Silence takes 20 per slot, of which fewer than a tenth come, and no
 * more than 5 min: after that the traffic has gone. Slots that nobody opened
 * are silent too, if work is in flight when the next is opened. Time that is
 * excluded (adjust.h) when a slot is judged is passed over, and ends a run.
 *
 * Where nobody calls sli_advance() once a second, a pause of all traffic looks
 * like a process that was blocked, if the event that ends it is still in flight
 * when it is recorded: call sli_end() before sli_record(), or sli_advance()
 * from a timer.
 */
struct sli_outage {
	/*
	 * SLI_OK: the rule is at work. Else it rests: SLI_ENODATA (too little
	 * traffic), SLI_ERANGE (slots of more than 2 s), SLI_EACCES (switched
	 * off by SLI_SLO_NO_OUTAGES).
	 */
	int status;
	const char *reason; /* "" if it is at work */
	enum sli_alert_state state;
	uint64_t from_ns; /* of the present run, or else of the last; 0 none */
	uint64_t length_ns; /* from its first such slot to its last */
	double traffic;	    /* events per slot, the last 5 min */
};

enum sli_alert_kind { SLI_ALERT_BURN, SLI_ALERT_OUTAGE };

/*
 * What an alert or a micro-outage was like. The last SLI_ALERT_LOG_MAX stay
 * with the registry; in a file, past the end of the process. Of an alert that
 * still fires when so many others have begun since, the record is gone.
 *
 * Times are the caller's; where its clock was set back meanwhile, they go on
 * from the start, so that lengths are right.
 *
 * A process that is killed, or held up, while it writes a record leaves one
 * that is SLI_EBUSY, and the next slot opens another for the same alert; who
 * was told that the first began (sli_snapshot_transition()) may then not be
 * told that it ended.
 */
#define SLI_ALERT_LOG_MAX 512

struct sli_alert_record {
	uint64_t number; /* 0, 1, 2, ... in the registry's life */
	char slo[SLI_NAME_MAX + 1];
	enum sli_alert_kind kind;
	enum sli_severity severity; /* an outage: SLI_TICKET */
	uint32_t alert_index;	    /* of sli_slo_alert(); an outage: 0 */
	uint32_t silent;	    /* an outage: 1 if it has silent slots */
	uint64_t onset_ns;	    /* when it began to burn, to 1/60 of the
				       long window */
	uint64_t start_ns; /* when it began to fire; an outage: the onset */
	/*
	 * When that ended: if no slot was opened for long, a short window after
	 * the last event. Of an outage the end of its last such slot. 0: it
	 * fires.
	 */
	uint64_t end_ns;
	/*
	 * The last that burned, to 1/12 of the short window; 0 while it fires.
	 * The alert took end_ns - recovered_ns to reset.
	 */
	uint64_t recovered_ns;
	uint64_t long_ns, short_ns; /* an outage: 0 */
	double factor;		    /* an outage: the ratio */
	double peak_burn;	    /* of the short window, or of a slot */
	uint64_t bad, total;	    /* the SLO's events from the onset on */
	uint64_t missing;	    /* in silence: events to be expected */
	double budget_cost;	    /* of the period's budget: bad / (B N) */
};

/* A record that began or ended; see sli_snapshot_transition(). */
struct sli_transition {
	struct sli_alert_record record;
	int began, ended;
};

struct sli_slo;

SLI_BEGIN_DECLS

/**
 * How many alerts it has, dropped ones included; 0 of NULL.
 *
 * Errors: none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API uint32_t sli_slo_alert_count(const struct sli_slo *slo);

/**
 * One of its alerts, evaluated at now_ns.
 *
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (index).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_alert(struct sli_slo *slo, uint64_t now_ns,
    uint32_t index, struct sli_alert *out);

/**
 * Its micro-outage rule, as of the last slot that was judged.
 *
 * Errors:   SLI_EINVAL (NULL).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_slo_outage(struct sli_slo *slo, uint64_t now_ns,
    struct sli_outage *out);

/**
 * A record of the alert log, counted back from the last, which is 0.
 *
 * Accuracy: numbers of one that fires are as of the last slot judged.
 * Errors:   SLI_EINVAL (NULL), SLI_ENOENT (there are no more), SLI_EBUSY (this
 *           one is just being written, or is damaged, or its writer died:
 *           there may be more).
 * Thread:   MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_alert_read(const struct sli_registry *reg,
    uint32_t back, struct sli_alert_record *out);

SLI_END_DECLS

#endif /* SLI_ALERT_H */
