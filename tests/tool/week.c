/* SPDX-License-Identifier: MIT */
/*
 * Five weeks of a shop in virtual time, written to a registry's file by public
 * headers only, for the tests of `sli review`:
 *
 *   week FILE [SLOTS]   writes it, with so many slots of 2 h, and prints what
 *                       it counted itself, as NAME=VALUE
 *
 * The week that is reviewed is the last, Monday 2024-03-11 to Monday
 * 2024-03-18, UTC. In it
 *
 *   Tue 14:00  payments fails for 25 minutes, and checkout with it, three
 *              minutes after a deploy
 *   Wed 10:00  nobody can check out for 12 seconds
 *   Thu 06:00  one checkout in 200 fails, for a day
 *   Fri 03:00  payments fails a little, for 10 minutes, when few pay
 *   Sat 09:00  search fails for 15 minutes, four times, 20 minutes apart
 *   Sun 04:00  search is drilled for 2 hours, which afterwards does not count
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sli/sli.h>

#define WEEK_NS (SLI_SECONDS(UINT64_C(1710115200))) /* Mon 2024-03-11 00:00 */
#define BEGIN_NS (WEEK_NS - SLI_DAYS(28))
#define END_NS (WEEK_NS + SLI_DAYS(7))
#define AT(day, hour, minute)                                                  \
	(WEEK_NS + SLI_DAYS(UINT64_C(day)) + SLI_HOURS(UINT64_C(hour)) +       \
	    SLI_MINUTES(UINT64_C(minute)))

#define DRILL_NS AT(6, 4, 0)

enum { CHECKOUT, PAYMENTS, SEARCH, SERVICES };

/* So many bad ones per million, in [from, to) and every second of it. */
struct incident {
	int service;
	uint64_t from_ns, to_ns;
	uint32_t bad_ppm;
	const char *name; /* of what is printed; NULL: not */
};

static const struct incident incidents[] = {
	{ CHECKOUT, AT(1, 14, 0) - SLI_DAYS(7), AT(1, 14, 20) - SLI_DAYS(7),
	    500000, NULL },
	{ CHECKOUT, AT(1, 14, 0), AT(1, 14, 25), 600000, "outage" },
	{ PAYMENTS, AT(1, 14, 0), AT(1, 14, 25), 400000, "payments" },
	{ CHECKOUT, AT(2, 10, 0), AT(2, 10, 0) + SLI_SECONDS(12), 1000000,
	    "micro" },
	{ CHECKOUT, AT(3, 6, 0), AT(4, 6, 0), 5000, "slow" },
	{ PAYMENTS, AT(4, 3, 0), AT(4, 3, 10), 50000, "night" },
	{ SEARCH, AT(5, 9, 0), AT(5, 9, 15), 900000, NULL },
	{ SEARCH, AT(5, 9, 35), AT(5, 9, 50), 900000, NULL },
	{ SEARCH, AT(5, 10, 10), AT(5, 10, 25), 900000, NULL },
	{ SEARCH, AT(5, 10, 45), AT(5, 11, 0), 900000, NULL },
};

#define INCIDENTS (sizeof(incidents) / sizeof(incidents[0]))

struct service {
	const char *name, *slo;
	double objective;
	uint32_t flags;
	uint32_t day_rate, night_rate; /* events in a minute */
	uint32_t bad_ppm;	       /* always */
	uint64_t median_ns;
	struct sli_indicator *indicator;
	uint64_t good, bad;	    /* of the week */
	uint64_t good_30d, bad_30d; /* of the last 30 days */
	uint64_t owed;		    /* bad events, in parts per million */
};

static struct service services[SERVICES] = {
	{ "checkout", "checkout-available", 0.999, 0, 1200, 1200, 200,
	    SLI_MILLIS(80), NULL, 0, 0, 0, 0, 0 },
	{ "payments", "payments-available", 0.9995, SLI_SLO_ALERT_BY_RATIO,
	    1200, 120, 50, SLI_MILLIS(30), NULL, 0, 0, 0, 0, 0 },
	{ "search", "search-available", 0.99, 0, 120, 120, 400, SLI_MILLIS(12),
	    NULL, 0, 0, 0, 0, 0 },
};

static uint64_t incident_bad[INCIDENTS];
static struct sli_registry *registry;

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "week: %s: %s\n", what, why);
	exit(1);
}

/* ---- making it ---- */

static void
open_registry(const char *path, uint32_t slots)
{
	static const struct sli_level latency[] = { { SLI_SECONDS(10), 8, 0 },
		{ SLI_MINUTES(1), 12, 0 }, { SLI_MINUTES(10), 14, 0 },
		{ SLI_HOURS(2), 100, 0 } };
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_error err;

	config.max_indicators = SERVICES + 1; /* that of the minutes */
	config.max_slos = SERVICES + 1;
	config.now_ns = BEGIN_NS;
	config.sync = SLI_SYNC_NONE;
	config.history[0] = (struct sli_level){ SLI_SECONDS(1), 128, 0 };
	config.history[1] = (struct sli_level){ SLI_SECONDS(10), 384, 0 };
	config.history[2] = (struct sli_level){ SLI_MINUTES(5), 900, 0 };
	config.history[3] = (struct sli_level){ SLI_HOURS(2), slots, 0 };
	memcpy(config.latency, latency, sizeof(latency));
	if (sli_registry_open(path, &config, &registry, &err) != SLI_OK)
		fail(path, err.message);
}

/* One more, of the same events: good minutes of a calendar week. */
static void
add_minutes(struct service *s)
{
	struct sli_slo_config config = SLI_SLO_CONFIG_INIT;
	struct sli_error err;
	struct sli_slo *slo;

	config.name = "checkout-minutes";
	config.objective = 0.99;
	config.method = SLI_TIMESLICES;
	config.slice_objective = 0.99;
	config.calendar = SLI_WEEK;
	config.flags = SLI_SLO_NO_ALERTS | SLI_SLO_NO_OUTAGES;
	if (sli_slo_register(s->indicator, &config, &slo, &err) != SLI_OK)
		fail(config.name, err.message);
}

static void
add_service(struct service *s)
{
	struct sli_indicator_config config = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo_config = SLI_SLO_CONFIG_INIT;
	struct sli_label label = { "service", s->name };
	struct sli_error err;
	struct sli_slo *slo;

	config.name = "http_requests";
	config.labels = &label;
	config.label_count = 1;
	if (sli_indicator_register(registry, &config, &s->indicator, &err) !=
	    SLI_OK)
		fail(s->name, err.message);
	slo_config.name = s->slo;
	slo_config.objective = s->objective;
	slo_config.flags = s->flags;
	if (sli_slo_register(s->indicator, &slo_config, &slo, &err) != SLI_OK)
		fail(s->slo, err.message);
}

/* Names that a page could trip over, too. */
static void
annotate(void)
{
	static const struct {
		uint64_t at_ns;
		const char *kind, *text;
	} notes[] = {
		{ AT(1, 13, 57), "deploy", "checkout 1.4.2" },
		{ AT(1, 14, 22), "rollback", "checkout 1.4.1" },
		{ AT(3, 5, 58), "flag", "<new & \"fast\"> cart | on" },
		{ AT(5, 8, 55), "scale", "search 6 → 3" },
	};
	struct sli_error err;
	size_t i;

	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (sli_annotate(registry, notes[i].at_ns, notes[i].kind,
			notes[i].text, &err) != SLI_OK)
			fail(notes[i].text, err.message);
}

/* ---- time goes by ---- */

static const struct incident *
incident_at(int service, uint64_t now_ns)
{
	size_t i;

	for (i = 0; i < INCIDENTS; i++)
		if (incidents[i].service == service &&
		    now_ns >= incidents[i].from_ns &&
		    now_ns < incidents[i].to_ns)
			return &incidents[i];
	return NULL;
}

/* Latencies of a few, slower by day and slower when it fails. */
static void
time_some(const struct service *s, uint64_t now_ns, uint32_t n, int failing)
{
	static uint32_t turn;
	uint64_t hour = now_ns / SLI_HOURS(1) % 24, latency;
	uint32_t i;

	for (i = 0; i < n; i++) {
		turn = turn * 1664525 + 1013904223;
		latency = s->median_ns * (50 + (turn >> 24) % 100) / 100;
		latency += latency * (hour > 12 ? 24 - hour : hour) / 12;
		if ((turn >> 16) % 50 == 0)
			latency *= 6;
		sli_record(s->indicator, now_ns, SLI_GOOD,
		    failing ? 4 * latency : latency);
	}
}

static int
is_drill(int service, uint64_t now_ns)
{
	return service == SEARCH && now_ns >= DRILL_NS &&
	    now_ns < DRILL_NS + SLI_HOURS(2);
}

static void
count(struct service *s, int service, uint64_t now_ns, uint32_t n)
{
	const struct incident *incident = incident_at(service, now_ns);
	uint32_t timed = n < 20 ? n : 20;
	uint64_t good, bad;

	s->owed += (uint64_t)n *
	    (incident == NULL ? s->bad_ppm : incident->bad_ppm);
	bad = s->owed / 1000000;
	s->owed %= 1000000;
	good = n - bad;
	if (timed > good)
		timed = (uint32_t)good;
	time_some(s, now_ns, timed, incident != NULL);
	sli_count(s->indicator, now_ns, SLI_GOOD, good - timed);
	sli_count(s->indicator, now_ns, SLI_BAD, bad);
	if (is_drill(service, now_ns))
		return;
	if (now_ns >= WEEK_NS) {
		s->good += good;
		s->bad += bad;
	}
	if (now_ns >= END_NS - SLI_DAYS(30)) {
		s->good_30d += good;
		s->bad_30d += bad;
	}
	if (incident != NULL)
		incident_bad[incident - incidents] += bad;
}

/* By seconds where something happens, and a while before; else by minutes. */
static uint64_t
step_at(uint64_t now_ns)
{
	size_t i;

	for (i = 0; i < INCIDENTS; i++)
		if (incidents[i].bad_ppm > 20000 &&
		    now_ns + SLI_MINUTES(6) >= incidents[i].from_ns &&
		    now_ns < incidents[i].to_ns + SLI_MINUTES(1))
			return SLI_SECONDS(1);
	return SLI_MINUTES(1);
}

static void
run(void)
{
	uint64_t now_ns = BEGIN_NS, step, hour;
	struct service *s;
	uint32_t rate;
	int i;

	for (; now_ns < END_NS; now_ns += step) {
		step = step_at(now_ns);
		hour = now_ns / SLI_HOURS(1) % 24;
		sli_advance(registry, now_ns);
		for (i = 0; i < SERVICES; i++) {
			s = &services[i];
			rate = hour < 6 ? s->night_rate : s->day_rate;
			count(s, i, now_ns,
			    step < SLI_MINUTES(1) ? rate / 60 : rate);
		}
	}
	sli_advance(registry, END_NS - SLI_SECONDS(1));
}

static void
exclude_drill(void)
{
	struct sli_error err;
	struct sli_slo *slo;

	if (sli_slo_find(registry, "search-available", &slo) != SLI_OK)
		fail("search-available", "not there");
	if (sli_slo_exclude(slo, END_NS - SLI_SECONDS(1), DRILL_NS,
		DRILL_NS + SLI_HOURS(2), "a drill", &err) != SLI_OK)
		fail("exclude", err.message);
}

static void
print(void)
{
	const struct service *s;
	size_t i;

	for (i = 0; i < SERVICES; i++) {
		s = &services[i];
		printf("%s_good=%" PRIu64 "\n%s_bad=%" PRIu64 "\n", s->name,
		    s->good, s->name, s->bad);
		printf("%s_good_30d=%" PRIu64 "\n%s_bad_30d=%" PRIu64 "\n",
		    s->name, s->good_30d, s->name, s->bad_30d);
	}
	for (i = 0; i < INCIDENTS; i++)
		if (incidents[i].name != NULL)
			printf("%s_bad_in_it=%" PRIu64 "\n", incidents[i].name,
			    incident_bad[i]);
}

int
main(int argc, char **argv)
{
	struct sli_error err;
	int i;

	if (argc != 2 && argc != 3)
		fail("usage", "week FILE [SLOTS]");
	open_registry(argv[1],
	    argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 480);
	for (i = 0; i < SERVICES; i++)
		add_service(&services[i]);
	add_minutes(&services[CHECKOUT]);
	if (sli_depends(services[CHECKOUT].indicator,
		services[PAYMENTS].indicator, &err) != SLI_OK)
		fail("depends", err.message);
	annotate();
	run();
	exclude_drill();
	print();
	sli_registry_close(registry);
	return 0;
}
