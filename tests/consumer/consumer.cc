// SPDX-License-Identifier: MIT

// As consumer.c, in C++11: what the headers promise to that language.

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <sli/sli.h>

namespace {

const uint64_t now = SLI_DAYS(20000);

struct CloseRegistry {
	void operator()(sli_registry *reg) const { sli_registry_close(reg); }
};

void
require(int status, const sli_error &err)
{
	if (status != SLI_OK)
		throw std::runtime_error(
		    std::string(sli_strerror(status)) + ": " + err.message);
}

void
run()
{
	sli_error err = {};
	sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	sli_registry *reg = nullptr;

	require(sli_registry_create(&cfg, &reg, &err), err);
	std::unique_ptr<sli_registry, CloseRegistry> owner(reg);

	sli_indicator_config indicator_cfg = SLI_INDICATOR_CONFIG_INIT;
	sli_indicator *ind = nullptr;
	indicator_cfg.name = "requests";
	require(sli_indicator_register(reg, &indicator_cfg, &ind, &err), err);

	sli_slo_config slo_cfg = SLI_SLO_CONFIG_INIT;
	sli_slo *slo = nullptr;
	slo_cfg.name = "availability";
	slo_cfg.objective = 0.5;
	require(sli_slo_register(ind, &slo_cfg, &slo, &err), err);

	sli_record(ind, now, SLI_GOOD, SLI_MILLIS(20));
	sli_count(ind, now, SLI_BAD, 2);

	uint64_t seen = 0;
	sli_flush_fn *fn = [](const sli_snapshot *snapshot, void *arg) {
		sli_indicator_view view;

		if (sli_snapshot_indicator(snapshot, 0, &view) == SLI_OK)
			*static_cast<uint64_t *>(arg) =
			    view.total.good + view.total.bad;
	};
	require(sli_flush(reg, now, fn, &seen), err);
	if (seen != 3)
		throw std::runtime_error("flushed " + std::to_string(seen));

	// Two of three are bad where one of two may be.
	double burn_rate = 0;
	require(sli_slo_burn_rate(slo, now, SLI_HOURS(1), &burn_rate), err);
	if (burn_rate < 1.33 || burn_rate > 1.34)
		throw std::runtime_error("burns " + std::to_string(burn_rate));
}

} // namespace

int
main()
{
	try {
		run();
	} catch (const std::exception &e) {
		std::cerr << e.what() << '\n';
		return 1;
	}
	std::cout << sli_version() << '\n';
	return 0;
}
