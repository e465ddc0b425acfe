/* walks.h
 * How attempts to connect and ARP requests make walks of a host over addresses.
 * May include: steps.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_WALKS_H
#define CLUSTER_WALKS_H

#include "steps.h"

typedef enum {
    CLUSTER_TARGET_ARP,      /* only ARP requests for it were seen, */
    CLUSTER_TARGET_RESOLVED, /* and an answer to them, but no attempt to connect */
    CLUSTER_TARGET_SILENT,   /* attempts without an answer, */
    CLUSTER_TARGET_REFUSED,  /* or with RST, or ICMP of the target itself */
    CLUSTER_TARGET_ANSWERED, /* one was accepted */
} cluster_target_state;

typedef struct {
    cluster_address address;
    uint8_t state; /* cluster_target_state */
    uint16_t attempts;
    uint32_t requests; /* of ARP */
    double last;       /* time of the newest attempt or ARP request */
    double first;      /* and of the first */
} cluster_target;

/* A walk while it is put together. */
typedef struct {
    cluster_address source;
    uint16_t port;   /* 0: only ARP requests were seen */
    uint32_t seeker; /* who asked to join in the end, of the facts' texts; CLUSTER_NONE */
    bool sought;     /* a seeking request was sent */
    bool again;      /* a target was tried twice: the first round is over */
    bool foreign;    /* it asked for where others then connected: a router */
    bool mute;       /* it was accepted, and asked nothing */
    bool passed;     /* it is not told: a seeker's once more, or a watcher's */
    uint8_t
        rests; /* attempts that came a Locator's rest after the last one on that cluster_target */
    uint32_t steps;    /* ARP targets that came a Locator's step after the one before, */
    uint32_t strides;  /* and those that came after another time */
    uint32_t tries;    /* attempts, */
    uint32_t asked;    /* and targets that only ARP requests told first; */
    uint32_t hasty;    /* those of both that did not wait for what came of the one before, */
    uint32_t fresh;    /* attempts at a new target, */
    uint32_t backward; /* and those of them whose address is before the last one's */
    double busy;       /* until when the last attempt keeps a Locator */
    uint32_t answered; /* targets in state ANSWERED */
    uint32_t first_frame;
    uint32_t last_frame;
    double first;
    double last_new; /* time of the last new cluster_target */
    double last;     /* of the last attempt or ARP request */
    cluster_address last_target;
    cluster_address last_fresh; /* the newest target that an attempt was made at */
    GArray *targets;            /* target, in the order they were first seen */
    GHashTable *index; /* cluster_address -> index + 1 in targets; NULL while they are few */
} cluster_walk;

typedef struct {
    cluster_report *report;
    GPtrArray *found;   /* walk, owned */
    GHashTable *active; /* cluster_endpoint: source and locator port -> cluster_walk */
    GHashTable *newest; /* cluster_address: source -> its newest cluster_walk */
    GHashTable *named;  /* text of a seeker -> its newest cluster_walk */
    GHashTable *asked;  /* cluster_address of a target -> walk of ARP that asked for it last */
    uint32_t targets;   /* of all walks */
} cluster_walks;

static inline cluster_target *cluster_walk_target(const cluster_walk *going, uint32_t place)
{
    return &g_array_index(going->targets, cluster_target, place);
}

/* The walks in a report's talks and ARP requests. To be freed with cluster_walks_free. */
cluster_walks *cluster_walks_find(cluster_report *report);
void cluster_walks_free(cluster_walks *work);

#endif
