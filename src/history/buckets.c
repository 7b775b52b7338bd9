/* SPDX-License-Identifier: MIT */
#include "history/buckets.h"

#include "base/arith.h"
#include "base/status.h"

uint64_t
sli__quantile_rank(double q, uint64_t count)
{
	const uint64_t whole = UINT64_C(1000000000000);
	uint64_t part = (uint64_t)(q * (double)whole + 0.5);
	uint128 scaled = (uint128)count * part;
	uint64_t rank = (uint64_t)((scaled + whole - 1) / whole);

	return max_u64(rank, 1);
}

int
sli__buckets_check(uint64_t lowest, uint64_t highest, uint32_t precision_bits,
    const char *unit_suffix, struct sli__buckets *out, struct sli_error *err)
{
	if (precision_bits < SLI_PRECISION_BITS_MIN ||
	    precision_bits > SLI_PRECISION_BITS_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "precision_bits %u is out of range; accepted: %u to %u, "
		    "or 0 for the default %u",
		    (uint64_t)precision_bits, (uint64_t)SLI_PRECISION_BITS_MIN,
		    (uint64_t)SLI_PRECISION_BITS_MAX,
		    (uint64_t)SLI_PRECISION_BITS_DEFAULT);
	if (highest > SLI__VALUE_MAX)
		return sli__fail(err, SLI_ERANGE,
		    "highest%s %u is too large; accepted: at most 2^62",
		    unit_suffix, highest);
	if (lowest >= highest)
		return sli__fail(err, SLI_EINVAL,
		    "lowest%s %u is not below highest%s %u", unit_suffix,
		    lowest, unit_suffix, highest);
	*out = sli__buckets_make(lowest, highest, precision_bits);
	return SLI_OK;
}
