/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "books.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define INDICATOR "http_requests"
#define SLO "checkout-fast"
#define CALLS "backend_calls"
#define CALLS_SLO "backend-fast"
#define CALLS_OBJECTIVE 0.99

static const struct route routes[ROUTES] = {
	[CHECKOUT] = { "/checkout", SLI_CRITICAL_PLUS, NULL },
	[SEARCH] = { "/search", SLI_SHEDDABLE_PLUS, NULL },
	[RECOMMEND] = { "/recommend", SLI_SHEDDABLE, NULL },
};

/* For the handler, which is given no argument. */
static struct sli_registry *mapped;

/* The file was truncated under us: count on in memory of our own. */
static void
on_sigbus(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (!sli_registry_fault(mapped, info->si_addr))
		signal(number, SIG_DFL); /* not ours: die of it */
}

static void
survive_truncation(struct sli_registry *registry)
{
	struct sigaction action;

	mapped = registry;
	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_sigbus;
	action.sa_flags = SA_SIGINFO;
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
}

static int
register_calls(struct books *books, struct sli_error *err)
{
	struct sli_indicator_config config = SLI_INDICATOR_CONFIG_INIT;
	struct sli_slo_config slo_config = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo;
	int status;

	config.name = CALLS;
	config.help = "calls of the back end, with their time in its queue";
	config.threshold_ns[0] = SLI_MILLIS(BOOKS_THRESHOLD_MS);
	config.threshold_count = 1;
	status = sli_indicator_register(books->registry, &config, &books->calls,
	    err);
	if (status != SLI_OK)
		return status;

	slo_config.name = CALLS_SLO;
	slo_config.objective = CALLS_OBJECTIVE;
	slo_config.threshold_ns = SLI_MILLIS(BOOKS_THRESHOLD_MS);
	slo_config.period_ns = BOOKS_PERIOD_NS;
	/* Users feel it by the routes: who is paged for those looks here. */
	slo_config.flags = SLI_SLO_NO_ALERTS | SLI_SLO_NO_OUTAGES;
	return sli_slo_register(books->calls, &slo_config, &slo, err);
}

static int
register_route(struct books *books, struct route *route, struct sli_error *err)
{
	const struct sli_label label = { "route", route->path };
	struct sli_indicator_config config = SLI_INDICATOR_CONFIG_INIT;
	int status;

	config.name = INDICATOR;
	config.help = "HTTP requests by route";
	config.labels = &label;
	config.label_count = 1;
	config.threshold_ns[0] = SLI_MILLIS(BOOKS_THRESHOLD_MS);
	config.threshold_count = 1;
	status = sli_indicator_register(books->registry, &config,
	    &route->indicator, err);
	return status == SLI_OK ?
	    sli_depends(route->indicator, books->calls, err) :
	    status;
}

static int
register_slo(struct books *books, struct sli_error *err)
{
	struct sli_slo_config config = SLI_SLO_CONFIG_INIT;

	config.name = SLO;
	config.objective = BOOKS_OBJECTIVE;
	config.threshold_ns = SLI_MILLIS(BOOKS_THRESHOLD_MS);
	config.period_ns = BOOKS_PERIOD_NS;
	return sli_slo_register(books->routes[CHECKOUT].indicator, &config,
	    &books->slo, err);
}

/* What is registered already, by another worker or before, goes on. */
static int
register_all(struct books *books, struct sli_error *err)
{
	int status = register_calls(books, err);

	for (int i = 0; i < ROUTES && status == SLI_OK; i++)
		status = register_route(books, &books->routes[i], err);
	return status == SLI_OK ? register_slo(books, err) : status;
}

int
books_open(struct books *books, const char *file)
{
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_error err;

	/* Slots of 1 s, so that the percentiles move with every line. */
	config.latency[0] = (struct sli_level){ SLI_SECONDS(1), 128, 0 };
	memcpy(books->routes, routes, sizeof(routes));
	if (sli_registry_open(file, &config, &books->registry, &err) !=
	    SLI_OK) {
		fprintf(stderr, "%s: %s\n", file, err.message);
		return -1;
	}
	survive_truncation(books->registry);
	if (register_all(books, &err) != SLI_OK) {
		fprintf(stderr, "%s: %s\n", file, err.message);
		books_close(books);
		return -1;
	}
	return 0;
}

static int
find_all(struct books *books)
{
	int status = sli_slo_find(books->registry, SLO, &books->slo);

	if (status == SLI_OK)
		status = sli_indicator_find(books->registry, CALLS, NULL, 0,
		    &books->calls);
	for (int i = 0; i < ROUTES && status == SLI_OK; i++) {
		const struct sli_label label = { "route", routes[i].path };

		status = sli_indicator_find(books->registry, INDICATOR, &label,
		    1, &books->routes[i].indicator);
	}
	return status;
}

int
books_view(struct books *books, const char *file)
{
	struct sli_error err;

	memcpy(books->routes, routes, sizeof(routes));
	if (sli_registry_view(file, &books->registry, &err) != SLI_OK) {
		fprintf(stderr, "%s: %s\n", file, err.message);
		return -1;
	}
	survive_truncation(books->registry);
	if (find_all(books) != SLI_OK) {
		fprintf(stderr, "%s: not of this service\n", file);
		books_close(books);
		return -1;
	}
	return 0;
}

void
books_close(struct books *books)
{
	struct sli_error err;

	/* Truncated, or deleted: who looks into the file does not see this. */
	if (sli_registry_status(books->registry, &err) != SLI_OK)
		fprintf(stderr, "books: %s\n", err.message);
	mapped = NULL;
	sli_registry_close(books->registry);
}

void
books_annotate(struct books *books, const char *kind, const char *text)
{
	struct sli_error err;

	if (sli_annotate(books->registry, sli_clock_ns(), kind, text, &err) !=
	    SLI_OK)
		fprintf(stderr, "books: %s\n", err.message);
}

void
books_describe(const struct books *books, char line[BOOKS_LINE_MAX])
{
	struct sli_budget budget;

	if (sli_slo_budget(books->slo, sli_clock_ns(), &budget) != SLI_OK ||
	    !budget.has_data) {
		snprintf(line, BOOKS_LINE_MAX, "nothing counted yet");
		return;
	}
	snprintf(line, BOOKS_LINE_MAX,
	    "%" PRIu64 " good, %" PRIu64 " bad; budget left %.1f %%",
	    budget.good, budget.bad, 100.0 * budget.remaining);
}
