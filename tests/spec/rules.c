/* SPDX-License-Identifier: MIT */
#include "rules.h"

const char definition[] =
    "version: prometheus/v1\n"
    "service: shop\n"
    "labels: {team: \"a \\\"b\\\" \\\\ c\", 'odd-name': \"1: #2\"}\n"
    "slos:\n"
    "- name: up\n"
    "  objective: 99.9\n"
    "  sli:\n"
    "    events:\n"
    "      error_query: sum(FUNCTION(bad_total[{{.window}}]))\n"
    "      total_query: sum(FUNCTION(all_total[{{.window}}]))\n"
    "  alerting:\n"
    "    name: Up\n"
    "    page_alert: {labels: {route: pager}}\n";

char *
rules_of(const struct sli_spec *spec, uint32_t flags)
{
	struct sli_spec_rules_config cfg = SLI_SPEC_RULES_CONFIG_INIT;
	struct sli_error err = { 0 };
	char *text = NULL;
	size_t len = 0;
	int status;

	cfg.flags = flags;
	status = sli_spec_rules(spec, &cfg, &text, &len, &err);
	if (status != SLI_OK)
		print_error("%s\n", err.message);
	assert_int_equal(status, SLI_OK);
	assert_int_equal(strlen(text), len);
	return text;
}
