/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXEMPLAR_H
#define SLI_EXEMPLAR_H

#include <stdint.h>

#include <sli/api.h>
#include <sli/indicator.h>
#include <sli/status.h>

/*
 * Exemplars: trace ids of events worth looking at. Of every 10 s the slowest
 * good event that came with one and the slowest bad one are kept, for
 * 5 minutes; of every 5 minutes, for 8 hours.
 */

#define SLI_TRACE_ID_MAX 63 /* bytes; W3C trace ids have 32 */

struct sli_exemplar {
	uint64_t at_ns;
	uint64_t latency_ns;
	enum sli_outcome outcome; /* good or bad */
	uint32_t reserved;
	char trace_id[SLI_TRACE_ID_MAX + 1];
};

SLI_BEGIN_DECLS

/**
 * sli_record(), and keep the event as an exemplar if it is one of the worst.
 * Events that are recorded by sli_record() pay nothing for this.
 *
 * @param trace_id  1 to 63 bytes of printable ASCII without '"' and '\\'; NULL,
 *                  or anything else: the event is only recorded.
 * Everything else as for sli_record(). An event that is not the worst of its
 * 10 s costs some 3 ns more, one that is 250 ns.
 */
SLI_API void sli_record_exemplar(struct sli_indicator *ind, uint64_t now_ns,
    enum sli_outcome outcome, uint64_t latency_ns, const char *trace_id);

/**
 * The worst exemplars of [from_ns, to_ns): bad ones first, then the slowest.
 *
 * @param out  room for max of them.
 * @return how many it has written; 0 of NULL.
 * Accuracy: one that is just being written, or whose writers collided, is
 *           passed over.
 * Errors:   none.  Thread: MT-safe.  Signal: async-signal-safe.  Since: 0.1
 */
SLI_API uint32_t sli_exemplars(const struct sli_indicator *ind,
    uint64_t from_ns, uint64_t to_ns, struct sli_exemplar *out, uint32_t max);

SLI_END_DECLS

#endif /* SLI_EXEMPLAR_H */
