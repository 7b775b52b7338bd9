/* SPDX-License-Identifier: MIT */
/*
 * Time slices in PromQL. A subquery of the step S looks at the whole multiples
 * of S since 1970, and at each of them a range of S is the slice that has just
 * ended: so its slices are those of the library, wherever an evaluation falls.
 *
 *   X[W - 1ms:S]       the W / S slices that ended in (now - W, now]
 *
 * It is less by a millisecond because a range includes its old edge before
 * Prometheus 3. A slice without events has no ratio, and is in no average.
 *
 *   timeslices         X = 1 if the slice's error ratio > 1 - slice objective
 *   ratio timeslices   X = the slice's error ratio
 *
 * Counts are slices then, in place of events: slo:sli_total:rate<W> is how many
 * had data, by the second, and slo:sli_bad:rate<W> their X added up.
 */
#include "spec/format.h"
#include "spec/number.h"
#include "spec/rules.h"

#define MILLISECOND_NS UINT64_C(1000000)

static bool
is_raw(const struct sli_spec_indicator *indicator)
{
	return indicator->kind == SLI_SPEC_RAW_GOOD ||
	    indicator->kind == SLI_SPEC_RAW_BAD;
}

/* X */
static void
put_slice(struct sli__spec_output *out, const struct sli_spec_slo *slo)
{
	uint64_t limit_ppb = SLI__SPEC_PPB - slo->slice_objective_ppb;
	char limit[SLI__SPEC_TEXT_BYTES];

	sli__spec_put_ratio(out, &slo->indicator, slo->slice_ns);
	/* What is no number is no data. */
	if (is_raw(&slo->indicator))
		sli__spec_put(out, "\n<= Inf");
	/*
	 * A quotient of two rates may be off in its last digits: a slice that
	 * is just as good as it has to be stays good by a ten-thousandth of the
	 * last digit that an objective has.
	 */
	if (slo->method == SLI_TIMESLICES)
		sli__spec_put(out, "\n> bool %s",
		    sli__spec_decimal_text(
			(unsigned __int128)limit_ppb * SLI__SPEC_PPM + 100, 15,
			limit));
}

static void
put_over(struct sli__spec_output *out, const struct sli_spec_slo *slo,
    const char *function, uint64_t window_ns)
{
	char range[SLI__SPEC_TEXT_BYTES], slice[SLI__SPEC_TEXT_BYTES];

	sli__spec_put(out, "%s((\n", function);
	put_slice(out, slo);
	sli__spec_put(out, "\n)[%s:%s])",
	    sli__spec_duration_text(window_ns - MILLISECOND_NS, range),
	    sli__spec_duration_text(slo->slice_ns, slice));
}

void
sli__spec_put_slice_ratio(struct sli__spec_output *out,
    const struct sli_spec_slo *slo, uint64_t window_ns)
{
	put_over(out, slo, "avg_over_time", window_ns);
}

void
sli__spec_put_slice_rate(struct sli__spec_output *out,
    const struct sli_spec_slo *slo, bool is_bad, uint64_t window_ns)
{
	char seconds[SLI__SPEC_TEXT_BYTES];

	put_over(out, slo, is_bad ? "sum_over_time" : "count_over_time",
	    window_ns);
	sli__spec_put(out, "\n/ %s",
	    sli__spec_decimal_text(window_ns, 9, seconds));
	if (is_raw(&slo->indicator))
		return;
	/* Idle time is time without slices, and not time before the first. */
	sli__spec_put(out, "\nor 0 * ");
	sli__spec_put_total_rate(out, &slo->indicator, window_ns);
}
