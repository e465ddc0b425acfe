/* facts.c
 * The records that a report is derived from: making, finding and freeing them.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "facts.h"

#include <string.h>

/* Stands at the end of a name that was cut. */
#define CUT_MARK "..."

static guint text_hash(gconstpointer key)
{
    const cluster_text *text = key;
    guint hash = 2166136261u;
    for (size_t i = 0; i < text->length; i++) {
        hash = (hash ^ (guint8)text->data[i]) * 16777619u;
    }
    return hash ^ hash >> 15;
}

static gboolean text_equal(gconstpointer one, gconstpointer other)
{
    const cluster_text *left = one;
    const cluster_text *right = other;
    return left->length == right->length && memcmp(left->data, right->data, left->length) == 0;
}

static void clear_node(gpointer data)
{
    cluster_node *node = data;
    g_free((char *)node->name.data);
    g_clear_pointer(&node->addresses, g_array_unref);
    g_clear_pointer(&node->address_frames, g_array_unref);
    g_clear_pointer(&node->last_list, g_array_unref);
}

static void clear_join(gpointer data)
{
    cluster_join *join = data;
    cluster_cause_free(join->exchange.cause);
}

static void clear_watch(gpointer data)
{
    cluster_watch *watch = data;
    cluster_cause_free(watch->exchange.cause);
    g_clear_pointer(&watch->nodes, g_array_unref);
}

static void clear_finding(gpointer data)
{
    cluster_finding *finding = data;
    cluster_cause_free(finding->cause);
}

static GArray *array_of(guint size, GDestroyNotify clear)
{
    GArray *array = g_array_new(FALSE, TRUE, size);
    g_array_set_clear_func(array, clear);
    return array;
}

void cluster_facts_init(cluster_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    facts->nodes = array_of(sizeof(cluster_node), clear_node);
    facts->joins = array_of(sizeof(cluster_join), clear_join);
    facts->watches = array_of(sizeof(cluster_watch), clear_watch);
    facts->findings = array_of(sizeof(cluster_finding), clear_finding);
    facts->captures = g_array_new(FALSE, TRUE, sizeof(cluster_capture));
    g_queue_init(&facts->tries);
    g_queue_init(&facts->asked);
    facts->by_name = g_hash_table_new_full(text_hash, text_equal, g_free, NULL);
    facts->by_endpoint =
        g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, g_free);
}

void cluster_facts_clear(cluster_facts *facts)
{
    g_hash_table_destroy(facts->by_endpoint);
    g_hash_table_destroy(facts->by_name);
    while (facts->tries.head != NULL) {
        cluster_try_free(facts, facts->tries.head->data);
    }
    while (facts->asked.head != NULL) {
        cluster_facts_drop_asking(facts, facts->asked.head->data);
    }
    g_array_unref(facts->captures);
    g_array_unref(facts->findings);
    g_array_unref(facts->watches);
    g_array_unref(facts->joins);
    g_array_unref(facts->nodes);
}

/* Whether a name was cut before, which one in a report may have been. */
static bool is_cut(cluster_text name)
{
    size_t mark = strlen(CUT_MARK);
    return name.length > mark && name.length <= CLUSTER_NAME_BYTES_MAX + mark &&
           memcmp(name.data + name.length - mark, CUT_MARK, mark) == 0;
}

/* A copy of a name, cut before a character if it is too long. */
static cluster_text copy_name(cluster_facts *facts, cluster_text name)
{
    if (name.length <= CLUSTER_NAME_BYTES_MAX || is_cut(name)) {
        return (cluster_text){cluster_copy(name.data, name.length), name.length};
    }
    facts->limits |= CLUSTER_LIMIT_NAME;
    size_t length = CLUSTER_NAME_BYTES_MAX;
    while (length > CLUSTER_NAME_BYTES_MAX - 4 && ((guint8)name.data[length] & 0xc0) == 0x80) {
        length--;
    }
    char *cut = g_malloc(length + strlen(CUT_MARK));
    memcpy(cut, name.data, length);
    memcpy(cut + length, CUT_MARK, strlen(CUT_MARK));
    return (cluster_text){cut, length + strlen(CUT_MARK)};
}

static uint32_t add_node(cluster_facts *facts, cluster_text name)
{
    if (facts->nodes->len >= CLUSTER_NODES_MAX) {
        facts->limits |= CLUSTER_LIMIT_NODES;
        g_free((char *)name.data);
        return CLUSTER_NO_NODE;
    }
    cluster_node node = {.name = name};
    const char *at = memchr(name.data, '@', name.length);
    if (at != NULL) {
        node.host = (cluster_text){at + 1, (size_t)(name.data + name.length - at - 1)};
    }
    node.addresses = g_array_new(FALSE, FALSE, sizeof(cluster_address));
    node.address_frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_array_append_val(facts->nodes, node);
    g_hash_table_insert(facts->by_name, cluster_copy(&name, sizeof name),
                        GUINT_TO_POINTER(facts->nodes->len));
    return facts->nodes->len - 1;
}

static void touch(cluster_node *node, uint32_t frame)
{
    if (frame == 0) {
        return;
    }
    if (node->first_frame == 0 || frame < node->first_frame) {
        node->first_frame = frame;
    }
    node->last_frame = MAX(node->last_frame, frame);
}

uint32_t cluster_facts_node(cluster_facts *facts, cluster_text name, uint32_t frame)
{
    if (name.length == 0) {
        return CLUSTER_NO_NODE;
    }
    bool cut = name.length > CLUSTER_NAME_BYTES_MAX && !is_cut(name);
    cluster_text copy = cut ? copy_name(facts, name) : name;
    uint32_t node = GPOINTER_TO_UINT(g_hash_table_lookup(facts->by_name, &copy));
    if (node > 0) {
        node--;
        g_free(cut ? (char *)copy.data : NULL);
    } else {
        node = add_node(facts, cut ? copy : copy_name(facts, name));
    }
    if (node != CLUSTER_NO_NODE) {
        touch(cluster_facts_node_at(facts, node), frame);
    }
    return node;
}

cluster_node *cluster_facts_node_at(const cluster_facts *facts, uint32_t node)
{
    return node == CLUSTER_NO_NODE ? NULL : &g_array_index(facts->nodes, cluster_node, node);
}

void cluster_facts_take_role(cluster_facts *facts, uint32_t index, cluster_role role)
{
    cluster_node *node = cluster_facts_node_at(facts, index);
    if (node != NULL) {
        node->roles |= role;
    }
}

/* The place of an address among a node's; their number if it is not there. */
static guint find_address(const cluster_node *node, const cluster_address *address)
{
    guint at = 0;
    while (at < node->addresses->len &&
           !cluster_address_equal(&g_array_index(node->addresses, cluster_address, at), address)) {
        at++;
    }
    return at;
}

/* Puts an address among a node's, in the order of their frames. */
static void insert_address(cluster_node *node, const cluster_address *address, uint32_t frame)
{
    guint at = node->addresses->len;
    while (at > 0 && g_array_index(node->address_frames, uint32_t, at - 1) > frame) {
        at--;
    }
    g_array_insert_vals(node->addresses, at, address, 1);
    g_array_insert_val(node->address_frames, at, frame);
}

static void remove_address(cluster_node *node, guint at)
{
    g_array_remove_index(node->addresses, at);
    g_array_remove_index(node->address_frames, at);
}

bool cluster_facts_take_address(cluster_facts *facts, uint32_t index,
                                const cluster_address *address, uint32_t frame)
{
    cluster_node *node = cluster_facts_node_at(facts, index);
    if (node == NULL || address->family == CLUSTER_FAMILY_NONE ||
        find_address(node, address) < node->addresses->len) {
        return false;
    }
    if (node->addresses->len >= CLUSTER_ADDRESSES_MAX) {
        facts->limits |= CLUSTER_LIMIT_ADDRESSES;
        return false;
    }
    insert_address(node, address, frame);
    return true;
}

void cluster_facts_join_address(cluster_facts *facts, uint32_t index,
                                const cluster_address *address, uint32_t frame)
{
    cluster_node *node = cluster_facts_node_at(facts, index);
    guint at = node == NULL ? 0 : find_address(node, address);
    if (node == NULL ||
        (at < node->addresses->len && g_array_index(node->address_frames, uint32_t, at) <= frame)) {
        return;
    }
    if (at < node->addresses->len) {
        remove_address(node, at);
    }
    insert_address(node, address, frame);
    if (node->addresses->len > CLUSTER_ADDRESSES_MAX) {
        remove_address(node, CLUSTER_ADDRESSES_MAX);
        facts->limits |= CLUSTER_LIMIT_ADDRESSES;
    }
}

void cluster_facts_drop_address(cluster_facts *facts, uint32_t index,
                                const cluster_address *address)
{
    cluster_node *node = cluster_facts_node_at(facts, index);
    guint at = node == NULL ? 0 : find_address(node, address);
    if (node != NULL && at < node->addresses->len) {
        remove_address(node, at);
    }
}

int cluster_moment_compare(const cluster_moment *one, const cluster_moment *other)
{
    if (one->time != other->time) {
        return one->time < other->time ? -1 : 1;
    }
    return (one->frame > other->frame) - (one->frame < other->frame);
}

void cluster_facts_answers_at(cluster_facts *facts, uint32_t node, const cluster_endpoint *server,
                              cluster_moment when)
{
    const cluster_answerer answerer = {node, when};
    const cluster_answerer *known = g_hash_table_lookup(facts->by_endpoint, server);
    if (node == CLUSTER_NO_NODE ||
        (known != NULL && cluster_moment_compare(&known->when, &when) > 0)) {
        return;
    }
    if (known != NULL || g_hash_table_size(facts->by_endpoint) < CLUSTER_NODES_MAX) {
        g_hash_table_replace(facts->by_endpoint, cluster_copy(server, sizeof *server),
                             cluster_copy(&answerer, sizeof answerer));
    }
}

uint32_t cluster_facts_beacon(const cluster_facts *facts, const cluster_exchange *exchange)
{
    if (exchange->beacon != CLUSTER_NO_NODE) {
        return exchange->beacon;
    }
    const cluster_answerer *found = g_hash_table_lookup(facts->by_endpoint, &exchange->server);
    return found == NULL ? CLUSTER_NO_NODE : found->node;
}

uint32_t cluster_facts_capture_of(const cluster_facts *facts, uint32_t frame)
{
    uint32_t low = 0;
    uint32_t high = facts->captures->len;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const cluster_capture *capture = &g_array_index(facts->captures, cluster_capture, middle);
        if (frame <= capture->before) {
            high = middle;
        } else if (frame - capture->before > capture->frames) {
            low = middle + 1;
        } else {
            return middle;
        }
    }
    return UINT32_MAX;
}

uint32_t cluster_facts_add_join(cluster_facts *facts, const cluster_join *join)
{
    if (facts->joins->len >= CLUSTER_JOINS_MAX) {
        facts->limits |= CLUSTER_LIMIT_JOINS;
        return UINT32_MAX;
    }
    g_array_append_vals(facts->joins, join, 1);
    return facts->joins->len - 1;
}

uint32_t cluster_facts_add_watch(cluster_facts *facts, const cluster_watch *watch)
{
    if (facts->watches->len >= CLUSTER_WATCHES_MAX) {
        facts->limits |= CLUSTER_LIMIT_WATCHES;
        return UINT32_MAX;
    }
    g_array_append_vals(facts->watches, watch, 1);
    return facts->watches->len - 1;
}

uint32_t cluster_facts_add_finding(cluster_facts *facts, const cluster_finding *finding)
{
    if (facts->findings->len >= CLUSTER_FINDINGS_MAX) {
        facts->limits |= CLUSTER_LIMIT_FINDINGS;
        cluster_cause_free(finding->cause);
        return UINT32_MAX;
    }
    g_array_append_vals(facts->findings, finding, 1);
    return facts->findings->len - 1;
}

cluster_join *cluster_facts_join_at(const cluster_facts *facts, uint32_t join)
{
    return join == UINT32_MAX ? NULL : &g_array_index(facts->joins, cluster_join, join);
}

cluster_watch *cluster_facts_watch_at(const cluster_facts *facts, uint32_t watch)
{
    return watch == UINT32_MAX ? NULL : &g_array_index(facts->watches, cluster_watch, watch);
}

cluster_finding *cluster_facts_finding_at(const cluster_facts *facts, uint32_t finding)
{
    return finding == UINT32_MAX ? NULL : &g_array_index(facts->findings, cluster_finding, finding);
}

static bool same_list(const GArray *one, const GArray *other)
{
    return one != NULL && one->len == other->len &&
           (one->len == 0 || memcmp(one->data, other->data, one->len * sizeof(uint32_t)) == 0);
}

GArray *cluster_facts_list(cluster_facts *facts, uint32_t beacon, const cluster_message *message,
                           uint32_t frame)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t room = CLUSTER_LISTED_MAX - facts->listed;
    for (size_t i = 0; i < message->node_count && list->len < room; i++) {
        uint32_t node = cluster_facts_node(facts, message->nodes[i], frame);
        if (node != CLUSTER_NO_NODE) {
            cluster_facts_take_role(facts, node, CLUSTER_ROLE_LISTED);
            g_array_append_val(list, node);
        }
    }
    if (message->node_count > room) {
        facts->limits |= CLUSTER_LIMIT_LISTED;
    }
    cluster_node *owner = cluster_facts_node_at(facts, beacon);
    if (owner != NULL && same_list(owner->last_list, list)) {
        g_array_unref(list);
        return g_array_ref(owner->last_list);
    }
    facts->listed += list->len;
    if (owner != NULL) {
        g_clear_pointer(&owner->last_list, g_array_unref);
        owner->last_list = g_array_ref(list);
    }
    return list;
}

cluster_try *cluster_try_new(cluster_moment when, const cluster_endpoint *client,
                             const cluster_endpoint *server)
{
    cluster_try *attempt = g_new0(cluster_try, 1);
    attempt->when = when;
    attempt->client = *client;
    attempt->server = *server;
    attempt->link.data = attempt;
    return attempt;
}

void cluster_try_free(cluster_facts *facts, cluster_try *attempt)
{
    cluster_facts_unlist_try(facts, attempt);
    g_free(attempt);
}

static bool is_stranger(const cluster_try *attempt)
{
    return !attempt->given && !attempt->heard;
}

void cluster_facts_list_try(cluster_facts *facts, cluster_try *attempt)
{
    bool stranger = is_stranger(attempt);
    if (attempt->listed) {
        return;
    }
    if (facts->tries.length >= CLUSTER_TRIES_MAX) {
        facts->limits |= CLUSTER_LIMIT_TRIES;
    } else if (stranger && facts->strangers >= CLUSTER_STRANGERS_MAX) {
        facts->limits |= CLUSTER_LIMIT_STRANGERS;
    } else {
        attempt->listed = true;
        facts->strangers += stranger;
        g_queue_push_tail_link(&facts->tries, &attempt->link);
    }
}

void cluster_facts_unlist_try(cluster_facts *facts, cluster_try *attempt)
{
    if (attempt->listed) {
        attempt->listed = false;
        facts->strangers -= is_stranger(attempt);
        g_queue_unlink(&facts->tries, &attempt->link);
    }
}

cluster_asking *cluster_facts_add_asking(cluster_facts *facts, const cluster_asking *asking)
{
    if (facts->asked.length >= CLUSTER_ASKED_MAX) {
        facts->limits |= CLUSTER_LIMIT_WALKS;
        return NULL;
    }
    cluster_asking *added = cluster_copy(asking, sizeof *asking);
    added->link = (GList){.data = added};
    g_queue_push_tail_link(&facts->asked, &added->link);
    return added;
}

void cluster_facts_drop_asking(cluster_facts *facts, cluster_asking *asking)
{
    g_queue_unlink(&facts->asked, &asking->link);
    g_free(asking);
}

const char *cluster_cause_code(const char *word)
{
    static const char *const codes[] = {
        "host_unreachable",  "dns_failed",         "epmd_refused",         "name_not_registered",
        "dist_refused",      "dist_unreachable",   "cookie_mismatch",      "handshake_rejected",
        "unknown",           "request_invalid",    "request_incomplete",   "reset",
        "never_answered",    "reply_invalid",      "reply_incomplete",     "unexpected_reply",
        "reply_from_client", "reply_exceeds_recv", "request_unknown_type",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (strcmp(word, codes[i]) == 0) {
            return codes[i];
        }
    }
    return NULL;
}

cluster_cause *cluster_cause_new(const char *code, char *text)
{
    cluster_cause *cause = g_new0(cluster_cause, 1);
    cause->code = code;
    cause->text = text;
    return cause;
}

void cluster_cause_free(cluster_cause *cause)
{
    if (cause != NULL) {
        g_free(cause->text);
        g_free(cause);
    }
}

void cluster_cause_add_frame(cluster_cause *cause, uint32_t frame)
{
    uint32_t at = cause->frame_count;
    while (at > 0 && cause->frames[at - 1] > frame) {
        at--;
    }
    bool there = at > 0 && cause->frames[at - 1] == frame;
    if (frame == 0 || there || cause->frame_count == CLUSTER_CAUSE_FRAMES_MAX) {
        return;
    }
    memmove(cause->frames + at + 1, cause->frames + at,
            (cause->frame_count - at) * sizeof cause->frames[0]);
    cause->frames[at] = frame;
    cause->frame_count++;
}

guint cluster_list_hash(gconstpointer key)
{
    const GArray *list = key;
    guint hash = list->len;
    for (guint i = 0; i < list->len; i++) {
        hash = (hash ^ g_array_index(list, uint32_t, i)) * 16777619u;
    }
    return hash ^ hash >> 15;
}

gboolean cluster_list_equal(gconstpointer one, gconstpointer other)
{
    const GArray *left = one;
    const GArray *right = other;
    return left->len == right->len &&
           (left->len == 0 || memcmp(left->data, right->data, left->len * sizeof(uint32_t)) == 0);
}
