/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <sli/export_ecs.h>
#include <sli/export_otlp.h>
#include <sli/export_proto.h>
#include <sli/export_slo.h>
#include <sli/export_snapshot.h>
#include <sli/export_statsd.h>

#include "../support/scratch.h"
#include "exporters.h"

/* ---- each by the same call ---- */

static int
export_open_metrics(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	(void)known;
	return sli_text_export(snapshot, NULL, write, arg, err);
}

static int
export_prometheus(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;

	(void)known;
	cfg.format = SLI_TEXT_PROMETHEUS;
	return sli_text_export(snapshot, &cfg, write, arg, err);
}

static int
export_proto(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	(void)known;
	return sli_proto_export(snapshot, NULL, write, arg, err);
}

static int
export_proto_classic(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct sli_proto_config cfg = SLI_PROTO_CONFIG_INIT;

	(void)known;
	cfg.flags = SLI_PROTO_CLASSIC;
	cfg.bucket_limit = SLI_BUCKET_LIMIT_MAX;
	return sli_proto_export(snapshot, &cfg, write, arg, err);
}

static int
export_otlp(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	(void)known;
	return sli_otlp_export(snapshot, NULL, write, arg, err);
}

static int
export_slo(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	(void)known;
	return sli_slo_json_export(snapshot, NULL, write, arg, err);
}

static int
export_ecs(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	(void)known;
	return sli_ecs_export(snapshot, NULL, write, arg, err);
}

static int
export_hlog(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	return sli_interval_log_export(known, snapshot, write, arg, err);
}

struct packets {
	sli_export_write_fn *write;
	void *arg;
};

static int
send_packet(const void *packet, size_t length, void *arg)
{
	const struct packets *to = arg;

	return to->write(packet, length, to->arg) == 0 &&
		to->write("\n", 1, to->arg) == 0 ?
	    0 :
	    SLI_STATSD_FULL;
}

static int
export_statsd(void *known, const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, void *arg, struct sli_error *err)
{
	struct packets to = { write, arg };

	return sli_statsd_export(known, snapshot, send_packet, &to, err);
}

/* ---- what some of them know ---- */

static void *
open_none(void)
{
	return NULL;
}

static void
close_none(void *known)
{
	(void)known;
}

static void *
open_hlog(void)
{
	struct sli_interval_log *log = NULL;

	assert_int_equal(sli_interval_log_create(&log, NULL), SLI_OK);
	return log;
}

static void
close_hlog(void *known)
{
	sli_interval_log_destroy(known);
}

static void *
open_statsd(enum sli_statsd_dialect dialect)
{
	struct sli_statsd_config cfg = SLI_STATSD_CONFIG_INIT;
	struct sli_statsd *statsd = NULL;

	cfg.dialect = dialect;
	assert_int_equal(sli_statsd_create(&cfg, &statsd, NULL), SLI_OK);
	return statsd;
}

static void *
open_datadog(void)
{
	return open_statsd(SLI_STATSD_DATADOG);
}

static void *
open_plain(void)
{
	return open_statsd(SLI_STATSD_PLAIN);
}

static void
close_statsd(void *known)
{
	sli_statsd_destroy(known);
}

const struct exporter exporters[EXPORTERS] = {
	{ "openmetrics", open_none, close_none, "", true, export_open_metrics },
	{ "prometheus", open_none, close_none, "", true, export_prometheus },
	{ "protobuf", open_none, close_none, NULL, false, export_proto },
	{ "protobuf, classic", open_none, close_none, NULL, false,
	    export_proto_classic },
	{ "otlp", open_none, close_none, "{", true, export_otlp },
	{ "slo", open_none, close_none, "{", false, export_slo },
	{ "ecs", open_none, close_none, "{", false, export_ecs },
	{ "hlog", open_hlog, close_hlog, "", false, export_hlog },
	{ "dogstatsd", open_datadog, close_statsd, "", false, export_statsd },
	{ "statsd", open_plain, close_statsd, "", false, export_statsd },
};

const struct exporter *
exporter_find(const char *name)
{
	size_t i = 0;

	while (strcmp(exporters[i].name, name) != 0)
		i++;
	return &exporters[i];
}

/* ---- a run ---- */

void
run_open(struct run *run, const struct exporter *exporter, size_t size)
{
	memset(run, 0, sizeof(*run));
	run->exporter = exporter;
	run->known = exporter->open();
	run->bytes = malloc(size + 1);
	run->size = size;
	assert_non_null(run->bytes);
}

void
run_close(struct run *run)
{
	run->exporter->close(run->known);
	free(run->bytes);
}

static int
take(const void *bytes, size_t length, void *arg)
{
	struct run *run = arg;

	run->calls++;
	if (run->calls == run->fail_at || length > run->size - run->length)
		return -1;
	memcpy(run->bytes + run->length, bytes, length);
	run->length += length;
	run->bytes[run->length] = '\0';
	return 0;
}

void
run_export(const struct sli_snapshot *snapshot, void *arg)
{
	struct run *run = arg;

	run->calls = 0;
	run->length = 0;
	run->bytes[0] = '\0';
	run->err.status = SLI_OK;
	run->err.message[0] = '\0';
	run->status = run->exporter->export(run->known, snapshot, take, run,
	    &run->err);
}

/* ---- something of everything ---- */

static struct sli_indicator *
add_indicator(struct sli_registry *reg, const char *name, uint32_t bits,
    uint64_t highest_ns)
{
	static const struct sli_label labels[] = {
		{ "le", "K\xc3\xb6ln, \"a|b#c:d@e\\n;" },
		{ "outcome", "\xe2\x80\xa8 %" },
	};
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;
	struct sli_error err;

	cfg.name = name;
	cfg.help = "\"'\\{}<>&%s";
	cfg.labels = labels;
	cfg.label_count = LENGTH(labels);
	cfg.precision_bits = bits;
	cfg.highest_ns = highest_ns;
	cfg.threshold_ns[0] = SLI_MILLIS(100);
	cfg.threshold_ns[1] = SLI_SECONDS(1);
	cfg.threshold_count = 2;
	if (sli_indicator_register(reg, &cfg, &ind, &err) != SLI_OK)
		fail_msg("%s", err.message);
	return ind;
}

static void
add_slo(struct sli_indicator *ind, const char *name, enum sli_method method,
    enum sli_calendar calendar)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;
	struct sli_error err;

	cfg.name = name;
	cfg.objective = 0.99;
	cfg.method = method;
	cfg.calendar = calendar;
	cfg.threshold_ns = SLI_MILLIS(100);
	if (sli_slo_register(ind, &cfg, &slo, &err) != SLI_OK)
		fail_msg("%s", err.message);
}

static void
record_some(struct sli_indicator *ind)
{
	uint32_t i;

	for (i = 0; i < 2000; i++) {
		sli_record(ind, START + SLI_MILLIS(i), SLI_GOOD,
		    SLI_MICROS(50) * i);
		sli_record_exemplar(ind, START + SLI_MILLIS(i), SLI_BAD,
		    SLI_SECONDS(1) + i, "4bf92f3577b34da6a3ce929d0e0e4736");
	}
	sli_record(ind, START, SLI_GOOD, 0);
	sli_record(ind, START, SLI_GOOD, UINT64_MAX);
	sli_begin(ind);
}

/* Counts of which two add up to more than 64 bits hold. */
static void
record_many(struct sli_indicator *ind)
{
	sli_count(ind, START, SLI_GOOD, UINT64_MAX - 1);
	sli_count(ind, START, SLI_BAD, (UINT64_C(1) << 63) + 1);
	sli_count(ind, START, SLI_SHED, UINT64_MAX);
}

static void
fill(struct sli_registry *reg)
{
	struct sli_indicator *coarse, *fine, *many;

	coarse = add_indicator(reg, "coarse", 3, 0);
	fine = add_indicator(reg, "fine", 10, SLI_DAYS(1));
	many = add_indicator(reg, "many", 0, 0);
	(void)add_indicator(reg, "idle", 0, 0);
	record_some(coarse);
	record_some(fine);
	record_many(many);
	add_slo(coarse, "rolling", SLI_OCCURRENCES, SLI_ROLLING);
	add_slo(coarse, "month", SLI_OCCURRENCES, SLI_MONTH);
	add_slo(fine, "slices", SLI_TIMESLICES, SLI_ROLLING);
	add_slo(fine, "ratios", SLI_RATIO_TIMESLICES, SLI_YEAR);
	add_slo(many, "many", SLI_OCCURRENCES, SLI_ROLLING);
	(void)sli_advance(reg, START + SLI_SECONDS(3));
	assert_int_equal(sli_annotate(reg, START, "deploy", "\"1\\2\"", NULL),
	    SLI_OK);
}

struct sli_registry *
new_motley(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;

	cfg.max_indicators = 8;
	cfg.max_slos = 8;
	cfg.max_consumers = 16;
	cfg.arena_bytes = (uint64_t)32 << 20;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	fill(reg);
	return reg;
}

void
make_motley(const char *path)
{
	struct sli_registry_config cfg = scratch_config();
	struct sli_registry *reg = NULL;
	struct sli_error err;

	cfg.max_indicators = 8;
	cfg.max_slos = 8;
	cfg.max_consumers = 16;
	cfg.arena_bytes = (uint64_t)32 << 20;
	if (sli_registry_open(path, &cfg, &reg, &err) != SLI_OK)
		fail_msg("%s", err.message);
	fill(reg);
	sli_registry_close(reg);
}
