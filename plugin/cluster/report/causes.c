/* causes.c
 * Why a Beacon's ping of a seeker failed.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A cause other than "unknown" is given only where a packet shows it: the last step that the ping
 * came to, and the answer, or the lack of one for CLUSTER_SILENCE, that ended it there. The table
 * `rules` goes from the last step to the first, and the first rule that finds its evidence gives
 * the cause. Erlang keeps a connection that is there already, and one that the other side opened,
 * so talks in both directions count.
 *
 * To add a cause, write its function and its row.
 */

#include "causes.h"

#include <string.h>

/* What is sent so often again has had no answer. */
#define STALE_REPEATS 3

static bool is_refused(const cluster_talk *talk)
{
    return talk->conversation->syn_ack == 0 && talk->conversation->said_count == 0 &&
           cluster_talk_party(talk, CLUSTER_SERVER)->reset != 0;
}

/* Whether SYNs stayed without an answer for long enough to say so. */
static bool is_silent(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_conversation *conversation = talk->conversation;
    return conversation->syn != 0 && cluster_talk_is_unheard(talk) &&
           !cluster_ping_is_filtered(ping) &&
           ping->end.time - conversation->first.time >= CLUSTER_SILENCE;
}

static bool is_unreachable(const cluster_ping *ping, const cluster_talk *talk)
{
    return cluster_talk_is_unheard(talk) &&
           (talk->conversation->unreachable != 0 || is_silent(ping, talk));
}

/* How parties are called, by the side of a talk. */
static const char *who(const cluster_ping *ping, const cluster_talk *talk, cluster_side side)
{
    bool beacon = cluster_ping_is_forward(ping, talk) == (side == CLUSTER_CLIENT);
    return beacon ? "the Beacon" : "the seeker";
}

static unsigned server_port(const cluster_talk *talk)
{
    return cluster_talk_end(talk, 0, CLUSTER_SERVER)->port;
}

/* The frames of an attempt to connect, and of what answered it. */
static void add_attempt(cluster_cause *cause, const cluster_talk *talk)
{
    const cluster_conversation *conversation = talk->conversation;
    cluster_cause_add_frame(cause, conversation->syn);
    cluster_cause_add_frame(cause, conversation->unreachable);
    cluster_cause_add_frame(cause, cluster_talk_party(talk, CLUSTER_SERVER)->reset);
    for (guint i = 0; conversation->repeats != NULL && i < conversation->repeats->len; i++) {
        cluster_cause_add_frame(cause, g_array_index(conversation->repeats, uint32_t, i));
    }
}

/* What ended an attempt that nobody accepted, as the end of a sentence. */
static char *how_unreachable(const cluster_ping *ping, const cluster_talk *talk)
{
    if (talk->conversation->unreachable != 0) {
        return g_strdup("was answered with ICMP unreachable");
    }
    char *seconds = cluster_seconds_text(ping->end.time - talk->conversation->first.time, 1);
    char *text = g_strdup_printf("did not answer for %s s", seconds);
    g_free(seconds);
    return text;
}

/* The rules. Each gives a cause if the talk shows it, else NULL. */

/* The frame in which the accepting side ended a handshake behind what it was told; 0. Packets may
 * be recorded out of order: where both ended it at once, and the Beacon opened it, which waits for
 * an answer and lives to tell of it, the other one was first. */
static uint32_t hung_up_behind(const cluster_ping *ping, const cluster_talk *talk,
                               const cluster_said *told)
{
    const double ended = talk->conversation->ended;
    uint32_t closed = cluster_talk_hung_up(talk);
    if (closed == 0 && ended - told->time < CLUSTER_SILENCE &&
        cluster_ping_is_forward(ping, talk)) {
        closed = cluster_party_end(cluster_talk_party(talk, CLUSTER_SERVER));
    }
    return closed < told->frame && ended < told->time ? 0 : closed;
}

static cluster_cause *cookie_mismatch(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_said *told = cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE_REPLY);
    uint32_t closed = told == NULL ? 0 : hung_up_behind(ping, talk, told);
    if (closed == 0 || cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE_ACK) != NULL ||
        cluster_conversation_missing(talk->conversation, CLUSTER_SERVER) > 0) {
        return NULL;
    }
    cluster_cause *cause =
        cluster_cause_new("cookie_mismatch",
                          "%s closed the connection after SEND_CHALLENGE_REPLY with no "
                          "SEND_CHALLENGE_ACK: the two nodes have different cookies",
                          who(ping, talk, CLUSTER_SERVER));
    cluster_cause_add_kinds(cause, talk, CLUSTER_SAID_CHALLENGE, CLUSTER_SAID_CHALLENGE_REPLY);
    cluster_cause_add_frame(cause, closed);
    return cause;
}

static bool is_accepted(cluster_text status)
{
    static const char *const words[] = {"ok", "ok_simultaneous", "true", "alive"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (cluster_text_equal(status, (cluster_text){words[i], strlen(words[i])})) {
            return true;
        }
    }
    return status.length >= 6 && memcmp(status.data, "named:", 6) == 0;
}

static cluster_cause *handshake_rejected(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_said *status = cluster_talk_find(talk, CLUSTER_SAID_STATUS);
    cluster_text word = cluster_facts_text_at(ping->index->report->facts,
                                              status == NULL ? CLUSTER_NONE : status->text);
    if (status == NULL || is_accepted(word) ||
        cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE) != NULL) {
        return NULL;
    }
    char *text = cluster_printable(word);
    cluster_cause *cause =
        cluster_cause_new("handshake_rejected", "%s answered SEND_NAME with status %s",
                          who(ping, talk, (cluster_side)status->side), text);
    cluster_cause_add_kinds(cause, talk, CLUSTER_SAID_NAME, CLUSTER_SAID_STATUS);
    g_free(text);
    return cause;
}

static cluster_cause *other_name(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_said *challenge = cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE);
    const cluster_node *asker = cluster_report_node(ping->index->report, ping->exchange->asker);
    if (challenge == NULL || asker == NULL || challenge->text == asker->text ||
        !cluster_ping_is_forward(ping, talk)) {
        return NULL;
    }
    char *other =
        cluster_printable(cluster_facts_text_at(ping->index->report->facts, challenge->text));
    cluster_cause *cause = cluster_cause_new(
        "other_name", "the node at the port %u that EPMD gave for the seeker calls itself %s",
        server_port(talk), other);
    cluster_cause_add_frame(cause, challenge->frame);
    g_free(other);
    return cause;
}

/* An alert in clear that is no farewell. */
static const cluster_said *find_alert(const cluster_talk *talk)
{
    const cluster_said *alert = NULL;
    do {
        alert = cluster_conversation_find(talk->conversation, CLUSTER_SAID_TLS_ALERT, alert);
    } while (alert != NULL && alert->number == 0);
    return alert;
}

static char *alert_text(const cluster_said *alert)
{
    const char *name = cluster_tls_alert_name(alert->number);
    return name == NULL ? g_strdup_printf("number %u", alert->number)
                        : g_strdup_printf("%s (%u)", name, alert->number);
}

static cluster_cause *tls_rejected(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_said *alert = find_alert(talk);
    if (alert == NULL ||
        cluster_talk_party(talk, (cluster_side)!alert->side)->speech != CLUSTER_SPEAKS_TLS) {
        return NULL;
    }
    char *text = alert_text(alert);
    cluster_cause *cause =
        cluster_cause_new("tls_rejected", "%s ended the TLS handshake with the alert %s",
                          who(ping, talk, (cluster_side)alert->side), text);
    cluster_cause_add_kinds(cause, talk, CLUSTER_SAID_TLS_HELLO, CLUSTER_SAID_TLS_HELLO);
    cluster_cause_add_frame(cause, alert->frame);
    g_free(text);
    return cause;
}

static cluster_cause *tls_mismatch(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_said *alert = find_alert(talk);
    const cluster_said *hello = cluster_talk_find(talk, CLUSTER_SAID_TLS_HELLO);
    cluster_cause *cause = NULL;
    if (alert != NULL &&
        cluster_talk_party(talk, (cluster_side)!alert->side)->speech == CLUSTER_SPEAKS_DIST) {
        char *text = alert_text(alert);
        cause = cluster_cause_new(
            "tls_mismatch",
            "%s speaks TLS on its distribution port and answered SEND_NAME, which "
            "came without TLS, with the alert %s",
            who(ping, talk, (cluster_side)alert->side), text);
        cluster_cause_add_kinds(cause, talk, CLUSTER_SAID_NAME, CLUSTER_SAID_NAME);
        cluster_cause_add_frame(cause, alert->frame);
        g_free(text);
        return cause;
    }
    const cluster_party *server = cluster_talk_party(talk, CLUSTER_SERVER);
    bool mute = !cluster_ping_is_filtered(ping) && server->based && server->next == server->base &&
                server->stream == NULL &&
                cluster_conversation_missing(talk->conversation, CLUSTER_SERVER) == 0;
    bool plain = server->speech == CLUSTER_SPEAKS_DIST;
    if (hello == NULL || hello->side != CLUSTER_CLIENT || !(plain || mute) ||
        (mute && cluster_talk_hung_up(talk) == 0 &&
         ping->end.time - hello->time < CLUSTER_SILENCE)) {
        return NULL;
    }
    cause = cluster_cause_new(
        "tls_mismatch",
        plain ? "%s opened the distribution with TLS, and %s answered without"
              : "%s opened the distribution with TLS, and %s answered with not one byte, as a "
                "node does whose distribution is without TLS",
        who(ping, talk, CLUSTER_CLIENT), who(ping, talk, CLUSTER_SERVER));
    cluster_cause_add_frame(cause, hello->frame);
    cluster_cause_add_frame(cause, cluster_talk_hung_up(talk));
    return cause;
}

static cluster_cause *dist_refused(const cluster_ping *ping, const cluster_talk *talk)
{
    if (!is_refused(talk)) {
        return NULL;
    }
    char *host;
    bool given = cluster_ping_given(ping, talk) != NULL;
    cluster_cause *cause =
        given ? cluster_cause_new("dist_refused",
                                  "%s refused the distribution port %u that its EPMD gave",
                                  cluster_talk_accepter_text(talk, &host), server_port(talk))
              : cluster_cause_new("port_refused", "%s refused the connection to its port %u",
                                  cluster_talk_accepter_text(talk, &host), server_port(talk));
    add_attempt(cause, talk);
    g_free(host);
    return cause;
}

static cluster_cause *dist_unreachable(const cluster_ping *ping, const cluster_talk *talk)
{
    if (!is_unreachable(ping, talk)) {
        return NULL;
    }
    char *host;
    char *how = how_unreachable(ping, talk);
    bool given = cluster_ping_given(ping, talk) != NULL;
    cluster_cause *cause =
        cluster_cause_new(given ? "dist_unreachable" : "port_unreachable", "the %sport %u of %s %s",
                          given ? "distribution " : "", server_port(talk),
                          cluster_talk_accepter_text(talk, &host), how);
    add_attempt(cause, talk);
    g_free(how);
    g_free(host);
    return cause;
}

/* The ping went over a connection that was there, and that the seeker's host knows no more: what
 * the Beacon's host sent on it was answered with RST. */
static cluster_cause *stale_connection(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_report *report = ping->index->report;
    const cluster_side side = cluster_ping_is_forward(ping, talk) ? CLUSTER_SERVER : CLUSTER_CLIENT;
    const cluster_moment reset = {cluster_talk_party(talk, side)->reset, talk->conversation->ended};
    const double slack = report->facts->captures->len > 1 ? CLUSTER_SAME_TIME : 0;
    if (reset.frame == 0 ||
        cluster_talk_party(talk, (cluster_side)!side)->last < ping->start.time - slack ||
        cluster_report_is_before(report, &reset, &ping->start, -CLUSTER_SAME_TIME) ||
        !cluster_report_is_before(report, &reset, &ping->end, CLUSTER_SAME_TIME)) {
        return NULL;
    }
    cluster_cause *cause =
        cluster_ping_may_be_others(ping, talk)
            ? cluster_cause_new("unknown",
                                "meanwhile %s reset an older connection between the two hosts, "
                                "at least one of which has several nodes: it may have been theirs",
                                who(ping, talk, side))
            : cluster_cause_new("stale_connection",
                                "the ping went over an older connection between the two, which "
                                "%s answered with RST: it did not know that connection",
                                who(ping, talk, side));
    cluster_cause_add_frame(cause, reset.frame);
    return cause;
}

/* The same where the seeker's host, behind a firewall, does not even reset it. */
static cluster_cause *stale_and_silent(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_side side = cluster_ping_is_forward(ping, talk) ? CLUSTER_CLIENT : CLUSTER_SERVER;
    const cluster_party *beacon = cluster_talk_party(talk, side);
    const cluster_party *seeker = cluster_talk_party(talk, (cluster_side)!side);
    const cluster_moment again = {beacon->again_frame, beacon->again_time};
    const double start = ping->start.time - CLUSTER_SILENCE;
    if (beacon->again < STALE_REPEATS || seeker->last >= start || cluster_ping_is_filtered(ping) ||
        cluster_report_is_before(ping->index->report, &again, &ping->start, -CLUSTER_SAME_TIME) ||
        !cluster_report_is_before(ping->index->report, &again, &ping->end, CLUSTER_SAME_TIME) ||
        cluster_ping_may_be_others(ping, talk)) {
        return NULL;
    }
    cluster_cause *cause = cluster_cause_new(
        "stale_connection",
        "the ping went over an older connection between the two, on which the capture holds no "
        "answer of the seeker's host, though the Beacon's sent the same again and again");
    cluster_cause_add_frame(cause, beacon->again_frame);
    return cause;
}

static cluster_cause *name_not_registered(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_said *answer = cluster_talk_find(talk, CLUSTER_SAID_PORT_ANSWER);
    const cluster_said *asked = cluster_talk_find(talk, CLUSTER_SAID_PORT_REQUEST);
    if (answer == NULL || answer->type == 0) {
        return NULL;
    }
    char *host;
    char *name = cluster_printable(cluster_facts_text_at(
        ping->index->report->facts, asked == NULL ? CLUSTER_NONE : asked->text));
    cluster_cause *cause =
        cluster_cause_new("name_not_registered", "EPMD on %s knows no node of the name %s",
                          cluster_talk_accepter_text(talk, &host), name);
    cluster_cause_add_kinds(cause, talk, CLUSTER_SAID_PORT_REQUEST, CLUSTER_SAID_PORT_ANSWER);
    g_free(name);
    g_free(host);
    return cause;
}

static cluster_cause *epmd_refused(const cluster_ping *ping, const cluster_talk *talk)
{
    (void)ping;
    if (!is_refused(talk)) {
        return NULL;
    }
    char *host;
    cluster_cause *cause =
        cluster_cause_new("epmd_refused", "%s refused the connection to EPMD (port %u)",
                          cluster_talk_accepter_text(talk, &host), server_port(talk));
    add_attempt(cause, talk);
    g_free(host);
    return cause;
}

static cluster_cause *epmd_unreachable(const cluster_ping *ping, const cluster_talk *talk)
{
    if (!is_unreachable(ping, talk)) {
        return NULL;
    }
    char *host;
    char *how = how_unreachable(ping, talk);
    cluster_cause *cause = cluster_cause_new(
        "host_unreachable",
        talk->conversation->unreachable != 0 ? "the connection to EPMD on %s %s" : "EPMD on %s %s",
        cluster_talk_accepter_text(talk, &host), how);
    add_attempt(cause, talk);
    g_free(how);
    g_free(host);
    return cause;
}

/* Adds the frames of ARP requests that are of the ping's time. */
static void add_asking(const cluster_ping *ping, cluster_cause *cause, const cluster_asking *asking)
{
    const cluster_report *report = ping->index->report;
    for (uint32_t i = 0; i < asking->frame_count; i++) {
        const cluster_moment when = {asking->frames[i], asking->last};
        if (!cluster_report_is_before(report, &when, &ping->start, 0) &&
            cluster_report_is_before(report, &when, &ping->end, 0)) {
            cluster_cause_add_frame(cause, asking->frames[i]);
        }
    }
}

static const char *asking_word(const cluster_asking *asking)
{
    return asking->pair.to.family == CLUSTER_FAMILY_IPV6 ? "neighbour solicitations"
                                                         : "ARP requests";
}

static cluster_cause *not_resolved(const cluster_ping *ping)
{
    if (cluster_ping_is_filtered(ping) || ping->askings->len == 0) {
        return NULL;
    }
    const cluster_asking *asking = g_ptr_array_index(ping->askings, 0);
    char *host = cluster_address_text(&asking->pair.to);
    bool sure = cluster_has_address(ping->seekers, &asking->pair.to);
    char *asker = cluster_address_text(&asking->pair.from);
    cluster_cause *cause =
        sure ? cluster_cause_new("host_unreachable", "nobody answered the %s for %s",
                                 asking_word(asking), host)
             : cluster_cause_new("unknown",
                                 "nothing tells the address of the seeker's host; meanwhile "
                                 "nobody answered the %s of %s for %s, which may have been it",
                                 asking_word(asking), asker, host);
    add_asking(ping, cause, asking);
    g_free(asker);
    g_free(host);
    return cause;
}

static cluster_cause *dns_failed(const cluster_ping *ping)
{
    const cluster_lookup *wrong = NULL;
    for (guint i = 0; i < ping->lookups->len; i++) {
        const cluster_lookup *lookup = g_ptr_array_index(ping->lookups, i);
        if (lookup->kind == CLUSTER_DNS_RESPONSE && lookup->address_count > 0) {
            return NULL;
        }
        bool better = wrong == NULL || (wrong->rcode == 0 && lookup->rcode != 0);
        wrong = lookup->kind != CLUSTER_DNS_QUERY && better ? lookup : wrong;
    }
    if (wrong == NULL) {
        return NULL;
    }
    char *host = cluster_printable(ping->host);
    cluster_cause *cause = NULL;
    if (wrong->kind == CLUSTER_DNS_UNREACHABLE) {
        cause = cluster_cause_new("dns_failed",
                                  "the look-up of %s did not come to the name "
                                  "server: ICMP said that it is unreachable",
                                  host);
    } else if (wrong->rcode == 0) {
        cause = cluster_cause_new("dns_failed", "DNS gave the Beacon no address for %s", host);
    } else {
        cause = cluster_cause_new("dns_failed",
                                  "DNS answered the Beacon's question for %s with %s (rcode %u)",
                                  host, wrong->rcode == 3 ? "NXDOMAIN" : "an error", wrong->rcode);
    }
    cluster_cause_add_lookups(ping, cause);
    g_free(host);
    return cause;
}

/* What Erlang calls a long name has a dot in its host. */
static bool is_long(cluster_text host)
{
    return memchr(host.data, '.', host.length) != NULL ||
           memchr(host.data, ':', host.length) != NULL;
}

static cluster_cause *long_and_short_names(const cluster_ping *ping)
{
    const cluster_node *beacon = cluster_report_node(ping->index->report, ping->exchange->beacon);
    if (beacon == NULL || beacon->host.length == 0 || ping->host.length == 0 ||
        is_long(beacon->host) == is_long(ping->host) || ping->lookups->len > 0) {
        return NULL;
    }
    char *name = cluster_printable(beacon->name);
    cluster_cause *cause = cluster_cause_new(
        "long_and_short_names",
        "the Beacon %s has a %s name, the seeker a %s one: Erlang does not connect such nodes, and "
        "sends no packet",
        name, is_long(beacon->host) ? "long" : "short", is_long(ping->host) ? "long" : "short");
    g_free(name);
    return cause;
}

/* The table: what is looked at, in which talks of the ping, from the last step to the first. */

typedef enum { DIST, OLDER, EPMD } talks_of_ping;

static const struct {
    talks_of_ping where;
    cluster_cause *(*cause)(const cluster_ping *, const cluster_talk *);
} rules[] = {
    {DIST, cookie_mismatch},     /* challenged, and not acknowledged */
    {DIST, other_name},          /* named, and somebody else challenged */
    {DIST, handshake_rejected},  /* named, and rejected by a status */
    {DIST, tls_rejected},        /* connected, and rejected by an alert */
    {DIST, tls_mismatch},        /* connected, and no common language */
    {DIST, dist_refused},        /* the port was tried, and refused: dist_refused, port_refused */
    {DIST, dist_unreachable},    /* tried in vain: dist_unreachable, port_unreachable */
    {OLDER, stale_connection},   /* a connection was there, and was not */
    {OLDER, stale_and_silent},   /* or nobody answered on it */
    {EPMD, name_not_registered}, /* EPMD was asked, and knew nothing */
    {EPMD, epmd_refused},        /* EPMD was tried, and refused */
    {EPMD, epmd_unreachable},    /* EPMD was tried in vain: host_unreachable */
};

/* Where no talk was seen: what is looked at instead. */
static cluster_cause *(*const rules_without[])(const cluster_ping *) = {
    not_resolved,         /* the host was asked for: host_unreachable */
    dns_failed,           /* its name was looked up */
    long_and_short_names, /* nothing was sent */
};

static cluster_cause *judge(const cluster_ping *ping)
{
    GPtrArray *const talks[] = {ping->dist, ping->older, ping->epmd};
    for (size_t rule = 0; rule < G_N_ELEMENTS(rules); rule++) {
        const GPtrArray *among = talks[rules[rule].where];
        /* What EPMD said counts only where the ping came no further; and a ping that asked EPMD
         * went over no older connection. */
        if ((rules[rule].where != DIST && ping->dist->len > 0) ||
            (rules[rule].where == OLDER && ping->epmd->len > 0)) {
            continue;
        }
        for (guint i = 0; i < among->len; i++) {
            const cluster_talk *talk = g_ptr_array_index(among, i);
            cluster_cause *cause = rules[rule].cause(ping, talk);
            if (cause != NULL) {
                cluster_cause_add_given(ping, cause, talk);
                cluster_cause_add_tie(ping, cause);
                return cause;
            }
        }
    }
    for (size_t rule = 0;
         ping->dist->len + ping->epmd->len == 0 && rule < G_N_ELEMENTS(rules_without); rule++) {
        cluster_cause *cause = rules_without[rule](ping);
        if (cause != NULL) {
            return cause;
        }
    }
    return cluster_ping_unknown(ping);
}

static void judge_join(const cluster_ping_index *index, cluster_exchange *exchange)
{
    cluster_ping *ping;
    switch ((seekchat_payload)exchange->reply.payload) {
    case SEEKCHAT_PAYLOAD_JOINED:
        exchange->outcome = CLUSTER_OUTCOME_JOINED;
        break;
    case SEEKCHAT_PAYLOAD_SELF:
        exchange->outcome = CLUSTER_OUTCOME_SELF;
        break;
    case SEEKCHAT_PAYLOAD_JOIN_FAILED:
        exchange->outcome = CLUSTER_OUTCOME_JOIN_FAILED;
        ping = cluster_ping_new(index, exchange);
        exchange->cause = judge(ping);
        cluster_ping_free(ping);
        break;
    case SEEKCHAT_PAYLOAD_ERROR:
        exchange->outcome = CLUSTER_OUTCOME_ERROR;
        break;
    default:
        exchange->outcome = CLUSTER_OUTCOME_ERROR;
        exchange->cause = cluster_cause_at("unexpected_reply", exchange->reply.frame,
                                           "the reply is none that seeking may get");
        break;
    }
}

void cluster_report_find_causes(cluster_report *report)
{
    cluster_ping_index *index = cluster_ping_index_new(report);
    for (guint i = 0; i < report->exchanges->len; i++) {
        cluster_exchange *exchange = g_ptr_array_index(report->exchanges, i);
        exchange->severity = CLUSTER_ERROR;
        if (!exchange->answered) {
            exchange->cause = cluster_why_no_request(report, exchange);
            if (exchange->cause == NULL) {
                exchange->cause = cluster_why_no_reply(report, exchange);
            }
            continue;
        }
        exchange->cause = exchange->reply.reading == CLUSTER_READ_WHOLE
                              ? NULL
                              : cluster_why_unread(report, exchange);
        if (exchange->cause == NULL && exchange->kind == CLUSTER_EXCHANGE_JOIN) {
            judge_join(index, exchange);
        }
    }
    cluster_ping_index_free(index);
}
