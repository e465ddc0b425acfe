/* tries.h
 * Keeps what scans are found in: attempts to connect, and ARP requests that may be part of a walk.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * ARP requests go on all the time and walks are rare, so only those are kept to which something
 * else of the same host is near: another request's beginning or an attempt, at most
 * CLUSTER_WALK_PAUSE away. What lies alone is no part of a walk, whatever came before and after it.
 */

#ifndef CLUSTER_TRIES_H
#define CLUSTER_TRIES_H

#include "facts.h"

typedef struct {
    cluster_facts *facts; /* borrowed */
    GHashTable *pairs;    /* cluster_pair * -> cluster_asking, the newest of that pair */
    GHashTable *hosts;    /* cluster_address * -> what it did last */
} cluster_tries;

void cluster_tries_init(cluster_tries *tries, cluster_facts *facts);
/* To be called before the facts are cleared. */
void cluster_tries_clear(cluster_tries *tries);

/* An attempt that begins, owned by the facts if it is listed; NULL if an end has no address. */
cluster_try *cluster_tries_begin(cluster_tries *tries, cluster_moment when,
                                 const cluster_endpoint *client, const cluster_endpoint *server,
                                 bool given);

/* What came of an attempt; nothing for NULL, and where it is known that more came of it. */
void cluster_tries_settle(cluster_tries *tries, cluster_try *attempt, cluster_try_state state);
/* The connection carried a message: the port is a Beacon's. */
void cluster_tries_heard(cluster_tries *tries, cluster_try *attempt);

void cluster_tries_arp(cluster_tries *tries, cluster_moment when, bool is_reply,
                       const cluster_pair *pair);

/* Whether a host's requests for another may be part of a walk, now that this is all there is. */
bool cluster_asking_counts(const cluster_facts *facts, const cluster_asking *asking);

#endif
