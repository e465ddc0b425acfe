/* hosts.c
 * What hosts asked of late: by ARP and neighbour solicitations for others, and the DNS for names.
 * May include: the headers of watch/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "hosts.h"

#include <math.h>
#include <string.h>

/* Requests of one host for another that may go on. */
typedef struct {
    cluster_asking *record; /* ours until it is kept */
    bool nearby;            /* to another act of the same host: they may be a walk */
    bool kept;
} asking;

/* A look-up that a ping may come for. */
typedef struct {
    cluster_lookup *record; /* ours until it is kept */
    uint32_t looks;         /* of pings that it was not for */
} lookup;

/* What a host did last. */
typedef struct {
    double time;
    asking *asked; /* NULL: it tried to connect, or the requests are gone */
} act;

void cluster_hosts_init(cluster_hosts *hosts, cluster_facts *facts)
{
    *hosts = (cluster_hosts){.facts = facts};
    hosts->pairs = g_hash_table_new_full(cluster_pair_hash, cluster_pair_key_equal, g_free, NULL);
    hosts->acts =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, g_free);
}

static bool has_room(const cluster_hosts *hosts, const GPtrArray *records, guint most,
                     cluster_limit limit)
{
    if (records->len >= most) {
        cluster_facts_reach(hosts->facts, limit);
        return false;
    }
    return true;
}

static void keep_asking(cluster_hosts *hosts, asking *asked)
{
    if (asked->kept) {
        return;
    }
    asked->kept = has_room(hosts, hosts->facts->askings, CLUSTER_ASKED_MAX, CLUSTER_LIMIT_ASKED);
    if (asked->kept) {
        g_ptr_array_add(hosts->facts->askings, asked->record);
    }
}

static bool is_at_beginning(const cluster_hosts *hosts, double time)
{
    return time - hosts->facts->first <= CLUSTER_PING_SECONDS;
}

/* Lets the oldest requests go; those that may be of use become facts. */
static void forget_oldest(cluster_hosts *hosts)
{
    asking *oldest = g_queue_pop_head(&hosts->askings);
    act *last = g_hash_table_lookup(hosts->acts, &oldest->record->pair.from);
    if (last != NULL && last->asked == oldest) {
        last->asked = NULL;
    }
    if (g_hash_table_lookup(hosts->pairs, &oldest->record->pair) == oldest) {
        g_hash_table_remove(hosts->pairs, &oldest->record->pair);
    }
    if (oldest->nearby || is_at_beginning(hosts, oldest->record->first.time)) {
        keep_asking(hosts, oldest);
    }
    if (!oldest->kept) {
        g_free(oldest->record);
    }
    g_free(oldest);
}

void cluster_hosts_clear(cluster_hosts *hosts)
{
    cluster_hosts_resume(hosts);
    asking *asked;
    while ((asked = g_queue_pop_head(&hosts->askings)) != NULL) {
        if (!asked->kept) {
            g_free(asked->record);
        }
        g_free(asked);
    }
    lookup *asked_for;
    while ((asked_for = g_queue_pop_head(&hosts->lookups)) != NULL) {
        g_free(asked_for->record);
        g_free(asked_for);
    }
    g_hash_table_destroy(hosts->acts);
    g_hash_table_destroy(hosts->pairs);
}

static gboolean is_long_ago(gpointer host, gpointer last, gpointer now)
{
    (void)host;
    return *(const double *)now - ((const act *)last)->time > CLUSTER_WALK_PAUSE;
}

/* Forgets what was done too long ago to matter. If that is not much, all: so no host costs a look
 * at all others. */
static void forget_acts(cluster_hosts *hosts, double now)
{
    g_hash_table_foreach_remove(hosts->acts, is_long_ago, &now);
    if (g_hash_table_size(hosts->acts) > CLUSTER_WALKS_MAX / 2) {
        cluster_facts_reach(hosts->facts, CLUSTER_LIMIT_WALKS);
        g_hash_table_remove_all(hosts->acts);
    }
}

static void note_act(cluster_hosts *hosts, const cluster_address *host, double now, asking *asked)
{
    act *last = g_hash_table_lookup(hosts->acts, host);
    if (last == NULL && g_hash_table_size(hosts->acts) >= CLUSTER_WALKS_MAX) {
        forget_acts(hosts, now);
    }
    if (last == NULL) {
        last = g_new0(act, 1);
        g_hash_table_insert(hosts->acts, cluster_copy(host, sizeof *host), last);
    } else if (fabs(now - last->time) <= CLUSTER_WALK_PAUSE) {
        if (last->asked != NULL) {
            last->asked->nearby = true;
        }
        if (asked != NULL) {
            asked->nearby = true;
        }
    }
    *last = (act){now, asked};
}

void cluster_hosts_act(cluster_hosts *hosts, const cluster_address *host, double now)
{
    note_act(hosts, host, now, NULL);
}

/* Whether an address is none, or all zero as in an ARP probe. */
static bool is_none(const cluster_address *address)
{
    static const uint8_t zero[sizeof address->bytes];
    return memcmp(address->bytes, zero, sizeof zero) == 0;
}

static asking *begin(cluster_hosts *hosts, cluster_moment when, const cluster_pair *pair)
{
    while (hosts->askings.head != NULL) {
        const asking *oldest = hosts->askings.head->data;
        if (when.time - oldest->record->last <= CLUSTER_PING_SECONDS &&
            hosts->askings.length < CLUSTER_ASKED_MAX) {
            break;
        }
        if (when.time - oldest->record->last <= CLUSTER_PING_SECONDS && !oldest->kept) {
            cluster_facts_reach(hosts->facts, CLUSTER_LIMIT_ASKED);
        }
        forget_oldest(hosts);
    }
    asking *asked = g_new0(asking, 1);
    asked->record = g_new0(cluster_asking, 1);
    asked->record->pair = *pair;
    asked->record->first = when;
    asked->record->last = when.time;
    g_queue_push_tail(&hosts->askings, asked);
    g_hash_table_replace(hosts->pairs, cluster_copy(pair, sizeof *pair), asked);
    return asked;
}

/* What a host asks of another, if it asked not long ago. */
static asking *going_on(const cluster_hosts *hosts, cluster_moment when, const cluster_pair *pair)
{
    asking *asked = g_hash_table_lookup(hosts->pairs, pair);
    return asked != NULL && when.time - asked->record->last <= CLUSTER_WALK_PAUSE ? asked : NULL;
}

static void request(cluster_hosts *hosts, cluster_moment when, const cluster_pair *pair)
{
    asking *asked = going_on(hosts, when, pair);
    bool begins = asked == NULL;
    if (begins) {
        asked = begin(hosts, when, pair);
        note_act(hosts, &pair->from, when.time, asked);
    }
    cluster_asking *record = asked->record;
    if (begins || when.time - record->last >= CLUSTER_ARP_REPEAT) {
        record->requests++;
        if (record->frame_count < CLUSTER_ASKING_FRAMES_MAX) {
            record->frames[record->frame_count++] = when.frame;
        }
    }
    record->last = when.time;
}

static void answer(cluster_hosts *hosts, cluster_moment when, const cluster_pair *pair)
{
    asking *asked = going_on(hosts, when, pair);
    if (asked == NULL && when.time - hosts->facts->first <= CLUSTER_WALK_PAUSE) {
        asked = begin(hosts, when, pair); /* the request came before the capture */
    }
    if (asked != NULL && asked->record->resolved.frame == 0) {
        asked->record->resolved = when;
    }
}

void cluster_hosts_arp(cluster_hosts *hosts, cluster_moment when, bool is_reply,
                       const cluster_pair *pair)
{
    const cluster_pair asked = is_reply ? (cluster_pair){pair->to, pair->from} : *pair;
    if (is_none(&pair->from) || is_none(&pair->to) ||
        cluster_address_equal(&pair->from, &pair->to)) {
        return;
    }
    if (is_reply) {
        answer(hosts, when, &asked);
    } else {
        request(hosts, when, &asked);
    }
}

/* Look-ups. */

static void keep_lookup(cluster_hosts *hosts, lookup *kept)
{
    if (has_room(hosts, hosts->facts->lookups, CLUSTER_LOOKUPS_MAX, CLUSTER_LIMIT_LOOKUPS)) {
        g_ptr_array_add(hosts->facts->lookups, kept->record);
    } else {
        g_free(kept->record);
    }
    g_free(kept);
}

/* Takes a look-up that nobody came for out of the queue. */
static void forget_lookup(cluster_hosts *hosts, GList *link)
{
    lookup *gone = link->data;
    g_queue_delete_link(&hosts->lookups, link);
    if (is_at_beginning(hosts, gone->record->when.time)) {
        keep_lookup(hosts, gone);
    } else {
        g_free(gone->record);
        g_free(gone);
    }
}

void cluster_hosts_dns(cluster_hosts *hosts, cluster_moment when, const cluster_dns *dns)
{
    while (hosts->lookups.head != NULL) {
        const lookup *oldest = hosts->lookups.head->data;
        bool old = when.time - oldest->record->when.time > CLUSTER_PING_SECONDS;
        if (!old && hosts->lookups.length < CLUSTER_LOOKUPS_MAX) {
            break;
        }
        if (!old) {
            cluster_facts_reach(hosts->facts, CLUSTER_LIMIT_LOOKUPS);
        }
        forget_lookup(hosts, hosts->lookups.head);
    }
    cluster_lookup *record = g_new0(cluster_lookup, 1);
    record->client = dns->client;
    record->name = cluster_facts_text(hosts->facts, dns->name);
    record->when = when;
    record->kind = (uint8_t)dns->kind;
    record->rcode = dns->rcode;
    record->address_count = (uint8_t)MIN(dns->address_count, CLUSTER_LOOKUP_ADDRESSES_MAX);
    memcpy(record->addresses, dns->addresses == NULL ? record->addresses : dns->addresses,
           record->address_count * sizeof *record->addresses);
    lookup *new = g_new0(lookup, 1);
    new->record = record;
    g_queue_push_tail(&hosts->lookups, new);
}

/* Keeps the look-ups of a host. Many pings in vain look at many look-ups: each is looked at so
 * often and no more. */
static void claim_lookups(cluster_hosts *hosts, double since, cluster_text host)
{
    GList *before;
    for (GList *link = hosts->lookups.tail; link != NULL; link = before) {
        lookup *looked_at = link->data;
        before = link->prev;
        if (looked_at->record->when.time < since) {
            return;
        }
        if (cluster_names_host(cluster_facts_text_at(hosts->facts, looked_at->record->name),
                               host)) {
            g_queue_delete_link(&hosts->lookups, link);
            keep_lookup(hosts, looked_at);
        } else if (++looked_at->looks >= CLUSTER_LOOKUP_LOOKS_MAX) {
            cluster_facts_reach(hosts->facts, CLUSTER_LIMIT_LOOKUPS);
            forget_lookup(hosts, link);
        }
    }
}

/* Keeps the requests that were made since then, if there are not too many of later ones. */
static void claim_askings(cluster_hosts *hosts, double since)
{
    uint32_t looks = 0;
    for (GList *link = hosts->askings.tail; link != NULL; link = link->prev) {
        asking *asked = link->data;
        bool late = asked->record->last >= since && asked->record->requests > 0;
        if (++looks > CLUSTER_PING_LOOKS_MAX) {
            if (late) {
                cluster_facts_reach(hosts->facts, CLUSTER_LIMIT_PING);
            }
            return;
        }
        if (late) {
            keep_asking(hosts, asked);
        }
    }
}

void cluster_hosts_claim(cluster_hosts *hosts, double since, cluster_text host)
{
    claim_lookups(hosts, since, host);
    claim_askings(hosts, since);
}

/* Pauses. */

void cluster_hosts_pause(cluster_hosts *hosts)
{
    cluster_hosts_resume(hosts);
    hosts->paused = true;
    hosts->kept_askings = hosts->facts->askings->len;
    hosts->kept_lookups = hosts->facts->lookups->len;
    for (const GList *link = hosts->askings.head; link != NULL; link = link->next) {
        const asking *asked = link->data;
        if (!asked->kept &&
            has_room(hosts, hosts->facts->askings, CLUSTER_ASKED_MAX, CLUSTER_LIMIT_ASKED)) {
            g_ptr_array_add(hosts->facts->askings, asked->record);
        }
    }
    for (const GList *link = hosts->lookups.head; link != NULL; link = link->next) {
        if (has_room(hosts, hosts->facts->lookups, CLUSTER_LOOKUPS_MAX, CLUSTER_LIMIT_LOOKUPS)) {
            g_ptr_array_add(hosts->facts->lookups, ((const lookup *)link->data)->record);
        }
    }
}

static void take_back(GPtrArray *records, guint kept)
{
    while (records->len > kept) {
        g_ptr_array_steal_index_fast(records, records->len - 1);
    }
}

void cluster_hosts_resume(cluster_hosts *hosts)
{
    if (hosts->paused) {
        take_back(hosts->facts->askings, hosts->kept_askings);
        take_back(hosts->facts->lookups, hosts->kept_lookups);
        hosts->paused = false;
    }
}
