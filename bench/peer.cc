/* SPDX-License-Identifier: MIT */
#include <array>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "peer.h"

namespace
{
const std::array<const char *, 4> outcomes{ "good", "bad", "shed", "ignored" };

/* Good and bad. */
struct indicator {
	std::array<prometheus::Counter *, 2> events;
	std::array<prometheus::Histogram *, 2> latencies;
};
} // namespace

struct peer {
	prometheus::Registry registry;
	std::vector<indicator> indicators;
};

struct peer *
peer_open(uint32_t indicators, const uint64_t *bound_ns, size_t bound_count)
{
	auto *peer = new struct peer;
	auto &events = prometheus::BuildCounter()
			   .Name("sli_events_total")
			   .Help("Events by outcome.")
			   .Register(peer->registry);
	auto &latencies = prometheus::BuildHistogram()
			      .Name("sli_latency_seconds")
			      .Help("Latencies of good and bad events.")
			      .Register(peer->registry);
	auto &in_flight = prometheus::BuildGauge()
			      .Name("sli_in_flight")
			      .Help("Events that have begun and not ended.")
			      .Register(peer->registry);
	auto &late = prometheus::BuildCounter()
			 .Name("sli_late_events_total")
			 .Help("Events that came with a time from before.")
			 .Register(peer->registry);
	prometheus::Histogram::BucketBoundaries bounds;

	for (size_t i = 0; i < bound_count; i++)
		bounds.push_back(static_cast<double>(bound_ns[i]) / 1e9);
	for (uint32_t i = 0; i < indicators; i++) {
		std::string name = "requests_" + std::to_string(i);
		indicator made{};

		for (size_t k = 0; k < outcomes.size(); k++) {
			auto &counter = events.Add(
			    { { "sli", name }, { "outcome", outcomes[k] } });

			if (k >= made.latencies.size())
				continue;
			made.events[k] = &counter;
			made.latencies[k] = &latencies.Add(
			    { { "sli", name }, { "outcome", outcomes[k] } },
			    bounds);
		}
		in_flight.Add({ { "sli", name } });
		late.Add({ { "sli", name } });
		peer->indicators.push_back(made);
	}
	return peer;
}

void
peer_record(struct peer *peer, uint32_t indicator, int is_bad,
    uint64_t latency_ns)
{
	auto &its = peer->indicators[indicator];
	size_t outcome = is_bad ? 1 : 0;

	its.events[outcome]->Increment();
	its.latencies[outcome]->Observe(static_cast<double>(latency_ns) / 1e9);
}

size_t
peer_export(struct peer *peer)
{
	std::ostringstream out;

	prometheus::TextSerializer().Serialize(out, peer->registry.Collect());
	return out.str().size();
}
