/* SPDX-License-Identifier: MIT */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>

#include <sli/export.h>
#include <sli/http.h>

#include "../support/common.h"

#define TEST(f) cmocka_unit_test(f)

/* A client on a plain socket, which says what it likes; IPv4 loopback. */

/* A connection; -1 if nobody listens. It gives up after 10 s of silence. */
int client_connect(uint16_t port);

/* All of it, or -1. */
int client_say(int fd, const void *bytes, size_t length);

/* What comes until the other side hangs up; the caller frees it. */
char *client_hear(int fd, size_t *length);

struct reply {
	int code; /* 0: none came */
	char *head, *body;
	size_t body_length;
};

/* Ask on a connection of its own; no assert, so on any thread. */
void client_ask(uint16_t port, const void *request, size_t length,
    struct reply *out);
void reply_free(struct reply *reply);

/* GET of a path, with more header lines or "". */
void client_get(uint16_t port, const char *path, const char *lines,
    struct reply *out);

/* A scrape, and as much of one as leaves it waiting. */
extern const char client_whole[], client_half[];

/* The code of an answer to an honest scrape. */
int client_scrape(uint16_t port);

/* For so many threads that do so often; the port is at arg. */
#define SCRAPERS 4
#define SCRAPES 50
void *client_scrape_often(void *arg); /* how many were answered */

/* The value of a header, up to the end of its line; false: there is none. */
bool reply_header(const struct reply *reply, const char *name, char value[256]);

/* What a test begins with: an indicator `checkout`, an SLO `checkout-fast`. */
struct setting {
	struct sli_registry *reg;
	struct sli_indicator *ind;
	struct sli_http *http;
	uint16_t port;
};

extern struct setting now;

int set_up(void **state);
int tear_down(void **state);

#define HTTP_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* With so many indicators, route_0 and on. */
struct sli_registry *make_large_registry(uint32_t indicators);

/* Instead of the present one. */
void restart_with(const struct sli_http_config *cfg);

/* Of a registry; asserts that it starts. NULL: the defaults, a free port. */
struct sli_http *start_endpoint(struct sli_registry *reg,
    const struct sli_http_config *cfg);

#endif /* HTTP_CLIENT_H */
