/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of alerts, as src/slo/alert.c has it for the library:
 *
 *   factor = share of the budget * period / long window
 *
 * and an alert with  factor * budget >= 1  cannot fire: there are no error
 * ratios above 1.
 */
#include <stdio.h>

#include "spec/alerts.h"
#include "spec/format.h"
#include "spec/number.h"

#define WHOLE ((unsigned __int128)SLI__SPEC_PPM * SLI__SPEC_PPB)
#define SHORT_DIVISOR 12
#define ARITHMETIC_BYTES 192
#define DEFAULT_SLOT_NS UINT64_C(1000000000) /* of the library's history */

/* a * b / c */
static uint64_t
ratio_of(uint64_t a, uint64_t b, uint64_t c)
{
	unsigned __int128 ratio = c > 0 ? (unsigned __int128)a * b / c :
					  UINT64_MAX;

	return ratio < UINT64_MAX ? (uint64_t)ratio : UINT64_MAX;
}

uint64_t
sli__spec_share_ppm(uint64_t factor_ppm, uint64_t long_ns, uint64_t period_ns)
{
	return ratio_of(factor_ppm, long_ns, period_ns);
}

uint64_t
sli__spec_factor_ppm(uint64_t share_ppm, uint64_t long_ns, uint64_t period_ns)
{
	return ratio_of(share_ppm, period_ns, long_ns);
}

/* To the nearest multiple of a slot, and at least one. */
static uint64_t
whole_slots(uint64_t ns, uint64_t slot_ns)
{
	uint64_t slots = (ns + slot_ns / 2) / slot_ns;

	return (slots > 0 ? slots : 1) * slot_ns;
}

uint32_t
sli__spec_default_alerts(const struct sli_spec_slo *slo,
    struct sli_spec_alert alerts[SLI__SPEC_DEFAULT_ALERTS])
{
	static const struct {
		enum sli_severity severity;
		uint32_t divisor, share_ppm;
	} defaults[SLI__SPEC_DEFAULT_ALERTS] = {
		{ SLI_PAGE, 720, 20000 },
		{ SLI_PAGE, 120, 50000 },
		{ SLI_TICKET, 30, 100000 },
		{ SLI_TICKET, 10, 100000 },
	};
	static const struct sli_spec_alert none = { 0 };
	uint64_t period_ns = slo->period.rolling_ns;
	uint64_t slot_ns = slo->slice_ns > 0 ? slo->slice_ns : DEFAULT_SLOT_NS;
	struct sli_spec_alert *alert;
	uint64_t long_ns;
	uint32_t i, count = 0;

	for (i = 0; i < SLI__SPEC_DEFAULT_ALERTS; i++) {
		long_ns = whole_slots(period_ns / defaults[i].divisor, slot_ns);
		if (long_ns < 2 * slot_ns)
			continue;
		alert = &alerts[count++];
		*alert = none;
		alert->severity = defaults[i].severity;
		alert->severity_name = defaults[i].severity == SLI_PAGE ?
		    "page" :
		    "ticket";
		alert->name = "";
		alert->long_ns = long_ns;
		alert->short_ns = whole_slots(long_ns / SHORT_DIVISOR, slot_ns);
		alert->share_ppm = defaults[i].share_ppm;
		alert->factor_ppm = sli__spec_factor_ppm(defaults[i].share_ppm,
		    long_ns, period_ns);
	}
	return count;
}

static unsigned __int128
limit_of(const struct sli_spec_alert *alert, uint64_t objective_ppb)
{
	return (unsigned __int128)alert->factor_ppm *
	    (SLI__SPEC_PPB - objective_ppb);
}

/* Whether an error ratio of 1 is not above factor * budget. */
static bool
can_never_fire(const struct sli_spec_alert *alert, uint64_t objective_ppb)
{
	unsigned __int128 limit = limit_of(alert, objective_ppb);

	return alert->at_factor ? limit > WHOLE : limit >= WHOLE;
}

static bool
fires_within_objective(const struct sli_spec_alert *alert)
{
	return alert->at_factor ? alert->factor_ppm <= SLI__SPEC_PPM :
				  alert->factor_ppm < SLI__SPEC_PPM;
}

/* factor times the budget is an error ratio of so much */
static const char *
arithmetic(const struct sli_spec_slo *slo, const struct sli_spec_alert *alert,
    char text[ARITHMETIC_BYTES])
{
	char factor[SLI__SPEC_TEXT_BYTES], budget[SLI__SPEC_TEXT_BYTES];
	char ratio[SLI__SPEC_TEXT_BYTES];

	snprintf(text, ARITHMETIC_BYTES,
	    "%s times the budget of %s is an error ratio of %s",
	    sli__spec_decimal_text(alert->factor_ppm, 6, factor),
	    sli__spec_decimal_text(SLI__SPEC_PPB - slo->objective_ppb, 9,
		budget),
	    sli__spec_decimal_text(limit_of(alert, slo->objective_ppb), 15,
		ratio));
	return text;
}

static void
complain_of_low(const struct sli__spec_at *at, const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert)
{
	char text[ARITHMETIC_BYTES], share[SLI__SPEC_TEXT_BYTES];
	uint64_t period_ns = slo->period.rolling_ns;

	sli__spec_decimal_text(period_ns > 0 ?
		sli__spec_share_ppm(SLI__SPEC_PPM, alert->long_ns, period_ns) :
		0,
	    4, share);
	sli__spec_complain(at,
	    "the alert of line %u fires though the objective is met: %s, and "
	    "so much may be bad; accepted: a burn rate %s%s%s%s",
	    alert->line, arithmetic(slo, alert, text),
	    alert->at_factor ? "above 1" : "of 1 and more",
	    period_ns > 0 ? ", which is " : "", period_ns > 0 ? share : "",
	    period_ns > 0 ? " percent of the budget in its window" : "");
}

static void
check_factor(const struct sli__spec_at *at, const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert, bool is_derived)
{
	char text[ARITHMETIC_BYTES], budget[SLI__SPEC_TEXT_BYTES];

	if (fires_within_objective(alert)) {
		complain_of_low(at, slo, alert);
		return;
	}
	if (!can_never_fire(alert, slo->objective_ppb))
		return;
	arithmetic(slo, alert, text);
	if (is_derived)
		sli__spec_warn(at,
		    "the alert of line %u can never fire, and is left out: %s, "
		    "and none is above 1",
		    alert->line, text);
	else
		sli__spec_complain(at,
		    "the alert of line %u can never fire: %s, and none is "
		    "above 1; accepted: a burn rate below 1 / %s",
		    alert->line, text,
		    sli__spec_decimal_text(SLI__SPEC_PPB - slo->objective_ppb,
			9, budget));
}

/* Slices are what is counted, so windows are made of them. */
static void
check_window(const struct sli__spec_at *at, const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert)
{
	char slice[SLI__SPEC_TEXT_BYTES];

	if (slo->period.unit == SLI_SPEC_ROLLING &&
	    alert->long_ns > slo->period.rolling_ns)
		sli__spec_warn(at,
		    "the alert of line %u has a window that is longer than the "
		    "period",
		    alert->line);
	if (slo->slice_ns > 0 &&
	    (alert->long_ns % slo->slice_ns != 0 ||
		alert->long_ns < 2 * slo->slice_ns))
		sli__spec_complain(at,
		    "the alert of line %u has a window that is not made of "
		    "time slices; accepted: a multiple of %s, at least two "
		    "times that",
		    alert->line, sli__spec_duration_text(slo->slice_ns, slice));
}

void
sli__spec_check_alerts(const struct sli__spec_at *at,
    const struct sli_spec_slo *slo, bool are_derived)
{
	uint32_t i;

	if (slo->objective_ppb == 0)
		return;
	for (i = 0; i < slo->alert_count; i++) {
		check_window(at, slo, &slo->alerts[i]);
		check_factor(at, slo, &slo->alerts[i], are_derived);
	}
}

static bool
is_off(const struct sli_spec_slo *slo, const struct sli_spec_alert *alert)
{
	uint32_t off = alert->severity == SLI_PAGE ? SLI_SPEC_NO_PAGE :
						     SLI_SPEC_NO_TICKET;

	return (slo->flags & off) != 0;
}

bool
sli__spec_is_wanted(const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert)
{
	return !is_off(slo, alert) &&
	    !can_never_fire(alert, slo->objective_ppb);
}

bool
sli__spec_is_dropped(const struct sli_spec_slo *slo,
    const struct sli_spec_alert *alert, char why[SLI__SPEC_DROPPED_BYTES])
{
	char text[ARITHMETIC_BYTES], window[SLI__SPEC_TEXT_BYTES];

	if (is_off(slo, alert) || !can_never_fire(alert, slo->objective_ppb))
		return false;
	snprintf(why, SLI__SPEC_DROPPED_BYTES,
	    "the %s%s of %s can never fire, and is left out: %s, and none is "
	    "above 1",
	    slo->alert_count == 0 ? "default " : "",
	    alert->severity == SLI_PAGE ? "page" : "ticket",
	    sli__spec_duration_text(alert->long_ns, window),
	    arithmetic(slo, alert, text));
	return true;
}

void
sli__spec_make_alert_configs(struct sli__spec_pool *pool,
    struct sli_spec_slo *slo)
{
	const struct sli_spec_alert *alert;
	struct sli_alert_config *list, *to;
	uint32_t i;

	if (slo->alert_count == 0)
		return;
	list = sli__spec_get(pool, slo->alert_count * sizeof(*list));
	if (list == NULL)
		return;
	for (i = 0; i < slo->alert_count; i++) {
		alert = &slo->alerts[i];
		if (!sli__spec_is_wanted(slo, alert))
			continue;
		to = &list[slo->alert_config_count++];
		to->severity = alert->severity;
		to->long_ns = alert->long_ns;
		to->short_ns = alert->short_ns > 0 ? alert->short_ns :
						     alert->long_ns;
		to->factor = (double)(alert->factor_ppm -
				 (alert->at_factor ? 1 : 0)) /
		    (double)SLI__SPEC_PPM;
		to->after_ns = alert->after_ns;
	}
	slo->alert_configs = list;
}
