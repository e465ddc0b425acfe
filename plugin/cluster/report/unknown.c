/* unknown.c
 * What is said of a ping where nothing shows its cause: what was seen, and where it ended.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "causes.h"

#include <string.h>

static uint32_t missing_of(const cluster_talk *talk)
{
    return cluster_conversation_missing(talk->conversation, CLUSTER_CLIENT) +
           cluster_conversation_missing(talk->conversation, CLUSTER_SERVER);
}

static bool is_lacking(const cluster_talk *talk)
{
    return cluster_talk_party(talk, CLUSTER_CLIENT)->cut != 0 ||
           cluster_talk_party(talk, CLUSTER_SERVER)->cut != 0 || missing_of(talk) > 0;
}

static const char *handshake_step(const cluster_talk *talk)
{
    if (cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE_ACK) != NULL) {
        return "the distribution handshake was completed by SEND_CHALLENGE_ACK";
    }
    if (cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE_REPLY) != NULL) {
        return "the capture ends the handshake with SEND_CHALLENGE_REPLY: it holds no answer to it";
    }
    if (cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE) != NULL) {
        return "the distribution handshake came as far as SEND_CHALLENGE";
    }
    if (cluster_talk_find(talk, CLUSTER_SAID_NAME) != NULL) {
        if (is_lacking(talk)) {
            return "the capture holds the distribution handshake as far as SEND_NAME";
        }
        return cluster_talk_hung_up(talk) != 0 &&
                       cluster_talk_find(talk, CLUSTER_SAID_STATUS) == NULL
                   ? "the connection was closed after SEND_NAME with no SEND_STATUS"
               : cluster_talk_find(talk, CLUSTER_SAID_STATUS) != NULL
                   ? "the distribution handshake came as far as SEND_STATUS"
                   : "SEND_NAME was not answered";
    }
    if (cluster_talk_find(talk, CLUSTER_SAID_TLS_HELLO) != NULL ||
        cluster_talk_find(talk, CLUSTER_SAID_TLS_SEALED) != NULL) {
        return "the distribution connection went over TLS, and what was said is encrypted";
    }
    if (talk->conversation->syn_ack == 0 && cluster_talk_is_unheard(talk)) {
        return "the distribution port was tried, and the capture holds no answer";
    }
    return talk->conversation->syn == 0
               ? "the capture begins inside a connection that may have been the distribution's"
               : "the connection to the distribution port was seen, and nothing that was said on "
                 "it";
}

/* Says it where the capture lacks bytes of a talk. */
static void add_lack(cluster_cause *cause, const cluster_talk *talk)
{
    uint32_t missing = missing_of(talk);
    if (cluster_talk_party(talk, CLUSTER_CLIENT)->cut != 0 ||
        cluster_talk_party(talk, CLUSTER_SERVER)->cut != 0) {
        cluster_cause_add_text(cause, " (frames of it were cut by the snap length)");
    } else if (missing > 0) {
        cluster_cause_add_text(cause, " (some %u bytes of it were sent and are not in the capture)",
                               missing);
    }
}

static cluster_cause *unknown_dist(const cluster_ping *ping, const cluster_talk *talk)
{
    cluster_cause *cause = cluster_cause_new("unknown", "%s", handshake_step(talk));
    cluster_cause_add_frame(cause, talk->conversation->syn);
    cluster_cause_add_frame(cause, talk->conversation->syn_ack);
    cluster_cause_add_kinds(cause, talk, CLUSTER_SAID_NAME, CLUSTER_SAID_TLS_SEALED);
    cluster_cause_add_frame(cause, cluster_talk_hung_up(talk));
    add_lack(cause, talk);
    cluster_cause_add_given(ping, cause, talk);
    return cause;
}

static cluster_cause *unknown_epmd(const cluster_ping *ping, const cluster_talk *talk)
{
    char *host;
    const cluster_said *answer = cluster_talk_find(talk, CLUSTER_SAID_PORT_ANSWER);
    cluster_cause *cause;
    cluster_talk_accepter_text(talk, &host);
    if (answer != NULL) {
        cause = cluster_cause_new("unknown",
                                  "EPMD on %s gave port %u, and no connection to that port is in "
                                  "the capture until the reply",
                                  host, answer->number);
    } else if (cluster_talk_find(talk, CLUSTER_SAID_PORT_REQUEST) != NULL) {
        cause = cluster_cause_new("unknown",
                                  is_lacking(talk)
                                      ? "the capture does not hold what EPMD on %s answered"
                                      : "EPMD on %s did not answer PORT2_REQ",
                                  host);
    } else {
        cause = cluster_cause_new("unknown",
                                  cluster_talk_is_unheard(talk)
                                      ? "EPMD on %s was tried, and the capture holds no answer"
                                  : talk->conversation->syn == 0
                                      ? "the capture begins inside a connection to EPMD on %s"
                                      : "a connection to EPMD on %s was seen, and nothing that was "
                                        "said on it",
                                  host);
    }
    if (answer == NULL) {
        cluster_cause_add_frame(cause, talk->conversation->syn);
        add_lack(cause, talk);
    }
    cluster_cause_add_tie(ping, cause);
    cluster_cause_add_kinds(cause, talk, CLUSTER_SAID_PORT_REQUEST, CLUSTER_SAID_PORT_ANSWER);
    g_free(host);
    return cause;
}

static char *addresses_text(const GArray *addresses)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < addresses->len && i < 4; i++) {
        g_string_append(out, i == 0 ? "" : ", ");
        cluster_address_append(out, &g_array_index(addresses, cluster_address, i));
    }
    return g_string_free(out, FALSE);
}

static bool is_loopback(const cluster_address *address)
{
    static const uint8_t loopback[sizeof address->bytes] = {[15] = 1};
    return address->family == CLUSTER_FAMILY_IPV4
               ? address->bytes[0] == 127
               : memcmp(address->bytes, loopback, sizeof loopback) == 0;
}

/* Whether the seeker's name says that it is on the Beacon's own host. */
static bool is_own_host(const cluster_ping *ping)
{
    cluster_address literal;
    return cluster_address_parse(ping->host, &literal) &&
           cluster_has_address(ping->beacons, &literal);
}

/* An address of the loopback that a look-up of the seeker's host gave; NULL. */
static const cluster_address *given_loopback(const cluster_ping *ping)
{
    for (guint i = 0; ping->lookups->len > 0 && i < ping->seekers->len; i++) {
        const cluster_address *address = &g_array_index(ping->seekers, cluster_address, i);
        if (is_loopback(address)) {
            return address;
        }
    }
    return NULL;
}

/* What went to the Beacon's own host does not come by. */
static cluster_cause *unknown_own_host(const cluster_ping *ping, const char *host)
{
    const cluster_address *loopback = given_loopback(ping);
    if (loopback == NULL) {
        return cluster_cause_new(
            "unknown", "%s is the Beacon's own host: what they said did not leave it", host);
    }
    char *address = cluster_address_text(loopback);
    cluster_cause *cause = cluster_cause_new("unknown",
                                             "DNS gave the Beacon the address %s for %s: the ping "
                                             "went to the Beacon's own host, and did not leave it",
                                             address, host);
    cluster_cause_add_lookups(ping, cause);
    g_free(address);
    return cause;
}

static cluster_cause *unknown_lookup(const cluster_ping *ping, const char *host)
{
    cluster_cause *cause =
        cluster_cause_new("unknown",
                          ping->placed ? "the look-up of %s was answered, and no packet that "
                                         "followed on it is in the capture"
                                       : "no answer to the look-up of %s is in the capture",
                          host);
    cluster_cause_add_lookups(ping, cause);
    return cause;
}

static cluster_cause *unknown_unseen(const cluster_ping *ping)
{
    char *alive = cluster_printable(ping->alive);
    char *seekers = addresses_text(ping->seekers);
    cluster_cause *cause = cluster_cause_new(
        "unknown",
        "the capture shows no packet of the ping: between request and reply neither EPMD was "
        "asked for %s, nor a handshake named the two, nor did the Beacon try to connect to %s; "
        "a failed look-up may be remembered, or the packets took another way",
        alive, seekers);
    g_free(seekers);
    g_free(alive);
    return cause;
}

static cluster_cause *unknown_nothing(const cluster_ping *ping)
{
    if (ping->exchange->asker == CLUSTER_NO_NODE) {
        return cluster_cause_new("unknown", "the request is not in the capture");
    }
    if (ping->host.length == 0) {
        return cluster_cause_new("unknown", "the sender's name has no host part");
    }
    char *host = cluster_printable(ping->host);
    bool own = is_own_host(ping) || given_loopback(ping) != NULL;
    cluster_cause *cause = own                      ? unknown_own_host(ping, host)
                           : ping->lookups->len > 0 ? unknown_lookup(ping, host)
                                                    : unknown_unseen(ping);
    g_free(host);
    return cause;
}

cluster_cause *cluster_ping_unknown(const cluster_ping *ping)
{
    if (cluster_ping_is_filtered(ping)) {
        return cluster_cause_new("unknown", "the packets that would tell are not among those that "
                                            "the display filter shows");
    }
    if (ping->dist->len > 0) {
        return unknown_dist(ping, g_ptr_array_index(ping->dist, 0));
    }
    if (ping->epmd->len > 0) {
        return unknown_epmd(ping, g_ptr_array_index(ping->epmd, 0));
    }
    return unknown_nothing(ping);
}
