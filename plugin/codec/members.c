/* members.c
 * Makes the message: what its object's keys, values and nodes are, and what is at fault.
 * May include: the C library, GLib and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "members.h"

#include <string.h>

#include "quoted.h"
#include "texts.h"
#include "words.h"

/* Nodes that the first one makes room for. */
#define FIRST_NODES 16

static const struct {
    const char *name;
    size_t length;
    uint32_t missing;
    uint32_t wrong_kind;
    uint32_t too_long;
} keys[SEEKCHAT_KEYS] = {
    [SEEKCHAT_KEY_TYPE] = {"type", 4, SEEKCHAT_FAULT_NO_TYPE, SEEKCHAT_FAULT_TYPE_KIND,
                           SEEKCHAT_FAULT_TYPE_TOO_LONG},
    [SEEKCHAT_KEY_SENDER] = {"sender", 6, SEEKCHAT_FAULT_NO_SENDER, SEEKCHAT_FAULT_SENDER_KIND,
                             SEEKCHAT_FAULT_SENDER_TOO_LONG},
    [SEEKCHAT_KEY_PAYLOAD] = {"payload", 7, SEEKCHAT_FAULT_NO_PAYLOAD, SEEKCHAT_FAULT_PAYLOAD_KIND,
                              SEEKCHAT_FAULT_PAYLOAD_TOO_LONG},
};

/* Bytes of the longest text that is a key or a documented word, with all of it escaped. */
#define WORD_ESCAPED_MAX (6 * WORDS_MAX)

/*
 * The text of a string that may be a word: a pointer to it, its length in *length; NULL if it is
 * too long for one. buffer has room for WORD_ESCAPED_MAX bytes.
 */
static const char *word_text(const uint8_t *bytes, seekchat_span span, char *buffer, size_t *length)
{
    const uint8_t *quoted = bytes + span.offset;
    if (span.length - 2 > WORD_ESCAPED_MAX) {
        return NULL;
    }
    if (span.escaped) {
        *length = quoted_text(quoted, span.length, buffer);
        return buffer;
    }
    *length = span.length - 2;
    return (const char *)quoted + 1;
}

static void take_fault(seekchat_decoder *decoder, uint32_t fault, uint32_t offset)
{
    if (decoder->message.faults == 0) {
        decoder->scan.fault_offset = offset;
    }
    decoder->message.faults |= fault;
}

static bool is_too_long(const uint8_t *bytes, seekchat_span span)
{
    return span.length > SEEKCHAT_ATOM_MAX + 2 &&
           quoted_exceeds(bytes + span.offset, span.length, SEEKCHAT_ATOM_MAX);
}

static unsigned key_of(const uint8_t *bytes, seekchat_span span)
{
    char buffer[WORD_ESCAPED_MAX];
    size_t length;
    const char *text = word_text(bytes, span, buffer, &length);
    for (unsigned key = 0; text && key < SEEKCHAT_KEYS; key++) {
        if (keys[key].length == length && memcmp(keys[key].name, text, length) == 0) {
            return key;
        }
    }
    return MEMBER_EXTRA;
}

void members_take_key(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span span)
{
    unsigned key = key_of(bytes, span);
    decoder->scan.key_span = span;
    if (key == MEMBER_EXTRA) {
        decoder->scan.key = MEMBER_EXTRA;
    } else if (decoder->message.kind[key] != SEEKCHAT_VALUE_ABSENT) {
        decoder->scan.key = MEMBER_DUPLICATE;
    } else {
        decoder->scan.key = (uint8_t)key;
    }
}

void members_begin_value(seekchat_decoder *decoder, uint8_t first, uint32_t offset)
{
    seekchat_scan *scan = &decoder->scan;
    scan->value = offset;
    scan->in_list = scan->key == SEEKCHAT_KEY_PAYLOAD && first == '[';
    if (scan->key < SEEKCHAT_KEYS && first != '"' && !scan->in_list) {
        take_fault(decoder, keys[scan->key].wrong_kind, offset);
    }
}

/* Makes room for more members that are not used. */
static void grow_others(seekchat_scan *scan)
{
    bool is_inline = scan->others == scan->few;
    scan->other_room *= 2;
    scan->others = g_renew(seekchat_member, is_inline ? NULL : scan->others, scan->other_room);
    if (is_inline) {
        memcpy(scan->others, scan->few, sizeof scan->few);
    }
}

static void take_other(seekchat_decoder *decoder, seekchat_span value, bool is_string)
{
    seekchat_scan *scan = &decoder->scan;
    uint32_t count = decoder->message.member_count++;
    if (count == scan->other_room) {
        grow_others(scan);
    }
    scan->others[count] = (seekchat_member){
        .key = scan->key_span,
        .value = value,
        .duplicate = scan->key == MEMBER_DUPLICATE,
        .string = is_string,
    };
}

void members_take_string(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_key key,
                         seekchat_span value)
{
    seekchat_message *message = &decoder->message;
    message->kind[key] = SEEKCHAT_VALUE_STRING;
    texts_take(&decoder->scan, bytes, value);
    if (is_too_long(bytes, value)) {
        take_fault(decoder, keys[key].too_long, value.offset);
        return;
    }
    if (key != SEEKCHAT_KEY_SENDER) {
        members_take_word(decoder, bytes, key);
    }
}

/* The payload's array ends. */
static void take_list(seekchat_message *message)
{
    bool is_list = !(message->faults & SEEKCHAT_FAULT_NODE_KIND);
    message->kind[SEEKCHAT_KEY_PAYLOAD] = is_list ? SEEKCHAT_VALUE_LIST : SEEKCHAT_VALUE_OTHER;
    message->payload = is_list ? SEEKCHAT_PAYLOAD_NODES : SEEKCHAT_PAYLOAD_UNKNOWN;
}

void members_take_value(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span value)
{
    seekchat_scan *scan = &decoder->scan;
    seekchat_message *message = &decoder->message;
    bool is_string = bytes[value.offset] == '"';
    if (scan->key >= SEEKCHAT_KEYS) {
        take_other(decoder, value, is_string);
        return;
    }
    message->key[scan->key] = scan->key_span;
    message->value[scan->key] = value;
    if (is_string) {
        members_take_string(decoder, bytes, scan->key, value);
    } else if (scan->in_list) {
        take_list(message);
    } else {
        message->kind[scan->key] = SEEKCHAT_VALUE_OTHER;
    }
    scan->in_list = false;
}

void members_begin_node(seekchat_decoder *decoder, uint8_t first, uint32_t offset)
{
    if (first != '"') {
        take_fault(decoder, SEEKCHAT_FAULT_NODE_KIND, offset);
    }
}

void members_grow_nodes(seekchat_scan *scan)
{
    scan->node_room = scan->node_room ? 2 * scan->node_room : FIRST_NODES;
    scan->nodes = g_renew(seekchat_span, scan->nodes, scan->node_room);
}

void members_take_node(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span node)
{
    uint32_t count = decoder->message.node_count++;
    if (count == decoder->scan.node_room) {
        members_grow_nodes(&decoder->scan);
    }
    decoder->scan.nodes[count] = node;
    texts_take(&decoder->scan, bytes, node);
    if (is_too_long(bytes, node)) {
        take_fault(decoder, SEEKCHAT_FAULT_NODE_TOO_LONG, node.offset);
    }
}

void members_begin_message(seekchat_decoder *decoder, uint8_t first, uint32_t offset)
{
    decoder->message.offset = offset;
    decoder->scan.is_object = first == '{';
    if (first != '{') {
        take_fault(decoder, SEEKCHAT_FAULT_NOT_OBJECT, offset);
    }
}

void members_finish_message(seekchat_decoder *decoder, uint32_t end)
{
    decoder->message.end = end;
    for (unsigned key = 0; decoder->scan.is_object && key < SEEKCHAT_KEYS; key++) {
        if (decoder->message.kind[key] == SEEKCHAT_VALUE_ABSENT) {
            take_fault(decoder, keys[key].missing, end - 1);
        }
    }
}
