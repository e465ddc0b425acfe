/* scans.h
 * Finds the walks of Locators over a network among connection attempts and ARP requests.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_SCANS_H
#define CLUSTER_SCANS_H

#include "facts.h"

typedef enum {
    CLUSTER_TARGET_ARP,      /* only ARP requests for it were seen */
    CLUSTER_TARGET_RESOLVED, /* and an answer to them, but no connection attempt */
    CLUSTER_TARGET_SILENT,   /* as attempts have it */
    CLUSTER_TARGET_REFUSED,  /* */
    CLUSTER_TARGET_ANSWERED, /* */
} cluster_target_state;

typedef struct {
    cluster_address address;
    uint8_t state;     /* cluster_target_state */
    uint16_t attempts; /* */
    uint32_t requests; /* of ARP */
    double last;       /* time of the newest attempt or ARP request */
} cluster_target;

typedef struct {
    cluster_address source;
    uint16_t port;     /* 0: only ARP requests were seen */
    bool recorded;     /* it is among those that were found */
    bool sought;       /* a seeking request was sent */
    bool again;        /* a target was tried twice: the first walk is over */
    uint8_t rests;     /* attempts that came a Locator's rest after the last one on that target */
    uint32_t steps;    /* ARP targets that came a Locator's step after the one before */
    uint32_t answered; /* targets in state ANSWERED */
    uint32_t first_frame;
    uint32_t last_frame;
    double last_new;             /* time of the last new target */
    double last;                 /* time of the last attempt or ARP request */
    cluster_address last_target; /* the last new one */
    GArray *targets;             /* cluster_target, in the order they were first seen */
    GHashTable *index; /* cluster_address * -> index + 1 in targets; NULL while they are few */
} cluster_scan;

/*
 * The scans (cluster_scan *) that the facts hold, in the order in which they began; to be freed
 * with g_ptr_array_unref. Adds to *limits the limits that were reached.
 */
GPtrArray *cluster_scans_find(const cluster_facts *facts, uint32_t *limits);

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
