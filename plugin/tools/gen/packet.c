/* packet.c
 * Builds an Ethernet packet from the inside out: payload, TCP, IP, tunnel, Ethernet.
 * May include: the C library, POSIX, Windows and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "packet.h"

#include <string.h>

#include <glib.h>

#ifdef G_OS_WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_VLAN_OUTER 0x88a8
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define PROTOCOL_GRE 47
#define PORT_VXLAN 4789
#define VXLAN_FIRST_SOURCE_PORT 49152
#define HOP_LIMIT 64
#define TCP_WINDOW 64240
#define VLAN_INNER 33
#define VLAN_OUTER 330
#define VXLAN_NETWORK 33000

endpoint endpoint_of(const char *address, uint16_t port)
{
    endpoint result = {.ipv6 = strchr(address, ':') != NULL, .port = port};
    int known = inet_pton(result.ipv6 ? AF_INET6 : AF_INET, address, result.address);
    g_assert(known == 1);
    /* A MAC that is locally administered and tells the address. */
    result.mac[0] = 2;
    memcpy(result.mac + 2, result.address + (result.ipv6 ? 12 : 0), 4);
    return result;
}

static void put_u16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    put_u16(at, value >> 16);
    put_u16(at + 2, value);
}

static size_t length_of(const packet *p)
{
    return sizeof p->store - p->start;
}

/* Makes room for a header in front of what is there; the room is zeroed. */
static uint8_t *add_header(packet *p, size_t length)
{
    g_assert(p->start >= length);
    p->start -= length;
    return memset(p->store + p->start, 0, length);
}

/* The Internet checksum's sum of 16-bit words [RFC 1071], not yet folded. */
static uint64_t sum(const uint8_t *bytes, size_t length)
{
    uint64_t total = 0;
    for (size_t i = 0; i + 1 < length; i += 2)
        total += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    return length % 2 == 0 ? total : total + ((uint32_t)bytes[length - 1] << 8);
}

static uint16_t checksum(uint64_t total)
{
    while (total > 0xffff)
        total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

static void add_tcp(packet *p, const tcp_segment *segment)
{
    size_t address_length = segment->from->ipv6 ? 16 : 4;
    size_t header_length = segment->mss > 0 ? 24 : 20;
    uint8_t *header = add_header(p, header_length);
    put_u16(header, segment->from->port);
    put_u16(header + 2, segment->to->port);
    put_u32(header + 4, segment->seq);
    put_u32(header + 8, segment->ack);
    header[12] = (uint8_t)(header_length / 4 << 4);
    header[13] = segment->flags;
    put_u16(header + 14, TCP_WINDOW);
    if (segment->mss > 0)
        put_u32(header + 20, 0x02040000u | segment->mss);
    put_u16(header + 16, checksum(sum(segment->from->address, address_length) +
                                  sum(segment->to->address, address_length) + PROTOCOL_TCP +
                                  length_of(p) + sum(header, length_of(p))));
}

static void add_ipv4(packet *p, const endpoint *from, const endpoint *to, uint8_t protocol,
                     uint16_t id)
{
    uint8_t *header = add_header(p, 20);
    header[0] = 0x45;
    put_u16(header + 2, (uint32_t)length_of(p));
    put_u16(header + 4, id);
    put_u16(header + 6, 0x4000); /* don't fragment */
    header[8] = HOP_LIMIT;
    header[9] = protocol;
    memcpy(header + 12, from->address, 4);
    memcpy(header + 16, to->address, 4);
    put_u16(header + 10, checksum(sum(header, 20)));
}

static void add_ipv6(packet *p, const endpoint *from, const endpoint *to, uint8_t protocol)
{
    uint32_t payload_length = (uint32_t)length_of(p);
    uint8_t *header = add_header(p, 40);
    header[0] = 0x60;
    put_u16(header + 4, payload_length);
    header[6] = protocol;
    header[7] = HOP_LIMIT;
    memcpy(header + 8, from->address, 16);
    memcpy(header + 24, to->address, 16);
}

static void add_ethernet(packet *p, const endpoint *from, const endpoint *to, uint16_t ethertype)
{
    uint8_t *header = add_header(p, 14);
    memcpy(header, to->mac, 6);
    memcpy(header + 6, from->mac, 6);
    put_u16(header + 12, ethertype);
}

static void add_vlan_tag(packet *p, uint16_t vlan, uint16_t ethertype)
{
    uint8_t *header = add_header(p, 4);
    put_u16(header, vlan);
    put_u16(header + 2, ethertype);
}

static void add_gre(packet *p, uint16_t ethertype)
{
    put_u16(add_header(p, 4) + 2, ethertype);
}

static void add_vxlan(packet *p, uint16_t source_port)
{
    uint8_t *header = add_header(p, 16);
    put_u16(header, source_port);
    put_u16(header + 2, PORT_VXLAN);
    put_u16(header + 4, (uint32_t)length_of(p)); /* no UDP checksum, as RFC 7348 asks */
    header[8] = 0x08;                            /* the network's number is valid */
    put_u32(header + 12, VXLAN_NETWORK << 8);
}

/* Carries what is there over a network of its own between two tunnel ends. */
static void add_outer_ipv4(packet *p, bool forth, uint8_t protocol, uint16_t id)
{
    endpoint inner = endpoint_of("192.0.2.2", 0);
    endpoint outer = endpoint_of("192.0.2.1", 0);
    const endpoint *from = forth ? &inner : &outer, *to = forth ? &outer : &inner;
    add_ipv4(p, from, to, protocol, id);
    add_ethernet(p, from, to, ETHERTYPE_IPV4);
}

/* Puts the IP packet that is there into its tunnel and an Ethernet frame. */
static void add_carrier(packet *p, const tcp_segment *segment, tunnel way, uint16_t ip_id)
{
    const endpoint *from = segment->from, *to = segment->to;
    uint16_t ethertype = from->ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
    bool forth = memcmp(from->address, to->address, sizeof from->address) > 0;

    switch (way) {
    case TUNNEL_NONE:
        add_ethernet(p, from, to, ethertype);
        break;
    case TUNNEL_VLAN:
        add_vlan_tag(p, VLAN_INNER, ethertype);
        add_ethernet(p, from, to, ETHERTYPE_VLAN);
        break;
    case TUNNEL_VLAN_STACKED:
        add_vlan_tag(p, VLAN_INNER, ethertype);
        add_vlan_tag(p, VLAN_OUTER, ETHERTYPE_VLAN);
        add_ethernet(p, from, to, ETHERTYPE_VLAN_OUTER);
        break;
    case TUNNEL_GRE:
        add_gre(p, ethertype);
        add_outer_ipv4(p, forth, PROTOCOL_GRE, ip_id);
        break;
    case TUNNEL_VXLAN:
        add_ethernet(p, from, to, ethertype);
        add_vxlan(p, (uint16_t)(VXLAN_FIRST_SOURCE_PORT + from->port % 16384));
        add_outer_ipv4(p, forth, PROTOCOL_UDP, ip_id);
        break;
    }
}

void packet_build(packet *p, const tcp_segment *segment, tunnel way, uint16_t ip_id)
{
    g_assert(segment->length <= PACKET_PAYLOAD_MAX);
    p->start = sizeof p->store - segment->length;
    if (segment->length > 0)
        memcpy(p->store + p->start, segment->payload, segment->length);
    add_tcp(p, segment);
    if (segment->from->ipv6)
        add_ipv6(p, segment->from, segment->to, PROTOCOL_TCP);
    else
        add_ipv4(p, segment->from, segment->to, PROTOCOL_TCP, ip_id);
    add_carrier(p, segment, way, ip_id);
}

const uint8_t *packet_bytes(const packet *p, size_t *length)
{
    *length = length_of(p);
    return p->store + p->start;
}
