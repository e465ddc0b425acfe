/* clusters.c
 * Which nodes form a cluster, and each node's state.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Nodes are united by the newest decided join of each (a node that seeks again has started anew),
 * by the newest list of each Beacon, and by distribution connections that are up at the end. Of
 * what these say in contradiction, the newer counts; but a list that lacks a node whose connection
 * is not seen to end does not put it out, for hidden nodes are in no list. Where lists show that
 * neither of the two is hidden, it does: a connection may die without a packet.
 */

#include "steps.h"

typedef struct {
    cluster_report *report;
    uint32_t count;     /* nodes */
    uint32_t *parent;   /* of each node in its set; a root is its own */
    uint32_t *stamp;    /* for each node, the Beacon + 1 whose newest list names it, for now */
    GHashTable *linked; /* pairs of nodes whose connection is up at the end, */
    GHashTable *parted; /* and those of which one was seen, or is told, to end */
    GHashTable *named;  /* of the linked: a Beacon, and who is in its newest list, in that order */
} grouping;

static uint32_t root_of(const grouping *work, uint32_t node)
{
    while (work->parent[node] != node) {
        work->parent[node] = work->parent[work->parent[node]];
        node = work->parent[node];
    }
    return node;
}

/* Without ranks: halving the paths in root_of keeps them short enough. */
static void unite(grouping *work, uint32_t one, uint32_t other)
{
    one = root_of(work, one);
    other = root_of(work, other);
    work->parent[MAX(one, other)] = MIN(one, other);
}

static cluster_node *node_at(const grouping *work, uint32_t node)
{
    return cluster_report_node(work->report, node);
}

static void prove(const grouping *work, uint32_t node, uint32_t frame)
{
    cluster_node *known = node_at(work, node);
    if (known != NULL) {
        known->proof = MAX(known->proof, frame);
    }
}

/* Whether the reply of an exchange came later than that of another. */
static bool is_newer(const cluster_report *report, const cluster_exchange *one,
                     const cluster_exchange *other)
{
    const cluster_moment left = cluster_said_moment(&one->reply);
    const cluster_moment right = cluster_said_moment(&other->reply);
    return cluster_report_compare(report, &left, &right) > 0;
}

static bool is_decided(const cluster_exchange *exchange)
{
    return exchange->outcome == CLUSTER_OUTCOME_JOINED ||
           exchange->outcome == CLUSTER_OUTCOME_JOIN_FAILED;
}

static const GArray *list_of(const grouping *work, const cluster_exchange *watch)
{
    return watch == NULL ? NULL : cluster_facts_list_at(work->report->facts, watch->reply.list);
}

/* The newest of what each node was told as a seeker, and told as a Beacon. */
static void find_newest(grouping *work)
{
    for (guint i = 0; i < work->report->exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(work->report->exchanges, i);
        cluster_node *asker = node_at(work, exchange->asker);
        cluster_node *beacon = exchange->answered ? node_at(work, exchange->beacon) : NULL;
        if (beacon != NULL) {
            prove(work, exchange->beacon, exchange->reply.frame);
            const GArray *list = list_of(work, exchange);
            beacon->visible = beacon->visible || (list != NULL && list->len > 0);
        }
        if (exchange->kind == CLUSTER_EXCHANGE_JOIN && asker != NULL && is_decided(exchange) &&
            (asker->newest == NULL || !is_newer(work->report, asker->newest, exchange))) {
            asker->newest = exchange;
        }
        bool lists = exchange->kind == CLUSTER_EXCHANGE_WATCH && beacon != NULL &&
                     (exchange->reply.payload == SEEKCHAT_PAYLOAD_NODES ||
                      exchange->reply.payload == SEEKCHAT_PAYLOAD_STANDALONE);
        if (lists && (beacon->list == NULL || !is_newer(work->report, beacon->list, exchange))) {
            beacon->list = exchange;
        }
    }
}

/* Links. */

/* A node and another one, in that order, as a key. */
static gint64 ordered_key(uint32_t one, uint32_t other)
{
    return (gint64)(((uint64_t)one << 32) | other);
}

static bool has_pair(GHashTable *pairs, uint32_t one, uint32_t other)
{
    gint64 key = cluster_nodes_key(one, other);
    return g_hash_table_contains(pairs, &key);
}

/* Notes which of the nodes that were linked are in the newest list of the other one. */
static void find_named(grouping *work)
{
    GHashTable *ends = g_hash_table_new_full(cluster_nodes_hash, g_int64_equal, g_free, NULL);
    for (guint i = 0; i < work->report->links->len; i++) {
        const cluster_link *link = &g_array_index(work->report->links, cluster_link, i);
        gint64 key = cluster_nodes_key(link->ends[0], link->ends[1]);
        g_hash_table_add(ends, cluster_copy(&key, sizeof key));
    }
    for (uint32_t beacon = 0; g_hash_table_size(ends) > 0 && beacon < work->count; beacon++) {
        const GArray *list = list_of(work, node_at(work, beacon)->list);
        for (guint i = 0; list != NULL && i < list->len; i++) {
            uint32_t node =
                cluster_report_node_named(work->report, g_array_index(list, uint32_t, i));
            gint64 key = ordered_key(beacon, node);
            if (node != CLUSTER_NO_NODE && has_pair(ends, beacon, node)) {
                g_hash_table_add(work->named, cluster_copy(&key, sizeof key));
            }
        }
    }
    g_hash_table_destroy(ends);
}

/* Whether a list that one end of a link gave when that was up lacks the other end, though neither
 * is hidden. */
static bool is_denied(const grouping *work, const cluster_link *link)
{
    for (int end = 0; end < 2; end++) {
        const cluster_node *one = node_at(work, link->ends[end]);
        gint64 key = ordered_key(link->ends[end], link->ends[!end]);
        if (one->list == NULL || !one->visible || !node_at(work, link->ends[!end])->visible ||
            g_hash_table_contains(work->named, &key)) {
            continue;
        }
        const cluster_moment when = cluster_said_moment(&one->list->reply);
        if (cluster_report_is_before(work->report, &link->up, &when, 0)) {
            return true;
        }
    }
    return false;
}

static void unite_links(grouping *work)
{
    for (guint i = 0; i < work->report->links->len; i++) {
        const cluster_link *link = &g_array_index(work->report->links, cluster_link, i);
        gint64 key = cluster_nodes_key(link->ends[0], link->ends[1]);
        bool over = link->lost || is_denied(work, link);
        g_hash_table_add(over ? work->parted : work->linked, cluster_copy(&key, sizeof key));
        if (!over) {
            unite(work, link->ends[0], link->ends[1]);
            prove(work, link->ends[0], link->up.frame);
            prove(work, link->ends[1], link->up.frame);
        }
    }
}

/* Lists and joins. */

/* Unites a Beacon with what its newest list names, and stamps that. */
static void unite_list(grouping *work, uint32_t beacon)
{
    const cluster_exchange *watch = node_at(work, beacon)->list;
    const GArray *list = list_of(work, watch);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        uint32_t node = cluster_report_node_named(work->report, g_array_index(list, uint32_t, i));
        if (node == CLUSTER_NO_NODE) {
            continue;
        }
        const cluster_exchange *join = node_at(work, node)->newest;
        work->stamp[node] = beacon + 1;
        if (join != NULL && join->outcome == CLUSTER_OUTCOME_JOIN_FAILED &&
            join->beacon == beacon && is_newer(work->report, join, watch)) {
            continue;
        }
        unite(work, beacon, node);
        prove(work, node, watch->reply.frame);
    }
}

static void unite_join(grouping *work, uint32_t node, const cluster_exchange *join)
{
    uint32_t beacon = join->beacon;
    const cluster_exchange *watch = node_at(work, beacon)->list;
    bool listed = work->stamp[node] == beacon + 1;
    if (watch != NULL && is_newer(work->report, watch, join) && !listed &&
        !has_pair(work->linked, node, beacon)) {
        node_at(work, node)->left = true;
        node_at(work, node)->parted = has_pair(work->parted, node, beacon);
        return;
    }
    unite(work, beacon, node);
    prove(work, node, join->reply.frame);
}

/* Orders nodes by the Beacon that they joined, so that each list is stamped once. */
static gint by_beacon(gconstpointer one, gconstpointer other, gpointer data)
{
    const grouping *work = data;
    uint32_t left = node_at(work, *(const uint32_t *)one)->newest->beacon;
    uint32_t right = node_at(work, *(const uint32_t *)other)->newest->beacon;
    return (left > right) - (left < right);
}

static void unite_all(grouping *work)
{
    GArray *joined = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t node = 0; node < work->count; node++) {
        const cluster_exchange *join = node_at(work, node)->newest;
        if (join != NULL && join->outcome == CLUSTER_OUTCOME_JOINED &&
            join->beacon != CLUSTER_NO_NODE) {
            g_array_append_val(joined, node);
        }
    }
    g_array_sort_with_data(joined, by_beacon, work);
    guint next = 0;
    for (uint32_t beacon = 0; beacon < work->count; beacon++) {
        unite_list(work, beacon);
        while (next < joined->len) {
            uint32_t node = g_array_index(joined, uint32_t, next);
            const cluster_exchange *join = node_at(work, node)->newest;
            if (join->beacon != beacon) {
                break;
            }
            unite_join(work, node, join);
            next++;
        }
    }
    g_array_unref(joined);
}

/* Groups. */

static cluster_group *group_of(grouping *work, cluster_group **groups, uint32_t node)
{
    uint32_t root = root_of(work, node);
    if (groups[root] == NULL) {
        cluster_group *group = g_new0(cluster_group, 1);
        group->nodes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        group->beacons = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        group->port = node_at(work, node)->port;
        g_ptr_array_add(work->report->groups, group);
        groups[root] = group;
    }
    if (groups[root]->port != node_at(work, node)->port) {
        groups[root]->port = 0;
    }
    return groups[root];
}

/* Every set that has a Beacon is a group. */
static void make_groups(grouping *work)
{
    cluster_group **groups = g_new0(cluster_group *, work->count);
    for (uint32_t i = 0; i < work->count; i++) {
        uint32_t node = work->report->order[i];
        if ((node_at(work, node)->roles & CLUSTER_ROLE_BEACON) != 0) {
            g_array_append_val(group_of(work, groups, node)->beacons, node);
        }
    }
    for (uint32_t i = 0; i < work->count; i++) {
        uint32_t node = work->report->order[i];
        cluster_group *group = groups[root_of(work, node)];
        if (group != NULL) {
            g_array_append_val(group->nodes, node);
            node_at(work, node)->grouped = true;
        }
    }
    for (uint32_t node = 0; node < work->count; node++) {
        const cluster_group *group = groups[root_of(work, node)];
        if (group != NULL) {
            node_at(work, node)->state =
                group->nodes->len > 1 ? CLUSTER_STATE_CLUSTERED : CLUSTER_STATE_STANDALONE;
        }
    }
    g_free(groups);
}

static cluster_state state_outside(const grouping *work, uint32_t index)
{
    const cluster_node *node = node_at(work, index);
    if (node->newest != NULL && node->newest->outcome == CLUSTER_OUTCOME_JOIN_FAILED) {
        return CLUSTER_STATE_FAILED;
    }
    if (node->left || node->roles == CLUSTER_ROLE_LISTED) {
        return CLUSTER_STATE_LEFT;
    }
    return (node->roles & CLUSTER_ROLE_SEEKER) == 0 && (node->roles & CLUSTER_ROLE_WATCHER) != 0
               ? CLUSTER_STATE_OUTSIDE
               : CLUSTER_STATE_NONE;
}

void cluster_report_find_groups(cluster_report *report)
{
    uint32_t count = report->nodes->len;
    grouping work = {
        .report = report,
        .count = count,
        .parent = g_new(uint32_t, count),
        .stamp = g_new0(uint32_t, count),
        .linked = g_hash_table_new_full(cluster_nodes_hash, g_int64_equal, g_free, NULL),
        .parted = g_hash_table_new_full(cluster_nodes_hash, g_int64_equal, g_free, NULL),
        .named = g_hash_table_new_full(cluster_nodes_hash, g_int64_equal, g_free, NULL),
    };
    for (uint32_t node = 0; node < count; node++) {
        work.parent[node] = node;
        cluster_report_node(report, node)->visible =
            (cluster_report_node(report, node)->roles & CLUSTER_ROLE_LISTED) != 0;
    }
    find_newest(&work);
    find_named(&work);
    unite_links(&work);
    unite_all(&work);
    make_groups(&work);
    for (uint32_t node = 0; node < count; node++) {
        if (!node_at(&work, node)->grouped) {
            node_at(&work, node)->state = (uint8_t)state_outside(&work, node);
        }
    }
    g_hash_table_destroy(work.linked);
    g_hash_table_destroy(work.parted);
    g_hash_table_destroy(work.named);
    g_free(work.stamp);
    g_free(work.parent);
}
