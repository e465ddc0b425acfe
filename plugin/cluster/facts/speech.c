/* speech.c
 * Reads what the sides of a connection say: SeekChat, EPMD, the distribution's handshake, TLS.
 * May include: the headers of facts/ and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "speech.h"

#include <string.h>

#include "facts.h"
#include "stream.h"

/* What a reader makes of bytes: how many it took, or one of these. */
enum { WAIT = -1, NOT_MINE = -2 };

/* Bytes of a side that are to be read. */
typedef struct {
    cluster_facts *facts;
    cluster_conversation *conversation;
    cluster_side side;
    const uint8_t *bytes;
    uint32_t length;
    bool first;       /* they begin the row of the side's stream */
    cluster_said say; /* what was read, if kind is set */
    bool says;
} reading;

static cluster_party *own(const reading *from)
{
    return &from->conversation->party[from->side];
}

static cluster_party *other(const reading *from)
{
    return &from->conversation->party[!from->side];
}

static uint32_t be16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static uint32_t be32(const uint8_t *bytes)
{
    return be16(bytes) << 16 | be16(bytes + 2);
}

static void say(reading *from, cluster_said_kind kind, const uint8_t *text, uint32_t length)
{
    from->says = true;
    from->say.kind = (uint8_t)kind;
    from->say.length = length;
    if (text != NULL) {
        from->say.text =
            cluster_facts_text(from->facts, (cluster_text){(const char *)text, length});
    }
}

/* SeekChat. */

static cluster_text string_of(const seekchat_decoder *decoder, const uint8_t *bytes,
                              seekchat_span span)
{
    cluster_text text;
    text.data = seekchat_span_peek(decoder, bytes, span, &text.length);
    return text;
}

static uint32_t list_of(cluster_facts *facts, const seekchat_decoder *decoder, const uint8_t *bytes)
{
    const seekchat_message *message = &decoder->message;
    GArray *list = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), message->node_count);
    for (uint32_t i = 0; i < message->node_count; i++) {
        uint32_t name = cluster_facts_text(facts, string_of(decoder, bytes, message->nodes[i]));
        if (name != CLUSTER_NONE) {
            g_array_append_val(list, name);
        }
    }
    return cluster_facts_list(facts, list);
}

/* Whether a name has exactly one @ and something on both sides of it, as those of nodes have. */
static bool is_node_name(cluster_text name)
{
    const char *at = name.length == 0 ? NULL : memchr(name.data, '@', name.length);
    if (at == NULL || at == name.data) {
        return false;
    }
    size_t rest = name.length - (size_t)(at + 1 - name.data);
    return rest > 0 && memchr(at + 1, '@', rest) == NULL;
}

static bool has(const seekchat_message *message, seekchat_key key, seekchat_value_kind kind)
{
    return message->kind[key] == kind;
}

void cluster_speech_message(cluster_facts *facts, const seekchat_decoder *decoder,
                            const uint8_t *bytes, cluster_said *said)
{
    const seekchat_message *message = &decoder->message;
    said->kind = said->side == CLUSTER_CLIENT ? CLUSTER_SAID_REQUEST : CLUSTER_SAID_REPLY;
    said->type = message->type;
    said->payload = message->payload;
    if (has(message, SEEKCHAT_KEY_SENDER, SEEKCHAT_VALUE_STRING)) {
        said->text = cluster_facts_text(
            facts, string_of(decoder, bytes, message->value[SEEKCHAT_KEY_SENDER]));
    }
    if (message->type == SEEKCHAT_TYPE_UNKNOWN &&
        has(message, SEEKCHAT_KEY_TYPE, SEEKCHAT_VALUE_STRING)) {
        said->word =
            cluster_facts_text(facts, string_of(decoder, bytes, message->value[SEEKCHAT_KEY_TYPE]));
    }
    if (said->reading == CLUSTER_READ_WHOLE &&
        has(message, SEEKCHAT_KEY_PAYLOAD, SEEKCHAT_VALUE_LIST)) {
        said->list = list_of(facts, decoder, bytes);
    }
}

/* The same of the message that is read. */
static void say_message(reading *from, const seekchat_decoder *decoder, cluster_reading state)
{
    from->says = true;
    from->say.side = (uint8_t)from->side;
    from->say.reading = (uint8_t)state;
    cluster_speech_message(from->facts, decoder, from->bytes, &from->say);
}

/* Decodes the message at the beginning; a decoder of the stream goes on where it stopped. */
static seekchat_status decode(const reading *from, const seekchat_decoder **used)
{
    cluster_stream *stream = own(from)->stream;
    if (!from->first || stream == NULL) {
        *used = &from->facts->decoder;
        return seekchat_decode(&from->facts->decoder, from->bytes, from->length);
    }
    *used = &stream->decoder;
    seekchat_status status =
        stream->scanned ? seekchat_decode_resume(&stream->decoder, from->bytes, from->length)
                        : seekchat_decode(&stream->decoder, from->bytes, from->length);
    stream->scanned = status == SEEKCHAT_INCOMPLETE;
    return status;
}

/* Who sent a message tells who opened the connection, where no SYN does. */
static void turn_by_type(reading *from, seekchat_type type)
{
    bool reply = type == SEEKCHAT_TYPE_REPLY;
    if (type == SEEKCHAT_TYPE_UNKNOWN || from->conversation->turned) {
        return;
    }
    from->conversation->turned = true;
    if (reply != (from->side == CLUSTER_SERVER)) {
        cluster_conversation_turn(from->conversation);
        from->side ^= 1;
    }
}

/* On a port that nobody named, only what has the whole shape of a message is SeekChat. */
static bool is_sure(const reading *from, const seekchat_decoder *decoder)
{
    const seekchat_message *message = &decoder->message;
    if (from->conversation->locator || own(from)->speech == CLUSTER_SPEAKS_SEEKCHAT) {
        return true;
    }
    return message->type != SEEKCHAT_TYPE_UNKNOWN &&
           has(message, SEEKCHAT_KEY_SENDER, SEEKCHAT_VALUE_STRING) &&
           is_node_name(string_of(decoder, from->bytes, message->value[SEEKCHAT_KEY_SENDER]));
}

bool cluster_speech_is_middle(const cluster_party *party, const uint8_t *bytes, uint32_t length)
{
    uint32_t space = (uint32_t)seekchat_space(bytes, length);
    return !party->whole && party->next == party->base && space < length && bytes[space] != '{';
}

static int64_t read_seekchat(reading *from)
{
    const seekchat_decoder *decoder;
    seekchat_status status = decode(from, &decoder);
    const seekchat_message *message = &decoder->message;
    if (status == SEEKCHAT_INCOMPLETE) {
        uint32_t space = (uint32_t)seekchat_space(from->bytes, from->length);
        return space == from->length ? (int64_t)space : WAIT;
    }
    bool middle =
        status != SEEKCHAT_OK && cluster_speech_is_middle(own(from), from->bytes, from->length);
    if (middle && from->conversation->edge) {
        return WAIT; /* a merge may know how it began */
    }
    if (!is_sure(from, decoder)) {
        return NOT_MINE;
    }
    turn_by_type(from, status == SEEKCHAT_OK ? message->type : SEEKCHAT_TYPE_UNKNOWN);
    own(from)->speech = CLUSTER_SPEAKS_SEEKCHAT;
    if (other(from)->speech == CLUSTER_SPEAKS_NOTHING) {
        other(from)->speech = CLUSTER_SPEAKS_SEEKCHAT;
    }
    if (status == SEEKCHAT_OK) {
        say_message(from, decoder, CLUSTER_READ_WHOLE);
        from->say.length = message->end - message->offset;
        return message->end;
    }
    /* Its reader fails here, and nothing behind it is read any more. */
    say_message(from, decoder, middle ? CLUSTER_READ_HOLE : CLUSTER_READ_INVALID);
    from->say.length = from->length;
    own(from)->over = true;
    return from->length;
}

/* EPMD. */

enum { PORT2_REQ = 122, PORT2_RESP = 119, ALIVE2_REQ = 120, EPMD_PORT = 4369 };

/* Requests that say nothing of interest: their tags. */
static bool is_other_request(uint8_t tag)
{
    return tag == 'n' || tag == 'd' || tag == 'k' || tag == ALIVE2_REQ;
}

static int64_t read_epmd_request(reading *from)
{
    uint32_t size = be16(from->bytes);
    if (from->bytes[2] == PORT2_REQ && size >= 2 && size <= CLUSTER_NAME_BYTES_MAX) {
        if (from->length < size + 2) {
            return WAIT;
        }
        if (memchr(from->bytes + 3, '\0', size - 1) != NULL) {
            return NOT_MINE;
        }
        say(from, CLUSTER_SAID_PORT_REQUEST, from->bytes + 3, size - 1);
        own(from)->over = true;
        return size + 2;
    }
    if (own(from)->end.port != EPMD_PORT && other(from)->end.port == EPMD_PORT &&
        is_other_request(from->bytes[2])) {
        own(from)->over = true;
        return from->length;
    }
    return NOT_MINE;
}

static int64_t read_epmd_answer(reading *from)
{
    if (from->bytes[0] != PORT2_RESP) {
        own(from)->over = true;
        return from->length;
    }
    if (from->length < 2 || (from->bytes[1] == 0 && from->length < 4)) {
        return WAIT;
    }
    say(from, CLUSTER_SAID_PORT_ANSWER, NULL, from->length);
    from->say.type = from->bytes[1];
    from->say.number = from->bytes[1] == 0 ? (uint16_t)be16(from->bytes + 2) : 0;
    own(from)->over = true;
    return from->length;
}

/* An answer that explains itself: where the request is not in the capture. */
static bool is_whole_answer(const reading *from)
{
    enum { HEAD = 12, NAME_LENGTH = 10 };
    return from->length >= HEAD && from->bytes[0] == PORT2_RESP && from->bytes[1] == 0 &&
           (from->bytes[4] == 77 || from->bytes[4] == 72) &&
           be16(from->bytes + NAME_LENGTH) + HEAD <= from->length;
}

/* The distribution's handshake: a 16-bit length and a tag before each message. */

enum { HANDSHAKE_MAX = 2048, HANDSHAKE_REPLY = 21, HANDSHAKE_ACK = 17, OLD_VERSION = 5 };

static bool is_old_version(uint32_t version)
{
    return version == OLD_VERSION || version == OLD_VERSION + 1;
}

static bool is_printable(const uint8_t *text, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (text[i] < ' ') {
            return false;
        }
    }
    return true;
}

/* Whether a byte is one of some letters. */
static bool is_among(uint8_t byte, const char *letters)
{
    return byte != 0 && strchr(letters, byte) != NULL;
}

/*
 * The name in a message of the old form, behind version, flags and (of the server) a challenge; or
 * of the new form, behind flags, challenge, creation and its length. NULL if there is none.
 */
static const uint8_t *handshake_name(const uint8_t *body, uint32_t size, bool challenge,
                                     uint32_t *length)
{
    const uint32_t old_head = challenge ? 11 : 7;
    const uint32_t new_head = challenge ? 19 : 15;
    const uint8_t *name = NULL;
    if (body[0] == 'n' && size > old_head && is_old_version(be16(body + 1))) {
        name = body + old_head;
        *length = size - old_head;
    } else if (body[0] == 'N' && size > new_head && be16(body + new_head - 2) <= size - new_head) {
        name = body + new_head;
        *length = be16(body + new_head - 2);
    }
    return name != NULL && is_printable(name, *length) && memchr(name, '@', *length) != NULL ? name
                                                                                             : NULL;
}

static bool is_status(const uint8_t *body, uint32_t size)
{
    return body[0] == 's' && size >= 2 && is_printable(body + 1, size - 1);
}

/* One message of the handshake, by whichever side: what it says. */
static bool say_handshake(reading *from, const uint8_t *body, uint32_t size)
{
    uint32_t length;
    bool by_server = from->side == CLUSTER_SERVER;
    const uint8_t *name =
        body[0] == 'n' || body[0] == 'N' ? handshake_name(body, size, by_server, &length) : NULL;
    if (name != NULL) {
        say(from, by_server ? CLUSTER_SAID_CHALLENGE : CLUSTER_SAID_NAME, name, length);
    } else if (is_status(body, size)) {
        say(from, CLUSTER_SAID_STATUS, body + 1, size - 1);
    } else if (body[0] == 'r' && size == HANDSHAKE_REPLY && !by_server) {
        say(from, CLUSTER_SAID_CHALLENGE_REPLY, NULL, size);
        own(from)->over = true;
    } else if (body[0] == 'a' && size == HANDSHAKE_ACK && by_server) {
        say(from, CLUSTER_SAID_CHALLENGE_ACK, NULL, size);
        own(from)->over = true;
    } else {
        return body[0] == 'c' && own(from)->speech == CLUSTER_SPEAKS_DIST;
    }
    return true;
}

static int64_t read_handshake(reading *from)
{
    if (from->length < 3) {
        return WAIT;
    }
    uint32_t size = be16(from->bytes);
    if (size == 0 || size > HANDSHAKE_MAX || !is_among(from->bytes[2], "nNsrac")) {
        return NOT_MINE;
    }
    if (from->length < size + 2) {
        return WAIT;
    }
    return say_handshake(from, from->bytes + 2, size) ? (int64_t)size + 2 : NOT_MINE;
}

/* Whether a challenge is answered: by bytes that are random from the fourth on. */
static bool begins_digest(const reading *from)
{
    uint32_t size = be16(from->bytes);
    return (from->bytes[2] == 'r' && size == HANDSHAKE_REPLY) ||
           (from->bytes[2] == 'a' && size == HANDSHAKE_ACK);
}

/* Traffic behind a handshake that the capture does not hold: a 32-bit length and a term. */
static bool is_running(const reading *from)
{
    enum { VERSION = 131, PASS_THROUGH = 112 };
    if (own(from)->whole || from->length < 6 || be32(from->bytes) < 2 ||
        be32(from->bytes) > CLUSTER_STREAM_BYTES_MAX || begins_digest(from)) {
        return false;
    }
    uint8_t tag = from->bytes[4];
    return tag == PASS_THROUGH || (tag == VERSION && is_among(from->bytes[5], "DEFPh"));
}

/* TLS: records of five bytes and their content. */

enum { TLS_HEAD = 5, TLS_CHANGE = 20, TLS_ALERT = 21, TLS_HANDSHAKE = 22, TLS_DATA = 23 };

static bool is_tls(const reading *from)
{
    return from->bytes[0] >= TLS_CHANGE && from->bytes[0] <= TLS_DATA && from->length >= 3 &&
           from->bytes[1] == 3 && from->bytes[2] <= 4;
}

static int64_t read_tls(reading *from)
{
    if (from->length < TLS_HEAD) {
        return WAIT;
    }
    uint32_t size = be16(from->bytes + 3);
    if (!is_tls(from)) {
        own(from)->over = true;
        return from->length;
    }
    if (from->bytes[0] == TLS_ALERT && size == 2) {
        if (from->length < TLS_HEAD + size) {
            return WAIT;
        }
        say(from, CLUSTER_SAID_TLS_ALERT, NULL, size);
        from->say.number = from->bytes[TLS_HEAD + 1];
    } else if (from->bytes[0] == TLS_DATA || from->bytes[0] == TLS_ALERT) {
        say(from, CLUSTER_SAID_TLS_SEALED, NULL, size);
        own(from)->over = true;
    } else if (from->bytes[0] == TLS_HANDSHAKE && own(from)->next == own(from)->base) {
        say(from, CLUSTER_SAID_TLS_HELLO, NULL, size);
    }
    return (int64_t)TLS_HEAD + size; /* what the record holds is passed over */
}

/* Which protocol it is. */

static int64_t become(reading *from, cluster_speech speech, int64_t taken)
{
    if (taken > 0 && own(from)->speech == CLUSTER_SPEAKS_NOTHING) {
        own(from)->speech = (uint8_t)speech;
    }
    return taken;
}

/* Tries a reader as if the side were the one that it is for, where that is open. */
static int64_t try_as(reading *from, cluster_side side, int64_t (*reader)(reading *))
{
    cluster_side was = from->side;
    if (was != side && from->conversation->turned) {
        return NOT_MINE;
    }
    bool turned = was != side;
    if (turned) {
        cluster_conversation_turn(from->conversation);
        from->side = side;
    }
    int64_t taken = reader(from);
    if (taken > 0) {
        from->conversation->turned = true; /* what was read shows who opened it */
    } else if (turned) {
        cluster_conversation_turn(from->conversation);
        from->side = was;
    }
    return taken;
}

/* The first of several readings that takes something; else WAIT if one of them waits. */
static int64_t either(int64_t one, int64_t another)
{
    return one > 0 ? one : another > 0 ? another : MAX(one, another);
}

static int64_t find_out(reading *from)
{
    if (from->conversation->locator) {
        own(from)->speech = CLUSTER_SPEAKS_SEEKCHAT; /* whatever it is */
        return read_seekchat(from);
    }
    if (other(from)->speech == CLUSTER_SPEAKS_EPMD && from->side == CLUSTER_SERVER) {
        return become(from, CLUSTER_SPEAKS_EPMD, read_epmd_answer(from));
    }
    if (from->bytes[0] == '{' || g_ascii_isspace(from->bytes[0])) {
        return become(from, CLUSTER_SPEAKS_SEEKCHAT, read_seekchat(from));
    }
    if (from->length < 3) {
        return WAIT;
    }
    if (is_tls(from)) {
        return become(from, CLUSTER_SPEAKS_TLS, read_tls(from));
    }
    int64_t taken = try_as(from, CLUSTER_CLIENT, read_epmd_request);
    if (taken > 0) {
        return become(from, CLUSTER_SPEAKS_EPMD, taken);
    }
    if (is_running(from)) {
        say(from, CLUSTER_SAID_RUNNING, NULL, from->length);
        own(from)->over = true;
        return become(from, CLUSTER_SPEAKS_DIST, from->length);
    }
    if (from->side == CLUSTER_SERVER && is_whole_answer(from)) {
        return become(from, CLUSTER_SPEAKS_EPMD, read_epmd_answer(from));
    }
    int64_t named = NOT_MINE;
    if (is_among(from->bytes[2], "nNr")) {
        named = try_as(from, CLUSTER_CLIENT, read_handshake);
    }
    if (named <= 0) {
        named = either(named, try_as(from, CLUSTER_SERVER, read_handshake));
    }
    return become(from, CLUSTER_SPEAKS_DIST, either(taken, named));
}

static int64_t read_one(reading *from)
{
    int64_t taken;
    switch ((cluster_speech)own(from)->speech) {
    case CLUSTER_SPEAKS_NOTHING:
        taken = find_out(from);
        break;
    case CLUSTER_SPEAKS_SEEKCHAT:
        return read_seekchat(from);
    case CLUSTER_SPEAKS_DIST:
        taken = read_handshake(from);
        if (taken == NOT_MINE) {
            own(from)->over = true;
            return from->length;
        }
        return taken;
    case CLUSTER_SPEAKS_TLS:
        return read_tls(from);
    default:
        own(from)->over = true;
        return from->length;
    }
    if (taken == NOT_MINE) {
        /* The middle of something that began before the capture, which a merge may know. */
        bool untold = !own(from)->whole && from->conversation->edge &&
                      from->length <= CLUSTER_UNTOLD_BYTES_MAX;
        if (untold) {
            return WAIT;
        }
        own(from)->speech = CLUSTER_SPEAKS_OTHER;
        own(from)->over = true;
        return from->length;
    }
    return taken;
}

/* Adds what was read to what was said. when.frame is 0: the stream knows where the bytes are from.
 */
static void note(const reading *from, uint32_t used, cluster_moment when)
{
    cluster_party *party = own(from);
    cluster_said said = from->say;
    if (when.frame == 0) {
        when = cluster_stream_moment(party->stream, party->next, used, &said.split);
    }
    said.side = (uint8_t)from->side;
    said.frame = when.frame;
    said.time = when.time;
    if (!cluster_conversation_say(from->conversation, &said)) {
        cluster_facts_reach(from->facts, CLUSTER_LIMIT_SAID);
        party->over = true;
    }
}

/* What one side speaks may tell what the other has said before: reads it. */
static void read_waiting(const reading *from)
{
    cluster_party *answerer = other(from);
    if (answerer->stream == NULL || answerer->speech != CLUSTER_SPEAKS_NOTHING ||
        own(from)->speech == CLUSTER_SPEAKS_NOTHING) {
        return;
    }
    uint32_t start;
    uint32_t length;
    cluster_side side = !from->side;
    const uint8_t *waiting = cluster_stream_row(answerer->stream, &start, &length);
    if (waiting != NULL && start == answerer->next) {
        const cluster_moment none = {0, 0};
        cluster_speech_read(from->facts, from->conversation, &side, waiting, length, none);
        answerer = &from->conversation->party[side];
        cluster_stream_drop(answerer->stream, answerer->next);
    }
}

void cluster_speech_read(cluster_facts *facts, cluster_conversation *conversation,
                         cluster_side *side, const uint8_t *bytes, uint32_t length,
                         cluster_moment when)
{
    reading from = {.facts = facts, .conversation = conversation, .side = *side};
    bool row = when.frame == 0;
    uint32_t at = 0;
    while (at < length && !own(&from)->over) {
        from.bytes = bytes + at;
        from.length = length - at;
        from.first = row && at == 0;
        from.says = false;
        from.say = (cluster_said){.text = CLUSTER_NONE,
                                  .word = CLUSTER_NONE,
                                  .list = CLUSTER_NONE,
                                  .at = own(&from)->next};
        int64_t taken = read_one(&from);
        if (taken <= 0) {
            break;
        }
        uint32_t used = (uint32_t)MIN(taken, (int64_t)from.length);
        if (from.says) {
            note(&from, used, when);
        }
        own(&from)->next += (uint32_t)taken;
        at += used;
    }
    *side = from.side;
    if (!row) {
        read_waiting(&from);
    }
}
