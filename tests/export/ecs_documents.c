/* SPDX-License-Identifier: MIT */
/* Documents for Elasticsearch. */
#include "ecs_documents.h"

json_t *documents[DOCUMENTS_MAX];
size_t document_count;

static void
forget(void)
{
	while (document_count > 0)
		json_decref(documents[--document_count]);
}

/* Each line for itself; the last ends, too. */
static void
read_lines(void)
{
	const char *line = written.bytes, *end;
	json_error_t error;

	forget();
	for (; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_true(document_count < DOCUMENTS_MAX);
		documents[document_count] = json_loadb(line,
		    (size_t)(end - line), JSON_REJECT_DUPLICATES, &error);
		if (documents[document_count] == NULL)
			fail_msg("%s: %s", error.text, line);
		document_count++;
	}
}

static void
respond(const struct sli_snapshot *snapshot, void *arg)
{
	struct ecs_request *r = arg;

	r->status = sli_ecs_export(snapshot, r->cfg, r->write, NULL, &r->err);
}

int
ecs_request(struct sli_registry *reg, uint64_t now_ns, struct ecs_request *r)
{
	written.length = 0;
	written.bytes[0] = '\0';
	assert_int_equal(sli_flush(reg, now_ns, respond, r), SLI_OK);
	return r->status;
}

void
ecs_flush(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_ecs_config *cfg)
{
	static struct ecs_request r;

	r.cfg = cfg;
	r.write = write_down;
	if (ecs_request(reg, now_ns, &r) != SLI_OK)
		fail_msg("%s", r.err.message);
	read_lines();
}

json_t *
ecs_find(const char *dataset, size_t n)
{
	size_t i;

	for (i = 0; i < document_count; i++)
		if (strcmp(text_at(documents[i], "event/dataset"), dataset) ==
			0 &&
		    n-- == 0)
			return documents[i];
	return NULL;
}

struct sli_indicator *
ecs_indicator(struct sli_registry *reg)
{
	static const struct sli_label labels[] = {
		{ "route", "gr\xc3\xbc\xc3\x9f/\"{}" },
		{ "code", "\xe2\x80\xa8" }
	};
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;

	cfg.name = "checkout";
	cfg.labels = labels;
	cfg.label_count = 2;
	cfg.threshold_ns[0] = 100 * MS;
	cfg.threshold_ns[1] = SLI_MILLIS(1500);
	cfg.threshold_count = 2;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	return ind;
}

void
ecs_slo(struct sli_indicator *ind)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo;

	cfg.name = "checkout-fast";
	cfg.objective = 0.999;
	cfg.threshold_ns = 100 * MS;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
}

uint64_t
ecs_traffic(struct sli_indicator *ind, uint64_t now, uint32_t minutes,
    enum sli_outcome outcome)
{
	uint32_t s, i;

	for (s = 0; s < minutes * 60; s++, now += SLI_SECONDS(1))
		for (i = 0; i < 20; i++)
			sli_record(ind, now, outcome, (i + 1) * 4 * MS);
	return now;
}

int
ecs_forget(void **state)
{
	(void)state;
	forget();
	return 0;
}
