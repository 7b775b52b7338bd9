/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "books.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define INDICATOR "http_requests"
#define SLO "checkout-fast"

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
register_route(struct books *books, struct route *route, struct sli_error *err)
{
	const struct sli_label label = { "route", route->path };
	struct sli_indicator_config config = SLI_INDICATOR_CONFIG_INIT;

	config.name = INDICATOR;
	config.help = "HTTP requests by route";
	config.labels = &label;
	config.label_count = 1;
	config.threshold_ns[0] = SLI_MILLIS(BOOKS_THRESHOLD_MS);
	config.threshold_count = 1;
	return sli_indicator_register(books->registry, &config,
	    &route->indicator, err);
}

static int
register_slo(struct books *books, struct sli_error *err)
{
	struct sli_slo_config config = SLI_SLO_CONFIG_INIT;

	config.name = SLO;
	config.objective = BOOKS_OBJECTIVE;
	config.threshold_ns = SLI_MILLIS(BOOKS_THRESHOLD_MS);
	/* A month is usual; an hour lets a demo see its budget move. */
	config.period_ns = SLI_HOURS(1);
	return sli_slo_register(books->routes[CHECKOUT].indicator, &config,
	    &books->slo, err);
}

/* What is registered already, by another worker or before, goes on. */
static int
register_all(struct books *books, struct sli_error *err)
{
	int status = SLI_OK;

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
