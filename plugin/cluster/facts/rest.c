/* rest.c
 * What a side of a SeekChat connection said behind the place where its reading stopped.
 * May include: the headers of facts/ and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rest.h"

#include "facts.h"
#include "speech.h"
#include "stream.h"

/* Bytes of the shortest message: {"type":"","sender":"","payload":""}. */
#define MESSAGE_MIN 36u

typedef struct {
    cluster_facts *facts;
    const cluster_conversation *conversation;
    const cluster_party *party;
    cluster_side side;
    GArray *found; /* cluster_said: whole messages behind the first hole */
} search;

bool cluster_rest_is_behind(const cluster_conversation *conversation, const cluster_said *said)
{
    const cluster_party *party = &conversation->party[said->side];
    return party->based && !party->over && cluster_distance(party->next, said->at) >= 0;
}

static const cluster_piece *piece_at(const search *work, guint place)
{
    return &g_array_index(work->party->stream->pieces, cluster_piece, place);
}

static guint piece_count(const search *work)
{
    return work->party->stream == NULL ? 0 : work->party->stream->pieces->len;
}

static cluster_said blank(cluster_side side, uint32_t at)
{
    return (cluster_said){.side = (uint8_t)side,
                          .kind =
                              side == CLUSTER_CLIENT ? CLUSTER_SAID_REQUEST : CLUSTER_SAID_REPLY,
                          .text = CLUSTER_NONE,
                          .word = CLUSTER_NONE,
                          .list = CLUSTER_NONE,
                          .at = at};
}

/* Behind a hole only what is surely a message counts. */
static void find(search *work, const cluster_said *said)
{
    if (said->reading != CLUSTER_READ_WHOLE || said->type == SEEKCHAT_TYPE_UNKNOWN) {
        return;
    }
    if (work->found->len >= CLUSTER_SAID_MAX) {
        cluster_facts_reach(work->facts, CLUSTER_LIMIT_SAID);
        return;
    }
    g_array_append_vals(work->found, said, 1);
}

/* What pieces of the connection said, each from where it began. */
static void find_said(search *work)
{
    for (uint16_t i = 0; i < work->conversation->said_count; i++) {
        const cluster_said *said = &work->conversation->said[i];
        if (said->side == work->side && cluster_rest_is_behind(work->conversation, said)) {
            find(work, said);
        }
    }
}

/* Notes a message that was read, of so many bytes with the space before it. */
static void find_read(search *work, uint32_t at, const uint8_t *bytes)
{
    const seekchat_decoder *decoder = &work->facts->decoder;
    cluster_said said = blank(work->side, at);
    said.reading = CLUSTER_READ_WHOLE;
    said.length = decoder->message.end - decoder->message.offset;
    cluster_speech_message(work->facts, decoder, bytes, &said);
    const cluster_moment when =
        cluster_stream_moment(work->party->stream, at, decoder->message.end, &said.split);
    said.frame = when.frame;
    said.time = when.time;
    find(work, &said);
}

/* Whether a message begins bytes; and how many it has, or how many begin none. */
static bool find_message(search *work, uint32_t at, const uint8_t *bytes, uint32_t length,
                         uint32_t *looked)
{
    seekchat_decoder *decoder = &work->facts->decoder;
    const size_t space = seekchat_space(bytes, length);
    *looked = 1;
    if (space == length || bytes[space] != '{') {
        return false;
    }
    seekchat_status status = seekchat_decode(decoder, bytes, length);
    if (status == SEEKCHAT_OK) {
        find_read(work, at, bytes);
    }
    *looked = status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT ? decoder->message.end
              : status == SEEKCHAT_INCOMPLETE                          ? length
                                              : MAX(decoder->error_offset, 1);
    return status == SEEKCHAT_OK;
}

/*
 * Finds the messages in the bytes of pieces that follow on each other. Where none begins, one may
 * begin with the first piece behind the byte at fault: so no byte is decoded for several of them.
 */
static void find_in_row(search *work, guint piece, guint end, const GByteArray *row)
{
    const uint32_t start = piece_at(work, piece)->sequence;
    uint32_t at = 0;
    while (at < row->len) {
        uint32_t looked;
        bool found = find_message(work, start + at, row->data + at, row->len - at, &looked);
        at += looked;
        while (!found && piece < end && piece_at(work, piece)->sequence - start < at) {
            piece++;
        }
        if (!found) {
            at = piece < end ? piece_at(work, piece)->sequence - start : row->len;
        }
    }
}

static void find_in_pieces(search *work)
{
    GByteArray *row = g_byte_array_new();
    guint first = 0;
    for (guint i = 0; i < piece_count(work); i++) {
        const cluster_piece *piece = piece_at(work, i);
        g_byte_array_append(row, piece->bytes, piece->length);
        if (i + 1 == piece_count(work) ||
            piece_at(work, i + 1)->sequence != piece->sequence + piece->length) {
            find_in_row(work, first, i + 1, row);
            g_byte_array_set_size(row, 0);
            first = i + 1;
        }
    }
    g_byte_array_unref(row);
}

static gint by_place(gconstpointer one, gconstpointer other, gpointer party)
{
    int32_t left = cluster_distance(((cluster_party *)party)->next, ((cluster_said *)one)->at);
    int32_t right = cluster_distance(((cluster_party *)party)->next, ((cluster_said *)other)->at);
    return (left > right) - (left < right);
}

/* In the order of their bytes, each once. */
static void put_in_order(search *work)
{
    guint kept = 0;
    g_array_sort_with_data(work->found, by_place, (gpointer)work->party);
    for (guint i = 0; i < work->found->len; i++) {
        const cluster_said said = g_array_index(work->found, cluster_said, i);
        if (kept == 0 || g_array_index(work->found, cluster_said, kept - 1).at != said.at) {
            g_array_index(work->found, cluster_said, kept++) = said;
        }
    }
    g_array_set_size(work->found, kept);
}

/* Where no message has room between, it is not messages alone that the side sends. */
static void drop_if_near(search *work)
{
    if (work->found->len == 0) {
        return;
    }
    const uint32_t first = g_array_index(work->found, cluster_said, 0).at;
    if (first != work->party->next && first - work->party->next < MESSAGE_MIN) {
        g_array_set_size(work->found, 0);
    }
}

static bool speaks_seekchat(const cluster_conversation *conversation)
{
    return conversation->locator ||
           conversation->party[CLUSTER_CLIENT].speech == CLUSTER_SPEAKS_SEEKCHAT ||
           conversation->party[CLUSTER_SERVER].speech == CLUSTER_SPEAKS_SEEKCHAT;
}

/* What a side said behind the place where its reading stopped, in the order of its bytes. */
static GArray *find_all(cluster_facts *facts, const cluster_conversation *conversation,
                        cluster_side side)
{
    search work = {facts, conversation, &conversation->party[side], side,
                   g_array_new(FALSE, FALSE, sizeof(cluster_said))};
    if (work.party->based && !work.party->over) {
        find_said(&work);
        find_in_pieces(&work);
        put_in_order(&work);
        drop_if_near(&work);
    }
    return work.found;
}

bool cluster_rest_is_any(const cluster_conversation *conversation)
{
    bool any = conversation->party[CLUSTER_CLIENT].stream != NULL ||
               conversation->party[CLUSTER_SERVER].stream != NULL;
    for (uint16_t i = 0; i < conversation->said_count && !any; i++) {
        any = cluster_rest_is_behind(conversation, &conversation->said[i]);
    }
    return any && speaks_seekchat(conversation);
}

void cluster_rest_read(cluster_facts *facts, cluster_conversation *conversation)
{
    GArray *found[] = {find_all(facts, conversation, CLUSTER_CLIENT),
                       find_all(facts, conversation, CLUSTER_SERVER)};
    uint16_t kept = 0;
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        if (!cluster_rest_is_behind(conversation, &conversation->said[i])) {
            conversation->said[kept++] = conversation->said[i];
        }
    }
    conversation->said_count = kept;
    for (size_t side = 0; side < G_N_ELEMENTS(found); side++) {
        for (guint i = 0; i < found[side]->len; i++) {
            if (!cluster_conversation_say(conversation,
                                          &g_array_index(found[side], cluster_said, i))) {
                cluster_facts_reach(facts, CLUSTER_LIMIT_SAID);
                break;
            }
        }
        g_array_unref(found[side]);
    }
}

/* The bytes that are not read of the message at which the reading of a side stopped: those before
 * the next that was. */
static uint32_t length_of_rest(const cluster_conversation *conversation, cluster_side side)
{
    const cluster_party *party = &conversation->party[side];
    uint32_t length = party->sent - party->next;
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        const cluster_said *said = &conversation->said[i];
        if (said->side == side && cluster_rest_is_behind(conversation, said)) {
            length = MIN(length, said->at - party->next);
        }
    }
    return length;
}

/* What the bytes in a row where reading stopped tell of their message; whether they are the middle
 * of one. */
static bool read_begun(cluster_facts *facts, const cluster_party *party, cluster_said *said)
{
    uint32_t start;
    uint32_t length;
    const uint8_t *row = cluster_stream_row(party->stream, &start, &length);
    length = MIN(length, said->length);
    seekchat_decode(&facts->decoder, row, length);
    cluster_speech_message(facts, &facts->decoder, row, said);
    const cluster_moment when = cluster_stream_moment(party->stream, start, length, &said->split);
    said->frame = when.frame;
    said->time = when.time;
    return cluster_speech_is_middle(party, row, length);
}

bool cluster_rest_begun(cluster_facts *facts, const cluster_conversation *conversation,
                        cluster_side side, cluster_said *said)
{
    const cluster_party *party = &conversation->party[side];
    const cluster_piece *piece = party->stream == NULL || party->stream->pieces->len == 0
                                     ? NULL
                                     : &g_array_index(party->stream->pieces, cluster_piece, 0);
    const uint32_t length = length_of_rest(conversation, side);
    const bool last = length == party->sent - party->next;
    bool lacks = cluster_conversation_missing(conversation, side) > 0;
    if (!speaks_seekchat(conversation) || !party->based || party->over || length == 0 ||
        (last && piece == NULL && !lacks)) {
        return false;
    }
    *said = blank(side, party->next);
    said->reading = CLUSTER_READ_BEGUN;
    said->length = length;
    lacks = lacks || !last;
    if (piece != NULL && piece->sequence == party->next) {
        lacks = read_begun(facts, party, said) || lacks;
    } else if (piece != NULL && piece->sequence - party->next < length) {
        said->frame = piece->frame;
        said->time = piece->time;
    }
    if (party->cut != 0 && said->frame >= party->cut) {
        said->reading = CLUSTER_READ_CUT;
    } else if (lacks) {
        said->reading = CLUSTER_READ_HOLE;
    }
    return true;
}
