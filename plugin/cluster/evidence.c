/* evidence.c
 * Keeps what is seen between a Beacon and a seeker's host while the Beacon pings the seeker.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "evidence.h"

#include <string.h>

static void free_path(gpointer data)
{
    cluster_path *path = data;
    g_ptr_array_unref(path->attempts);
    g_free(path);
}

static void free_attempt(gpointer data)
{
    cluster_attempt *attempt = data;
    g_free((char *)attempt->name.data);
    g_free((char *)attempt->opener.data);
    g_free((char *)attempt->accepter.data);
    g_free(attempt);
}

void cluster_evidence_init(cluster_evidence *evidence, uint32_t *limits)
{
    evidence->paths =
        g_hash_table_new_full(cluster_pair_hash, cluster_pair_key_equal, NULL, free_path);
    evidence->streams = g_hash_table_new(NULL, NULL);
    evidence->beacons = g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal,
                                              g_free, (GDestroyNotify)g_ptr_array_unref);
    evidence->limits = limits;
}

void cluster_evidence_clear(cluster_evidence *evidence)
{
    g_hash_table_destroy(evidence->beacons);
    g_hash_table_destroy(evidence->streams);
    g_hash_table_destroy(evidence->paths);
}

static void keep_frame(cluster_frames *frames, uint32_t frame)
{
    if (frames->count < CLUSTER_KEPT_FRAMES && frame > 0) {
        frames->frames[frames->count++] = frame;
    }
}

/*
 * Keeps the newest. A path may have been of use to an earlier ping, which never got its reply: what
 * is kept of a later one must not depend on that.
 */
static void keep_newest(cluster_frames *frames, uint32_t frame)
{
    if (frames->count == CLUSTER_KEPT_FRAMES) {
        frames->count--;
        memmove(frames->frames, frames->frames + 1, frames->count * sizeof frames->frames[0]);
    }
    keep_frame(frames, frame);
}

static void keep_first(uint32_t *kept, uint32_t frame)
{
    if (*kept == 0) {
        *kept = frame;
    }
}

static void keep_text(cluster_text *kept, cluster_text text)
{
    if (kept->data == NULL) {
        size_t length = MIN(text.length, CLUSTER_NAME_BYTES_MAX);
        *kept = (cluster_text){cluster_copy(text.data, length), length};
    }
}

static cluster_path *find_path(cluster_evidence *evidence, const cluster_address *from,
                               const cluster_address *to)
{
    cluster_pair pair = {*from, *to};
    return g_hash_table_lookup(evidence->paths, &pair);
}

/* Adds the way to an address to a ping's, once. */
static cluster_path *link_path(cluster_evidence *evidence, cluster_ping *ping,
                               const cluster_address *to, cluster_origin origin)
{
    cluster_path *path = find_path(evidence, &ping->beacon, to);
    for (uint32_t i = 0; i < ping->link_count; i++) {
        if (ping->links[i].path == path) {
            ping->links[i].origin = MIN(ping->links[i].origin, origin);
            return path;
        }
    }
    if (ping->link_count == CLUSTER_LINKS_MAX || to->family == CLUSTER_FAMILY_NONE) {
        return NULL;
    }
    if (path == NULL) {
        path = g_new0(cluster_path, 1);
        path->pair = (cluster_pair){ping->beacon, *to};
        path->attempts = g_ptr_array_new_with_free_func(free_attempt);
        g_hash_table_insert(evidence->paths, &path->pair, path);
    }
    path->users++;
    ping->links[ping->link_count++] = (cluster_link){path, origin};
    return path;
}

static void unlink_paths(cluster_evidence *evidence, cluster_ping *ping)
{
    for (uint32_t i = 0; i < ping->link_count; i++) {
        cluster_path *path = ping->links[i].path;
        if (--path->users > 0) {
            continue;
        }
        for (guint k = 0; k < path->attempts->len; k++) {
            const cluster_attempt *attempt = g_ptr_array_index(path->attempts, k);
            g_hash_table_remove(evidence->streams, GUINT_TO_POINTER(attempt->stream));
        }
        g_hash_table_remove(evidence->paths, &path->pair);
    }
    ping->link_count = 0;
}

static void split_name(cluster_ping *ping)
{
    const char *at =
        ping->sender.length == 0 ? NULL : memchr(ping->sender.data, '@', ping->sender.length);
    if (at == NULL) {
        ping->alive = ping->sender;
        return;
    }
    ping->alive = (cluster_text){ping->sender.data, (size_t)(at - ping->sender.data)};
    ping->host = (cluster_text){at + 1, ping->sender.length - ping->alive.length - 1};
}

static void leave_beacon(cluster_evidence *evidence, cluster_ping *ping)
{
    GPtrArray *pings = g_hash_table_lookup(evidence->beacons, &ping->beacon);
    if (pings != NULL && g_ptr_array_remove(pings, ping) && pings->len == 0) {
        g_hash_table_remove(evidence->beacons, &ping->beacon);
    }
}

static void enter_beacon(cluster_evidence *evidence, cluster_ping *ping)
{
    GPtrArray *pings = g_hash_table_lookup(evidence->beacons, &ping->beacon);
    if (pings == NULL) {
        pings = g_ptr_array_new();
        g_hash_table_insert(evidence->beacons, cluster_copy(&ping->beacon, sizeof ping->beacon),
                            pings);
    }
    if (pings->len == CLUSTER_PINGS_MAX) {
        cluster_ping *oldest = g_ptr_array_index(pings, 0);
        oldest->dropped = true;
        unlink_paths(evidence, oldest);
        g_ptr_array_remove_index(pings, 0);
        *evidence->limits |= CLUSTER_LIMIT_PINGS;
    }
    g_ptr_array_add(pings, ping);
}

cluster_ping *cluster_ping_begin(cluster_evidence *evidence, cluster_moment when,
                                 const cluster_message *request)
{
    cluster_ping *ping = g_new0(cluster_ping, 1);
    ping->beacon = request->server.address;
    ping->source = request->client.address;
    ping->request_frame = when.frame;
    keep_text(&ping->sender, request->sender);
    split_name(ping);
    enter_beacon(evidence, ping);
    cluster_address host;
    if (cluster_address_parse(ping->host, &host)) {
        link_path(evidence, ping, &host, CLUSTER_BY_NAME);
    } else if (ping->host.length > 0) {
        link_path(evidence, ping, &ping->source, CLUSTER_BY_REQUEST);
    }
    return ping;
}

void cluster_ping_end(cluster_evidence *evidence, cluster_ping *ping)
{
    leave_beacon(evidence, ping);
    unlink_paths(evidence, ping);
    g_free((char *)ping->sender.data);
    g_free(ping);
}

/* Whether the address of a ping's seeker is not known for sure. */
static bool unsure(const cluster_ping *ping)
{
    return ping->link_count > 0 && ping->links[0].origin == CLUSTER_BY_REQUEST && !ping->resolved;
}

/* The way from a Beacon to an EPMD that none of its pings was known to lead to. */
static cluster_path *elsewhere(cluster_evidence *evidence, const cluster_address *beacon,
                               const cluster_address *to)
{
    GPtrArray *pings = g_hash_table_lookup(evidence->beacons, beacon);
    cluster_path *path = NULL;
    for (guint i = 0; pings != NULL && i < pings->len; i++) {
        cluster_ping *ping = g_ptr_array_index(pings, i);
        if (unsure(ping)) {
            cluster_path *linked = link_path(evidence, ping, to, CLUSTER_ELSEWHERE);
            path = linked != NULL ? linked : path;
        }
    }
    return path;
}

static cluster_attempt *add_attempt(cluster_evidence *evidence, cluster_path *path,
                                    cluster_moment when, uint32_t stream)
{
    if (path->attempts->len >= CLUSTER_ATTEMPTS_MAX) {
        const cluster_attempt *oldest = g_ptr_array_index(path->attempts, 0);
        g_hash_table_remove(evidence->streams, GUINT_TO_POINTER(oldest->stream));
        g_ptr_array_remove_index(path->attempts, 0);
        *evidence->limits |= CLUSTER_LIMIT_ATTEMPTS;
    }
    cluster_attempt *attempt = g_new0(cluster_attempt, 1);
    attempt->path = path;
    attempt->stream = stream;
    attempt->by_beacon = true;
    attempt->start = when.time;
    g_ptr_array_add(path->attempts, attempt);
    g_hash_table_insert(evidence->streams, GUINT_TO_POINTER(stream), attempt);
    return attempt;
}

static bool gave_port(const cluster_path *path, uint16_t port)
{
    for (guint i = 0; i < path->attempts->len; i++) {
        const cluster_attempt *attempt = g_ptr_array_index(path->attempts, i);
        if (attempt->given_port == port && port != 0) {
            return true;
        }
    }
    return false;
}

/* The attempt that a segment begins: a Beacon's to EPMD, or to a port that EPMD gave it. */
static cluster_attempt *begin_attempt(cluster_evidence *evidence, cluster_moment when,
                                      const cluster_tcp *tcp)
{
    bool syn = (tcp->flags & CLUSTER_TCP_SYN) != 0;
    if (!syn && (tcp->flags & CLUSTER_TCP_RST) == 0) {
        return NULL;
    }
    bool forward = syn && (tcp->flags & CLUSTER_TCP_ACK) == 0;
    const cluster_endpoint *opener = forward ? &tcp->source : &tcp->target;
    const cluster_endpoint *accepter = forward ? &tcp->target : &tcp->source;
    bool epmd = accepter->port == CLUSTER_EPMD_PORT;
    cluster_path *path = find_path(evidence, &opener->address, &accepter->address);
    if (path == NULL && epmd) {
        path = elsewhere(evidence, &opener->address, &accepter->address);
    }
    if (path == NULL || (!epmd && !gave_port(path, accepter->port))) {
        return NULL;
    }
    cluster_attempt *attempt = add_attempt(evidence, path, when, tcp->stream);
    attempt->epmd = epmd;
    attempt->port = accepter->port;
    return attempt;
}

void cluster_evidence_tcp(cluster_evidence *evidence, cluster_moment when, const cluster_tcp *tcp)
{
    if (g_hash_table_size(evidence->beacons) == 0) {
        return;
    }
    cluster_attempt *attempt =
        g_hash_table_lookup(evidence->streams, GUINT_TO_POINTER(tcp->stream));
    if (attempt == NULL) {
        attempt = begin_attempt(evidence, when, tcp);
    }
    if (attempt == NULL) {
        return;
    }
    bool accepter = tcp->source.port == attempt->port && tcp->target.port != attempt->port;
    if ((tcp->flags & CLUSTER_TCP_SYN) != 0 && !accepter && attempt->syn != 0) {
        keep_frame(&attempt->repeated, when.frame);
    } else if ((tcp->flags & CLUSTER_TCP_SYN) != 0) {
        keep_first(accepter ? &attempt->syn_ack : &attempt->syn, when.frame);
    }
    if (accepter && (tcp->flags & CLUSTER_TCP_RST) != 0) {
        keep_first(&attempt->reset, when.frame);
    }
    if ((tcp->flags & (CLUSTER_TCP_RST | CLUSTER_TCP_FIN)) != 0) {
        keep_first(accepter ? &attempt->closed : &attempt->left, when.frame);
    }
    attempt->last_frame = when.frame;
}

void cluster_evidence_epmd(cluster_evidence *evidence, cluster_moment when,
                           const cluster_epmd *epmd)
{
    if (g_hash_table_size(evidence->beacons) == 0) {
        return;
    }
    bool asks = epmd->kind == CLUSTER_EPMD_PORT2_REQ;
    const cluster_endpoint *opener = asks ? &epmd->source : &epmd->target;
    const cluster_endpoint *accepter = asks ? &epmd->target : &epmd->source;
    cluster_attempt *attempt =
        g_hash_table_lookup(evidence->streams, GUINT_TO_POINTER(epmd->stream));
    if (attempt == NULL) {
        cluster_path *path = find_path(evidence, &opener->address, &accepter->address);
        if (path == NULL) {
            path = elsewhere(evidence, &opener->address, &accepter->address);
        }
        if (path == NULL) {
            return;
        }
        attempt = add_attempt(evidence, path, when, epmd->stream);
        attempt->port = accepter->port;
    }
    attempt->epmd = true;
    attempt->last_frame = when.frame;
    if (epmd->name.length > 0) {
        keep_text(&attempt->name, epmd->name);
    }
    if (asks) {
        keep_first(&attempt->request, when.frame);
    } else {
        keep_first(&attempt->response, when.frame);
        attempt->result = epmd->result;
        attempt->given_port = epmd->result == 0 ? epmd->port : 0;
    }
}

/* The attempt of a handshake message, whichever side opened the connection. */
static cluster_attempt *handshake_of(cluster_evidence *evidence, cluster_moment when,
                                     const cluster_erldp *erldp)
{
    cluster_attempt *attempt =
        g_hash_table_lookup(evidence->streams, GUINT_TO_POINTER(erldp->stream));
    if (attempt != NULL) {
        return attempt;
    }
    bool by_opener =
        erldp->kind == CLUSTER_ERLDP_SEND_NAME || erldp->kind == CLUSTER_ERLDP_CHALLENGE_REPLY;
    const cluster_endpoint *opener = by_opener ? &erldp->source : &erldp->target;
    const cluster_endpoint *accepter = by_opener ? &erldp->target : &erldp->source;
    cluster_path *path = find_path(evidence, &opener->address, &accepter->address);
    bool by_beacon = path != NULL;
    if (path == NULL) {
        path = find_path(evidence, &accepter->address, &opener->address);
    }
    if (path == NULL) {
        return NULL;
    }
    attempt = add_attempt(evidence, path, when, erldp->stream);
    attempt->by_beacon = by_beacon;
    attempt->port = accepter->port;
    return attempt;
}

static void keep_status(cluster_attempt *attempt, uint32_t frame, cluster_text text)
{
    size_t length = MIN(text.length, CLUSTER_STATUS_MAX);
    memcpy(attempt->status_text, length == 0 ? "" : text.data, length);
    attempt->status_text[length] = '\0';
    attempt->status = frame;
}

void cluster_evidence_erldp(cluster_evidence *evidence, cluster_moment when,
                            const cluster_erldp *erldp)
{
    if (g_hash_table_size(evidence->beacons) == 0) {
        return;
    }
    cluster_attempt *attempt = handshake_of(evidence, when, erldp);
    if (attempt == NULL) {
        return;
    }
    attempt->last_frame = when.frame;
    switch (erldp->kind) {
    case CLUSTER_ERLDP_SEND_NAME:
        keep_first(&attempt->send_name, when.frame);
        keep_text(&attempt->opener, erldp->text);
        break;
    case CLUSTER_ERLDP_SEND_STATUS:
        if (erldp->source.port == attempt->port) {
            keep_status(attempt, when.frame, erldp->text);
        }
        break;
    case CLUSTER_ERLDP_SEND_CHALLENGE:
        keep_first(&attempt->challenge, when.frame);
        keep_text(&attempt->accepter, erldp->text);
        break;
    case CLUSTER_ERLDP_CHALLENGE_REPLY:
        keep_first(&attempt->challenge_reply, when.frame);
        break;
    case CLUSTER_ERLDP_CHALLENGE_ACK:
        keep_first(&attempt->challenge_ack, when.frame);
        break;
    }
}

void cluster_evidence_arp(cluster_evidence *evidence, cluster_moment when, bool is_reply,
                          const cluster_pair *pair)
{
    if (g_hash_table_size(evidence->beacons) == 0) {
        return;
    }
    cluster_path *path = is_reply ? find_path(evidence, &pair->to, &pair->from)
                                  : find_path(evidence, &pair->from, &pair->to);
    if (path != NULL && is_reply) {
        path->resolved = when.frame;
    } else if (path != NULL) {
        keep_newest(&path->asked, when.frame);
    }
}

void cluster_evidence_unreachable(cluster_evidence *evidence, cluster_moment when,
                                  const cluster_endpoint *source, const cluster_endpoint *target)
{
    cluster_path *path = find_path(evidence, &source->address, &target->address);
    if (path == NULL) {
        return;
    }
    for (guint i = path->attempts->len; i > 0; i--) {
        cluster_attempt *attempt = g_ptr_array_index(path->attempts, i - 1);
        if (attempt->port == target->port && attempt->by_beacon && attempt->syn_ack == 0) {
            keep_first(&attempt->unreachable, when.frame);
            attempt->last_frame = when.frame;
            return;
        }
    }
    if (target->port == 0 || target->port == CLUSTER_EPMD_PORT) {
        keep_newest(&path->unreachable, when.frame);
    }
}

/* Whether a look-up was for host: that name, or with a search domain behind it. */
static bool names_host(cluster_text name, cluster_text host)
{
    return host.length > 0 && name.length >= host.length &&
           g_ascii_strncasecmp(name.data, host.data, host.length) == 0 &&
           (name.length == host.length || name.data[host.length] == '.');
}

void cluster_evidence_dns(cluster_evidence *evidence, cluster_moment when, const cluster_dns *dns)
{
    bool known = dns->client.family != CLUSTER_FAMILY_NONE;
    GPtrArray *pings = known ? g_hash_table_lookup(evidence->beacons, &dns->client) : NULL;
    for (guint i = 0; pings != NULL && i < pings->len; i++) {
        cluster_ping *ping = g_ptr_array_index(pings, i);
        if (!names_host(dns->name, ping->host)) {
            continue;
        }
        if (!dns->is_response) {
            keep_frame(&ping->looked_up, when.frame);
        } else if (dns->address_count == 0) {
            keep_frame(&ping->failed, when.frame);
            ping->rcode = dns->rcode != 0 ? dns->rcode : ping->rcode;
        }
        for (size_t k = 0; dns->is_response && k < dns->address_count; k++) {
            ping->resolved = true;
            link_path(evidence, ping, &dns->addresses[k], CLUSTER_BY_DNS);
        }
    }
}
