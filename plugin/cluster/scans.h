/* scans.h
 * Finds the walks of Locators over a network among connection attempts and ARP requests.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_SCANS_H
#define CLUSTER_SCANS_H

#include "facts.h"

typedef struct {
    cluster_facts *facts; /* borrowed */
    GHashTable *active;   /* cluster_endpoint *: source and locator port -> cluster_scan */
    GHashTable *newest;   /* cluster_address *: source -> its newest scan, or ARP walk */
} cluster_scans;

/* A connection attempt as a scan knows it; scan is NULL where it is part of none. */
typedef struct {
    cluster_scan *scan;
    uint32_t target; /* index in scan's targets */
    bool counted;    /* as one of the target's attempts */
    uint8_t before;  /* state of the target before it */
} cluster_try;

void cluster_scans_init(cluster_scans *scans, cluster_facts *facts);
/* To be called before the facts are cleared. */
void cluster_scans_clear(cluster_scans *scans);

/* A SYN from a host to a Beacon's endpoint. One that is sent again says nothing new. */
cluster_try cluster_scans_attempt(cluster_scans *scans, cluster_moment when, uint32_t stream,
                                  const cluster_address *source, const cluster_endpoint *server);

/* What came of an attempt: CLUSTER_TARGET_REFUSED or _ANSWERED. */
void cluster_try_settle(const cluster_try *attempt, cluster_target_state state);
/* The connection carried a seeking request. */
void cluster_try_sought(const cluster_try *attempt);
/* The connection carried another request: no Locator opened it. Ends the attempt. */
void cluster_try_withdraw(cluster_try *attempt);

void cluster_scans_arp(cluster_scans *scans, cluster_moment when, bool is_reply,
                       const cluster_pair *pair);

/*
 * What a scan comes to, for the report. The lists (cluster_address) are in the order of the walk;
 * targets holds all of the other three. To be cleared with cluster_scan_view_clear.
 */
typedef struct {
    const cluster_scan *scan;
    uint32_t rounds; /* 0: not known */
    GArray *targets;
    GArray *answered;
    GArray *refused;
    GArray *silent;
} cluster_scan_view;

/*
 * Sets *view and returns true if the attempts fit a Locator; else there is nothing to clear. They
 * fit if one of them led to a seeking request, if there are several targets of which at most one
 * answered, or if a single one was tried again after a Locator's rest. ARP requests fit without
 * any attempt if three or more came in a Locator's step.
 */
bool cluster_scan_look(const cluster_scan *scan, cluster_scan_view *view);
void cluster_scan_view_clear(cluster_scan_view *view);

#endif
