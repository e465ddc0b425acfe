/* stream.h
 * Bytes of one side of a connection that were not read yet, by their sequence numbers.
 * May include: conversation.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_STREAM_H
#define CLUSTER_STREAM_H

#include "conversation.h"

/* A run of bytes that one frame brought. */
typedef struct {
    uint32_t sequence; /* raw, of its first byte */
    uint32_t length;
    uint32_t frame;
    double time;
    uint8_t *bytes; /* owned */
} cluster_piece;

/*
 * Pieces in the order of their sequence numbers; none overlaps another. The bytes in a row at their
 * beginning are kept once more, together, and what a decoder scanned of them is not scanned again.
 */
struct cluster_stream {
    GArray *pieces;           /* cluster_piece */
    uint32_t held;            /* bytes of all pieces */
    GByteArray *row;          /* bytes of the first pieces, in a row */
    uint32_t rowed;           /* how many pieces */
    seekchat_decoder decoder; /* of the message that begins the row; */
    bool scanned;             /* it was used, and can resume */
};

/* Without bytes. To be freed with cluster_stream_free, which takes NULL. */
cluster_stream *cluster_stream_new(void);
void cluster_stream_free(cluster_stream *stream);
cluster_stream *cluster_stream_copy(const cluster_stream *stream);

/*
 * Keeps a copy of those bytes that are not there yet. False if a limit of the stream is reached:
 * then not all is kept.
 */
bool cluster_stream_add(cluster_stream *stream, uint32_t sequence, const uint8_t *bytes,
                        uint32_t length, cluster_moment when);

/* Bytes of memory that what it holds takes. */
uint32_t cluster_stream_cost(const cluster_stream *stream);

/* The bytes in a row at the beginning: where they begin, and how many; NULL if there are none. Good
 * until the next call. */
const uint8_t *cluster_stream_row(cluster_stream *stream, uint32_t *sequence, uint32_t *length);

/* When the last of the pieces with these bytes came; *split tells whether there are several. */
cluster_moment cluster_stream_moment(const cluster_stream *stream, uint32_t from, uint32_t length,
                                     bool *split);

/* Whether the byte with a sequence number is there; of no stream, none is. */
bool cluster_stream_holds(const cluster_stream *stream, uint32_t sequence);

/* Forgets the bytes before a sequence number. */
void cluster_stream_drop(cluster_stream *stream, uint32_t before);

#endif
