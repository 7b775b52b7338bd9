/* SPDX-License-Identifier: MIT */
#include "export/statsd_line.h"
#include "export/series.h"

/* None is a letter by any locale but C's. */
static bool
is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Text without what the grammar of tags gives a meaning to. */
static void
put_tag_text(struct sli__sink *sink, const char *text)
{
	unsigned char c;

	for (; (c = (unsigned char)*text) != '\0'; text++)
		sli__put_char(sink,
		    c < ' ' || c == 0x7f || c == ',' || c == '|' ? '_' :
								   (char)c);
}

void
sli__line_tag(struct sli__sink *sink, const char *name, const char *value)
{
	if (sink->used > 0)
		sli__put_char(sink, ',');
	put_tag_text(sink, name);
	sli__put_char(sink, ':');
	put_tag_text(sink, value);
}

/* Of a plain name. */
static void
put_word(struct sli__sink *sink, const char *text, bool keeps_dots)
{
	unsigned char c;

	for (; (c = (unsigned char)*text) != '\0'; text++)
		sli__put_char(sink,
		    is_word(c) || (c == '.' && keeps_dots) ? (char)c : '_');
}

void
sli__line_no_object(struct sli_statsd *statsd)
{
	statsd->object.used = 0;
	sli__put(&statsd->object, statsd->tags);
}

static void
begin_object(struct sli_statsd *statsd, const char *tag, const char *name)
{
	statsd->object.used = 0;
	if (sli__statsd_is_plain(statsd)) {
		sli__put_char(&statsd->object, '.');
		put_word(&statsd->object, name, true);
	} else {
		sli__line_tag(&statsd->object, tag, name);
	}
}

static void
end_object(struct sli_statsd *statsd)
{
	if (*statsd->tags == '\0')
		return;
	sli__put_char(&statsd->object, ',');
	sli__put(&statsd->object, statsd->tags);
}

static void
put_label(struct sli_statsd *statsd, const struct sli_label *label)
{
	struct sli__sink *sink = &statsd->object;

	if (!sli__statsd_is_plain(statsd)) {
		sli__put_char(sink, ',');
		sli__put(sink, sli__label_prefix(label->name));
		put_tag_text(sink, label->name);
		sli__put_char(sink, ':');
		put_tag_text(sink, label->value);
	} else if ((statsd->cfg.flags & SLI_STATSD_DROP_LABELS) == 0) {
		sli__put_char(sink, '.');
		put_word(sink, label->name, false);
		sli__put_char(sink, '_');
		put_word(sink, label->value, false);
	}
}

void
sli__line_indicator(struct sli_statsd *statsd,
    const struct sli_indicator_view *view)
{
	uint32_t i;

	begin_object(statsd, "sli", view->name);
	for (i = 0; i < view->label_count; i++)
		put_label(statsd, &view->labels[i]);
	end_object(statsd);
}

void
sli__line_slo(struct sli_statsd *statsd, const char *name)
{
	begin_object(statsd, "slo", name);
	end_object(statsd);
}

void
sli__put_rate(struct sli__sink *sink, uint64_t events)
{
	uint64_t rest = 1;
	uint32_t digits = 0;

	sli__put(sink, "0.");
	while (rest > 0 && digits < 24) {
		rest *= 10;
		sli__put_char(sink, (char)('0' + rest / events));
		digits += digits > 0 || rest >= events;
		rest %= events;
	}
}

bool
sli__rate_inverts(uint64_t events)
{
	double rate = 1.0 / (double)events;

	return 1.0 / rate == (double)events;
}

static void
put_head(struct sli_statsd *statsd, const struct sli__line *line)
{
	struct sli__sink *head = &statsd->head;

	head->used = 0;
	sli__put(head, statsd->prefix);
	sli__put(head, line->metric);
	if (sli__statsd_is_plain(statsd)) {
		sli__put_bytes(head, statsd->object.bytes, statsd->object.used);
		if (line->tag != NULL) {
			sli__put_char(head, '.');
			put_word(head, line->qualifier, false);
		}
	}
	sli__put_char(head, ':');
}

static void
put_fields(struct sli_statsd *statsd, const struct sli__line *line)
{
	struct sli__sink *tail = &statsd->tail;

	if (statsd->object.used > 0 || line->tag != NULL)
		sli__put(tail, "|#");
	sli__put_bytes(tail, statsd->object.bytes, statsd->object.used);
	if (line->tag != NULL) {
		if (statsd->object.used > 0)
			sli__put_char(tail, ',');
		sli__put(tail, line->tag);
		sli__put_char(tail, ':');
		put_tag_text(tail, line->qualifier);
	}
	if (*statsd->container_id != '\0') {
		sli__put(tail, "|c:");
		sli__put(tail, statsd->container_id);
	}
	if ((statsd->cfg.flags & SLI_STATSD_TIMESTAMPS) != 0 &&
	    *line->type != 'd') {
		sli__put(tail, "|T");
		sli__put_u64(tail, statsd->stamp_s);
	}
}

static void
put_tail(struct sli_statsd *statsd, const struct sli__line *line)
{
	struct sli__sink *tail = &statsd->tail;

	tail->used = 0;
	sli__put_char(tail, '|');
	sli__put(tail, line->type);
	if (line->events > 1) {
		sli__put(tail, "|@");
		sli__put_rate(tail, line->events);
	}
	if (!sli__statsd_is_plain(statsd))
		put_fields(statsd, line);
}

void
sli__line_begin(struct sli_statsd *statsd, const struct sli__line *line)
{
	struct sli__statsd_frame *frame = &statsd->frame;

	sli__packet_end_line(&statsd->packet);
	put_head(statsd, line);
	put_tail(statsd, line);
	frame->head = statsd->head.bytes;
	frame->head_length = statsd->head.used;
	frame->tail = statsd->tail.bytes;
	frame->tail_length = statsd->tail.used;
	frame->packs = *line->type == 'd';
}

static bool
put_value(struct sli_statsd *statsd, struct sli__statsd_cell *first,
    uint64_t events)
{
	size_t length = statsd->value.used;

	statsd->value.used = 0;
	return sli__packet_put(&statsd->packet, &statsd->frame,
	    statsd->value.bytes, length, first, events);
}

/* Millionths (or billionths) as a decimal number. */
static void
put_decimal(struct sli__sink *sink, uint64_t parts, uint64_t of)
{
	uint64_t rest = parts % of;

	sli__put_u64(sink, parts / of);
	if (rest > 0)
		sli__put_char(sink, '.');
	while (rest > 0) {
		of /= 10;
		sli__put_char(sink, (char)('0' + rest / of));
		rest %= of;
	}
}

/*
 * Five digits, which move it by a tenth of the width of the narrowest bucket at
 * most; upwards, so that what is above the range stays there.
 */
bool
sli__line_put_ms(struct sli_statsd *statsd, uint64_t ns,
    struct sli__statsd_cell *first, uint64_t events)
{
	uint64_t unit = 1;

	while (ns / unit >= 100000)
		unit *= 10;
	put_decimal(&statsd->value, (ns + unit - 1) / unit * unit, 1000000);
	return put_value(statsd, first, events);
}

/*
 * In billionths: no ratio and no burn rate is as large as 9e9. To a plain
 * server, -1 means one less than before: so there it is zero before, in the
 * same packet, as if both were one line.
 */
void
sli__line_gauge(struct sli_statsd *statsd, const char *metric, const char *tag,
    const char *qualifier, double value)
{
	const struct sli__line line = { metric, "g", tag, qualifier, 1 };
	double size = value < 0 ? -value : value;
	uint64_t parts = (uint64_t)((size < 9e9 ? size : 9e9) * 1e9 + 0.5);
	bool is_negative = value < 0 && parts > 0;

	if (statsd->is_stamped)
		return;
	sli__line_begin(statsd, &line);
	if (is_negative && sli__statsd_is_plain(statsd)) {
		sli__put(&statsd->value, "0|g\n");
		sli__put_bytes(&statsd->value, statsd->head.bytes,
		    statsd->head.used);
	}
	if (is_negative)
		sli__put_char(&statsd->value, '-');
	put_decimal(&statsd->value, parts, 1000000000);
	(void)put_value(statsd, NULL, 0);
}

void
sli__line_count(struct sli_statsd *statsd, const char *metric, const char *tag,
    const char *qualifier, struct sli__statsd_cell *cell)
{
	const struct sli__line line = { metric, "c", tag, qualifier, 1 };
	const uint64_t most = UINT64_C(1) << 53;
	uint64_t left = sli__cell_left(cell);

	if (left == 0 || statsd->is_stamped)
		return;
	if (left > most)
		left = most;
	sli__line_begin(statsd, &line);
	sli__put_u64(&statsd->value, left);
	(void)put_value(statsd, cell, left);
}
