/* SPDX-License-Identifier: MIT */
/*
 * A log of requests for the tests of `sli replay`, and what it comes to:
 *
 *   requests FORMAT LINES SECONDS   write it: json, csv, common, combined
 *   requests count THRESHOLD_US [WINDOW_S]
 *                                   read it as csv from stdin, and count
 *
 * The counting knows nothing of libsli, nor of how `sli` reads. It prints
 * words: lines, good, bad, slow, p50 and p99 in us (of good ones), and of the
 * last WINDOW_S seconds all and bad_or_slow.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_S UINT64_C(1695305600)
#define LONGEST_US 2000000

struct request {
	uint64_t end_ms;
	unsigned status, us, route;
};

static uint64_t
random_next(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t
below(uint64_t n)
{
	return random_next() % n;
}

/* Latencies of many sizes; an hour of failures in the middle. */
static void
make(struct request *r, uint64_t i, uint64_t lines, uint64_t seconds)
{
	uint64_t even_ms = i * seconds * 1000 / lines;
	uint64_t early = seconds * 500, late = early + 3600 * 1000;
	/* Threads write in an order of their own. */
	uint64_t jitter_ms = below(3000);

	r->end_ms = BEGIN_S * 1000 + even_ms +
	    (even_ms + 3000 < seconds * 1000 ? jitter_ms : 0);
	r->us = (unsigned)(1000 + below(1u << below(20)));
	if (below(5000) == 0)
		r->us += LONGEST_US;
	r->route = (unsigned)below(4);
	r->status = below(100) < 3 ? 404 : 200;
	if (below(even_ms >= early && even_ms < late ? 10 : 2000) == 0)
		r->status = 500 + (unsigned)below(4);
}

/* By days since 1970: enough for the days of one test. */
static void
civil(uint64_t end_ms, unsigned *month, unsigned *day)
{
	static const unsigned lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };
	/* 2023-01-01 */
	unsigned days = (unsigned)(end_ms / 86400000 - 19358), m = 0;

	while (m < 11 && days >= lengths[m])
		days -= lengths[m++];
	*month = m;
	*day = days + 1;
}

static void
write_json(const struct request *r)
{
	unsigned month, day, s = (unsigned)(r->end_ms / 1000 % 86400);

	civil(r->end_ms, &month, &day);
	printf("{\"time\":\"2023-%02u-%02uT%02u:%02u:%02u.%03uZ\","
	       "\"status\":%u,\"duration_ms\":%u.%03u,\"route\":\"/r%u\"}\n",
	    month + 1, day, s / 3600, s / 60 % 60, s % 60,
	    (unsigned)(r->end_ms % 1000), r->status, r->us / 1000, r->us % 1000,
	    r->route);
}

static void
write_csv(const struct request *r)
{
	printf("%" PRIu64 ".%03u,%u,%u,/r%u\n", r->end_ms / 1000,
	    (unsigned)(r->end_ms % 1000), r->status, r->us, r->route);
}

static void
write_common(const struct request *r, const char *more)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	unsigned month, day, s = (unsigned)(r->end_ms / 1000 % 86400);

	civil(r->end_ms, &month, &day);
	printf("10.0.0.%u - - [%02u/%s/2023:%02u:%02u:%02u +0000] "
	       "\"GET /r%u?q=%u HTTP/1.1\" %u 612%s %u.%06u\n",
	    r->us % 256, day, months[month], s / 3600, s / 60 % 60, s % 60,
	    r->route, r->us % 10, r->status, more, r->us / 1000000,
	    r->us % 1000000);
}

static int
write_all(const char *format, uint64_t lines, uint64_t seconds)
{
	struct request r;
	uint64_t i;

	if (strcmp(format, "csv") == 0)
		printf("time,status,duration_us,route\n");
	for (i = 0; i < lines; i++) {
		make(&r, i, lines, seconds);
		if (strcmp(format, "json") == 0)
			write_json(&r);
		else if (strcmp(format, "csv") == 0)
			write_csv(&r);
		else if (strcmp(format, "common") == 0)
			write_common(&r, "");
		else if (strcmp(format, "combined") == 0)
			write_common(&r, " \"-\" \"curl/8 (a \\\"b\\\")\"");
		else
			return 2;
	}
	return fflush(stdout) == 0 ? 0 : 1;
}

/* ---- to count ---- */

static int
compare(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
count(unsigned threshold_us, uint64_t window_s)
{
	struct request *all = NULL, *r;
	unsigned *good_us = NULL;
	size_t n = 0, capacity = 0, good = 0, bad = 0, slow = 0, i;
	size_t window = 0, window_bad = 0;
	uint64_t s, last_s = 0;
	unsigned ms, status, us, route;

	if (scanf("time,status,duration_us,route") != 0)
		return 1;
	while (scanf(" %" SCNu64 ".%u,%u,%u,/r%u", &s, &ms, &status, &us,
		   &route) == 5) {
		if (n == capacity) {
			capacity = capacity == 0 ? 1024 : 2 * capacity;
			all = realloc(all, capacity * sizeof(*all));
			good_us = realloc(good_us, capacity * sizeof(*good_us));
			if (all == NULL || good_us == NULL)
				return 1;
		}
		all[n++] = (struct request){ s * 1000 + ms, status, us, route };
		last_s = s > last_s ? s : last_s;
		if (status >= 500) {
			bad++;
			continue;
		}
		slow += us > threshold_us;
		good_us[good++] = us;
	}
	for (r = all; r < all + n; r++)
		if (r->end_ms / 1000 + window_s > last_s) {
			window++;
			window_bad += r->status >= 500 || r->us > threshold_us;
		}
	qsort(good_us, good, sizeof(*good_us), compare);
	i = good == 0 ? 0 : (good + 1) / 2 - 1;
	printf("%zu %zu %zu %zu %u %u %zu %zu\n", n, good, bad, slow,
	    good == 0 ? 0 : good_us[i],
	    good == 0 ? 0 : good_us[(good * 99 + 99) / 100 - 1], window,
	    window_bad);
	free(all);
	free(good_us);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "count") == 0)
		return count((unsigned)strtoul(argv[2], NULL, 10),
		    argc > 3 ? strtoull(argv[3], NULL, 10) : 0);
	if (argc == 4)
		return write_all(argv[1], strtoull(argv[2], NULL, 10),
		    strtoull(argv[3], NULL, 10));
	fprintf(stderr, "usage: see %s.c\n", argv[0]);
	return 2;
}
