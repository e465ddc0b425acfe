/* ping.h
 * What the capture holds of a Beacon's ping of a seeker: the evidence that a cause is found in.
 * May include: report.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A ping is found by what it says, not by where it should be: first by the names in PORT2_REQ,
 * SEND_NAME and SEND_CHALLENGE and by the port that EPMD gave; then by addresses, the seeker's (of
 * its name, its look-up, its request, its handshakes) and the Beacon's; and only where no address
 * of the seeker's host is known, by time.
 */

#ifndef CLUSTER_PING_H
#define CLUSTER_PING_H

#include "report.h"

/* Orders of the facts by which pings are looked for. */
typedef struct {
    cluster_report *report;
    GPtrArray *talks;        /* cluster_talk, by the time at which they began */
    GPtrArray *askings;      /* cluster_asking, likewise */
    GHashTable *asked;       /* cluster_address that was asked for -> GPtrArray of the same */
    GPtrArray *lookups;      /* cluster_lookup, by time */
    GHashTable *older;       /* cluster_pair of addresses -> GPtrArray of distribution talks */
    GHashTable *places;      /* cluster_address -> who is there: cluster_report_places */
    GHashTable *askers;      /* cluster_address of one who asked to join -> who: ping.c */
    uint8_t epmd[65536 / 8]; /* a bit for each port on which EPMD was heard */
} cluster_ping_index;

typedef struct {
    const cluster_ping_index *index;
    const cluster_exchange *exchange;
    cluster_moment start; /* the request; or as long before the reply as a ping may take */
    cluster_moment end;   /* the reply */
    cluster_text alive;   /* of the seeker's name: empty if that is not known */
    cluster_text host;    /* */
    GArray *seekers;      /* cluster_address, of the seeker's host */
    GArray *beacons;      /* and of the Beacon's */
    bool placed;          /* an address of the seeker's host is known by its name or look-up */
    /* Each newest first: */
    GPtrArray *epmd;    /* talks with EPMD for the seeker's name, and attempts to come to that */
    GPtrArray *others;  /* talks with EPMD for other nodes meanwhile */
    GPtrArray *dist;    /* talks of the distribution, and attempts to come to its port */
    GPtrArray *older;   /* distribution talks of the two that were there before */
    GPtrArray *lookups; /* cluster_lookup, of the host */
    GPtrArray *askings; /* cluster_asking, for the host, that had no answer */
    bool by_time;       /* nothing but their time ties the talks with EPMD to the ping */
} cluster_ping;

/* To be freed with cluster_ping_index_free. */
cluster_ping_index *cluster_ping_index_new(cluster_report *report);
void cluster_ping_index_free(cluster_ping_index *index);

/* Gathers what there is of the ping of a join; to be freed with cluster_ping_free. */
cluster_ping *cluster_ping_new(const cluster_ping_index *index, const cluster_exchange *exchange);
void cluster_ping_free(cluster_ping *ping);

/* The answer of EPMD that gave the port of a talk to the Beacon; NULL if none did. */
const cluster_said *cluster_ping_given(const cluster_ping *ping, const cluster_talk *talk);

/* Whether an older talk may be that of other nodes of the two hosts. */
bool cluster_ping_may_be_others(const cluster_ping *ping, const cluster_talk *talk);

/* Whether the Beacon's side opened the talk. */
bool cluster_ping_is_forward(const cluster_ping *ping, const cluster_talk *talk);

#endif
