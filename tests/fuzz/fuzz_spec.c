/* SPDX-License-Identifier: MIT */
/*
 * Hostile definitions, for libFuzzer: the input is a file. Beside crashes,
 * hangs and what the sanitizers see, it is a failure if
 *   - a load that failed says nothing, or gives something out;
 *   - an SLO is handed out whose numbers cannot be, or whose id is there twice;
 *   - rules are made that cannot be read again as one YAML document.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include <sli/spec.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "fuzz_spec: %s\n", what);
	abort();
}

static void
hear(const struct sli_spec_problem *problem, void *arg)
{
	uint32_t *errors = arg;

	must(problem->text[0] != '\0' && problem->message[0] != '\0',
	    "a problem without a text");
	must(strpbrk(problem->text, "\n\r\033") == NULL, "a text of lines");
	*errors += problem->gravity == SLI_SPEC_ERROR;
}

static size_t
length_of(struct sli_spec_labels labels)
{
	size_t sum = 0;
	uint32_t i;

	for (i = 0; i < labels.count; i++)
		sum += strlen(labels.list[i].name) +
		    strlen(labels.list[i].value);
	return sum;
}

/* What registration would refuse is not handed out. */
static void
check_config(const struct sli_spec_slo *slo, const struct sli_slo_config *cfg)
{
	const struct sli_alert_config *alert;
	uint32_t i;

	must(cfg->name == slo->id && cfg->objective > 0 && cfg->objective < 1,
	    "a configuration");
	must((cfg->calendar == SLI_ROLLING) == (cfg->period_ns > 0) &&
		(cfg->calendar == SLI_ROLLING) == (cfg->calendar_start_ns == 0),
	    "a period of a configuration");
	must((cfg->method == SLI_OCCURRENCES) == (cfg->slice_ns == 0) &&
		cfg->slice_objective <= 1,
	    "a slice of a configuration");
	must(cfg->alert_count <= SLI_ALERTS_MAX &&
		(cfg->alerts != NULL) == (cfg->alert_count > 0),
	    "alerts");
	for (i = 0; i < cfg->alert_count; i++) {
		alert = &cfg->alerts[i];
		must(alert->factor >= 1 &&
			alert->factor * (1 - cfg->objective) < 1 + 1e-9,
		    "a factor");
		must(alert->short_ns > 0 && alert->short_ns <= alert->long_ns,
		    "a window");
	}
}

static void
check_slo(const struct sli_spec *spec, const struct sli_spec_slo *slo)
{
	struct sli_slo_config cfg;
	struct sli_error err = { 0 };
	size_t sum = 0;
	uint32_t i;

	must(slo->objective_ppb > 0 && slo->objective_ppb < 1000000000,
	    "an objective");
	must((slo->period.unit == SLI_SPEC_ROLLING) ==
		(slo->period.rolling_ns > 0),
	    "a period");
	must((slo->period.count > 0) == (slo->period.rolling_ns == 0),
	    "a count of units");
	must((slo->method == SLI_OCCURRENCES) == (slo->slice_ns == 0),
	    "a slice");
	must(sli_spec_find(spec, slo->id) == slo, "an id");
	sum += strlen(slo->service) + strlen(slo->name) +
	    strlen(slo->description) + strlen(slo->display_name);
	sum += length_of(slo->labels) + length_of(slo->info_labels) +
	    length_of(slo->alert_labels) + length_of(slo->alert_annotations) +
	    length_of(slo->page_labels) + length_of(slo->page_annotations) +
	    length_of(slo->ticket_labels) + length_of(slo->ticket_annotations) +
	    length_of(slo->alert_targets);
	for (i = 0; i < slo->alert_count; i++) {
		must(
		    slo->alerts[i].long_ns > 0 && slo->alerts[i].factor_ppm > 0,
		    "an alert");
		sum += strlen(slo->alerts[i].name) +
		    strlen(slo->alerts[i].severity_name);
	}
	must(sum < SIZE_MAX / 2, "a length");
	if (sli_spec_slo_config(slo, 0, &cfg, &err) == SLI_OK)
		check_config(slo, &cfg);
	else
		must(err.message[0] != '\0', "a refusal without a word");
}

static void
check_yaml(const char *text, size_t len)
{
	yaml_parser_t parser;
	yaml_event_t event;
	yaml_event_type_t type = YAML_NO_EVENT;
	int documents = 0;

	must(yaml_parser_initialize(&parser), "yaml_parser_initialize");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (type != YAML_STREAM_END_EVENT) {
		must(yaml_parser_parse(&parser, &event),
		    "rules that are no YAML");
		type = event.type;
		documents += type == YAML_DOCUMENT_START_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	must(documents == 1, "rules of several documents");
}

static void
check_rules(const struct sli_spec *spec, uint32_t flags)
{
	struct sli_spec_rules_config cfg = SLI_SPEC_RULES_CONFIG_INIT;
	struct sli_error err = { 0 };
	char *text = NULL;
	size_t len = 0;

	cfg.flags = flags;
	if (sli_spec_rules(spec, &cfg, &text, &len, &err) == SLI_OK) {
		must(strlen(text) == len, "a length of rules");
		check_yaml(text, len);
		sli_spec_text_free(text);
	} else
		must(text == NULL && err.message[0] != '\0', "no rules");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sli_spec *spec = NULL;
	struct sli_error err = { 0 };
	uint32_t errors = 0, i;
	int status = sli_spec_load_text("f", data, size, NULL, hear, &errors,
	    &spec, &err);

	must((status == SLI_OK) == (spec != NULL), "what is given out");
	must((status == SLI_EPARSE) == (errors > 0), "errors");
	must(status == SLI_OK || err.message[0] != '\0', "an error's text");
	for (i = 0; i < sli_spec_slo_count(spec); i++)
		check_slo(spec, sli_spec_slo(spec, i));
	if (spec != NULL) {
		check_rules(spec, 0);
		check_rules(spec,
		    SLI_SPEC_RULES_BY_RATIO | SLI_SPEC_RULES_MEAN_PERIOD);
	}
	sli_spec_free(spec);
	return 0;
}
