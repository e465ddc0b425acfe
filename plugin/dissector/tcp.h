/* tcp.h
 * What Wireshark's TCP knows of a connection and the dissector is not told.
 * May include: the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * TCP keeps segments back that come out of order or look like retransmissions, as those do whose
 * ACK was recorded before them. The dissector never gets them; a post-dissector, which is called
 * behind each frame, finds in TCP's own list that the frame had one.
 */

#ifndef SEEKCHAT_DISSECTOR_TCP_H
#define SEEKCHAT_DISSECTOR_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/packet.h>

#include "stream.h"

/* What helps against segments that TCP keeps back. */
#define SEEKCHAT_REMEDIES                                                                          \
    " (turn on tcp.reassemble_out_of_order, or reorder the capture with reordercap)"

/* Registers the post-dissector. */
void seekchat_tcp_register(int proto);

/* Looks up TCP's preferences. */
void seekchat_tcp_handoff(void);

/* The ports of the packet are now those of a connection of SeekChat, until the file is closed. */
void seekchat_tcp_watch(const packet_info *pinfo);

/* Forgets all ports. When a file closes. */
void seekchat_tcp_cleanup(void);

/*
 * The sequence number of the first byte of the packet's direction, if the capture holds its SYN and
 * TCP analyses sequence numbers.
 */
bool seekchat_tcp_first_seq(const seekchat_stream *stream, packet_info *pinfo, uint32_t *first_seq);

/*
 * Why bytes of the packet's own direction, or of the other one, may be there and were not read, in
 * memory of the packet: that TCP kept a frame back, or that the receiver acknowledged more. NULL if
 * nothing is known.
 */
const char *seekchat_tcp_unread(const seekchat_stream *stream, packet_info *pinfo, bool own);

/* Why the bytes before the segment are missing, in memory of the packet. */
const char *seekchat_tcp_missing(const packet_info *pinfo, const seekchat_segment *segment);

/* True if the connection ends, with FIN or RST, in what was read. */
bool seekchat_tcp_has_end(const seekchat_stream *stream, packet_info *pinfo);

#endif
