/* visit.h
 * One dissection of one frame: what it brought so far. A frame may hold many segments.
 * May include: Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_VISIT_H
#define SEEKCHAT_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/packet.h>

/*
 * Made by the first segment of SeekChat in a frame, each time that the frame is dissected; lives as
 * long as this dissection.
 */
typedef struct {
    uint64_t number;    /* no other visit has it */
    unsigned segments;  /* so far */
    unsigned further;   /* messages shown so far that are not the first of their segment */
    unsigned others;    /* the same of what is no whole message of SeekChat */
    uint32_t untracked; /* bytes so far of segments without sequence numbers */
    const void *flow;   /* of the first segment, with its sequence number */
    uint32_t seq;
    wmem_map_t *repeats; /* if there were more: how often each flow and sequence number came */
    void *left_out;      /* the tap's record of what is left out of the frame; NULL: none yet */
} seekchat_visit;

/* The dissection that goes on of the packet's frame; proto is the protocol's id. */
seekchat_visit *seekchat_visit_get(packet_info *pinfo, int proto);

/*
 * Notes a segment of a flow. Returns how many segments before it, in this visit, had the same flow
 * and sequence number.
 */
uint32_t seekchat_visit_repeat(seekchat_visit *visit, wmem_allocator_t *pool, const void *flow,
                               uint32_t seq);

#endif
