/* hosts.h
 * What hosts asked of late: by ARP and neighbour solicitations for others, and the DNS for names.
 * May include: facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_HOSTS_H
#define CLUSTER_HOSTS_H

#include "facts.h"

typedef struct {
    cluster_facts *facts; /* borrowed */
    GQueue askings;       /* asking of hosts.c, the oldest first */
    GHashTable *pairs;    /* cluster_pair of an asking -> it, while it may go on */
    GHashTable *acts;     /* cluster_address -> what a host did last */
    GQueue lookups;       /* lookup of hosts.c, the oldest first */
    guint kept_askings;   /* facts before a pause */
    guint kept_lookups;
    bool paused;
} cluster_hosts;

void cluster_hosts_init(cluster_hosts *hosts, cluster_facts *facts);
void cluster_hosts_clear(cluster_hosts *hosts);

void cluster_hosts_arp(cluster_hosts *hosts, cluster_moment when, bool is_reply,
                       const cluster_pair *pair);
/* A host tries to connect to a locator port: ARP requests near to that may be part of a walk. */
void cluster_hosts_act(cluster_hosts *hosts, const cluster_address *host, double now);
void cluster_hosts_dns(cluster_hosts *hosts, cluster_moment when, const cluster_dns *dns);

/* Keeps what was asked since a time: look-ups of the host, and for whom no answer came. */
void cluster_hosts_claim(cluster_hosts *hosts, double since, cluster_text host);

void cluster_hosts_pause(cluster_hosts *hosts);
void cluster_hosts_resume(cluster_hosts *hosts);

#endif
