/* stream.h
 * The state of one TCP connection: which bytes of a segment belong to which message.
 * May include: the codec, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A segment that the dissector is given is cut like this (each part may be empty):
 *
 *     | old bytes | head | whole messages ... | tail |
 *
 * old: bytes that an earlier segment already brought. head: belongs to a message that began in an
 * earlier segment, or to one whose beginning is missing. tail: the beginning of a message that goes
 * on in a later segment. Most segments are whole messages and nothing else; for them nothing is
 * kept. For the others a seekchat_segment says in every later pass what the first one found.
 */

#ifndef SEEKCHAT_STREAM_H
#define SEEKCHAT_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/conversation.h>
#include <epan/packet.h>
#include <epan/dissectors/packet-tcp.h>

#include "assembly.h"
#include "seekchat.h"
#include "transactions.h"

/* What the bytes at the start of a segment are. */
typedef enum {
    SEEKCHAT_HEAD_NONE,      /* nothing: a message begins, or white space */
    SEEKCHAT_HEAD_CONTINUES, /* part of the message `assembly`, which goes on after this segment */
    SEEKCHAT_HEAD_ENDS,      /* the last bytes of `assembly` that there are */
    SEEKCHAT_HEAD_LOST,      /* part of a message whose beginning is missing */
    SEEKCHAT_HEAD_MALFORMED, /* more of what was no JSON before */
} seekchat_head;

/* Why a direction does not know where its next message begins. */
typedef enum {
    SEEKCHAT_LOST_NOT,
    SEEKCHAT_LOST_START,     /* the capture begins inside the connection */
    SEEKCHAT_LOST_HOLE,      /* bytes are missing */
    SEEKCHAT_LOST_CUT,       /* a packet was captured only in part */
    SEEKCHAT_LOST_TOO_LARGE, /* the message is not put together, it is too large */
    SEEKCHAT_LOST_OFF,       /* the preference turned reassembly off */
    SEEKCHAT_LOST_MALFORMED, /* what came before is no JSON */
    SEEKCHAT_LOST_FULL,      /* nothing more is kept of the connection */
} seekchat_lost;

/*
 * How a segment is cut. Built on the first pass; copied into file scope, and found there by later
 * passes, unless the segment is whole messages only. Its flow, frame, sequence number, lengths and
 * repeat tell it from every other.
 */
typedef struct seekchat_segment {
    uint32_t frame;
    uint32_t seq;
    uint32_t captured;
    uint32_t reported;
    uint32_t repeat; /* segments before it in the frame with its flow and sequence number */
    bool kept;       /* is the copy in file scope */
    seekchat_head head;
    seekchat_lost lost;          /* with SEEKCHAT_HEAD_LOST: why */
    uint32_t gap;                /* bytes missing before this segment */
    uint32_t missing_in;         /* a frame that TCP kept back and that holds some of them, or 0 */
    uint32_t old_length;         /* bytes at its start that were there before */
    uint32_t head_length;        /* bytes behind those that are the head */
    uint32_t tail_offset;        /* where the tail begins, if there is one */
    seekchat_assembly *assembly; /* of the head */
    seekchat_assembly *broken;   /* the message that the gap before this segment ended */
    seekchat_assembly *tail;
} seekchat_segment;

/* One direction of a connection. Only the first pass changes it. */
typedef struct {
    uint32_t next_seq;    /* of the byte that comes next */
    uint32_t first_seq;   /* of the first byte that is not white space, if spoken */
    uint32_t first_frame; /* that brought it */
    uint32_t given_in;    /* the last frame that gave a segment of it */
    uint32_t kept;        /* bytes that are kept because of it; no more than fit here */

    /* A segment that TCP kept back: its frame, 0 if there is none, and its bytes. */
    uint32_t kept_back_in;
    uint32_t kept_back_first;
    uint32_t kept_back_end;

    seekchat_assembly *pending;   /* the message whose end has not come */
    seekchat_segment *behind_gap; /* the last segment before which bytes are missing; or NULL */
    wmem_array_t *segments; /* seekchat_segment *: those that are kept, frames rising; or NULL */
    bool started;           /* next_seq is set */
    bool spoken;
    bool cut_off; /* its segments are now read by themselves, since so much is kept */
    uint8_t lost; /* seekchat_lost */
} seekchat_flow;

/* True if TCP kept a segment back whose bytes were not read since. */
static inline bool seekchat_flow_keeps_back(const seekchat_flow *flow)
{
    return flow->kept_back_in != 0 &&
           (!flow->started || (int32_t)(flow->kept_back_end - flow->next_seq) > 1);
}

/* A connection. Made by its first segment, lives as long as the capture file is open. */
typedef struct {
    seekchat_flow flows[2]; /* from the lower address and port, from the higher */
    seekchat_transactions transactions;
    conversation_t *conversation; /* that it belongs to */
    uint8_t client;     /* 1 + index of the flow that comes from the client; 0: not known yet */
    uint32_t found_in;  /* the frame in which the heuristic found it, not knowing what was before */
    uint64_t reached;   /* number of the visit to that frame that came to the segment it found */
    uint32_t full_from; /* the frame from which on nothing is kept, since so much is; 0: none */
} seekchat_stream;

/* A segment's bytes as they came: what there is of them, and how many there were. */
typedef struct {
    const uint8_t *bytes;
    uint32_t captured;
    uint32_t reported;
    uint32_t seq;
    uint32_t repeat; /* of the segment: see there */
    uint16_t flags;  /* TCP's */
} seekchat_data;

/* What the user's preferences say of reassembly. */
typedef struct {
    bool enabled;
    uint32_t max; /* bytes of the greatest message */
} seekchat_reassembly;

/*
 * True if nothing is kept of the packet's connection: each segment is then read by itself, in every
 * pass.
 */
bool seekchat_stream_is_full(const seekchat_stream *stream, const packet_info *pinfo);

/* First pass: notes that so many bytes more are kept because of the direction of the packet. */
void seekchat_stream_keep(seekchat_stream *stream, const packet_info *pinfo, size_t bytes);

/* First pass, behind a segment: nothing is kept from the next frame on, if more than max bytes are.
 */
void seekchat_stream_check_full(seekchat_stream *stream, const packet_info *pinfo, uint32_t max);

/* The connection of the packet, NULL if it is none of SeekChat; proto is the protocol's id. */
seekchat_stream *seekchat_stream_find(packet_info *pinfo, int proto);

/* The same, made if need be. */
seekchat_stream *seekchat_stream_get(packet_info *pinfo, int proto);

/* The direction of the packet: 0 or 1, index into flows. */
unsigned seekchat_stream_direction(const packet_info *pinfo);

/* False if the packet's two ends are the same, so that directions cannot be told apart. */
bool seekchat_stream_has_directions(const packet_info *pinfo);

/*
 * How the segment is cut, up to its whole messages: on the first pass it is worked out (and *local
 * filled), later it is looked up. The result is *local or in file scope.
 */
seekchat_segment *seekchat_stream_place(seekchat_stream *stream, packet_info *pinfo,
                                        const seekchat_data *data,
                                        const seekchat_reassembly *reassembly,
                                        seekchat_segment *local);

/*
 * First pass: a message begins at offset and does not end in the segment. Returns the segment as it
 * is to be shown: with a tail if the rest can still come, else the direction is lost from here on.
 */
seekchat_segment *seekchat_stream_begin(seekchat_stream *stream, packet_info *pinfo,
                                        const seekchat_data *data, uint32_t offset,
                                        const seekchat_reassembly *reassembly,
                                        seekchat_segment *segment);

/* First pass: what the direction of the packet brings is no JSON. */
void seekchat_stream_malformed(seekchat_stream *stream, const packet_info *pinfo);

/* True if the message that begins in the frame at seq is the first thing its direction brought. */
bool seekchat_stream_is_first(const seekchat_stream *stream, const packet_info *pinfo,
                              uint32_t frame, uint32_t seq);

/* Frees what is held outside of file scope. When a file closes. */
void seekchat_stream_cleanup(void);

/* The decoder that all segments share; its message is overwritten by the next call for it. */
seekchat_decoder *seekchat_stream_decoder(void);

#endif
