/* message.h
 * A message while its segment is dissected: who sent it, what it answers, and showing it.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_DISSECTOR_MESSAGE_H
#define SEEKCHAT_DISSECTOR_MESSAGE_H

#include <epan/packet.h>

#include "seekchat.h"
#include "shown.h"
#include "stream.h"
#include "visit.h"

/* A segment while it is dissected. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    seekchat_stream *stream;
    seekchat_segment *segment; /* how it is cut: local, or in file scope */
    seekchat_segment local;
    seekchat_data data;
    seekchat_reassembly reassembly;
    seekchat_visit *visit; /* to the frame */
    bool names;            /* the Info column shows them */
    bool tracked;          /* its sequence number is known */
    bool quiet;            /* it is only read, not shown, since the frame holds so many */
    bool begun;            /* a message of it was shown */
    unsigned messages;     /* in the Info column so far */
    uint32_t left_out;     /* messages so far that are not shown, since the frame holds so many */
    uint32_t left_from;    /* offset of the first of them */
} seekchat_pass;

/* A message, or what there is of it, and where it is. */
typedef struct {
    tvbuff_t *tvb;
    uint32_t base;        /* offset in tvb of bytes */
    uint32_t length;      /* bytes that it covers */
    const uint8_t *bytes; /* what its spans count from */
    uint32_t seq;         /* of its first byte */
    const seekchat_assembly *assembly;
} seekchat_source;

/* Looks up the preference that holds the locator ports. */
void seekchat_message_handoff(void);

/* Adds text to the Info column, behind what TCP and the frame's earlier messages said. */
void seekchat_message_info(seekchat_pass *pass, const char *text);

/* What is known, without the connection's other messages, about the one just decoded. */
seekchat_shown seekchat_message_describe(seekchat_pass *pass, const seekchat_source *source,
                                         seekchat_status status, const char *missing);

/*
 * Shows the message that the shared decoder just decoded, or as much of it as there is; missing
 * says why its end is not there, if it is not.
 */
void seekchat_message_show(seekchat_pass *pass, const seekchat_source *source,
                           seekchat_status status, const char *missing);

#endif
