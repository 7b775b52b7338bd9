/* SPDX-License-Identifier: MIT */
#ifndef SLI__SPEC_FORMAT_H
#define SLI__SPEC_FORMAT_H

#include "spec/field.h"

/*
 * The formats. Each reads one document, adds the SLOs that it defines, and
 * complains of the rest.
 */

#define SLI__SPEC_PPB UINT64_C(1000000000)
#define SLI__SPEC_PPM UINT64_C(1000000)
#define SLI__SPEC_UNITS_MAX 366u /* calendar_count of struct sli_slo_config */

void sli__spec_read_openslo_v1(const struct sli__spec_at *root);
void sli__spec_read_openslo_v1alpha(const struct sli__spec_at *root);
void sli__spec_read_sloth(const struct sli__spec_at *root);
/* AlertWindows: before any definition of sloth's. */
void sli__spec_read_sloth_windows(const struct sli__spec_at *root);
void sli__spec_read_pyrra(const struct sli__spec_at *root);

/* ---- what they have in common ---- */

/* A new SLO that is defined there; NULL: no memory. */
struct sli_spec_slo *sli__spec_begin_slo(const struct sli__spec_at *at,
    enum sli_spec_format format);

/*
 * An objective in parts per billion, of a percentage (places 7) or a ratio
 * (places 9): above 0 and below all of it, or false.
 */
bool sli__spec_objective(const struct sli__spec_at *at, unsigned places,
    uint64_t *ppb);

/* Once, before any other is resolved. */
void sli__spec_name_document(struct sli__spec_document *document);
/* A document that OpenSLO's `kind` and metadata.name refer to. */
struct sli__spec_at sli__spec_resolve(const struct sli__spec_at *from,
    const char *kind, const char *name, bool *is_found);

/* metadata of OpenSLO: name, displayName, labels, annotations. */
const char *sli__spec_openslo_metadata(const struct sli__spec_at *at,
    bool is_v1, struct sli_spec_slo *slo);
/* The name alone, without a complaint: "" if there is none. */
const char *sli__spec_openslo_metadata_name(const struct sli__spec_at *at);
void sli__spec_openslo_description(const struct sli__spec_at *spec,
    const char **out);
void sli__spec_openslo_calendar(const struct sli__spec_at *at,
    struct sli_spec_period *period);
enum sli_method sli__spec_openslo_method(const struct sli__spec_at *at);
/* One objective of several has a number after the SLO's name. */
void sli__spec_openslo_add(const struct sli__spec_at *objective,
    const struct sli_spec_slo *common, uint32_t count,
    const struct sli_spec_slo *slo);
/* Each of the objectives, which are in `spec`. */
void sli__spec_openslo_objectives(const struct sli__spec_at *spec,
    const struct sli_spec_slo *common,
    void (*read)(const struct sli__spec_at *at,
	const struct sli_spec_slo *common, uint32_t count));
void sli__spec_openslo_threshold(const struct sli__spec_at *objective,
    struct sli_spec_slo *slo);
/* A text, and what Prometheus can do with it. */
void sli__spec_set_query(struct sli_spec_query *query,
    const struct sli__spec_at *at, const char *text, const char *source,
    bool is_counter);

void sli__spec_openslo_sli(const struct sli__spec_at *spec,
    struct sli_spec_slo *slo);
void sli__spec_openslo_alerts(const struct sli__spec_at *policies,
    struct sli_spec_slo *slo);
/* The kinds that only others refer to: AlertPolicy and so on. */
void sli__spec_check_policy(const struct sli__spec_at *root);
void sli__spec_check_condition(const struct sli__spec_at *root);
void sli__spec_check_target(const struct sli__spec_at *root);

/* The share of a factor, or the other way round, over a period. */
uint64_t sli__spec_share_ppm(uint64_t factor_ppm, uint64_t long_ns,
    uint64_t period_ns);
uint64_t sli__spec_factor_ppm(uint64_t share_ppm, uint64_t long_ns,
    uint64_t period_ns);
/*
 * Complain of alerts that can never fire, or fire though the objective is met,
 * with the arithmetic. Of alerts that are derived, and cannot be changed in the
 * file, only a warning: they are left out.
 */
void sli__spec_check_alerts(const struct sli__spec_at *at,
    const struct sli_spec_slo *slo, bool are_derived);
/* alert_configs, from alerts. */
void sli__spec_make_alert_configs(struct sli__spec_pool *pool,
    struct sli_spec_slo *slo);

#endif /* SLI__SPEC_FORMAT_H */
