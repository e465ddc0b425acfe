/* expert.h
 * The expert items of SeekChat: what is noteworthy, and what Beethoven makes of it.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_EXPERT_H
#define SEEKCHAT_EXPERT_H

#include <epan/packet.h>

#include "shown.h"

/* Why segments are not put together although nothing is missing. */
#define SEEKCHAT_NOT_TOGETHER                                                                      \
    "it is not put together, as the preference seekchat.desegment or TCP wants it "                \
    "(tcp.desegment_tcp_streams, or a wrong checksum)"

/* Why nothing more is kept of a connection. */
#define SEEKCHAT_STATE_FULL                                                                        \
    "so much is kept of this connection that each segment is now read by itself "                  \
    "(preference seekchat.max_state)"

/* The items of a message that its findings belong to; NULL where there is none. */
typedef struct {
    proto_item *message;
    proto_item *keys[SEEKCHAT_KEYS]; /* of type, sender and payload */
    proto_item *duplicate;           /* of the first key that stands twice */
    proto_item *extra;               /* of the first key that Beethoven ignores */
    proto_item *repeated;            /* of the first such key that stood before */
} seekchat_items;

/* Registers the expert items. */
void seekchat_expert_register(int proto);

/* True if anybody would see an expert item of the packet. */
bool seekchat_expert_wanted(const packet_info *pinfo, const proto_tree *tree);

/* True if anybody would see an expert item about the nodes of a list. */
bool seekchat_expert_wants_nodes(const packet_info *pinfo, proto_tree *tree);

/* Adds all that is noteworthy about a message; repeated is what seekchat_check_repeated returned.
 */
void seekchat_expert_message(packet_info *pinfo, const seekchat_shown *shown,
                             const seekchat_items *items, uint32_t repeated);

/* Of the nodes of a list, bad ones are no node names. */
void seekchat_expert_bad_nodes(packet_info *pinfo, proto_item *item, uint32_t bad, uint32_t nodes);

/* Of count things (what says which), only so many are in the tree, and why. */
void seekchat_expert_not_shown(packet_info *pinfo, proto_item *item, uint32_t shown, uint32_t count,
                               const char *what);

/* Messages of the packet are not in the tree, for it is nearly full. */
void seekchat_expert_no_room(packet_info *pinfo, proto_item *item);

/* What is left out of the frame, since it holds so many. */
void seekchat_expert_left_out(packet_info *pinfo, proto_item *item, const char *what);

/* The message outgrew the preference in this frame. */
void seekchat_expert_too_large(packet_info *pinfo, proto_item *item);

/* The beginning of the message that the segment's head belongs to is missing. */
void seekchat_expert_lost(packet_info *pinfo, proto_item *item, const seekchat_segment *segment);

/* Bytes are missing before the segment. */
void seekchat_expert_gap(packet_info *pinfo, proto_item *item, const seekchat_segment *segment);

#endif
