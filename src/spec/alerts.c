/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of alerts, as src/slo/alert.c has it for the library:
 *
 *   factor = share of the budget * period / long window
 *
 * and an alert with  factor * budget >= 1  cannot fire: there are no error
 * ratios above 1.
 */
#include "spec/alerts.h"
#include "spec/format.h"
#include "spec/number.h"

#define WHOLE ((unsigned __int128)SLI__SPEC_PPM * SLI__SPEC_PPB)
#define SLOT_NS UINT64_C(1000000000) /* of the library's default history */
#define SHORT_DIVISOR 12

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
whole_slots(uint64_t ns)
{
	uint64_t slots = (ns + SLOT_NS / 2) / SLOT_NS;

	return (slots > 0 ? slots : 1) * SLOT_NS;
}

void
sli__spec_default_alerts(uint64_t period_ns,
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
	uint32_t i;

	for (i = 0; i < SLI__SPEC_DEFAULT_ALERTS; i++) {
		alerts[i] = none;
		alerts[i].severity = defaults[i].severity;
		alerts[i].severity_name = defaults[i].severity == SLI_PAGE ?
		    "page" :
		    "ticket";
		alerts[i].name = "";
		alerts[i].long_ns = whole_slots(
		    period_ns / defaults[i].divisor);
		alerts[i].short_ns = whole_slots(
		    alerts[i].long_ns / SHORT_DIVISOR);
		alerts[i].share_ppm = defaults[i].share_ppm;
		alerts[i].factor_ppm = sli__spec_factor_ppm(
		    defaults[i].share_ppm, alerts[i].long_ns, period_ns);
	}
}

bool
sli__spec_can_never_fire(const struct sli_spec_alert *alert,
    uint64_t objective_ppb)
{
	unsigned __int128 limit = (unsigned __int128)alert->factor_ppm *
	    (SLI__SPEC_PPB - objective_ppb);

	return alert->at_factor ? limit > WHOLE : limit >= WHOLE;
}

void
sli__spec_check_alerts(const struct sli__spec_at *at,
    const struct sli_spec_slo *slo)
{
	char factor[SLI__SPEC_TEXT_BYTES], budget[SLI__SPEC_TEXT_BYTES];
	char ratio[SLI__SPEC_TEXT_BYTES];
	const struct sli_spec_alert *alert;
	uint32_t i;

	if (slo->objective_ppb == 0)
		return;
	for (i = 0; i < slo->alert_count; i++) {
		alert = &slo->alerts[i];
		if (slo->period.unit == SLI_SPEC_ROLLING &&
		    alert->long_ns > slo->period.rolling_ns)
			sli__spec_warn(at,
			    "the alert of line %u has a window that is longer "
			    "than the period",
			    alert->line);
		if (!sli__spec_can_never_fire(alert, slo->objective_ppb))
			continue;
		sli__spec_warn(at,
		    "the alert of line %u can never fire: %s times the budget "
		    "of %s is an error ratio of %s, and none is above 1",
		    alert->line,
		    sli__spec_decimal_text(alert->factor_ppm, 6, factor),
		    sli__spec_decimal_text(SLI__SPEC_PPB - slo->objective_ppb,
			9, budget),
		    sli__spec_decimal_text(
			(unsigned __int128)alert->factor_ppm *
			    (SLI__SPEC_PPB - slo->objective_ppb),
			15, ratio));
	}
}
