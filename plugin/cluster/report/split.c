/* split.c
 * Whether there are two clusters where one was meant.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Two clusters are a split only where something shows that they are apart: a list of one that lacks
 * the other, given when that was there already, or that both began with a scan that found nobody.
 * A list is no proof against a node that joined before, and whose connection was not seen to end,
 * unless lists show that it is not hidden. Beacons of different ports are meant to be apart.
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

/* The groups in the order of the report. */
typedef struct {
    cluster_report *report;
    seen_group *groups;
    seen_group **of_node; /* NULL: in none */
    GHashTable *doubts;   /* pairs of their places that may be one after all */
} survey;

static void note_seen(const survey *work, uint32_t node, cluster_moment when)
{
    seen_group *group = node == CLUSTER_NO_NODE ? NULL : work->of_node[node];
    if (group != NULL && group->seen.frame == 0) {
        group->seen = when;
    }
}

static void see_groups(const survey *work)
{
    const cluster_report *report = work->report;
    for (guint i = 0; i < report->groups->len; i++) {
        work->groups[i].group = g_ptr_array_index(report->groups, i);
        const GArray *nodes = work->groups[i].group->nodes;
        for (guint k = 0; k < nodes->len; k++) {
            work->of_node[g_array_index(nodes, uint32_t, k)] = &work->groups[i];
        }
    }
    for (guint i = 0; i < report->exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(report->exchanges, i);
        note_seen(work, exchange->asker, cluster_exchange_start(exchange));
        if (exchange->answered) {
            note_seen(work, exchange->beacon, cluster_said_moment(&exchange->reply));
        }
    }
}

static gint64 key_of(const survey *work, const seen_group *one, const seen_group *other)
{
    return cluster_nodes_key((uint32_t)(one - work->groups), (uint32_t)(other - work->groups));
}

/* A node that joined one group and is missing from a later list of that, but whose connection was
 * not seen to end, may be hidden, or the Beacon may be: its own group may be the same. */
static void find_doubts(const survey *work)
{
    for (uint32_t i = 0; i < work->report->nodes->len; i++) {
        const cluster_node *node = cluster_report_node(work->report, i);
        const seen_group *joined = node->left ? work->of_node[node->newest->beacon] : NULL;
        bool visible = node->visible && joined != NULL &&
                       cluster_report_node(work->report, node->newest->beacon)->visible;
        if (joined != NULL && work->of_node[i] != NULL && !node->parted && !visible) {
            gint64 key = key_of(work, joined, work->of_node[i]);
            g_hash_table_add(work->doubts, cluster_copy(&key, sizeof key));
        }
    }
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

static bool are_apart(const survey *work, const seen_group *one, const seen_group *other)
{
    return has_list(work->report, one, other) || has_list(work->report, other, one) ||
           (began_alone(work->report, one->group) && began_alone(work->report, other->group));
}

/* Compares each group with the first of its port; Beacons of several ports may belong to any. */
static void compare_groups(const survey *work)
{
    const seen_group **first_of = g_new0(const seen_group *, 65536);
    bool several = false;
    bool doubtful = false;
    bool apart = false;
    for (guint i = 0; i < work->report->groups->len; i++) {
        const seen_group *group = &work->groups[i];
        const seen_group **first = &first_of[group->group->port];
        if (*first == NULL) {
            *first = group;
            continue;
        }
        gint64 key = key_of(work, *first, group);
        bool doubt = g_hash_table_contains(work->doubts, &key);
        several = true;
        doubtful = doubtful || doubt;
        apart = apart || (!doubt && are_apart(work, *first, group));
    }
    g_free(first_of);
    if (apart) {
        work->report->split = CLUSTER_SPLIT_YES;
    } else if (doubtful) {
        say_why(work->report, "a node that joined is missing from a later list, and the capture "
                              "does not show that its connection ended: it may be hidden");
    } else if (several) {
        say_why(work->report, "nothing in the capture shows whether the clusters are connected");
    }
}

static void look_at_groups(cluster_report *report)
{
    const survey work = {
        .report = report,
        .groups = g_new0(seen_group, report->groups->len),
        .of_node = g_new0(seen_group *, report->nodes->len),
        .doubts = g_hash_table_new_full(cluster_nodes_hash, g_int64_equal, g_free, NULL),
    };
    see_groups(&work);
    find_doubts(&work);
    compare_groups(&work);
    g_hash_table_destroy(work.doubts);
    g_free(work.of_node);
    g_free(work.groups);
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

/* Whether a scan that found nobody had no answer from the source of one before, which had found
 * nobody either: behind firewalls, each has a Beacon that the other does not reach. */
static bool is_past_another(GHashTable *vain, const cluster_scan *scan)
{
    for (guint i = 0; i < scan->silent->len; i++) {
        const cluster_endpoint at = {g_array_index(scan->silent, cluster_address, i), scan->port};
        const cluster_scan *other = g_hash_table_lookup(vain, &at);
        if (other != NULL && other->last <= scan->first) {
            return true;
        }
    }
    return false;
}

static void look_at_scans(cluster_report *report)
{
    GHashTable *settled = settled_hosts(report);
    GHashTable *vain =
        g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, NULL);
    bool parallel = false;
    bool past = false;
    for (guint i = 0; i < report->scans->len; i++) {
        cluster_scan *scan = &g_array_index(report->scans, cluster_scan, i);
        if (scan->answered->len > 0 || scan->rounds == 0 || scan->open ||
            g_hash_table_contains(settled, &scan->source)) {
            continue;
        }
        const cluster_endpoint from = {scan->source, scan->port};
        parallel = parallel || scan->parallel;
        past = past || is_past_another(vain, scan);
        g_hash_table_replace(vain, cluster_copy(&from, sizeof from), scan);
    }
    if (parallel) {
        say_why(report, "Locators scanned past each other in vain");
    } else if (past) {
        say_why(report, "a Locator found nobody, and had no answer from a host whose own Locator "
                        "had found nobody before");
    }
    g_hash_table_destroy(vain);
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

/* Whether what a Beacon answered, or was asked, cannot be read: what it knows of others neither. */
static bool is_unread(const cluster_exchange *exchange)
{
    const cluster_said *said = exchange->answered ? &exchange->reply : &exchange->request;
    return said->reading == CLUSTER_READ_CUT || said->reading == CLUSTER_READ_HOLE;
}

/* Whether the same was said later, and read. */
static bool is_said_again(const cluster_report *report, const cluster_exchange *exchange)
{
    const cluster_node *asker = cluster_report_node(report, exchange->asker);
    const cluster_node *beacon = cluster_report_node(report, exchange->beacon);
    const cluster_exchange *later = exchange->kind == CLUSTER_EXCHANGE_JOIN
                                        ? (asker == NULL ? NULL : asker->newest)
                                        : (beacon == NULL ? NULL : beacon->list);
    const cluster_moment when = cluster_exchange_end(exchange);
    const cluster_moment again = later == NULL ? when : cluster_exchange_end(later);
    return later != NULL && cluster_report_is_before(report, &when, &again, 0);
}

/* Whether a Beacon was asked, and the capture holds no byte of what either said. */
static bool is_unheard(const cluster_talk *talk)
{
    const cluster_conversation *conversation = talk->conversation;
    bool lacks = false;
    if (!conversation->locator ||
        cluster_conversation_speech(conversation) != CLUSTER_SPEAKS_NOTHING) {
        return false;
    }
    for (int side = 0; side < 2; side++) {
        lacks = lacks || conversation->party[side].cut != 0 ||
                cluster_conversation_missing(conversation, (cluster_side)side) > 0;
    }
    return lacks;
}

static void look_at_unread(cluster_report *report)
{
    bool unheard = false;
    for (guint i = 0; i < report->talks->len && !unheard; i++) {
        unheard = is_unheard(g_ptr_array_index(report->talks, i));
    }
    if (unheard) {
        say_why(report, "not all that Beacons answered is in the capture");
        return;
    }
    bool headless = report->facts->unread[CLUSTER_UNREAD_HEADLESS].count > 0;
    bool empty = report->exchanges->len == 0 && report->facts->unread[CLUSTER_UNREAD_CUT].count > 0;
    if (headless || empty) {
        say_why(report, "frames were cut by the snap length");
        return;
    }
    for (guint i = 0; i < report->exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(report->exchanges, i);
        if (is_unread(exchange) && !is_said_again(report, exchange)) {
            say_why(report, "not all that Beacons answered is in the capture");
            return;
        }
    }
}

void cluster_report_find_split(cluster_report *report)
{
    note_scans(report);
    look_at_groups(report);
    look_at_scans(report);
    look_at_links(report);
    if (report->facts->filter == NULL) {
        look_at_unread(report);
    } else if (report->split == CLUSTER_SPLIT_NO) {
        say_why(report, "the display filter hides a part of the capture");
    }
}
