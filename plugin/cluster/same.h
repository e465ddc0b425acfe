/* same.h
 * Finds what several captures hold of one and the same event, and puts records in order.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Facts that were joined may hold a connection twice, when two captures were taken at different
 * points of its way. Records are the same event if they are of different captures that were going
 * on at one time, if they have the same ends (addresses and ports of client and server, and the
 * same asker), and if their times are at most CLUSTER_SAME_TIME apart. A client does not use a port
 * again that soon. The n-th of one capture goes with the n-th of another.
 *
 * This is worked out when a report is made. The facts keep all records, so that it does not matter
 * in which order they came together.
 */

#ifndef CLUSTER_SAME_H
#define CLUSTER_SAME_H

#include "facts.h"

/* The frame that a join or watch is known by: of its request, else of its reply. */
uint32_t cluster_exchange_frame(const cluster_exchange *exchange);
/* When its newest message came. */
cluster_moment cluster_exchange_end(const cluster_exchange *exchange);

/* All of them (const cluster_join *, cluster_watch *, cluster_finding *) in order of their frames.
 */
GPtrArray *cluster_sorted_joins(const cluster_facts *facts);
GPtrArray *cluster_sorted_watches(const cluster_facts *facts);
GPtrArray *cluster_sorted_findings(const cluster_facts *facts);

/* The indices of all nodes in order of their first frames. To be freed with g_free. */
uint32_t *cluster_sorted_nodes(const cluster_facts *facts);

/* Of sorted joins or watches, one for each event: that which knows most of it, else the earliest.
 */
GPtrArray *cluster_same_joins(const cluster_facts *facts, const GPtrArray *joins);
GPtrArray *cluster_same_watches(const cluster_facts *facts, const GPtrArray *watches);

/* The attempts (cluster_try) to connect to ports of Beacons, in the order of time. */
GArray *cluster_same_tries(const cluster_facts *facts);
/* The ARP requests (cluster_asking) in the order of time, joined where captures cut them. */
GArray *cluster_same_asked(const cluster_facts *facts);

#endif
