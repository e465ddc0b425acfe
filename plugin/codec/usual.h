/* usual.h
 * Shortcuts through decode's automaton for what messages usually look like: no white space, and
 * the three keys without escapes.
 * May include: the C library and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_USUAL_H
#define SEEKCHAT_USUAL_H

#include "automaton.h"
#include "list.h"
#include "members.h"
#include "seekchat.h"
#include "texts.h"
#include "window.h"
#include "words.h"

/* Bytes that are looked at to know a key: "payload": and the value's first byte. */
#define HEAD_BYTES 11

/* Bytes from a word's opening quote on that are looked at to know it at a glance. */
#define WORD_BYTES 10

/* Bytes of a list from which on it is tried to take many nodes at once. */
#define LONG_LIST 128

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

/* Passes the string that opens at open. */
SCAN_INLINE texts_string pass_string(usual_reader *r, size_t open)
{
    size_t stop = window_stop(&r->window, r->text, open + 1, r->end);
    if (stop < r->end && r->text[stop] == '"') {
        return (texts_string){stop, false};
    }
    return texts_pass(&r->decoder->scan, r->text, r->window, open, stop, r->end);
}

/*
 * Passes the string that opens at open as the value of a key. Returns the offset behind it, 0 if it
 * is not right and whole.
 */
SCAN_INLINE size_t pass_value(usual_reader *r, seekchat_key key, size_t open)
{
    seekchat_message *message = &r->decoder->message;
    texts_string string = pass_string(r, open);
    if (string.close == 0) {
        return 0;
    }
    size_t length = string.close + 1 - open;
    message->value[key] = scan_span((uint32_t)open, (uint32_t)length, string.escaped);
    if (length > LIST_STRING_MAX) {
        members_take_string(r->decoder, r->text, key, message->value[key]);
        return string.close + 1;
    }
    message->kind[key] = SEEKCHAT_VALUE_STRING;
    if (key != SEEKCHAT_KEY_SENDER) {
        members_take_word(r->decoder, r->text, key);
    }
    return string.close + 1;
}

/*
 * Passes nodes from offset at on, where *state is expected. Returns where it left, and in *state
 * what is expected there.
 */
SCAN_INLINE size_t pass_nodes(usual_reader *r, size_t at, uint8_t *state)
{
    seekchat_scan *scan = &r->decoder->scan;
    uint32_t *count = &r->decoder->message.node_count;
    size_t again = at + LONG_LIST;
    if (at == r->end || r->text[at] != '"') {
        return at;
    }
    for (;;) {
        texts_string node = pass_string(r, at);
        size_t length = node.close + 1 - at;
        if (node.close == 0 || r->end - node.close <= 2 || length > LIST_STRING_MAX) {
            break;
        }
        if (*count == scan->node_room) {
            members_grow_nodes(scan);
        }
        scan->nodes[(*count)++] = scan_span((uint32_t)at, (uint32_t)length, node.escaped);
        at += length;
        if (memcmp(r->text + at, ",\"", 2) != 0) {
            *state = STATE_COMMA_ARRAY;
            break;
        }
        *state = STATE_VALUE;
        at++;
        if (at >= again) {
            list_place place = list_read(r->decoder, r->text, at, r->end);
            at = place.open;
            again = place.again;
        }
    }
    return at;
}

/* Leaves the payload's array, which opened at offset begin, to the automaton. */
static inline void leave_list(seekchat_decoder *decoder, size_t begin, uint8_t state)
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

/* Whether the first length of 8 bytes, at most 8, are those of word, which has 8 as well. */
SCAN_INLINE bool begins_with(uint64_t bytes, const char *word, unsigned length)
{
    return (bytes ^ scan_load8(word)) << (64 - 8 * length) == 0;
}

/* The type that stands at at with its closing quote, and its length; UNKNOWN if none is seen. */
SCAN_INLINE seekchat_type read_type(const uint8_t *at, size_t *length)
{
    uint64_t bytes = scan_load8(at);
    if (begins_with(bytes, "reply\"\0", 6)) {
        *length = 5;
        return SEEKCHAT_TYPE_REPLY;
    }
    if (begins_with(bytes, "seeking\"", 8)) {
        *length = 7;
        return SEEKCHAT_TYPE_SEEKING;
    }
    if (begins_with(bytes, "watching", 8) && at[8] == '"') {
        *length = 8;
        return SEEKCHAT_TYPE_WATCHING;
    }
    return SEEKCHAT_TYPE_UNKNOWN;
}

/* The same for the payloads that are usual. */
SCAN_INLINE seekchat_payload read_payload(const uint8_t *at, size_t *length)
{
    uint64_t bytes = scan_load8(at);
    if (begins_with(bytes, "joined\"", 7)) {
        *length = 6;
        return SEEKCHAT_PAYLOAD_JOINED;
    }
    if (begins_with(bytes, "join\"\0\0", 5)) {
        *length = 4;
        return SEEKCHAT_PAYLOAD_JOIN;
    }
    if (begins_with(bytes, "check\"\0", 6)) {
        *length = 5;
        return SEEKCHAT_PAYLOAD_CHECK;
    }
    if (begins_with(bytes, "self\"\0\0", 5)) {
        *length = 4;
        return SEEKCHAT_PAYLOAD_SELF;
    }
    return SEEKCHAT_PAYLOAD_UNKNOWN;
}

/* Passes the value of type or payload, a string that opens at open; returns as pass_value. */
SCAN_INLINE size_t pass_word(usual_reader *r, seekchat_key key, size_t open)
{
    seekchat_message *message = &r->decoder->message;
    size_t length = 0;
    if (r->end - open > WORD_BYTES) {
        const uint8_t *word = r->text + open + 1;
        if (key == SEEKCHAT_KEY_TYPE) {
            message->type = read_type(word, &length);
        } else {
            message->payload = read_payload(word, &length);
        }
    }
    if (length == 0) {
        return pass_value(r, key, open);
    }
    message->kind[key] = SEEKCHAT_VALUE_STRING;
    message->value[key] = scan_span((uint32_t)open, (uint32_t)length + 2, false);
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
    if (r->text[value] != '"') {
        return 0;
    }
    return key == SEEKCHAT_KEY_SENDER ? pass_value(r, key, value) : pass_word(r, key, value);
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

/*
 * Passes members from offset *at on, up to what is behind the last one that it knows the way of.
 * Returns their number. A list that it left is not among them.
 */
SCAN_INLINE unsigned pass_members(usual_reader *r, size_t *at)
{
    unsigned count = 0;
    size_t next = *at;
    for (;;) {
        size_t behind = pass_any_member(r, &next);
        if (behind == 0) {
            break;
        }
        *at = behind;
        count++;
        if (behind == r->end || r->text[behind] != ',') {
            break;
        }
        next = behind + 1;
    }
    if (r->decoder->scan.depth > 1) {
        *at = next;
    } else if (count > 0) {
        r->decoder->scan.state = STATE_COMMA_OBJECT;
    }
    return count;
}

/* Takes the { at the start of a message. */
SCAN_INLINE void begin_object(seekchat_scan *scan)
{
    scan->is_object = true;
    scan->depth = 1;
    scan->nest = 1;
    scan->state = STATE_KEY_OR_CLOSE;
}

/*
 * Decodes the message that begins with the { at offset 0, for a decoder that is ready for one.
 * Returns whether it did; if not, the automaton must go on from offset *at.
 */
SCAN_INLINE bool usual_message(seekchat_decoder *decoder, const uint8_t *text, size_t end,
                               size_t *at)
{
    usual_reader r = {decoder, text, end, window_open(text, 0, end)};
    *at = 1;
    begin_object(&decoder->scan);
    /* A member of each key, and no other: pass_members takes none twice. */
    if (pass_members(&r, at) != SEEKCHAT_KEYS || *at == end || text[*at] != '}' ||
        decoder->message.faults != 0) {
        return false;
    }
    decoder->message.end = (uint32_t)*at + 1;
    automaton_publish(decoder);
    return true;
}

/*
 * These read a text that ends at offset end, from offset at on as far as they know the way. They
 * leave the scan in a state that the automaton would have reached on the same bytes, and return the
 * offset from which it goes on; it finds what is wrong or missing.
 */

/*
 * Reads members of the message's object; the next is expected at at, in STATE_KEY or
 * STATE_KEY_OR_CLOSE.
 */
SCAN_INLINE size_t usual_members(seekchat_decoder *decoder, const uint8_t *text, size_t at,
                                 size_t end)
{
    usual_reader r = {decoder, text, end, window_open(text, at, end)};
    pass_members(&r, &at);
    return at;
}

/*
 * Reads strings of the payload's array; the next is expected at at, in STATE_VALUE or
 * STATE_VALUE_OR_CLOSE.
 */
SCAN_INLINE size_t usual_nodes(seekchat_decoder *decoder, const uint8_t *text, size_t at,
                               size_t end)
{
    usual_reader r = {decoder, text, end, window_open(text, at, end)};
    uint8_t state = decoder->scan.state;
    at = pass_nodes(&r, at, &state);
    decoder->scan.state = state;
    return at;
}

#endif
