/* SPDX-License-Identifier: MIT */
/* An outsider that serves a registry, for as long as it takes to say so. */
#include <stdio.h>

#include <sli/http.h>
#include <sli/sli.h>

int
main(void)
{
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *registry;
	struct sli_http *http;
	struct sli_error err;

	if (sli_registry_create(&config, &registry, NULL) != SLI_OK ||
	    sli_http_start(registry, NULL, &http, &err) != SLI_OK)
		return 1;
	puts(sli_http_port(http) != 0 ? "serves" : "does not");
	sli_http_stop(http);
	sli_registry_close(registry);
	return 0;
}
