/* growing.c
 * A capture of a message that grows, segment by segment, beyond what Wireshark's allocator keeps in
 * a block of its own.
 * May include: a capture, packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "growing.h"

#include <string.h>

#include "packets.h"

/* Wireshark's allocator gives memory above 8 MiB to malloc: only then does it go, when it grows. */
#define GROWING_BYTES ((size_t)9 * 1024 * 1024)

#define BEGIN "{\"type\":\"reply\",\"sender\":\"one@10.99.0.2\",\"payload\":\"self\",\"filler\":\""
#define END "\"}"

/* One long member that Beethoven ignores: it is read fast. */
static GByteArray *long_message(void)
{
    GByteArray *message = g_byte_array_new();

    g_byte_array_append(message, (const uint8_t *)BEGIN, strlen(BEGIN));
    g_byte_array_set_size(message, (guint)GROWING_BYTES);
    memset(message->data + strlen(BEGIN), 'x', GROWING_BYTES - strlen(BEGIN));
    g_byte_array_append(message, (const uint8_t *)END, strlen(END));
    return message;
}

static void add_segment(capture *capture, packet_segment segment)
{
    GByteArray *packet = packet_ip(&segment);

    capture_add(capture, WTAP_ENCAP_RAW_IP, packet, packet->len);
    g_byte_array_unref(packet);
}

capture *growing_new(void)
{
    capture *capture = capture_new();
    GByteArray *message = long_message();
    packet_segment segment = {.from = 10u << 24 | 2,
                              .to = 10u << 24 | 3,
                              .from_port = 33000,
                              .to_port = 50000,
                              .flags = PACKET_ACK};

    for (uint32_t offset = 0; offset < message->len; offset += (uint32_t)segment.length) {
        segment.seq = 1 + offset;
        segment.bytes = message->data + offset;
        segment.length = MIN(PACKET_SEGMENT_MAX, message->len - offset);
        add_segment(capture, segment);
    }
    g_byte_array_unref(message);
    return capture;
}
