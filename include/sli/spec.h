/* SPDX-License-Identifier: MIT */
#ifndef SLI_SPEC_H
#define SLI_SPEC_H

#include <stddef.h>
#include <stdint.h>

#include <sli/api.h>
#include <sli/slo.h>
#include <sli/spec_slo.h>
#include <sli/status.h>

/*
 * SLOs that are defined in files, in a library of its own: libsli-spec, which
 * needs libyaml. <sli/sli.h> does not include this header.
 *
 *   OpenSLO   openslo/v1 and openslo/v1alpha
 *   sloth     prometheus/v1, and AlertWindows of sloth.slok.dev/v1
 *   pyrra     pyrra.dev/v1alpha1 ServiceLevelObjective
 *
 * They all become one kind of struct sli_spec_slo. Nothing is ignored in
 * silence: a field that is unknown, or that says what cannot be kept here, is
 * an error with its place in the file. Numbers are read as decimals, exactly.
 * Queries are kept as text: a process counts good and bad by its own code.
 *
 * A struct sli_spec is never written after it was loaded: every function that
 * takes a const one may run at once with every other.
 */

struct sli_spec;

enum sli_spec_gravity { SLI_SPEC_ERROR, SLI_SPEC_WARNING };

/* What is wrong in a file. The strings live as long as the callback runs. */
struct sli_spec_problem {
	enum sli_spec_gravity gravity;
	const char *file;
	uint32_t line, column; /* from 1; 0: the file as a whole */
	const char *field;     /* as in slos[0].objective; "" of none */
	const char *message;   /* the value, and what would be accepted */
	const char
	    *text; /* all of that: "file:line:column: error: field: ..." */
};

typedef void sli_spec_problem_fn(const struct sli_spec_problem *problem,
    void *arg);

/* This many are told of; the rest are only counted. */
#define SLI_SPEC_PROBLEMS_MAX 100
#define SLI_SPEC_FILE_MAX (4u << 20) /* bytes */
#define SLI_SPEC_FILES_MAX 1000u

/* flags of struct sli_spec_config */
/* OpenSLO definitions without an alert policy get the default pairs. */
#define SLI_SPEC_DEFAULT_ALERTS 0x1u

struct sli_spec_config {
	uint32_t struct_size;
	uint32_t flags;
	/* Of definitions without one: sloth's, some of OpenSLO. 30 d. */
	uint64_t period_ns;
	/* What 1 is as OpenSLO's `value`, which has no unit. Default 1 s. */
	uint64_t threshold_unit_ns;
};

#define SLI_SPEC_CONFIG_INIT SLI_CONFIG_INIT(struct sli_spec_config)

/* flags of sli_spec_slo_config() */
/* Take the default alerts in place of the definition's own. */
#define SLI_SPEC_USE_DEFAULT_ALERTS 0x1u

/* flags of struct sli_spec_rules_config */
/* Alerts compare plain error ratios: SLI_SLO_ALERT_BY_RATIO. */
#define SLI_SPEC_RULES_BY_RATIO 0x1u
/*
 * The period's ratio is the mean of the ratios of the shortest window, as
 * sloth has it: cheap, but quiet hours weigh as much as busy ones.
 */
#define SLI_SPEC_RULES_MEAN_PERIOD 0x2u

struct sli_spec_rules_config {
	uint32_t struct_size;
	uint32_t flags;
	uint64_t alert_min_events, alert_min_bad; /* as in sli_slo_config */
};

#define SLI_SPEC_RULES_CONFIG_INIT SLI_CONFIG_INIT(struct sli_spec_rules_config)

SLI_BEGIN_DECLS

/**
 * Load the definitions of files, which may refer to each other.
 *
 * @param cfg     NULL: defaults.
 * @param report  is told of each problem, in the order of the files; NULL ok.
 * @param out     NULL: only look for problems.
 * Errors:   SLI_EINVAL (NULL, path_count, period_ns), SLI_EVERSION
 *           (cfg->struct_size), SLI_EPARSE (there were errors: err has the
 *           first, report has heard of all), SLI_ENODATA (no SLO is defined),
 *           SLI_ENOENT, SLI_EACCES, SLI_EIO, SLI_ERANGE (a file of more than
 *           SLI_SPEC_FILE_MAX), SLI_ENOMEM. With warnings only: SLI_OK.
 * Bounds:   per file 100,000 nodes, aliases written out; 64 levels.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_spec_load(const char *const *paths,
    uint32_t path_count, const struct sli_spec_config *cfg,
    sli_spec_problem_fn *report, void *arg, struct sli_spec **out,
    struct sli_error *err);

/**
 * The same of text in memory.
 *
 * @param name  stands for the file in problems, and in sli_spec_slo.file.
 */
SLI_API SLI_MUST_CHECK int sli_spec_load_text(const char *name,
    const void *text, size_t len, const struct sli_spec_config *cfg,
    sli_spec_problem_fn *report, void *arg, struct sli_spec **out,
    struct sli_error *err);

/** Free it, and all that its SLOs point to. NULL is fine. Since: 0.1 */
SLI_API void sli_spec_free(struct sli_spec *spec);

/** How many SLOs; 0 of NULL. Since: 0.1 */
SLI_API uint32_t sli_spec_slo_count(const struct sli_spec *spec);

/** One of them, in the order of the files; NULL: no such. Since: 0.1 */
SLI_API const struct sli_spec_slo *sli_spec_slo(const struct sli_spec *spec,
    uint32_t index);

/** The one with this id; NULL: none. Since: 0.1 */
SLI_API const struct sli_spec_slo *sli_spec_find(const struct sli_spec *spec,
    const char *id);

/**
 * What to register for a definition. cfg->name is the definition's id; name,
 * alerts and time_zone live as long as its spec. threshold_ns has to be one of
 * the indicator's.
 *
 * @param flags  0 or SLI_SPEC_USE_DEFAULT_ALERTS.
 * Errors:   SLI_EINVAL: NULL, or what the definition asks for cannot be counted
 *           (a ratio or a gauge in place of events, slices of more than a day,
 *           more than SLI_ALERTS_MAX alerts), or id is no name of an SLO.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_spec_slo_config(const struct sli_spec_slo *slo,
    uint32_t flags, struct sli_slo_config *cfg, struct sli_error *err);

/**
 * Look for problems in files, and warn of what the library cannot count: `sli
 * validate`.
 *
 * Errors:   as sli_spec_load().  Thread: MT-safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_spec_validate(const char *const *paths,
    uint32_t path_count, const struct sli_spec_config *cfg,
    sli_spec_problem_fn *report, void *arg, struct sli_error *err);

/**
 * Prometheus rules that say what an SLO of libsli says: recording rules with
 * the names and labels of sloth, and alerts. YAML text, one file.
 *
 * Beside sloth's metrics there are, where counts can be had,
 * slo:sli_bad:rate<window> and slo:sli_total:rate<window> in events per second.
 * An alert of the event-weighted form (see struct sli_alert) is
 *
 *   slo:sli_bad:rate<window> > factor * budget * mean rate
 *
 * where slo:sli_total:mean_rate<period> is the mean rate since there is data.
 * Of time slices, these count slices; the slices are those of the library,
 * which begin at whole multiples of their length since 1970.
 *
 * A calendar period is refused: a range of Prometheus has a fixed length, and
 * knows no time zone, so no rule adds up from the begin of a month.
 *
 * Accuracy: what Prometheus sees of counters: increases between samples,
 *           extrapolated to the window's edges; so a slice needs samples at
 *           both of its ends, or several within. In a young process the
 *           period's mean rate is too low by up to half a short window of
 *           events.
 * @param text  NUL-terminated, in UTF-8; give it to sli_spec_text_free().
 * Errors:   SLI_EINVAL (NULL; or a definition that Prometheus cannot be asked
 *           for: the message names it, its place and what could be done),
 *           SLI_EVERSION, SLI_ENOMEM.
 * Thread:   MT-safe.  Signal: not safe.  Since: 0.1
 */
SLI_API SLI_MUST_CHECK int sli_spec_rules(const struct sli_spec *spec,
    const struct sli_spec_rules_config *cfg, char **text, size_t *len,
    struct sli_error *err);

/** Free the text of sli_spec_rules(). NULL is fine. Since: 0.1 */
SLI_API void sli_spec_text_free(char *text);

SLI_END_DECLS

#endif /* SLI_SPEC_H */
