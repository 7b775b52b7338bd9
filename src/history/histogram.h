/* SPDX-License-Identifier: MIT */
#ifndef SLI_HISTORY_HISTOGRAM_H
#define SLI_HISTORY_HISTOGRAM_H

#include <sli/histogram.h>

#include "history/buckets.h"

/*
 * Add count to a histogram, from a cell of these buckets: to the same cell if
 * it has the same, else to where the cell's middle lies.
 */
void sli__histogram_add(struct sli_histogram *h,
    const struct sli__buckets *from, uint32_t cell, uint64_t count);

#endif /* SLI_HISTORY_HISTOGRAM_H */
