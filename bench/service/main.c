/* SPDX-License-Identifier: MIT */
/*
 * A worker of the service. usage: service FILE PORT with|without
 *
 * Once it serves, it says where the budget stands. A digit on stdin slows its
 * back end down by that factor; it stops at the end of stdin, so also when
 * whoever holds the other end has died.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service.h"

static int
is_usage(int argc, char **argv)
{
	return argc == 4 && strtoul(argv[2], NULL, 10) - 1 < UINT16_MAX &&
	    (strcmp(argv[3], "with") == 0 || strcmp(argv[3], "without") == 0);
}

int
main(int argc, char **argv)
{
	struct service service;
	char line[BOOKS_LINE_MAX];
	int c;

	if (!is_usage(argc, argv)) {
		fprintf(stderr, "usage: service FILE PORT with|without\n");
		return 2;
	}
	if (service_start(&service, argv[1],
		(uint16_t)strtoul(argv[2], NULL, 10),
		strcmp(argv[3], "with") == 0) != 0)
		return 1;
	books_describe(&service.books, line);
	puts(line);
	fflush(stdout);

	while ((c = getchar()) != EOF)
		if (c >= '1' && c <= '9')
			backend_set_slowdown(&service.backend,
			    (unsigned)(c - '0'));
	service_stop(&service);
	return 0;
}
