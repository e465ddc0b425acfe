/* dissector_limits.h
 * The limits of the dissector: everything that grows with the input is held here.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_DISSECTOR_LIMITS_H
#define SEEKCHAT_DISSECTOR_LIMITS_H

/* Bytes of the greatest message that is put together from segments, unless the preference
 * seekchat.max_message_size says otherwise. */
#define SEEKCHAT_MESSAGE_MAX (16u * 1024 * 1024)

/* Requests of one connection that wait for a reply; a further one is shown and not matched. */
#define SEEKCHAT_OUTSTANDING_MAX 1024

/* Bytes that are kept of one connection until the capture file is closed, unless the preference
 * seekchat.max_state says otherwise. What a frame adds is not cut: only the next frame finds the
 * limit reached. */
#define SEEKCHAT_STATE_MAX (256u * 1024 * 1024)

/* Places in one segment at which reading is tried again after a hole. Each try may scan the rest
 * of the segment. */
#define SEEKCHAT_RESYNC_TRIES 32

/* Members of one message that are shown although Beethoven ignores them. */
#define SEEKCHAT_MEMBERS_SHOWN 1000

/* Segments that are listed below a message that was put together from them. */
#define SEEKCHAT_SEGMENTS_SHOWN 1000

/* Segments of one frame that are shown, and messages of one frame that are not the first of their
 * segment: so many of SeekChat, and as many of other JSON, which so leave each other room. What is
 * beyond is counted, but neither shown nor handed to statistics one by one, since a frame of
 * nothing but "{}" holds tens of thousands: Wireshark queues 5,000 records a frame for all taps,
 * among them one for each expert item, and gives up the frame beyond that. */
#define SEEKCHAT_FRAME_SEGMENTS 100
#define SEEKCHAT_FRAME_MESSAGES 100

/* Messages of one frame that the Info column names, and bytes of a name in it. */
#define SEEKCHAT_INFO_MESSAGES 32
#define SEEKCHAT_INFO_NAME 128

/* Tree items that the nodes of a list leave below Wireshark's own limit (gui.max_tree_items),
 * beyond which it gives the packet up: for the members and segments of the message, and for all
 * else. */
#define SEEKCHAT_TREE_RESERVE (2 * SEEKCHAT_MEMBERS_SHOWN + SEEKCHAT_SEGMENTS_SHOWN + 1000)

/* Tree items, at most, of the note that there is no room for a message. */
#define SEEKCHAT_TREE_NOTE 16

#endif
