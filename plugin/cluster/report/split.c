/* split.c
 * Whether there are two clusters where one was meant.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Two clusters are a split only where something shows that they are apart: a list of one that lacks
 * the other, given when that was there already, or that both began with a scan that found nobody.
 * Beacons of different ports are meant to be apart.
 */

#include "steps.h"

/* Notes from whose host a Locator looked for Beacons in vain. */
static void note_scans(cluster_report *report)
{
    GHashTable *vain =
        g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, NULL);
    for (guint i = 0; i < report->scans->len; i++) {
        const cluster_scan *scan = &g_array_index(report->scans, cluster_scan, i);
        const cluster_endpoint from = {scan->source, scan->port};
        if (scan->answered->len == 0 && scan->rounds > 0 && !scan->open) {
            g_hash_table_add(vain, cluster_copy(&from, sizeof from));
        }
    }
    for (uint32_t i = 0; i < report->nodes->len; i++) {
        cluster_node *node = cluster_report_node(report, i);
        for (guint k = 0; k < node->addresses->len && !node->scanned; k++) {
            const cluster_endpoint at = {g_array_index(node->addresses, cluster_address, k),
                                         node->port};
            node->scanned = g_hash_table_contains(vain, &at);
        }
    }
    g_hash_table_destroy(vain);
}

/* A group, and when a message first showed one of its nodes. */
typedef struct {
    const cluster_group *group;
    cluster_moment seen;
} seen_group;

static void note_seen(seen_group *const *of_node, uint32_t node, cluster_moment when)
{
    seen_group *group = node == CLUSTER_NO_NODE ? NULL : of_node[node];
    if (group != NULL && group->seen.frame == 0) {
        group->seen = when;
    }
}

/* The groups, with their moments; to be freed with g_free. */
static seen_group *see_groups(const cluster_report *report)
{
    seen_group *seen = g_new0(seen_group, report->groups->len);
    seen_group **of_node = g_new0(seen_group *, report->nodes->len);
    for (guint i = 0; i < report->groups->len; i++) {
        seen[i].group = g_ptr_array_index(report->groups, i);
        for (guint k = 0; k < seen[i].group->nodes->len; k++) {
            of_node[g_array_index(seen[i].group->nodes, uint32_t, k)] = &seen[i];
        }
    }
    for (guint i = 0; i < report->exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(report->exchanges, i);
        note_seen(of_node, exchange->asker, cluster_exchange_start(exchange));
        if (exchange->answered) {
            note_seen(of_node, exchange->beacon, cluster_said_moment(&exchange->reply));
        }
    }
    g_free(of_node);
    return seen;
}

/* Whether a Beacon of a group gave a list, which names all that it is connected to but for hidden
 * nodes, when another group was there already: nobody of that is connected to it then. */
static bool has_list(const cluster_report *report, const seen_group *one, const seen_group *other)
{
    const GArray *beacons = one->group->beacons;
    for (guint i = 0; i < beacons->len; i++) {
        const cluster_exchange *list =
            cluster_report_node(report, g_array_index(beacons, uint32_t, i))->list;
        const cluster_moment when = list == NULL ? other->seen : cluster_said_moment(&list->reply);
        if (list != NULL && cluster_report_is_before(report, &other->seen, &when, 0)) {
            return true;
        }
    }
    return false;
}

static bool began_alone(const cluster_report *report, const cluster_group *group)
{
    for (guint i = 0; i < group->beacons->len; i++) {
        if (cluster_report_node(report, g_array_index(group->beacons, uint32_t, i))->scanned) {
            return true;
        }
    }
    return false;
}

static void say_why(cluster_report *report, const char *why)
{
    if (report->split_why->len > 0) {
        g_string_append(report->split_why, "; ");
    }
    g_string_append(report->split_why, why);
    if (report->split == CLUSTER_SPLIT_NO) {
        report->split = CLUSTER_SPLIT_UNKNOWN;
    }
}

/* Compares each group with the first of its port; Beacons of several ports may belong to any. */
static void compare_groups(cluster_report *report)
{
    const seen_group **first_of = g_new0(const seen_group *, 65536);
    seen_group *groups = see_groups(report);
    bool several = false;
    bool apart = false;
    for (guint i = 0; i < report->groups->len; i++) {
        const seen_group *group = &groups[i];
        const seen_group *first = first_of[group->group->port];
        if (first == NULL) {
            first_of[group->group->port] = group;
            continue;
        }
        several = true;
        apart = apart || has_list(report, group, first) || has_list(report, first, group) ||
                (began_alone(report, group->group) && began_alone(report, first->group));
    }
    g_free(groups);
    g_free(first_of);
    if (apart) {
        report->split = CLUSTER_SPLIT_YES;
    } else if (several) {
        say_why(report, "nothing in the capture shows whether the clusters are connected");
    }
}

/* Hosts of nodes that are in a cluster, or were told whether they are. */
static GHashTable *settled_hosts(const cluster_report *report)
{
    GHashTable *hosts =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL);
    for (uint32_t i = 0; i < report->nodes->len; i++) {
        const cluster_node *node = cluster_report_node(report, i);
        for (guint k = 0; (node->grouped || node->newest != NULL) && k < node->addresses->len;
             k++) {
            g_hash_table_add(hosts,
                             cluster_copy(&g_array_index(node->addresses, cluster_address, k),
                                          sizeof(cluster_address)));
        }
    }
    return hosts;
}

static void look_at_scans(cluster_report *report)
{
    GHashTable *settled = settled_hosts(report);
    bool open = false;
    for (guint i = 0; i < report->scans->len && !open; i++) {
        const cluster_scan *scan = &g_array_index(report->scans, cluster_scan, i);
        open = scan->parallel && !g_hash_table_contains(settled, &scan->source);
    }
    if (open) {
        say_why(report, "Locators scanned past each other in vain");
    }
    g_hash_table_destroy(settled);
}

static void look_at_links(cluster_report *report)
{
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        bool known = cluster_report_node(report, link->ends[0])->grouped &&
                     cluster_report_node(report, link->ends[1])->grouped;
        if (known && cluster_link_is_lost(link) && !link->stopped) {
            say_why(report, "connections of members were lost, and the capture does not show that "
                            "they came back");
            return;
        }
    }
}

void cluster_report_find_split(cluster_report *report)
{
    note_scans(report);
    compare_groups(report);
    look_at_scans(report);
    look_at_links(report);
    if (report->split == CLUSTER_SPLIT_NO && report->facts->filter != NULL) {
        say_why(report, "the display filter hides a part of the capture");
    }
}
