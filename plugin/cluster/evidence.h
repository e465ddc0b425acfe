/* evidence.h
 * What is seen between a Beacon and a seeker's host while the Beacon pings the seeker.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A ping begins with a seeking request and ends with its reply. While it goes on, packets between
 * the Beacon's address and the seeker's host are kept on the path between these two addresses; all
 * other packets are passed over. The seeker's host is the address in the sender's name, or what
 * DNS answered the Beacon for it; else the address that the request came from stands in for it,
 * and where the Beacon asks another EPMD meanwhile, that is kept too.
 */

#ifndef CLUSTER_EVIDENCE_H
#define CLUSTER_EVIDENCE_H

#include "facts.h"

/* Frames of one kind that are kept. */
#define CLUSTER_KEPT_FRAMES 6
/* Paths of one ping: the addresses its host may have. */
#define CLUSTER_LINKS_MAX 8
/* Bytes of a SEND_STATUS that are kept. */
#define CLUSTER_STATUS_MAX 32

typedef struct {
    uint32_t frames[CLUSTER_KEPT_FRAMES];
    uint32_t count; /* of those that are kept */
} cluster_frames;

/*
 * A connection to EPMD or to a distribution port, opened by the Beacon or (distribution only) by
 * the seeker. Lives as long as its path. What was not seen is 0: the numbers are those of frames.
 */
typedef struct {
    struct cluster_path *path;
    uint32_t stream;
    bool epmd;      /* else distribution */
    bool by_beacon; /* who opened it */
    uint16_t port;  /* of the side that accepts */
    uint32_t last_frame;
    double start;
    uint32_t syn;
    cluster_frames repeated; /* SYNs that were sent again */
    uint32_t syn_ack;
    uint32_t reset;       /* RST of the accepting side */
    uint32_t closed;      /* FIN or RST of the accepting side, */
    uint32_t left;        /* and of the opening side */
    uint32_t unreachable; /* ICMP */
    uint32_t request;     /* PORT2_REQ, */
    cluster_text name;    /* and its name (owned) */
    uint32_t response;    /* PORT2_RESP, */
    uint8_t result;       /* its result, */
    uint16_t given_port;  /* and port; 0: none */
    uint32_t send_name;   /* the distribution handshake */
    uint32_t status;
    char status_text[CLUSTER_STATUS_MAX + 1];
    uint32_t challenge;
    uint32_t challenge_reply;
    uint32_t challenge_ack;
    cluster_text opener;   /* the node that opened it, by SEND_NAME (owned) */
    cluster_text accepter; /* the node that accepted it, by SEND_CHALLENGE (owned) */
} cluster_attempt;

/* The way from a Beacon to an address; lives as long as a ping needs it. */
typedef struct cluster_path {
    cluster_pair pair; /* from the Beacon to the seeker's host */
    uint32_t users;    /* pings */
    GPtrArray *attempts;
    cluster_frames asked;       /* ARP requests, */
    uint32_t resolved;          /* and the newest answer to them */
    cluster_frames unreachable; /* ICMP that belongs to no attempt */
} cluster_path;

/* Why a path is taken for the way to the seeker. */
typedef enum {
    CLUSTER_BY_NAME,    /* the host part of the seeker's name is that address */
    CLUSTER_BY_DNS,     /* DNS gave that address for it */
    CLUSTER_BY_REQUEST, /* the request came from it */
    CLUSTER_ELSEWHERE,  /* the Beacon asked the EPMD there meanwhile */
} cluster_origin;

typedef struct {
    cluster_path *path;
    cluster_origin origin;
} cluster_link;

typedef struct {
    cluster_address beacon;
    cluster_address source; /* of the request */
    uint32_t request_frame;
    cluster_text sender; /* owned */
    cluster_text alive;  /* the part of sender before the @ */
    cluster_text host;   /* and behind it */
    bool dropped;        /* CLUSTER_PINGS_MAX was hit: nothing is known */
    cluster_link links[CLUSTER_LINKS_MAX];
    uint32_t link_count;
    cluster_frames looked_up; /* DNS queries for host, */
    cluster_frames failed;    /* answers without an address, */
    uint8_t rcode;            /* the last one's code */
    bool resolved;            /* an answer gave an address */
} cluster_ping;

typedef struct {
    GHashTable *paths;   /* cluster_pair * -> cluster_path */
    GHashTable *streams; /* TCP stream -> cluster_attempt */
    GHashTable *beacons; /* cluster_address * -> GPtrArray of the pings that it has going */
    uint32_t *limits;    /* cluster_limit bits, borrowed */
} cluster_evidence;

void cluster_evidence_init(cluster_evidence *evidence, uint32_t *limits);
/* All pings must have ended. */
void cluster_evidence_clear(cluster_evidence *evidence);

/* The ping that a seeking request sets off. To be given back with cluster_ping_end. */
cluster_ping *cluster_ping_begin(cluster_evidence *evidence, cluster_moment when,
                                 const cluster_message *request);
void cluster_ping_end(cluster_evidence *evidence, cluster_ping *ping);

/* Why the ping failed, now that join_failed came; to be freed with cluster_cause_free. */
cluster_cause *cluster_ping_judge(const cluster_ping *ping, cluster_moment reply);

/* Packets, as cluster.h has them. */
void cluster_evidence_tcp(cluster_evidence *evidence, cluster_moment when, const cluster_tcp *tcp);
void cluster_evidence_epmd(cluster_evidence *evidence, cluster_moment when,
                           const cluster_epmd *epmd);
void cluster_evidence_erldp(cluster_evidence *evidence, cluster_moment when,
                            const cluster_erldp *erldp);
void cluster_evidence_arp(cluster_evidence *evidence, cluster_moment when, bool is_reply,
                          const cluster_pair *pair);
void cluster_evidence_unreachable(cluster_evidence *evidence, cluster_moment when,
                                  const cluster_endpoint *source, const cluster_endpoint *target);
void cluster_evidence_dns(cluster_evidence *evidence, cluster_moment when, const cluster_dns *dns);

#endif
