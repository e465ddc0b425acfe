/* stats.c
 * Registers the statistics with Wireshark.
 * May include: the headers of plugin/stats.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "stats.h"

#include "cluster_report.h"
#include "counts.h"
#include "requests.h"
#include "tables.h"
#include "times.h"

void seekchat_stats_handoff(void)
{
    seekchat_requests_register();
    seekchat_times_register();
    seekchat_tables_register();
}

void seekchat_stats_register(void)
{
    seekchat_counts_register();
    seekchat_cluster_report_register();
}
