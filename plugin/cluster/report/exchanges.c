/* exchanges.c
 * Requests with their replies: joins, watches and others; and who the nodes are that they name.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rest.h"
#include "steps.h"

static void free_exchange(gpointer data)
{
    cluster_exchange *exchange = data;
    cluster_cause_free(exchange->cause);
    g_free(exchange);
}

/* Nodes. */

static uint32_t find_node(cluster_report *report, uint32_t text, uint32_t frame)
{
    cluster_text name = cluster_facts_text_at(report->facts, text);
    if (text == CLUSTER_NONE || name.length == 0) {
        return CLUSTER_NO_NODE;
    }
    uint32_t index = cluster_report_node_named(report, text);
    if (index == CLUSTER_NO_NODE) {
        cluster_text alive;
        cluster_node node = {.text = text, .name = name, .first_frame = frame};
        cluster_name_split(name, &alive, &node.host);
        node.addresses = g_array_new(FALSE, FALSE, sizeof(cluster_address));
        node.places = g_array_new(FALSE, FALSE, sizeof(cluster_address));
        g_array_append_val(report->nodes, node);
        index = report->nodes->len - 1;
        g_hash_table_insert(report->by_text, GUINT_TO_POINTER(text), GUINT_TO_POINTER(index + 1));
    }
    cluster_node *node = cluster_report_node(report, index);
    node->first_frame = MIN(node->first_frame, frame);
    node->last_frame = MAX(node->last_frame, frame);
    return index;
}

static void take_role(cluster_report *report, uint32_t index, cluster_role role)
{
    cluster_node *node = cluster_report_node(report, index);
    if (node != NULL) {
        node->roles |= (uint8_t)role;
    }
}

static void take_addresses(cluster_report *report, uint32_t index, const cluster_talk *talk,
                           cluster_side side)
{
    const cluster_node *node = cluster_report_node(report, index);
    for (uint32_t copy = 0; node != NULL && copy < cluster_talk_copies(talk); copy++) {
        const cluster_address *address = &cluster_talk_end(talk, copy, side)->address;
        cluster_add_address(node->addresses, address);
        cluster_add_address(node->places, address);
    }
}

static gint by_first_frame(gconstpointer one, gconstpointer other, gpointer report)
{
    const cluster_node *left = cluster_report_node(report, *(const uint32_t *)one);
    const cluster_node *right = cluster_report_node(report, *(const uint32_t *)other);
    if (left->first_frame != right->first_frame) {
        return left->first_frame < right->first_frame ? -1 : 1;
    }
    return (left > right) - (left < right);
}

static void order_nodes(cluster_report *report)
{
    report->order = g_new(uint32_t, report->nodes->len);
    for (uint32_t i = 0; i < report->nodes->len; i++) {
        report->order[i] = i;
    }
    g_qsort_with_data(report->order, (gint)report->nodes->len, sizeof(uint32_t), by_first_frame,
                      report);
}

/* Requests and replies of a talk, paired. */

static cluster_exchange *add_exchange(cluster_report *report, const cluster_talk *talk)
{
    cluster_exchange *exchange = g_new0(cluster_exchange, 1);
    exchange->talk = talk;
    exchange->asker = CLUSTER_NO_NODE;
    exchange->beacon = CLUSTER_NO_NODE;
    g_ptr_array_add(report->exchanges, exchange);
    return exchange;
}

static cluster_exchange_kind kind_of(const cluster_said *request)
{
    switch ((seekchat_type)request->type) {
    case SEEKCHAT_TYPE_SEEKING:
        return CLUSTER_EXCHANGE_JOIN;
    case SEEKCHAT_TYPE_WATCHING:
        return CLUSTER_EXCHANGE_WATCH;
    default:
        return CLUSTER_EXCHANGE_OTHER;
    }
}

/* The kind of a reply whose request does not tell its type; OTHER if it does not tell either. */
static cluster_exchange_kind kind_of_reply(const cluster_said *reply)
{
    if (reply == NULL || reply->reading != CLUSTER_READ_WHOLE) {
        return CLUSTER_EXCHANGE_OTHER;
    }
    switch ((seekchat_payload)reply->payload) {
    case SEEKCHAT_PAYLOAD_JOINED:
    case SEEKCHAT_PAYLOAD_JOIN_FAILED:
        return CLUSTER_EXCHANGE_JOIN;
    case SEEKCHAT_PAYLOAD_NODES:
    case SEEKCHAT_PAYLOAD_STANDALONE:
        return CLUSTER_EXCHANGE_WATCH;
    default:
        return CLUSTER_EXCHANGE_OTHER;
    }
}

/* A request, of which the capture may lack all, and the reply to it; either is NULL if none is
 * known of. */
static void pair(cluster_report *report, const cluster_talk *talk, const cluster_said *request,
                 const cluster_said *reply)
{
    const bool asked = request != NULL && request->frame != 0;
    const bool tells = asked && (request->reading == CLUSTER_READ_WHOLE ||
                                 kind_of(request) != CLUSTER_EXCHANGE_OTHER);
    const cluster_exchange_kind kind = tells ? kind_of(request) : kind_of_reply(reply);
    if (!asked && kind == CLUSTER_EXCHANGE_OTHER) {
        return;
    }
    cluster_exchange *exchange = add_exchange(report, talk);
    exchange->kind = kind;
    exchange->asked = asked;
    if (asked) {
        exchange->request = *request;
    }
    if (reply != NULL) {
        exchange->answered = true;
        exchange->reply = *reply;
        exchange->reply.time =
            reply->frame == 0 ? talk->conversation->last.time : exchange->reply.time;
    }
}

/* Puts all requests, or all replies, of a talk in place of messages, in the order of their bytes.
 */
static void take_messages(const cluster_report *report, const cluster_talk *talk,
                          cluster_said_kind kind, GArray *messages)
{
    const cluster_conversation *conversation = talk->conversation;
    const cluster_side side = kind == CLUSTER_SAID_REQUEST ? CLUSTER_CLIENT : CLUSTER_SERVER;
    cluster_said begun;
    g_array_set_size(messages, 0);
    bool is_begun = cluster_rest_begun(report->facts, conversation, side, &begun);
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        const cluster_said *said = &conversation->said[i];
        if (said->kind == kind) {
            if (is_begun && cluster_rest_is_behind(conversation, said)) {
                g_array_append_val(messages, begun);
                is_begun = false;
            }
            g_array_append_vals(messages, said, 1);
        }
    }
    if (is_begun) {
        g_array_append_val(messages, begun);
    }
}

/* A Beacon answers one request after the other. The lists are room that is used for each talk. */
static void pair_up(cluster_report *report, const cluster_talk *talk, GArray *requests,
                    GArray *replies)
{
    take_messages(report, talk, CLUSTER_SAID_REQUEST, requests);
    take_messages(report, talk, CLUSTER_SAID_REPLY, replies);
    for (guint i = 0; i < MAX(requests->len, replies->len); i++) {
        pair(report, talk, i < requests->len ? &g_array_index(requests, cluster_said, i) : NULL,
             i < replies->len ? &g_array_index(replies, cluster_said, i) : NULL);
    }
}

static void pair_all(cluster_report *report)
{
    GArray *requests = g_array_new(FALSE, FALSE, sizeof(cluster_said));
    GArray *replies = g_array_new(FALSE, FALSE, sizeof(cluster_said));
    for (guint i = 0; i < report->talks->len; i++) {
        const cluster_talk *talk = g_ptr_array_index(report->talks, i);
        if (cluster_conversation_speech(talk->conversation) == CLUSTER_SPEAKS_SEEKCHAT ||
            talk->conversation->locator) {
            pair_up(report, talk, requests, replies);
        }
    }
    g_array_unref(replies);
    g_array_unref(requests);
}

/* What the messages say of nodes. */

static void name_nodes(cluster_report *report, cluster_exchange *exchange)
{
    const cluster_said *request = &exchange->request;
    const cluster_said *reply = &exchange->reply;
    if (exchange->asked && exchange->kind != CLUSTER_EXCHANGE_OTHER) {
        exchange->asker = find_node(report, request->text, request->frame);
        take_role(report, exchange->asker,
                  exchange->kind == CLUSTER_EXCHANGE_JOIN ? CLUSTER_ROLE_SEEKER
                                                          : CLUSTER_ROLE_WATCHER);
        /* Whoever is told `self` and is not the Beacon's host bears the name of another. */
        bool other =
            exchange->answered && reply->payload == SEEKCHAT_PAYLOAD_SELF &&
            !cluster_talk_has(exchange->talk, CLUSTER_SERVER,
                              &cluster_talk_end(exchange->talk, 0, CLUSTER_CLIENT)->address);
        if (!other) {
            take_addresses(report, exchange->asker, exchange->talk, CLUSTER_CLIENT);
        }
    }
    if (exchange->answered && reply->frame != 0) {
        exchange->beacon = find_node(report, reply->text, reply->frame);
        take_role(report, exchange->beacon, CLUSTER_ROLE_BEACON);
        take_addresses(report, exchange->beacon, exchange->talk, CLUSTER_SERVER);
    }
}

/* The first and the last frame of the replies that gave a list; 0: none was heard yet. */
typedef struct {
    uint32_t first;
    uint32_t last;
} list_frames;

static void name_list(cluster_report *report, uint32_t place, uint32_t frame)
{
    const GArray *list = cluster_facts_list_at(report->facts, place);
    for (guint i = 0; i < list->len; i++) {
        uint32_t node = find_node(report, g_array_index(list, uint32_t, i), frame);
        take_role(report, node, CLUSTER_ROLE_LISTED);
    }
}

/* One list may be that of many replies: its names are looked at when the first of them comes, and
 * in the end once more for each of the frames that count: name_lists. */
static void hear_list(cluster_report *report, const cluster_exchange *exchange, list_frames *lists)
{
    const cluster_said *reply = &exchange->reply;
    if (!exchange->answered || cluster_facts_list_at(report->facts, reply->list) == NULL) {
        return;
    }
    list_frames *frames = &lists[reply->list];
    if (frames->last == 0) {
        *frames = (list_frames){reply->frame, reply->frame};
        name_list(report, reply->list, reply->frame);
    }
    frames->first = MIN(frames->first, reply->frame);
    frames->last = MAX(frames->last, reply->frame);
}

static void name_lists(cluster_report *report, const list_frames *lists)
{
    for (uint32_t place = 0; place < report->facts->lists->len; place++) {
        if (lists[place].last != 0) {
            name_list(report, place, lists[place].first);
            name_list(report, place, lists[place].last);
        }
    }
}

/* Notes at which endpoint a Beacon answered; the latest counts. */
static void note_beacon(cluster_report *report, const cluster_exchange *exchange)
{
    cluster_node *node = cluster_report_node(report, exchange->beacon);
    for (uint32_t i = 0; node != NULL && i < cluster_talk_copies(exchange->talk); i++) {
        const cluster_endpoint *end = cluster_talk_end(exchange->talk, i, CLUSTER_SERVER);
        node->port = end->port;
        g_hash_table_replace(report->beacons, cluster_copy(end, sizeof *end),
                             GUINT_TO_POINTER(exchange->beacon + 1));
    }
}

/* The node that answers where an unanswered request went. */
static void guess_beacon(const cluster_report *report, cluster_exchange *exchange)
{
    for (uint32_t i = 0; i < cluster_talk_copies(exchange->talk); i++) {
        const cluster_endpoint *end = cluster_talk_end(exchange->talk, i, CLUSTER_SERVER);
        if (exchange->beacon == CLUSTER_NO_NODE) {
            exchange->beacon = GPOINTER_TO_UINT(g_hash_table_lookup(report->beacons, end)) - 1;
        }
    }
}

static gint by_start(gconstpointer one, gconstpointer other, gpointer report)
{
    const cluster_moment left = cluster_exchange_start(*(const cluster_exchange *const *)one);
    const cluster_moment right = cluster_exchange_start(*(const cluster_exchange *const *)other);
    return cluster_report_compare(report, &left, &right);
}

/* Nodes of a handshake: where they were seen. */
static void note_places(cluster_report *report, const cluster_talk *talk)
{
    const struct {
        cluster_said_kind kind;
        cluster_side side;
    } names[] = {{CLUSTER_SAID_NAME, CLUSTER_CLIENT}, {CLUSTER_SAID_CHALLENGE, CLUSTER_SERVER}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const cluster_said *said = cluster_talk_find(talk, names[i].kind);
        const cluster_node *node =
            said == NULL
                ? NULL
                : cluster_report_node(report, cluster_report_node_named(report, said->text));
        for (uint32_t copy = 0; node != NULL && copy < cluster_talk_copies(talk); copy++) {
            cluster_add_address(node->places,
                                &cluster_talk_end(talk, copy, names[i].side)->address);
        }
    }
}

/* One list may be that of many watches: written out for each, it would grow without bound. */
static void count_lists(cluster_report *report)
{
    uint64_t names = 0;
    while (report->listed_watches < report->watches->len) {
        const cluster_exchange *watch = g_ptr_array_index(report->watches, report->listed_watches);
        const GArray *list = cluster_facts_list_at(report->facts, watch->reply.list);
        names += list == NULL ? 0 : list->len;
        if (names > CLUSTER_JSON_NAMES_MAX) {
            report->limits |= 1u << CLUSTER_LIMIT_JSON_NAMES;
            return;
        }
        report->listed_watches++;
    }
}

void cluster_report_find_exchanges(cluster_report *report)
{
    report->talks = cluster_same_talks(report);
    report->askings = cluster_same_askings(report);
    report->exchanges = g_ptr_array_new_with_free_func(free_exchange);
    pair_all(report);
    g_ptr_array_sort_with_data(report->exchanges, by_start, report);
    report->joins = g_ptr_array_new();
    report->watches = g_ptr_array_new();
    report->others = g_ptr_array_new();
    GPtrArray *const lists[] = {report->joins, report->watches, report->others};
    list_frames *heard = g_new0(list_frames, report->facts->lists->len);
    for (guint i = 0; i < report->exchanges->len; i++) {
        cluster_exchange *exchange = g_ptr_array_index(report->exchanges, i);
        name_nodes(report, exchange);
        hear_list(report, exchange, heard);
        note_beacon(report, exchange);
        g_ptr_array_add(lists[exchange->kind], exchange);
    }
    name_lists(report, heard);
    g_free(heard);
    for (guint i = 0; i < report->exchanges->len; i++) {
        guess_beacon(report, g_ptr_array_index(report->exchanges, i));
    }
    for (guint i = 0; i < report->talks->len; i++) {
        note_places(report, g_ptr_array_index(report->talks, i));
    }
    order_nodes(report);
    count_lists(report);
}
