/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_HEADER_H
#define SLI_HTTP_HEADER_H

#include <stdbool.h>

#include <sli/http.h>

/*
 * May a request with this Host be answered? See http.h. Without one (HTTP/1.0)
 * it does not come from a browser. What `is_loopback` of the listener says.
 */
bool sli__host_is_allowed(const struct sli_http_config *cfg, bool is_loopback,
    const char *host);

/* Does this Accept-Encoding (RFC 9110, 12.5.3) take gzip? NULL does not. */
bool sli__encoding_takes_gzip(const char *accept);

#endif /* SLI_HTTP_HEADER_H */
