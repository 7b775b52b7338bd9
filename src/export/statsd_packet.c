/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "export/statsd_packet.h"

bool
sli__packet_create(struct sli__statsd_packet *packet, size_t max)
{
	packet->max = max;
	packet->bytes = malloc(max);
	/* A value and what stands before it have two bytes or more. */
	packet->claims = malloc(max / 2 * sizeof(*packet->claims));
	return packet->bytes != NULL && packet->claims != NULL;
}

void
sli__packet_destroy(struct sli__statsd_packet *packet)
{
	free(packet->bytes);
	free(packet->claims);
}

void
sli__packet_begin(struct sli__statsd_packet *packet, sli_statsd_send_fn *send,
    void *arg, uint32_t max_lines)
{
	packet->send = send;
	packet->arg = arg;
	packet->lines_left = max_lines;
	packet->row = 0;
	packet->dropped = 0;
	packet->long_line = 0;
	packet->ended = false;
}

/*
 * The claims are settled in the order they were made in, and each is of cells
 * in a row: so the next that are pending, from the first on, are its own.
 */
static void
settle(const struct sli__statsd_claim *claim, bool accepted)
{
	struct sli__statsd_cell *cell = claim->first;
	uint64_t left = claim->amount, part;

	for (; left > 0; left -= part, cell++) {
		part = cell->pending < left ? cell->pending : left;
		cell->pending -= part;
		if (accepted)
			cell->sent += part;
		else
			cell->total -= part;
	}
}

static void
account(struct sli__statsd_packet *packet, int reason)
{
	struct sli_statsd_stats *stats = &packet->stats;

	if (reason == 0) {
		stats->packets++;
		stats->bytes += packet->used;
		packet->row = 0;
		return;
	}
	if (reason < 0 || reason >= SLI_STATSD_REASONS)
		reason = SLI_STATSD_OTHER;
	stats->dropped_packets[reason]++;
	stats->dropped_bytes[reason] += packet->used;
	packet->dropped++;
	packet->reason = reason;
	packet->row++;
	packet->ended = packet->ended || packet->row == SLI__STATSD_ROW;
}

static void
send_packet(struct sli__statsd_packet *packet)
{
	int reason;
	size_t i;

	if (packet->used == 0)
		return;
	reason = packet->send(packet->bytes, packet->used, packet->arg);
	for (i = 0; i < packet->claim_count; i++)
		settle(&packet->claims[i], reason == 0);
	account(packet, reason);
	packet->claim_count = 0;
	packet->used = 0;
}

static void
append(struct sli__statsd_packet *packet, const void *bytes, size_t length)
{
	memcpy(packet->bytes + packet->used, bytes, length);
	packet->used += length;
}

void
sli__packet_end_line(struct sli__statsd_packet *packet)
{
	const struct sli__statsd_frame *frame = packet->open;

	if (frame != NULL)
		append(packet, frame->tail, frame->tail_length);
	packet->open = NULL;
}

/* Room is kept for the tail of the open line. */
static bool
fits(const struct sli__statsd_packet *packet, size_t length)
{
	return length <= packet->max - packet->used;
}

/* A new line, in a new packet if need be; false: it may not be. */
static bool
begin_line(struct sli__statsd_packet *packet,
    const struct sli__statsd_frame *frame, size_t value_length)
{
	size_t length = frame->head_length + value_length + frame->tail_length;

	if (length > packet->max) {
		packet->stats.long_lines++;
		if (packet->long_line < length)
			packet->long_line = length;
		return false;
	}
	if (!fits(packet, length + 1))
		send_packet(packet);
	if (packet->ended)
		return false;
	if (packet->lines_left == 0) {
		packet->stats.cut_short++;
		packet->ended = true;
		return false;
	}
	packet->lines_left--;
	if (packet->used > 0)
		append(packet, "\n", 1);
	append(packet, frame->head, frame->head_length);
	packet->open = frame;
	return true;
}

static void
claim(struct sli__statsd_packet *packet, struct sli__statsd_cell *first,
    uint64_t amount)
{
	struct sli__statsd_claim *c = &packet->claims[packet->claim_count++];
	struct sli__statsd_cell *cell;
	uint64_t left = amount, part;

	c->first = first;
	c->amount = amount;
	for (cell = first; left > 0; left -= part, cell++) {
		part = sli__cell_left(cell);
		if (part > left)
			part = left;
		cell->pending += part;
	}
}

bool
sli__packet_put(struct sli__statsd_packet *packet,
    const struct sli__statsd_frame *frame, const char *value, size_t length,
    struct sli__statsd_cell *first, uint64_t amount)
{
	if (packet->ended)
		return false;
	if (packet->open == frame && frame->packs &&
	    fits(packet, 1 + length + frame->tail_length)) {
		append(packet, ":", 1);
	} else {
		sli__packet_end_line(packet);
		if (!begin_line(packet, frame, length))
			return false;
	}
	append(packet, value, length);
	if (first != NULL)
		claim(packet, first, amount);
	return true;
}

void
sli__packet_end(struct sli__statsd_packet *packet)
{
	sli__packet_end_line(packet);
	send_packet(packet);
}
