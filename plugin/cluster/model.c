/* model.c
 * Takes the events that a model is fed with and hands them to what keeps them.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model.h"

#include <string.h>

#include "report.h"

enum { CLIENT, SERVER };

static void init(cluster_model *model)
{
    cluster_facts_init(&model->facts);
    cluster_evidence_init(&model->evidence, &model->facts.limits);
    cluster_tries_init(&model->tries, &model->facts);
    model->connections = g_hash_table_new(NULL, NULL);
    model->strangers = g_hash_table_new(NULL, NULL);
    model->gone = g_hash_table_new(NULL, NULL);
    g_queue_init(&model->order);
    g_queue_init(&model->strange_order);
}

static void clear(cluster_model *model)
{
    while (model->order.head != NULL) {
        cluster_connection_drop(model, model->order.head->data);
    }
    while (model->strange_order.head != NULL) {
        cluster_connection_drop(model, model->strange_order.head->data);
    }
    g_hash_table_destroy(model->gone);
    g_hash_table_destroy(model->strangers);
    g_hash_table_destroy(model->connections);
    cluster_tries_clear(&model->tries);
    cluster_evidence_clear(&model->evidence);
    cluster_facts_clear(&model->facts);
}

cluster_model *cluster_model_new(void)
{
    cluster_model *model = g_new0(cluster_model, 1);
    init(model);
    return model;
}

void cluster_model_free(cluster_model *model)
{
    if (model != NULL) {
        clear(model);
        g_free(model);
    }
}

void cluster_model_clear(cluster_model *model)
{
    clear(model);
    init(model);
}

static void add_port(uint8_t *ports, uint16_t port)
{
    ports[port / 8] |= (uint8_t)(1u << port % 8);
}

void cluster_model_add_port(cluster_model *model, uint16_t port)
{
    add_port(model->given, port);
}

static bool is_given(const cluster_model *model, uint16_t port)
{
    return (model->given[port / 8] >> port % 8 & 1) != 0;
}

void cluster_frame_passed(cluster_model *model, cluster_moment when)
{
    cluster_capture *capture = &model->facts.own;
    bool any = capture->frames > 0;
    capture->first = any ? MIN(capture->first, when.time) : when.time;
    capture->last = any ? MAX(capture->last, when.time) : when.time;
    capture->frames = MAX(capture->frames, when.frame);
}

void cluster_frame_seen(cluster_model *model, cluster_moment when)
{
    cluster_facts *facts = &model->facts;
    cluster_frame_passed(model, when);
    facts->first = facts->any ? MIN(facts->first, when.time) : when.time;
    facts->last = facts->any ? MAX(facts->last, when.time) : when.time;
    facts->any = true;
}

static bool pending(const cluster_connection *connection)
{
    return connection->requests != NULL && connection->requests->len > 0;
}

static bool finished(const cluster_connection *connection)
{
    return connection->closed[CLIENT] && connection->closed[SERVER];
}

/* Whether nothing more is waited for. */
static bool is_over(const cluster_connection *connection, cluster_moment when)
{
    double idle = when.time - connection->last;
    return finished(connection) ? idle > CLUSTER_LINGER
                                : idle > CLUSTER_IDLE && !pending(connection);
}

static GHashTable *table_of(cluster_model *model, bool known)
{
    return known ? model->connections : model->strangers;
}

static GQueue *order_of(cluster_model *model, bool known)
{
    return known ? &model->order : &model->strange_order;
}

cluster_connection *cluster_connection_find(cluster_model *model, cluster_moment when,
                                            uint32_t stream)
{
    gpointer key = GUINT_TO_POINTER(stream);
    cluster_connection *connection = g_hash_table_lookup(model->connections, key);
    if (connection == NULL) {
        connection = g_hash_table_lookup(model->strangers, key);
    }
    if (connection != NULL && is_over(connection, when)) {
        cluster_connection_drop(model, connection);
        return NULL;
    }
    if (connection != NULL) {
        GQueue *order = order_of(model, connection->known);
        connection->last = when.time;
        g_queue_unlink(order, &connection->link);
        g_queue_push_tail_link(order, &connection->link);
    }
    return connection;
}

/* Drops connections whose time has come, and the oldest where there are too many. */
static void make_room(cluster_model *model, cluster_moment when, bool known)
{
    const GQueue *order = order_of(model, known);
    while (order->head != NULL) {
        cluster_connection *oldest = order->head->data;
        bool over = is_over(oldest, when);
        bool full = order->length >= CLUSTER_CONNECTIONS_MAX;
        if (!over && !full) {
            return;
        }
        if (!over && pending(oldest)) {
            model->facts.limits |= CLUSTER_LIMIT_CONNECTIONS;
        }
        cluster_connection_drop(model, oldest);
    }
}

/* The attempt of a connection: that which is known from before, or a new one. */
static cluster_try *attempt_of(cluster_model *model, cluster_moment when,
                               const cluster_connection *connection)
{
    gpointer attempt = NULL;
    gpointer stream = GUINT_TO_POINTER(connection->stream);
    if (g_hash_table_lookup_extended(model->gone, stream, NULL, &attempt)) {
        g_hash_table_remove(model->gone, stream);
        return attempt;
    }
    return cluster_tries_begin(&model->tries, when, &connection->client, &connection->server,
                               is_given(model, connection->server.port));
}

cluster_connection *cluster_connection_add(cluster_model *model, cluster_moment when,
                                           uint32_t stream, const cluster_endpoint *client,
                                           const cluster_endpoint *server, bool known)
{
    make_room(model, when, known);
    cluster_connection *connection = g_new0(cluster_connection, 1);
    connection->stream = stream;
    connection->client = *client;
    connection->server = *server;
    connection->known = known;
    connection->last = when.time;
    connection->link.data = connection;
    connection->attempt = attempt_of(model, when, connection);
    g_hash_table_insert(table_of(model, known), GUINT_TO_POINTER(stream), connection);
    g_queue_push_tail_link(order_of(model, known), &connection->link);
    return connection;
}

/* What ends is remembered, so that late copies of its segments begin nothing new. */
static void remember(cluster_model *model, const cluster_connection *connection)
{
    cluster_try *attempt = connection->attempt;
    if (attempt != NULL && !attempt->listed) {
        cluster_try_free(&model->facts, attempt);
        attempt = NULL;
    }
    if (g_hash_table_size(model->gone) >= CLUSTER_CONNECTIONS_MAX) {
        g_hash_table_remove_all(model->gone);
    }
    g_hash_table_insert(model->gone, GUINT_TO_POINTER(connection->stream), attempt);
}

void cluster_connection_drop(cluster_model *model, cluster_connection *connection)
{
    for (guint i = 0; pending(connection) && i < connection->requests->len; i++) {
        const cluster_request *request = &g_array_index(connection->requests, cluster_request, i);
        if (request->ping != NULL) {
            cluster_ping_end(&model->evidence, request->ping);
        }
    }
    remember(model, connection);
    g_clear_pointer(&connection->requests, g_array_unref);
    g_hash_table_remove(table_of(model, connection->known), GUINT_TO_POINTER(connection->stream));
    g_queue_unlink(order_of(model, connection->known), &connection->link);
    g_free(connection);
}

/* A message shows that a connection is to a Beacon. */
static void make_known(cluster_model *model, cluster_moment when, cluster_connection *connection)
{
    g_hash_table_remove(model->strangers, GUINT_TO_POINTER(connection->stream));
    g_queue_unlink(&model->strange_order, &connection->link);
    make_room(model, when, true);
    connection->known = true;
    g_hash_table_insert(model->connections, GUINT_TO_POINTER(connection->stream), connection);
    g_queue_push_tail_link(&model->order, &connection->link);
}

static cluster_connection *connection_of(cluster_model *model, cluster_moment when,
                                         const cluster_message *message)
{
    cluster_connection *connection = cluster_connection_find(model, when, message->stream);
    if (connection == NULL) {
        connection = cluster_connection_add(model, when, message->stream, &message->client,
                                            &message->server, true);
    } else if (!connection->known) {
        make_known(model, when, connection);
    }
    return connection;
}

/* A request that is not seeking: no Locator opened the connection. */
static void withdraw(cluster_model *model, cluster_connection *connection)
{
    if (connection->attempt != NULL) {
        cluster_try_free(&model->facts, connection->attempt);
        connection->attempt = NULL;
    }
}

void cluster_message_seen(cluster_model *model, cluster_moment when, const cluster_message *message)
{
    cluster_frame_seen(model, when);
    add_port(model->facts.ports, message->server.port);
    cluster_connection *connection = connection_of(model, when, message);
    cluster_tries_heard(&model->tries, connection->attempt);
    if (message->from_server) {
        cluster_reply_seen(model, when, connection, message);
        if (finished(connection) && !pending(connection)) {
            cluster_connection_drop(model, connection);
        }
        return;
    }
    if (message->type == CLUSTER_TYPE_SEEKING && connection->attempt != NULL) {
        connection->attempt->sought = true;
    } else if (!connection->asked) {
        withdraw(model, connection);
    }
    connection->asked = true;
    cluster_request_seen(model, when, connection, message);
    if (connection->closed[SERVER]) {
        cluster_requests_unanswered(model, connection, CLUSTER_END_CLOSED,
                                    connection->closed_frame[SERVER]);
    }
}

static cluster_end end_of(const cluster_connection *connection, bool given_up, bool reset,
                          bool server)
{
    if (given_up) {
        return CLUSTER_END_GIVEN_UP;
    }
    if (!reset) {
        return CLUSTER_END_CLOSED;
    }
    if (!server) {
        return CLUSTER_END_RESET_BY_CLIENT;
    }
    return connection->opened && !connection->accepted ? CLUSTER_END_REFUSED
                                                       : CLUSTER_END_RESET_BY_SERVER;
}

static void close_side(cluster_connection *connection, int side, uint32_t frame)
{
    if (!connection->closed[side]) {
        connection->closed[side] = true;
        connection->closed_frame[side] = frame;
    }
}

/* A segment with SYN, RST or FIN of a connection to a Beacon, or to what may be one. */
static void connection_tcp(cluster_model *model, cluster_moment when,
                           cluster_connection *connection, const cluster_tcp *tcp)
{
    bool server = cluster_endpoint_key_equal(&tcp->source, &connection->server);
    bool reset = (tcp->flags & CLUSTER_TCP_RST) != 0;
    if (server && (tcp->flags & CLUSTER_TCP_SYN) != 0) {
        cluster_tries_settle(&model->tries, connection->attempt, CLUSTER_TRY_ANSWERED);
    } else if (server && reset) {
        cluster_tries_settle(&model->tries, connection->attempt, CLUSTER_TRY_REFUSED);
    }
    if ((tcp->flags & CLUSTER_TCP_SYN) != 0) {
        *(server ? &connection->accepted : &connection->opened) = true;
    }
    bool over = connection->closed[SERVER];
    bool given_up = connection->closed[CLIENT];
    if (reset || ((tcp->flags & CLUSTER_TCP_FIN) != 0 && server)) {
        close_side(connection, SERVER, when.frame);
    }
    if (reset || ((tcp->flags & CLUSTER_TCP_FIN) != 0 && !server)) {
        close_side(connection, CLIENT, when.frame);
    }
    if (connection->closed[SERVER] && !over) {
        cluster_requests_unanswered(model, connection, end_of(connection, given_up, reset, server),
                                    connection->closed_frame[given_up ? CLIENT : SERVER]);
    }
    if (finished(connection) && !pending(connection)) {
        cluster_connection_drop(model, connection);
    }
}

void cluster_tcp_seen(cluster_model *model, cluster_moment when, const cluster_tcp *segment)
{
    cluster_frame_seen(model, when);
    if ((segment->flags & (CLUSTER_TCP_SYN | CLUSTER_TCP_RST | CLUSTER_TCP_FIN)) == 0) {
        return;
    }
    cluster_connection *connection = cluster_connection_find(model, when, segment->stream);
    bool opens = (segment->flags & (CLUSTER_TCP_SYN | CLUSTER_TCP_ACK)) == CLUSTER_TCP_SYN;
    if (connection == NULL && opens) {
        connection =
            cluster_connection_add(model, when, segment->stream, &segment->source, &segment->target,
                                   is_given(model, segment->target.port));
    }
    if (connection == NULL || !connection->known) {
        cluster_evidence_tcp(&model->evidence, when, segment);
    }
    if (connection != NULL) {
        connection_tcp(model, when, connection, segment);
    }
}

void cluster_epmd_seen(cluster_model *model, cluster_moment when, const cluster_epmd *epmd)
{
    cluster_frame_seen(model, when);
    cluster_evidence_epmd(&model->evidence, when, epmd);
}

void cluster_erldp_seen(cluster_model *model, cluster_moment when, const cluster_erldp *erldp)
{
    cluster_frame_seen(model, when);
    cluster_evidence_erldp(&model->evidence, when, erldp);
}

void cluster_arp_seen(cluster_model *model, cluster_moment when, bool is_reply,
                      const cluster_address *source, const cluster_address *target)
{
    cluster_pair pair = {*source, *target};
    cluster_frame_seen(model, when);
    cluster_evidence_arp(&model->evidence, when, is_reply, &pair);
    cluster_tries_arp(&model->tries, when, is_reply, &pair);
}

void cluster_unreachable_seen(cluster_model *model, cluster_moment when,
                              const cluster_endpoint *source, const cluster_endpoint *target)
{
    cluster_frame_seen(model, when);
    cluster_evidence_unreachable(&model->evidence, when, source, target);
}

void cluster_dns_seen(cluster_model *model, cluster_moment when, const cluster_dns *dns)
{
    cluster_frame_seen(model, when);
    cluster_evidence_dns(&model->evidence, when, dns);
}

GString *cluster_model_text(const cluster_model *model)
{
    cluster_report *report = cluster_report_new(&model->facts);
    GString *text = cluster_report_text(report);
    cluster_report_free(report);
    return text;
}

GString *cluster_model_json(const cluster_model *model)
{
    cluster_report *report = cluster_report_new(&model->facts);
    GString *json = cluster_report_json(report);
    cluster_report_free(report);
    return json;
}
