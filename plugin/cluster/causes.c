/* causes.c
 * Finds out from the packets of a failed ping why it failed.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A cause other than "unknown" is given only where a packet shows it: the last step that the ping
 * came to, and the answer, or the lack of one for CLUSTER_SILENCE, that ended it there. Erlang
 * keeps a connection that is there already and one that the other side opened, so handshakes in
 * both directions count.
 */

#include "escape.h"
#include "evidence.h"

#include <stdarg.h>
#include <string.h>

static bool text_equal(cluster_text one, cluster_text other)
{
    return one.length == other.length &&
           (one.length == 0 || memcmp(one.data, other.data, one.length) == 0);
}

static cluster_cause *cause_of(const char *code, const char *format, ...) G_GNUC_PRINTF(2, 3);

static cluster_cause *cause_of(const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return cluster_cause_new(code, text);
}

static bool unknown(const cluster_cause *cause)
{
    return strcmp(cause->code, "unknown") == 0;
}

static void add_frames(cluster_cause *cause, const uint32_t *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cluster_cause_add_frame(cause, frames[i]);
    }
}

/* Adds what to a cause's sentence. */
static void add_text(cluster_cause *cause, const char *what)
{
    char *text = g_strconcat(cause->text, what, NULL);
    g_free(cause->text);
    cause->text = text;
}

static char *address_text(const cluster_address *address)
{
    GString *out = g_string_new(NULL);
    cluster_address_append(out, address);
    return g_string_free(out, FALSE);
}

static char *printable(cluster_text text)
{
    GString *out = g_string_new(NULL);
    cluster_escape_append(out, text, CLUSTER_TEXT_NAME_MAX);
    return g_string_free(out, FALSE);
}

/* The path's attempt on which EPMD answered, or was asked, for the seeker's name. */
static const cluster_attempt *asked_for_it(const cluster_ping *ping, const cluster_path *path)
{
    for (guint i = path->attempts->len; i > 0; i--) {
        const cluster_attempt *attempt = g_ptr_array_index(path->attempts, i - 1);
        if (attempt->epmd && (attempt->request | attempt->response) != 0 &&
            text_equal(attempt->name, ping->alive)) {
            return attempt;
        }
    }
    return NULL;
}

/* Whether an attempt belongs to this ping: it is for the seeker's name, and not over before it. */
static bool is_ours(const cluster_ping *ping, const cluster_attempt *attempt)
{
    if (attempt->last_frame <= ping->request_frame) {
        return false;
    }
    if (attempt->epmd) {
        return attempt->name.length == 0 || text_equal(attempt->name, ping->alive);
    }
    cluster_text seeker = attempt->by_beacon ? attempt->accepter : attempt->opener;
    if (seeker.length > 0) {
        return text_equal(seeker, ping->sender);
    }
    const cluster_attempt *asked = asked_for_it(ping, attempt->path);
    return attempt->by_beacon && asked != NULL && asked->given_port == attempt->port;
}

/* Whether a SYN stayed without an answer for long enough to say so. */
static bool waited(const cluster_attempt *attempt, cluster_moment reply)
{
    return attempt->syn != 0 && attempt->syn_ack == 0 && attempt->reset == 0 &&
           reply.time - attempt->start >= CLUSTER_SILENCE;
}

/* Whether the accepting side ended the connection, and not the one that opened it. */
static bool hung_up(const cluster_attempt *attempt)
{
    return attempt->closed != 0 && (attempt->left == 0 || attempt->closed < attempt->left);
}

static bool accepted(const char *status)
{
    return strcmp(status, "ok") == 0 || strcmp(status, "ok_simultaneous") == 0 ||
           g_str_has_prefix(status, "named:");
}

/* How far a handshake came that ended in none of the known ways. */
static cluster_cause *handshake_seen(const cluster_attempt *attempt)
{
    const char *step = "the connection to the distribution port was seen";
    const uint32_t frames[] = {attempt->syn,       attempt->syn_ack,         attempt->send_name,
                               attempt->challenge, attempt->challenge_reply, attempt->challenge_ack,
                               attempt->closed};
    if (attempt->challenge_ack != 0) {
        step = "the distribution handshake was completed by SEND_CHALLENGE_ACK";
    } else if (attempt->challenge_reply != 0) {
        step = "SEND_CHALLENGE_REPLY was not answered";
    } else if (attempt->challenge != 0) {
        step = "the distribution handshake came as far as SEND_CHALLENGE";
    } else if (attempt->send_name != 0) {
        step = hung_up(attempt) ? "the connection was closed after SEND_NAME with no SEND_STATUS"
                                : "SEND_NAME was not answered";
    } else if (attempt->syn_ack == 0) {
        step = "the distribution port was tried, and no answer is in the capture";
    }
    cluster_cause *cause = cause_of("unknown", "%s", step);
    add_frames(cause, frames, G_N_ELEMENTS(frames));
    return cause;
}

static cluster_cause *judge_handshake(const cluster_attempt *attempt)
{
    if (attempt->challenge_reply != 0 && attempt->challenge_ack == 0 && hung_up(attempt)) {
        const uint32_t frames[] = {attempt->challenge, attempt->challenge_reply, attempt->closed};
        cluster_cause *cause =
            cause_of("cookie_mismatch",
                     "%s closed the connection after SEND_CHALLENGE_REPLY with no "
                     "SEND_CHALLENGE_ACK: the two nodes have different cookies",
                     attempt->by_beacon ? "the seeker" : "the Beacon");
        add_frames(cause, frames, G_N_ELEMENTS(frames));
        return cause;
    }
    if (attempt->status != 0 && !accepted(attempt->status_text) && attempt->challenge == 0) {
        const uint32_t frames[] = {attempt->send_name, attempt->status};
        char *status =
            printable((cluster_text){attempt->status_text, strlen(attempt->status_text)});
        cluster_cause *cause =
            cause_of("handshake_rejected", "%s answered SEND_NAME with status %s",
                     attempt->by_beacon ? "the seeker" : "the Beacon", status);
        add_frames(cause, frames, G_N_ELEMENTS(frames));
        g_free(status);
        return cause;
    }
    return handshake_seen(attempt);
}

static cluster_cause *judge_distribution(const cluster_ping *ping, const cluster_attempt *attempt,
                                         cluster_moment reply)
{
    const cluster_attempt *asked = asked_for_it(ping, attempt->path);
    char *host = address_text(&attempt->path->pair.to);
    cluster_cause *cause = NULL;
    if (attempt->send_name != 0 || attempt->status != 0 || attempt->challenge != 0) {
        cause = judge_handshake(attempt);
    } else if (attempt->reset != 0 && attempt->syn_ack == 0) {
        cause = cause_of("dist_refused", "%s refused the distribution port %u that its EPMD gave",
                         host, attempt->port);
    } else if (attempt->unreachable != 0) {
        cause = cause_of("dist_unreachable",
                         "the distribution port %u of %s was answered with ICMP unreachable",
                         attempt->port, host);
    } else if (waited(attempt, reply)) {
        cause =
            cause_of("dist_unreachable", "the distribution port %u of %s did not answer for %.1f s",
                     attempt->port, host, reply.time - attempt->start);
    } else {
        cause = handshake_seen(attempt);
    }
    const uint32_t frames[] = {attempt->syn, attempt->reset, attempt->unreachable};
    if (attempt->send_name == 0) {
        add_frames(cause, frames, G_N_ELEMENTS(frames));
        add_frames(cause, attempt->repeated.frames, attempt->repeated.count);
    }
    if (asked != NULL) {
        cluster_cause_add_frame(cause, asked->response);
    }
    g_free(host);
    return cause;
}

static cluster_cause *judge_epmd(const cluster_ping *ping, const cluster_attempt *attempt,
                                 cluster_moment reply)
{
    char *host = address_text(&attempt->path->pair.to);
    char *name = printable(ping->alive);
    cluster_cause *cause = NULL;
    if (attempt->response != 0 && attempt->result != 0) {
        cause =
            cause_of("name_not_registered", "EPMD on %s knows no node of the name %s", host, name);
    } else if (attempt->response != 0) {
        cause = cause_of("unknown",
                         "EPMD on %s gave port %u, and no connection to it is in the capture", host,
                         attempt->given_port);
    } else if (attempt->reset != 0) {
        cause = cause_of("epmd_refused", "%s refused the connection to EPMD (port %u)", host,
                         attempt->port);
    } else if (attempt->unreachable != 0) {
        cause = cause_of("host_unreachable",
                         "the connection to EPMD on %s was answered with ICMP unreachable", host);
    } else if (waited(attempt, reply)) {
        cause = cause_of("host_unreachable", "EPMD on %s did not answer for %.1f s", host,
                         reply.time - attempt->start);
    } else {
        cause = cause_of("unknown",
                         attempt->request != 0
                             ? "EPMD on %s did not answer PORT2_REQ"
                             : "EPMD on %s was tried, and no answer is in the capture",
                         host);
    }
    const uint32_t frames[] = {attempt->request == 0 ? attempt->syn : 0, attempt->reset,
                               attempt->unreachable, attempt->request, attempt->response};
    add_frames(cause, frames, G_N_ELEMENTS(frames));
    if (attempt->syn_ack == 0) {
        add_frames(cause, attempt->repeated.frames, attempt->repeated.count);
    }
    g_free(host);
    g_free(name);
    return cause;
}

/* Adds the kept frames that belong to this ping; how many. */
static uint32_t add_kept(cluster_cause *cause, const cluster_frames *kept, const cluster_ping *ping)
{
    uint32_t added = 0;
    for (uint32_t i = 0; i < kept->count; i++) {
        if (kept->frames[i] > ping->request_frame) {
            cluster_cause_add_frame(cause, kept->frames[i]);
            added++;
        }
    }
    return added;
}

/* What is known where the Beacon's host sent no TCP: NULL if that is nothing. */
static cluster_cause *judge_host(const cluster_ping *ping, const cluster_path *path)
{
    char *host = address_text(&path->pair.to);
    cluster_cause *icmp = cause_of("host_unreachable", "ICMP said that %s is unreachable", host);
    cluster_cause *arp =
        cause_of("host_unreachable", "nobody answered the ARP requests for %s", host);
    g_free(host);
    bool by_icmp = add_kept(icmp, &path->unreachable, ping) > 0;
    bool by_arp = add_kept(arp, &path->asked, ping) > 0 && path->resolved <= ping->request_frame;
    cluster_cause_free(by_icmp ? arp : icmp);
    if (by_icmp || by_arp) {
        return by_icmp ? icmp : arp;
    }
    cluster_cause_free(arp);
    return NULL;
}

/* The cause by the attempts of one kind, the newest first; one that is known goes before others. */
static cluster_cause *judge_attempts(const cluster_ping *ping, const cluster_path *path, bool epmd,
                                     cluster_moment reply)
{
    cluster_cause *best = NULL;
    for (guint i = path->attempts->len; i > 0; i--) {
        const cluster_attempt *attempt = g_ptr_array_index(path->attempts, i - 1);
        if (attempt->epmd != epmd || !is_ours(ping, attempt)) {
            continue;
        }
        cluster_cause *cause =
            epmd ? judge_epmd(ping, attempt, reply) : judge_distribution(ping, attempt, reply);
        bool cookie = strcmp(cause->code, "cookie_mismatch") == 0;
        if (best == NULL || (unknown(best) && !unknown(cause)) || cookie) {
            cluster_cause *worse = best;
            best = cause;
            cause = worse;
        }
        cluster_cause_free(cause);
    }
    return best;
}

/* NULL: nothing was seen on that path. */
static cluster_cause *judge_path(const cluster_ping *ping, const cluster_path *path,
                                 cluster_moment reply)
{
    cluster_cause *cause = judge_attempts(ping, path, false, reply);
    if (cause == NULL) {
        cause = judge_attempts(ping, path, true, reply);
    }
    return cause != NULL ? cause : judge_host(ping, path);
}

static cluster_cause *judge_name(const cluster_ping *ping)
{
    char *host = printable(ping->host);
    cluster_cause *cause =
        ping->rcode == 0
            ? cause_of("dns_failed", "DNS gave the Beacon no address for %s", host)
            : cause_of("dns_failed", "DNS answered the Beacon's question for %s with %s (rcode %u)",
                       host, ping->rcode == 3 ? "NXDOMAIN" : "an error", ping->rcode);
    add_kept(cause, &ping->looked_up, ping);
    add_kept(cause, &ping->failed, ping);
    g_free(host);
    return cause;
}

/* Where nothing of the ping was seen: says so, and what may be the reason. */
static cluster_cause *judge_nothing(const cluster_ping *ping)
{
    if (ping->host.length == 0) {
        return cause_of("unknown", "the sender's name has no host part");
    }
    char *host = printable(ping->host);
    char *beacon = address_text(&ping->beacon);
    bool own =
        ping->link_count > 0 && cluster_address_equal(&ping->links[0].path->pair.to, &ping->beacon);
    cluster_cause *cause = NULL;
    if (ping->looked_up.count > 0 && !ping->resolved) {
        cause = cause_of("unknown", "no answer to the look-up of %s is in the capture", host);
        add_kept(cause, &ping->looked_up, ping);
    } else if (own) {
        cause = cause_of("unknown", "%s is the Beacon's own host: what they said did not leave it",
                         host);
    } else {
        cause = cause_of("unknown",
                         "nothing from %s to %s is in the capture between request and reply: a "
                         "failed look-up may be remembered, or the packets took another way",
                         beacon, host);
    }
    g_free(host);
    g_free(beacon);
    return cause;
}

/* Whether a link surely leads to the seeker's host. */
static bool is_sure(const cluster_ping *ping, const cluster_link *link)
{
    if (link->origin == CLUSTER_BY_NAME || link->origin == CLUSTER_BY_DNS) {
        return true;
    }
    const cluster_attempt *asked = ping->resolved ? NULL : asked_for_it(ping, link->path);
    return asked != NULL && asked->by_beacon && asked->last_frame > ping->request_frame;
}

static cluster_cause *judge_sure(const cluster_ping *ping, cluster_moment reply)
{
    cluster_cause *best = NULL;
    for (uint32_t i = 0; i < ping->link_count && (best == NULL || unknown(best)); i++) {
        if (is_sure(ping, &ping->links[i])) {
            cluster_cause *cause = judge_path(ping, ping->links[i].path, reply);
            if (cause != NULL) {
                cluster_cause_free(best);
                best = cause;
            }
        }
    }
    return best;
}

/* Where the Beacon tried another host's EPMD than the request's: that contradicts the fallback. */
static cluster_cause *judge_elsewhere(const cluster_ping *ping)
{
    for (uint32_t i = 0; i < ping->link_count; i++) {
        const cluster_path *path = ping->links[i].path;
        if (ping->links[i].origin != CLUSTER_ELSEWHERE || path->attempts->len == 0) {
            continue;
        }
        const cluster_attempt *attempt = g_ptr_array_index(path->attempts, 0);
        if (!is_ours(ping, attempt)) {
            continue;
        }
        char *other = address_text(&path->pair.to);
        char *host = printable(ping->host);
        cluster_cause *cause = cause_of("unknown",
                                        "the Beacon tried EPMD on %s; whether that is %s is not in "
                                        "the capture",
                                        other, host);
        const uint32_t frames[] = {attempt->syn, attempt->reset, attempt->request,
                                   attempt->response};
        add_frames(cause, frames, G_N_ELEMENTS(frames));
        g_free(other);
        g_free(host);
        return cause;
    }
    return NULL;
}

static cluster_cause *judge_fallback(const cluster_ping *ping, cluster_moment reply)
{
    if (ping->link_count == 0 || ping->links[0].origin != CLUSTER_BY_REQUEST || ping->resolved) {
        return NULL;
    }
    cluster_cause *cause = judge_path(ping, ping->links[0].path, reply);
    if (cause != NULL) {
        add_text(cause, " (the address that the request came from is taken for the seeker's host, "
                        "whose look-up is not in the capture)");
    }
    return cause;
}

cluster_cause *cluster_ping_judge(const cluster_ping *ping, cluster_moment reply)
{
    if (ping->dropped) {
        return cause_of("unknown",
                        "the Beacon had too many pings going at once to follow this one");
    }
    cluster_cause *cause = judge_sure(ping, reply);
    if (cause == NULL && ping->failed.count > 0 && !ping->resolved) {
        cause = judge_name(ping);
    }
    if (cause == NULL) {
        cause = judge_elsewhere(ping);
    }
    if (cause == NULL) {
        cause = judge_fallback(ping, reply);
    }
    return cause != NULL ? cause : judge_nothing(ping);
}
