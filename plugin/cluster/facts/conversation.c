/* conversation.c
 * A TCP connection: who, when, how far it came, and what was said on it.
 * May include: the headers of facts/ and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "conversation.h"

#include <string.h>

#include "facts.h"
#include "rest.h"
#include "speech.h"
#include "stream.h"

/* A segment is sent again no sooner than this after the one before: nearer ones are copies. */
#define RESEND_TIME 0.1
/* Bytes before a message of the handshake, which give its length. */
#define HANDSHAKE_HEAD 2u

static void keep_first(uint32_t *frame, uint32_t now)
{
    if (now != 0 && (*frame == 0 || now < *frame)) {
        *frame = now;
    }
}

cluster_conversation *cluster_conversation_new(const cluster_endpoint *client,
                                               const cluster_endpoint *server)
{
    cluster_conversation *conversation = g_new0(cluster_conversation, 1);
    conversation->party[CLUSTER_CLIENT].end = *client;
    conversation->party[CLUSTER_SERVER].end = *server;
    return conversation;
}

static void drop_stream(cluster_party *party)
{
    g_clear_pointer(&party->stream, cluster_stream_free);
}

void cluster_conversation_free(gpointer data)
{
    cluster_conversation *conversation = data;
    if (conversation != NULL) {
        drop_stream(&conversation->party[CLUSTER_CLIENT]);
        drop_stream(&conversation->party[CLUSTER_SERVER]);
        g_clear_pointer(&conversation->repeats, g_array_unref);
        g_free(conversation->said);
        g_free(conversation);
    }
}

cluster_conversation *cluster_conversation_copy(const cluster_conversation *conversation)
{
    cluster_conversation *copy = cluster_copy(conversation, sizeof *conversation);
    copy->said = cluster_copy(copy->said, copy->said_room * sizeof *copy->said);
    copy->repeats = copy->repeats == NULL ? NULL : g_array_copy(copy->repeats);
    for (int side = 0; side < 2; side++) {
        cluster_party *party = &copy->party[side];
        party->stream = party->stream == NULL ? NULL : cluster_stream_copy(party->stream);
    }
    return copy;
}

/* What the client says is a request, and what the server says is a reply. */
static uint8_t turned_kind(uint8_t kind)
{
    return kind == CLUSTER_SAID_REQUEST ? CLUSTER_SAID_REPLY
           : kind == CLUSTER_SAID_REPLY ? CLUSTER_SAID_REQUEST
                                        : kind;
}

void cluster_conversation_turn(cluster_conversation *conversation)
{
    const cluster_party client = conversation->party[CLUSTER_CLIENT];
    conversation->party[CLUSTER_CLIENT] = conversation->party[CLUSTER_SERVER];
    conversation->party[CLUSTER_SERVER] = client;
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        cluster_said *said = &conversation->said[i];
        said->side ^= 1;
        said->kind = turned_kind(said->kind);
    }
}

const cluster_said *cluster_conversation_up(const cluster_conversation *conversation)
{
    const cluster_said *up =
        cluster_conversation_find(conversation, CLUSTER_SAID_CHALLENGE_ACK, NULL);
    const cluster_said *reply =
        cluster_conversation_find(conversation, CLUSTER_SAID_CHALLENGE_REPLY, NULL);
    if (up == NULL && reply != NULL) {
        /* Who opened it sends nothing behind that until it is acknowledged, so what follows shows
         * that it was, also where the capture lacks the answer. A FIN counts as one byte. */
        uint32_t sent = conversation->party[CLUSTER_CLIENT].sent - reply->at;
        up = sent <= G_MAXINT32 && sent > HANDSHAKE_HEAD + reply->length + 1 ? reply : NULL;
    }
    return up != NULL ? up : cluster_conversation_find(conversation, CLUSTER_SAID_RUNNING, NULL);
}

bool cluster_conversation_say(cluster_conversation *conversation, const cluster_said *said)
{
    if (conversation->said_count >= CLUSTER_SAID_MAX) {
        conversation->crowded = true;
        return false;
    }
    if (conversation->said_count == conversation->said_room) {
        conversation->said_room = (uint16_t)MAX(2, conversation->said_room * 2);
        conversation->said = g_renew(cluster_said, conversation->said, conversation->said_room);
    }
    conversation->said[conversation->said_count++] = *said;
    return true;
}

const cluster_said *cluster_conversation_find(const cluster_conversation *conversation,
                                              cluster_said_kind kind, const cluster_said *behind)
{
    size_t start = behind == NULL ? 0 : (size_t)(behind - conversation->said) + 1;
    for (size_t i = start; i < conversation->said_count; i++) {
        if (conversation->said[i].kind == kind) {
            return &conversation->said[i];
        }
    }
    return NULL;
}

cluster_speech cluster_conversation_speech(const cluster_conversation *conversation)
{
    cluster_speech client = conversation->party[CLUSTER_CLIENT].speech;
    cluster_speech server = conversation->party[CLUSTER_SERVER].speech;
    return client == CLUSTER_SPEAKS_NOTHING || client == CLUSTER_SPEAKS_OTHER
               ? (server == CLUSTER_SPEAKS_NOTHING ? client : server)
               : client;
}

/* Bytes of a side that are there, behind those that were read in a row: they wait, or a piece of
 * the connection has read them. */
static uint32_t held_of(const cluster_conversation *conversation, cluster_side side)
{
    const cluster_party *party = &conversation->party[side];
    uint32_t held = party->stream == NULL ? 0 : party->stream->held;
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        const cluster_said *said = &conversation->said[i];
        if (said->side == side && cluster_rest_is_behind(conversation, said) &&
            !cluster_stream_holds(party->stream, said->at)) {
            held += said->length;
        }
    }
    return held;
}

uint32_t cluster_conversation_missing(const cluster_conversation *conversation, cluster_side side)
{
    const cluster_party *party = &conversation->party[side];
    int32_t missing = party->based && !party->over ? cluster_distance(party->next, party->sent) : 0;
    /* One more than the bytes is what acknowledges a FIN. */
    if (missing <= 1) {
        return 0;
    }
    uint32_t held = held_of(conversation, side);
    return (uint32_t)missing <= held + 1 ? 0 : (uint32_t)missing - held;
}

uint64_t cluster_conversation_waiting(const cluster_conversation *conversation)
{
    uint64_t waiting = 0;
    for (int side = 0; side < 2; side++) {
        const cluster_stream *stream = conversation->party[side].stream;
        waiting += stream == NULL ? 0 : cluster_stream_cost(stream);
    }
    return waiting;
}

void cluster_conversation_give_up(cluster_conversation *conversation)
{
    for (int side = 0; side < 2; side++) {
        conversation->party[side].over = true;
        drop_stream(&conversation->party[side]);
    }
}

bool cluster_conversation_ended(const cluster_conversation *conversation)
{
    const cluster_party *client = &conversation->party[CLUSTER_CLIENT];
    const cluster_party *server = &conversation->party[CLUSTER_SERVER];
    return client->fin != 0 || server->fin != 0 || client->reset != 0 || server->reset != 0;
}

/* Reading. */

/* Ends the reading of a side that says nothing of interest. */
static void settle(cluster_party *party)
{
    if (party->speech == CLUSTER_SPEAKS_OTHER || party->over) {
        party->over = true;
        drop_stream(party);
    }
}

/* Reads what is kept of a side, as far as it follows on what was read. */
static void read_row(cluster_facts *facts, cluster_conversation *conversation, cluster_side side)
{
    cluster_party *party = &conversation->party[side];
    uint32_t start;
    uint32_t length;
    const uint8_t *row;
    if (party->stream == NULL || party->over) {
        return;
    }
    cluster_stream_drop(party->stream, party->next);
    row = cluster_stream_row(party->stream, &start, &length);
    if (row == NULL || start != party->next) {
        return;
    }
    const cluster_moment none = {0, 0};
    cluster_speech_read(facts, conversation, &side, row, length, none);
    party = &conversation->party[side];
    if (party->stream != NULL) {
        cluster_stream_drop(party->stream, party->next);
        if (party->stream->pieces->len == 0) {
            drop_stream(party);
        }
    }
    settle(party);
}

/* Keeps bytes that cannot be read yet. */
static void keep(cluster_facts *facts, cluster_party *party, uint32_t sequence,
                 const uint8_t *bytes, uint32_t length, cluster_moment when)
{
    if (party->stream == NULL) {
        party->stream = cluster_stream_new();
    }
    if (!cluster_stream_add(party->stream, sequence, bytes, length, when)) {
        cluster_facts_reach(facts, CLUSTER_LIMIT_STREAM);
        party->over = true;
    }
    if (party->speech == CLUSTER_SPEAKS_NOTHING && party->stream->held > CLUSTER_UNTOLD_BYTES_MAX) {
        party->speech = CLUSTER_SPEAKS_OTHER;
    }
    settle(party);
}

static void take_payload(cluster_facts *facts, cluster_conversation *conversation,
                         cluster_side side, cluster_moment when, const cluster_segment *segment)
{
    cluster_party *party = &conversation->party[side];
    int32_t old = cluster_distance(segment->sequence, party->next);
    if (party->over || old >= (int32_t)segment->captured) {
        return;
    }
    const uint32_t sequence = old > 0 ? party->next : segment->sequence;
    const uint8_t *bytes = segment->bytes + MAX(old, 0);
    uint32_t length = segment->captured - (uint32_t)MAX(old, 0);
    if (old >= 0 && party->stream == NULL) {
        cluster_speech_read(facts, conversation, &side, bytes, length, when);
        party = &conversation->party[side];
        uint32_t taken = party->next - sequence;
        if (!party->over && taken < length) {
            keep(facts, party, sequence + taken, bytes + taken, length - taken, when);
        }
        settle(party);
        return;
    }
    keep(facts, party, sequence, bytes, length, when);
    read_row(facts, conversation, side);
}

/* Flags and numbers. */

static void add_repeat(cluster_conversation *conversation, uint32_t frame)
{
    if (conversation->repeats == NULL) {
        conversation->repeats = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    }
    if (conversation->repeats->len < CLUSTER_REPEATS_MAX) {
        g_array_append_val(conversation->repeats, frame);
    }
}

/* A side's bytes begin here: nothing of it was read. */
static void set_base(cluster_party *party, uint32_t number)
{
    party->based = true;
    party->base = party->next = number;
    if (party->stream != NULL) {
        cluster_stream_drop(party->stream, number);
    }
}

/* The number of a side's first byte is known: it opened the connection, or accepted it. */
static void take_first(cluster_party *party, const cluster_conversation *conversation,
                       uint32_t number)
{
    if (!party->whole && conversation->said_count == 0) {
        set_base(party, number);
        party->whole = true;
        party->sent = number;
    }
}

/* Whether nothing but the number of its first byte is known of a side. */
static bool is_untouched(const cluster_conversation *conversation, const cluster_party *party)
{
    return party->next == party->base && party->stream == NULL && conversation->said_count == 0;
}

/* The number with which a side accepts. A host whose answer was lost may have forgotten it, and
 * answers the SYN that is sent again with another one. */
static void take_answer(cluster_party *party, const cluster_conversation *conversation,
                        uint32_t number)
{
    party->whole = party->whole && !is_untouched(conversation, party);
    take_first(party, conversation, number);
}

static void take_syn(cluster_conversation *conversation, cluster_side *side, cluster_moment when,
                     const cluster_segment *segment)
{
    bool answers = (segment->flags & CLUSTER_TCP_ACK) != 0;
    if ((*side == CLUSTER_SERVER) != answers && conversation->syn == 0 && !conversation->turned) {
        cluster_conversation_turn(conversation);
        *side ^= 1;
    }
    cluster_party *party = &conversation->party[*side];
    conversation->turned = true;
    if (answers) {
        take_answer(party, conversation, segment->sequence + 1);
        keep_first(&conversation->syn_ack, when.frame);
        take_first(&conversation->party[!*side], conversation, segment->acknowledge);
        return;
    }
    take_first(party, conversation, segment->sequence + 1);
    if (conversation->syn == 0) {
        conversation->syn = when.frame;
        return;
    }
    if (when.time - party->last >= RESEND_TIME) {
        add_repeat(conversation, when.frame);
    }
}

static void take_ends(cluster_conversation *conversation, cluster_side side, cluster_moment when,
                      uint8_t flags)
{
    cluster_party *party = &conversation->party[side];
    if ((flags & CLUSTER_TCP_FIN) != 0) {
        keep_first(&party->fin, when.frame);
    }
    if ((flags & CLUSTER_TCP_RST) != 0) {
        keep_first(&party->reset, when.frame);
    }
    if ((flags & (CLUSTER_TCP_FIN | CLUSTER_TCP_RST)) != 0 && conversation->ended == 0) {
        conversation->ended = when.time;
    }
}

/* What a segment acknowledges was sent, also where the capture does not hold it. */
static void take_acknowledgement(cluster_party *other, const cluster_segment *segment)
{
    if ((segment->flags & (CLUSTER_TCP_ACK | CLUSTER_TCP_RST)) != CLUSTER_TCP_ACK) {
        return;
    }
    if (!other->based) {
        other->based = true;
        other->base = other->next = other->sent = segment->acknowledge;
    } else if (cluster_distance(other->sent, segment->acknowledge) > 0) {
        other->sent = segment->acknowledge;
    }
}

/* Places bytes of a side in its stream. */
static void take_numbers(cluster_party *party, cluster_moment when, const cluster_segment *segment)
{
    uint32_t end = segment->sequence + segment->length;
    bool untouched = party->next == party->base;
    if (!party->based ||
        (!party->whole && untouched && cluster_distance(segment->sequence, party->next) > 0 &&
         segment->length > 0)) {
        set_base(party, segment->sequence);
        party->sent =
            party->sent == 0 || cluster_distance(party->sent, end) > 0 ? end : party->sent;
        return;
    }
    if (!party->whole && cluster_distance(segment->sequence, party->base) > 0 &&
        cluster_distance(party->base, end) >= 0) {
        party->base = segment->sequence; /* it was not first, but recorded out of order */
    }
    if (cluster_distance(party->sent, end) > 0) {
        party->sent = end;
    } else if (segment->length > 0 && when.time - party->last >= RESEND_TIME) {
        if (party->again++ == 0) {
            party->again_frame = when.frame;
            party->again_time = when.time;
        }
    }
}

void cluster_conversation_segment(cluster_facts *facts, cluster_conversation *conversation,
                                  cluster_moment when, const cluster_segment *segment)
{
    cluster_side side =
        cluster_endpoint_key_equal(&segment->source, &conversation->party[CLUSTER_SERVER].end)
            ? CLUSTER_SERVER
            : CLUSTER_CLIENT;
    conversation->last = when;
    if ((segment->flags & CLUSTER_TCP_SYN) != 0) {
        take_syn(conversation, &side, when, segment);
    }
    take_ends(conversation, side, when, segment->flags);
    cluster_party *party = &conversation->party[side];
    cluster_party *other = &conversation->party[!side];
    take_acknowledgement(other, segment);
    if ((segment->flags & (CLUSTER_TCP_SYN | CLUSTER_TCP_RST)) == 0) {
        take_numbers(party, when, segment);
    }
    other->again = 0;
    party->last = when.time;
    if (segment->captured < segment->length) {
        keep_first(&party->cut, when.frame);
    }
    if (segment->captured > 0 && (segment->flags & CLUSTER_TCP_RST) == 0) {
        take_payload(facts, conversation, side, when, segment);
    }
}

/* Joining. */

static bool is_said(const cluster_conversation *conversation, const cluster_said *said)
{
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        const cluster_said *known = &conversation->said[i];
        if (known->side == said->side && known->kind == said->kind && known->at == said->at) {
            return true;
        }
    }
    return false;
}

static gint said_order(gconstpointer one, gconstpointer other)
{
    const cluster_said *left = one;
    const cluster_said *right = other;
    const cluster_moment first = {left->frame, left->time};
    const cluster_moment second = {right->frame, right->time};
    int order = cluster_moment_compare(&first, &second);
    return order != 0 ? order : (int)left->side - (int)right->side;
}

/* Takes out the traffic that a piece took for the first sign of a connection that is up, if the
 * other piece holds the handshake. */
static void drop_running(cluster_conversation *conversation)
{
    const bool shaken[] = {
        cluster_conversation_find(conversation, CLUSTER_SAID_CHALLENGE_REPLY, NULL) != NULL,
        cluster_conversation_find(conversation, CLUSTER_SAID_CHALLENGE_ACK, NULL) != NULL,
    };
    uint16_t kept = 0;
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        const cluster_said *said = &conversation->said[i];
        if (said->kind != CLUSTER_SAID_RUNNING || !shaken[said->side]) {
            conversation->said[kept++] = *said;
        }
    }
    conversation->said_count = kept;
}

/* What both said, each once. Of a copy, the frames of the first stay. */
static void join_said(cluster_conversation *conversation, const cluster_conversation *other)
{
    uint16_t known = conversation->said_count;
    for (uint16_t i = 0; i < other->said_count; i++) {
        if (!is_said(conversation, &other->said[i])) {
            cluster_conversation_say(conversation, &other->said[i]);
        }
    }
    if (conversation->said_count > known) {
        g_qsort_with_data(conversation->said, conversation->said_count, sizeof(cluster_said),
                          (GCompareDataFunc)(void (*)(void))said_order, NULL);
        drop_running(conversation);
    }
}

/* Whether a side's speech tells more than another. */
static bool tells_more(uint8_t speech, uint8_t than)
{
    return than == CLUSTER_SPEAKS_NOTHING ||
           (than == CLUSTER_SPEAKS_OTHER && speech != CLUSTER_SPEAKS_NOTHING);
}

static void join_pieces(cluster_facts *facts, cluster_party *party, const cluster_stream *stream)
{
    for (guint i = 0; stream != NULL && !party->over && i < stream->pieces->len; i++) {
        const cluster_piece *piece = &g_array_index(stream->pieces, cluster_piece, i);
        const cluster_moment when = {piece->frame, piece->time};
        int32_t old = cluster_distance(piece->sequence, party->next);
        if (old < (int32_t)piece->length) {
            uint32_t skip = (uint32_t)MAX(old, 0);
            keep(facts, party, piece->sequence + skip, piece->bytes + skip, piece->length - skip,
                 when);
        }
    }
}

/* Whether the other record knows a later number with which a side accepts: take_answer. */
static bool is_accepted_anew(const cluster_party *party, const cluster_party *other)
{
    return party->whole && other->whole && party->base != other->base &&
           party->next == party->base && party->stream == NULL &&
           party->speech == CLUSTER_SPEAKS_NOTHING;
}

static void join_party(cluster_facts *facts, cluster_party *party, const cluster_party *other)
{
    if (is_accepted_anew(party, other)) {
        party->base = party->next = party->sent = other->base;
    }
    const cluster_party own = *party;
    if (!party->based || (other->based && other->whole && !party->whole)) {
        party->based = other->based;
        party->whole = other->whole;
        party->base = other->base;
        party->sent = party->based && own.based && cluster_distance(own.sent, other->sent) <= 0
                          ? other->sent
                          : (own.based ? own.sent : other->sent);
    } else if (other->based && cluster_distance(party->sent, other->sent) > 0) {
        party->sent = other->sent;
    }
    /* The bytes that the other read follow on what was read here, and none is missing between. */
    if (!own.based || (other->based && cluster_distance(own.next, other->next) > 0 && !own.over &&
                       cluster_distance(own.next, other->base) <= 0)) {
        party->next = other->next;
        party->over = other->over;
        party->speech = tells_more(other->speech, party->speech) ? other->speech : party->speech;
    } else if (tells_more(other->speech, party->speech)) {
        party->speech = other->speech;
    }
    keep_first(&party->fin, other->fin);
    keep_first(&party->reset, other->reset);
    keep_first(&party->cut, other->cut);
    party->last = MAX(party->last, other->last);
    join_pieces(facts, party, other->stream);
}

/* What a side sent again since the other was last heard. A piece does not know that what it holds
 * first was sent before. */
static void join_again(cluster_conversation *conversation, const cluster_conversation *other,
                       cluster_side side)
{
    cluster_party *party = &conversation->party[side];
    const cluster_party *more = &other->party[side];
    bool piece = cluster_moment_compare(&other->first, &conversation->last) > 0;
    bool heard = other->party[!side].last != 0;
    if (!piece || heard) {
        if (piece || more->last > party->last) {
            party->again = more->again;
            party->again_frame = more->again_frame;
            party->again_time = more->again_time;
        }
        return;
    }
    bool resent =
        more->based && more->sent != more->base && cluster_distance(party->sent, more->sent) <= 0;
    if (party->again == 0) {
        party->again_frame = resent ? other->first.frame : more->again_frame;
        party->again_time = resent ? other->first.time : more->again_time;
    }
    party->again += more->again + resent;
}

static void join_repeats(cluster_conversation *conversation, const cluster_conversation *other)
{
    if (conversation->syn != 0 && other->syn != 0) {
        add_repeat(conversation, other->syn);
    }
    for (guint i = 0; other->repeats != NULL && i < other->repeats->len; i++) {
        add_repeat(conversation, g_array_index(other->repeats, uint32_t, i));
    }
}

void cluster_conversation_join(cluster_facts *facts, cluster_conversation *conversation,
                               const cluster_conversation *other, bool is_copy)
{
    join_again(conversation, other, CLUSTER_CLIENT);
    join_again(conversation, other, CLUSTER_SERVER);
    if (cluster_moment_compare(&other->first, &conversation->first) < 0) {
        conversation->first = other->first;
    }
    if (cluster_moment_compare(&other->last, &conversation->last) > 0) {
        conversation->last = other->last;
    }
    if (other->ended != 0 && (conversation->ended == 0 || other->ended < conversation->ended)) {
        conversation->ended = other->ended;
    }
    if (!is_copy) {
        join_repeats(conversation, other);
    }
    keep_first(&conversation->syn, other->syn);
    keep_first(&conversation->syn_ack, other->syn_ack);
    keep_first(&conversation->unreachable, other->unreachable);
    conversation->prohibited = conversation->prohibited || other->prohibited;
    conversation->turned = conversation->turned || other->turned;
    conversation->locator = conversation->locator || other->locator;
    conversation->crowded = conversation->crowded || other->crowded;
    conversation->edge = conversation->edge || other->edge;
    join_said(conversation, other);
    for (int side = 0; side < 2; side++) {
        join_party(facts, &conversation->party[side], &other->party[side]);
    }
    read_row(facts, conversation, CLUSTER_CLIENT);
    read_row(facts, conversation, CLUSTER_SERVER);
}
