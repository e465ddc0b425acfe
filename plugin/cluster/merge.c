/* merge.c
 * Joins the facts of several reports into one.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "merge.h"

#include <string.h>

/* A capture that a part holds. */
typedef struct {
    const cluster_capture *capture; /* of the part */
    uint32_t part;                  /* index */
    uint32_t place;                 /* among the part's captures */
} holding;

/* What becomes of a part's numbers. */
typedef struct {
    uint32_t *before; /* for each of its captures: frames before it, of all together; */
    bool *owner;      /* and whether the records are taken from here */
    uint32_t *nodes;  /* for each of its nodes: the index in the whole */
} mapping;

/* A node of the whole while they are put in order. */
typedef struct {
    cluster_text name; /* borrowed from a part */
    uint32_t first_frame;
    uint32_t rank; /* in the part that saw it in that frame */
    uint32_t index;
} entry;

typedef struct {
    GPtrArray *parts; /* cluster_facts */
    cluster_facts *whole;
    mapping *maps;
    GPtrArray *entries; /* entry */
    GHashTable *lists;  /* GArray -> itself */
} merge;

cluster_facts *cluster_facts_new(void)
{
    cluster_facts *facts = g_new(cluster_facts, 1);
    cluster_facts_init(facts);
    return facts;
}

void cluster_facts_free(gpointer facts)
{
    if (facts != NULL) {
        cluster_facts_clear(facts);
        g_free(facts);
    }
}

static int compare_captures(const cluster_capture *one, const cluster_capture *other)
{
    if (one->first != other->first) {
        return one->first < other->first ? -1 : 1;
    }
    if (one->last != other->last) {
        return one->last < other->last ? -1 : 1;
    }
    if (one->frames != other->frames) {
        return one->frames < other->frames ? -1 : 1;
    }
    return strcmp(one->digest, other->digest);
}

static gint compare_holdings(gconstpointer one, gconstpointer other)
{
    return compare_captures(((const holding *)one)->capture, ((const holding *)other)->capture);
}

static GArray *holdings_of(const GPtrArray *parts)
{
    GArray *holdings = g_array_new(FALSE, FALSE, sizeof(holding));
    for (uint32_t part = 0; part < parts->len; part++) {
        const cluster_facts *facts = g_ptr_array_index(parts, part);
        for (uint32_t i = 0; i < facts->captures->len; i++) {
            const holding one = {&g_array_index(facts->captures, cluster_capture, i), part, i};
            g_array_append_val(holdings, one);
        }
    }
    g_array_sort(holdings, compare_holdings);
    return holdings;
}

/* Numbers the frames of all captures through. */
static char *place_captures(merge *work)
{
    GArray *holdings = holdings_of(work->parts);
    GArray *captures = work->whole->captures;
    uint64_t frames = 0;
    for (guint i = 0; i < holdings->len; i++) {
        const holding *one = &g_array_index(holdings, holding, i);
        bool new = i == 0 || compare_holdings(one, one - 1) != 0;
        if (new) {
            cluster_capture capture = *one->capture;
            capture.before = (uint32_t)frames;
            frames += capture.frames;
            g_array_append_val(captures, capture);
        }
        mapping *map = &work->maps[one->part];
        map->owner[one->place] = new;
        map->before[one->place] =
            g_array_index(captures, cluster_capture, captures->len - 1).before;
        if (frames > UINT32_MAX || captures->len > CLUSTER_CAPTURES_MAX) {
            g_array_unref(holdings);
            return frames > UINT32_MAX
                       ? g_strdup("the captures have more than 4294967295 frames together")
                       : g_strdup("more than " G_STRINGIFY(CLUSTER_CAPTURES_MAX) " captures");
        }
    }
    g_array_unref(holdings);
    return NULL;
}

static uint32_t new_frame(const cluster_facts *part, const mapping *map, uint32_t frame)
{
    uint32_t at = cluster_facts_capture_of(part, frame);
    return at == UINT32_MAX ? 0
                            : frame - g_array_index(part->captures, cluster_capture, at).before +
                                  map->before[at];
}

/* Whether a record is taken from this part, by one of its frames. */
static bool is_owner(const cluster_facts *part, const mapping *map, uint32_t frame)
{
    uint32_t at = cluster_facts_capture_of(part, frame);
    return at != UINT32_MAX && map->owner[at];
}

static guint entry_hash(gconstpointer key)
{
    const entry *one = key;
    guint hash = 2166136261u;
    for (size_t i = 0; i < one->name.length; i++) {
        hash = (hash ^ (guint8)one->name.data[i]) * 16777619u;
    }
    return hash ^ hash >> 15;
}

static gboolean entry_equal(gconstpointer one, gconstpointer other)
{
    const cluster_text *left = &((const entry *)one)->name;
    const cluster_text *right = &((const entry *)other)->name;
    return left->length == right->length && memcmp(left->data, right->data, left->length) == 0;
}

static gint compare_entries(gconstpointer one, gconstpointer other)
{
    const entry *left = *(const entry *const *)one;
    const entry *right = *(const entry *const *)other;
    if (left->first_frame != right->first_frame) {
        return left->first_frame < right->first_frame ? -1 : 1;
    }
    return (left->rank > right->rank) - (left->rank < right->rank);
}

/*
 * The entry of a part's node. Of two nodes first seen in one frame, each part that holds its
 * capture ranks them alike; the lower of their ranks therefore does so, too.
 */
static entry *find_entry(merge *work, GHashTable *known, uint32_t part, uint32_t rank)
{
    const cluster_facts *facts = g_ptr_array_index(work->parts, part);
    const cluster_node *node = cluster_facts_node_at(facts, rank);
    uint32_t frame = new_frame(facts, &work->maps[part], node->first_frame);
    const entry wanted = {.name = node->name, .first_frame = frame, .rank = rank};
    entry *found = g_hash_table_lookup(known, &wanted);
    if (found == NULL) {
        found = cluster_copy(&wanted, sizeof wanted);
        g_ptr_array_add(work->entries, found);
        g_hash_table_add(known, found);
    } else if (frame < found->first_frame) {
        found->first_frame = frame;
        found->rank = rank;
    } else if (frame == found->first_frame) {
        found->rank = MIN(found->rank, rank);
    }
    return found;
}

static void place_nodes(merge *work)
{
    GHashTable *known = g_hash_table_new(entry_hash, entry_equal);
    GPtrArray *all = g_ptr_array_new(); /* the entries of the nodes of all parts */
    for (uint32_t part = 0; part < work->parts->len; part++) {
        const cluster_facts *facts = g_ptr_array_index(work->parts, part);
        for (uint32_t rank = 0; rank < facts->nodes->len; rank++) {
            g_ptr_array_add(all, find_entry(work, known, part, rank));
        }
    }
    g_ptr_array_sort(work->entries, compare_entries);
    for (guint i = 0; i < work->entries->len; i++) {
        entry *one = g_ptr_array_index(work->entries, i);
        one->index = cluster_facts_node(work->whole, one->name, one->first_frame);
    }
    guint next = 0;
    for (uint32_t part = 0; part < work->parts->len; part++) {
        const cluster_facts *facts = g_ptr_array_index(work->parts, part);
        for (uint32_t rank = 0; rank < facts->nodes->len; rank++) {
            work->maps[part].nodes[rank] = ((entry *)g_ptr_array_index(all, next++))->index;
        }
    }
    g_ptr_array_unref(all);
    g_hash_table_destroy(known);
}

static void join_node(merge *work, uint32_t part, uint32_t rank)
{
    const cluster_facts *facts = g_ptr_array_index(work->parts, part);
    const mapping *map = &work->maps[part];
    const cluster_node *node = cluster_facts_node_at(facts, rank);
    cluster_node *joined = cluster_facts_node_at(work->whole, map->nodes[rank]);
    if (joined == NULL) {
        return;
    }
    joined->roles |= node->roles;
    joined->last_frame = MAX(joined->last_frame, new_frame(facts, map, node->last_frame));
    for (guint i = 0; i < node->addresses->len; i++) {
        uint32_t frame = g_array_index(node->address_frames, uint32_t, i);
        cluster_facts_join_address(work->whole, map->nodes[rank],
                                   &g_array_index(node->addresses, cluster_address, i),
                                   new_frame(facts, map, frame));
    }
}

static uint32_t new_node(const mapping *map, uint32_t node)
{
    return node == CLUSTER_NO_NODE ? CLUSTER_NO_NODE : map->nodes[node];
}

static void map_cause(const cluster_facts *part, const mapping *map, cluster_cause *cause)
{
    uint32_t count = cause == NULL ? 0 : cause->frame_count;
    for (uint32_t i = 0; i < count; i++) {
        cause->frames[i] = new_frame(part, map, cause->frames[i]);
    }
}

/* Takes the exchange's cause over. */
static cluster_exchange map_exchange(const cluster_facts *part, const mapping *map,
                                     cluster_exchange *exchange)
{
    cluster_exchange mapped = *exchange;
    exchange->cause = NULL;
    mapped.asker = new_node(map, exchange->asker);
    mapped.beacon = new_node(map, exchange->beacon);
    mapped.request_frame = new_frame(part, map, exchange->request_frame);
    mapped.reply_frame = new_frame(part, map, exchange->reply_frame);
    map_cause(part, map, mapped.cause);
    return mapped;
}

static uint32_t frame_of(const cluster_exchange *exchange)
{
    return exchange->request_frame != 0 ? exchange->request_frame : exchange->reply_frame;
}

static void join_joins(merge *work, cluster_facts *part, const mapping *map)
{
    for (guint i = 0; i < part->joins->len; i++) {
        cluster_join *join = cluster_facts_join_at(part, i);
        if (is_owner(part, map, frame_of(&join->exchange))) {
            const cluster_join mapped = {map_exchange(part, map, &join->exchange), join->outcome};
            g_array_append_val(work->whole->joins, mapped);
        }
    }
}

/* A reference to the list of the whole that a part's list becomes. */
static GArray *map_list(merge *work, const mapping *map, const GArray *list)
{
    GArray *mapped = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), list->len);
    for (guint i = 0; i < list->len; i++) {
        uint32_t node = new_node(map, g_array_index(list, uint32_t, i));
        if (node != CLUSTER_NO_NODE) {
            g_array_append_val(mapped, node);
        }
    }
    GArray *known = g_hash_table_lookup(work->lists, mapped);
    if (known != NULL) {
        g_array_unref(mapped);
        return g_array_ref(known);
    }
    uint32_t room = CLUSTER_LISTED_MAX - work->whole->listed;
    if (mapped->len > room) {
        g_array_set_size(mapped, room);
        work->whole->limits |= CLUSTER_LIMIT_LISTED;
    }
    work->whole->listed += mapped->len;
    g_hash_table_add(work->lists, mapped);
    return g_array_ref(mapped);
}

static void join_watches(merge *work, cluster_facts *part, const mapping *map)
{
    for (guint i = 0; i < part->watches->len; i++) {
        cluster_watch *watch = cluster_facts_watch_at(part, i);
        if (is_owner(part, map, frame_of(&watch->exchange))) {
            cluster_watch mapped = {.exchange = map_exchange(part, map, &watch->exchange)};
            mapped.nodes = watch->nodes == NULL ? NULL : map_list(work, map, watch->nodes);
            g_array_append_val(work->whole->watches, mapped);
        }
    }
}

static void join_findings(merge *work, cluster_facts *part, const mapping *map)
{
    for (guint i = 0; i < part->findings->len; i++) {
        cluster_finding *finding = cluster_facts_finding_at(part, i);
        if (is_owner(part, map, finding->cause->frames[0])) {
            const cluster_finding mapped = *finding;
            map_cause(part, map, mapped.cause);
            g_array_append_val(work->whole->findings, mapped);
            finding->cause = NULL;
        }
    }
}

static void join_tries(merge *work, cluster_facts *part, const mapping *map)
{
    for (const GList *link = part->tries.head; link != NULL; link = link->next) {
        const cluster_try *attempt = link->data;
        if (is_owner(part, map, attempt->when.frame)) {
            cluster_try *mapped = cluster_copy(attempt, sizeof *attempt);
            mapped->when.frame = new_frame(part, map, attempt->when.frame);
            mapped->link = (GList){.data = mapped};
            g_queue_push_tail_link(&work->whole->tries, &mapped->link);
            work->whole->strangers += !mapped->given && !mapped->heard;
        }
    }
    for (const GList *link = part->asked.head; link != NULL; link = link->next) {
        const cluster_asking *asking = link->data;
        if (is_owner(part, map, asking->first.frame)) {
            cluster_asking *mapped = cluster_copy(asking, sizeof *asking);
            mapped->first.frame = new_frame(part, map, asking->first.frame);
            mapped->link = (GList){.data = mapped};
            g_queue_push_tail_link(&work->whole->asked, &mapped->link);
        }
    }
}

static void join_few(merge *work, const cluster_facts *part, const mapping *map)
{
    cluster_facts *whole = work->whole;
    GHashTableIter iterator;
    gpointer endpoint;
    gpointer value;
    g_hash_table_iter_init(&iterator, part->by_endpoint);
    while (g_hash_table_iter_next(&iterator, &endpoint, &value)) {
        const cluster_answerer *answerer = value;
        const cluster_moment when = {new_frame(part, map, answerer->when.frame),
                                     answerer->when.time};
        cluster_facts_answers_at(whole, new_node(map, answerer->node), endpoint, when);
    }
    for (size_t i = 0; i < sizeof whole->ports; i++) {
        whole->ports[i] |= part->ports[i];
    }
    if (part->any) {
        whole->first = whole->any ? MIN(whole->first, part->first) : part->first;
        whole->last = whole->any ? MAX(whole->last, part->last) : part->last;
        whole->any = true;
    }
    whole->limits |= part->limits;
}

static gint by_frame(uint32_t one, uint32_t other)
{
    return (one > other) - (one < other);
}

static gint compare_exchanges(gconstpointer one, gconstpointer other)
{
    return by_frame(frame_of(one), frame_of(other));
}

static gint compare_findings(gconstpointer one, gconstpointer other)
{
    return by_frame(((const cluster_finding *)one)->cause->frames[0],
                    ((const cluster_finding *)other)->cause->frames[0]);
}

static gint compare_tries(gconstpointer one, gconstpointer other, gpointer data G_GNUC_UNUSED)
{
    return by_frame(((const cluster_try *)one)->when.frame,
                    ((const cluster_try *)other)->when.frame);
}

static gint compare_askings(gconstpointer one, gconstpointer other, gpointer data G_GNUC_UNUSED)
{
    return by_frame(((const cluster_asking *)one)->first.frame,
                    ((const cluster_asking *)other)->first.frame);
}

/* Puts records in order, so that those that are one too many are the last. */
static void cut(cluster_facts *whole, GArray *records, GCompareFunc compare, guint most,
                cluster_limit limit)
{
    g_array_sort(records, compare);
    if (records->len > most) {
        g_array_set_size(records, most);
        whole->limits |= limit;
    }
}

static void cut_all(cluster_facts *whole)
{
    cut(whole, whole->joins, compare_exchanges, CLUSTER_JOINS_MAX, CLUSTER_LIMIT_JOINS);
    cut(whole, whole->watches, compare_exchanges, CLUSTER_WATCHES_MAX, CLUSTER_LIMIT_WATCHES);
    cut(whole, whole->findings, compare_findings, CLUSTER_FINDINGS_MAX, CLUSTER_LIMIT_FINDINGS);
    g_queue_sort(&whole->tries, compare_tries, NULL);
    g_queue_sort(&whole->asked, compare_askings, NULL);
    while (whole->tries.length > CLUSTER_TRIES_MAX) {
        cluster_try_free(whole, whole->tries.tail->data);
        whole->limits |= CLUSTER_LIMIT_TRIES;
    }
    while (whole->asked.length > CLUSTER_ASKED_MAX) {
        cluster_facts_drop_asking(whole, whole->asked.tail->data);
        whole->limits |= CLUSTER_LIMIT_WALKS;
    }
}

static void join_parts(merge *work)
{
    place_nodes(work);
    for (uint32_t i = 0; i < work->parts->len; i++) {
        cluster_facts *part = g_ptr_array_index(work->parts, i);
        const mapping *map = &work->maps[i];
        for (uint32_t rank = 0; rank < part->nodes->len; rank++) {
            join_node(work, i, rank);
        }
        join_joins(work, part, map);
        join_watches(work, part, map);
        join_findings(work, part, map);
        join_tries(work, part, map);
        join_few(work, part, map);
    }
    cut_all(work->whole);
}

static mapping *new_maps(const GPtrArray *parts)
{
    mapping *maps = g_new(mapping, parts->len);
    for (guint i = 0; i < parts->len; i++) {
        const cluster_facts *part = g_ptr_array_index(parts, i);
        maps[i] = (mapping){g_new0(uint32_t, part->captures->len),
                            g_new0(bool, part->captures->len), g_new0(uint32_t, part->nodes->len)};
    }
    return maps;
}

static void free_maps(mapping *maps, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_free(maps[i].before);
        g_free(maps[i].owner);
        g_free(maps[i].nodes);
    }
    g_free(maps);
}

cluster_facts *cluster_facts_merge(GPtrArray *parts, char **error)
{
    merge work = {
        .parts = parts,
        .whole = cluster_facts_new(),
        .maps = new_maps(parts),
        .entries = g_ptr_array_new_with_free_func(g_free),
        .lists = g_hash_table_new_full(cluster_list_hash, cluster_list_equal,
                                       (GDestroyNotify)g_array_unref, NULL),
    };
    *error = place_captures(&work);
    if (*error == NULL) {
        join_parts(&work);
    } else {
        cluster_facts_free(work.whole);
        work.whole = NULL;
    }
    g_hash_table_destroy(work.lists);
    g_ptr_array_unref(work.entries);
    free_maps(work.maps, parts->len);
    return work.whole;
}
