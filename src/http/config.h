/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_CONFIG_H
#define SLI_HTTP_CONFIG_H

#include <sli/export.h>
#include <sli/http.h>

#include "addon/error.h"

#define SLI__HOST_MAX 253 /* bytes of a name of DNS */

/*
 * Check, and copy with all that it points at. What the copy owns is freed by
 * sli__http_config_free(), also after an error. Errors as of sli_http_start();
 * bounds and flags of the text are left to the exporter.
 */
int sli__http_config_copy(const struct sli_http_config *cfg,
    struct sli_http_config *out, struct sli_error *err);
void sli__http_config_free(struct sli_http_config *cfg);

#endif /* SLI_HTTP_CONFIG_H */
