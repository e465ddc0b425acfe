/* clusters.c
 * Which nodes form a cluster, and each node's state: derived from joins and node lists.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A node is united with a Beacon by its newest decided join if that is `joined` (a node that seeks
 * again has started anew), and by the newest list of that Beacon. What the two say in contradiction
 * is settled by order: a join goes if a newer list of its Beacon leaves the node out, a list's
 * entry goes if the node's newer attempt at that Beacon failed. All of it comes from joins and
 * watches with their times, so that a report can be derived again from its own records.
 */

#include "report.h"

#include <string.h>

typedef struct {
    cluster_report *report;
    const cluster_facts *facts;
    uint32_t count;             /* nodes */
    uint32_t *parent;           /* of each node in its set; a root is its own */
    const cluster_watch **list; /* for each node, its newest list, or NULL */
    uint32_t *stamp; /* for each node, the Beacon + 1 whose newest list names it, for now */
    bool *beacon;    /* it answered */
    bool *left;      /* */
} grouping;

static uint32_t root_of(grouping *work, uint32_t node)
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

/* Whether the reply of an exchange came later than that of another. */
static bool is_newer(const cluster_exchange *one, const cluster_exchange *other)
{
    const cluster_moment left = {one->reply_frame, one->reply_time};
    const cluster_moment right = {other->reply_frame, other->reply_time};
    return cluster_moment_compare(&left, &right) > 0;
}

static void note_reply(grouping *work, const cluster_exchange *exchange)
{
    if (exchange->beacon != CLUSTER_NO_NODE) {
        uint32_t *proof = &work->report->proofs[exchange->beacon];
        *proof = MAX(*proof, exchange->reply_frame);
        work->beacon[exchange->beacon] = true;
    }
}

static bool decided(cluster_outcome outcome)
{
    return outcome == CLUSTER_OUTCOME_JOINED || outcome == CLUSTER_OUTCOME_JOIN_FAILED;
}

static void look_at_joins(grouping *work)
{
    for (guint i = 0; i < work->report->joins->len; i++) {
        const cluster_join *join = g_ptr_array_index(work->report->joins, i);
        const cluster_exchange *exchange = &join->exchange;
        note_reply(work, exchange);
        if (exchange->asker == CLUSTER_NO_NODE || !decided(join->outcome)) {
            continue;
        }
        const cluster_join **newest = &work->report->newest[exchange->asker];
        if (*newest == NULL || !is_newer(&(*newest)->exchange, exchange)) {
            *newest = join;
        }
    }
}

static void look_at_watches(grouping *work)
{
    for (guint i = 0; i < work->report->watches->len; i++) {
        const cluster_watch *watch = g_ptr_array_index(work->report->watches, i);
        uint32_t beacon = watch->exchange.beacon;
        note_reply(work, &watch->exchange);
        if (beacon == CLUSTER_NO_NODE || watch->nodes == NULL) {
            continue;
        }
        const cluster_watch **newest = &work->list[beacon];
        if (*newest == NULL || !is_newer(&(*newest)->exchange, &watch->exchange)) {
            *newest = watch;
        }
    }
}

/* Unites a Beacon with what its newest list names, and stamps that. */
static void unite_list(grouping *work, uint32_t beacon)
{
    const cluster_watch *watch = work->list[beacon];
    for (guint i = 0; watch != NULL && i < watch->nodes->len; i++) {
        uint32_t node = g_array_index(watch->nodes, uint32_t, i);
        const cluster_join *join = work->report->newest[node];
        uint32_t frame = watch->exchange.reply_frame;
        work->stamp[node] = beacon + 1;
        if (join != NULL && join->outcome == CLUSTER_OUTCOME_JOIN_FAILED &&
            join->exchange.beacon == beacon && is_newer(&join->exchange, &watch->exchange)) {
            continue;
        }
        unite(work, beacon, node);
        work->report->proofs[node] = MAX(work->report->proofs[node], frame);
    }
}

static void unite_join(grouping *work, uint32_t node, const cluster_join *join)
{
    uint32_t beacon = join->exchange.beacon;
    const cluster_watch *watch = work->list[beacon];
    bool listed = work->stamp[node] == beacon + 1;
    if (watch != NULL && is_newer(&watch->exchange, &join->exchange) && !listed) {
        work->left[node] = true;
        return;
    }
    unite(work, beacon, node);
    work->report->proofs[node] = MAX(work->report->proofs[node], join->exchange.reply_frame);
}

/* Orders nodes by the Beacon that they joined, so that each list is stamped once. */
static gint by_beacon(gconstpointer one, gconstpointer other, gpointer data)
{
    const grouping *work = data;
    uint32_t left = work->report->newest[*(const uint32_t *)one]->exchange.beacon;
    uint32_t right = work->report->newest[*(const uint32_t *)other]->exchange.beacon;
    return (left > right) - (left < right);
}

static void unite_all(grouping *work)
{
    GArray *joined = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t node = 0; node < work->count; node++) {
        const cluster_join *join = work->report->newest[node];
        if (join != NULL && join->outcome == CLUSTER_OUTCOME_JOINED &&
            join->exchange.beacon != CLUSTER_NO_NODE) {
            g_array_append_val(joined, node);
        }
    }
    g_array_sort_with_data(joined, by_beacon, work);
    guint next = 0;
    for (uint32_t beacon = 0; beacon < work->count; beacon++) {
        unite_list(work, beacon);
        while (next < joined->len) {
            uint32_t node = g_array_index(joined, uint32_t, next);
            const cluster_join *join = work->report->newest[node];
            if (join->exchange.beacon != beacon) {
                break;
            }
            unite_join(work, node, join);
            next++;
        }
    }
    g_array_unref(joined);
}

static cluster_group *group_of(grouping *work, cluster_group **groups, uint32_t node)
{
    uint32_t root = root_of(work, node);
    if (groups[root] == NULL) {
        cluster_group *group = g_new0(cluster_group, 1);
        group->nodes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        group->beacons = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_ptr_array_add(work->report->groups, group);
        groups[root] = group;
    }
    return groups[root];
}

/* Every set that has a Beacon is a group; what unites nodes always comes from one. */
static void make_groups(grouping *work)
{
    cluster_group **groups = g_new0(cluster_group *, work->count);
    for (uint32_t i = 0; i < work->count; i++) {
        uint32_t node = work->report->order[i];
        if (work->beacon[node]) {
            g_array_append_val(group_of(work, groups, node)->beacons, node);
        }
    }
    for (uint32_t i = 0; i < work->count; i++) {
        uint32_t node = work->report->order[i];
        cluster_group *group = groups[root_of(work, node)];
        if (group != NULL) {
            g_array_append_val(group->nodes, node);
        }
    }
    for (uint32_t node = 0; node < work->count; node++) {
        const cluster_group *group = groups[root_of(work, node)];
        if (group != NULL) {
            work->report->states[node] =
                group->nodes->len > 1 ? CLUSTER_STATE_CLUSTERED : CLUSTER_STATE_STANDALONE;
        }
    }
    work->report->split_brain = work->report->groups->len > 1;
    g_free(groups);
}

static cluster_state state_outside(const grouping *work, uint32_t index)
{
    const cluster_node *node = cluster_facts_node_at(work->facts, index);
    const cluster_join *join = work->report->newest[index];
    if (join != NULL && join->outcome == CLUSTER_OUTCOME_JOIN_FAILED) {
        return CLUSTER_STATE_FAILED;
    }
    if (work->left[index] || node->roles == CLUSTER_ROLE_LISTED) {
        return CLUSTER_STATE_LEFT;
    }
    return (node->roles & CLUSTER_ROLE_SEEKER) == 0 && (node->roles & CLUSTER_ROLE_WATCHER) != 0
               ? CLUSTER_STATE_OUTSIDE
               : CLUSTER_STATE_NONE;
}

void cluster_report_find_groups(cluster_report *report)
{
    uint32_t count = report->facts->nodes->len;
    grouping work = {
        .report = report,
        .facts = report->facts,
        .count = count,
        .parent = g_new(uint32_t, count),
        .list = g_new0(const cluster_watch *, count),
        .stamp = g_new0(uint32_t, count),
        .beacon = g_new0(bool, count),
        .left = g_new0(bool, count),
    };
    for (uint32_t node = 0; node < count; node++) {
        work.parent[node] = node;
        work.beacon[node] =
            (cluster_facts_node_at(report->facts, node)->roles & CLUSTER_ROLE_BEACON) != 0;
    }
    look_at_joins(&work);
    look_at_watches(&work);
    unite_all(&work);
    make_groups(&work);
    for (uint32_t node = 0; node < count; node++) {
        if (report->states[node] == CLUSTER_STATE_NONE) {
            report->states[node] = (uint8_t)state_outside(&work, node);
        }
    }
    g_free(work.left);
    g_free(work.beacon);
    g_free(work.stamp);
    g_free(work.list);
    g_free(work.parent);
}
