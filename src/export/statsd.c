/* SPDX-License-Identifier: MIT */
/*
 * An export goes through parts: of each indicator its counts, its good and its
 * bad latencies; each SLO; and what became of earlier packets. One that is cut
 * short is followed by one that begins at the part where it ended, so that
 * every part has its turn however little the receiver takes.
 */
#include <stdlib.h>
#include <string.h>

#include "export/config.h"
#include "export/series.h"
#include "export/statsd.h"
#include "export/statsd_line.h"

#define PARTS 3 /* of an indicator */

const char *
sli_statsd_reason_name(int reason)
{
	static const char *const names[SLI_STATSD_REASONS] = { "other", "full",
		"gone", "too_long", "refused", "other" };

	return reason < 0 || reason >= SLI_STATSD_REASONS ? "other" :
							    names[reason];
}

/* The config's pointers are the caller's: copy what they point to. */
static void
keep_texts(struct sli_statsd *statsd, const struct sli_statsd_config *cfg)
{
	uint32_t i;

	strcpy(statsd->prefix, cfg->prefix);
	if (cfg->container_id != NULL)
		strcpy(statsd->container_id, cfg->container_id);
	for (i = 0; i < cfg->tag_count; i++)
		sli__line_tag(&statsd->object, cfg->tags[i].name,
		    cfg->tags[i].value);
	memcpy(statsd->tags, statsd->object.bytes, statsd->object.used);
}

int
sli_statsd_create(const struct sli_statsd_config *cfg, struct sli_statsd **out,
    struct sli_error *err)
{
	struct sli_statsd_config checked;
	struct sli_statsd *statsd;
	int status;

	if (out == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "out is NULL");
	status = sli__statsd_config_check(cfg, &checked, err);
	if (status != SLI_OK)
		return status;
	statsd = calloc(1, sizeof(*statsd));
	if (statsd == NULL ||
	    !sli__packet_create(&statsd->packet, checked.max_packet)) {
		sli_statsd_destroy(statsd);
		return sli__addon_fail(err, SLI_ENOMEM, "out of memory");
	}
	statsd->cfg = checked;
	keep_texts(statsd, &checked);
	*out = statsd;
	return SLI_OK;
}

void
sli_statsd_destroy(struct sli_statsd *statsd)
{
	uint32_t i;

	if (statsd == NULL)
		return;
	for (i = 0; i < statsd->series_count; i++) {
		free(statsd->series[i].latencies[0].cells);
		free(statsd->series[i].latencies[1].cells);
	}
	free(statsd->series);
	sli__packet_destroy(&statsd->packet);
	free(statsd);
}

/* A series for each of the snapshot's indicators. */
static bool
grow(struct sli_statsd *statsd, uint32_t count)
{
	struct sli__statsd_series *series = statsd->series;
	uint32_t had = statsd->series_count;

	if (count <= had)
		return true;
	series = realloc(series, count * sizeof(*series));
	if (series == NULL)
		return false;
	memset(series + had, 0, (count - had) * sizeof(*series));
	statsd->series = series;
	statsd->series_count = count;
	return true;
}

/* Is it of the registry that the others were of? */
static bool
is_known(struct sli_statsd *statsd, const struct sli_snapshot *snapshot)
{
	uint32_t i, count = sli_snapshot_indicator_count(snapshot);
	struct sli_indicator_view view;

	if (count < statsd->series_count)
		return false;
	if (statsd->known != NULL &&
	    sli_snapshot_indicator(snapshot, statsd->known_at, &view) == SLI_OK)
		return view.indicator == statsd->known;
	/* None yet, or it was removed. */
	for (i = 0; i < count; i++)
		if (sli_snapshot_indicator(snapshot, i, &view) == SLI_OK) {
			statsd->known = view.indicator;
			statsd->known_at = i;
			break;
		}
	return true;
}

static int
begin(struct sli_statsd *statsd, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	if (statsd == NULL || snapshot == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "%s is NULL",
		    statsd == NULL ? "statsd" : "snapshot");
	if (!is_known(statsd, snapshot))
		return sli__addon_fail(err, SLI_EINVAL,
		    "snapshot is of another registry; accepted: that of the "
		    "first one");
	if (!grow(statsd, sli_snapshot_indicator_count(snapshot)))
		return sli__addon_fail(err, SLI_ENOMEM, "out of memory");
	statsd->snapshot = snapshot;
	return SLI_OK;
}

static void
read_counts(struct sli__statsd_series *series,
    const struct sli_indicator_view *view)
{
	struct sli__statsd_cell *cell = series->counts;

	cell[SLI__STATSD_EVENTS + SLI_GOOD].total = view->total.good;
	cell[SLI__STATSD_EVENTS + SLI_BAD].total = view->total.bad;
	cell[SLI__STATSD_EVENTS + SLI_SHED].total = view->total.shed;
	cell[SLI__STATSD_EVENTS + SLI_IGNORED].total = view->total.ignored;
	cell[SLI__STATSD_LATE].total = view->late;
}

static void
put_counts(struct sli_statsd *statsd, struct sli__statsd_series *series,
    const struct sli_indicator_view *view)
{
	uint32_t outcome;

	read_counts(series, view);
	for (outcome = SLI_GOOD; outcome <= SLI_IGNORED; outcome++)
		sli__line_count(statsd, "events", "outcome",
		    sli__outcome_name((enum sli_outcome)outcome),
		    &series->counts[SLI__STATSD_EVENTS + outcome]);
	sli__line_count(statsd, "late_events", NULL, NULL,
	    &series->counts[SLI__STATSD_LATE]);
	/* Of several with one name, the last would hide the others. */
	if ((statsd->cfg.flags & SLI_STATSD_DROP_LABELS) == 0 ||
	    view->label_count == 0)
		sli__line_gauge(statsd, "in_flight", NULL, NULL,
		    (double)view->in_flight);
}

/* False: there is no memory. */
static bool
put_indicator(struct sli_statsd *statsd, uint32_t index, uint32_t part)
{
	struct sli__statsd_series *series = &statsd->series[index];
	enum sli_outcome outcome = part == 1 ? SLI_GOOD : SLI_BAD;
	struct sli__statsd_buckets *buckets = &series->latencies[part == 2];
	struct sli_indicator_view view;

	if (part > 0 && (statsd->cfg.flags & SLI_STATSD_NO_LATENCIES) != 0)
		return true;
	if (sli_snapshot_indicator(statsd->snapshot, index, &view) != SLI_OK)
		return true;
	sli__line_indicator(statsd, &view);
	if (part == 0) {
		put_counts(statsd, series, &view);
		return true;
	}
	if (!sli__statsd_buckets_read(buckets, view.indicator, outcome))
		return false;
	sli__statsd_put_buckets(statsd, buckets, outcome);
	return true;
}

static void
put_slo(struct sli_statsd *statsd, uint32_t index)
{
	struct sli_slo_view view;

	if ((statsd->cfg.flags & SLI_STATSD_NO_SLOS) == 0 &&
	    sli_snapshot_slo(statsd->snapshot, index, &view) == SLI_OK)
		sli__statsd_put_slo(statsd, &view);
}

static void
put_dropped(struct sli_statsd *statsd)
{
	const struct sli_statsd_stats *stats = &statsd->packet.stats;
	struct sli__statsd_cell *packets = statsd->dropped;
	struct sli__statsd_cell *bytes = packets + SLI_STATSD_REASONS;
	int reason;

	sli__line_no_object(statsd);
	for (reason = 1; reason < SLI_STATSD_REASONS; reason++) {
		packets[reason].total = stats->dropped_packets[reason];
		bytes[reason].total = stats->dropped_bytes[reason];
		sli__line_count(statsd, "statsd.dropped_packets", "reason",
		    sli_statsd_reason_name(reason), &packets[reason]);
		sli__line_count(statsd, "statsd.dropped_bytes", "reason",
		    sli_statsd_reason_name(reason), &bytes[reason]);
	}
}

static bool
put_part(struct sli_statsd *statsd, uint32_t part)
{
	uint32_t indicators = sli_snapshot_indicator_count(statsd->snapshot);
	uint32_t slos = sli_snapshot_slo_count(statsd->snapshot);

	if (part < PARTS * indicators)
		return put_indicator(statsd, part / PARTS, part % PARTS);
	part -= PARTS * indicators;
	if (part < slos)
		put_slo(statsd, part);
	else
		put_dropped(statsd);
	return true;
}

/* All parts, from the first on. */
static bool
put_parts(struct sli_statsd *statsd)
{
	const struct sli_snapshot *snapshot = statsd->snapshot;
	uint32_t count = PARTS * sli_snapshot_indicator_count(snapshot) +
	    sli_snapshot_slo_count(snapshot) + 1;
	uint32_t i, part = 0, first = statsd->first % count;
	bool has_memory = true;

	for (i = 0; i < count && !statsd->packet.ended; i++) {
		part = (first + i) % count;
		has_memory = put_part(statsd, part) && has_memory;
	}
	sli__packet_end(&statsd->packet);
	/* One that takes a whole export is not to take them all. */
	if (statsd->packet.ended)
		statsd->first = i > 1 ? part : part + 1;
	return has_memory;
}

static void
stamp(struct sli_statsd *statsd)
{
	uint64_t now_s = sli_snapshot_now(statsd->snapshot) / SLI_SECONDS(1);

	if ((statsd->cfg.flags & SLI_STATSD_TIMESTAMPS) == 0)
		return;
	statsd->is_stamped = statsd->stamp_s == now_s;
	statsd->stamp_s = now_s;
}

static const char *
because(int reason)
{
	switch (reason) {
	case SLI_STATSD_FULL:
		return "the receiver is slow (full)";
	case SLI_STATSD_GONE:
		return "nobody listens there (gone)";
	case SLI_STATSD_TOO_LONG:
		return "it takes no packet of this length (too_long)";
	case SLI_STATSD_REFUSED:
		return "an earlier one was refused (refused)";
	default:
		return "sending failed (other)";
	}
}

static int
report(const struct sli_statsd *statsd, bool has_memory, struct sli_error *err)
{
	const struct sli__statsd_packet *packet = &statsd->packet;

	if (packet->dropped > 0)
		return sli__addon_fail(err, SLI_EIO,
		    "packets dropped: %u, the last because %s; what was in "
		    "them goes with the next export",
		    packet->dropped, because(packet->reason));
	if (packet->long_line > 0)
		return sli__addon_fail(err, SLI_ERANGE,
		    "a line of %zu bytes was not sent; accepted: up to "
		    "max_packet %u",
		    packet->long_line, statsd->cfg.max_packet);
	if (!has_memory)
		return sli__addon_fail(err, SLI_ENOMEM, "out of memory");
	return SLI_OK;
}

int
sli_statsd_export(struct sli_statsd *statsd,
    const struct sli_snapshot *snapshot, sli_statsd_send_fn *send, void *arg,
    struct sli_error *err)
{
	int status = begin(statsd, snapshot, err);
	bool has_memory;

	if (status != SLI_OK)
		return status;
	if (send == NULL)
		return sli__addon_fail(err, SLI_EINVAL, "send is NULL");
	stamp(statsd);
	sli__packet_begin(&statsd->packet, send, arg, statsd->cfg.max_lines);
	has_memory = put_parts(statsd);
	return report(statsd, has_memory, err);
}

static void
accept(struct sli__statsd_cell *cells, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		cells[i].sent = cells[i].total;
}

int
sli_statsd_skip(struct sli_statsd *statsd, const struct sli_snapshot *snapshot,
    struct sli_error *err)
{
	uint32_t i, outcome;
	int status = begin(statsd, snapshot, err);
	struct sli_indicator_view view;
	struct sli__statsd_series *series;
	struct sli__statsd_buckets *buckets;

	for (i = 0; status == SLI_OK && i < statsd->series_count; i++) {
		if (sli_snapshot_indicator(snapshot, i, &view) != SLI_OK)
			continue;
		series = &statsd->series[i];
		read_counts(series, &view);
		accept(series->counts, SLI__STATSD_COUNTS);
		for (outcome = SLI_GOOD; outcome <= SLI_BAD; outcome++) {
			buckets = &series->latencies[outcome];
			if (!sli__statsd_buckets_read(buckets, view.indicator,
				(enum sli_outcome)outcome))
				status = sli__addon_fail(err, SLI_ENOMEM,
				    "out of memory");
			accept(buckets->cells, buckets->count);
		}
	}
	return status;
}

void
sli_statsd_lost(struct sli_statsd *statsd, int reason, size_t length)
{
	struct sli_statsd_stats *stats;

	if (statsd == NULL)
		return;
	if (reason < 1 || reason >= SLI_STATSD_REASONS)
		reason = SLI_STATSD_OTHER;
	stats = &statsd->packet.stats;
	stats->dropped_packets[reason]++;
	stats->dropped_bytes[reason] += length;
}

int
sli_statsd_stats(const struct sli_statsd *statsd, struct sli_statsd_stats *out)
{
	if (statsd == NULL || out == NULL)
		return SLI_EINVAL;
	*out = statsd->packet.stats;
	return SLI_OK;
}
