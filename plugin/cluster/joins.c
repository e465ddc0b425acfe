/* joins.c
 * Requests and their replies: records joins, watches and findings, and what became of them.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model.h"

#include "escape.h"

static cluster_cause *sentence(const char *code, const char *text, uint32_t frame)
{
    cluster_cause *cause = cluster_cause_new(code, g_strdup(text));
    cluster_cause_add_frame(cause, frame);
    return cause;
}

/* Why a Beacon cannot decode a request, or may not be able to; NULL if it can. */
static cluster_cause *undecodable(cluster_moment when, const cluster_message *message)
{
    if (message->reading == CLUSTER_READ_INVALID) {
        return sentence("request_invalid",
                        "the request does not decode, and a Beacon closes such a connection",
                        when.frame);
    }
    if (message->reading == CLUSTER_READ_INCOMPLETE) {
        return sentence("request_incomplete", "the request never came to its end", when.frame);
    }
    if (message->exceeds_recv) {
        return sentence("request_incomplete",
                        "the Beacon's one recv returns only a part of the request", when.frame);
    }
    return NULL;
}

/* Puts who asked whom before a finding's sentence. */
static void name_ends(cluster_cause *cause, const cluster_message *message)
{
    GString *text = g_string_new("from ");
    cluster_address_append(text, &message->client.address);
    g_string_append(text, " to ");
    cluster_endpoint_append(text, &message->server);
    g_string_append_printf(text, ": %s", cause->text);
    g_free(cause->text);
    cause->text = g_string_free(text, FALSE);
}

static cluster_exchange exchange_of(cluster_facts *facts, cluster_moment when,
                                    const cluster_message *message, cluster_role role)
{
    cluster_exchange exchange = {
        .asker = cluster_facts_node(facts, message->sender, when.frame),
        .beacon = CLUSTER_NO_NODE,
        .request_frame = when.frame,
        .request_time = when.time,
        .client = message->client,
        .server = message->server,
        .cause = undecodable(when, message),
    };
    cluster_facts_take_role(facts, exchange.asker, role);
    return exchange;
}

static cluster_request ask_join(cluster_model *model, cluster_moment when,
                                const cluster_message *message)
{
    cluster_join join = {
        .exchange = exchange_of(&model->facts, when, message, CLUSTER_ROLE_SEEKER),
    };
    uint32_t record = cluster_facts_add_join(&model->facts, &join);
    if (record == UINT32_MAX) {
        cluster_cause_free(join.exchange.cause);
    }
    cluster_ping *ping = message->reading == CLUSTER_READ_OK
                             ? cluster_ping_begin(&model->evidence, when, message)
                             : NULL;
    return (cluster_request){CLUSTER_ASKED_JOIN, record, when.frame, false, ping};
}

static cluster_request ask_watch(cluster_model *model, cluster_moment when,
                                 const cluster_message *message)
{
    cluster_watch watch = {
        .exchange = exchange_of(&model->facts, when, message, CLUSTER_ROLE_WATCHER),
    };
    uint32_t record = cluster_facts_add_watch(&model->facts, &watch);
    if (record == UINT32_MAX) {
        cluster_cause_free(watch.exchange.cause);
    }
    return (cluster_request){CLUSTER_ASKED_WATCH, record, when.frame, false, NULL};
}

static cluster_cause *unknown_type(cluster_moment when, const cluster_message *message)
{
    GString *text = g_string_new("the request's type is ");
    cluster_escape_append(text, message->type_word, CLUSTER_TEXT_NAME_MAX);
    g_string_append(text, ", none of the documented, and a Beacon closes such a connection");
    cluster_cause *cause = cluster_cause_new("request_unknown_type", g_string_free(text, FALSE));
    cluster_cause_add_frame(cause, when.frame);
    return cause;
}

static cluster_request ask_other(cluster_model *model, cluster_moment when,
                                 const cluster_message *message)
{
    cluster_finding finding = {.severity = CLUSTER_ERROR, .if_unanswered = true};
    finding.cause = undecodable(when, message);
    if (finding.cause == NULL && message->type == CLUSTER_TYPE_REPLY) {
        finding.severity = CLUSTER_NOTE;
        finding.if_unanswered = false;
        finding.cause = sentence("reply_from_client",
                                 "a client sent a message of type reply, which a Beacon answers "
                                 "with error",
                                 when.frame);
    } else if (finding.cause == NULL) {
        finding.cause = unknown_type(when, message);
    }
    name_ends(finding.cause, message);
    uint32_t record = cluster_facts_add_finding(&model->facts, &finding);
    return (cluster_request){CLUSTER_ASKED_OTHER, record, when.frame, false, NULL};
}

static void remove_request(cluster_model *model, cluster_connection *connection, guint at)
{
    cluster_request *request = &g_array_index(connection->requests, cluster_request, at);
    if (request->ping != NULL) {
        cluster_ping_end(&model->evidence, request->ping);
    }
    g_array_remove_index(connection->requests, at);
}

/* The record's part that joins and watches share; NULL for a finding. */
static cluster_exchange *exchange_at(const cluster_facts *facts, const cluster_request *request)
{
    if (request->record == UINT32_MAX || request->asked == CLUSTER_ASKED_OTHER) {
        return NULL;
    }
    return request->asked == CLUSTER_ASKED_JOIN
               ? &cluster_facts_join_at(facts, request->record)->exchange
               : &cluster_facts_watch_at(facts, request->record)->exchange;
}

void cluster_request_seen(cluster_model *model, cluster_moment when, cluster_connection *connection,
                          const cluster_message *message)
{
    cluster_request request;
    if (message->type == CLUSTER_TYPE_SEEKING) {
        request = ask_join(model, when, message);
    } else if (message->type == CLUSTER_TYPE_WATCHING) {
        request = ask_watch(model, when, message);
    } else {
        request = ask_other(model, when, message);
    }
    const cluster_exchange *exchange = exchange_at(&model->facts, &request);
    request.new_address =
        exchange != NULL && cluster_facts_take_address(&model->facts, exchange->asker,
                                                       &message->client.address, when.frame);
    if (connection->requests == NULL) {
        connection->requests = g_array_new(FALSE, FALSE, sizeof(cluster_request));
    }
    if (connection->requests->len == CLUSTER_REQUESTS_MAX) {
        model->facts.limits |= CLUSTER_LIMIT_REQUESTS;
        remove_request(model, connection, 0);
    }
    g_array_append_val(connection->requests, request);
}

static cluster_cause *end_cause(cluster_end end)
{
    switch (end) {
    case CLUSTER_END_RESET_BY_SERVER:
        return sentence("reset", "the Beacon's host reset the connection instead of a reply", 0);
    case CLUSTER_END_RESET_BY_CLIENT:
        return sentence("reset", "the asker's host reset the connection before a reply", 0);
    case CLUSTER_END_REFUSED:
        return sentence("reset", "the Beacon's host refused the connection", 0);
    case CLUSTER_END_GIVEN_UP:
        return sentence("never_answered", "the asker gave up and closed the connection", 0);
    case CLUSTER_END_CLOSED:
        break;
    }
    return sentence("never_answered", "the Beacon's host closed the connection without a reply", 0);
}

void cluster_requests_unanswered(cluster_model *model, const cluster_connection *connection,
                                 cluster_end end, uint32_t frame)
{
    for (guint i = 0; connection->requests != NULL && i < connection->requests->len; i++) {
        const cluster_request *request = &g_array_index(connection->requests, cluster_request, i);
        cluster_exchange *exchange = exchange_at(&model->facts, request);
        if (exchange == NULL) {
            cluster_finding *finding = cluster_facts_finding_at(&model->facts, request->record);
            if (finding != NULL) {
                cluster_cause_add_frame(finding->cause, frame);
            }
            continue;
        }
        if (exchange->cause == NULL) {
            exchange->cause = end_cause(end);
        }
        cluster_cause_add_frame(exchange->cause, frame);
        if (request->asked == CLUSTER_ASKED_JOIN) {
            cluster_facts_join_at(&model->facts, request->record)->outcome =
                end == CLUSTER_END_REFUSED ? CLUSTER_OUTCOME_REFUSED : CLUSTER_OUTCOME_NO_REPLY;
        }
    }
}

/* The place of the request that a reply answers; UINT_MAX if it was not seen. */
static guint answered_by(const cluster_connection *connection, const cluster_message *message)
{
    guint count = connection->requests == NULL ? 0 : connection->requests->len;
    for (guint i = 0; i < count; i++) {
        uint32_t frame = g_array_index(connection->requests, cluster_request, i).frame;
        if (message->request_frame == 0 || message->request_frame == frame) {
            return i;
        }
    }
    return G_MAXUINT;
}

static cluster_outcome outcome_of(const cluster_message *message)
{
    if (message->reading == CLUSTER_READ_OK) {
        switch (message->payload) {
        case CLUSTER_PAYLOAD_JOINED:
            return CLUSTER_OUTCOME_JOINED;
        case CLUSTER_PAYLOAD_JOIN_FAILED:
            return CLUSTER_OUTCOME_JOIN_FAILED;
        case CLUSTER_PAYLOAD_SELF:
            return CLUSTER_OUTCOME_SELF;
        default:
            break;
        }
    }
    return CLUSTER_OUTCOME_ERROR;
}

/* Why a reply says nothing. */
static cluster_cause *unreadable(cluster_moment when, const cluster_message *reply)
{
    return reply->reading == CLUSTER_READ_INCOMPLETE
               ? sentence("reply_incomplete", "the reply never came to its end", when.frame)
               : sentence("reply_invalid", "the reply does not decode", when.frame);
}

static cluster_cause *join_cause(const cluster_request *request, cluster_moment when,
                                 const cluster_message *reply)
{
    if (reply->reading != CLUSTER_READ_OK) {
        return unreadable(when, reply);
    }
    switch (reply->payload) {
    case CLUSTER_PAYLOAD_JOINED:
    case CLUSTER_PAYLOAD_SELF:
    case CLUSTER_PAYLOAD_ERROR:
        return NULL;
    case CLUSTER_PAYLOAD_JOIN_FAILED:
        return request != NULL && request->ping != NULL
                   ? cluster_ping_judge(request->ping, when)
                   : sentence("unknown", "the request is not in the capture", 0);
    default:
        return sentence("unexpected_reply", "the reply is none that seeking may get", when.frame);
    }
}

static void answer(cluster_exchange *exchange, cluster_moment when, uint32_t beacon)
{
    exchange->answered = true;
    exchange->beacon = beacon;
    exchange->reply_frame = when.frame;
    exchange->reply_time = when.time;
    g_clear_pointer(&exchange->cause, cluster_cause_free);
}

static void answer_join(cluster_model *model, cluster_moment when, const cluster_request *request,
                        const cluster_message *reply, uint32_t beacon)
{
    cluster_join *join = cluster_facts_join_at(&model->facts, request->record);
    if (join == NULL) {
        return;
    }
    answer(&join->exchange, when, beacon);
    join->outcome = outcome_of(reply);
    join->exchange.cause = join_cause(request, when, reply);
}

static void answer_watch(cluster_model *model, cluster_moment when, const cluster_request *request,
                         const cluster_message *reply, uint32_t beacon)
{
    cluster_watch *watch = cluster_facts_watch_at(&model->facts, request->record);
    if (watch == NULL) {
        return;
    }
    answer(&watch->exchange, when, beacon);
    bool list = reply->payload == CLUSTER_PAYLOAD_NODES;
    if (reply->reading != CLUSTER_READ_OK) {
        watch->exchange.cause = unreadable(when, reply);
    } else if (list || reply->payload == CLUSTER_PAYLOAD_STANDALONE) {
        g_clear_pointer(&watch->nodes, g_array_unref);
        watch->nodes = cluster_facts_list(&model->facts, beacon, reply, when.frame);
    }
}

/* A reply whose request is not in the capture. */
static void answer_nothing(cluster_model *model, cluster_moment when, const cluster_message *reply,
                           uint32_t beacon)
{
    cluster_exchange exchange = {.asker = CLUSTER_NO_NODE,
                                 .beacon = beacon,
                                 .reply_frame = when.frame,
                                 .reply_time = when.time,
                                 .client = reply->client,
                                 .server = reply->server};
    if (reply->reading != CLUSTER_READ_OK) {
        return;
    }
    if (reply->payload == CLUSTER_PAYLOAD_NODES || reply->payload == CLUSTER_PAYLOAD_STANDALONE) {
        cluster_watch watch = {.exchange = exchange};
        cluster_request request = {.record = cluster_facts_add_watch(&model->facts, &watch)};
        answer_watch(model, when, &request, reply, beacon);
    } else if (reply->payload == CLUSTER_PAYLOAD_JOINED ||
               reply->payload == CLUSTER_PAYLOAD_JOIN_FAILED) {
        cluster_join join = {.exchange = exchange};
        cluster_request request = {.record = cluster_facts_add_join(&model->facts, &join)};
        answer_join(model, when, &request, reply, beacon);
    }
}

/* A reply of which its reader's one recv returned only a part. */
static void too_long(cluster_model *model, cluster_moment when, const cluster_message *reply,
                     uint32_t reader)
{
    if (!reply->exceeds_recv) {
        return;
    }
    GString *text = g_string_new("the reply of ");
    g_string_append_printf(text, "%u bytes does not fit in the one recv of its reader, ",
                           reply->length);
    const cluster_node *node = cluster_facts_node_at(&model->facts, reader);
    if (node != NULL) {
        cluster_escape_append(text, node->name, CLUSTER_TEXT_NAME_MAX);
    } else {
        cluster_address_append(text, &reply->client.address);
    }
    g_string_append(text, ", which fails to decode the part that it gets");
    cluster_finding finding = {.severity = CLUSTER_ERROR};
    finding.cause = cluster_cause_new("reply_exceeds_recv", g_string_free(text, FALSE));
    cluster_cause_add_frame(finding.cause, when.frame);
    cluster_facts_add_finding(&model->facts, &finding);
}

/* The record of a request and its reply. */
static uint32_t answer_request(cluster_model *model, cluster_moment when,
                               const cluster_request *request, const cluster_message *reply,
                               uint32_t beacon)
{
    cluster_finding *finding;
    switch (request->asked) {
    case CLUSTER_ASKED_JOIN:
        answer_join(model, when, request, reply, beacon);
        break;
    case CLUSTER_ASKED_WATCH:
        answer_watch(model, when, request, reply, beacon);
        break;
    case CLUSTER_ASKED_OTHER:
        finding = cluster_facts_finding_at(&model->facts, request->record);
        if (finding != NULL) {
            finding->answered = true;
            cluster_cause_add_frame(finding->cause, when.frame);
        }
        break;
    }
    const cluster_exchange *exchange = exchange_at(&model->facts, request);
    if (exchange == NULL) {
        return CLUSTER_NO_NODE;
    }
    if (reply->payload == CLUSTER_PAYLOAD_SELF && request->new_address &&
        !cluster_address_equal(&reply->client.address, &reply->server.address)) {
        cluster_facts_drop_address(&model->facts, exchange->asker, &reply->client.address);
    }
    return exchange->asker;
}

void cluster_reply_seen(cluster_model *model, cluster_moment when, cluster_connection *connection,
                        const cluster_message *message)
{
    cluster_facts *facts = &model->facts;
    uint32_t beacon = cluster_facts_node(facts, message->sender, when.frame);
    cluster_facts_take_role(facts, beacon, CLUSTER_ROLE_BEACON);
    cluster_facts_take_address(facts, beacon, &message->server.address, when.frame);
    cluster_facts_answers_at(facts, beacon, &message->server, when);
    uint32_t reader = CLUSTER_NO_NODE;
    guint at = answered_by(connection, message);
    if (at == G_MAXUINT) {
        answer_nothing(model, when, message, beacon);
    } else {
        reader =
            answer_request(model, when, &g_array_index(connection->requests, cluster_request, at),
                           message, beacon);
        remove_request(model, connection, at);
    }
    too_long(model, when, message, reader);
}
