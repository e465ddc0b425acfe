/* packets.h
 * What the model is told of a packet.
 * May include: address.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_PACKETS_H
#define CLUSTER_PACKETS_H

#include "address.h"

/* The flags of TCP that the model looks at, with the values they have in the header. */
typedef enum {
    CLUSTER_TCP_FIN = 0x01,
    CLUSTER_TCP_SYN = 0x02,
    CLUSTER_TCP_RST = 0x04,
    CLUSTER_TCP_ACK = 0x10,
} cluster_tcp_flag;

/* A TCP segment. Its payload is borrowed for the call. */
typedef struct {
    uint32_t stream; /* Wireshark's number of the connection */
    cluster_endpoint source;
    cluster_endpoint target;
    uint8_t flags;        /* cluster_tcp_flag bits; others are ignored */
    uint32_t sequence;    /* raw */
    uint32_t acknowledge; /* raw; means something with CLUSTER_TCP_ACK */
    uint32_t length;      /* bytes of payload on the wire */
    const uint8_t *bytes; /* of the payload, as many as were captured */
    uint32_t captured;    /* how many */
} cluster_segment;

/* What is counted of the frames that the model cannot read, or not whole. */
typedef enum {
    CLUSTER_UNREAD_LOOSE,    /* SeekChat messages that came with no TCP (exported PDUs) */
    CLUSTER_UNREAD_CUT,      /* frames that the snap length cut */
    CLUSTER_UNREAD_HEADLESS, /* those of TCP among them that end before TCP's header does */
    CLUSTER_UNREADS,         /* how many kinds there are */
} cluster_unread;

/* A packet of DNS, or ICMP that quotes one. */
typedef enum {
    CLUSTER_DNS_QUERY,
    CLUSTER_DNS_RESPONSE,
    CLUSTER_DNS_UNREACHABLE, /* ICMP said that the query could not be delivered */
} cluster_dns_kind;

typedef struct {
    cluster_address client; /* who asks */
    cluster_dns_kind kind;
    cluster_text name;                /* of the question */
    uint8_t rcode;                    /* of a response; 3 is NXDOMAIN */
    const cluster_address *addresses; /* of a response: its A and AAAA records */
    size_t address_count;
} cluster_dns;

#endif
