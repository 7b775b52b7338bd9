/* SPDX-License-Identifier: MIT */
/*
 * A worker of the service. usage: service FILE PORT with|without [TELLS]
 *
 * TELLS is the port of its page and metrics. Once it serves, it says where the
 * budget stands. A digit on stdin slows its back end down by that factor; it
 * stops at the end of stdin, so also when whoever holds the other end has died.
 */
#define _POSIX_C_SOURCE 200809L

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service.h"

/* 0 if it is none. */
static uint16_t
port_of(const char *text)
{
	unsigned long port = strtoul(text, NULL, 10);

	return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static int
is_usage(int argc, char **argv)
{
	return (argc == 4 || (argc == 5 && port_of(argv[4]) != 0)) &&
	    port_of(argv[2]) != 0 &&
	    (strcmp(argv[3], "with") == 0 || strcmp(argv[3], "without") == 0);
}

static void
print_budget(const struct books *books)
{
	char line[BOOKS_LINE_MAX];

	books_describe(books, line);
	puts(line);
	fflush(stdout);
}

static void
annotate_start(struct books *books)
{
	char text[SLI_ANNOTATION_TEXT_MAX + 1];

	snprintf(text, sizeof(text), "worker %ld starts", (long)getpid());
	books_annotate(books, "deploy", text);
}

static void
slow_down(struct service *service, int times)
{
	char text[SLI_ANNOTATION_TEXT_MAX + 1];

	snprintf(text, sizeof(text), "worker %ld: work takes %d x %d ms",
	    (long)getpid(), times, BACKEND_WORK_MS);
	books_annotate(&service->books, "flag", text);
	backend_set_slowdown(&service->backend, (unsigned)times);
}

/* To just after the next second has begun. */
static int
rest_ms(void)
{
	return (int)(1001 - sli_clock_ns() / SLI_MILLIS(1) % 1000);
}

/*
 * libsli has no thread: that nothing is recorded it sees when somebody tells it
 * the time, which is done here.
 */
static void
serve(struct service *service)
{
	struct pollfd line = { .fd = STDIN_FILENO, .events = POLLIN };
	char digit;

	for (;;) {
		int ready = poll(&line, 1, rest_ms());

		sli_advance(service->books.registry, sli_clock_ns());
		if (ready <= 0)
			continue;
		if (read(STDIN_FILENO, &digit, 1) != 1)
			return;
		if (digit >= '1' && digit <= '9')
			slow_down(service, digit - '0');
	}
}

int
main(int argc, char **argv)
{
	struct service service;

	if (!is_usage(argc, argv)) {
		fprintf(stderr,
		    "usage: service FILE PORT with|without [TELLS]\n");
		return 2;
	}
	if (service_start(&service, argv[1], port_of(argv[2]),
		strcmp(argv[3], "with") == 0) != 0 ||
	    (argc == 5 && service_tell(&service, port_of(argv[4])) != 0))
		return 1;
	annotate_start(&service.books);
	print_budget(&service.books);
	serve(&service);
	service_stop(&service);
	return 0;
}
