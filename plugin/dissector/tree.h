/* tree.h
 * The fields of SeekChat, and what the tree shows.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_TREE_H
#define SEEKCHAT_TREE_H

#include <epan/packet.h>

#include "shown.h"

/* Registers fields and subtrees. */
void seekchat_tree_register(int proto);

/* True if the packet's tree may take another message before Wireshark's limit on tree items. */
bool seekchat_tree_has_room(proto_tree *tree);

/* Says, where there was no room, that the packet's further messages are not in the tree. */
void seekchat_tree_full(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb);

/* Shows a message, whole or not, with all that is noteworthy about it. tree may be NULL. */
void seekchat_tree_message(packet_info *pinfo, proto_tree *tree, const seekchat_shown *shown);

/* Says that what (messages from offset on) is left out, since the frame holds so many. */
void seekchat_tree_left_out(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, uint32_t offset,
                            const char *what);

/* Shows length bytes at offset that are part of a message which another frame shows. */
void seekchat_tree_part(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, uint32_t offset,
                        uint32_t length, const seekchat_assembly *assembly);

/* Shows the segment's head, which is part of a message whose beginning is missing. */
void seekchat_tree_lost(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                        const seekchat_segment *segment);

/* Says that bytes are missing before the segment. */
void seekchat_tree_gap(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                       const seekchat_segment *segment);

/* Shows length bytes at offset that an earlier frame already brought. */
void seekchat_tree_old(proto_tree *tree, tvbuff_t *tvb, uint32_t offset, uint32_t length);

#endif
