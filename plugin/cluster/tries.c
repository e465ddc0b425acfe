/* tries.c
 * Keeps what scans are found in: attempts to connect, and ARP requests that may be part of a walk.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tries.h"

#include <math.h>
#include <string.h>

/* What a host did last: it tried to connect, or it began to ask for another. */
typedef struct {
    double time;
    cluster_asking *asking; /* NULL: an attempt, or it is kept already */
} last_act;

void cluster_tries_init(cluster_tries *tries, cluster_facts *facts)
{
    tries->facts = facts;
    tries->pairs = g_hash_table_new_full(cluster_pair_hash, cluster_pair_key_equal, g_free, NULL);
    tries->hosts =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, g_free);
}

void cluster_tries_clear(cluster_tries *tries)
{
    g_hash_table_destroy(tries->pairs);
    g_hash_table_destroy(tries->hosts);
}

/* Whether an address is none, or all zero as in an ARP probe. */
static bool is_none(const cluster_address *address)
{
    static const uint8_t zero[sizeof address->bytes];
    return memcmp(address->bytes, zero, sizeof zero) == 0;
}

/* Where too many are looked at, those so far are kept and it begins anew. */
static void make_room(cluster_tries *tries)
{
    if (g_hash_table_size(tries->hosts) >= CLUSTER_WALKS_MAX ||
        g_hash_table_size(tries->pairs) >= CLUSTER_WALKS_MAX) {
        for (GList *item = tries->facts->asked.head; item != NULL; item = item->next) {
            ((cluster_asking *)item->data)->nearby = true;
        }
        g_hash_table_remove_all(tries->pairs);
        g_hash_table_remove_all(tries->hosts);
    }
}

static void forget(cluster_tries *tries, cluster_asking *asking)
{
    if (g_hash_table_lookup(tries->pairs, &asking->pair) == asking) {
        g_hash_table_remove(tries->pairs, &asking->pair);
    }
    cluster_facts_drop_asking(tries->facts, asking);
}

/* Whether requests lie alone in time: none of that pair can come to them before now. */
static bool is_over(const cluster_facts *facts, const cluster_asking *asking, double now)
{
    return asking->first.time - facts->first > CLUSTER_WALK_PAUSE &&
           now - asking->last > CLUSTER_WALK_PAUSE;
}

/* A host does something; asking is NULL for an attempt to connect. */
static void act(cluster_tries *tries, const cluster_address *host, double now,
                cluster_asking *asking)
{
    make_room(tries);
    last_act *last = g_hash_table_lookup(tries->hosts, host);
    if (last == NULL) {
        last = g_new0(last_act, 1);
        g_hash_table_insert(tries->hosts, cluster_copy(host, sizeof *host), last);
    } else if (fabs(now - last->time) <= CLUSTER_WALK_PAUSE) {
        if (last->asking != NULL) {
            last->asking->nearby = true;
        }
        if (asking != NULL) {
            asking->nearby = true;
        }
    } else if (last->asking != NULL && !last->asking->nearby &&
               is_over(tries->facts, last->asking, now)) {
        forget(tries, last->asking);
    }
    *last = (last_act){now, asking};
}

cluster_try *cluster_tries_begin(cluster_tries *tries, cluster_moment when,
                                 const cluster_endpoint *client, const cluster_endpoint *server,
                                 bool given)
{
    if (is_none(&client->address) || is_none(&server->address)) {
        return NULL;
    }
    cluster_try *attempt = cluster_try_new(when, client, server);
    attempt->given = given;
    cluster_facts_list_try(tries->facts, attempt);
    act(tries, &client->address, when.time, NULL);
    return attempt;
}

void cluster_tries_settle(cluster_tries *tries, cluster_try *attempt, cluster_try_state state)
{
    if (attempt == NULL || attempt->state >= state) {
        return;
    }
    attempt->state = (uint8_t)state;
    if (state == CLUSTER_TRY_ANSWERED && !attempt->given && !attempt->heard) {
        cluster_facts_unlist_try(tries->facts, attempt); /* most likely another protocol's */
    }
}

void cluster_tries_heard(cluster_tries *tries, cluster_try *attempt)
{
    if (attempt != NULL && !attempt->heard) {
        cluster_facts_unlist_try(tries->facts, attempt);
        attempt->heard = true;
        cluster_facts_list_try(tries->facts, attempt);
        cluster_tries_settle(tries, attempt, CLUSTER_TRY_ANSWERED);
    }
}

static void arp_reply(cluster_tries *tries, cluster_moment when, const cluster_pair *pair)
{
    cluster_asking *asking = g_hash_table_lookup(tries->pairs, pair);
    if (asking != NULL && when.time - asking->last <= CLUSTER_WALK_PAUSE) {
        asking->resolved = true;
    } else if (when.time - tries->facts->first <= CLUSTER_WALK_PAUSE) {
        const cluster_asking answer = {
            .pair = *pair, .first = when, .last = when.time, .resolved = true};
        cluster_facts_add_asking(tries->facts, &answer);
    }
}

static void arp_request(cluster_tries *tries, cluster_moment when, const cluster_pair *pair)
{
    cluster_asking *asking = g_hash_table_lookup(tries->pairs, pair);
    if (asking != NULL && when.time - asking->last <= CLUSTER_WALK_PAUSE) {
        asking->requests += when.time - asking->last >= CLUSTER_ARP_REPEAT;
        asking->last = when.time;
        return;
    }
    make_room(tries);
    const cluster_asking begun = {.pair = *pair, .first = when, .last = when.time, .requests = 1};
    asking = cluster_facts_add_asking(tries->facts, &begun);
    if (asking != NULL) {
        g_hash_table_replace(tries->pairs, cluster_copy(pair, sizeof *pair), asking);
        act(tries, &pair->from, when.time, asking);
    }
}

void cluster_tries_arp(cluster_tries *tries, cluster_moment when, bool is_reply,
                       const cluster_pair *pair)
{
    const cluster_pair asked = is_reply ? (cluster_pair){pair->to, pair->from} : *pair;
    if (is_none(&pair->from) || is_none(&pair->to) ||
        cluster_address_equal(&pair->from, &pair->to)) {
        return;
    }
    if (is_reply) {
        arp_reply(tries, when, &asked);
    } else {
        arp_request(tries, when, &asked);
    }
}

bool cluster_asking_counts(const cluster_facts *facts, const cluster_asking *asking)
{
    return asking->nearby || !is_over(facts, asking, facts->last);
}
