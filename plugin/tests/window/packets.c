/* packets.c
 * Frames that carry segments of TCP, made as a test wants them.
 * May include: GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "packets.h"

#define IP_HEADER 20
#define TCP_HEADER 20
#define NO_OPERATION 1

/* Protocols of IP. */
#define IP_IN_IP 4
#define TCP_IN_IP 6

static const uint8_t STATION[] = {2, 0, 0, 0, 0, 1};

static void add_16(GByteArray *frame, size_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

    g_byte_array_append(frame, bytes, sizeof(bytes));
}

static void add_32(GByteArray *frame, uint32_t value)
{
    add_16(frame, value >> 16);
    add_16(frame, value & UINT16_MAX);
}

static void add_ip(GByteArray *frame, const packet_segment *segment, size_t length,
                   uint8_t protocol)
{
    add_16(frame, 0x4500);
    add_16(frame, IP_HEADER + length);
    add_16(frame, 0);
    add_16(frame, 0x4000); /* not to be fragmented */
    add_16(frame, 64u << 8 | protocol);
    add_16(frame, 0);
    add_32(frame, segment->from);
    add_32(frame, segment->to);
}

static void add_tcp(GByteArray *frame, const packet_segment *segment)
{
    size_t words = TCP_HEADER / 4 + segment->options;

    add_16(frame, segment->from_port);
    add_16(frame, segment->to_port);
    add_32(frame, segment->seq);
    add_32(frame, segment->ack);
    add_16(frame, words << 12 | segment->flags);
    add_16(frame, UINT16_MAX);
    add_32(frame, 0);
    for (size_t i = 0; i < (size_t)segment->options * 4; i++) {
        g_byte_array_append(frame, &(uint8_t){NO_OPERATION}, 1);
    }
    g_byte_array_append(frame, segment->bytes, (guint)segment->length);
}

/* Bytes of the segment with its header of TCP. */
static size_t tcp_length(const packet_segment *segment)
{
    return TCP_HEADER + (size_t)segment->options * 4 + segment->length;
}

static void add_packet(GByteArray *frame, const packet_segment *segment)
{
    for (unsigned outer = segment->tunnels; outer > 0; outer--) {
        add_ip(frame, segment, (size_t)outer * IP_HEADER + tcp_length(segment), IP_IN_IP);
    }
    add_ip(frame, segment, tcp_length(segment), TCP_IN_IP);
    add_tcp(frame, segment);
}

GByteArray *packet_ip(const packet_segment *segment)
{
    GByteArray *packet = g_byte_array_new();

    add_packet(packet, segment);
    return packet;
}

/* A sub-frame: addresses, length, LLC and SNAP, the packet. */
static void add_subframe(GByteArray *frame, const packet_segment *segment)
{
    size_t packet = ((size_t)1 + segment->tunnels) * IP_HEADER + tcp_length(segment);

    g_byte_array_append(frame, STATION, sizeof(STATION));
    g_byte_array_append(frame, STATION, sizeof(STATION));
    add_16(frame, 8 + packet);
    add_32(frame, 0xaaaa0300);
    add_32(frame, 0x00000800);
    add_packet(frame, segment);
}

GByteArray *packet_wireless(const packet_segment *segments, unsigned count)
{
    GByteArray *frame = g_byte_array_new();

    add_32(frame, 0x88010000); /* QoS data to the distribution system */
    for (unsigned address = 0; address < 3; address++) {
        g_byte_array_append(frame, STATION, sizeof(STATION));
    }
    add_16(frame, 0);
    add_16(frame, 0x8000); /* an A-MSDU */
    for (unsigned i = 0; i < count; i++) {
        guint start = frame->len;

        add_subframe(frame, &segments[i]);
        while (i + 1 < count && (frame->len - start) % 4 != 0) {
            g_byte_array_append(frame, &(uint8_t){0}, 1);
        }
    }
    return frame;
}
