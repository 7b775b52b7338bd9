/* SPDX-License-Identifier: MIT */

/*
 * A program that knows libsli from its headers and pkg-config only. It prints
 * the version of the library that it runs with.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sli/sli.h>

#define NOW SLI_DAYS(20000)
#define REQUESTS 1000u

static void
keep_total(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_counts *total = arg;
	struct sli_indicator_view view;

	if (sli_snapshot_indicator(snapshot, 0, &view) == SLI_OK)
		*total = view.total;
}

static int
run(struct sli_registry *reg, struct sli_error *err)
{
	struct sli_indicator_config indicator_cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo_cfg = SLI_SLO_CONFIG_INIT;
	struct sli_indicator *ind;
	struct sli_counts counts;
	struct sli_budget budget;
	struct sli_slo *slo;
	uint64_t p99_ns;
	int rc;

	indicator_cfg.name = "requests";
	indicator_cfg.threshold_ns[0] = SLI_MILLIS(100);
	indicator_cfg.threshold_count = 1;
	rc = sli_indicator_register(reg, &indicator_cfg, &ind, err);
	if (rc != SLI_OK)
		return rc;
	slo_cfg.name = "availability";
	slo_cfg.objective = 0.99;
	rc = sli_slo_register(ind, &slo_cfg, &slo, err);
	if (rc != SLI_OK)
		return rc;

	/* One in a hundred is bad: the budget is just spent. */
	for (unsigned int i = 0; i < REQUESTS; i++)
		sli_record(ind, NOW, i % 100 == 0 ? SLI_BAD : SLI_GOOD,
		    SLI_MILLIS(i % 10 == 0 ? 200 : 20));

	memset(&counts, 0, sizeof(counts));
	rc = sli_flush(reg, NOW, keep_total, &counts);
	if (rc != SLI_OK)
		return rc;
	if (counts.good != 990 || counts.bad != 10 || counts.slow[0] != 90) {
		fprintf(stderr,
		    "flushed: good %" PRIu64 ", bad %" PRIu64 ", slow %" PRIu64
		    "\n",
		    counts.good, counts.bad, counts.slow[0]);
		return SLI_ECORRUPT;
	}
	rc = sli_window_quantile(ind, NOW, SLI_MINUTES(1), SLI_GOOD, 0.99,
	    &p99_ns);
	if (rc != SLI_OK)
		return rc;
	rc = sli_slo_budget(slo, NOW, &budget);
	if (rc != SLI_OK)
		return rc;
	if (p99_ns < SLI_MILLIS(196) || p99_ns > SLI_MILLIS(204) ||
	    budget.remaining < 0 || budget.remaining > 0) {
		fprintf(stderr, "p99 %" PRIu64 " ns, %g of the budget left\n",
		    p99_ns, budget.remaining);
		return SLI_ECORRUPT;
	}
	if (!sli_admit(slo, NOW, SLI_CRITICAL_PLUS, 1)) {
		fputs("refused a critical request\n", stderr);
		return SLI_ECORRUPT;
	}
	return SLI_OK;
}

int
main(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_error err = { SLI_OK, "" };
	struct sli_registry *reg;
	int rc;

	rc = sli_registry_create(&cfg, &reg, &err);
	if (rc == SLI_OK) {
		rc = run(reg, &err);
		sli_registry_close(reg);
	}
	if (rc != SLI_OK) {
		fprintf(stderr, "%s: %s\n", sli_strerror(rc), err.message);
		return 1;
	}
	if (strcmp(sli_version(), SLI_VERSION) != 0) {
		fprintf(stderr, "header %s, library %s\n", SLI_VERSION,
		    sli_version());
		return 1;
	}
	puts(sli_version());
	return 0;
}
