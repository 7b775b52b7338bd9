/* SPDX-License-Identifier: MIT */
#ifndef DELIVER_PROBE_H
#define DELIVER_PROBE_H

/*
 * What the tests of flushers share: a registry with one indicator, sinks that
 * do as they are told, and a clock that stands until it is set.
 */

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <sli/deliver.h>

#include "../support/common.h"

#define SECOND SLI_SECONDS(1)

static struct sli_registry *reg;
static struct sli_indicator *ind;

/* For what another thread is to do. */
static inline void
nap(void)
{
	static const struct timespec moment = { 0, 500000 };

	nanosleep(&moment, NULL);
}

/* A sink. What it has seen belongs to the thread that flushes. */
struct probe {
	_Atomic int status;  /* what it says */
	_Atomic int hanging; /* it does not return until this is 0 */
	_Atomic int inside;  /* it is being called */
	_Atomic int calls;
	uint64_t now_ns, since_ns;
	uint64_t taken; /* good events */
	uint64_t total; /* as of the last call */
};

static inline int
probe_sink(const struct sli_snapshot *snapshot, void *arg,
    struct sli_error *err)
{
	struct sli_indicator_view view;
	struct probe *p = arg;
	int status = p->status;

	p->inside = 1;
	while (p->hanging)
		nap();
	p->calls++;
	p->now_ns = sli_snapshot_now(snapshot);
	p->since_ns = sli_snapshot_since(snapshot);
	if (sli_snapshot_indicator(snapshot, 0, &view) == SLI_OK) {
		p->total = view.total.good;
		if (status == SLI_OK)
			p->taken += view.delta.good;
	}
	if (status == SLI_EIO)
		strcpy(err->message, "the cable is out");
	p->inside = 0;
	return status;
}

struct clock {
	_Atomic uint64_t now_ns;
	uint64_t step_ns; /* from one look at it to the next */
};

static inline uint64_t
clock_look(void *arg)
{
	struct clock *c = arg;

	return atomic_fetch_add(&c->now_ns, c->step_ns);
}

/* What a flusher reported last. */
struct report {
	int calls;
	char sink[SLI_SINK_NAME_MAX + 1];
	struct sli_error error;
	uint64_t count, sum;
};

static inline void
report_error(const char *sink, const struct sli_error *err, uint64_t count,
    void *arg)
{
	struct report *r = arg;

	r->calls++;
	snprintf(r->sink, sizeof(r->sink), "%s", sink);
	r->error = *err;
	r->count = count;
	r->sum += count;
}

static inline struct sli_sink
sink_of(const char *name, struct probe *probe)
{
	struct sli_sink sink = { name, probe_sink, probe };

	return sink;
}

static inline int
setup(void **state)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config requests = SLI_INDICATOR_CONFIG_INIT;

	(void)state;
	cfg.max_indicators = 1;
	cfg.max_consumers = 3;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	requests.name = "requests";
	assert_int_equal(sli_indicator_register(reg, &requests, &ind, NULL),
	    SLI_OK);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	sli_registry_close(reg);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif /* DELIVER_PROBE_H */
