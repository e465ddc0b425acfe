/* watch.h
 * From packets to facts: which connections, look-ups and ARP requests are worth keeping.
 * May include: facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Packets go in, in the order of the frames; facts come out. What of a busy network has to do with
 * SeekChat is often known only later: a Beacon pings before it answers. So what happened lately is
 * remembered (window.h) and goes when nobody came for it. Nothing is judged here.
 */

#ifndef CLUSTER_WATCH_H
#define CLUSTER_WATCH_H

#include "facts.h"

typedef struct cluster_watch cluster_watch;

/* Watches for facts, which it borrows; to be freed with cluster_watch_free before them. */
cluster_watch *cluster_watch_new(cluster_facts *facts);
void cluster_watch_free(cluster_watch *watch);

/* What cluster.h says of them. */
void cluster_watch_tcp(cluster_watch *watch, cluster_moment when, const cluster_segment *segment);
void cluster_watch_unreachable(cluster_watch *watch, cluster_moment when, const cluster_address *by,
                               const cluster_endpoint *source, const cluster_endpoint *target);
void cluster_watch_arp(cluster_watch *watch, cluster_moment when, bool is_reply,
                       const cluster_address *source, const cluster_address *target);
void cluster_watch_dns(cluster_watch *watch, cluster_moment when, const cluster_dns *dns);

/*
 * Puts what is still going on among the facts, so that a report can be made of them; and takes it
 * out again, so that watching can go on.
 */
void cluster_watch_pause(cluster_watch *watch);
void cluster_watch_resume(cluster_watch *watch);

#endif
