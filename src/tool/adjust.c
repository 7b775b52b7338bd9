/* SPDX-License-Identifier: MIT */
/*
 * Time that does not count, and corrections of a budget.
 */
#include <stdio.h>
#include <stdlib.h>

#include "change.h"
#include "commands.h"
#include "doc.h"
#include "doc_view.h"
#include "format.h"
#include "report.h"
#include "text.h"

struct done {
	const char *what; /* "excluded from SLO" */
	uint64_t now_ns, from_ns, to_ns;
	int is_range; /* else from_ns is when, with good and bad */
	int64_t good, bad;
};

static void
print_done(const struct options *o, const struct done *d,
    const struct sli_budget *budget)
{
	char from[FORMAT_MAX], to[FORMAT_MAX], length[FORMAT_MAX];
	char left[FORMAT_MAX], *name = text_clean_new(o->args[2]);

	printf("%s: %s\n", d->what, name);
	free(name);
	format_time(from, d->from_ns);
	if (d->is_range)
		printf("  %s to %s: %s\n", from, format_time(to, d->to_ns),
		    format_span(length, d->to_ns - d->from_ns));
	else
		printf("  %s: good %+lld, bad %+lld\n", from,
		    (long long)d->good, (long long)d->bad);
	if (budget->has_data)
		printf("  Budget now %s left, of %llu good and %llu bad\n",
		    format_share(left, budget->remaining),
		    (unsigned long long)budget->good,
		    (unsigned long long)budget->bad);
	else
		printf("  Budget now untouched: no events in the period\n");
}

static int
tell(struct sli_slo *slo, const struct options *o, const struct done *d)
{
	struct sli_budget budget;
	json_t *doc;

	sli_slo_budget(slo, d->now_ns, &budget);
	if (!o->json) {
		print_done(o, d, &budget);
		return report_written(EXIT_DONE);
	}
	doc = json_pack("{s:o, s:s, s:o, s:o}", "file", doc_text(o->args[1]),
	    "done", d->what, "name", doc_text(o->args[2]), "why",
	    doc_text(o->why));
	if (d->is_range) {
		doc_put_time(doc, "from_ns", "from_at", d->from_ns);
		doc_put_time(doc, "to_ns", "to_at", d->to_ns);
	} else {
		doc_put_time(doc, "at_ns", "at", d->from_ns);
		doc_put(doc, "good", json_integer(d->good));
		doc_put(doc, "bad", json_integer(d->bad));
	}
	doc_put(doc, "budget", doc_budget(&budget));
	doc_print(doc);
	return report_written(EXIT_DONE);
}

/* ---- exclude, include ---- */

typedef int range_fn(struct sli_slo *slo, uint64_t now_ns, uint64_t from_ns,
    uint64_t to_ns, const char *why, struct sli_error *err);

static int
change_range(struct sli_registry *reg, const struct options *o, range_fn *fn,
    const char *what)
{
	struct sli_error err = { SLI_OK, "" };
	struct done d = { .what = what, .is_range = 1 };
	struct sli_slo *slo;
	int status = change_find_slo(reg, o, &slo);

	if (status != EXIT_DONE)
		return status;
	d.now_ns = sli_clock_ns();
	d.from_ns = when_ns(&o->from, d.now_ns);
	d.to_ns = when_ns(&o->to, d.now_ns);
	if (d.from_ns >= d.to_ns)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "--from is not before --to; accepted: a range that is not "
		    "empty");
	if (fn(slo, d.now_ns, d.from_ns, d.to_ns, o->why, &err) != SLI_OK)
		return change_refused(o, &err);
	return tell(slo, o, &d);
}

static int
exclude(struct sli_registry *reg, const struct options *o)
{
	return change_range(reg, o, sli_slo_exclude, "excluded from SLO");
}

static int
include(struct sli_registry *reg, const struct options *o)
{
	return change_range(reg, o, sli_slo_include, "included in SLO again");
}

static int
run_range(const struct options *o, change_fn *change)
{
	uint32_t both = OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO);

	if ((o->given & both) != both)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "sli %s needs a range, --from and --to; accepted: %s",
		    o->args[0], WHEN_ACCEPTED);
	return change_run(o, change);
}

int
command_exclude(const struct options *o)
{
	return run_range(o, exclude);
}

int
command_include(const struct options *o)
{
	return run_range(o, include);
}

/* ---- correct ---- */

static int
correct(struct sli_registry *reg, const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct done d = { .what = "corrected the budget of SLO" };
	struct sli_slo *slo;
	int status = change_find_slo(reg, o, &slo);

	if (status != EXIT_DONE)
		return status;
	d.now_ns = sli_clock_ns();
	d.from_ns = when_ns(&o->at, d.now_ns);
	d.good = o->good;
	d.bad = o->bad;
	if (sli_slo_correct(slo, d.now_ns, d.from_ns, d.good, d.bad, o->why,
		&err) != SLI_OK)
		return change_refused(o, &err);
	return tell(slo, o, &d);
}

int
command_correct(const struct options *o)
{
	struct options with = *o;
	struct sli_error err = { SLI_OK, "" };

	if (options_correction(&with, &err) != SLI_OK)
		return report_error(EXIT_USAGE, &err);
	if (with.good == 0 && with.bad == 0)
		return report_fail(EXIT_USAGE, SLI_EINVAL,
		    "sli correct needs --good N, --bad N or both, above or "
		    "below 0");
	return change_run(&with, correct);
}
