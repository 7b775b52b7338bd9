/* SPDX-License-Identifier: MIT */
/*
 * Serve a registry in a file by libsli-http until the end of stdin:
 *
 *   serve FILE [PORT]      prints the port
 */
#include <stdio.h>
#include <stdlib.h>

#include <sli/http.h>
#include <sli/sli.h>

int
main(int argc, char **argv)
{
	struct sli_registry_config registry_config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_http_config config = SLI_HTTP_CONFIG_INIT;
	struct sli_registry *registry;
	struct sli_http *http;
	struct sli_error err;

	registry_config.flags = SLI_REGISTRY_MUST_EXIST;
	config.service = "shop";
	config.port = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
	if (argc < 2 ||
	    sli_registry_open(argv[1], &registry_config, &registry, &err) !=
		SLI_OK ||
	    sli_http_start(registry, &config, &http, &err) != SLI_OK) {
		fprintf(stderr, "serve: %s\n",
		    argc < 2 ? "FILE [PORT]" : err.message);
		return 1;
	}
	printf("%u\n", sli_http_port(http));
	fflush(stdout);
	while (getchar() != EOF)
		sli_advance(registry, sli_clock_ns());
	sli_http_stop(http);
	sli_registry_close(registry);
	return 0;
}
