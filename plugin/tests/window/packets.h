/* packets.h
 * Frames that carry segments of TCP, made as a test wants them.
 * May include: GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_PACKETS_H
#define WINDOW_PACKETS_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define PACKET_FIN 0x01
#define PACKET_SYN 0x02
#define PACKET_PSH 0x08
#define PACKET_ACK 0x10

/* Bytes that fit into a segment, whatever it has of options and tunnels. */
#define PACKET_SEGMENT_MAX 60000

/* A segment. */
typedef struct {
    uint32_t from; /* addresses */
    uint32_t to;
    uint16_t from_port;
    uint16_t to_port;
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint8_t options; /* words of four bytes, up to 10 */
    uint8_t tunnels; /* headers of IP before its own */
    const uint8_t *bytes;
    size_t length;
} packet_segment;

/* A packet of IP with a segment; for the caller to free. Check sums are 0. */
GByteArray *packet_ip(const packet_segment *segment);

/* A frame of IEEE 802.11 that holds all the segments (A-MSDU); likewise. */
GByteArray *packet_wireless(const packet_segment *segments, unsigned count);

#endif
