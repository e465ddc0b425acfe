/* stream.c
 * Bytes of one side of a connection that were not read yet, by their sequence numbers.
 * May include: the headers of facts/ and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "stream.h"

#include <string.h>

static void clear_piece(gpointer data)
{
    g_free(((cluster_piece *)data)->bytes);
}

static cluster_piece *piece_at(const cluster_stream *stream, guint place)
{
    return &g_array_index(stream->pieces, cluster_piece, place);
}

static uint32_t end_of(const cluster_piece *piece)
{
    return piece->sequence + piece->length;
}

cluster_stream *cluster_stream_new(void)
{
    cluster_stream *stream = g_new0(cluster_stream, 1);
    stream->pieces = g_array_new(FALSE, FALSE, sizeof(cluster_piece));
    g_array_set_clear_func(stream->pieces, clear_piece);
    stream->row = g_byte_array_new();
    seekchat_decoder_init(&stream->decoder);
    return stream;
}

void cluster_stream_free(cluster_stream *stream)
{
    if (stream != NULL) {
        seekchat_decoder_clear(&stream->decoder);
        g_byte_array_unref(stream->row);
        g_array_unref(stream->pieces);
        g_free(stream);
    }
}

cluster_stream *cluster_stream_copy(const cluster_stream *stream)
{
    cluster_stream *copy = cluster_stream_new();
    for (guint i = 0; i < stream->pieces->len; i++) {
        const cluster_piece *piece = piece_at(stream, i);
        cluster_stream_add(copy, piece->sequence, piece->bytes, piece->length,
                           (cluster_moment){piece->frame, piece->time});
    }
    return copy;
}

/* The row begins anew: a piece came before its end, or went. */
static void forget_row(cluster_stream *stream)
{
    g_byte_array_set_size(stream->row, 0);
    stream->rowed = 0;
    stream->scanned = false;
}

static bool insert(cluster_stream *stream, guint place, uint32_t sequence, const uint8_t *bytes,
                   uint32_t length, cluster_moment when)
{
    if (stream->pieces->len >= CLUSTER_STREAM_PIECES_MAX ||
        length > CLUSTER_STREAM_BYTES_MAX - stream->held) {
        return false;
    }
    const cluster_piece piece = {sequence, length, when.frame, when.time,
                                 cluster_copy(bytes, length)};
    g_array_insert_val(stream->pieces, place, piece);
    stream->held += length;
    if (place < stream->rowed) {
        forget_row(stream);
    }
    return true;
}

/* The place of the first piece that ends behind a sequence number. */
static guint place_behind(const cluster_stream *stream, uint32_t sequence)
{
    guint low = 0;
    guint high = stream->pieces->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (cluster_distance(sequence, end_of(piece_at(stream, middle))) > 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

bool cluster_stream_add(cluster_stream *stream, uint32_t sequence, const uint8_t *bytes,
                        uint32_t length, cluster_moment when)
{
    guint place = place_behind(stream, sequence);
    while (length > 0) {
        bool last = place >= stream->pieces->len;
        int32_t gap =
            last ? INT32_MAX : cluster_distance(sequence, piece_at(stream, place)->sequence);
        if (gap > 0) {
            uint32_t fits = MIN(length, (uint32_t)gap);
            if (!insert(stream, place, sequence, bytes, fits, when)) {
                return false;
            }
        }
        int32_t there = cluster_distance(sequence, end_of(piece_at(stream, place)));
        uint32_t skip = MIN(length, (uint32_t)MAX(there, 0));
        sequence += skip;
        bytes += skip;
        length -= skip;
        place++;
    }
    return true;
}

uint32_t cluster_stream_cost(const cluster_stream *stream)
{
    return stream->held + stream->row->len + stream->pieces->len * (uint32_t)sizeof(cluster_piece);
}

const uint8_t *cluster_stream_row(cluster_stream *stream, uint32_t *sequence, uint32_t *length)
{
    if (stream->pieces->len == 0) {
        return NULL;
    }
    for (guint i = stream->rowed; i < stream->pieces->len; i++) {
        const cluster_piece *piece = piece_at(stream, i);
        if (i > 0 && end_of(piece_at(stream, i - 1)) != piece->sequence) {
            break;
        }
        g_byte_array_append(stream->row, piece->bytes, piece->length);
        stream->rowed++;
    }
    *sequence = piece_at(stream, 0)->sequence;
    *length = stream->row->len;
    return stream->row->data;
}

cluster_moment cluster_stream_moment(const cluster_stream *stream, uint32_t from, uint32_t length,
                                     bool *split)
{
    cluster_moment last = {0, 0};
    uint32_t parts = 0;
    for (guint i = place_behind(stream, from); i < stream->pieces->len; i++) {
        const cluster_piece *piece = piece_at(stream, i);
        if (cluster_distance(piece->sequence, from + length) <= 0) {
            break;
        }
        const cluster_moment when = {piece->frame, piece->time};
        last = parts == 0 || cluster_moment_compare(&when, &last) > 0 ? when : last;
        parts++;
    }
    *split = parts > 1;
    return last;
}

bool cluster_stream_holds(const cluster_stream *stream, uint32_t sequence)
{
    guint place = stream == NULL ? 0 : place_behind(stream, sequence);
    return stream != NULL && place < stream->pieces->len &&
           cluster_distance(piece_at(stream, place)->sequence, sequence) >= 0;
}

void cluster_stream_drop(cluster_stream *stream, uint32_t before)
{
    guint gone = place_behind(stream, before);
    for (guint i = 0; i < gone; i++) {
        stream->held -= piece_at(stream, i)->length;
    }
    if (gone > 0) {
        g_array_remove_range(stream->pieces, 0, gone);
    }
    cluster_piece *first = stream->pieces->len == 0 ? NULL : piece_at(stream, 0);
    int32_t cut = first == NULL ? 0 : cluster_distance(first->sequence, before);
    if (cut > 0) {
        memmove(first->bytes, first->bytes + cut, first->length - (uint32_t)cut);
        first->sequence += (uint32_t)cut;
        first->length -= (uint32_t)cut;
        stream->held -= (uint32_t)cut;
    }
    if (gone > 0 || cut > 0) {
        forget_row(stream);
    }
}
