/* seekchat-tap.h
 * What the dissector hands to statistics: one record a message.
 * May include: the codec, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_TAP_H
#define SEEKCHAT_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include <wsutil/nstime.h>

#include "seekchat.h"

/* The tap's name, for register_tap_listener. */
#define SEEKCHAT_TAP "seekchat"

/*
 * What the tap is not given one by one, since a frame held more than SEEKCHAT_FRAME_SEGMENTS and
 * SEEKCHAT_FRAME_MESSAGES (dissector_limits.h) allow: messages, or what there is of them.
 */
typedef struct {
    uint32_t messages;
    uint32_t states[SEEKCHAT_INVALID + 1]; /* of these, with each seekchat_status */
    uint32_t requests;                     /* of these, whole requests */
    uint32_t answers;                      /* of these, whole replies whose request is known */
} seekchat_left_out;

/*
 * A message, or what there is of one, in the frame that shows it. Strings are UTF-8 with every
 * escape resolved, in memory of the packet: they are gone after the listener returns, and may hold
 * anything that the wire can carry. The time of the packet is that of the message's last byte.
 */
typedef struct {
    uint32_t stream; /* number of the TCP connection, as in tcp.stream */
    seekchat_status status;
    bool goes_on;      /* SEEKCHAT_INCOMPLETE: more may come, and the whole will be told then */
    bool request;      /* it comes from the client */
    bool exceeds_recv; /* its reader's single recv gets only a part of it */
    seekchat_type type;
    seekchat_payload payload;
    const char *type_word;    /* as it was written; NULL if there is none */
    const char *payload_word; /* likewise; NULL also for a list */
    const char *sender;       /* NULL if there is none */
    const char *const *nodes; /* of a list: node_count of them */
    uint32_t node_count;
    uint32_t length;        /* of the message in bytes */
    uint32_t request_frame; /* of a reply: the frame of its request; 0 if there is none */
    nstime_t response_time; /* of a reply with a request */
    const char *peer;       /* of such a reply: the sender of its request; NULL if unknown */
    const seekchat_left_out *left_out; /* not NULL: this is no message, but stands for those of the
                                        * frame that are left out; nothing else is set then, and
                                        * status is SEEKCHAT_INCOMPLETE */
} seekchat_tap_record;

#endif
