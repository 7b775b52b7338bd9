/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_STATSD_PACKET_H
#define SLI_EXPORT_STATSD_PACKET_H

/*
 * Packets that are filled line by line, and what is counted in them.
 *
 * A cell is one count that a server adds up: total is what was recorded, sent
 * what it accepted, and pending what is in the packet that is being filled, so
 * total - sent - pending is still to be put. When the packet has been sent,
 * what was pending is sent; when it was dropped, it is left to the next export.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sli/export_statsd.h>

#define SLI__STATSD_ROW 4 /* packets dropped in a row that end an export */

struct sli__statsd_cell {
	uint64_t key;	/* of a bucket: its value in ns */
	uint64_t total; /* less what was dropped since it was read */
	uint64_t sent;
	uint64_t pending;
};

/* What a value in the packet stands for: so many events from this cell on. */
struct sli__statsd_claim {
	struct sli__statsd_cell *first;
	uint64_t amount;
};

/* What each value of a line stands between. */
struct sli__statsd_frame {
	size_t head_length, tail_length;
	const char *head; /* name: */
	const char *tail; /* |type and what follows */
	bool packs;	  /* values may share a line: name:1:2|type */
};

struct sli__statsd_packet {
	sli_statsd_send_fn *send;
	void *arg;
	char *bytes;
	size_t max, used;
	const struct sli__statsd_frame *open; /* of the line not ended yet */
	struct sli__statsd_claim *claims;     /* a value has two bytes */
	size_t claim_count;
	uint32_t lines_left;
	uint32_t row;	  /* packets dropped in a row */
	uint32_t dropped; /* of this export */
	int reason;	  /* of the last one */
	size_t long_line; /* the longest that did not fit */
	bool ended;	  /* nothing more goes into this export */
	struct sli_statsd_stats stats;
};

/* Room for packets of up to max bytes; false: there is no memory. */
bool sli__packet_create(struct sli__statsd_packet *packet, size_t max);
void sli__packet_destroy(struct sli__statsd_packet *packet);

/* Begin an export. */
void sli__packet_begin(struct sli__statsd_packet *packet,
    sli_statsd_send_fn *send, void *arg, uint32_t max_lines);

/*
 * Put a value between its frame's head and tail. The frame stays as it is up
 * to sli__packet_end_line(). False: nothing more goes into this export, or no
 * such line.
 *
 * @param first  NULL: it stands for nothing that is counted.
 */
bool sli__packet_put(struct sli__statsd_packet *packet,
    const struct sli__statsd_frame *frame, const char *value, size_t length,
    struct sli__statsd_cell *first, uint64_t amount);
void sli__packet_end_line(struct sli__statsd_packet *packet);

/* Send what is left. */
void sli__packet_end(struct sli__statsd_packet *packet);

static inline uint64_t
sli__cell_left(const struct sli__statsd_cell *cell)
{
	uint64_t known = cell->sent + cell->pending;

	return cell->total > known ? cell->total - known : 0;
}

#endif /* SLI_EXPORT_STATSD_PACKET_H */
