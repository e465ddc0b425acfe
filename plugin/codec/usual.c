/* usual.c
 * Shortcuts through decode's automaton for what messages usually look like: no white space, and
 * the three keys without escapes.
 * May include: the C library and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "usual.h"

#include "automaton.h"
#include "members.h"
#include "quoted.h"
#include "words.h"

/* Bytes that are looked at to know a key: "payload": and the value's first byte. */
#define HEAD_BYTES 11

/* Bytes from a type's opening quote on that are looked at to know its word. */
#define TYPE_BYTES 10

/* Longest string that is surely no longer than an atom, with its quotes. */
#define SHORT_BYTES (SEEKCHAT_ATOM_MAX + 2)

/* What is read: the text, its window, and for whom. */
typedef struct {
    seekchat_decoder *decoder;
    const uint8_t *text;
    size_t end;
    text_window window;
} usual_reader;

SCAN_INLINE bool has_bytes(const uint8_t *at, const char *eight)
{
    return scan_load8(at) == scan_load8(eight);
}

/* Takes a short string without escapes, from the quote at open to that at close, for a key. */
SCAN_INLINE void take_plain(usual_reader *r, seekchat_key key, size_t open, size_t close)
{
    seekchat_message *message = &r->decoder->message;
    size_t length = close - open - 1;
    message->kind[key] = SEEKCHAT_VALUE_STRING;
    if (key == SEEKCHAT_KEY_TYPE) {
        message->type = words_find(r->text + close, length)->type;
    } else if (key == SEEKCHAT_KEY_PAYLOAD) {
        message->payload = words_find(r->text + close, length)->payload;
    }
}

/*
 * Passes the string that opens at open as the value of a key. Returns the offset behind it, 0 if it
 * is not right and whole.
 */
SCAN_INLINE size_t pass_value(usual_reader *r, seekchat_key key, size_t open)
{
    seekchat_message *message = &r->decoder->message;
    quoted_end close = quoted_scan(&r->window, r->text, open + 1, r->end);
    if (close.error != SEEKCHAT_ERROR_NONE) {
        return 0;
    }
    size_t length = close.at + 1 - open;
    message->value[key] = scan_span((uint32_t)open, (uint32_t)length, close.escaped);
    if (close.escaped || length > SHORT_BYTES) {
        members_take_string(r->decoder, r->text, key, message->value[key]);
    } else {
        take_plain(r, key, open, close.at);
    }
    return close.at + 1;
}

/*
 * Passes nodes from offset at on, where *state is expected. Returns where it left, and in *state
 * what is expected there.
 */
SCAN_INLINE size_t pass_nodes(usual_reader *r, size_t at, uint8_t *state)
{
    seekchat_scan *scan = &r->decoder->scan;
    uint32_t count = r->decoder->message.node_count;
    while (at < r->end && r->text[at] == '"') {
        quoted_end close = quoted_scan(&r->window, r->text, at + 1, r->end);
        size_t behind = close.at + 1;
        if (close.error != SEEKCHAT_ERROR_NONE || behind - at > SHORT_BYTES) {
            break;
        }
        if (count == scan->node_room) {
            members_grow_nodes(scan);
        }
        scan->nodes[count++] = scan_span((uint32_t)at, (uint32_t)(behind - at), close.escaped);
        at = behind;
        *state = STATE_COMMA_ARRAY;
        if (at == r->end || r->text[at] != ',') {
            break;
        }
        *state = STATE_VALUE;
        at++;
    }
    r->decoder->message.node_count = count;
    return at;
}

size_t usual_nodes(seekchat_decoder *decoder, const uint8_t *text, size_t at, size_t end)
{
    usual_reader r = {decoder, text, end, window_open(text, at, end)};
    uint8_t state = decoder->scan.state;
    at = pass_nodes(&r, at, &state);
    decoder->scan.state = state;
    return at;
}

/* Leaves the payload's array, which opened at offset begin, to the automaton. */
static void leave_list(seekchat_decoder *decoder, size_t begin, uint8_t state)
{
    seekchat_scan *scan = &decoder->scan;
    scan->key = SEEKCHAT_KEY_PAYLOAD;
    scan->key_span = decoder->message.key[SEEKCHAT_KEY_PAYLOAD];
    scan->value = (uint32_t)begin;
    scan->in_list = true;
    scan->depth++;
    scan->nest <<= 1;
    scan->state = state;
}

/*
 * Passes the payload's array, which opens at offset open. Returns the offset behind it, or 0 if it
 * left it to the automaton, at *at.
 */
SCAN_INLINE size_t pass_list(usual_reader *r, size_t open, size_t *at)
{
    seekchat_message *message = &r->decoder->message;
    uint8_t state = STATE_VALUE_OR_CLOSE;
    size_t close = pass_nodes(r, open + 1, &state);
    if (close == r->end || r->text[close] != ']' || state == STATE_VALUE) {
        leave_list(r->decoder, open, state);
        *at = close;
        return 0;
    }
    message->kind[SEEKCHAT_KEY_PAYLOAD] = SEEKCHAT_VALUE_LIST;
    message->payload = SEEKCHAT_PAYLOAD_NODES;
    message->value[SEEKCHAT_KEY_PAYLOAD] =
        scan_span((uint32_t)open, (uint32_t)(close + 1 - open), false);
    return close + 1;
}

/* The documented type whose word, with its closing quote, is the 9 bytes at at or begins them. */
SCAN_INLINE seekchat_type read_type(const uint8_t *at, size_t *length)
{
    if (has_bytes(at, "seeking\"")) {
        *length = 7;
        return SEEKCHAT_TYPE_SEEKING;
    }
    if (has_bytes(at, "watching") && at[8] == '"') {
        *length = 8;
        return SEEKCHAT_TYPE_WATCHING;
    }
    if (scan_load8(at) << 16 == scan_load8("\0\0reply\"")) {
        *length = 5;
        return SEEKCHAT_TYPE_REPLY;
    }
    return SEEKCHAT_TYPE_UNKNOWN;
}

/* Passes the type's value, which opens at open; returns as pass_value. */
SCAN_INLINE size_t pass_type(usual_reader *r, size_t open)
{
    size_t length;
    if (r->end - open <= TYPE_BYTES) {
        return 0;
    }
    seekchat_type type = read_type(r->text + open + 1, &length);
    if (type == SEEKCHAT_TYPE_UNKNOWN) {
        return pass_value(r, SEEKCHAT_KEY_TYPE, open);
    }
    r->decoder->message.type = type;
    r->decoder->message.kind[SEEKCHAT_KEY_TYPE] = SEEKCHAT_VALUE_STRING;
    r->decoder->message.value[SEEKCHAT_KEY_TYPE] =
        scan_span((uint32_t)open, (uint32_t)length + 2, false);
    return open + length + 2;
}

/*
 * Passes the member at offset *at, whose key of key_length bytes has been seen, and a colon behind.
 * Returns the offset behind it, or 0 if it does not know the way or left a list, at *at.
 */
SCAN_INLINE size_t pass_member(usual_reader *r, seekchat_key key, uint32_t key_length, size_t *at)
{
    seekchat_message *message = &r->decoder->message;
    size_t value = *at + key_length + 1;
    if (message->kind[key] != SEEKCHAT_VALUE_ABSENT) {
        return 0;
    }
    message->key[key] = scan_span((uint32_t)*at, key_length, false);
    if (key == SEEKCHAT_KEY_PAYLOAD && r->text[value] == '[') {
        return pass_list(r, value, at);
    }
    if (key == SEEKCHAT_KEY_TYPE) {
        return pass_type(r, value);
    }
    if (r->text[value] != '"') {
        return 0;
    }
    return pass_value(r, key, value);
}

/* Passes the member at offset *at; returns as pass_member. */
SCAN_INLINE size_t pass_any_member(usual_reader *r, size_t *at)
{
    const uint8_t *head = r->text + *at;
    if (r->end - *at <= HEAD_BYTES) {
        return 0;
    }
    if (has_bytes(head, "\"type\":\"")) {
        return pass_member(r, SEEKCHAT_KEY_TYPE, 6, at);
    }
    if (has_bytes(head, "\"sender\"") && head[8] == ':') {
        return pass_member(r, SEEKCHAT_KEY_SENDER, 8, at);
    }
    if (has_bytes(head, "\"payload") && head[8] == '"' && head[9] == ':') {
        return pass_member(r, SEEKCHAT_KEY_PAYLOAD, 9, at);
    }
    return 0;
}

/* Passes members from offset at on; see usual_members. */
SCAN_INLINE size_t pass_members(usual_reader *r, size_t at)
{
    for (;;) {
        size_t behind = pass_any_member(r, &at);
        if (behind == 0) {
            return at;
        }
        at = behind;
        if (at == r->end || r->text[at] != ',') {
            r->decoder->scan.state = STATE_COMMA_OBJECT;
            return at;
        }
        r->decoder->scan.state = STATE_KEY;
        at++;
    }
}

size_t usual_members(seekchat_decoder *decoder, const uint8_t *text, size_t at, size_t end)
{
    usual_reader r = {decoder, text, end, window_open(text, at, end)};
    return pass_members(&r, at);
}

/* Takes the { at the start of a message. */
SCAN_INLINE void begin_object(seekchat_scan *scan)
{
    scan->is_object = true;
    scan->depth = 1;
    scan->nest = 1;
    scan->state = STATE_KEY_OR_CLOSE;
}

/* Whether the message ends with a } at offset at, and nothing is at fault. */
SCAN_INLINE bool is_end(const usual_reader *r, size_t at)
{
    const seekchat_message *message = &r->decoder->message;
    return at < r->end && r->text[at] == '}' && r->decoder->scan.state == STATE_COMMA_OBJECT &&
           message->faults == 0 && message->kind[SEEKCHAT_KEY_TYPE] &&
           message->kind[SEEKCHAT_KEY_SENDER] && message->kind[SEEKCHAT_KEY_PAYLOAD];
}

seekchat_status usual_message(seekchat_decoder *decoder, const uint8_t *text, size_t end)
{
    usual_reader r = {decoder, text, end, window_open(text, 0, end)};
    begin_object(&decoder->scan);
    size_t at = pass_members(&r, 1);
    if (!is_end(&r, at)) {
        return automaton_run(decoder, text, at, end);
    }
    decoder->message.end = (uint32_t)at + 1;
    automaton_publish(decoder);
    return SEEKCHAT_OK;
}
