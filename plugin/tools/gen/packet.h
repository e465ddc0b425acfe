/* packet.h
 * Builds an Ethernet packet from the inside out: payload, TCP, IP, tunnel, Ethernet.
 * May include: the C library and POSIX.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Payload bytes of the longest packet: an IP packet's 65,535 without its headers. */
#define PACKET_PAYLOAD_MAX 65000
/* Room for the headers in front of it, those of a tunnel included. */
#define PACKET_HEADROOM 256

typedef struct {
    bool ipv6;
    uint8_t address[16]; /* an IPv4 address takes the first 4 */
    uint8_t mac[6];
    uint16_t port;
} endpoint;

/* The endpoint for an IPv4 or IPv6 address in its usual notation, which must be right. */
endpoint endpoint_of(const char *address, uint16_t port);

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10

typedef struct {
    const endpoint *from;
    const endpoint *to;
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint16_t mss; /* of the option that a SYN carries; 0: no option */
    const uint8_t *payload;
    size_t length; /* of the payload, in bytes; at most PACKET_PAYLOAD_MAX */
} tcp_segment;

/* What the IP packet is carried in. */
typedef enum {
    TUNNEL_NONE,
    TUNNEL_VLAN,         /* one 802.1Q tag */
    TUNNEL_VLAN_STACKED, /* two tags, 802.1ad outside */
    TUNNEL_GRE,          /* IP in GRE in IPv4 */
    TUNNEL_VXLAN,        /* Ethernet in VXLAN in UDP in IPv4 */
} tunnel;

/* A packet that is being built; its bytes end at the end of store. */
typedef struct {
    size_t start; /* of the bytes so far */
    uint8_t store[PACKET_HEADROOM + PACKET_PAYLOAD_MAX];
} packet;

/* Makes the packet anew. ip_id is the identification in its IPv4 header. */
void packet_build(packet *p, const tcp_segment *segment, tunnel way, uint16_t ip_id);

/* The packet's bytes, valid until the next packet_build; sets *length. */
const uint8_t *packet_bytes(const packet *p, size_t *length);

#endif
