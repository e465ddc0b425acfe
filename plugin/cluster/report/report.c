/* report.c
 * The steps of a report in their order.
 * May include: the headers of report/ and facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "steps.h"

static void clear_node(gpointer data)
{
    cluster_node *node = data;
    g_array_unref(node->addresses);
    g_array_unref(node->places);
}

static void free_group(gpointer data)
{
    cluster_group *group = data;
    g_array_unref(group->nodes);
    g_array_unref(group->beacons);
    g_free(group);
}

cluster_report *cluster_report_new(cluster_facts *facts)
{
    cluster_report *report = g_new0(cluster_report, 1);
    report->facts = facts;
    report->nodes = g_array_new(FALSE, FALSE, sizeof(cluster_node));
    g_array_set_clear_func(report->nodes, clear_node);
    report->by_text = g_hash_table_new(NULL, NULL);
    report->beacons =
        g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, NULL);
    report->groups = g_ptr_array_new_with_free_func(free_group);
    report->split_why = g_string_new(NULL);
    cluster_report_find_clocks(report);
    cluster_report_find_exchanges(report);
    cluster_report_find_causes(report);
    cluster_report_find_scans(report);
    cluster_report_find_links(report);
    cluster_report_find_groups(report);
    cluster_report_find_split(report);
    report->limits |= facts->limits;
    cluster_report_find_problems(report);
    return report;
}

void cluster_report_free(cluster_report *report)
{
    g_ptr_array_unref(report->problems);
    g_ptr_array_unref(report->retries);
    g_string_free(report->split_why, TRUE);
    g_ptr_array_unref(report->groups);
    g_array_unref(report->links);
    g_array_unref(report->scans);
    g_ptr_array_unref(report->others);
    g_ptr_array_unref(report->watches);
    g_ptr_array_unref(report->joins);
    g_ptr_array_unref(report->exchanges);
    g_free(report->order);
    g_free(report->clocks);
    g_hash_table_destroy(report->beacons);
    g_hash_table_destroy(report->by_text);
    g_array_unref(report->nodes);
    g_ptr_array_unref(report->askings);
    g_ptr_array_unref(report->talks);
    g_free(report);
}
