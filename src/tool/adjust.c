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
#include "levels.h"
#include "report.h"
#include "text.h"

/* Events that an exclusion has taken out of the budget. */
struct left_out {
	uint64_t good, bad;
	uint64_t slot_ns;	 /* those cut in two are shared out; 0: exact */
	uint64_t from_ns, to_ns; /* what would have been exact */
};

struct done {
	const char *what; /* "excluded from SLO" */
	uint64_t now_ns, from_ns, to_ns;
	int is_range; /* else from_ns is when, with good and bad */
	int64_t good, bad;
	const struct left_out *left_out; /* NULL: nothing was to be */
};

static void
print_left_out(const struct done *d)
{
	char slot[FORMAT_MAX], from[FORMAT_MAX], to[FORMAT_MAX];
	const struct left_out *l = d->left_out;

	printf("  Left out %llu good and %llu bad%s",
	    (unsigned long long)l->good, (unsigned long long)l->bad,
	    d->to_ns > d->now_ns ? " so far" : "");
	if (l->slot_ns != 0)
		printf(", estimated: history has slots of %s there; %s to %s "
		       "would be exact",
		    format_duration(slot, l->slot_ns),
		    format_time(from, l->from_ns), format_time(to, l->to_ns));
	printf("\n");
}

static json_t *
describe_left_out(const struct left_out *l)
{
	json_t *doc = json_object();

	doc_put_number(doc, "good", l->good);
	doc_put_number(doc, "bad", l->bad);
	doc_put(doc, "estimated", json_boolean(l->slot_ns != 0));
	if (l->slot_ns != 0) {
		doc_put_number(doc, "slot_ns", l->slot_ns);
		doc_put_time(doc, "exact_from_ns", "exact_from_at", l->from_ns);
		doc_put_time(doc, "exact_to_ns", "exact_to_at", l->to_ns);
	}
	return doc;
}

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
	if (d->left_out != NULL)
		print_left_out(d);
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
		if (d->left_out != NULL)
			doc_put(doc, "left_out",
			    describe_left_out(d->left_out));
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

/* The range of the options. */
static int
begin_range(struct sli_registry *reg, const struct options *o,
    struct sli_slo **slo, struct done *d)
{
	char from[FORMAT_MAX], to[FORMAT_MAX];
	int status = change_find_slo(reg, o, slo);

	if (status != EXIT_DONE)
		return status;
	d->is_range = 1;
	d->now_ns = sli_clock_ns();
	d->from_ns = when_ns(&o->from, d->now_ns);
	d->to_ns = when_ns(&o->to, d->now_ns);
	if (d->from_ns < d->to_ns)
		return EXIT_DONE;
	return report_fail(EXIT_USAGE, SLI_EINVAL,
	    "--from %s is not before --to %s; accepted: a range that is not "
	    "empty",
	    format_time(from, d->from_ns), format_time(to, d->to_ns));
}

/* All that is excluded, planned or past. */
static uint64_t
excluded_ns(struct sli_slo *slo, uint64_t now_ns)
{
	struct sli_adjustment a;
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; sli_slo_adjustment(slo, now_ns, i, &a) == SLI_OK; i++)
		if (a.kind == SLI_EXCLUSION)
			sum += a.to_ns - a.from_ns;
	return sum;
}

/* A range is exact if history has boundaries of slots at both its ends. */
static void
find_exact(struct sli_registry *reg, const struct done *d, struct left_out *l)
{
	struct sli_registry_info info;
	uint64_t first_ns, last_ns;

	sli_registry_info(reg, &info);
	first_ns = levels_slot(info.history, d->now_ns - d->from_ns);
	last_ns = levels_slot(info.history, d->now_ns - d->to_ns);
	l->from_ns = d->from_ns - d->from_ns % first_ns;
	l->to_ns = d->to_ns + (last_ns - d->to_ns % last_ns) % last_ns;
	if (l->to_ns != d->to_ns)
		l->slot_ns = last_ns;
	if (l->from_ns != d->from_ns)
		l->slot_ns = first_ns;
}

static int
exclude(struct sli_registry *reg, const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct done d = { .what = "excluded from SLO" };
	struct left_out left = { 0, 0, 0, 0, 0 };
	struct sli_budget before, after;
	struct sli_slo *slo;
	uint64_t already_ns;
	int status = begin_range(reg, o, &slo, &d);

	if (status != EXIT_DONE)
		return status;
	already_ns = excluded_ns(slo, d.now_ns);
	sli_slo_budget(slo, d.now_ns, &before);
	if (sli_slo_exclude(slo, d.now_ns, d.from_ns, d.to_ns, o->why, &err) !=
	    SLI_OK)
		return change_refused(o, &err);
	sli_slo_budget(slo, d.now_ns, &after);
	if (excluded_ns(slo, d.now_ns) == already_ns) {
		d.what = "was excluded already, nothing changed";
		return tell(slo, o, &d);
	}
	/* A service may have counted meanwhile. */
	left.good = before.good > after.good ? before.good - after.good : 0;
	left.bad = before.bad > after.bad ? before.bad - after.bad : 0;
	if (d.to_ns <= d.now_ns)
		find_exact(reg, &d, &left);
	if (d.from_ns < d.now_ns)
		d.left_out = &left;
	return tell(slo, o, &d);
}

static int
include(struct sli_registry *reg, const struct options *o)
{
	struct sli_error err = { SLI_OK, "" };
	struct done d = { .what = "included in SLO again" };
	struct sli_slo *slo;
	int status = begin_range(reg, o, &slo, &d);

	if (status != EXIT_DONE)
		return status;
	if (sli_slo_include(slo, d.now_ns, d.from_ns, d.to_ns, o->why, &err) !=
	    SLI_OK)
		return change_refused(o, &err);
	return tell(slo, o, &d);
}

static int
run_range(const struct options *o, change_fn *change)
{
	uint64_t both = OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO);

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
