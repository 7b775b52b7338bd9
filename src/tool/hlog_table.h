/* SPDX-License-Identifier: MIT */
#ifndef TOOL_HLOG_TABLE_H
#define TOOL_HLOG_TABLE_H

#include <sli/export_hdr.h>

enum hlog_table { HLOG_TABLE, HLOG_CSV };

/*
 * Print the percentiles that HdrHistogram's tools print, as they do: five
 * lines for each halving of the distance to 100 %. Values are divided by unit.
 */
void hlog_table_print(const struct sli_hdr *h, enum hlog_table form,
    double unit);

#endif /* TOOL_HLOG_TABLE_H */
