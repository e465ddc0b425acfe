/* replies.c
 * Why no reply came to a request, or why it is not read.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "causes.h"

/* What is not whole may be so because of a display filter. */
static cluster_cause *why_filtered(const cluster_report *report, const cluster_said *said,
                                   const char *what)
{
    if (report->facts->filter == NULL ||
        (said->reading != CLUSTER_READ_HOLE && said->reading != CLUSTER_READ_BEGUN)) {
        return NULL;
    }
    cluster_cause *cause =
        cluster_cause_new("filtered", "the display filter does not show all of the %s", what);
    cluster_cause_add_frame(cause, said->frame);
    return cause;
}

cluster_cause *cluster_why_no_request(const cluster_report *report, cluster_exchange *exchange)
{
    const cluster_said *request = &exchange->request;
    cluster_cause *hidden = why_filtered(report, request, "request");
    if (hidden != NULL) {
        exchange->severity = CLUSTER_NOTE;
        return hidden;
    }
    bool closed = cluster_conversation_ended(exchange->talk->conversation);
    cluster_cause *cause;
    switch ((cluster_reading)request->reading) {
    case CLUSTER_READ_INVALID:
        cause =
            cluster_cause_at("request_invalid", request->frame,
                             "the request does not decode, and a Beacon closes such a connection");
        cluster_cause_add_frame(cause, cluster_talk_hung_up(exchange->talk));
        return cause;
    case CLUSTER_READ_CUT:
        exchange->severity = CLUSTER_NOTE;
        return cluster_cause_at(
            "request_cut", request->frame,
            "the snap length cut the request: the capture does not hold all of it");
    case CLUSTER_READ_HOLE:
        exchange->severity = CLUSTER_NOTE;
        return cluster_cause_at("request_missing", request->frame,
                                "a part of the request is not in the capture");
    case CLUSTER_READ_BEGUN:
        exchange->severity = closed ? CLUSTER_ERROR : CLUSTER_NOTE;
        return cluster_cause_at(closed ? "request_incomplete" : "capture_ends", request->frame,
                                closed ? "the request never came to its end"
                                       : "the capture ends inside the request");
    case CLUSTER_READ_WHOLE:
        break;
    }
    bool may_be_cut = request->split && cluster_talk_hung_up(exchange->talk) != 0;
    if (may_be_cut || request->length > SEEKCHAT_RECV_BYTES) {
        cause = cluster_cause_at(
            "request_incomplete", request->frame,
            request->length > SEEKCHAT_RECV_BYTES
                ? "the Beacon's one recv returns only a part of the request"
                : "the request came in several segments: the Beacon's one recv may "
                  "have returned only a part of the request");
        cluster_cause_add_frame(cause, cluster_talk_hung_up(exchange->talk));
        return cause;
    }
    return NULL;
}

static cluster_cause *why_ended(cluster_exchange *exchange)
{
    const cluster_talk *talk = exchange->talk;
    const cluster_party *client = cluster_talk_party(talk, CLUSTER_CLIENT);
    const cluster_party *server = cluster_talk_party(talk, CLUSTER_SERVER);
    uint32_t by_server = cluster_talk_hung_up(talk);
    uint32_t by_client = cluster_party_end(client);
    /* Who knows the number of the server's first byte was answered by it. */
    if (talk->conversation->syn != 0 && talk->conversation->syn_ack == 0 && !server->based &&
        server->reset != 0) {
        exchange->outcome = CLUSTER_OUTCOME_REFUSED;
        return cluster_cause_at("reset", server->reset, "the Beacon's host refused the connection");
    }
    if (by_server != 0) {
        return by_server == server->reset
                   ? cluster_cause_at("reset", by_server,
                                      "the Beacon's host reset the connection instead of a reply")
                   : cluster_cause_at("never_answered", by_server,
                                      "the Beacon's host closed the connection without a reply");
    }
    if (by_client != 0) {
        return by_client == client->reset
                   ? cluster_cause_at("reset", by_client,
                                      "the asker's host reset the connection before a reply")
                   : cluster_cause_at("never_answered", by_client,
                                      "the asker gave up and closed the connection");
    }
    return NULL;
}

/* Of a reply that the capture does not hold, or not whole. */
static cluster_cause *reply_missing(cluster_exchange *exchange, uint32_t bytes)
{
    exchange->outcome = CLUSTER_OUTCOME_UNREAD;
    exchange->severity = CLUSTER_NOTE;
    return cluster_cause_new("reply_missing",
                             "TCP's numbers show that the Beacon's host sent some %u bytes, which "
                             "are not or not all in the capture",
                             bytes);
}

cluster_cause *cluster_why_no_reply(const cluster_report *report, cluster_exchange *exchange)
{
    if (report->facts->filter != NULL) {
        exchange->severity = CLUSTER_NOTE;
        return cluster_cause_at(
            "filtered", exchange->request.frame,
            "the display filter shows no reply; what it hides is not known here");
    }
    uint32_t missing = cluster_conversation_missing(exchange->talk->conversation, CLUSTER_SERVER);
    if (missing > 0) {
        return reply_missing(exchange, missing);
    }
    cluster_cause *cause = why_ended(exchange);
    if (cause != NULL) {
        return cause;
    }
    const cluster_party *client = cluster_talk_party(exchange->talk, CLUSTER_CLIENT);
    double waited = cluster_report_capture_end(report, exchange->talk->conversation->last.frame) -
                    exchange->request.time;
    char *seconds = cluster_seconds_text(MAX(waited, 0), 1);
    bool patient = waited >= CLUSTER_PATIENCE || client->again >= 3;
    exchange->severity = patient ? CLUSTER_ERROR : CLUSTER_NOTE;
    cause =
        patient
            ? cluster_cause_new("never_answered",
                                "no reply came in the %s s until the capture's end", seconds)
            : cluster_cause_new("capture_ends",
                                "the capture ends %s s after the request, before a reply", seconds);
    cluster_cause_add_frame(cause, exchange->request.frame);
    cluster_cause_add_frame(cause, client->again_frame);
    g_free(seconds);
    return cause;
}

cluster_cause *cluster_why_unread(const cluster_report *report, cluster_exchange *exchange)
{
    const cluster_said *reply = &exchange->reply;
    bool closed = cluster_conversation_ended(exchange->talk->conversation);
    cluster_cause *cause = why_filtered(report, reply, "reply");
    exchange->outcome = CLUSTER_OUTCOME_UNREAD;
    exchange->severity = CLUSTER_NOTE;
    if (cause != NULL) {
        return cause;
    }
    switch ((cluster_reading)reply->reading) {
    case CLUSTER_READ_INVALID:
        exchange->outcome = CLUSTER_OUTCOME_ERROR;
        exchange->severity = CLUSTER_ERROR;
        return cluster_cause_at("reply_invalid", reply->frame, "the reply does not decode");
    case CLUSTER_READ_CUT:
        return cluster_cause_at(
            "reply_cut", reply->frame,
            "the snap length cut the reply: the capture does not hold all of it");
    case CLUSTER_READ_HOLE:
        cause = reply_missing(exchange, reply->length);
        cluster_cause_add_frame(cause, reply->frame);
        return cause;
    case CLUSTER_READ_BEGUN:
        exchange->severity = closed ? CLUSTER_ERROR : CLUSTER_NOTE;
        exchange->outcome = closed ? CLUSTER_OUTCOME_ERROR : CLUSTER_OUTCOME_UNREAD;
        return cluster_cause_at(closed ? "reply_incomplete" : "capture_ends", reply->frame,
                                closed ? "the reply never came to its end"
                                       : "the capture ends inside the reply");
    case CLUSTER_READ_WHOLE:
        break;
    }
    return NULL;
}
