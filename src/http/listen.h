/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_LISTEN_H
#define SLI_HTTP_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include <sli/http.h>

struct sli__listener {
	int fd;
	uint64_t inode; /* of the socket */
	uint16_t port;
	bool is_loopback;
};

/* Listen where cfg says. Errors as of sli_http_start(). */
int sli__listen(const struct sli_http_config *cfg, struct sli__listener *out,
    struct sli_error *err);

/* Close it, if that has not been done: the number may be another's now. */
void sli__unlisten(const struct sli__listener *listener);

#endif /* SLI_HTTP_LISTEN_H */
