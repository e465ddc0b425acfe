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

/* How often the names of a list are looked at that several Beacons gave: unite_lists. */
#define LIST_WALKS 3

typedef struct {
    cluster_report *report;
    uint32_t count;     /* nodes */
    uint32_t *parent;   /* of each node in its set; a root is its own */
    GHashTable *linked; /* pairs of nodes whose connection is up at the end, */
    GHashTable *parted; /* and those of which one was seen, or is told, to end */
    GHashTable *named;  /* a Beacon, and who is in its newest list, in that order: find_named */
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

/* Puts the nodes that a list names in place of others. */
static void take_nodes(const grouping *work, uint32_t place, GArray *nodes)
{
    const GArray *list = cluster_facts_list_at(work->report->facts, place);
    g_array_set_size(nodes, 0);
    for (guint i = 0; i < list->len; i++) {
        uint32_t node = cluster_report_node_named(work->report, g_array_index(list, uint32_t, i));
        if (node != CLUSTER_NO_NODE) {
            g_array_append_val(nodes, node);
        }
    }
}

/* Whether the newest list of a Beacon holds a node; of the ends of links, and of who joined. */
typedef struct {
    uint32_t list;
    uint32_t beacon;
    uint32_t node;
} question;

static void ask(const grouping *work, GArray *questions, uint32_t beacon, uint32_t node)
{
    const cluster_exchange *watch = beacon == CLUSTER_NO_NODE ? NULL : node_at(work, beacon)->list;
    if (list_of(work, watch) != NULL) {
        const question asked = {watch->reply.list, beacon, node};
        g_array_append_val(questions, asked);
    }
}

static gint by_list(gconstpointer one, gconstpointer other)
{
    const question *left = one;
    const question *right = other;
    return (left->list > right->list) - (left->list < right->list);
}

/* Answers all questions, sorted by list, so that each list is gone through once. */
static void find_named(grouping *work)
{
    GArray *questions = g_array_new(FALSE, FALSE, sizeof(question));
    for (guint i = 0; i < work->report->links->len; i++) {
        const cluster_link *link = &g_array_index(work->report->links, cluster_link, i);
        ask(work, questions, link->ends[0], link->ends[1]);
        ask(work, questions, link->ends[1], link->ends[0]);
    }
    for (uint32_t node = 0; node < work->count; node++) {
        const cluster_exchange *join = node_at(work, node)->newest;
        ask(work, questions, join == NULL ? CLUSTER_NO_NODE : join->beacon, node);
    }
    g_array_sort(questions, by_list);
    GArray *nodes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    /* For each node, the list + 1 that was found last to hold it. */
    uint32_t *holder = g_new0(uint32_t, work->count);
    uint32_t list = CLUSTER_NONE;
    for (guint i = 0; i < questions->len; i++) {
        const question *asked = &g_array_index(questions, question, i);
        if (asked->list != list) {
            list = asked->list;
            take_nodes(work, list, nodes);
            for (guint k = 0; k < nodes->len; k++) {
                holder[g_array_index(nodes, uint32_t, k)] = list + 1;
            }
        }
        if (holder[asked->node] == list + 1) {
            gint64 key = ordered_key(asked->beacon, asked->node);
            g_hash_table_add(work->named, cluster_copy(&key, sizeof key));
        }
    }
    g_free(holder);
    g_array_unref(nodes);
    g_array_unref(questions);
}

static bool is_named(const grouping *work, uint32_t beacon, uint32_t node)
{
    gint64 key = ordered_key(beacon, node);
    return g_hash_table_contains(work->named, &key);
}

/* Whether a list that one end of a link gave when that was up lacks the other end, though neither
 * is hidden. */
static bool is_denied(const grouping *work, const cluster_link *link)
{
    for (int end = 0; end < 2; end++) {
        const cluster_node *one = node_at(work, link->ends[end]);
        if (one->list == NULL || !one->visible || !node_at(work, link->ends[!end])->visible ||
            is_named(work, link->ends[end], link->ends[!end])) {
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

/* Whether a node's newest join failed at the Beacon behind its list, which names the node: then it
 * is out of that Beacon's cluster, whatever the list says. */
static bool has_failed_since(const grouping *work, uint32_t node, const cluster_exchange *watch)
{
    const cluster_exchange *join = node_at(work, node)->newest;
    return join != NULL && join->outcome == CLUSTER_OUTCOME_JOIN_FAILED &&
           join->beacon == watch->beacon && is_newer(work->report, join, watch);
}

/* Unites a Beacon with the nodes of its newest list: with all, or with the first. */
static void unite_list(grouping *work, const cluster_exchange *watch, const GArray *nodes, bool all)
{
    bool united = false;
    for (guint i = 0; i < nodes->len && (all || !united); i++) {
        uint32_t node = g_array_index(nodes, uint32_t, i);
        if (!has_failed_since(work, node, watch)) {
            unite(work, watch->beacon, node);
            prove(work, node, watch->reply.frame);
            united = true;
        }
    }
}

/* By list, and then by frame, the newest first. */
static gint by_list_and_frame(gconstpointer one, gconstpointer other)
{
    const cluster_said *left = &(*(const cluster_exchange *const *)one)->reply;
    const cluster_said *right = &(*(const cluster_exchange *const *)other)->reply;
    return left->list != right->list ? (left->list > right->list) - (left->list < right->list)
                                     : (left->frame < right->frame) - (left->frame > right->frame);
}

/*
 * Many Beacons may have given one and the same list, and each united with all of its names would
 * cost the product of the two. A node's newest join failed at one Beacon at most; so any two
 * Beacons leave out no node together, and with a third one, all names of the list are in one set
 * and have the newest frame that there is for them. Another Beacon needs to be united with one.
 */
static void unite_lists(grouping *work)
{
    GPtrArray *newest = g_ptr_array_new();
    for (uint32_t beacon = 0; beacon < work->count; beacon++) {
        const cluster_exchange *watch = node_at(work, beacon)->list;
        if (list_of(work, watch) != NULL) {
            g_ptr_array_add(newest, (gpointer)watch);
        }
    }
    g_ptr_array_sort(newest, by_list_and_frame);
    GArray *nodes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t list = CLUSTER_NONE;
    for (guint i = 0, walks = 0; i < newest->len; i++, walks++) {
        const cluster_exchange *watch = g_ptr_array_index(newest, i);
        if (watch->reply.list != list) {
            list = watch->reply.list;
            take_nodes(work, list, nodes);
            walks = 0;
        }
        unite_list(work, watch, nodes, walks < LIST_WALKS);
    }
    g_array_unref(nodes);
    g_ptr_array_unref(newest);
}

/* Unites a node with the Beacon that it joined, unless a newer list of that one lacks it. */
static void unite_join(grouping *work, uint32_t node, const cluster_exchange *join)
{
    uint32_t beacon = join->beacon;
    const cluster_exchange *watch = node_at(work, beacon)->list;
    if (watch != NULL && is_newer(work->report, watch, join) && !is_named(work, beacon, node) &&
        !has_pair(work->linked, node, beacon)) {
        node_at(work, node)->left = true;
        node_at(work, node)->parted = has_pair(work->parted, node, beacon);
        return;
    }
    unite(work, beacon, node);
    prove(work, node, join->reply.frame);
}

static void unite_joins(grouping *work)
{
    for (uint32_t node = 0; node < work->count; node++) {
        const cluster_exchange *join = node_at(work, node)->newest;
        if (join != NULL && join->outcome == CLUSTER_OUTCOME_JOINED &&
            join->beacon != CLUSTER_NO_NODE) {
            unite_join(work, node, join);
        }
    }
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
    unite_lists(&work);
    unite_joins(&work);
    make_groups(&work);
    for (uint32_t node = 0; node < count; node++) {
        if (!node_at(&work, node)->grouped) {
            node_at(&work, node)->state = (uint8_t)state_outside(&work, node);
        }
    }
    g_hash_table_destroy(work.linked);
    g_hash_table_destroy(work.parted);
    g_hash_table_destroy(work.named);
    g_free(work.parent);
}
