/* same.c
 * Finds what several captures hold of one and the same event, and puts records in order.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "same.h"

#include <string.h>

uint32_t cluster_exchange_frame(const cluster_exchange *exchange)
{
    return exchange->request_frame != 0 ? exchange->request_frame : exchange->reply_frame;
}

cluster_moment cluster_exchange_end(const cluster_exchange *exchange)
{
    return exchange->answered ? (cluster_moment){exchange->reply_frame, exchange->reply_time}
                              : (cluster_moment){exchange->request_frame, exchange->request_time};
}

/* Records of one array at different places: the order of their places settles a tie. */
static gint by_frame(uint32_t left, uint32_t right, const void *one, const void *other)
{
    if (left != right) {
        return left < right ? -1 : 1;
    }
    return ((const char *)one > (const char *)other) - ((const char *)one < (const char *)other);
}

static gint compare_exchanges(gconstpointer one, gconstpointer other)
{
    const cluster_exchange *left = *(const cluster_exchange *const *)one;
    const cluster_exchange *right = *(const cluster_exchange *const *)other;
    return by_frame(cluster_exchange_frame(left), cluster_exchange_frame(right), left, right);
}

/* Joins and watches begin with their exchange. */
G_STATIC_ASSERT(G_STRUCT_OFFSET(cluster_join, exchange) == 0);
G_STATIC_ASSERT(G_STRUCT_OFFSET(cluster_watch, exchange) == 0);

static GPtrArray *pointers_to(const GArray *records, size_t size, GCompareFunc compare)
{
    GPtrArray *pointers = g_ptr_array_sized_new(records->len);
    for (guint i = 0; i < records->len; i++) {
        g_ptr_array_add(pointers, records->data + i * size);
    }
    g_ptr_array_sort(pointers, compare);
    return pointers;
}

GPtrArray *cluster_sorted_joins(const cluster_facts *facts)
{
    return pointers_to(facts->joins, sizeof(cluster_join), compare_exchanges);
}

GPtrArray *cluster_sorted_watches(const cluster_facts *facts)
{
    return pointers_to(facts->watches, sizeof(cluster_watch), compare_exchanges);
}

static uint32_t finding_frame(const cluster_finding *finding)
{
    return finding->cause->frame_count == 0 ? 0 : finding->cause->frames[0];
}

static gint compare_findings(gconstpointer one, gconstpointer other)
{
    const cluster_finding *left = *(const cluster_finding *const *)one;
    const cluster_finding *right = *(const cluster_finding *const *)other;
    return by_frame(finding_frame(left), finding_frame(right), left, right);
}

GPtrArray *cluster_sorted_findings(const cluster_facts *facts)
{
    return pointers_to(facts->findings, sizeof(cluster_finding), compare_findings);
}

static gint compare_nodes(gconstpointer one, gconstpointer other, gpointer data)
{
    const cluster_node *left = cluster_facts_node_at(data, *(const uint32_t *)one);
    const cluster_node *right = cluster_facts_node_at(data, *(const uint32_t *)other);
    return by_frame(left->first_frame, right->first_frame, left, right);
}

uint32_t *cluster_sorted_nodes(const cluster_facts *facts)
{
    GArray *order = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), facts->nodes->len);
    for (uint32_t i = 0; i < facts->nodes->len; i++) {
        g_array_append_val(order, i);
    }
    g_array_sort_with_data(order, compare_nodes, (gpointer)facts);
    return (uint32_t *)(void *)g_array_free(order, FALSE);
}

/* A record while it is compared with others. */
typedef struct {
    cluster_moment when;
    cluster_endpoint client;
    cluster_endpoint server;
    uint32_t asker;
    uint32_t place;   /* of the record, in its array */
    uint32_t capture; /* index */
    uint32_t first;   /* place in the sorted items of the first of the same event */
    uint32_t before;  /* place of the event before it with the same ends; UINT32_MAX: none */
    guint64 part;     /* its event and capture in one */
} item;

static guint item_hash(gconstpointer key)
{
    const item *one = key;
    return cluster_endpoint_hash(&one->client) * 16777619u ^ cluster_endpoint_hash(&one->server) ^
           one->asker * 2654435761u;
}

static gboolean item_equal(gconstpointer one, gconstpointer other)
{
    const item *left = one;
    const item *right = other;
    return left->asker == right->asker &&
           cluster_endpoint_key_equal(&left->client, &right->client) &&
           cluster_endpoint_key_equal(&left->server, &right->server);
}

static gint item_compare(gconstpointer one, gconstpointer other)
{
    const item *left = one;
    const item *right = other;
    int order = cluster_moment_compare(&left->when, &right->when);
    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

/* Whether two captures were going on at one time; those of a capture that was split were not. */
static bool overlap(const cluster_facts *facts, uint32_t one, uint32_t other)
{
    const cluster_capture *left = &g_array_index(facts->captures, cluster_capture, one);
    const cluster_capture *right = &g_array_index(facts->captures, cluster_capture, other);
    return left->first < right->last && right->first < left->last;
}

static guint64 part_of(uint32_t first, uint32_t capture)
{
    return (guint64)first << 32 | capture;
}

/* Parts come in a row: with g_int64_hash they would stand in each other's way. */
static guint part_hash(gconstpointer key)
{
    return (guint)(*(const guint64 *)key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> 32);
}

/*
 * The first item of the event that an item belongs to: of those that began at most
 * CLUSTER_SAME_TIME before it and have no record of its capture, the oldest. newest is the newest
 * one with its ends.
 */
static uint32_t event_of(const cluster_facts *facts, const GArray *items, GHashTable *parts,
                         const item *one, uint32_t newest)
{
    uint32_t found = UINT32_MAX;
    uint32_t looked = 0;
    for (uint32_t at = newest; at != UINT32_MAX && looked < CLUSTER_SAME_EVENTS_MAX; looked++) {
        const item *known = &g_array_index(items, item, at);
        const guint64 part = part_of(at, one->capture);
        if (one->when.time - known->when.time > CLUSTER_SAME_TIME) {
            break;
        }
        if (overlap(facts, one->capture, known->capture) && !g_hash_table_contains(parts, &part)) {
            found = at;
        }
        at = known->before;
    }
    return found;
}

/* Sorts items by time and finds the first one of each one's event. */
static void find_events(const cluster_facts *facts, GArray *items)
{
    g_array_sort(items, item_compare);
    for (uint32_t i = 0; i < items->len; i++) {
        g_array_index(items, item, i).first = i;
    }
    if (facts->captures->len < 2) {
        return;
    }
    GHashTable *events = g_hash_table_new(item_hash, item_equal);
    GHashTable *parts = g_hash_table_new(part_hash, g_int64_equal);
    for (uint32_t i = 0; i < items->len; i++) {
        item *one = &g_array_index(items, item, i);
        const item *newest = g_hash_table_lookup(events, one);
        one->before = newest == NULL ? UINT32_MAX : newest->first;
        one->capture = cluster_facts_capture_of(facts, one->when.frame);
        if (one->capture == UINT32_MAX) {
            continue;
        }
        uint32_t first = event_of(facts, items, parts, one, one->before);
        if (first == UINT32_MAX) {
            g_hash_table_replace(events, one, one);
        } else {
            one->first = first;
        }
        one->part = part_of(one->first, one->capture);
        g_hash_table_add(parts, &one->part);
    }
    g_hash_table_destroy(parts);
    g_hash_table_destroy(events);
}

/* How much an exchange knows: the higher, the more. */
static int knowledge(const cluster_exchange *exchange)
{
    bool puzzled = exchange->cause != NULL && strcmp(exchange->cause->code, "unknown") == 0;
    return (exchange->answered ? 4 : 0) + (exchange->request_frame != 0 ? 2 : 0) + !puzzled;
}

static GPtrArray *same_exchanges(const cluster_facts *facts, const GPtrArray *exchanges)
{
    GArray *items = g_array_sized_new(FALSE, FALSE, sizeof(item), exchanges->len);
    for (guint i = 0; i < exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(exchanges, i);
        bool asked = exchange->request_frame != 0;
        const item one = {
            .when = {cluster_exchange_frame(exchange),
                     asked ? exchange->request_time : exchange->reply_time},
            .client = exchange->client,
            .server = exchange->server,
            .asker = exchange->asker,
            .place = i,
        };
        g_array_append_val(items, one);
    }
    find_events(facts, items);
    gconstpointer *best = g_new0(gconstpointer, items->len);
    for (guint i = 0; i < items->len; i++) {
        const item *one = &g_array_index(items, item, i);
        const cluster_exchange *exchange = g_ptr_array_index(exchanges, one->place);
        gconstpointer *known = &best[one->first];
        if (*known == NULL || knowledge(exchange) > knowledge(*known)) {
            *known = exchange;
        }
    }
    GPtrArray *chosen = g_ptr_array_sized_new(items->len);
    for (guint i = 0; i < items->len; i++) {
        if (best[i] != NULL) {
            g_ptr_array_add(chosen, (gpointer)best[i]);
        }
    }
    g_ptr_array_sort(chosen, compare_exchanges);
    g_free(best);
    g_array_unref(items);
    return chosen;
}

GPtrArray *cluster_same_joins(const cluster_facts *facts, const GPtrArray *joins)
{
    return same_exchanges(facts, joins);
}

GPtrArray *cluster_same_watches(const cluster_facts *facts, const GPtrArray *watches)
{
    return same_exchanges(facts, watches);
}

static bool counts(const cluster_facts *facts, const cluster_try *attempt)
{
    uint16_t port = attempt->server.port;
    return attempt->given || attempt->heard || (facts->ports[port / 8] >> port % 8 & 1) != 0;
}

GArray *cluster_same_tries(const cluster_facts *facts)
{
    GPtrArray *tries = g_ptr_array_new();
    GArray *items = g_array_new(FALSE, FALSE, sizeof(item));
    for (const GList *link = facts->tries.head; link != NULL; link = link->next) {
        const cluster_try *attempt = link->data;
        if (counts(facts, attempt)) {
            const item one = {.when = attempt->when,
                              .client = attempt->client,
                              .server = attempt->server,
                              .asker = CLUSTER_NO_NODE,
                              .place = tries->len};
            g_ptr_array_add(tries, link->data);
            g_array_append_val(items, one);
        }
    }
    find_events(facts, items);
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(cluster_try), items->len);
    uint32_t *places = g_new(uint32_t, items->len);
    for (guint i = 0; i < items->len; i++) {
        const item *one = &g_array_index(items, item, i);
        const cluster_try *attempt = g_ptr_array_index(tries, one->place);
        if (one->first == i) {
            places[i] = sorted->len;
            g_array_append_vals(sorted, attempt, 1);
        } else {
            cluster_try *known = &g_array_index(sorted, cluster_try, places[one->first]);
            known->state = MAX(known->state, attempt->state);
            known->sought = known->sought || attempt->sought;
        }
    }
    g_free(places);
    g_array_unref(items);
    g_ptr_array_unref(tries);
    return sorted;
}

static gint compare_pairs(gconstpointer one, gconstpointer other)
{
    const cluster_asking *left = one;
    const cluster_asking *right = other;
    int order = cluster_address_compare(&left->pair.from, &right->pair.from);
    if (order == 0) {
        order = cluster_address_compare(&left->pair.to, &right->pair.to);
    }
    return order != 0 ? order : cluster_moment_compare(&left->first, &right->first);
}

static gint compare_askings(gconstpointer one, gconstpointer other)
{
    const cluster_asking *left = one;
    const cluster_asking *right = other;
    int order = cluster_moment_compare(&left->first, &right->first);
    return order != 0 ? order : compare_pairs(one, other);
}

/* Adds what came later to the requests of the same pair. */
static void join_asking(cluster_asking *known, const cluster_asking *later)
{
    double gap = later->first.time - known->last;
    known->resolved = known->resolved || later->resolved;
    if (later->requests == 0) {
        return; /* only an answer */
    }
    known->requests = gap < 0 ? MAX(known->requests, later->requests) /* seen at two points */
                              : known->requests + later->requests - (gap < CLUSTER_ARP_REPEAT);
    known->last = MAX(known->last, later->last);
}

GArray *cluster_same_asked(const cluster_facts *facts)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(cluster_asking));
    GArray *joined = g_array_new(FALSE, FALSE, sizeof(cluster_asking));
    for (const GList *link = facts->asked.head; link != NULL; link = link->next) {
        g_array_append_vals(all, link->data, 1);
    }
    g_array_sort(all, compare_pairs);
    for (guint i = 0; i < all->len; i++) {
        const cluster_asking *asking = &g_array_index(all, cluster_asking, i);
        cluster_asking *known =
            joined->len == 0 ? NULL : &g_array_index(joined, cluster_asking, joined->len - 1);
        if (known != NULL && cluster_pair_key_equal(&known->pair, &asking->pair) &&
            asking->first.time - known->last <= CLUSTER_WALK_PAUSE) {
            join_asking(known, asking);
        } else if (asking->requests > 0) {
            g_array_append_vals(joined, asking, 1);
        }
    }
    g_array_sort(joined, compare_askings);
    g_array_unref(all);
    return joined;
}
